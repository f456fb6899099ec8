//! The right side of a join whose left side is on disk: on disk too, each row in every part that it may match in.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch, UInt32Array, UInt64Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;

use super::geometry_rows::{GeometryRows, RowBounds};
use super::left::Parts;
use super::probe::Probe;

/// Writes the rows of a partition of the right side; gives those of each part, with the columns of [`Visits`].
pub async fn scatter(
    probe: &Probe,
    parts: &Parts,
    mut right: SendableRecordBatchStream,
) -> Result<Vec<SendableRecordBatchStream>> {
    let schema = Visits::schema(&right.schema());
    let (writers, streams): (Vec<_>, Vec<_>) = (0..parts.len()).map(|_| parts.disk().queue(&schema)).unzip();
    let mut first = 0_u64;
    while let Some(batch) = right.next().await {
        let batch = batch?;
        let geometries = GeometryRows::evaluate(&probe.condition.right, &batch)?;
        let mut of_parts: Vec<(Vec<u32>, Vec<bool>)> = vec![Default::default(); parts.len()];
        for row in 0..geometries.len() {
            let place = u32::try_from(row).unwrap_or(u32::MAX);
            let mut last = None;
            if let RowBounds::Some(bounds) = geometries.bounds(row) {
                for part in parts.reached_by(&bounds) {
                    of_parts[part].0.push(place);
                    of_parts[part].1.push(false);
                    last = Some(part);
                }
            }
            // Left rows that are EMPTY are in the first part, and rows that match nothing must go out somewhere.
            let (rows, is_last_of) = &mut of_parts[last.unwrap_or(0)];
            if last.is_none() {
                rows.push(place);
            } else {
                is_last_of.pop();
            }
            is_last_of.push(true);
        }
        for (writer, (rows, is_last)) in writers.iter().zip(of_parts) {
            if !rows.is_empty() {
                let visits = Visits {
                    rows: rows.iter().map(|row| first + u64::from(*row)).collect(),
                    is_last: is_last.into(),
                };
                let rows = take_record_batch(&batch, &UInt32Array::from(rows))?;
                writer.push_batch(&visits.join(&rows, &schema)?)?;
            }
        }
        first += batch.num_rows() as u64;
    }
    Ok(streams)
}

/// Which rows of a batch have come before or will come again, in another part.
pub struct Visits {
    /// The number of each row among those of its partition.
    rows: UInt64Array,
    /// Whether a row comes for the last time.
    is_last: BooleanArray,
}

impl Visits {
    /// Rows with the columns that say when they come.
    fn schema(rows: &Schema) -> SchemaRef {
        let mut fields = rows.fields().to_vec();
        fields.push(Arc::new(Field::new("row", DataType::UInt64, false)));
        fields.push(Arc::new(Field::new("is_last", DataType::Boolean, false)));
        Arc::new(Schema::new_with_metadata(fields, rows.metadata().clone()))
    }

    fn join(self, rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
        let mut columns = rows.columns().to_vec();
        columns.push(Arc::new(self.rows));
        columns.push(Arc::new(self.is_last));
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }

    /// The rows as they were before they were written, and when they come.
    ///
    /// # Errors
    ///
    /// When the columns are not there.
    pub fn split(batch: &RecordBatch) -> Result<(RecordBatch, Self)> {
        let n_columns = batch.num_columns().saturating_sub(2);
        let (Some(rows), Some(is_last)) = (
            batch
                .columns()
                .get(n_columns)
                .and_then(|rows| rows.as_primitive_opt::<UInt64Type>()),
            batch
                .columns()
                .get(n_columns + 1)
                .and_then(|is_last| is_last.as_boolean_opt()),
        ) else {
            return Err(DataFusionError::Internal(
                "rows of a spatial join came back from disk damaged".to_owned(),
            ));
        };
        let visits = Self {
            rows: rows.clone(),
            is_last: is_last.clone(),
        };
        let columns: Vec<usize> = (0..n_columns).collect();
        Ok((batch.project(&columns)?, visits))
    }
}

/// The rows of a partition that have matched in a part and will come again.
#[derive(Default)]
pub struct Recall {
    matched: std::collections::HashSet<u64>,
}

impl Recall {
    /// Adds to the rows that matched in this part those that did in an earlier one, notes them for later parts, and gives
    /// the rows that come for the last time.
    pub fn take(&mut self, visits: &Visits, matched: &mut [bool]) -> BooleanArray {
        for (place, has_matched) in matched.iter_mut().enumerate() {
            let row = visits.rows.value(place);
            if visits.is_last.value(place) {
                *has_matched |= self.matched.remove(&row);
            } else if *has_matched {
                self.matched.insert(row);
            }
        }
        visits.is_last.clone()
    }
}
