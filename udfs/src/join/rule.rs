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
use super::operator::{IndexedJoins, SpatialJoin, SpatialOperator};
use super::predicate::SpatialPredicate;
use crate::relations::KNN_NAME;

/// Replaces joins on a spatial predicate, with equal keys or without, by those of a [`SpatialOperator`].
///
/// Its place is behind `join_selection`, which has put the smaller side to the left, and before the rules that repartition
/// inputs.
#[derive(Debug)]
pub struct PlanSpatialJoins {
    operator: Arc<dyn SpatialOperator>,
}

impl Default for PlanSpatialJoins {
    fn default() -> Self {
        Self::with_operator(Arc::new(IndexedJoins))
    }
}

impl PlanSpatialJoins {
    /// The rule with an operator other than [`IndexedJoins`].
    #[must_use]
    pub fn with_operator(operator: Arc<dyn SpatialOperator>) -> Self {
        Self { operator }
    }
}

impl PhysicalOptimizerRule for PlanSpatialJoins {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let planned = plan.transform_up(|plan| {
            let join = spatial_join(&plan)?.map(|join| self.operator.plan(join)).transpose()?;
            Ok(match join.flatten() {
                Some(join) => Transformed::yes(join),
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

fn spatial_join(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<SpatialJoin>> {
    let find = |filter: Option<&JoinFilter>| filter.map(Condition::find).transpose().map(Option::flatten);
    let join = if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
        let Some(condition) = find(join.filter())? else {
            return Ok(None);
        };
        SpatialJoin {
            left: Arc::clone(join.left()),
            right: Arc::clone(join.right()),
            condition,
            kind: *join.join_type(),
            projection: join.projection().as_ref().map(|columns| columns.to_vec()),
        }
    } else if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        // An anti-join that treats NULL keys in SQL's way for NOT IN is left as it is.
        let Some(condition) = find(join.filter())?.filter(|_| !join.null_aware) else {
            return Ok(None);
        };
        SpatialJoin {
            left: Arc::clone(join.left()),
            right: Arc::clone(join.right()),
            condition: Condition {
                on: join.on().to_vec(),
                null_equality: join.null_equality(),
                ..condition
            },
            kind: *join.join_type(),
            projection: join.projection.as_ref().map(|columns| columns.to_vec()),
        }
    } else {
        return Ok(None);
    };
    // The rows that are searched among must be those with the index.
    let join = match join.condition.predicate {
        SpatialPredicate::Nearest { is_of_right: false, .. } => join.swapped(),
        _ => join,
    };
    let keeps_unfound = matches!(join.kind, JoinType::Left | JoinType::Full);
    if keeps_unfound && join.condition.predicate.n_nearest().is_some() {
        return plan_err!(
            "a join on {KNN_NAME}(one.geometry, other.geometry, k) gives rows of `one` with what is nearest to them: write it as an inner \
             join, or as one LEFT JOIN other"
        );
    }
    Ok(Some(join))
}
