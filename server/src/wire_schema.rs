//! The one function that says in which types rows leave the server.
//!
//! Clients read view types, dictionaries and run-length columns badly or not at all, so these become plain ones. What
//! a field says about itself is reduced to extension types that hold for the plain type: `geoarrow.wkb` stays on
//! `Binary` (with its CRS), and goes where an expression has made something else of a geometry.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;

/// Key of a field's metadata that names its extension type.
pub const EXTENSION_NAME: &str = "ARROW:extension:name";
/// Key of a field's metadata that holds the extension type's parameters, as JSON.
pub const EXTENSION_METADATA: &str = "ARROW:extension:metadata";
/// Extension type of a geometry in well-known binary.
pub const GEOARROW_WKB: &str = "geoarrow.wkb";

/// The schema in which rows of `schema` are sent: same names, order and nullability; plain types; no metadata but
/// extension types.
#[must_use]
pub fn wire_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<FieldRef> = schema.fields().iter().map(wire_field).collect();
    Arc::new(Schema::new(fields))
}

/// Brings rows into their wire schema.
///
/// # Errors
///
/// When a column cannot be cast, or has a NULL where its field has none.
pub fn to_wire(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (column, field) in batch.columns().iter().zip(schema.fields()) {
        let fits = column.data_type() == field.data_type();
        columns.push(if fits {
            Arc::clone(column)
        } else {
            cast(column, field.data_type())?
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

/// Whether a field holds geometries in well-known binary.
#[must_use]
pub fn is_geometry(field: &Field) -> bool {
    field
        .metadata()
        .get(EXTENSION_NAME)
        .is_some_and(|name| name == GEOARROW_WKB)
        && is_binary(field.data_type())
}

fn wire_field(field: &FieldRef) -> FieldRef {
    let data_type = plain_type(field.data_type());
    let metadata = wire_metadata(field, &data_type);
    Arc::new(Field::new(field.name(), data_type, field.is_nullable()).with_metadata(metadata))
}

/// The type in which values of a type are sent: neither views, nor dictionaries, nor runs.
#[must_use]
pub fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(wire_field).collect()),
        DataType::List(field) | DataType::ListView(field) => DataType::List(wire_field(field)),
        DataType::LargeList(field) | DataType::LargeListView(field) => DataType::LargeList(wire_field(field)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(wire_field(field), *size),
        DataType::Map(field, sorted) => DataType::Map(wire_field(field), *sorted),
        plain => plain.clone(),
    }
}

fn wire_metadata(field: &Field, wire_type: &DataType) -> HashMap<String, String> {
    let Some(name) = field.metadata().get(EXTENSION_NAME) else {
        return HashMap::new();
    };
    let holds = if name == GEOARROW_WKB {
        is_binary(wire_type)
    } else {
        wire_type == field.data_type()
    };
    if !holds {
        return HashMap::new();
    }
    let keys = [EXTENSION_NAME, EXTENSION_METADATA];
    let entries = keys.iter().filter_map(|key| field.metadata().get_key_value(*key));
    entries.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::{BinaryViewArray, DictionaryArray, StringViewArray, StructArray};
    use arrow::datatypes::{Fields, Int32Type};

    use super::*;

    fn geometry(data_type: DataType) -> Field {
        let metadata = HashMap::from([
            (EXTENSION_NAME.to_owned(), GEOARROW_WKB.to_owned()),
            (EXTENSION_METADATA.to_owned(), r#"{"crs":"EPSG:4326"}"#.to_owned()),
            ("REMARKS".to_owned(), "a remark".to_owned()),
        ]);
        Field::new("geometry", data_type, false).with_metadata(metadata)
    }

    #[test]
    fn types_become_plain_and_nullability_stays() {
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8View));
        let nested = DataType::Struct(Fields::from(vec![Field::new("name", DataType::Utf8View, true)]));
        let schema = Schema::new(vec![
            Field::new("a", DataType::Utf8View, false),
            Field::new("b", dictionary, true),
            Field::new("c", nested, true),
            Field::new("d", DataType::LargeUtf8, true),
        ])
        .with_metadata(HashMap::from([("geo".to_owned(), "{}".to_owned())]));
        let expected = Schema::new(vec![
            Field::new("a", DataType::Utf8, false),
            Field::new("b", DataType::Utf8, true),
            Field::new(
                "c",
                DataType::Struct(Fields::from(vec![Field::new("name", DataType::Utf8, true)])),
                true,
            ),
            Field::new("d", DataType::LargeUtf8, true),
        ]);
        assert_eq!(*wire_schema(&schema), expected);
    }

    #[test]
    fn a_geometry_keeps_its_crs_and_a_text_made_of_it_does_not() {
        let schema = wire_schema(&Schema::new(vec![
            geometry(DataType::BinaryView),
            geometry(DataType::Utf8),
        ]));
        assert!(is_geometry(schema.field(0)));
        assert_eq!(schema.field(0).metadata()[EXTENSION_METADATA], r#"{"crs":"EPSG:4326"}"#);
        assert_eq!(schema.field(0).metadata().len(), 2, "remarks are not sent");
        assert!(schema.field(1).metadata().is_empty());
    }

    #[test]
    fn rows_are_cast_to_the_wire_schema() {
        let names = StringViewArray::from(vec![Some("종로구"), None]);
        let pairs = StructArray::from(vec![(
            Arc::new(Field::new("name", DataType::Utf8View, true)),
            Arc::new(names.clone()) as ArrayRef,
        )]);
        let signs: DictionaryArray<Int32Type> = vec![Some("대"), Some("전")].into_iter().collect();
        let batch = RecordBatch::try_from_iter(vec![
            ("names", Arc::new(names) as ArrayRef),
            ("pairs", Arc::new(pairs) as ArrayRef),
            ("signs", Arc::new(signs) as ArrayRef),
            (
                "geometry",
                Arc::new(BinaryViewArray::from(vec![&[1_u8][..], &[2]])) as ArrayRef,
            ),
        ])
        .unwrap();
        let schema = wire_schema(&batch.schema());
        let sent = to_wire(&batch, &schema).unwrap();
        assert_eq!(sent.schema(), schema);
        assert_eq!(sent.num_rows(), 2);
        assert!(
            schema
                .fields()
                .iter()
                .all(|field| !matches!(field.data_type(), DataType::Utf8View))
        );
    }

    #[test]
    fn rows_without_columns_keep_their_number() {
        let options = RecordBatchOptions::new().with_row_count(Some(3));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).unwrap();
        assert_eq!(to_wire(&batch, &wire_schema(&batch.schema())).unwrap().num_rows(), 3);
    }
}
