//! Writing `GeoParquet` 1.1 files: the same rows give the same bytes, and the bytes give the name.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use pilji_udfs::WGS84_PROJJSON;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::geometry::{EMPTY_BBOX, join_bbox, wkb_kind};

/// Name of the geometry column.
pub(crate) const GEOMETRY: &str = "geometry";
/// Name of the covering column.
pub(crate) const BBOX: &str = "bbox";
/// Edges of the covering column, in degrees.
const EDGES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];
/// Rows of a page, the unit that a reader skips by page index.
const PAGE_ROWS: usize = 2048;

/// The geometry column with the metadata by which Arrow readers know it: WKB, longitude first, EPSG:4326.
pub(crate) fn geometry_field(nullable: bool) -> Field {
    let crs: Value = serde_json::from_str(WGS84_PROJJSON).unwrap_or_default();
    let extension = json!({ "crs": crs, "crs_type": "projjson" }).to_string();
    Field::new(GEOMETRY, DataType::Binary, nullable).with_metadata(
        [
            ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
            ("ARROW:extension:metadata".to_owned(), extension),
        ]
        .into(),
    )
}

/// The fields of the covering column.
pub(crate) fn bbox_fields() -> Fields {
    EDGES
        .iter()
        .map(|name| Field::new(*name, DataType::Float64, false))
        .collect()
}

/// A file being written.
pub(crate) struct GeoParquetWriter {
    path: PathBuf,
    writer: ArrowWriter<Hashing>,
    kinds: BTreeSet<&'static str>,
    bbox: [f64; 4],
    rows: u64,
}

/// A file that has been written.
pub(crate) struct WrittenFile {
    /// Where it is now.
    pub(crate) path: PathBuf,
    /// The name that its content gives it.
    pub(crate) name: String,
}

impl GeoParquetWriter {
    /// Starts a file at `path` with the columns of `schema` and row groups of `row_group_rows`.
    pub(crate) fn create(path: PathBuf, schema: SchemaRef, row_group_rows: usize) -> Result<Self> {
        let file = File::create(&path).map_err(Error::io("create", &path))?;
        let sink = Hashing {
            file: BufWriter::with_capacity(1 << 17, file),
            sha256: Sha256::new(),
        };
        let options = ArrowWriterOptions::new()
            .with_properties(properties(&schema, row_group_rows))
            // Arrow's own copy of the schema adds nothing, and its maps have no fixed order.
            .with_skip_arrow_metadata(true);
        let writer =
            ArrowWriter::try_new_with_options(sink, schema, options).map_err(|source| Error::WriteParquet {
                path: path.clone(),
                source,
            })?;
        Ok(Self {
            path,
            writer,
            kinds: BTreeSet::new(),
            bbox: EMPTY_BBOX,
            rows: 0,
        })
    }

    /// Rows so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows of the row group that is being written.
    pub(crate) fn rows_in_group(&self) -> usize {
        self.writer.in_progress_rows()
    }

    /// Ends the row group; the next row begins another one.
    pub(crate) fn end_row_group(&mut self) -> Result<()> {
        self.writer.flush().map_err(|source| Error::WriteParquet {
            path: self.path.clone(),
            source,
        })
    }

    /// Takes a geometry into account that a batch holds.
    pub(crate) fn cover(&mut self, wkb: &[u8], bbox: [f64; 4]) {
        self.kinds.extend(wkb_kind(wkb));
        join_bbox(&mut self.bbox, bbox);
    }

    /// Appends rows.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        self.writer.write(batch).map_err(|source| Error::WriteParquet {
            path: self.path.clone(),
            source,
        })
    }

    /// Completes the file.
    pub(crate) fn finish(mut self) -> Result<WrittenFile> {
        let geo = geo_metadata(&self.kinds, self.bbox).to_string();
        self.writer
            .append_key_value_metadata(KeyValue::new("geo".to_owned(), geo));
        let path = self.path;
        let closed = self.writer.into_inner().and_then(|mut sink| {
            sink.flush().map_err(ParquetError::from)?;
            Ok(sink.sha256.finalize())
        });
        let sha256 = closed.map_err(|source| Error::WriteParquet {
            path: path.clone(),
            source,
        })?;
        let name = format!("part-{}.parquet", &hex(&sha256)[..16]);
        Ok(WrittenFile { path, name })
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// The SHA-256 of a file as hexadecimal digits, read in pieces; `None` when `stop` said so.
pub(crate) fn sha256_of_file(path: &Path, stop: &dyn Fn() -> bool) -> Result<Option<String>> {
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer).map_err(Error::io("read", path))?;
        if read == 0 {
            return Ok(Some(hex(&sha256.finalize())));
        }
        if stop() {
            return Ok(None);
        }
        sha256.update(&buffer[..read]);
    }
}

fn properties(schema: &SchemaRef, row_group_rows: usize) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("pilji ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(row_group_rows))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS / 2)
        .set_statistics_truncate_length(None)
        .set_column_index_truncate_length(None)
        .set_statistics_enabled(EnabledStatistics::Page)
        // Smallest and largest WKB mean nothing and are long.
        .set_column_statistics_enabled(ColumnPath::from(GEOMETRY), EnabledStatistics::None)
        .set_column_dictionary_enabled(ColumnPath::from(GEOMETRY), false);
    for edge in EDGES {
        let path = ColumnPath::new(vec![BBOX.to_owned(), edge.to_owned()]);
        properties = properties.set_column_dictionary_enabled(path, false);
    }
    if schema.column_with_name("pnu").is_some() {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from("pnu"), false);
    }
    properties.build()
}

/// The `geo` metadata of `GeoParquet` 1.1.
fn geo_metadata(kinds: &BTreeSet<&'static str>, bbox: [f64; 4]) -> Value {
    let crs: Value = serde_json::from_str(WGS84_PROJJSON).unwrap_or_default();
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": crs,
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": { BBOX: {} },
    });
    for edge in EDGES {
        column["covering"][BBOX][edge] = json!([BBOX, edge]);
    }
    if bbox[0] <= bbox[2] {
        column["bbox"] = json!(bbox);
    }
    json!({ "version": "1.1.0", "primary_column": GEOMETRY, "columns": { GEOMETRY: column } })
}

/// A file whose content is hashed while it is written.
struct Hashing {
    file: BufWriter<File>,
    sha256: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// The schema of the files of a dataset: without partition columns, without metadata.
pub(crate) fn file_schema(schema: &SchemaRef, partition_columns: &[&str]) -> SchemaRef {
    let fields = schema
        .fields()
        .iter()
        .filter(|field| !partition_columns.contains(&field.name().as_str()));
    let plain = |field: &Arc<Field>| Field::new(field.name(), field.data_type().clone(), field.is_nullable());
    Arc::new(arrow::datatypes::Schema::new(fields.map(plain).collect::<Vec<_>>()))
}
