//! Shapefiles, on disk or inside a zip: `.shp` and `.dbf` read side by side.

mod dbf;
mod frames;
mod shape;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pilji_catalog::{EncodingDetector, TextEncoding};
use pilji_udfs::{Crs, System};

use self::dbf::Layout;
use self::frames::{Framer, Frames, drain};
use self::shape::ShapeType;
use super::batch::Decoded;
use super::stream::{ByteStream, Chunks, Location, ReadChunk, ReadWhole};
use super::{Batch, Chunk, OpenPart, Payload, ReadOptions};
use crate::error::{Error, Result};

/// Records of a chunk, unless they are large.
const CHUNK_RECORDS: usize = 8192;
/// Bytes of a chunk beyond which it is closed, `.shp` and `.dbf` each.
const CHUNK_BYTES: usize = 8 << 20;
/// Attribute bytes that are looked at to tell the encoding.
const SAMPLE_BYTES: usize = 4 << 20;
const MAX_PRJ_BYTES: u64 = 64 * 1024;
const MAX_CPG_BYTES: u64 = 1024;

/// The files of one shapefile.
#[derive(Debug, Clone)]
pub(super) struct Shapefile {
    pub shp: Location,
    pub dbf: Location,
    pub prj: Option<Location>,
    pub cpg: Option<Location>,
}

/// Opens a shapefile.
///
/// # Errors
///
/// Damaged or empty files, a `.cpg` or `.prj` that is not understood, a shape type that is not read.
pub(super) fn open(files: &Shapefile, options: &ReadOptions) -> Result<OpenPart> {
    let mut notes = Vec::new();
    let consumed = Arc::new(AtomicU64::new(0));
    let name = &files.shp.name;

    let mut shp = files.shp.open(&consumed)?;
    let shp_header = frames::Header::read(&mut shp, name, files.shp.bytes)?;
    let mut dbf = files.dbf.open(&consumed)?;
    let dbf_header = dbf::Header::read(&mut dbf, &files.dbf.name, files.dbf.bytes)?;
    if shp_header.is_empty() && dbf_header.rows == 0 {
        return Err(Error::PartEmpty { name: name.clone() });
    }
    if shp_header.is_empty() || dbf_header.rows == 0 {
        let mut framer = Framer::new(shp, name.clone(), shp_header);
        return Err(Error::CountsDiffer {
            name: name.clone(),
            shapes: count_rest(&mut framer)?,
            rows: dbf_header.rows,
        });
    }
    let Some(shape_type) = ShapeType::of(shp_header.shape_type) else {
        let shape = match shp_header.shape_type {
            31 => "31 (multipatch)".to_owned(),
            other => other.to_string(),
        };
        return Err(Error::ShapeTypeUnsupported {
            name: name.clone(),
            shape,
        });
    };

    let encoding = encoding(files, &dbf_header, options, &mut notes)?;
    let crs = crs(files, options, &mut notes)?.map(System::from);
    let layout = Arc::new(dbf_header.layout(encoding, &mut notes));
    let records = Records {
        name: name.clone(),
        dbf_name: files.dbf.name.clone(),
        framer: Framer::new(shp, name.clone(), shp_header),
        dbf,
        layout: Arc::clone(&layout),
        shape_type,
        rows: dbf_header.rows,
        done: 0,
        consumed,
    };
    Ok(OpenPart {
        schema: layout.schema.clone(),
        crs,
        rows: Some(dbf_header.rows),
        notes,
        chunks: Box::new(Chunks::new(records)),
    })
}

/// The encoding of attribute text: `.cpg`, else the option, else what the text shows.
fn encoding(
    files: &Shapefile,
    header: &dbf::Header,
    options: &ReadOptions,
    notes: &mut Vec<String>,
) -> Result<TextEncoding> {
    if let Some(cpg) = &files.cpg {
        let label = String::from_utf8_lossy(&cpg.read_small(MAX_CPG_BYTES)?)
            .trim()
            .to_owned();
        match (TextEncoding::parse(&label), options.encoding) {
            (Some(declared), Some(asked)) if declared != asked => {
                notes.push(format!(
                    "{} says {}, which is used instead of {}",
                    cpg.name,
                    declared.name(),
                    asked.name()
                ));
                return Ok(declared);
            }
            (Some(declared), _) => return Ok(declared),
            (None, Some(asked)) => {
                notes.push(format!(
                    "{} says {label:?}, which is not known; {} is used",
                    cpg.name,
                    asked.name()
                ));
                return Ok(asked);
            }
            (None, None) => {
                return Err(Error::EncodingUnsupported {
                    name: cpg.name.clone(),
                    found: label,
                });
            }
        }
    }
    if let Some(asked) = options.encoding {
        return Ok(asked);
    }
    let encoding = detect(files, header)?;
    notes.push(format!("text is taken for {}", encoding.name()));
    Ok(encoding)
}

