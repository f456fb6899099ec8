//! The rule that plans spatial joins.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{JoinType, plan_err};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::utils::JoinFilter;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};

use super::condition::Condition;
use super::exec::SpatialJoinExec;
use super::predicate::SpatialPredicate;
use crate::relations::KNN_NAME;

/// Replaces joins on a spatial predicate, with equal keys or without, by [`SpatialJoinExec`].
///
/// Its place is behind `join_selection`, which has put the smaller side to the left, and before the rules that repartition
/// inputs.
#[derive(Debug)]
pub struct PlanSpatialJoins;

impl PhysicalOptimizerRule for PlanSpatialJoins {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let planned = plan.transform_up(|plan| {
            Ok(match spatial_join(&plan)? {
                Some(join) => Transformed::yes(Arc::new(join) as Arc<dyn ExecutionPlan>),
                None => Transformed::no(plan),
            })
        })?;
        Ok(planned.data)
    }

    fn name(&self) -> &'static str {
        "PlanSpatialJoins"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn spatial_join(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<SpatialJoinExec>> {
    let find = |filter: Option<&JoinFilter>| filter.map(Condition::find).transpose().map(Option::flatten);
    let (join, condition) = if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
        let Some(condition) = find(join.filter())? else {
            return Ok(None);
        };
        let join = Join {
            left: Arc::clone(join.left()),
            right: Arc::clone(join.right()),
            kind: *join.join_type(),
            projection: join.projection().as_ref().map(|columns| columns.to_vec()),
        };
        (join, condition)
    } else if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        // An anti-join that treats NULL keys in SQL's way for NOT IN is left as it is.
        let Some(condition) = find(join.filter())?.filter(|_| !join.null_aware) else {
            return Ok(None);
        };
        let condition = Condition {
            on: join.on().to_vec(),
            null_equality: join.null_equality(),
            ..condition
        };
        let join = Join {
            left: Arc::clone(join.left()),
            right: Arc::clone(join.right()),
            kind: *join.join_type(),
            projection: join.projection.as_ref().map(|columns| columns.to_vec()),
        };
        (join, condition)
    } else {
        return Ok(None);
    };
    // The rows that are searched among must be those with the index.
    let (join, condition) = match condition.predicate {
        SpatialPredicate::Nearest { is_of_right: false, .. } => (join.swapped(), condition.swapped()),
        _ => (join, condition),
    };
    let keeps_unfound = matches!(join.kind, JoinType::Left | JoinType::Full);
    if keeps_unfound && condition.predicate.n_nearest().is_some() {
        return plan_err!(
            "a join on {KNN_NAME}(one.geometry, other.geometry, k) gives rows of `one` with what is nearest to them: write it as an inner \
             join, or as one LEFT JOIN other"
        );
    }
    SpatialJoinExec::try_new(join.left, join.right, condition, join.kind, join.projection).map(Some)
}

/// A join without its condition.
struct Join {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    kind: JoinType,
    projection: Option<Vec<usize>>,
}

impl Join {
    /// The same join, with the same columns, of sides that have changed places.
    fn swapped(self) -> Self {
        let gives_both = matches!(
            self.kind,
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full
        );
        let (n_left, n_right) = (self.left.schema().fields().len(), self.right.schema().fields().len());
        let place = |column: usize| {
            if column < n_left {
                n_right + column
            } else {
                column - n_left
            }
        };
        let projection = if gives_both {
            let columns = self.projection.unwrap_or_else(|| (0..n_left + n_right).collect());
            Some(columns.into_iter().map(place).collect())
        } else {
            self.projection
        };
        Self {
            left: self.right,
            right: self.left,
            kind: self.kind.swap(),
            projection,
        }
    }
}
