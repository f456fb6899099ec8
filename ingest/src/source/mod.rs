//! Reading input files: what a zip, shapefile, CSV or `GeoParquet` file has in common.
//!
//! [`discover`] lists the [`Part`]s of the inputs, [`Part::open`] reads a part's header, and
//! [`OpenPart::chunks`] streams its records as undecoded [`Chunk`]s. Decoding a chunk is pure CPU work and
//! happens on whichever thread the pipeline likes, so that one sequential reader keeps every core busy.

mod archive;
mod batch;
mod declared;
mod delimited;
mod discover;
mod geo_metadata;
mod geoparquet;
mod name_date;
mod rings;
mod shp;
mod stream;
mod wkb;
mod wkt;

use std::path::PathBuf;

use arrow::record_batch::RecordBatch;
use chrono::NaiveDate;
use geo_types::Geometry;
use pilji_catalog::TextEncoding;
use pilji_udfs::{Crs, System};

use crate::error::Result;
use crate::reject::Rejected;

/// How text and coordinates of the inputs are to be understood where the files do not say so themselves.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Encoding of attribute text in files without a `.cpg`; detected when `None`.
    pub encoding: Option<TextEncoding>,
    /// CRS given by the user. Readers use it for one thing only: with it, a `.prj` or `geo` metadata whose CRS is
    /// unknown is a note instead of an error.
    pub crs: Option<Crs>,
}

/// One independently readable piece of the input: a shapefile (also inside a zip), a CSV file or a Parquet file.
#[derive(Debug, Clone)]
pub struct Part {
    /// Name for messages and reports, `archive.zip/piece(2).shp` inside a zip.
    pub name: String,
    /// The file on disk that holds the part.
    pub file: PathBuf,
    /// Bytes to be read from disk, the unit of progress.
    pub bytes: u64,
    kind: Kind,
    files: Vec<PathBuf>,
    notes: Vec<String>,
}

#[derive(Debug, Clone)]
enum Kind {
    Shapefile(Box<shp::Shapefile>),
    Csv,
    Parquet,
}

/// Lists the parts of all inputs in a stable order: files as given, zips and folders expanded (every piece of a
/// zip, every supported file of a folder). A file that is given twice is listed once.
///
/// # Errors
///
/// A path that does not exist, a zip that cannot be read, a shapefile without its `.dbf`, a file of unknown kind,
/// or an input without any part.
pub fn discover(inputs: &[PathBuf]) -> Result<Vec<Part>> {
    discover::discover(inputs)
}

/// A part whose header has been read.
pub struct OpenPart {
    /// Attribute columns with names as found in the file (not the geometry).
    pub schema: arrow::datatypes::SchemaRef,
    /// CRS that the file itself declares (`.prj`, `geo` metadata).
    pub crs: Option<System>,
    /// Number of records that the header declares, deleted ones included.
    pub rows: Option<u64>,
    /// Remarks for the report (detected encoding, ignored columns, …).
    pub notes: Vec<String>,
    chunks: Box<dyn Iterator<Item = Result<Chunk>> + Send>,
}

/// Undecoded records in file order.
pub struct Chunk {
    /// Bytes of the part's file consumed since the previous chunk.
    pub bytes_read: u64,
    payload: Payload,
}

enum Payload {
    Shapefile(shp::RawRecords),
    Csv(delimited::RawRows),
    Parquet(geoparquet::RawColumns),
}

/// Decoded records of one chunk: attributes and geometries of the rows that could be read, and the rows that could not.
#[derive(Debug)]
pub struct Batch {
    /// 1-based record number in the part, for each row of `attributes`.
    pub rows: Vec<u64>,
    /// One column per field of [`OpenPart::schema`].
    pub attributes: RecordBatch,
    /// Geometry of each row in the source CRS: 2D, rings closed, exterior rings counter-clockwise and holes
    /// clockwise, of shapefiles also grouped; `None` where the file has none or an empty one.
    pub geometry: Vec<Option<Geometry<f64>>>,
    /// Rows that could not be decoded.
    pub rejected: Vec<Rejected>,
    /// What was changed or left out on the way.
    pub counts: Counts,
}

/// What decoding changed or left out; sums over batches are of interest in a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rings whose last vertex was not the first, and was added.
    pub rings_closed: u64,
    /// Rings whose direction broke the rule of their format: shapefiles have exterior rings clockwise, WKT and WKB
    /// counter-clockwise.
    pub rings_turned: u64,
    /// Rows whose Z or M values were dropped.
    pub heights_dropped: u64,
    /// Rows marked as deleted in a DBF, which are no records: neither in `rows` nor in `rejected`.
    pub rows_deleted: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.rings_closed += other.rings_closed;
        self.rings_turned += other.rings_turned;
        self.heights_dropped += other.heights_dropped;
        self.rows_deleted += other.rows_deleted;
    }
}

impl Part {
    /// Reads the part's header.
    ///
    /// # Errors
    ///
    /// A truncated or damaged file, or one that is not what its name says; one without records; an encoding or CRS
    /// that is declared but not known.
    pub fn open(&self, options: &ReadOptions) -> Result<OpenPart> {
        let mut open = match &self.kind {
            Kind::Shapefile(pieces) => shp::open(pieces, options)?,
            Kind::Csv => delimited::open(&self.name, &self.file, options)?,
            Kind::Parquet => geoparquet::open(&self.name, &self.file, self.bytes, options)?,
        };
        open.notes.splice(0..0, self.notes.iter().cloned());
        Ok(open)
    }

    /// The files on disk that the part is read from: the zip; the `.shp` with its companions; the file itself.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The date that the part's file name carries as `_YYYYMMDD` or `_YYYYMM` (its first day), else the one in the
    /// name of the zip around it.
    #[must_use]
    pub fn date_in_name(&self) -> Option<NaiveDate> {
        name_date::date_in_file_name(&self.name)
            .or_else(|| name_date::date_in_file_name(&self.file.display().to_string()))
    }
}

impl OpenPart {
    /// Streams the records; an error ends the stream. Chunks hold about 8,192 records, fewer when records are large.
    pub fn chunks(self) -> impl Iterator<Item = Result<Chunk>> + Send {
        self.chunks
    }
}

impl Chunk {
    /// The number of records in the chunk, deleted ones included.
    #[must_use]
    pub fn records(&self) -> usize {
        match &self.payload {
            Payload::Shapefile(raw) => raw.records(),
            Payload::Csv(raw) => raw.records(),
            Payload::Parquet(raw) => raw.records(),
        }
    }

    /// Decodes the records. Pure CPU work; never fails as a whole.
    #[must_use]
    pub fn decode(self) -> Batch {
        match self.payload {
            Payload::Shapefile(raw) => raw.decode(),
            Payload::Csv(raw) => raw.decode(),
            Payload::Parquet(raw) => raw.decode(),
        }
    }
}
