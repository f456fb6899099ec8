//! The schema in the log: as Arrow's, with the keys of extension types under other names.
//!
//! A Delta column may carry any metadata, and Arrow's own keys would be the natural place for "this is WKB in
//! EPSG:4326". But polars takes a column with these keys in the log for an extension type, compares it with the plain
//! `Binary` of the files and refuses the table.

use std::collections::HashMap;

use arrow::datatypes::{Field, Schema};
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::{TryIntoArrow, TryIntoKernel};

/// Arrow's key for the name of an extension type or its metadata, and the log's key.
const KEYS: [(&str, &str); 2] = [
    ("ARROW:extension:name", "pilji.extension.name"),
    ("ARROW:extension:metadata", "pilji.extension.metadata"),
];

/// The schema as it is written to the log.
pub fn to_log(schema: &Schema) -> Result<StructType, arrow::error::ArrowError> {
    let schema = renamed(schema, |key| {
        KEYS.iter().find(|(arrow, _)| *arrow == key).map(|(_, log)| *log)
    });
    (&schema).try_into_kernel()
}

/// The schema that was written to the log.
pub fn from_log(schema: &StructType) -> Result<Schema, arrow::error::ArrowError> {
    let schema: Schema = schema.try_into_arrow()?;
    Ok(renamed(&schema, |key| {
        KEYS.iter().find(|(_, log)| *log == key).map(|(arrow, _)| *arrow)
    }))
}

/// The schema with other names for the metadata keys of its columns; a key without a new name stays.
fn renamed(schema: &Schema, new_name: impl Fn(&str) -> Option<&'static str>) -> Schema {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let metadata: HashMap<String, String> = field
                .metadata()
                .iter()
                .map(|(key, value)| (new_name(key).map_or_else(|| key.clone(), str::to_owned), value.clone()))
                .collect();
            Field::clone(field).with_metadata(metadata)
        })
        .collect();
    Schema::new_with_metadata(fields, schema.metadata().clone())
}
