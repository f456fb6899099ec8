//! One answer in every format.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use geozero::wkt::Wkt;
use geozero::{CoordDimensions, ToWkb};
use unicode_width::UnicodeWidthStr;

use super::output::Sink;
use super::{Format, Request, RowsWriter, writer};
use crate::error::Error;
use crate::wire_schema::{EXTENSION_METADATA, EXTENSION_NAME, GEOARROW_WKB};

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl io::Write for Memory {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn geometry_field(crs: &str) -> Field {
    Field::new("geometry", DataType::Binary, true).with_metadata(HashMap::from([
        (EXTENSION_NAME.to_owned(), GEOARROW_WKB.to_owned()),
        (EXTENSION_METADATA.to_owned(), format!(r#"{{"crs":{crs}}}"#)),
    ]))
}

fn wkb(text: &str) -> Vec<u8> {
    Wkt(text).to_wkb(CoordDimensions::xy()).unwrap()
}

/// Two parcels: one with everything, one with NULLs, an empty text, quotes and a line break.
fn parcels(crs: &str) -> RecordBatch {
    let corners: Fields = ["xmin", "ymin", "xmax", "ymax"]
        .map(|name| Field::new(name, DataType::Float64, true))
        .into_iter()
        .collect();
    let corner = |value: f64| Arc::new(Float64Array::from(vec![Some(value), None])) as ArrayRef;
    let boxes = StructArray::new(
        corners.clone(),
        vec![corner(126.5), corner(37.5), corner(127.0), corner(38.0)],
        None,
    );
    let square = wkb("POLYGON((126.5 37.5,127 37.5,127 38,126.5 37.5))");
    let schema = Schema::new(vec![
        geometry_field(crs),
        Field::new("동", DataType::Utf8, true),
        Field::new("bonbun", DataType::Int32, true),
        Field::new("san", DataType::Boolean, true),
        Field::new("base_date", DataType::Date32, true),
        Field::new("bbox", DataType::Struct(corners), true),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(BinaryArray::from(vec![Some(square.as_slice()), None])),
        Arc::new(StringArray::from(vec!["청운동", "a \"b\",\nc"])),
        Arc::new(Int32Array::from(vec![Some(12), None])),
        Arc::new(BooleanArray::from(vec![Some(false), None])),
        Arc::new(Date32Array::from(vec![Some(18748), None])),
        Arc::new(boxes),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

fn written(format: Format, batches: &[RecordBatch], table_rows: Option<usize>) -> Result<String, Error> {
    let memory = Memory::default();
    let request = Request {
        url: String::new(),
        token: None,
        query: String::new(),
        format,
        output: None,
        table_rows,
    };
    let mut rows: Box<dyn RowsWriter> = writer(&request, Sink::memory(memory.clone()), &batches[0].schema())?;
    for batch in batches {
        if !rows.write(batch)? {
            break;
        }
    }
    rows.finish()?;
    let bytes = memory.0.lock().unwrap().clone();
    Ok(String::from_utf8(bytes).unwrap())
}

const LON_LAT: &str = r#""EPSG:4326""#;

#[test]
fn csv_follows_rfc_4180() {
    let text = written(Format::Csv, &[parcels(LON_LAT)], None).unwrap();
    let expected = "geometry,동,bonbun,san,base_date,bbox\r\n\
        \"POLYGON((126.5 37.5,127 37.5,127 38,126.5 37.5))\",청운동,12,false,2021-05-01,\
        \"{\"\"xmin\"\":126.5,\"\"ymin\"\":37.5,\"\"xmax\"\":127.0,\"\"ymax\"\":38.0}\"\r\n\
        ,\"a \"\"b\"\",\nc\",,,,\"{\"\"xmin\"\":null,\"\"ymin\"\":null,\"\"xmax\"\":null,\"\"ymax\"\":null}\"\r\n";
    assert_eq!(text, expected);
}

#[test]
fn json_is_one_array_over_all_batches() {
    let batch = parcels(LON_LAT);
    let text = written(
        Format::Json,
        &[batch.slice(0, 1), batch.slice(1, 1), batch.slice(0, 0)],
        None,
    )
    .unwrap();
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["동"], "청운동");
    assert_eq!(rows[0]["geometry"], "POLYGON((126.5 37.5,127 37.5,127 38,126.5 37.5))");
    assert_eq!(rows[0]["bbox"]["xmax"], 127.0);
    assert!(
        rows[1].as_object().unwrap().contains_key("bonbun"),
        "NULL is null, not absent"
    );
    assert_eq!(rows[1]["동"], "a \"b\",\nc");
    assert_eq!(text.lines().count(), 4, "one object a line: {text}");
    assert_eq!(written(Format::Json, &[batch.slice(0, 0)], None).unwrap(), "[]\n");
}

#[test]
fn geojson_has_geometry_bounding_box_and_properties() {
    let batch = parcels(LON_LAT);
    let text = written(Format::Geojson, &[batch.slice(0, 1), batch.slice(1, 1)], None).unwrap();
    let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    let feature = &collection["features"][0];
    assert_eq!(feature["type"], "Feature");
    assert_eq!(feature["geometry"]["type"], "Polygon");
    let corner: Vec<f64> = serde_json::from_value(feature["geometry"]["coordinates"][0][1].clone()).unwrap();
    assert_eq!(corner, [127.0, 37.5]);
    assert_eq!(feature["bbox"], serde_json::json!([126.5, 37.5, 127.0, 38.0]));
    let properties = serde_json::json!({"동": "청운동", "bonbun": 12, "san": false, "base_date": "2021-05-01"});
    assert_eq!(feature["properties"], properties);
    assert!(collection["features"][1]["geometry"].is_null());
    assert!(collection["features"][1].get("bbox").is_none());
    let empty: serde_json::Value =
        serde_json::from_str(&written(Format::Geojson, &[batch.slice(0, 0)], None).unwrap()).unwrap();
    assert_eq!(empty["features"], serde_json::json!([]));
}

#[test]
fn geojson_without_other_columns_has_empty_properties() {
    let batch = parcels(LON_LAT).project(&[0]).unwrap();
    let collection: serde_json::Value =
        serde_json::from_str(&written(Format::Geojson, &[batch], None).unwrap()).unwrap();
    assert_eq!(collection["features"].as_array().unwrap().len(), 2);
    assert_eq!(collection["features"][0]["properties"], serde_json::json!({}));
}

#[test]
fn geojson_is_refused_where_it_cannot_be() {
    let without = parcels(LON_LAT).project(&[1, 2]).unwrap();
    let error = written(Format::Geojson, &[without], None).unwrap_err().to_string();
    assert!(error.contains("no geometry column among 동, bonbun"), "{error}");
    for crs in [r#""EPSG:5174""#, r#"{"id":{"authority":"EPSG","code":5174}}"#] {
        let error = written(Format::Geojson, &[parcels(crs)], None).unwrap_err().to_string();
        assert!(error.contains("EPSG:5174"), "{error}");
    }
    for crs in ["null", r#""OGC:CRS84""#, r#"{"id":{"authority":"EPSG","code":4326}}"#] {
        assert!(written(Format::Geojson, &[parcels(crs)], None).is_ok(), "{crs}");
    }
}

#[test]
fn a_table_lines_up_where_letters_are_two_places_wide() {
    let batch = parcels(LON_LAT).project(&[1, 2, 4]).unwrap();
    let text = written(Format::Table, &[batch], None).unwrap();
    let expected = "\
+--------+--------+------------+
| 동     | bonbun | base_date  |
+--------+--------+------------+
| 청운동 |     12 | 2021-05-01 |
| a \"b\", |   NULL | NULL       |
| c      |        |            |
+--------+--------+------------+
(2 rows)
";
    assert_eq!(text, expected);
    let widths: Vec<usize> = text
        .lines()
        .filter(|line| !line.starts_with('('))
        .map(UnicodeWidthStr::width)
        .collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
}

#[test]
fn a_table_shortens_geometry_and_shows_no_more_rows_than_asked_for() {
    let batch = parcels(LON_LAT);
    let text = written(Format::Table, &[batch.clone(), batch.clone()], Some(3)).unwrap();
    assert!(text.contains("POLYGON((126.5 37.5,127 37.5,127 38,126…"), "{text}");
    assert!(
        text.ends_with("(the first 3 rows; --limit 0 shows all, --format csv writes all)\n"),
        "{text}"
    );
    assert!(
        written(Format::Table, std::slice::from_ref(&batch), Some(2))
            .unwrap()
            .ends_with("(2 rows)\n")
    );
    assert!(
        written(Format::Table, &[batch.slice(0, 1)], None)
            .unwrap()
            .ends_with("(1 row)\n")
    );
}

#[test]
fn a_table_shows_no_control_characters() {
    let column: ArrayRef = Arc::new(StringArray::from(vec!["red \u{1b}[31m"]));
    let batch = RecordBatch::try_from_iter(vec![("a", column)]).unwrap();
    assert!(!written(Format::Table, &[batch], None).unwrap().contains('\u{1b}'));
}

#[test]
fn a_value_that_is_no_geometry_is_named() {
    let column: ArrayRef = Arc::new(BinaryArray::from(vec![&[0_u8, 1, 2][..]]));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![geometry_field(LON_LAT)])), vec![column]).unwrap();
    let error = written(Format::Csv, &[batch], None).unwrap_err().to_string();
    assert!(error.contains("row 1") && error.contains("geometry"), "{error}");
}
