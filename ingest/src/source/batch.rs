//! From decoded columns to a [`Batch`]: the rows that could not be decoded are taken out.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use geo_types::Geometry;
use serde_json::{Map, Value};

use super::{Batch, Counts, wkt};
use crate::reject::{RejectCode, Rejected};

/// Why a row cannot be decoded.
#[derive(Debug)]
pub(super) struct Fault {
    pub code: RejectCode,
    pub message: String,
    /// The offending value, undecodable bytes as `\xNN`.
    pub value: String,
    /// The broken geometry; that of a sound one is added by [`Decoded::finish`].
    pub wkt: Option<String>,
}

impl Fault {
    /// A geometry that cannot be read; `value` is what there is of it.
    pub(super) fn geometry(message: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            code: RejectCode::GeometryBroken,
            message: message.into(),
            value: value.into(),
            wkt: None,
        }
    }

    /// A number or date that cannot be read.
    pub(super) fn field(message: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            code: RejectCode::FieldInvalid,
            message: message.into(),
            value: value.into(),
            wkt: None,
        }
    }

    /// Text that the encoding cannot decode.
    pub(super) fn text(column: &str, encoding: pilji_catalog::TextEncoding, bytes: &[u8]) -> Self {
        let message = format!("column {column} is not {} text", encoding.name());
        Self {
            code: RejectCode::TextUndecodable,
            message,
            value: encoding.escape(bytes),
            wkt: None,
        }
    }
}

/// All rows of a chunk, sound or not; the vectors are equally long.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// 1-based record numbers.
    pub rows: Vec<u64>,
    pub geometry: Vec<Option<Geometry<f64>>>,
    /// The first fault of a row, by its index.
    pub faults: BTreeMap<usize, Fault>,
    pub counts: Counts,
}

impl Decoded {
    /// Notes a fault; the first one of a row stays.
    pub(super) fn blame(&mut self, index: usize, fault: Fault) {
        self.faults.entry(index).or_insert(fault);
    }

    /// Takes the rows with faults out. `columns` are those of `schema` and as long as `self.rows`; `record` gives the
    /// fields of a row as found.
    pub(super) fn finish(
        self,
        schema: &SchemaRef,
        columns: Vec<ArrayRef>,
        record: impl Fn(usize) -> Map<String, Value>,
    ) -> Batch {
        let Self {
            rows,
            geometry,
            faults,
            counts,
        } = self;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        #[expect(
            clippy::expect_used,
            reason = "every reader builds one column per field, each with one value per row"
        )]
        let attributes = RecordBatch::try_new_with_options(schema.clone(), columns, &options).expect("columns fit");
        if faults.is_empty() {
            return Batch {
                rows,
                attributes,
                geometry,
                rejected: Vec::new(),
                counts,
            };
        }

        let is_sound: Vec<bool> = (0..rows.len()).map(|index| !faults.contains_key(&index)).collect();
        let attributes = keep(&attributes, &is_sound);
        let rejected = faults
            .into_iter()
            .map(|(index, fault)| Rejected {
                row: rows[index],
                code: fault.code,
                message: fault.message,
                value: fault.value,
                record: record(index),
                wkt: fault.wkt.or_else(|| geometry[index].as_ref().map(wkt::write)),
            })
            .collect();
        let rows = rows
            .into_iter()
            .zip(&is_sound)
            .filter_map(|(row, keep)| keep.then_some(row))
            .collect();
        let geometry = geometry
            .into_iter()
            .zip(&is_sound)
            .filter_map(|(shape, keep)| keep.then_some(shape))
            .collect();
        Batch {
            rows,
            attributes,
            geometry,
            rejected,
            counts,
        }
    }
}

fn keep(attributes: &RecordBatch, is_sound: &[bool]) -> RecordBatch {
    if attributes.num_columns() == 0 {
        // Arrow filters columns, of which there are none; the row count is all there is.
        let count = is_sound.iter().filter(|keep| **keep).count();
        return attributes.slice(0, count);
    }
    #[expect(clippy::expect_used, reason = "the mask has one value per row")]
    filter_record_batch(attributes, &BooleanArray::from(is_sound.to_vec())).expect("mask fits")
}
