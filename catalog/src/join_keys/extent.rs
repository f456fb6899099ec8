//! Spatial joins that open only the files, row groups and pages near their build sides.
//!
//! The join tells a [`BuildExtent`] where its left side lies before it polls its right side, whose scans look there when they
//! begin.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::datasource::listing::PartitionedFile;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use pilji_udfs::geometry::{Bounds, BuildExtent};
use pilji_udfs::join::SpatialJoinExec;

use super::prune::JoinPruningExec;
use super::rule::bind_scans;
use crate::FileSet;
use crate::access_plan::BoundsTest;
use crate::covering::Covering;
use crate::file_set::IndexedFile;
use crate::pruning::files_overlapping;

/// The join with the scans of its right side bound to the extent of its left side.
///
/// `None` when the join gives out right rows that match nothing, or its geometry does not come, unchanged and through operators
/// that keep apart its rows, from files with a covering of it.
///
/// # Errors
///
/// When an operator of the plan cannot be put onto another input.
pub fn bind(join: &SpatialJoinExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some((right, geometry)) = join.reducible_right() else {
        return Ok(None);
    };
    let extent = Arc::new(BuildExtent::default());
    let attach = |scan: &JoinPruningExec, column| scan.with_extent(column, &extent);
    let Some(right) = bind_scans(right, geometry, &attach)? else {
        return Ok(None);
    };
    Ok(Some(Arc::new(join.with_reduced_right(right, extent)?)))
}

/// A column's geometries must lie near the build side of a join.
#[derive(Debug, Clone)]
pub struct NearBuildSide {
    files: Arc<FileSet>,
    covering: Covering,
    extent: Arc<BuildExtent>,
}

impl NearBuildSide {
    /// The condition on a column of the scanned files; `None` when they have no covering of it.
    pub fn of(first: &PartitionedFile, column: &str, extent: &Arc<BuildExtent>) -> Option<Self> {
        let files = &first.extensions.get::<IndexedFile>()?.files;
        let covering = files
            .coverings()
            .into_iter()
            .find(|covering| covering.geometry() == column)?;
        Some(Self {
            files: Arc::clone(files),
            covering,
            extent: Arc::clone(extent),
        })
    }

    /// The column of the geometries.
    pub fn column(&self) -> &str {
        self.covering.geometry()
    }

    /// What the condition is as long as the query runs; `None` when the join has told nothing.
    pub fn known(&self) -> Option<Near> {
        let bounds = self.extent.bounds()?;
        let near = if bounds.is_empty() {
            Vec::new()
        } else {
            files_overlapping(&self.files, &self.covering, &bounds)
        };
        Some(Near {
            files: Arc::clone(&self.files),
            numbers: near.into_iter().collect(),
            overlaps: (bounds.len() == 1).then(|| self.covering.overlaps(&bounds)).flatten(),
            test: BoundsTest::Boxes {
                bounds: bounds
                    .iter()
                    .map(|one| self.covering.rounded(one))
                    .collect::<Vec<Bounds>>()
                    .into(),
                leaves: self.covering.leaves(),
            },
        })
    }
}

/// The files near a build side, and the test of what is in them.
pub struct Near {
    files: Arc<FileSet>,
    numbers: HashSet<usize>,
    /// True for the rows near a build side that lies in one place, where it is worth to ask each.
    pub overlaps: Option<Expr>,
    /// Asked of row groups and pages.
    pub test: BoundsTest,
}

impl Near {
    /// False when the file lies elsewhere as a whole.
    pub fn may_match(&self, file: &PartitionedFile) -> bool {
        match file.extensions.get::<IndexedFile>() {
            Some(indexed) if Arc::ptr_eq(&indexed.files, &self.files) => self.numbers.contains(&indexed.idx),
            _ => true,
        }
    }
}
