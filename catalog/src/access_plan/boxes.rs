//! Row groups and stretches of pages whose boxes may overlap one of some bounds.

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::datasource::physical_plan::parquet::ParquetAccessPlan;
use datafusion::error::Result;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use pilji_udfs::geometry::Bounds;

use super::{AccessCounts, LeafBounds, leaf_column, narrow, selection};

/// The corners that boxes of a container cannot lie beyond, infinite where nothing is known.
struct Corner(Vec<f64>);

impl Corner {
    fn unknown(n_containers: usize, value: f64) -> Self {
        Self(vec![value; n_containers])
    }

    fn of(values: &ArrayRef, unknown: f64) -> Result<Self> {
        let values = cast(values, &DataType::Float64)?;
        let values = values.as_primitive::<Float64Type>();
        Ok(Self(values.iter().map(|value| value.unwrap_or(unknown)).collect()))
    }
}

/// True for containers with a box that may overlap one of the bounds, given the bounds of `xmin`, `ymin`, `xmax` and
/// `ymax`.
pub(super) fn keep(n_containers: usize, leaves: [Option<&LeafBounds>; 4], any: &[Bounds]) -> Result<Vec<bool>> {
    let low = |leaf: Option<&LeafBounds>| match leaf {
        Some(leaf) => Corner::of(&leaf.min, f64::NEG_INFINITY),
        None => Ok(Corner::unknown(n_containers, f64::NEG_INFINITY)),
    };
    let high = |leaf: Option<&LeafBounds>| match leaf {
        Some(leaf) => Corner::of(&leaf.max, f64::INFINITY),
        None => Ok(Corner::unknown(n_containers, f64::INFINITY)),
    };
    let [xmin, ymin, xmax, ymax] = leaves;
    let corners = [low(xmin)?, low(ymin)?, high(xmax)?, high(ymax)?];
    Ok(overlapping(n_containers, &corners, |_, container| container, any))
}

/// `place` says which value of a corner belongs to a container.
fn overlapping(
    n_containers: usize,
    corners: &[Corner; 4],
    place: impl Fn(usize, usize) -> usize,
    any: &[Bounds],
) -> Vec<bool> {
    let keep = |container: usize| {
        let corner = |idx: usize, unknown: f64| corners[idx].0.get(place(idx, container)).copied().unwrap_or(unknown);
        // Not the bounds of a box: NULLs and odd rows may have put the lower corner above the upper one.
        let (xmin, ymin) = (corner(0, f64::NEG_INFINITY), corner(1, f64::NEG_INFINITY));
        let (xmax, ymax) = (corner(2, f64::INFINITY), corner(3, f64::INFINITY));
        let overlaps = |one: &Bounds| xmin <= one.xmax && one.xmin <= xmax && ymin <= one.ymax && one.ymin <= ymax;
        any.iter().any(overlaps)
    };
    (0..n_containers).map(keep).collect()
}

/// Narrows the plan to the rows whose pages may hold a box that overlaps one of the bounds.
///
/// Pages of the four corners need not align: the rows between two beginnings of pages, of whichever corner, are judged
/// by the four pages that they lie in.
pub(super) fn select_pages(
    footer: &ParquetMetaData,
    leaves: &[FieldRef; 4],
    any: &[Bounds],
    plan: &mut ParquetAccessPlan,
    counts: &mut AccessCounts,
) -> Result<()> {
    for row_group in plan.row_group_indexes() {
        let Some(pages) = Pages::of(footer, leaves, row_group)? else {
            continue;
        };
        let mut first_rows: Vec<i64> = pages.first_rows.iter().flatten().copied().collect();
        first_rows.sort_unstable();
        first_rows.dedup();
        let page_of = |corner: usize, stretch: usize| {
            let begun = pages.first_rows[corner].partition_point(|first| *first <= first_rows[stretch]);
            begun.saturating_sub(1)
        };
        let keep = overlapping(first_rows.len(), &pages.corners, page_of, any);
        counts.pages_total += keep.len();
        counts.pages_kept += keep.iter().filter(|keep| **keep).count();
        let selection = selection(
            &keep,
            first_rows.iter().copied(),
            footer.row_group(row_group).num_rows(),
        );
        narrow(plan, row_group, selection);
    }
    Ok(())
}

/// The pages of the four corners in one row group.
struct Pages {
    first_rows: [Vec<i64>; 4],
    corners: [Corner; 4],
}

impl Pages {
    /// `None` when the file does not tell of the pages of some corner.
    fn of(footer: &ParquetMetaData, leaves: &[FieldRef; 4], row_group: usize) -> Result<Option<Self>> {
        let (Some(column_index), Some(offset_index)) = (footer.column_index(), footer.offset_index()) else {
            return Ok(None);
        };
        let mut first_rows = [const { Vec::new() }; 4];
        let mut corners = [const { Corner(Vec::new()) }; 4];
        for (idx, leaf) in leaves.iter().enumerate() {
            let Some(column) = leaf_column(footer, leaf.name()) else {
                return Ok(None);
            };
            let locations = offset_index.get(row_group).and_then(|columns| columns.get(column));
            let locations = locations
                .map(OffsetIndexMetaData::page_locations)
                .filter(|pages| !pages.is_empty());
            let has_bounds = column_index
                .get(row_group)
                .is_some_and(|columns| column < columns.len());
            let Some(locations) = locations.filter(|_| has_bounds) else {
                return Ok(None);
            };
            first_rows[idx] = locations.iter().map(|page| page.first_row_index).collect();
            let schema = footer.file_metadata().schema_descr();
            let statistics = StatisticsConverter::from_column_index(column, leaf, schema)?;
            let bounds = LeafBounds::new(
                &statistics.data_page_mins(column_index, offset_index, [&row_group])?,
                &statistics.data_page_maxes(column_index, offset_index, [&row_group])?,
                statistics.data_page_null_counts(column_index, offset_index, [&row_group])?,
            );
            let is_lower = idx < 2;
            corners[idx] = if is_lower {
                Corner::of(&bounds.min, f64::NEG_INFINITY)?
            } else {
                Corner::of(&bounds.max, f64::INFINITY)?
            };
        }
        Ok(Some(Self { first_rows, corners }))
    }
}
