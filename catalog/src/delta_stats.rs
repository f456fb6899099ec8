//! File statistics as the Delta log writes them.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::error::ArrowError;
use arrow::json::ReaderBuilder;
use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta};
use datafusion::common::ScalarValue;
use serde_json::{Map, Value, json};

use crate::DataFile;
use crate::log_entry::Add;

/// The `stats` of an `add` action: `numRecords`, `minValues`, `maxValues`, `nullCount`, nested as the columns are.
///
/// # Source
///
/// Delta transaction log protocol, "Per-file Statistics".
pub fn to_json(file: &DataFile) -> String {
    let (mut min_values, mut max_values, mut null_counts) = (Map::new(), Map::new(), Map::new());
    for (leaf, column) in file.stats.leaves.iter().zip(&file.stats.columns) {
        insert(&mut min_values, leaf, value_json(&column.min));
        insert(&mut max_values, leaf, value_json(&column.max));
        insert(&mut null_counts, leaf, column.null_count.map(Value::from));
    }
    json!({
        "numRecords": file.rows, "minValues": min_values, "maxValues": max_values, "nullCount": null_counts,
    })
    .to_string()
}

/// Puts a value at a dotted path; an unknown value is left out.
fn insert(object: &mut Map<String, Value>, path: &str, value: Option<Value>) {
    let Some(value) = value else { return };
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((parent, rest)) => {
            let child = object.entry(parent).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(child) = child {
                insert(child, rest, Some(value));
            }
        }
    }
}

fn value_json(value: &ScalarValue) -> Option<Value> {
    match value {
        ScalarValue::Int8(value) => value.map(Value::from),
        ScalarValue::Int16(value) => value.map(Value::from),
        ScalarValue::Int32(value) => value.map(Value::from),
        ScalarValue::Int64(value) => value.map(Value::from),
        ScalarValue::Float32(value) => value.map(Value::from),
        ScalarValue::Float64(value) => value.map(Value::from),
        ScalarValue::Utf8(value) => value.clone().map(Value::from),
        ScalarValue::Date32(days) => date((*days)?).map(|date| Value::from(date.to_string())),
        ScalarValue::TimestampMicrosecond(Some(micros), zone) => {
            let text = DateTime::from_timestamp_micros(*micros)?.to_rfc3339_opts(SecondsFormat::Micros, true);
            let text = if zone.is_some() {
                text
            } else {
                text.trim_end_matches('Z').to_owned()
            };
            Some(Value::from(text))
        }
        _ => None,
    }
}

/// The date of an Arrow `Date32`: days since 1970-01-01.
pub fn date(days: i32) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(days)))
}

/// `add` actions of the log as one row each, flat as [`FileIndex::from_adds`](crate::FileIndex::from_adds) takes them:
/// `path`, `size_bytes`, `num_records`, `partition.si_nm`, `min.bbox.xmin`, ….
///
/// # Errors
///
/// [`ArrowError`] when a file's statistics are not of the schema's types.
pub fn flat_adds(adds: &[Add], schema: &Schema, partition_columns: &[String]) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<(String, ArrayRef)> = vec![
        (
            "path".to_owned(),
            Arc::new(adds.iter().map(|add| Some(add.path.as_str())).collect::<StringArray>()),
        ),
        (
            "size_bytes".to_owned(),
            Arc::new(
                adds.iter()
                    .map(|add| i64::try_from(add.size).ok())
                    .collect::<Int64Array>(),
            ),
        ),
    ];
    for name in partition_columns {
        let values: StringArray = adds.iter().map(|add| add.partition_value(name)).collect();
        columns.push((format!("partition.{name}"), Arc::new(values)));
    }
    let data: Fields = schema
        .fields()
        .iter()
        .filter(|field| !partition_columns.contains(field.name()))
        .cloned()
        .collect();
    let bounds: Fields = data.iter().filter_map(|field| stats_field(field, None)).collect();
    let counts: Fields = data
        .iter()
        .filter_map(|field| stats_field(field, Some(&DataType::Int64)))
        .collect();
    let stats_schema = Arc::new(Schema::new(vec![
        Field::new("numRecords", DataType::Int64, true),
        Field::new_struct("minValues", bounds.clone(), true),
        Field::new_struct("maxValues", bounds, true),
        Field::new_struct("nullCount", counts, true),
    ]));
    // The Arrow library reads numbers exactly as they are written; a bound that is off by one bit could hide a row.
    let mut decoder = ReaderBuilder::new(stats_schema)
        .with_batch_size(adds.len().max(1))
        .build_decoder()?;
    for add in adds {
        let text = add.stats.as_deref().filter(|text| !text.trim().is_empty());
        decoder.decode(text.unwrap_or("{}").as_bytes())?;
        decoder.decode(b"\n")?;
    }
    if let Some(stats) = decoder.flush()? {
        for (name, prefix) in [("minValues", "min"), ("maxValues", "max"), ("nullCount", "null_count")] {
            if let Some(values) = stats.column_by_name(name).and_then(|column| column.as_struct_opt()) {
                push_leaves(prefix, values, &mut columns);
            }
        }
        if let Some(rows) = stats.column_by_name("numRecords") {
            columns.push(("num_records".to_owned(), Arc::clone(rows)));
        }
    }
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
}

/// The field of a column's statistics, of its own type or of another one; `None` for a column without any.
fn stats_field(field: &Field, data_type: Option<&DataType>) -> Option<Field> {
    match field.data_type() {
        DataType::Struct(children) => {
            let children: Fields = children
                .iter()
                .filter_map(|child| stats_field(child, data_type))
                .collect();
            (!children.is_empty()).then(|| Field::new_struct(field.name(), children, true))
        }
        nested if nested.is_nested() => None,
        DataType::Binary | DataType::Boolean if data_type.is_none() => None,
        own => Some(Field::new(field.name(), data_type.unwrap_or(own).clone(), true)),
    }
}

/// The leaves of a struct as columns of their own, named by their dotted paths; those of a NULL are NULL.
fn push_leaves(prefix: &str, values: &StructArray, columns: &mut Vec<(String, ArrayRef)>) {
    for (field, array) in values.fields().iter().zip(values.columns()) {
        let name = format!("{prefix}.{}", field.name());
        match array.as_struct_opt() {
            Some(children) => push_leaves(&name, children, columns),
            None => columns.push((name, Arc::clone(array))),
        }
    }
}
