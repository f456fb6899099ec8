//! `GeoParquet` files: versions 1 and 2, geometry as WKB or in one of `GeoArrow`'s layouts.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use pilji_udfs::function::GeometryColumn;
use serde_json::{Map, Value};

use super::batch::Decoded;
use super::declared::Declared;
use super::geo_metadata::{self, GeoMetadata};
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
/// Not a Parquet file, not `GeoParquet` that can be read, no rows, or a CRS that is not known.
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
    let Ok(geometry) = schema.field_with_name(&metadata.column) else {
        return Err(refused(format!("the column {:?} is missing", metadata.column)));
    };
    if geometry.data_type().is_binary() != (metadata.encoding == geo_metadata::WKB) {
        let (column, found, encoding) = (&metadata.column, geometry.data_type(), &metadata.encoding);
        return Err(refused(format!(
            "the column {column:?} is {found}, but its encoding {encoding}"
        )));
    }
    let geometry = in_encoding(geometry, &metadata.encoding);
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
        geometry,
        declared: metadata.declared,
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

/// The field of the geometry as `GeoArrow` names its layout.
fn in_encoding(field: &Field, encoding: &str) -> Field {
    let name = format!("geoarrow.{}", encoding.to_lowercase());
    let metadata = [("ARROW:extension:name".to_owned(), name)];
    field.clone().with_metadata(metadata.into())
}

/// The stream of chunks.
struct Columns {
    name: String,
    reader: ParquetRecordBatchReader,
    schema: SchemaRef,
    geometry_idx: usize,
    geometry: Field,
    declared: Declared,
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
        let geometry = self.as_wkb(&batch.remove_column(self.geometry_idx))?;
        self.check_declared(&geometry, first_row)?;
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
    /// The geometries as well-known binary.
    fn as_wkb(&self, geometry: &ArrayRef) -> Result<BinaryArray> {
        let read = GeometryColumn::read(geometry, &self.geometry).map(ArrayRef::from);
        let binary = read.map_err(|error| error.to_string()).and_then(|array| {
            let plain = cast(&array, &DataType::Binary).map_err(|error| error.to_string())?;
            Ok(plain.as_binary().clone())
        });
        binary.map_err(|found| Error::Damaged {
            name: self.name.clone(),
            found,
        })
    }

    fn check_declared(&self, geometry: &BinaryArray, first_row: u64) -> Result<()> {
        for (row, bytes) in (first_row..).zip(geometry) {
            if let Some(found) = bytes.and_then(|bytes| self.declared.contradiction(bytes)) {
                let found = format!("the {:?} of row {row} {found}", self.geometry.name());
                return Err(Error::NotGeoParquet {
                    name: self.name.clone(),
                    found,
                });
            }
        }
        Ok(())
    }

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
    geometry: BinaryArray,
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
        for (index, bytes) in self.geometry.iter().enumerate() {
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
