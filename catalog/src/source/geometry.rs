//! Geometry columns of users' files: declared by metadata, or recognised by what is in them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use pilji_udfs::WGS84_PROJJSON;
use serde_json::{Value, json};

use super::columns::{EXTENSION_METADATA, EXTENSION_NAME};
use crate::covering::COVERING;

use super::shapes::{first_xy_of_wkb, first_xy_of_wkt};

/// Well-known bytes as `GeoArrow` names them.
const WKB: &str = "geoarrow.wkb";

/// Longitudes and latitudes of Korea and the sea around it.
const KOREA: [(f64, f64); 2] = [(123.0, 133.0), (32.0, 40.0)];

/// What a file says about a geometry column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Declared {
    /// Its CRS: PROJJSON or a name; `None` when the file says that it is not known.
    crs: Option<Value>,
    /// The column of boxes that covers it.
    boxes: Option<String>,
    /// Its layout as `GeoArrow` names it: `geoarrow.wkb`, `geoarrow.point`, …
    layout: String,
}

/// The encodings of `GeoParquet`: well-known bytes, and `GeoArrow`'s own layouts.
const ENCODINGS: [&str; 7] = [
    "WKB",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
];

/// Reads the `geo` metadata of a `GeoParquet` file; what other files said before stays.
pub(super) fn read_geo(text: &str, declared: &mut HashMap<String, Declared>, remarks: &mut Vec<String>) {
    let Ok(metadata) = serde_json::from_str::<Value>(text) else {
        remarks.push("the geo metadata of the files is not JSON and is not used".to_owned());
        return;
    };
    for (name, column) in metadata["columns"].as_object().into_iter().flatten() {
        let encoding = column["encoding"].as_str().filter(|known| ENCODINGS.contains(known));
        let Some(encoding) = encoding else {
            remarks.push(format!(
                "geometry column {name} is encoded as {}, which is no encoding of GeoParquet; it is read as it is",
                column["encoding"]
            ));
            continue;
        };
        if let Some(edges) = column["edges"].as_str().filter(|edges| *edges != "planar") {
            remarks.push(format!(
                "the edges of geometry column {name} are {edges}; functions take them for straight"
            ));
        }
        let crs = match column.get("crs") {
            None => Some(wgs84()),
            Some(Value::Null) => None,
            Some(crs) => Some(crs.clone()),
        };
        let boxes = column["covering"]["bbox"]["xmin"][0].as_str().map(str::to_owned);
        let layout = format!("geoarrow.{}", encoding.to_lowercase());
        declared.entry(name.clone()).or_insert(Declared { crs, boxes, layout });
    }
}

/// The CRS of a column of Parquet's geometry type; longitude and latitude when none is named.
pub(super) fn native(crs: Option<&str>) -> Declared {
    let named = |text| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    Declared {
        crs: Some(crs.map_or_else(wgs84, named)),
        boxes: None,
        layout: WKB.to_owned(),
    }
}

fn wgs84() -> Value {
    serde_json::from_str(WGS84_PROJJSON).unwrap_or_default()
}

