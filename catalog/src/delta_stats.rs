//! File statistics as the Delta log writes them.

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta};
use datafusion::common::ScalarValue;
use serde_json::{Map, Value, json};

use crate::DataFile;

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
