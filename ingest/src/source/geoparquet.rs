//! `GeoParquet` files: versions 1.0 and 1.1, geometry as WKB.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde_json::{Map, Value};

use super::batch::Decoded;
use super::geo_metadata::GeoMetadata;
use super::stream::{Chunks, ReadChunk};
use super::{Batch, Chunk, OpenPart, Payload, ReadOptions, wkb};
use crate::error::{Error, Result};

const CHUNK_RECORDS: usize = 8192;

/// Opens a `GeoParquet` file of `bytes` bytes.
///
/// Its columns come as Parquet defines them (text as `Utf8`, never as views or dictionaries), without those that
/// only hold the boxes of the geometry.
///
/// # Errors
///
/// Not a Parquet file, not `GeoParquet` 1 with WKB, no rows, or a CRS that is not known.
pub(super) fn open(name: &str, file: &Path, bytes: u64, options: &ReadOptions) -> Result<OpenPart> {
    let refused = |found: String| Error::NotGeoParquet {
        name: name.to_owned(),
        found,
    };
    let handle = File::open(file).map_err(Error::io("open", file))?;
    let reader_options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(handle, reader_options).map_err(|source| {
        Error::ParquetUnreadable {
            name: name.to_owned(),
            source,
        }
    })?;
    let footer = builder.metadata().file_metadata();
    let geo = footer
        .key_value_metadata()
        .into_iter()
        .flatten()
        .find(|pair| pair.key == "geo");
    let Some(geo) = geo.and_then(|pair| pair.value.as_deref()) else {
        return Err(refused("it has no geo metadata".to_owned()));
    };
    let mut notes = Vec::new();
    let metadata = GeoMetadata::parse(geo, name, options, &mut notes)?;
    for column in &metadata.others {
        notes.push(format!("column {column} holds more geometry, which is kept as bytes"));
    }

    let schema = Arc::clone(builder.schema());
    match schema
        .field_with_name(&metadata.column)
        .map(arrow::datatypes::Field::data_type)
    {
        Ok(DataType::Binary | DataType::LargeBinary | DataType::BinaryView) => {}
        Ok(other) => {
            return Err(refused(format!(
                "the column {:?} is {other}, not binary",
                metadata.column
            )));
        }
        Err(_) => return Err(refused(format!("the column {:?} is missing", metadata.column))),
    }
    let rows = u64::try_from(footer.num_rows()).unwrap_or(0);
    if rows == 0 {
        return Err(Error::PartEmpty { name: name.to_owned() });
    }

    let is_wanted = |field: &FieldRef| !metadata.coverings.contains(field.name());
    let wanted = schema
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| is_wanted(field))
        .map(|(index, _)| index);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let fields: Vec<FieldRef> = schema
        .fields()
        .iter()
        .filter(|field| is_wanted(field))
        .cloned()
        .collect();
    let Some(geometry_idx) = fields.iter().position(|field| *field.name() == metadata.column) else {
        return Err(refused(format!("the column {:?} covers itself", metadata.column)));
    };
    let mut attributes = fields;
    attributes.remove(geometry_idx);
    let schema: SchemaRef = Arc::new(Schema::new(attributes));

    let reader = builder
        .with_projection(mask)
        .with_batch_size(CHUNK_RECORDS)
        .build()
        .map_err(|source| Error::ParquetUnreadable {
            name: name.to_owned(),
            source,
        })?;
    let columns = Columns {
        name: name.to_owned(),
        reader,
        schema: Arc::clone(&schema),
        geometry_idx,
        bytes,
        rows,
        done: 0,
    };
    Ok(OpenPart {
        schema,
        crs: metadata.crs,
        rows: Some(rows),
        notes,
        chunks: Box::new(Chunks::new(columns)),
    })
}

/// The stream of chunks.
struct Columns {
    name: String,
    reader: ParquetRecordBatchReader,
    schema: SchemaRef,
    geometry_idx: usize,
    bytes: u64,
    rows: u64,
    done: u64,
}

impl ReadChunk for Columns {
    fn read_chunk(&mut self) -> Result<Option<Chunk>> {
        let Some(batch) = self.reader.next() else {
            if self.done != self.rows {
                let found = format!("it declares {} rows, but holds {}", self.rows, self.done);
                return Err(Error::Damaged {
                    name: self.name.clone(),
                    found,
                });
            }
            return Ok(None);
        };
        let mut batch = batch.map_err(|source| Error::ParquetRows {
            name: self.name.clone(),
            source,
        })?;
        let first_row = self.done + 1;
        let bytes_before = self.bytes_at(self.done);
        self.done += batch.num_rows() as u64;
        let bytes_read = self.bytes_at(self.done) - bytes_before;
        let geometry = batch.remove_column(self.geometry_idx);
        let raw = RawColumns {
            schema: Arc::clone(&self.schema),
            columns: batch,
            geometry,
            first_row,
        };
        Ok(Some(Chunk {
            bytes_read,
            payload: Payload::Parquet(raw),
        }))
    }
}

impl Columns {
    /// The share of the file's bytes that so many rows take; columns lie apart, so that there is no exact number.
    fn bytes_at(&self, rows: u64) -> u64 {
        let share = u128::from(self.bytes) * u128::from(rows.min(self.rows)) / u128::from(self.rows.max(1));
        u64::try_from(share).unwrap_or(self.bytes)
    }
}

/// Rows as Parquet gives them, the geometry still in WKB.
pub(super) struct RawColumns {
    schema: SchemaRef,
    columns: RecordBatch,
    geometry: ArrayRef,
    first_row: u64,
}

impl RawColumns {
    pub(super) fn records(&self) -> usize {
        self.columns.num_rows()
    }

    pub(super) fn decode(self) -> Batch {
        let n_rows = self.records();
        let mut decoded = Decoded {
            rows: (self.first_row..).take(n_rows).collect(),
            ..Decoded::default()
        };
        // The type was checked when the file was opened, and the cast between the forms of binary cannot fail.
        let cast = cast(&self.geometry, &DataType::Binary).ok();
        let binary = cast
            .as_ref()
            .and_then(|array| array.as_any().downcast_ref::<BinaryArray>());
        for index in 0..n_rows {
            let bytes = binary
                .filter(|array| array.is_valid(index))
                .map(|array| array.value(index));
            let read = bytes.map_or(Ok(None), |bytes| wkb::read(bytes, &mut decoded.counts));
            decoded.geometry.push(read.unwrap_or_else(|fault| {
                decoded.faults.insert(index, fault);
                None
            }));
        }
        let columns = self.columns.columns().to_vec();
        decoded.finish(&self.schema, columns, |index| record(&self.columns, index))
    }
}

/// The fields of a row as text.
fn record(columns: &RecordBatch, index: usize) -> Map<String, Value> {
    let options = FormatOptions::default();
    let text = |column: &ArrayRef| {
        let formatter = ArrayFormatter::try_new(column, &options).ok()?;
        formatter
            .value(index)
            .try_to_string()
            .ok()
            .filter(|_| column.is_valid(index))
    };
    let schema = columns.schema();
    let fields = schema.fields().iter().zip(columns.columns());
    fields
        .map(|(field, column)| (field.name().clone(), text(column).map_or(Value::Null, Value::from)))
        .collect()
}
