//! Which row groups and pages of a file can hold rows of interest, told from its footer and page index.
//!
//! `DataFusion` prunes row groups and pages itself, but not by the fields of a struct, as `bbox` is one, and not by a
//! large set of keys. What is decided here goes along with a file as a `ParquetAccessPlan`, from which the stock scan
//! starts its own pruning.
//!
//! Only rows for which a filter cannot be true are left out. Bounds that are missing or NaN keep their rows. Statistics
//! do not tell of NaN among other values; such rows are found by comparisons that hold for the values as well.

mod boxes;
mod filters;
mod shares;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Float64Type};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::parquet::{ParquetAccessPlan, RowGroupAccess};
use datafusion::error::Result;
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::physical_optimizer::pruning::PruningPredicate;
use futures::{StreamExt, stream};
use object_store::ObjectStore;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{RowSelection, RowSelector};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use pilji_udfs::geometry;

use crate::join_keys::KeySet;

pub use filters::struct_field_tests;
pub use shares::{FileToRead, RowGroupToRead, balance};

/// How many footers are fetched at a time.
const CONCURRENT_FOOTERS: usize = 8;

/// A question to the bounds of leaf columns.
#[derive(Debug)]
pub enum BoundsTest {
    /// Can the filter be true? Leaf columns go by their dotted paths in it.
    Filter {
        /// The filter.
        predicate: PruningPredicate,
        /// The leaf columns that it reads.
        leaves: Vec<FieldRef>,
    },
    /// Does the column hold one of the keys?
    Keys {
        /// The keys.
        keys: Arc<KeySet>,
        /// The column.
        leaf: FieldRef,
    },
    /// Does a box overlap one of some bounds?
    Boxes {
        /// The bounds, rounded as the boxes are.
        bounds: Arc<[geometry::Bounds]>,
        /// The corners of the boxes: `xmin`, `ymin`, `xmax`, `ymax`.
        leaves: [FieldRef; 4],
    },
}

/// How much of some files is left to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessCounts {
    /// Row groups with rows to read.
    pub row_groups_kept: usize,
    /// Row groups of all files.
    pub row_groups_total: usize,
    /// Pages to read in the kept row groups, of the column that was asked.
    pub pages_kept: usize,
    /// Pages in the kept row groups.
    pub pages_total: usize,
}

/// Where footers come from.
#[derive(Debug, Clone)]
pub struct Footers {
    /// The store of the files.
    pub store: Arc<dyn ObjectStore>,
    /// The cache that the scan uses too, so that nothing is read twice; none for files that may change.
    pub cache: Option<Arc<FileMetadataCache>>,
}

/// The bounds of leaf columns in some containers: the row groups of a file, or the pages of a column.
struct Bounds {
    n_containers: usize,
    leaves: HashMap<String, LeafBounds>,
}

struct LeafBounds {
    min: ArrayRef,
    max: ArrayRef,
    null_count: ArrayRef,
}

/// Leaves the files with rows that can pass all tests, each with what is to be read of it.
///
/// A file whose footer cannot be read is left as it is: to tell the error is up to the scan.
pub async fn restrict(
    footers: &Footers,
    files: Vec<PartitionedFile>,
    tests: &[BoundsTest],
) -> (Vec<FileToRead>, AccessCounts) {
    let restricted = stream::iter(files).map(|file| restrict_file(footers, file, tests));
    let mut restricted = restricted.buffered(CONCURRENT_FOOTERS);
    let mut kept = Vec::new();
    let mut counts = AccessCounts::default();
    while let Some((file, in_file)) = restricted.next().await {
        kept.extend(file);
        counts.add(in_file);
    }
    (kept, counts)
}

async fn restrict_file(
    footers: &Footers,
    file: PartitionedFile,
    tests: &[BoundsTest],
) -> (Option<FileToRead>, AccessCounts) {
    match access_plan(footers, &file, tests).await {
        Ok((plan, _, counts)) if counts.row_groups_kept == 0 => {
            tracing::trace!(row_groups = plan.len(), "no row group is of interest");
            (None, counts)
        }
        Ok((plan, row_groups, counts)) => {
            let file = FileToRead {
                file: file.with_extension(plan),
                row_groups: Some(row_groups),
            };
            (Some(file), counts)
        }
        Err(_) => (Some(FileToRead::whole(file)), AccessCounts::default()),
    }
}

