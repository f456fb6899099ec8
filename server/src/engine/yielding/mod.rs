//! Operators give way now and then, so that a query which is to end does end.
//!
//! `DataFusion` counts batches where they are read and lets other tasks run after some of them. A join can make millions
//! of batches out of one that is read, and a function on geometries can work on one batch for seconds: they would not hear
//! meanwhile that nobody waits for them.

mod gathered;
mod paced;

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

use self::paced::{Pace, PacedExec};

/// Rows that operators are given first where each row may take long, and where it is compared with a whole table.
const FEW_ROWS: usize = 32;
const ONE_ROW: usize = 1;

/// What the names of functions on geometries begin with.
const GEOMETRY_PREFIX: &str = "st_";

/// Has every operator that makes many rows out of one count the batches that it makes, and every one that works long on a
/// row be given few at a time. Sorts are given what they would make of it themselves. To be the last of the rules: others look for operators under their own names.
#[derive(Debug)]
pub struct Yielding;

impl PhysicalOptimizerRule for Yielding {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let paced = match paced_input(&node)? {
                Some((input, pace)) => Some(with_paced(&node, input, pace)?),
                None => None,
            };
            Ok(if multiplies(node.name()) {
                Transformed::yes(Arc::new(CooperativeExec::new(paced.unwrap_or(node))))
            } else {
                match paced {
                    Some(paced) => Transformed::yes(paced),
                    None => Transformed::no(node),
                }
            })
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "yielding"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn multiplies(operator: &str) -> bool {
    operator.ends_with("JoinExec") || matches!(operator, "UnnestExec" | "RecursiveQueryExec")
}

/// The input whose rows are to come at another pace, by its number.
fn paced_input(node: &Arc<dyn ExecutionPlan>) -> Result<Option<(usize, Pace)>> {
    // Each row of the right side is compared with all of the left.
    if node.name() == "NestedLoopJoinExec" {
        return Ok(Some((1, Pace::Pieces(ONE_ROW))));
    }
    if let Some(sort) = node.downcast_ref::<SortExec>() {
        let gathers = sort.expr().len() == 1 && sort.fetch().is_none();
        return Ok(gathers.then_some((0, Pace::Runs)));
    }
    if node.children().len() != 1 {
        return Ok(None);
    }
    let mut is_slow = false;
    node.apply_expressions(&mut |expr| {
        is_slow = asks_geometry(expr)?;
        Ok(if is_slow {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    })?;
    Ok(is_slow.then_some((0, Pace::Pieces(FEW_ROWS))))
}

fn asks_geometry(expr: &Arc<dyn PhysicalExpr>) -> Result<bool> {
    expr.exists(|expr| {
        let function = expr.downcast_ref::<ScalarFunctionExpr>();
        Ok(function.is_some_and(|function| function.name().starts_with(GEOMETRY_PREFIX)))
    })
}

fn with_paced(node: &Arc<dyn ExecutionPlan>, input: usize, pace: Pace) -> Result<Arc<dyn ExecutionPlan>> {
    let mut children: Vec<Arc<dyn ExecutionPlan>> = node.children().into_iter().map(Arc::clone).collect();
    if let Some(child) = children.get_mut(input) {
        *child = Arc::new(PacedExec::new(Arc::clone(child), pace));
    }
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(node).replace_children(children, options)
}
