//! The rule that plans spatial joins.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};

use super::condition::Condition;
use super::exec::SpatialJoinExec;

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
    if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
        let Some(condition) = join.filter().map(Condition::find).transpose()?.flatten() else {
            return Ok(None);
        };
        let projection = join.projection().as_ref().map(|columns| columns.to_vec());
        let (left, right) = (Arc::clone(join.left()), Arc::clone(join.right()));
        return SpatialJoinExec::try_new(left, right, condition, *join.join_type(), projection).map(Some);
    }
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        // An anti-join that treats NULL keys in SQL's way for NOT IN is left as it is.
        if join.null_aware {
            return Ok(None);
        }
        let Some(mut condition) = join.filter().map(Condition::find).transpose()?.flatten() else {
            return Ok(None);
        };
        condition.on = join.on().to_vec();
        condition.null_equality = join.null_equality();
        let projection = join.projection.as_ref().map(|columns| columns.to_vec());
        let (left, right) = (Arc::clone(join.left()), Arc::clone(join.right()));
        return SpatialJoinExec::try_new(left, right, condition, *join.join_type(), projection).map(Some);
    }
    Ok(None)
}
