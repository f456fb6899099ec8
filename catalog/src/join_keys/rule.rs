//! The rule that binds the scans of joins' probe sides to the keys of their build sides, or to where these lie.

use std::sync::Arc;

use datafusion::common::NullEquality;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::JoinType;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use pilji_udfs::join::SpatialJoinExec;

use super::collect::{JoinKeysExec, NotedKey};
use super::extent;
use super::key_set::KeyKind;
use super::keys::JoinKeys;
use super::prune::JoinPruningExec;
use super::trace::{column_of, source, with_child, with_children};

/// Prunes the scans of joins' probe sides by the keys of their build sides.
#[derive(Debug)]
pub struct JoinKeyPruning;

impl PhysicalOptimizerRule for JoinKeyPruning {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        if !config.optimizer.enable_join_dynamic_filter_pushdown {
            return Ok(plan);
        }
        let bound = plan.transform_up(|plan| {
            Ok(match bind(&plan)? {
                Some(bound) => Transformed::yes(bound),
                None => Transformed::no(plan),
            })
        })?;
        Ok(bound.data)
    }

    fn name(&self) -> &'static str {
        "JoinKeyPruning"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// True for a join that gives out no row of its probe side, the right one, without an equal key in its build side.
pub fn drops_unmatched_probe_rows(join_type: JoinType) -> bool {
    match join_type {
        JoinType::Inner
        | JoinType::Left
        | JoinType::LeftSemi
        | JoinType::LeftAnti
        | JoinType::LeftMark
        | JoinType::RightSemi => true,
        JoinType::Right | JoinType::Full | JoinType::RightAnti | JoinType::RightMark => false,
    }
}

/// The join with its sides bound, if it is one, and a key of it leads to a scan.
fn bind(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(join) = plan.downcast_ref::<SpatialJoinExec>() {
        return extent::bind(join);
    }
    let Some(join) = plan.downcast_ref::<HashJoinExec>() else {
        return Ok(None);
    };
    // `x NOT IN (..)` is also decided by NULLs in the probe side, and by whether it has rows at all.
    let decides_by_null = join.null_aware || join.null_equality() != NullEquality::NullEqualsNothing;
    if decides_by_null || !drops_unmatched_probe_rows(*join.join_type()) {
        return Ok(None);
    }
    let pairs: Vec<(&Arc<dyn PhysicalExpr>, usize, KeyKind)> = join
        .on()
        .iter()
        .filter_map(|(build, probe)| {
            let kind = KeyKind::of(&build.data_type(&join.left().schema()).ok()?)?;
            Some((build, column_of(probe)?, kind))
        })
        .collect();
    let Some(place) = noting_place(join) else {
        return Ok(None);
    };
    let mut probe = Arc::clone(join.right());
    let mut noted: Vec<NotedKey> = Vec::new();
    for (build, column, kind) in pairs {
        let Some(key) = place.key(build, kind) else {
            continue;
        };
        let keys = Arc::new(JoinKeys::new(kind, place.n_partitions()));
        let attach = |scan: &JoinPruningExec, column| scan.with_condition(column, &keys);
        if let Some(bound) = bind_scans(&probe, column, &attach)? {
            probe = bound;
            noted.push((key, keys));
        }
    }
    if noted.is_empty() {
        return Ok(None);
    }
    Ok(Some(with_children(plan, vec![place.note(noted)?, probe])?))
}

/// Puts a condition on a column of a scan; `None` when it cannot be.
pub type Attach<'a> = dyn Fn(&JoinPruningExec, usize) -> Option<JoinPruningExec> + 'a;

/// The operator with the scans below it bound that the column comes from; `None` when there is none.
pub fn bind_scans(
    plan: &Arc<dyn ExecutionPlan>,
    column: usize,
    attach: &Attach<'_>,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(scan) = plan.downcast_ref::<JoinPruningExec>() {
        return Ok(attach(scan, column).map(|scan| Arc::new(scan) as _));
    }
    if let Some(scan) = JoinPruningExec::over(plan) {
        return Ok(attach(&scan, column).map(|scan| Arc::new(scan) as _));
    }
    if plan.is::<UnionExec>() {
        let mut is_bound = false;
        let mut inputs = Vec::new();
        for input in plan.children() {
            let bound = bind_scans(input, column, attach)?;
            is_bound |= bound.is_some();
            inputs.push(bound.unwrap_or_else(|| Arc::clone(input)));
        }
        return if is_bound {
            with_children(plan, inputs).map(Some)
        } else {
            Ok(None)
        };
    }
    let Some((child_idx, column)) = source(plan.as_ref(), column) else {
        return Ok(None);
    };
    let children = plan.children();
    let Some(child) = children.get(child_idx) else {
        return Ok(None);
    };
    match bind_scans(child, column, attach)? {
        Some(bound) => with_child(plan, child_idx, bound).map(Some),
        None => Ok(None),
    }
}

/// Where in a build side keys are noted: the operators from the join's child down to the one whose rows are noted, each
/// with the place of the next among its children.
struct NotingPlace {
    above: Vec<(Arc<dyn ExecutionPlan>, usize)>,
    input: Arc<dyn ExecutionPlan>,
}

/// See the module's documentation for why all keys are noted before the probe side is asked for rows.
fn noting_place(join: &HashJoinExec) -> Option<NotingPlace> {
    let mut input = Arc::clone(join.left());
    let mut above = Vec::new();
    let is_one_stream = input.output_partitioning().partition_count() == 1;
    match join.partition_mode() {
        PartitionMode::Auto => None,
        PartitionMode::CollectLeft => Some(NotingPlace { above, input }),
        PartitionMode::Partitioned if is_one_stream => Some(NotingPlace { above, input }),
        PartitionMode::Partitioned => loop {
            // A join in between might end without having read its inputs, and then the scan would wait for its end.
            let child = match input.children().as_slice() {
                [child] if input.fetch().is_none() => Arc::clone(child),
                _ => return None,
            };
            let is_spread = input.is::<RepartitionExec>();
            above.push((input, 0));
            input = child;
            if is_spread {
                return Some(NotingPlace { above, input });
            }
        },
    }
}

impl NotingPlace {
    fn n_partitions(&self) -> usize {
        self.input.output_partitioning().partition_count()
    }

    /// The join's key as the noted rows have it.
    fn key(&self, key: &Arc<dyn PhysicalExpr>, kind: KeyKind) -> Option<Arc<dyn PhysicalExpr>> {
        let is_same_row = self.above.iter().all(|(plan, _)| plan.is::<RepartitionExec>());
        if is_same_row {
            return Some(Arc::clone(key));
        }
        let mut column = column_of(key)?;
        for (plan, _) in &self.above {
            (_, column) = source(plan.as_ref(), column)?;
        }
        let schema = self.input.schema();
        let field = schema.fields().get(column)?;
        let is_of_kind = KeyKind::of(field.data_type()) == Some(kind);
        is_of_kind.then(|| Arc::new(Column::new(field.name(), column)) as _)
    }

    /// The build side with the keys noted.
    fn note(self, noted: Vec<NotedKey>) -> Result<Arc<dyn ExecutionPlan>> {
        let mut plan: Arc<dyn ExecutionPlan> = Arc::new(JoinKeysExec::new(self.input, noted));
        for (above, child_idx) in self.above.into_iter().rev() {
            plan = with_child(&above, child_idx, plan)?;
        }
        Ok(plan)
    }
}
