//! Plain datasets: files of any columns, kept with their names, the geometry in EPSG:4326.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Float64Builder, NullBufferBuilder, RecordBatch, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use geozero::ToWkt;
use pilji_udfs::{ToWgs84, hilbert_index};

use crate::columns::row_as_json;
use crate::error::{Error, Result};
use crate::geometry::{Broken, WkbWriter};
use crate::record;
use crate::reject::{RejectCode, Rejected};
use crate::report::Notes;
use crate::source::Batch;
use crate::writer::{BBOX, GEOMETRY, bbox_fields, geometry_field};

/// Characters that Delta does not allow in column names.
const NOT_IN_NAMES: &[char] = &[' ', ',', ';', '{', '}', '(', ')', '\n', '\t', '='];
/// Bytes after the attributes: bbox, length of the geometry.
const TAIL_BYTES: usize = 4 * 8 + 4;

/// How the columns of a plain input become those of its dataset.
pub(crate) struct PlainColumns {
    /// Positions of the kept columns in the input.
    kept: Vec<usize>,
    /// Kept columns under their new names and types.
    fields: Vec<Field>,
    converter: RowConverter,
}

/// The rows of a batch after conversion: encoded records, and the rows that were kept out.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    pub(crate) records: Vec<u8>,
    pub(crate) published: u64,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) notes: Notes,
}

/// A geometry in EPSG:4326 with its bounds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) wkb: Vec<u8>,
    pub(crate) bbox: [f64; 4],
}

/// A row read from bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlainRow<'a> {
    /// `None` for a row without a geometry.
    pub(crate) wkb: Option<&'a [u8]>,
    pub(crate) bbox: [f64; 4],
    /// Attributes in Arrow's row format.
    attributes: &'a [u8],
}

impl PlainColumns {
    /// Takes over the columns of an input. Remarks on renamed columns are added to `remarks`.
    ///
    /// # Errors
    ///
    /// Fails on a column of a type that a dataset cannot hold.
    pub(crate) fn new(file: &str, schema: &Schema, remarks: &mut Vec<String>) -> Result<Self> {
        let mut kept = Vec::new();
        let mut fields = Vec::new();
        let mut taken: HashSet<String> = [GEOMETRY, BBOX].map(str::to_owned).into();
        for (idx, field) in schema.fields().iter().enumerate() {
            let is_covering = field.name() == BBOX && matches!(field.data_type(), DataType::Struct(_));
            if is_covering {
                continue;
            }
            let name = free_name(field.name(), &mut taken);
            if name != *field.name() {
                remarks.push(format!(
                    "{file}: column {:?} is named {name:?} in the dataset",
                    field.name()
                ));
            }
            kept.push(idx);
            fields.push(Field::new(name, dataset_type(field.data_type()), true));
        }
        let sort_fields: Vec<SortField> = fields
            .iter()
            .map(|field| SortField::new(field.data_type().clone()))
            .collect();
        if let Some(field) = fields.iter().find(|field| !holds(field.data_type())) {
            let (column, data_type) = (field.name().clone(), field.data_type().to_string());
            return Err(Error::ColumnType {
                file: file.to_owned(),
                column,
                data_type,
            });
        }
        let converter = RowConverter::new(sort_fields).map_err(|source| Error::Arrow {
            what: "the rows' byte form",
            source,
        })?;
        Ok(Self {
            kept,
            fields,
            converter,
        })
    }

    /// The columns of the dataset: geometry, the input's own, bbox.
    pub(crate) fn schema(&self) -> SchemaRef {
        let mut fields = vec![geometry_field(true)];
        fields.extend(self.fields.iter().cloned());
        fields.push(Field::new(BBOX, DataType::Struct(bbox_fields()), true));
        Arc::new(Schema::new(fields))
    }

