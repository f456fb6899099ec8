//! What can go wrong while files are read, converted and published.

use std::path::PathBuf;

use arrow::error::ArrowError;
use parquet::errors::ParquetError;

use crate::file_layout::FileLayout;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The crate's error. Messages of the input name the file and a remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read, written, created or removed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The inputs hold no record at all.
    #[error("nothing to ingest: {inputs} holds no record; check that the download is complete")]
    NoRecords {
        /// The inputs, as given.
        inputs: String,
    },

    /// An input path that does not exist.
    #[error("no such file or folder: {}", path.display())]
    InputMissing {
        /// The path as given.
        path: PathBuf,
    },

    /// A file of a kind that is not read.
    #[error(
        "{name} is not of a kind that is read; give a .zip of shapefiles, a .shp, a .csv or .tsv with WKT, a .parquet \
         or a folder of these"
    )]
    InputUnknown {
        /// The file.
        name: String,
    },

    /// A file without a byte in it.
    #[error("{name} is empty (0 bytes); download or export it again")]
    InputEmpty {
        /// The file.
        name: String,
    },

    /// A folder or zip in which nothing can be read.
    #[error("nothing to ingest in {name}: it holds {found}; expected shapefiles (.shp with .dbf){or}")]
    NothingInside {
        /// The folder or zip.
        name: String,
        /// What it holds instead.
        found: String,
        /// What else could have been read, with a leading comma.
        or: &'static str,
    },

    /// A part without a single record.
    #[error("nothing to ingest in {name}: it has 0 records; leave it out or download it again")]
    PartEmpty {
        /// The part.
        name: String,
    },

    /// A file that is no zip, or only the beginning of one.
    #[error("{name} is not a zip file or only a part of one; download it again")]
    ZipUnreadable {
        /// The file.
        name: String,
        /// What the zip reader found.
        source: zip::result::ZipError,
    },

    /// A zip that needs more than is read from zips.
    #[error("{name} {found}; unpack it with an archive program and give the folder")]
    ZipUnsupported {
        /// The zip, or the file in it.
        name: String,
        /// What is not supported.
        found: String,
    },

    /// A shapefile that misses one of its files.
    #[error("{name} has no {missing} of the same name beside it; put it there or download the whole set again")]
    CompanionMissing {
        /// The file that is there.
        name: String,
        /// The extension of the one that is not.
        missing: &'static str,
    },

    /// Bytes that are not what their place in the file demands.
    #[error("{name} is damaged or incomplete: {found}; download or export it again")]
    Damaged {
        /// The file.
        name: String,
        /// What was found and what was expected.
        found: String,
    },

    /// Geometries and attributes that do not belong together.
    #[error(
        "{name}: the .shp holds {shapes} records but the .dbf {rows}; one of them is incomplete, download both again"
    )]
    CountsDiffer {
        /// The part.
        name: String,
        /// Records of the `.shp`.
        shapes: u64,
        /// Rows of the `.dbf`.
        rows: u64,
    },

    /// A shapefile of a type without a counterpart.
    #[error(
        "{name} holds shapes of type {shape}; points, lines and polygons are read, convert it with QGIS or ogr2ogr"
    )]
    ShapeTypeUnsupported {
        /// The part.
        name: String,
        /// The type's number and name.
        shape: String,
    },

    /// An encoding that cannot be decoded.
    #[error(
        "{name} names the encoding {found:?}; UTF-8 and cp949 are read, correct it, or delete it and say --encoding"
    )]
    EncodingUnsupported {
        /// The file that names the encoding.
        name: String,
        /// The name.
        found: String,
    },

    /// A CRS declaration that means none of the CRSs in the table.
    #[error("{name} declares a coordinate system that is not known here; say which it is with --crs EPSG:n")]
    CrsUnknown {
        /// The file.
        name: String,
        /// Why it is not known.
        source: pilji_udfs::Error,
    },

    /// A CRS declaration without anything to recognise it by.
    #[error("{name} declares a coordinate system {found}; say which it is with --crs EPSG:n")]
    CrsUnnamed {
        /// The file.
        name: String,
        /// What the declaration lacks.
        found: &'static str,
    },

    /// A CSV file without geometry.
    #[error(
        "{name} has no column with WKT geometry: found the columns {columns}; export it with a column WKT \
         (QGIS: geometry AS_WKT)"
    )]
    WktMissing {
        /// The file.
        name: String,
        /// Its columns.
        columns: String,
    },

    /// A CSV file that cannot be split into rows.
    #[error("{name}: cannot read row {row}: {found}; check the quotes around that row")]
    CsvRow {
        /// The file.
        name: String,
        /// 1-based row below the header.
        row: u64,
        /// What was found.
        found: String,
    },

    /// A file that is no Parquet, or a damaged one.
    #[error("{name} is not a Parquet file or a damaged one; export it again")]
    ParquetUnreadable {
        /// The file.
        name: String,
        /// What the Parquet reader found.
        source: ParquetError,
    },

    /// Rows of a Parquet file that cannot be decoded.
    #[error("{name} is damaged: its rows cannot be decoded; export it again")]
    ParquetRows {
        /// The file.
        name: String,
        /// What the Parquet reader found.
        source: ArrowError,
    },

    /// A Parquet file that is not `GeoParquet` 1 or 2, or contradicts itself.
    #[error("{name} is not GeoParquet 1 or 2 that can be read: {found}; write it again with GDAL, GeoPandas or DuckDB")]
    NotGeoParquet {
        /// The file.
        name: String,
        /// What was found and what was expected.
        found: String,
    },

    /// The columns are not those of a cadastral file, but the dataset takes nothing else.
    #[error(
        "{file}: not a cadastral file: found the columns {found}; expected A0 to A6 (AL_D002), PNU and JIBUN \
         (LSMD_CONT_LDREG), or PNU, BJD_CD, BJD_NM, BONBUN and BUBON; load other data with --dataset NAME"
    )]
    NotCadastral {
        /// The part.
        file: String,
        /// Its columns.
        found: String,
    },

    /// A file without codes where boundaries of administrative areas are expected.
    #[error(
        "{file}: no column of 법정동 codes: found the columns {found}; expected one of {}",
        expected.join(", ").to_uppercase()
    )]
    NoAreaCode {
        /// The part.
        file: String,
        /// Its columns.
        found: String,
        /// The names of columns of codes.
        expected: &'static [&'static str],
    },

    /// Parcels where boundaries of administrative areas are expected.
    #[error("{file}: holds parcels; load them without --as, and make areas of them with `pilji dataset derive-areas`")]
    ParcelsAsAreas {
        /// The part.
        file: String,
    },

    /// Pieces of an administrative area that make none.
    #[error("the area {code} cannot be put together")]
    Area {
        /// Its code.
        code: String,
        /// Why.
        source: pilji_udfs::Error,
    },

    /// A cadastral file for a plain dataset, or the other way round.
    #[error("{file} is {layout}, but dataset {dataset:?} holds {holds}; choose another name with --dataset NAME")]
    OtherKind {
        /// The part.
        file: String,
        /// What it was recognised as.
        layout: String,
        /// The dataset.
        dataset: String,
        /// What the dataset holds.
        holds: &'static str,
    },

    /// Another layout than the dataset's was asked for.
    #[error(
        "dataset {dataset:?} has its files by {kept}, not by {asked}; leave --layout out to add to it, or publish to a \
         new dataset: --dataset NAME --layout {asked}"
    )]
    OtherLayout {
        /// The dataset.
        dataset: String,
        /// The layout of its first publication.
        kept: FileLayout,
        /// The layout that was asked for.
        asked: FileLayout,
    },

    /// A layout for rows that have no 시군구.
    #[error("{file} is not a cadastral file, so its rows have no 시군구 to lay files out by; leave --layout out")]
    PlainLayout {
        /// The first part.
        file: String,
    },

    /// Two parts that cannot go into one dataset.
    #[error("{file} does not go together with {first_file}: {difference}; ingest them one by one")]
    MixedParts {
        /// The part.
        file: String,
        /// The part before it.
        first_file: String,
        /// How they differ.
        difference: String,
    },

    /// Nothing says in which coordinate system the coordinates are.
    #[error(
        "{file} does not say its coordinate system: add its .prj file or say --crs EPSG:5186 (or EPSG:5174, …); the two \
         write places 100 km apart with the same plausible numbers, so the numbers cannot tell which it is"
    )]
    NoCrs {
        /// The part.
        file: String,
    },

    /// Nothing says of which date the parcels are.
    #[error(
        "{file} does not say its date (데이터기준일자): neither a column A6 nor the file name has one; say --vintage YYYY-MM-DD"
    )]
    NoVintage {
        /// The part or 시군구.
        file: String,
    },

    /// A coordinate system that cannot be used.
    #[error("{file}: cannot convert its coordinates to EPSG:4326")]
    Reprojection {
        /// The part.
        file: String,
        /// What the transformation said.
        source: pilji_udfs::Error,
    },

    /// So many rows were rejected that the input was misunderstood; nothing was published.
    #[error(
        "{rejected} of {rows} rows of {file} were rejected, mostly as {code}; nothing was published; {remedy}; \
         the rows are in {}", rejects.display()
    )]
    TooManyRejects {
        /// The part, or `the input`.
        file: String,
        /// Rejected rows.
        rejected: u64,
        /// All rows.
        rows: u64,
        /// The most frequent reject code.
        code: &'static str,
        /// What probably helps.
        remedy: &'static str,
        /// The reject file.
        rejects: PathBuf,
    },

    /// Rows were lost or doubled on the way; a defect of this program.
    #[error(
        "{file}: {rows_in} rows came in, but {published} + {rejected} were published and rejected; nothing was published; please report this"
    )]
    RowsDoNotAddUp {
        /// The part, or `all parts`.
        file: String,
        /// Records in the part.
        rows_in: u64,
        /// Published rows.
        published: u64,
        /// Rejected rows.
        rejected: u64,
    },

    /// A column of a type that cannot be kept.
    #[error("{file}: column {column:?} has the type {data_type}, which a dataset cannot hold")]
    ColumnType {
        /// The part.
        file: String,
        /// The column.
        column: String,
        /// Its Arrow type.
        data_type: String,
    },

    /// Arrow data could not be made.
    #[error("cannot build {what}")]
    Arrow {
        /// What was being built.
        what: &'static str,
        /// What Arrow said.
        source: ArrowError,
    },

    /// A data file could not be written.
    #[error("cannot write {}", path.display())]
    WriteParquet {
        /// The file.
        path: PathBuf,
        /// What the Parquet writer said.
        source: ParquetError,
    },

    /// A reject or report file could not be written.
    #[error("cannot write {}", path.display())]
    WriteCsv {
        /// The file.
        path: PathBuf,
        /// What the CSV writer said.
        source: csv::Error,
    },

    /// The warehouse refused or failed.
    #[error(transparent)]
    Warehouse {
        /// What the warehouse said.
        #[from]
        source: pilji_catalog::Error,
    },

    /// An option of a sample that cannot be.
    #[error("cannot make a sample with {option} {found}: expected {expected}")]
    SampleOption {
        /// The option as it is typed.
        option: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },

    /// A sample of a 시군구 that there is not.
    #[error(
        "there is no 시군구 {code} on {vintage}: expected the first five digits of a 법정동 code, such as 11110 for 종로구"
    )]
    SampleSigungu {
        /// The code asked for.
        code: String,
        /// The day of the table in which it was looked up.
        vintage: chrono::NaiveDate,
    },

    /// Coordinates of a sample that cannot be converted; a defect of this program.
    #[error("cannot convert the coordinates of a sample; please report this")]
    SampleCoordinates {
        /// What the transformation said.
        source: pilji_udfs::Error,
    },

    /// The zip of a sample could not be written.
    #[error("cannot write {}", path.display())]
    SampleZip {
        /// The zip.
        path: PathBuf,
        /// What the zip writer said.
        source: zip::result::ZipError,
    },

    /// The run was asked to stop.
    #[error("stopped; nothing was published")]
    Cancelled,

    /// A thread of the run died; a defect of this program.
    #[error("the {thread} thread died; nothing was published; please report this")]
    ThreadDied {
        /// The thread's task.
        thread: &'static str,
    },
}

impl Error {
    /// An [`Error::Io`] on `path`.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
