//! Which files of a set a filter can touch, told from the index alone.
//!
//! Filters over partition columns and columns with bounds are turned into tests of ranks ([`compile`]), which are asked
//! of 64 files at a time ([`node`]). `DataFusion` evaluates the others on the files that are left ([`unrecognised`]).

mod compile;
mod node;
mod spatial;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
mod unrecognised;

use datafusion::catalog::Session;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, Volatility};
use pilji_udfs::geometry::Bounds;

use crate::FileSet;
use crate::covering::Covering;

pub use spatial::{Window, windows};
pub use unrecognised::{flatten_field_access, pruning_schema};

/// True when the partition values alone decide the filter, so that a selected file needs no filter any more.
pub fn is_partition_filter(filter: &Expr, partition_columns: &[String]) -> bool {
    let columns = filter.column_refs();
    let on_partitions = !columns.is_empty() && columns.iter().all(|column| partition_columns.contains(&column.name));
    on_partitions && is_immutable(filter)
}

/// True when the expression gives the same answer whenever and wherever it is evaluated.
pub fn is_immutable(filter: &Expr) -> bool {
    let mut immutable = true;
    let walked = filter.apply(|expr| {
        immutable = match expr {
            Expr::ScalarFunction(function) => function.func.signature().volatility == Volatility::Immutable,
            Expr::Exists(_)
            | Expr::InSubquery(_)
            | Expr::ScalarSubquery(_)
            | Expr::SetComparison(_)
            | Expr::OuterReferenceColumn(..)
            | Expr::ScalarVariable(..)
            | Expr::Placeholder(_)
            | Expr::AggregateFunction(_)
            | Expr::WindowFunction(_)
            | Expr::Unnest(_) => false,
            _ => true,
        };
        Ok(if immutable {
            TreeNodeRecursion::Continue
        } else {
            TreeNodeRecursion::Stop
        })
    });
    walked.is_ok() && immutable
}

/// The files that a scan has to open.
#[derive(Debug)]
pub struct Selection {
    /// Their numbers in the index, ascending.
    pub files: Vec<usize>,
    /// True when the filters are true for every row of these files.
    pub is_exact: bool,
    /// Each filter that was asked with the number of files left after it, when that was wanted.
    pub steps: Vec<(String, usize)>,
}

/// The files that may hold rows for which all filters are true. None that does is missing.
///
/// `windows` are those of the filters. `explain` asks for the number of files after each filter.
pub fn select_files(
    set: &FileSet,
    state: &dyn Session,
    filters: &[Expr],
    windows: &[Window],
    explain: bool,
) -> Result<Selection> {
    let index = &set.index;
    let mut nodes = Vec::new();
    let mut names = Vec::new();
    let mut others = Vec::new();
    let mut is_exact = true;
    for window in windows {
        let overlaps = window.covering.overlaps(&window.bounds);
        if let Some(node) = overlaps.and_then(|overlaps| compile::compile(&overlaps, index, false)) {
            nodes.push(node);
            if explain {
                names.push(window.reason.clone());
            }
        }
    }
    for (filter_idx, filter) in filters.iter().enumerate() {
        let on_partitions = is_partition_filter(filter, &set.partition_columns);
        is_exact &= on_partitions;
        match compile::compile(filter, index, on_partitions) {
            Some(node) => {
                nodes.push(node);
                if explain {
                    names.push(shortened(filter));
                }
            }
            // What the functions can tell of bounds, the windows have told.
            None if windows.iter().any(|window| window.filter_idx == filter_idx) => {}
            None => others.push((filter, on_partitions)),
        }
    }
    let mut files = node::select(&nodes, index.len());
    let mut steps = Vec::new();
    if explain {
        for (n_nodes, name) in (1..).zip(names) {
            let n_files = node::select(&nodes[..n_nodes], index.len()).len();
            steps.push((name, n_files));
        }
    }
    for (filter, on_partitions) in others {
        if on_partitions {
            unrecognised::retain_true(filter, state, index, &mut files)?;
        } else if is_immutable(filter) {
            unrecognised::retain_possible(filter, state, set, &mut files)?;
        }
        if explain {
            steps.push((shortened(filter), files.len()));
        }
    }
    Ok(Selection { files, is_exact, steps })
}

/// The files, ascending, that may hold boxes that overlap one of these bounds.
pub fn files_overlapping(set: &FileSet, covering: &Covering, any: &[Bounds]) -> Vec<usize> {
    let index = &set.index;
    let node = covering
        .overlaps(any)
        .and_then(|overlaps| compile::compile(&overlaps, index, false));
    let nodes: Vec<_> = node.into_iter().collect();
    node::select(&nodes, index.len())
}

/// A filter as text, cut where a list of values makes it long.
fn shortened(filter: &Expr) -> String {
    const LONGEST: usize = 120;
    let text = filter.human_display().to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
