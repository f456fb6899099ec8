//! The columns of files that make one table: plain types, and one type a column.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;

use crate::{Error, Result};

/// The values that folders give to all rows of a file, a column each; `None` is NULL.
pub(super) type Partition = Vec<(String, Option<String>)>;

/// The schema in the types that users see: text and bytes without views, dictionaries and large offsets; all columns
/// may be NULL, since a file may lack one. Metadata of columns is kept where it says that the column is geometry.
pub(crate) fn plain_schema(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let plain = Field::new(field.name(), plain_type(field.data_type()), true);
        match field.metadata().get(EXTENSION_NAME) {
            Some(name) if is_kept(name, plain.data_type()) => plain.with_metadata(
                field
                    .metadata()
                    .iter()
                    .filter(|(key, _)| key.starts_with("ARROW:extension:"))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            ),
            _ => plain,
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Arrow's key for the name of an extension type.
pub(super) const EXTENSION_NAME: &str = "ARROW:extension:name";
/// Arrow's key for the particulars of an extension type.
pub(super) const EXTENSION_METADATA: &str = "ARROW:extension:metadata";

/// Whether what an extension type says holds for the plain type: well-known bytes and text, and `GeoArrow`'s own
/// layouts but the one of several types.
fn is_kept(name: &str, plain: &DataType) -> bool {
    let is_nested = matches!(
        plain,
        DataType::Struct(_) | DataType::List(_) | DataType::FixedSizeList(..)
    );
    name.starts_with("geoarrow.wk") || (is_nested && name.starts_with("geoarrow."))
}

fn plain_type(data_type: &DataType) -> DataType {
    let plain_item = |item: &FieldRef| Arc::new(Field::new(item.name(), plain_type(item.data_type()), true));
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, value) => plain_type(value),
        DataType::RunEndEncoded(_, value) => plain_type(value.data_type()),
        DataType::Struct(children) => DataType::Struct(children.iter().map(plain_item).collect::<Fields>()),
        DataType::List(item) | DataType::LargeList(item) | DataType::ListView(item) | DataType::LargeListView(item) => {
            DataType::List(plain_item(item))
        }
        other => other.clone(),
    }
}

/// The columns of all files: those of the first file, then what later ones have more.
///
/// # Errors
///
/// [`Error::SourceSchema`] when two files have a column in different types, or spell its name differently.
pub(super) fn unify<'a>(schemas: impl IntoIterator<Item = (&'a SchemaRef, &'a str)>) -> Result<Vec<FieldRef>> {
    let mut columns: Vec<(FieldRef, &str)> = Vec::new();
    for (schema, file) in schemas {
        for field in schema.fields() {
            let name = field.name().to_lowercase();
            let Some((known, first)) = columns.iter().find(|(known, _)| known.name().to_lowercase() == name) else {
                columns.push((Arc::clone(field), file));
                continue;
            };
            let difference = if known.name() == field.name() {
                if known.data_type() == field.data_type() {
                    continue;
                }
                format!("is {} there and {} in {first:?}", field.data_type(), known.data_type())
            } else if first == &file {
                format!("is there in two spellings, the other is {:?}", known.name())
            } else {
                format!("is spelled {:?} in {first:?}", known.name())
            };
            return Err(Error::SourceSchema {
                file: file.to_owned(),
                column: field.name().clone(),
                difference,
            });
        }
    }
    Ok(columns.into_iter().map(|(field, _)| field).collect())
}

/// Checks that a table's columns can be had from files of these columns.
///
/// # Errors
///
/// [`Error::SourceSchema`] on a column that no file has, or that cannot be turned into the table's type.
pub(super) fn check_readable(
    table: &Schema,
    partition_columns: &[String],
    files: &[FieldRef],
    path: &str,
) -> Result<()> {
    for field in table.fields() {
        if partition_columns.contains(field.name()) {
            continue;
        }
        let found = files.iter().find(|found| found.name() == field.name());
        let difference = match found {
            Some(found) if can_cast_types(found.data_type(), field.data_type()) => continue,
            Some(found) => format!(
                "is {} in the files and {} in the model",
                found.data_type(),
                field.data_type()
            ),
            None => "is in the model and in none of the files; register the files again".to_owned(),
        };
        return Err(Error::SourceSchema {
            file: path.to_owned(),
            column: field.name().clone(),
            difference,
        });
    }
    Ok(())
}

/// Rows of one file as rows of the table: columns put in order and cast, missing ones NULL, those of folders filled in.
pub(super) fn to_table(
    rows: &RecordBatch,
    table: &SchemaRef,
    partition: &[(String, Option<String>)],
) -> Result<RecordBatch, ArrowError> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(table.fields().len());
    for field in table.fields() {
        let of_folder = partition.iter().find(|(name, _)| name == field.name());
        let array = match (of_folder, rows.column_by_name(field.name())) {
            (Some((_, value)), _) => constant(value.as_deref(), field.data_type(), rows.num_rows())?,
            (None, Some(array)) => cast(array, field.data_type())?,
            (None, None) => new_null_array(field.data_type(), rows.num_rows()),
        };
        arrays.push(array);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(table), arrays, &options)
}

/// A column of one value.
pub(super) fn constant(value: Option<&str>, data_type: &DataType, n_rows: usize) -> Result<ArrayRef, ArrowError> {
    match value {
        Some(value) => cast(
            &StringArray::from_iter_values(std::iter::repeat_n(value, n_rows)),
            data_type,
        ),
        None => Ok(new_null_array(data_type, n_rows)),
    }
}