/// The schema with `geoarrow.wkb` and `geoarrow.wkt` metadata on the columns that hold geometry.
///
/// A column that nothing declares is geometry when every value of the sample that is not NULL is well-known bytes or
/// text. A CRS that is not declared is EPSG:4326 when all points of the sample are degrees in Korea, else unknown.
pub(super) fn mark(
    schema: &SchemaRef,
    declared: &HashMap<String, Declared>,
    sample: &[RecordBatch],
    remarks: &mut Vec<String>,
) -> SchemaRef {
    let fields = schema.fields().iter().enumerate().map(|(idx, field)| {
        if field.metadata().contains_key(EXTENSION_NAME) {
            return Arc::clone(field);
        }
        match (field.data_type(), declared.get(field.name())) {
            (DataType::Binary, Some(declared)) => {
                let field = match &declared.crs {
                    Some(crs) => extension(field, WKB, Some(crs)),
                    None => recognised(field, WKB, points_of_wkb(sample, idx), remarks),
                };
                covered(field, declared.boxes.as_deref())
            }
            (DataType::Struct(_) | DataType::List(_), Some(declared)) if declared.layout != WKB => {
                let field = extension(field, &declared.layout, declared.crs.as_ref());
                covered(field, declared.boxes.as_deref())
            }
            (DataType::Binary, None) => recognised(field, WKB, points_of_wkb(sample, idx), remarks),
            (DataType::Utf8, _) => recognised(field, "geoarrow.wkt", points_of_wkt(sample, idx), remarks),
            _ => Arc::clone(field),
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The same rows under a schema that differs in metadata only.
pub(super) fn with_schema(sample: Vec<RecordBatch>, schema: &SchemaRef) -> Result<Vec<RecordBatch>, ArrowError> {
    let marked = sample.into_iter().map(|rows| rows.with_schema(Arc::clone(schema)));
    marked.collect()
}

/// Marks a column whose values were found to be geometry with these points.
fn recognised(field: &FieldRef, name: &str, points: Option<Vec<(f64, f64)>>, remarks: &mut Vec<String>) -> FieldRef {
    let Some(points) = points else {
        return Arc::clone(field);
    };
    let column = field.name();
    let within = |first: (f64, f64), second: (f64, f64)| {
        !points.is_empty()
            && points
                .iter()
                .all(|(x, y)| (first.0..=first.1).contains(x) && (second.0..=second.1).contains(y))
    };
    let [longitude, latitude] = KOREA;
    if within(longitude, latitude) {
        remarks.push(format!(
            "{column} is geometry without a coordinate system; its coordinates are degrees in Korea and are taken for \
             EPSG:4326"
        ));
        return extension(field, name, Some(&wgs84()));
    }
    remarks.push(if within(latitude, longitude) {
        format!("{column} is geometry with the latitude first; readers expect the longitude first")
    } else {
        format!("{column} is geometry whose coordinate system is not known")
    });
    extension(field, name, None)
}

/// Notes at a geometry column which column covers it.
fn covered(field: FieldRef, boxes: Option<&str>) -> FieldRef {
    let Some(boxes) = boxes else {
        return field;
    };
    let mut metadata = field.metadata().clone();
    metadata.insert(COVERING.to_owned(), boxes.to_owned());
    Arc::new(field.as_ref().clone().with_metadata(metadata))
}

fn extension(field: &Field, name: &str, crs: Option<&Value>) -> FieldRef {
    let metadata = match crs {
        None => json!({}),
        Some(Value::String(text)) if text.contains('[') => json!({ "crs": text, "crs_type": "wkt2:2019" }),
        Some(Value::String(text)) => json!({ "crs": text, "crs_type": "authority_code" }),
        Some(projjson) => json!({ "crs": projjson, "crs_type": "projjson" }),
    };
    let metadata = HashMap::from([
        (EXTENSION_NAME.to_owned(), name.to_owned()),
        (EXTENSION_METADATA.to_owned(), metadata.to_string()),
    ]);
    Arc::new(field.clone().with_metadata(metadata))
}

/// A point of each geometry that has one; `None` unless all values, one at least, are well-known bytes.
fn points_of_wkb(sample: &[RecordBatch], column_idx: usize) -> Option<Vec<(f64, f64)>> {
    let columns = sample.iter().map(|rows| rows.column(column_idx).as_binary::<i32>());
    points(columns.flatten().flatten().map(first_xy_of_wkb))
}

/// A point of each geometry that has one; `None` unless all values, one at least, are well-known text.
fn points_of_wkt(sample: &[RecordBatch], column_idx: usize) -> Option<Vec<(f64, f64)>> {
    let columns = sample.iter().map(|rows| rows.column(column_idx).as_string::<i32>());
    points(columns.flatten().flatten().map(first_xy_of_wkt))
}

fn points(values: impl Iterator<Item = Option<Option<(f64, f64)>>>) -> Option<Vec<(f64, f64)>> {
    let mut points = Vec::new();
    let mut n_values = 0;
    for value in values {
        points.extend(value?);
        n_values += 1;
    }
    (n_values > 0).then_some(points)
}