async fn access_plan(
    footers: &Footers,
    file: &PartitionedFile,
    tests: &[BoundsTest],
) -> Result<(ParquetAccessPlan, Vec<RowGroupToRead>, AccessCounts)> {
    let fetch = |policy| {
        DFParquetMetadata::new(footers.store.as_ref(), &file.object_meta)
            .with_metadata_size_hint(file.metadata_size_hint)
            .with_file_metadata_cache(footers.cache.clone())
            .with_page_index_policy(Some(policy))
    };
    // What is kept can be completed by the page index later, without reading the footer again.
    let footer = if footers.cache.is_some() {
        fetch(PageIndexPolicy::Skip).fetch_metadata().await?
    } else {
        fetch(PageIndexPolicy::Optional).fetch_metadata().await?
    };
    let earlier = file.extensions.get::<ParquetAccessPlan>().cloned();
    let mut plan = earlier.unwrap_or_else(|| ParquetAccessPlan::new_all(footer.num_row_groups()));
    for test in tests {
        for (row_group, keep) in test.row_groups(&footer)?.into_iter().enumerate() {
            if !keep {
                plan.skip(row_group);
            }
        }
    }
    let mut counts = AccessCounts {
        row_groups_total: plan.len(),
        ..AccessCounts::default()
    };
    let has_pages = footer.row_groups().iter().any(|row_group| {
        let mut columns = row_group.columns().iter();
        columns.any(|column| column.column_index_offset().is_some() && column.offset_index_offset().is_some())
    });
    let mut footer = footer;
    if has_pages && !tests.is_empty() && plan.row_group_index_iter().next().is_some() {
        if footers.cache.is_some() {
            footer = fetch(PageIndexPolicy::Optional).fetch_metadata().await?;
        }
        for test in tests {
            test.select_pages(&footer, &mut plan, &mut counts)?;
        }
    }
    let row_groups: Vec<_> = plan
        .row_group_index_iter()
        .map(|row_group| to_read(&footer, &plan, row_group))
        .collect();
    counts.row_groups_kept = row_groups.len();
    Ok((plan, row_groups, counts))
}

fn to_read(footer: &ParquetMetaData, plan: &ParquetAccessPlan, row_group: usize) -> RowGroupToRead {
    let metadata = footer.row_group(row_group);
    let unsigned = |number: i64| u64::try_from(number).unwrap_or_default();
    let (bytes, n_rows) = (unsigned(metadata.compressed_size()), unsigned(metadata.num_rows()));
    let bytes = match &plan.inner()[row_group] {
        RowGroupAccess::Skip => 0,
        RowGroupAccess::Scan => bytes,
        RowGroupAccess::Selection(selection) => {
            let n_selected = u64::try_from(selection.row_count()).unwrap_or(n_rows);
            (bytes / n_rows.max(1)).max(1).saturating_mul(n_selected)
        }
    };
    let start = metadata.columns().first().map_or(0, |column| {
        column
            .dictionary_page_offset()
            .unwrap_or_else(|| column.data_page_offset())
    });
    RowGroupToRead {
        start: unsigned(start),
        bytes,
    }
}

impl BoundsTest {
    fn leaves(&self) -> &[FieldRef] {
        match self {
            Self::Filter { leaves, .. } => leaves,
            Self::Keys { leaf, .. } => std::slice::from_ref(leaf),
            Self::Boxes { leaves, .. } => leaves,
        }
    }

    /// False for containers without a row that can pass.
    fn keep(&self, bounds: &Bounds) -> Result<Vec<bool>> {
        match self {
            Self::Filter { predicate, .. } => predicate.prune(bounds),
            Self::Keys { keys, leaf } => match bounds.leaves.get(leaf.name()) {
                Some(leaf) => Ok(keys.may_hold_between_each(&leaf.min, &leaf.max)?),
                None => Ok(vec![true; bounds.n_containers]),
            },
            Self::Boxes { bounds: any, leaves } => {
                let leaves = leaves.each_ref().map(|leaf| bounds.leaves.get(leaf.name()));
                boxes::keep(bounds.n_containers, leaves, any)
            }
        }
    }

    /// False for row groups without a row that can pass.
    fn row_groups(&self, footer: &ParquetMetaData) -> Result<Vec<bool>> {
        let schema = footer.file_metadata().schema_descr();
        let row_groups = || footer.row_groups().iter();
        let mut leaves = HashMap::new();
        for leaf in self.leaves() {
            let Some(column) = leaf_column(footer, leaf.name()) else {
                continue;
            };
            let statistics =
                StatisticsConverter::from_column_index(column, leaf, schema)?.with_missing_null_counts_as_zero(false);
            let bounds = LeafBounds::new(
                &statistics.row_group_mins(row_groups())?,
                &statistics.row_group_maxes(row_groups())?,
                statistics.row_group_null_counts(row_groups())?,
            );
            leaves.insert(leaf.name().clone(), bounds);
        }
        self.keep(&Bounds {
            n_containers: footer.num_row_groups(),
            leaves,
        })
    }