    /// The first difference to the columns of another input, for people.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let describe = |fields: &[Field]| {
            let columns: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), field.data_type()))
                .collect();
            columns.join(", ")
        };
        (self.fields != other.fields).then(|| {
            format!(
                "its columns are {}, not {}",
                describe(&self.fields),
                describe(&other.fields)
            )
        })
    }

    /// Converts the rows of a batch.
    ///
    /// # Errors
    ///
    /// Fails when a column cannot be brought to its type.
    pub(crate) fn convert(&self, to_wgs84: &ToWgs84, batch: Batch) -> Result<Converted, ArrowError> {
        let columns = self.kept.iter().zip(&self.fields).map(|(idx, field)| {
            let column = batch.attributes.column(*idx);
            cast(column, field.data_type())
        });
        let columns: Vec<ArrayRef> = columns.collect::<Result<_, _>>()?;
        let rows = if columns.is_empty() {
            None
        } else {
            Some(self.converter.convert_columns(&columns)?)
        };
        let mut writer = WkbWriter::new(to_wgs84);
        let mut converted = Converted::default();
        let (mut wkb, mut payload) = (Vec::new(), Vec::new());
        for row in 0..batch.rows.len() {
            wkb.clear();
            let geometry = batch.geometry[row].as_ref();
            let facts = geometry.map(|geometry| writer.write(geometry, &mut wkb));
            let (bbox, position) = match facts {
                Some(Ok(facts)) => {
                    converted.notes.invalid_geometries += u64::from(!facts.valid);
                    (facts.bbox, position(facts.bbox))
                }
                None | Some(Err(Broken::Empty)) => {
                    converted.notes.without_geometry += 1;
                    ([0.0; 4], 0)
                }
                Some(Err(Broken::Unusable(message))) => {
                    converted.rejected.push(Rejected {
                        row: batch.rows[row],
                        code: RejectCode::GeometryBroken,
                        message,
                        value: String::new(),
                        record: row_as_json(&batch.attributes, row),
                        wkt: geometry.and_then(|geometry| geometry.to_wkt().ok()),
                    });
                    continue;
                }
            };
            let attributes = rows.as_ref().map(|rows| rows.row(row));
            encode(
                &wkb,
                attributes.as_ref().map_or(&[], |row| row.as_ref()),
                bbox,
                &mut payload,
            );
            record::push(&mut converted.records, 0, position, &payload);
            converted.published += 1;
        }
        converted.notes.rings_closed = batch.counts.rings_closed;
        converted.notes.rings_turned = batch.counts.rings_turned;
        converted.notes.heights_dropped = batch.counts.heights_dropped;
        converted.notes.rows_deleted = batch.counts.rows_deleted;
        converted.rejected.extend(batch.rejected);
        Ok(converted)
    }

    /// Encodes rows that are made here: a column for each of the dataset's own, and a geometry for each row.
    ///
    /// # Errors
    ///
    /// Fails when the columns are not of these types.
    pub(crate) fn records(&self, attributes: &[ArrayRef], shapes: &[Shape]) -> Result<Vec<u8>, ArrowError> {
        let rows = self.converter.convert_columns(attributes)?;
        let (mut records, mut payload) = (Vec::new(), Vec::new());
        for (row, Shape { wkb, bbox }) in rows.iter().zip(shapes) {
            encode(wkb, row.as_ref(), *bbox, &mut payload);
            record::push(&mut records, 0, position(*bbox), &payload);
        }
        Ok(records)
    }

    /// Makes a batch of the dataset's columns.
    ///
    /// # Errors
    ///
    /// Fails when the rows are not of these columns.
    pub(crate) fn batch(&self, file_schema: &SchemaRef, rows: &[PlainRow<'_>]) -> Result<RecordBatch, ArrowError> {
        let mut geometry = BinaryBuilder::new();
        let mut edges: [Float64Builder; 4] = Default::default();
        let mut has_bbox = NullBufferBuilder::new(rows.len());
        for row in rows {
            geometry.append_option(row.wkb);
            has_bbox.append(row.wkb.is_some());
            for (builder, edge) in edges.iter_mut().zip(row.bbox) {
                builder.append_value(edge);
            }
        }
        let edges = edges.map(|mut builder| Arc::new(builder.finish()) as ArrayRef).to_vec();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(geometry.finish())];
        if !self.fields.is_empty() {
            let parser = self.converter.parser();
            columns.extend(
                self.converter
                    .convert_rows(rows.iter().map(|row| parser.parse(row.attributes)))?,
            );
        }
        columns.push(Arc::new(StructArray::try_new(bbox_fields(), edges, has_bbox.finish())?));
        RecordBatch::try_new(Arc::clone(file_schema), columns)
    }
}

/// The place of the middle of bounds on the Hilbert curve.
fn position([x_min, y_min, x_max, y_max]: [f64; 4]) -> u64 {
    hilbert_index(f64::midpoint(x_min, x_max), f64::midpoint(y_min, y_max))
}

/// Writes a row as bytes: geometry first, by which rows of one place are ordered.
fn encode(wkb: &[u8], attributes: &[u8], bbox: [f64; 4], payload: &mut Vec<u8>) {
    payload.clear();
    payload.extend_from_slice(wkb);
    payload.extend_from_slice(attributes);
    for edge in bbox {
        payload.extend_from_slice(&edge.to_le_bytes());
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a geometry is smaller than the memory for all rows"
    )]
    payload.extend_from_slice(&(wkb.len() as u32).to_le_bytes());
}

