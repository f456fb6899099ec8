//! The rule that keeps filters below what is computed of their rows.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::projection::update_expr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::expressions::Column;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, remove_unnecessary_projections};

/// `DataFusion`'s `ProjectionPushdown`, which here computes nothing of rows that a filter is about to drop.
///
/// The stock rule moves a projection below a filter when that makes the rows narrower, whatever the projection computes:
/// `SELECT x, y / x + z FROM t WHERE x <> 0` divides by zero, and an overlay is computed for every row of a country to be
/// kept for those of one town. A plan with such a place does without the rule's other half, which takes calls out of
/// the filters of nested-loop joins.
#[derive(Debug, Default)]
pub struct FiltersFirst {
    stock: ProjectionPushdown,
}

impl PhysicalOptimizerRule for FiltersFirst {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let mut is_stopped = false;
        let pushed = Arc::clone(&plan).transform_down(|plan| {
            if would_compute_below_filter(&plan)? {
                is_stopped = true;
                return Ok(Transformed::no(plan));
            }
            remove_unnecessary_projections(plan)
        })?;
        if is_stopped {
            Ok(pushed.data)
        } else {
            self.stock.optimize(plan, config)
        }
    }

    fn name(&self) -> &'static str {
        "ProjectionPushdown"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// True where the stock rule would move a projection that computes below a filter: it is narrower than the rows, and
/// passes on all columns that the filter reads.
fn would_compute_below_filter(plan: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    let Some(projection) = plan.downcast_ref::<ProjectionExec>() else {
        return Ok(false);
    };
    let Some(filter) = projection.input().downcast_ref::<FilterExec>() else {
        return Ok(false);
    };
    let computes = projection.expr().iter().any(|each| !each.expr.is::<Column>());
    let is_narrower = projection.expr().len() < filter.schema().fields().len();
    Ok(computes && is_narrower && update_expr(filter.predicate(), projection.expr(), false)?.is_some())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::arrow::array::RecordBatch;
    use datafusion::execution::SessionStateBuilder;
    use datafusion::prelude::{SessionConfig, SessionContext};

    #[tokio::test]
    async fn nothing_is_computed_of_rows_that_a_filter_drops() {
        let state = SessionStateBuilder::new()
            .with_config(SessionConfig::new().with_target_partitions(2))
            .with_default_features()
            .with_physical_optimizer_rules(crate::physical_optimizers())
            .build();
        let ctx = SessionContext::new_with_state(state);
        ctx.sql("CREATE TABLE t AS VALUES (0, 1, 1), (2, 8, 1)").await.unwrap();
        let asked = ctx.sql("SELECT column1, column2 / column1 + column3 AS v FROM t WHERE column1 <> 0");
        let rows = asked.await.unwrap().collect().await.unwrap();
        assert_eq!(rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
    }
}
