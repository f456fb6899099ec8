//! Reading input files: what a zip, shapefile, CSV or GeoParquet file has in common.
//!
//! [`discover`] lists the [`Part`]s of the inputs, [`Part::open`] reads a part's header, and
//! [`OpenPart::chunks`] streams its records as undecoded [`Chunk`]s. Decoding a chunk is pure CPU work and
//! happens on whichever thread the pipeline likes, so that one sequential reader keeps every core busy.

use std::path::PathBuf;

use arrow::record_batch::RecordBatch;
use geo_types::Geometry;
use pilji_udfs::Crs;

use crate::error::Result;
use crate::reject::Rejected;

/// How text and coordinates of the inputs are to be understood where the files do not say so themselves.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Encoding of attribute text in files without a `.cpg`; detected when `None`.
    pub encoding: Option<TextEncoding>,
}

/// The encodings in which Korean attribute text is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// cp949, the Windows superset of EUC-KR.
    Cp949,
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
    // The reader's own fields (kind, zip entry indexes, …) follow here.
}

/// Lists the parts of all inputs in a stable order: files as given, zips and folders expanded (every piece of a
/// zip, every supported file of a folder).
///
/// # Errors
///
/// A path that does not exist, a zip that cannot be read, a shapefile without its `.dbf`, a file of unknown kind,
/// or an input without any part.
pub fn discover(_inputs: &[PathBuf]) -> Result<Vec<Part>> {
    unimplemented!("readers")
}

/// A part whose header has been read.
pub struct OpenPart {
    /// Attribute columns with names as found in the file (not the geometry).
    pub schema: arrow::datatypes::SchemaRef,
    /// CRS that the file itself declares (`.prj`, `geo` metadata).
    pub crs: Option<Crs>,
    /// Number of records that the header declares.
    pub rows: Option<u64>,
    /// Remarks for the report (detected encoding, dropped Z values, …).
    pub notes: Vec<String>,
    // The opened streams follow here.
}

/// Undecoded records in file order.
pub struct Chunk {
    /// Bytes of the part's file consumed since the previous chunk.
    pub bytes_read: u64,
    // Raw record bytes follow here.
}

/// Decoded records of one chunk: attributes and geometries of the rows that could be read, and the rows that could not.
pub struct Batch {
    /// 1-based record number in the part, for each row of `attributes`.
    pub rows: Vec<u64>,
    /// One column per field of [`OpenPart::schema`].
    pub attributes: RecordBatch,
    /// Geometry of each row in the source CRS, polygon rings grouped; `None` where the file has none.
    pub geometry: Vec<Option<Geometry<f64>>>,
    /// Rows that could not be decoded.
    pub rejected: Vec<Rejected>,
}

impl Part {
    /// Reads the part's header.
    ///
    /// # Errors
    ///
    /// A truncated or damaged file, or one that is not what its name says.
    pub fn open(&self, _options: &ReadOptions) -> Result<OpenPart> {
        unimplemented!("readers")
    }
}

impl OpenPart {
    /// Streams the records; an error ends the stream. Chunks hold about 8,192 records.
    pub fn chunks(self) -> impl Iterator<Item = Result<Chunk>> + Send {
        std::iter::empty()
    }
}

impl Chunk {
    /// Decodes the records. Pure CPU work; never fails as a whole.
    #[must_use]
    pub fn decode(self) -> Batch {
        unimplemented!("readers")
    }
}
