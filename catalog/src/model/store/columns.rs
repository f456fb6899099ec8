//! The columns of a stored table, and rows brought into them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Schema, SchemaRef};

use crate::model::Model;
use crate::source::plain_schema;
use crate::{Error, Result};

/// The columns of a new table. Those that are never NULL in the rows stay so when that is to be kept.
pub(super) fn new_schema(rows: &Schema, keeps_required: bool) -> Result<SchemaRef> {
    let mut schema = plain_schema(rows);
    if keeps_required {
        let fields = schema.fields().iter().zip(rows.fields());
        let fields = fields.map(|(plain, field)| plain.as_ref().clone().with_nullable(field.is_nullable()));
        schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    }
    if schema.fields().is_empty() {
        return Err(Error::StoredColumns {
            reason: "the rows have no columns; expected at least one".to_owned(),
        });
    }
    if let Some(field) = schema.fields().iter().find(|field| has_interval(field.data_type())) {
        return Err(Error::StoredColumns {
            reason: format!(
                "column {0:?} has intervals, which Parquet does not hold; store them as text ({0}::text) or as numbers",
                field.name()
            ),
        });
    }
    for (idx, field) in schema.fields().iter().enumerate() {
        let lower = field.name().to_lowercase();
        let same = schema.fields()[..idx]
            .iter()
            .find(|other| other.name().to_lowercase() == lower);
        if let Some(same) = same {
            return Err(Error::StoredColumns {
                reason: format!(
                    "{:?} and {:?} are one name; give one of them another (AS)",
                    same.name(),
                    field.name()
                ),
            });
        }
    }
    Ok(schema)
}

fn has_interval(data_type: &DataType) -> bool {
    match data_type {
        DataType::Interval(_) => true,
        DataType::Struct(fields) => fields.iter().any(|field| has_interval(field.data_type())),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::Map(field, _) => has_interval(field.data_type()),
        _ => false,
    }
}

/// The columns of a table, when rows of these columns can be added to it.
pub(super) fn fitting(model: &Model, rows: &Schema) -> Result<SchemaRef> {
    let table = model.schema();
    if let Some(unknown) = rows
        .fields()
        .iter()
        .find(|field| table.field_with_name(field.name()).is_err())
    {
        return Err(Error::StoredColumns {
            reason: format!(
                "{} has no column {:?}; expected some of {}",
                model.full_name(),
                unknown.name(),
                table
                    .fields()
                    .iter()
                    .map(|field| field.name().as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        });
    }
    Ok(table)
}

/// Rows in the columns of a table. `before` rows have come already.
pub(super) fn fit(batch: &RecordBatch, schema: &SchemaRef, before: u64) -> Result<RecordBatch> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    let rows = batch.schema_ref();
    for field in schema.fields() {
        let array = rows.index_of(field.name()).ok().map(|idx| batch.column(idx));
        if !field.is_nullable() {
            let null = match array {
                Some(array) => (0..array.len()).find(|row| array.is_null(*row)),
                None => (batch.num_rows() > 0).then_some(0),
            };
            if let Some(row) = null {
                return Err(Error::StoredNull {
                    column: field.name().clone(),
                    row: before + row as u64 + 1,
                });
            }
        }
        let Some(array) = array else {
            arrays.push(new_null_array(field.data_type(), batch.num_rows()));
            continue;
        };
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let cast = cast_with_options(array, field.data_type(), &strict).map_err(|source| Error::StoredValue {
            column: field.name().clone(),
            row: before + first_unfit(array, field.data_type()) + 1,
            source,
        })?;
        arrays.push(cast);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).map_err(|source| Error::StoredColumns {
        reason: source.to_string(),
    })
}

/// The first row whose value cannot be had in a type.
fn first_unfit(array: &ArrayRef, data_type: &DataType) -> u64 {
    let Ok(cast) = cast_with_options(array, data_type, &CastOptions::default()) else {
        return 0;
    };
    let unfit = (0..array.len()).find(|row| array.is_valid(*row) && cast.is_null(*row));
    unfit.unwrap_or(0) as u64
}
