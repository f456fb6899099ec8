//! The rule that makes the side of unknown size the build side, when the other is known to be large.

use std::sync::Arc;

use datafusion::common::Statistics;
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::joins::{HashJoinExec, PartitionMode};
use datafusion::physical_plan::{ExecutionPlan, StatisticsArgs, StatisticsContext};

use super::rule::drops_unmatched_probe_rows;

/// Swaps the sides of a join whose build side is large and whose probe side is of unknown size.
///
/// `DataFusion` compares sizes when it knows both, else it leaves the sides as they were written: `FROM parcel JOIN mine`
/// with a text file `mine` would gather the parcels of the country in memory. A user's table is smaller than the
/// cadastre, and its keys then prune the parcels.
#[derive(Debug)]
pub struct KnownSizeProbes;

impl PhysicalOptimizerRule for KnownSizeProbes {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        if !config.optimizer.enable_join_dynamic_filter_pushdown || !config.optimizer.join_reordering {
            return Ok(plan);
        }
        let swapped = plan.transform_up(|plan| {
            let swapped = plan.downcast_ref::<HashJoinExec>().map(|join| swap(join, config));
            Ok(match swapped.transpose()?.flatten() {
                Some(swapped) => Transformed::yes(swapped),
                None => Transformed::no(plan),
            })
        })?;
        Ok(swapped.data)
    }

    fn name(&self) -> &'static str {
        "KnownSizeProbes"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The join with its sides swapped, if that helps.
fn swap(join: &HashJoinExec, config: &ConfigOptions) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let can_swap = *join.partition_mode() == PartitionMode::Partitioned && !join.null_aware;
    if !can_swap || !join.join_type().supports_swap() {
        return Ok(None);
    }
    let (build, probe) = (statistics(join.left())?, statistics(join.right())?);
    let is_probe_unknown = probe.num_rows == Precision::Absent && probe.total_byte_size == Precision::Absent;
    let large = config.optimizer.hash_join_single_partition_threshold_rows;
    let is_build_large = build.num_rows.get_value().is_some_and(|rows| *rows > large);
    if !is_probe_unknown || !is_build_large {
        return Ok(None);
    }
    if !drops_unmatched_probe_rows(join.join_type().swap()) {
        return Ok(None);
    }
    join.swap_inputs(PartitionMode::Partitioned).map(Some)
}

fn statistics(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<Statistics>> {
    StatisticsContext::new().compute(plan.as_ref(), &StatisticsArgs::new())
}
