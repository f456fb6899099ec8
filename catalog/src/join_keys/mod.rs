//! Joins that open only the files, row groups and pages that hold their keys.
//!
//! `DataFusion` hands the keys of a hash join's build side to the scan of its probe side as a filter. Above twenty keys
//! that filter says no more about a file than the least and the greatest key; so a join with parcels of three districts
//! at the ends of the country would open everything between them. Two operators close the gap:
//!
//! * [`collect::JoinKeysExec`] lies in the build side and notes the keys that pass through it.
//! * [`prune::JoinPruningExec`] lies on the scan. It waits for the keys, keeps the files whose bounds hold one, looks in
//!   their footers for the row groups and pages that do, and then runs the stock scan over these.
//!
//! A filter that lists the keys, or ranges of them, would leave the waiting and the choice to the stock scan. It was not
//! taken: the scan builds such a filter anew for every file, which for a hundred ranges and twenty thousand files costs
//! more than the query, and evaluates it for every row.
//!
//! # Why no row is lost
//!
//! A scan is pruned only if a row of it whose key does not occur in the build side changes nothing in the answer: the
//! join drops such rows ([`rule`]), and between join and scan lie only operators that keep apart rows of different keys
//! ([`trace`]). Bounds of files may be wide, and keys are compared by a prefix; both only keep more.
//!
//! # Why nothing waits forever
//!
//! The scan waits for operators of the build side alone, which never wait for the probe side. In both modes every
//! partition of the join reads its build side to the end, before it asks the probe side for a row:
//!
//! * `CollectLeft`: the keys are noted directly below the join, in the one stream that it collects.
//! * `Partitioned`: they are noted below the `RepartitionExec` that feeds the join. It starts all its inputs at the first
//!   poll of any of its outputs, and an output ends when all inputs have ended. So a single polled partition is enough.
//!
//! A stream that is dropped before its end counts as ended: nobody has seen rows that it did not give out.

mod build_side;
mod collect;
mod extent;
mod key_set;
mod keys;
mod prune;
mod rule;
mod trace;

use std::sync::Arc;

use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;

use build_side::KnownSizeProbes;
use pilji_udfs::join::PlanSpatialJoins;
use rule::JoinKeyPruning;

use crate::filters_first::FiltersFirst;

pub(crate) use key_set::KeySet;

/// `DataFusion`'s physical optimizer rules with those of joins in their places, and none that computes before it filters.
///
/// A session takes them by `SessionStateBuilder::with_physical_optimizer_rules`. They follow
/// `datafusion.optimizer.enable_join_dynamic_filter_pushdown`: where that is off, joins read all files.
#[must_use]
pub fn physical_optimizers() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    let place_of = |rules: &[Arc<dyn PhysicalOptimizerRule + Send + Sync>], name: &str| {
        rules.iter().position(|rule| rule.name() == name)
    };
    for rule in rules.iter_mut().filter(|rule| rule.name() == "ProjectionPushdown") {
        *rule = Arc::new(FiltersFirst::default());
    }
    // After sides were chosen by size, and before the operators that repartition them for the join are added.
    let after_selection = place_of(&rules, "join_selection").map_or(0, |place| place + 1);
    rules.insert(after_selection, Arc::new(KnownSizeProbes));
    rules.insert(after_selection, Arc::new(PlanSpatialJoins::default()));
    // After all rules that change the plan, since the two operators of a join are bound to each other.
    let before_check = place_of(&rules, "SanityCheckPlan").unwrap_or(rules.len());
    rules.insert(before_check, Arc::new(JoinKeyPruning));
    rules
}
