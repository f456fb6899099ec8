//! Pairs of rows that match, and the columns that are made of them.

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::JoinSide;
use datafusion::common::cast::as_boolean_array;
use datafusion::error::Result;
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter};
use std::sync::Arc;

use super::build::BuildSide;

/// Rows of the left side and rows of a batch of the right side.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Numbers of left rows.
    pub left: Vec<u32>,
    /// Places in the right batch.
    pub right: Vec<u32>,
}

impl Pairs {
    /// The number of pairs.
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// Adds a pair.
    pub fn push(&mut self, left: u32, right: u32) {
        self.left.push(left);
        self.right.push(right);
    }

    /// Keeps the pairs for which a filter is true.
    pub fn retain(&mut self, filter: &JoinFilter, build: &BuildSide, right: &RecordBatch) -> Result<()> {
        if self.left.is_empty() {
            return Ok(());
        }
        let batch = columns(
            Arc::clone(filter.schema()),
            filter.column_indices(),
            &Sides {
                build,
                right,
                pairs: self,
            },
        )?;
        let truth = filter.expression().evaluate(&batch)?.into_array(batch.num_rows())?;
        let truth = as_boolean_array(&truth)?;
        let is_true = |idx: usize| !arrow::array::Array::is_null(truth, idx) && truth.value(idx);
        let mut idx = 0;
        self.left.retain(|_| {
            idx += 1;
            is_true(idx - 1)
        });
        idx = 0;
        self.right.retain(|_| {
            idx += 1;
            is_true(idx - 1)
        });
        Ok(())
    }
}

/// Where the columns of pairs come from.
pub struct Sides<'a> {
    /// The left side.
    pub build: &'a BuildSide,
    /// A batch of the right side.
    pub right: &'a RecordBatch,
    /// The pairs.
    pub pairs: &'a Pairs,
}

/// The columns of pairs, as a schema has them.
pub fn columns(schema: SchemaRef, places: &[ColumnIndex], sides: &Sides<'_>) -> Result<RecordBatch> {
    let right_rows = UInt32Array::from(sides.pairs.right.clone());
    let left_places = places_of(sides.build, &sides.pairs.left);
    let mut arrays = Vec::with_capacity(places.len());
    for (place, field) in places.iter().zip(schema.fields()) {
        arrays.push(match place.side {
            JoinSide::Left => left_column(sides.build, place.index, &left_places, field.data_type())?,
            JoinSide::Right => take(sides.right.column(place.index), &right_rows, None)?,
            JoinSide::None => new_null_array(field.data_type(), sides.pairs.len()),
        });
    }
    batch(schema, arrays, sides.pairs.len())
}

/// Rows of one side with NULL for the other, or with a mark that says whether they matched.
pub fn one_sided(
    schema: SchemaRef,
    places: &[ColumnIndex],
    side: JoinSide,
    n_rows: usize,
    column: impl Fn(usize, &DataType) -> Result<ArrayRef>,
    mark: Option<&BooleanArray>,
) -> Result<RecordBatch> {
    let mut arrays = Vec::with_capacity(places.len());
    for (place, field) in places.iter().zip(schema.fields()) {
        arrays.push(if place.side == side {
            column(place.index, field.data_type())?
        } else if let (JoinSide::None, Some(mark)) = (place.side, mark) {
            Arc::new(mark.clone())
        } else {
            new_null_array(field.data_type(), n_rows)
        });
    }
    batch(schema, arrays, n_rows)
}

/// The batches and places of left rows.
pub fn places_of(build: &BuildSide, rows: &[u32]) -> Vec<(usize, usize)> {
    rows.iter().map(|row| build.rows.place(*row)).collect()
}

/// A column of the left side in these places.
pub fn left_column(
    build: &BuildSide,
    column: usize,
    places: &[(usize, usize)],
    data_type: &DataType,
) -> Result<ArrayRef> {
    if places.is_empty() {
        return Ok(new_null_array(data_type, 0));
    }
    let arrays: Vec<&dyn arrow::array::Array> = build
        .rows
        .batches()
        .iter()
        .map(|batch| batch.column(column).as_ref())
        .collect();
    Ok(interleave(&arrays, places)?)
}

fn batch(schema: SchemaRef, arrays: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    Ok(RecordBatch::try_new_with_options(schema, arrays, &options)?)
}
