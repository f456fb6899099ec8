//! Answers that are read in several streams at once.
//!
//! Only those are that hand on the rows of one scan, row by row: each stream scans some of the files. What joins, groups,
//! sorts or counts would be done anew in every stream.

use std::sync::Arc;

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::TreeNode;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{EmptyRelation, Expr, LogicalPlan, TableScan};
use pilji_catalog::{FileTable, Share};

use super::planning::Work;
use super::{Engine, Query};
use crate::error::Result;

/// Rows for which another stream is worth its request, unless it is set.
pub(super) const ROWS: u64 = 1 << 18;
/// Most streams of an answer.
const MOST: usize = 8;

impl Engine {
    /// The parts in which the answer of a query is read at once; none when in one stream only.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Query`] when the files of a scan cannot be selected.
    pub fn shares(&self, query: &Query) -> Result<Vec<Share>> {
        let Work::Ready(plan) = &query.work else {
            return Ok(Vec::new());
        };
        let Some(scan) = only_scan(plan) else {
            return Ok(Vec::new());
        };
        let provider = source_as_provider(&scan.source)?;
        let Some(table) = provider.downcast_ref::<FileTable>() else {
            return Ok(Vec::new());
        };
        Ok(table.shares(&query.session, &scan.filters, self.shared.endpoint_rows, MOST)?)
    }
}

impl Query {
    /// Whether its rows have an order that was asked for.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        match &self.work {
            Work::Ready(plan) | Work::Each(plan, _) => is_sorted(plan),
            Work::Known(_) | Work::Unbound => false,
        }
    }
}

/// Has a plan answer with a part of its rows. What cannot be read in parts is read whole as the first one.
pub(super) fn narrow(session: &mut SessionState, plan: LogicalPlan, share: Share) -> LogicalPlan {
    if only_scan(&plan).is_some() {
        session.config_mut().set_extension(Arc::new(share));
        plan
    } else if share.part == 0 {
        plan
    } else {
        LogicalPlan::EmptyRelation(EmptyRelation {
            produce_one_row: false,
            schema: Arc::clone(plan.schema()),
        })
    }
}

/// The scan whose rows a plan hands on, each by itself.
fn only_scan(plan: &LogicalPlan) -> Option<&TableScan> {
    if plan.expressions().iter().any(asks_more) {
        return None;
    }
    match plan {
        LogicalPlan::Projection(projection) => only_scan(&projection.input),
        LogicalPlan::Filter(filter) => only_scan(&filter.input),
        LogicalPlan::SubqueryAlias(alias) => only_scan(&alias.input),
        LogicalPlan::TableScan(scan) if scan.fetch.is_none() => Some(scan),
        _ => None,
    }
}

/// Whether an expression has a query of its own.
fn asks_more(expr: &Expr) -> bool {
    let is_query = |expr: &Expr| {
        Ok(matches!(
            expr,
            Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_)
        ))
    };
    expr.exists(is_query).unwrap_or(true)
}

fn is_sorted(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Projection(projection) => is_sorted(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => is_sorted(&alias.input),
        LogicalPlan::Limit(limit) => is_sorted(&limit.input),
        _ => false,
    }
}