/// Reads a row; `None` when the bytes are not one.
pub(crate) fn decode(payload: &[u8]) -> Option<PlainRow<'_>> {
    let (row, tail) = payload.split_at_checked(payload.len().checked_sub(TAIL_BYTES)?)?;
    let (edges, length) = tail.split_at_checked(4 * 8)?;
    let mut bbox = [0.0; 4];
    for (edge, bytes) in bbox.iter_mut().zip(edges.as_chunks().0) {
        *edge = f64::from_le_bytes(*bytes);
    }
    let length = u32::from_le_bytes(*length.first_chunk()?) as usize;
    let (wkb, attributes) = row.split_at_checked(length)?;
    Some(PlainRow {
        wkb: (!wkb.is_empty()).then_some(wkb),
        bbox,
        attributes,
    })
}

/// The name as Delta allows it, made different from those taken.
fn free_name(name: &str, taken: &mut HashSet<String>) -> String {
    let base = name.replace(NOT_IN_NAMES, "_");
    let mut free = base.clone();
    let mut number = 1;
    while !taken.insert(free.to_lowercase()) {
        number += 1;
        free = format!("{base}_{number}");
    }
    free
}

/// The type by which a dataset holds values of an input's type.
fn dataset_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 => DataType::Float32,
        DataType::Date64 => DataType::Date32,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| "UTC".into())),
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Null
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Duration(_) => DataType::Utf8,
        DataType::Dictionary(_, values) => dataset_type(values),
        other => other.clone(),
    }
}

/// Whether a dataset can hold values of the type.
fn holds(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(fields) => fields.iter().all(|field| holds(field.data_type())),
        DataType::List(field) => holds(field.data_type()),
        DataType::Decimal128(_, scale) => *scale >= 0,
        other => {
            matches!(
                other,
                DataType::Boolean | DataType::Utf8 | DataType::Binary | DataType::Date32
            ) || matches!(other, DataType::Timestamp(TimeUnit::Microsecond, _))
                || other.is_signed_integer()
                || matches!(other, DataType::Float32 | DataType::Float64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_allowed_and_different() {
        let mut taken = [GEOMETRY, BBOX].map(str::to_owned).into();
        for (name, expected) in [
            ("EMD_CD", "EMD_CD"),
            ("emd_cd", "emd_cd_2"),
            ("area (m2)", "area__m2_"),
            ("Geometry", "Geometry_2"),
            ("이름", "이름"),
        ] {
            assert_eq!(free_name(name, &mut taken), expected);
        }
    }

    #[test]
    fn types_without_a_place_in_a_dataset_get_one_or_are_refused() {
        let check = |from: DataType, to: DataType| {
            assert_eq!(dataset_type(&from), to, "{from}");
            assert!(holds(&to), "{to}");
        };
        check(DataType::UInt32, DataType::Int64);
        check(DataType::Utf8View, DataType::Utf8);
        check(
            DataType::Dictionary(DataType::Int8.into(), DataType::LargeUtf8.into()),
            DataType::Utf8,
        );
        check(
            DataType::Timestamp(TimeUnit::Nanosecond, Some("+09:00".into())),
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        );
        check(DataType::Float64, DataType::Float64);
        let schema = Schema::new(vec![Field::new(
            "span",
            DataType::Interval(arrow::datatypes::IntervalUnit::DayTime),
            true,
        )]);
        let refused = PlainColumns::new("a.parquet", &schema, &mut Vec::new())
            .err()
            .map(|error| error.to_string());
        assert_eq!(
            refused.as_deref(),
            Some("a.parquet: column \"span\" has the type Interval(DayTime), which a dataset cannot hold")
        );
    }

    #[test]
    fn a_row_comes_back_as_it_went_in() {
        let mut payload = Vec::new();
        for wkb in [b"geometry".as_slice(), b""] {
            encode(wkb, b"row", [1.0, 2.0, 3.0, 4.0], &mut payload);
            let expected = PlainRow {
                wkb: (!wkb.is_empty()).then_some(wkb),
                bbox: [1.0, 2.0, 3.0, 4.0],
                attributes: b"row",
            };
            assert_eq!(decode(&payload), Some(expected));
        }
        assert_eq!(decode(&payload[4..]), None);
    }
}
