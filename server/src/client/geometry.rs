//! Geometries of an answer as text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use geozero::wkb::Wkb;
use geozero::{ToJson, ToWkt};

use crate::error::{Error, Result};
use crate::wire_schema::is_geometry;

/// Replaces each geometry column by its WKT. `rows_before` rows came in earlier batches, for messages.
///
/// # Errors
///
/// [`Error::Geometry`] for a value that is not WKB.
pub fn with_wkt(batch: &RecordBatch, rows_before: u64) -> Result<RecordBatch> {
    let schema = batch.schema();
    let mut fields: Vec<FieldRef> = Vec::with_capacity(batch.num_columns());
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        if is_geometry(field) {
            let texts = texts(field, column, rows_before, |wkb| Wkb(wkb).to_wkt())?;
            columns.push(Arc::new(StringArray::from(texts)));
            fields.push(Arc::new(Field::new(field.name(), DataType::Utf8, field.is_nullable())));
        } else {
            columns.push(Arc::clone(column));
            fields.push(Arc::clone(field));
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(
        Arc::new(Schema::new(fields)),
        columns,
        &options,
    )?)
}

/// The `GeoJSON` geometry of each row, `None` for NULL.
///
/// # Errors
///
/// [`Error::Geometry`] for a value that is not WKB.
pub fn geojson(field: &Field, column: &ArrayRef, rows_before: u64) -> Result<Vec<Option<String>>> {
    texts(field, column, rows_before, |wkb| Wkb(wkb).to_json())
}

fn texts(
    field: &Field,
    column: &ArrayRef,
    rows_before: u64,
    text: impl Fn(&[u8]) -> geozero::error::Result<String>,
) -> Result<Vec<Option<String>>> {
    let column = cast(column, &DataType::Binary)?;
    let Some(values) = column.as_any().downcast_ref::<BinaryArray>() else {
        return Ok(Vec::new());
    };
    let mut texts = Vec::with_capacity(values.len());
    for (row, value) in (rows_before + 1..).zip(values) {
        let failed = |error: geozero::error::GeozeroError| Error::Geometry {
            row,
            column: field.name().clone(),
            reason: error.to_string(),
        };
        texts.push(value.map(&text).transpose().map_err(failed)?);
    }
    Ok(texts)
}