/// Reads the first megabytes of attributes, and on to the first text beyond ASCII, which fits both encodings.
fn detect(files: &Shapefile, header: &dbf::Header) -> Result<TextEncoding> {
    let mut stream = files.dbf.open(&Arc::default())?;
    dbf::Header::read(&mut stream, &files.dbf.name, files.dbf.bytes)?;
    let mut detector = EncodingDetector::default();
    header.names().for_each(|field_name| detector.see(field_name));
    let mut row = vec![0; header.row_bytes];
    let mut seen_bytes = 0;
    for _ in 0..header.rows {
        if seen_bytes > SAMPLE_BYTES && detector.is_decisive() {
            break;
        }
        stream.read_whole(&mut row, &files.dbf.name)?;
        seen_bytes += row.len();
        if !row.is_ascii() {
            header.texts(&row).for_each(|text| detector.see(text));
        }
    }
    Ok(detector.verdict())
}

fn crs(files: &Shapefile, options: &ReadOptions, notes: &mut Vec<String>) -> Result<Option<Crs>> {
    let Some(prj) = &files.prj else { return Ok(None) };
    let bytes = prj.read_small(MAX_PRJ_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        notes.push(format!("{} is empty", prj.name));
        return Ok(None);
    }
    match Crs::from_prj(text) {
        Ok(crs) => Ok(Some(crs)),
        Err(source) if options.crs.is_some() => {
            notes.push(format!("{} is not used: {source}", prj.name));
            Ok(None)
        }
        Err(source) => Err(Error::CrsUnknown {
            name: prj.name.clone(),
            source,
        }),
    }
}

/// The stream of chunks.
struct Records {
    name: String,
    dbf_name: String,
    framer: Framer,
    dbf: ByteStream,
    layout: Arc<Layout>,
    shape_type: ShapeType,
    /// Rows of the `.dbf`.
    rows: u64,
    /// Records given away.
    done: u64,
    consumed: Arc<AtomicU64>,
}

impl ReadChunk for Records {
    fn read_chunk(&mut self) -> Result<Option<Chunk>> {
        let row_bytes = self.layout.row_bytes;
        let max_records = (CHUNK_BYTES / row_bytes).clamp(1, CHUNK_RECORDS);
        let frames = self.framer.next(max_records, CHUNK_BYTES)?;
        let n_records = frames.records.len();
        let total = self.done + n_records as u64;
        let is_end = n_records == 0;
        if total > self.rows || (is_end && total < self.rows) {
            let shapes = total + count_rest(&mut self.framer)?;
            return Err(Error::CountsDiffer {
                name: self.name.clone(),
                shapes,
                rows: self.rows,
            });
        }
        if is_end {
            drain(&mut self.dbf, &self.dbf_name)?;
            return Ok(None);
        }
        let mut rows = vec![0; n_records * row_bytes];
        self.dbf.read_whole(&mut rows, &self.dbf_name)?;
        let raw = RawRecords {
            layout: Arc::clone(&self.layout),
            shape_type: self.shape_type,
            first_row: self.done + 1,
            frames,
            rows,
        };
        self.done = total;
        let bytes_read = self.consumed.swap(0, Ordering::Relaxed);
        Ok(Some(Chunk {
            bytes_read,
            payload: Payload::Shapefile(raw),
        }))
    }
}

/// The number of records that follow.
fn count_rest(framer: &mut Framer) -> Result<u64> {
    let mut count = 0;
    loop {
        match framer.next(CHUNK_RECORDS, CHUNK_BYTES)?.records.len() {
            0 => return Ok(count),
            more => count += more as u64,
        }
    }
}

/// Records as they stand in the files.
pub(super) struct RawRecords {
    layout: Arc<Layout>,
    shape_type: ShapeType,
    first_row: u64,
    frames: Frames,
    rows: Vec<u8>,
}

impl RawRecords {
    pub(super) fn records(&self) -> usize {
        self.frames.records.len()
    }

    pub(super) fn decode(self) -> Batch {
        let n_records = self.records();
        let mut decoded = Decoded {
            rows: Vec::with_capacity(n_records),
            geometry: Vec::with_capacity(n_records),
            ..Decoded::default()
        };
        let mut rows = Vec::with_capacity(n_records);
        let pairs = self
            .frames
            .records
            .iter()
            .zip(self.rows.chunks_exact(self.layout.row_bytes));
        for ((content, row), number) in pairs.zip(self.first_row..) {
            if dbf::is_deleted(row) {
                decoded.counts.rows_deleted += 1;
                continue;
            }
            self.decode_shape(content, &mut decoded);
            decoded.rows.push(number);
            rows.push(row);
        }
        let columns = self.layout.decode(&rows, &mut decoded);
        decoded.finish(&self.layout.schema, columns, |index| self.layout.record(rows[index]))
    }

    fn decode_shape(&self, content: &Range<usize>, decoded: &mut Decoded) {
        match shape::read(
            &self.frames.bytes[content.clone()],
            self.shape_type,
            &mut decoded.counts,
        ) {
            Ok(geometry) => decoded.geometry.push(geometry),
            Err(fault) => {
                let index = decoded.geometry.len();
                decoded.geometry.push(None);
                decoded.blame(index, fault);
            }
        }
    }
}