    /// Narrows the plan to the pages with rows that can pass. Pages of several columns do not align, so that only boxes
    /// and tests of one column can tell.
    fn select_pages(
        &self,
        footer: &ParquetMetaData,
        plan: &mut ParquetAccessPlan,
        counts: &mut AccessCounts,
    ) -> Result<()> {
        if let Self::Boxes { bounds, leaves } = self {
            return boxes::select_pages(footer, leaves, bounds, plan, counts);
        }
        let ([leaf], Some(column_index), Some(offset_index)) =
            (self.leaves(), footer.column_index(), footer.offset_index())
        else {
            return Ok(());
        };
        let Some(column) = leaf_column(footer, leaf.name()) else {
            return Ok(());
        };
        let schema = footer.file_metadata().schema_descr();
        let statistics = StatisticsConverter::from_column_index(column, leaf, schema)?;
        for row_group in plan.row_group_indexes() {
            let locations = offset_index.get(row_group).and_then(|columns| columns.get(column));
            let Some(locations) = locations.map(OffsetIndexMetaData::page_locations) else {
                continue;
            };
            let has_bounds = column_index
                .get(row_group)
                .is_some_and(|columns| column < columns.len());
            if locations.is_empty() || !has_bounds {
                continue;
            }
            let bounds = LeafBounds::new(
                &statistics.data_page_mins(column_index, offset_index, [&row_group])?,
                &statistics.data_page_maxes(column_index, offset_index, [&row_group])?,
                statistics.data_page_null_counts(column_index, offset_index, [&row_group])?,
            );
            let keep = self.keep(&Bounds {
                n_containers: locations.len(),
                leaves: HashMap::from([(leaf.name().clone(), bounds)]),
            })?;
            counts.pages_total += keep.len();
            counts.pages_kept += keep.iter().filter(|keep| **keep).count();
            let first_rows = locations.iter().map(|page| page.first_row_index);
            let selection = selection(&keep, first_rows, footer.row_group(row_group).num_rows());
            narrow(plan, row_group, selection);
        }
        Ok(())
    }
}

/// The rows of the kept pages of a row group.
fn selection(keep: &[bool], first_rows: impl Iterator<Item = i64>, n_rows: i64) -> RowSelection {
    let first_rows: Vec<i64> = first_rows.chain([n_rows]).collect();
    let pages = keep.iter().zip(first_rows.windows(2));
    let selectors = pages.map(|(keep, rows)| {
        let n_rows = usize::try_from(rows[1] - rows[0]).unwrap_or_default();
        if *keep {
            RowSelector::select(n_rows)
        } else {
            RowSelector::skip(n_rows)
        }
    });
    selectors.collect::<Vec<_>>().into()
}

/// Reads no more of a row group than the selection, and nothing of it if that leaves no row.
fn narrow(plan: &mut ParquetAccessPlan, row_group: usize, selection: RowSelection) {
    if selection.skipped_row_count() == 0 {
        return;
    }
    plan.scan_selection(row_group, selection);
    let is_empty = match &plan.inner()[row_group] {
        RowGroupAccess::Selection(selection) => !selection.selects_any(),
        RowGroupAccess::Skip | RowGroupAccess::Scan => false,
    };
    if is_empty {
        plan.skip(row_group);
    }
}

/// The column of a file whose dotted path this is, if there is just one and its values are not in lists.
fn leaf_column(footer: &ParquetMetaData, path: &str) -> Option<usize> {
    let columns = footer.file_metadata().schema_descr().columns().iter();
    let mut found = columns.enumerate().filter(|(_, column)| column.path().string() == path);
    let (column, descriptor) = found.next()?;
    (found.next().is_none() && descriptor.max_rep_level() == 0).then_some(column)
}

impl AccessCounts {
    fn add(&mut self, other: Self) {
        self.row_groups_kept += other.row_groups_kept;
        self.row_groups_total += other.row_groups_total;
        self.pages_kept += other.pages_kept;
        self.pages_total += other.pages_total;
    }
}

impl LeafBounds {
    fn new(min: &ArrayRef, max: &ArrayRef, null_count: UInt64Array) -> Self {
        Self {
            min: sound_bound(min, -0.0),
            max: sound_bound(max, 0.0),
            null_count: Arc::new(null_count),
        }
    }
}

/// Bounds without NaN, which says nothing, and with the given zero, since writers do not tell -0.0 from 0.0.
fn sound_bound(bounds: &ArrayRef, zero: f32) -> ArrayRef {
    match bounds.data_type() {
        DataType::Float32 => {
            let sound = |value: f32| if value == 0.0 { zero } else { value };
            let bounds = bounds.as_primitive::<Float32Type>();
            Arc::new(bounds.unary_opt::<_, Float32Type>(|value| Some(sound(value)).filter(|value| !value.is_nan())))
        }
        DataType::Float64 => {
            let sound = |value: f64| if value == 0.0 { f64::from(zero) } else { value };
            let bounds = bounds.as_primitive::<Float64Type>();
            Arc::new(bounds.unary_opt::<_, Float64Type>(|value| Some(sound(value)).filter(|value| !value.is_nan())))
        }
        _ => Arc::clone(bounds),
    }
}

impl PruningStatistics for Bounds {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        Some(Arc::clone(&self.leaves.get(&column.name)?.min))
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        Some(Arc::clone(&self.leaves.get(&column.name)?.max))
    }

    fn num_containers(&self) -> usize {
        self.n_containers
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        Some(Arc::clone(&self.leaves.get(&column.name)?.null_count))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

/// The leaf column of a dotted path.
pub fn leaf_field(path: impl Into<String>, data_type: DataType) -> FieldRef {
    Arc::new(Field::new(path, data_type, true))
}
