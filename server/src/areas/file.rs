//! Areas as a `GeoParquet` file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use pilji_udfs::geometry::Wkb;
use pilji_udfs::{Crs, area_m2};
use serde_json::json;

use super::dissolve::Area;
use crate::error::{Error, Result};

/// Rows that are held until they are written.
const ROWS_PER_BATCH: usize = 256;

const NAMES: [&str; 4] = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"];

/// A file of areas that is being written.
pub struct AreaFile {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    areas: Vec<Area>,
    degrees: Crs,
}

impl AreaFile {
    /// # Errors
    ///
    /// [`Error::Output`] when the file cannot be made.
    pub fn create(path: &Path) -> Result<Self> {
        let names = NAMES.iter().map(|name| Field::new(*name, DataType::Utf8, true));
        let mut fields = vec![
            Field::new("level", DataType::Utf8, false),
            Field::new("code", DataType::Utf8, false),
        ];
        fields.extend(names);
        fields.extend([
            Field::new("parcels", DataType::Int64, false),
            Field::new("area_m2", DataType::Float64, false),
            Field::new("geometry", DataType::Binary, false),
        ]);
        let schema = Arc::new(Schema::new(fields));
        let file = File::create(path).map_err(|source| Error::Output {
            target: path.display().to_string(),
            source,
        })?;
        // Without a CRS, GeoParquet means longitude and latitude.
        let geo = json!({
            "version": "1.1.0",
            "primary_column": "geometry",
            "columns": { "geometry": { "encoding": "WKB", "geometry_types": ["Polygon", "MultiPolygon"] } },
        });
        let mut writer =
            ArrowWriter::try_new(file, Arc::clone(&schema), None).map_err(|source| written(path, source))?;
        writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo.to_string()));
        Ok(Self {
            path: path.to_owned(),
            schema,
            writer,
            areas: Vec::new(),
            degrees: Crs::from_epsg(4326).map_err(|source| Error::Areas {
                code: String::new(),
                source,
            })?,
        })
    }

    /// Adds an area.
    ///
    /// # Errors
    ///
    /// [`Error::Areas`] when it cannot be measured, [`Error::AreaFile`] when it cannot be written.
    pub fn push(&mut self, area: Area) -> Result<()> {
        self.areas.push(area);
        if self.areas.len() == ROWS_PER_BATCH {
            self.write()?;
        }
        Ok(())
    }

    /// Writes what is left, and closes the file.
    ///
    /// # Errors
    ///
    /// As [`AreaFile::push`].
    pub fn finish(mut self) -> Result<()> {
        self.write()?;
        let closed = self.writer.close();
        closed.map(drop).map_err(|source| written(&self.path, source))
    }

    fn write(&mut self) -> Result<()> {
        let (mut levels, mut codes) = (StringBuilder::new(), StringBuilder::new());
        let mut names = NAMES.map(|_| StringBuilder::new());
        let (mut parcels, mut areas) = (Int64Builder::new(), Float64Builder::new());
        let mut geometries = BinaryBuilder::new();
        for area in self.areas.drain(..) {
            let measured = Wkb::read(&area.geometry).and_then(|geometry| area_m2(&geometry, self.degrees));
            areas.append_value(measured.map_err(|source| Error::Areas {
                code: area.code.clone(),
                source,
            })?);
            levels.append_value(area.level.name());
            for (builder, name) in names.iter_mut().zip(area.names) {
                builder.append_option(name);
            }
            codes.append_value(area.code);
            parcels.append_value(area.parcels);
            geometries.append_value(area.geometry);
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(levels.finish()), Arc::new(codes.finish())];
        columns.extend(names.iter_mut().map(|names| Arc::new(names.finish()) as ArrayRef));
        columns.push(Arc::new(parcels.finish()));
        columns.push(Arc::new(areas.finish()));
        columns.push(Arc::new(geometries.finish()));
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        self.writer.write(&batch).map_err(|source| written(&self.path, source))
    }
}

fn written(path: &Path, source: parquet::errors::ParquetError) -> Error {
    Error::AreaFile {
        file: path.to_owned(),
        source,
    }
}
