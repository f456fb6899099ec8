//! `GeoJSON` by RFC 7946: a `FeatureCollection` with one feature a line, longitude before latitude.
//!
//! The first geometry column is the geometry, a `bbox` column the feature's bounding box, all others its properties.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Float64Type, SchemaRef};
use serde_json::Value;

use super::RowsWriter;
use super::geometry::{geojson, with_wkt};
use super::json::objects;
use super::output::Sink;
use crate::error::{Error, Result};
use crate::wire_schema::{EXTENSION_METADATA, is_geometry};

const FORMAT: &str = "geojson";
const BBOX: &str = "bbox";
const CORNERS: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// Writes a feature for each row.
pub struct GeojsonWriter {
    sink: Sink,
    geometry_idx: usize,
    bbox_idx: Option<usize>,
    properties: Vec<usize>,
    n_rows: u64,
}

impl GeojsonWriter {
    /// Finds the geometry column and opens the collection.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] when there is no geometry, or one that is not in longitude and latitude.
    pub fn new(mut sink: Sink, schema: &SchemaRef) -> Result<Self> {
        let geometry_idx = schema
            .fields()
            .iter()
            .position(|field| is_geometry(field))
            .ok_or_else(|| {
                let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                let reason = format!(
                    "no geometry column among {}; add `geometry` to the SELECT list",
                    names.join(", ")
                );
                Error::Format { format: FORMAT, reason }
            })?;
        check_crs(schema.field(geometry_idx).metadata())?;
        let bbox_idx = schema.fields().iter().position(|field| is_bbox(field));
        let properties = (0..schema.fields().len())
            .filter(|idx| *idx != geometry_idx && Some(*idx) != bbox_idx)
            .collect();
        sink.put("{\"type\":\"FeatureCollection\",\"features\":[")?;
        Ok(Self {
            sink,
            geometry_idx,
            bbox_idx,
            properties,
            n_rows: 0,
        })
    }
}

impl RowsWriter for GeojsonWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool> {
        let schema = batch.schema();
        let geometries = geojson(
            schema.field(self.geometry_idx),
            batch.column(self.geometry_idx),
            self.n_rows,
        )?;
        let boxes = self.bbox_idx.map(|idx| boxes(batch.column(idx)));
        let properties = with_wkt(&batch.project(&self.properties)?, self.n_rows)?;
        let properties = if self.properties.is_empty() {
            "{}\n".repeat(batch.num_rows())
        } else {
            objects(&properties)?
        };
        for (row, (geometry, properties)) in geometries.iter().zip(properties.lines()).enumerate() {
            self.sink.put(if self.n_rows == 0 { "\n" } else { ",\n" })?;
            self.sink.put("{\"type\":\"Feature\"")?;
            if let Some(bbox) = boxes.as_ref().and_then(|boxes| boxes[row]) {
                self.sink.put(format!(",\"bbox\":{}", Value::from(bbox.to_vec())))?;
            }
            self.sink.put(",\"geometry\":")?;
            self.sink.put(geometry.as_deref().unwrap_or("null"))?;
            self.sink.put(",\"properties\":")?;
            self.sink.put(properties)?;
            self.sink.put("}")?;
            self.n_rows += 1;
        }
        Ok(true)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.sink.put(if self.n_rows == 0 { "]}\n" } else { "\n]}\n" })?;
        self.sink.finish()
    }
}

fn is_bbox(field: &Field) -> bool {
    let DataType::Struct(fields) = field.data_type() else {
        return false;
    };
    let corners = fields.iter().map(|field| (field.name().as_str(), field.data_type()));
    field.name() == BBOX && corners.eq(CORNERS.map(|corner| (corner, &DataType::Float64)))
}

/// The corners of each row's box; `None` for NULL.
fn boxes(column: &ArrayRef) -> Vec<Option<[f64; 4]>> {
    let boxes = column.as_struct();
    let corners: Vec<_> = boxes
        .columns()
        .iter()
        .map(AsArray::as_primitive::<Float64Type>)
        .collect();
    let corner = |idx: usize, row: usize| corners[idx].is_valid(row).then(|| corners[idx].value(row));
    (0..boxes.len())
        .map(|row| {
            let present = boxes.is_valid(row);
            let [xmin, ymin, xmax, ymax] = [0, 1, 2, 3].map(|idx| corner(idx, row).filter(|_| present));
            Some([xmin?, ymin?, xmax?, ymax?])
        })
        .collect()
}

/// `GeoJSON` is WGS 84. A geometry that says nothing is taken for that.
fn check_crs(metadata: &HashMap<String, String>) -> Result<()> {
    let extension: Value = metadata
        .get(EXTENSION_METADATA)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let crs = &extension["crs"];
    let name = match crs {
        Value::Null => return Ok(()),
        Value::String(name) => name.clone(),
        projjson => {
            let code = &projjson["id"]["code"];
            let code = code.as_str().map_or_else(|| code.to_string(), ToOwned::to_owned);
            format!("{}:{code}", projjson["id"]["authority"].as_str().unwrap_or_default())
        }
    };
    if name == "EPSG:4326" || name == "OGC:CRS84" {
        return Ok(());
    }
    let reason = format!("the geometry is in {name}, and GeoJSON has longitude and latitude only; use --format arrow");
    Err(Error::Format { format: FORMAT, reason })
}
