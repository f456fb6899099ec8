//! Where a column of an operator's output comes from, through operators that keep apart rows with different values of it.

use std::sync::Arc;

use datafusion::common::JoinSide;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::JoinType;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column};
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::buffer::BufferExec;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::joins::utils::build_join_schema;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

use super::key_set::KeyKind;

/// The child, and the column of it, that a column of the operator's output is.
///
/// `None` unless leaving out rows of the child with some value of its column changes nothing but that the rows with this
/// value are missing in the output. So operators that count rows, as a limit does, have no source.
pub fn source(plan: &dyn ExecutionPlan, column: usize) -> Option<(usize, usize)> {
    if plan.fetch().is_some() {
        return None;
    }
    let is_transparent = plan.is::<RepartitionExec>()
        || plan.is::<CoalescePartitionsExec>()
        || plan.is::<CooperativeExec>()
        || plan.is::<BufferExec>()
        || plan.is::<SortExec>()
        || plan.is::<SortPreservingMergeExec>();
    if is_transparent {
        return Some((0, column));
    }
    if let Some(filter) = plan.downcast_ref::<FilterExec>() {
        return Some((0, projected(filter.projection().as_deref(), column)?));
    }
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        return Some((0, column_of(&projection.expr().get(column)?.expr)?));
    }
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        let groups = aggregate.group_expr();
        if !groups.is_single() || aggregate.limit_options().is_some() {
            return None;
        }
        return Some((0, column_of(&groups.expr().get(column)?.0)?));
    }
    plan.downcast_ref::<HashJoinExec>()
        .and_then(|join| source_of_join(join, column))
}

/// A join's output loses just the rows with a value if the side that the value comes from does, and that side's rows
/// decide about no others.
fn source_of_join(join: &HashJoinExec, column: usize) -> Option<(usize, usize)> {
    let column = projected(join.projection.as_deref(), column)?;
    let (left, right) = (join.left().schema(), join.right().schema());
    let (_, columns) = build_join_schema(&left, &right, join.join_type());
    let source = columns.get(column)?;
    match (source.side, join.join_type()) {
        (
            JoinSide::Left,
            JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark,
        ) => Some((0, source.index)),
        (
            JoinSide::Right,
            JoinType::Inner | JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark,
        ) => Some((1, source.index)),
        _ => None,
    }
}

/// The column that an expression is, apart from changes of how its text is encoded.
pub fn column_of(expr: &Arc<dyn PhysicalExpr>) -> Option<usize> {
    if let Some(column) = expr.downcast_ref::<Column>() {
        return Some(column.index());
    }
    let cast = expr.downcast_ref::<CastExpr>()?;
    let is_text = KeyKind::of(cast.cast_type()) == Some(KeyKind::Text);
    column_of(cast.expr()).filter(|_| is_text)
}

fn projected(projection: Option<&[usize]>, column: usize) -> Option<usize> {
    match projection {
        Some(columns) => columns.get(column).copied(),
        None => Some(column),
    }
}

/// The operator with another child in one place, which has the same properties.
pub fn with_child(
    plan: &Arc<dyn ExecutionPlan>,
    child_idx: usize,
    child: Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let mut children: Vec<_> = plan.children().into_iter().cloned().collect();
    if let Some(place) = children.get_mut(child_idx) {
        *place = child;
    }
    with_children(plan, children)
}

/// The operator with other children, which have the same properties.
pub fn with_children(
    plan: &Arc<dyn ExecutionPlan>,
    children: Vec<Arc<dyn ExecutionPlan>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Keep);
    Arc::clone(plan).replace_children(children, options)
}

/// The child of an operator that has one.
pub fn only_child(children: Vec<Arc<dyn ExecutionPlan>>, name: &str) -> Result<Arc<dyn ExecutionPlan>> {
    match <[Arc<dyn ExecutionPlan>; 1]>::try_from(children) {
        Ok([child]) => Ok(child),
        Err(children) => Err(DataFusionError::Internal(format!(
            "{name} has one child, not {}",
            children.len()
        ))),
    }
}
