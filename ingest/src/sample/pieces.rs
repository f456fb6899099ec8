//! The zip of one 시도: its shapefiles, piece by piece.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use pilji_udfs::Crs;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::dbf;
use super::format::Format;
use super::leaf::Encoded;
use super::shp::{self, Bounds};
use super::truth::{FileTruth, PieceTruth};
use crate::error::{Error, Result};

/// A zip under construction. The shapefile being filled lies in unnamed temporary files beside it, because the entries of a
/// zip are written one after the other; so memory stays small whatever the size.
pub struct ZipPieces {
    path: PathBuf,
    stem: String,
    format: Format,
    vintage: NaiveDate,
    prj: &'static str,
    piece_rows: usize,
    zip: ZipWriter<BufWriter<NamedTempFile>>,
    piece: Piece,
    pieces: Vec<PieceTruth>,
}

/// The shapefile being filled.
struct Piece {
    shp: BufWriter<File>,
    shx: BufWriter<File>,
    dbf: BufWriter<File>,
    rows: u32,
    shp_len: u64,
    bounds: Bounds,
}

impl ZipPieces {
    /// Starts the zip of a 시도 in a folder.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be written to, [`Error::SampleCoordinates`] without a known CRS.
    pub fn create(folder: &Path, stem: String, format: Format, vintage: NaiveDate, piece_rows: usize) -> Result<Self> {
        let path = folder.join(format!("{stem}.zip"));
        let crs = Crs::from_epsg(format.epsg()).map_err(|source| Error::SampleCoordinates { source })?;
        let file = NamedTempFile::new_in(folder).map_err(Error::io("create", &path))?;
        let piece = Piece::create(folder).map_err(Error::io("create", &path))?;
        let zip = ZipWriter::new(BufWriter::with_capacity(1 << 20, file));
        Ok(Self {
            path,
            stem,
            format,
            vintage,
            prj: crs.wkt_prj(),
            piece_rows,
            zip,
            piece,
            pieces: Vec::new(),
        })
    }

    /// Appends the rows of a 동; a full piece is closed and the next one begun.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] and [`Error::SampleZip`] when the disk refuses.
    pub fn append(&mut self, mut encoded: Encoded) -> Result<()> {
        let record_len = dbf::record_len(self.format.columns());
        let mut at = 0;
        for (row, (len, bounds)) in encoded.records.iter().enumerate() {
            if self.piece.rows as usize == self.piece_rows {
                self.finish_piece()?;
            }
            let end = at + *len as usize;
            let attributes = &encoded.dbf[row * record_len..(row + 1) * record_len];
            let written = self.piece.append(&mut encoded.shp[at..end], attributes, *bounds);
            written.map_err(Error::io("write", &self.path))?;
            at = end;
        }
        Ok(())
    }

    /// Closes the zip and gives it its name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] and [`Error::SampleZip`] when the disk refuses.
    pub fn finish(mut self) -> Result<FileTruth> {
        self.finish_piece()?;
        let zip_error = |source| Error::SampleZip {
            path: self.path.clone(),
            source,
        };
        let buffer = self.zip.finish().map_err(zip_error)?;
        let file = buffer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .map_err(Error::io("write", &self.path))?;
        super::write::give_name(file, &self.path)?;
        let rows = self.pieces.iter().map(|piece| piece.rows).sum();
        Ok(FileTruth {
            file: format!("{}.zip", self.stem),
            rows,
            pieces: self.pieces,
        })
    }

    fn finish_piece(&mut self) -> Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let next = Piece::create(folder).map_err(Error::io("create", &self.path))?;
        let piece = std::mem::replace(&mut self.piece, next);
        let stem = match self.pieces.len() {
            0 => self.stem.clone(),
            n => format!("{}({})", self.stem, n + 1),
        };
        let shx_len = shp::HEADER_LEN + 8 * u64::from(piece.rows);
        let parts = [
            (
                "shp",
                shp::header(piece.shp_len, piece.bounds),
                piece.shp,
                piece.shp_len,
            ),
            ("shx", shp::header(shx_len, piece.bounds), piece.shx, shx_len),
            (
                "dbf",
                dbf::header(self.format.columns(), piece.rows, self.vintage),
                piece.dbf,
                0,
            ),
        ];
        for (extension, header, body, len) in parts {
            let name = format!("{stem}.{extension}");
            let is_dbf = extension == "dbf";
            let len = if is_dbf {
                u64::from(piece.rows) * dbf::record_len(self.format.columns()) as u64
            } else {
                len
            };
            self.start_entry(&name, len)?;
            self.copy(&header, body, is_dbf)
                .map_err(Error::io("write", &self.path))?;
        }
        self.start_entry(&format!("{stem}.prj"), 0)?;
        self.zip
            .write_all(self.prj.as_bytes())
            .map_err(Error::io("write", &self.path))?;
        self.pieces.push(PieceTruth {
            name: format!("{stem}.shp"),
            rows: piece.rows as usize,
        });
        Ok(())
    }

    fn start_entry(&mut self, name: &str, len: u64) -> Result<()> {
        // Fixed date and fast compression: the same sample is the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(DateTime::default())
            .large_file(len > u64::from(u32::MAX) / 2);
        self.zip.start_file(name, options).map_err(|source| Error::SampleZip {
            path: self.path.clone(),
            source,
        })
    }

    fn copy(&mut self, header: &[u8], body: BufWriter<File>, is_dbf: bool) -> io::Result<()> {
        let mut body = body.into_inner().map_err(io::IntoInnerError::into_error)?;
        body.seek(SeekFrom::Start(0))?;
        self.zip.write_all(header)?;
        io::copy(&mut BufReader::with_capacity(1 << 20, body), &mut self.zip)?;
        if is_dbf { self.zip.write_all(&[0x1a]) } else { Ok(()) }
    }
}

impl Piece {
    fn create(folder: &Path) -> io::Result<Self> {
        let file = || tempfile::tempfile_in(folder).map(|file| BufWriter::with_capacity(1 << 18, file));
        let (shp, shx, dbf) = (file()?, file()?, file()?);
        Ok(Self {
            shp,
            shx,
            dbf,
            rows: 0,
            shp_len: shp::HEADER_LEN,
            bounds: shp::NOWHERE,
        })
    }

    fn append(&mut self, record: &mut [u8], attributes: &[u8], bounds: Bounds) -> io::Result<()> {
        self.rows += 1;
        self.bounds = shp::join(self.bounds, bounds);
        shp::number_record(record, self.rows);
        let record_len = u32::try_from(record.len()).unwrap_or(u32::MAX);
        self.shx.write_all(&shp::index_entry(self.shp_len, record_len))?;
        self.shp_len += record.len() as u64;
        self.shp.write_all(record)?;
        self.dbf.write_all(attributes)
    }
}
