//! Keys: a dataset's rows may be told apart by their PNU. Nothing refers to anything, and clients that ask for foreign keys
//! want an empty answer in the canonical schema.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow_flight::sql::CommandGetPrimaryKeys;

use super::tables;
use crate::engine::{CATALOG, Engine, SCHEMA};
use crate::error::Result;

/// The schema of primary keys.
pub fn primary_keys_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("catalog_name", DataType::Utf8, true),
        Field::new("db_schema_name", DataType::Utf8, true),
        Field::new("table_name", DataType::Utf8, false),
        Field::new("column_name", DataType::Utf8, false),
        Field::new("key_name", DataType::Utf8, true),
        Field::new("key_sequence", DataType::Int32, false),
    ]))
}

/// The primary key of a table, as one row; none when it has none.
///
/// # Errors
///
/// [`crate::error::Error::Catalog`] when the warehouse cannot be read.
pub async fn primary_keys(engine: &Engine, query: CommandGetPrimaryKeys) -> Result<RecordBatch> {
    let is_named = |filter: Option<&str>, name: &str| filter.is_none_or(|filter| ["", name].contains(&filter));
    let catalog = tables::catalog_filter(query.catalog);
    let column = if is_named(catalog.as_deref(), CATALOG) && is_named(query.db_schema.as_deref(), SCHEMA) {
        engine.primary_key(&query.table).await?
    } else {
        None
    };
    let Some(column) = column else {
        return Ok(RecordBatch::new_empty(primary_keys_schema()));
    };
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let columns = vec![
        text(CATALOG),
        text(SCHEMA),
        text(&query.table),
        text(column),
        text(column),
        Arc::new(Int32Array::from(vec![1])),
    ];
    Ok(RecordBatch::try_new(primary_keys_schema(), columns)?)
}

/// No exported keys, imported keys or cross references, which have one schema.
pub fn no_foreign_keys() -> RecordBatch {
    empty(vec![
        Field::new("pk_catalog_name", DataType::Utf8, true),
        Field::new("pk_db_schema_name", DataType::Utf8, true),
        Field::new("pk_table_name", DataType::Utf8, false),
        Field::new("pk_column_name", DataType::Utf8, false),
        Field::new("fk_catalog_name", DataType::Utf8, true),
        Field::new("fk_db_schema_name", DataType::Utf8, true),
        Field::new("fk_table_name", DataType::Utf8, false),
        Field::new("fk_column_name", DataType::Utf8, false),
        Field::new("key_sequence", DataType::Int32, false),
        Field::new("fk_key_name", DataType::Utf8, true),
        Field::new("pk_key_name", DataType::Utf8, true),
        Field::new("update_rule", DataType::UInt8, false),
        Field::new("delete_rule", DataType::UInt8, false),
    ])
}

fn empty(fields: Vec<Field>) -> RecordBatch {
    RecordBatch::new_empty(Arc::new(Schema::new(fields)))
}
