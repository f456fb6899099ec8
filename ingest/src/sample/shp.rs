//! Writing polygon shapefiles, record by record.
//!
//! The `shapefile` crate writes a file from one thread and goes back to its start for the header; here each 동 is encoded by
//! whichever thread is free, and only record numbers and the header are filled in afterwards.

use super::shapes::Rings;

/// Shape type of polygons.
const POLYGON: u32 = 5;
/// Bytes of the header of `.shp` and `.shx`.
pub const HEADER_LEN: u64 = 100;

/// A box: xmin, ymin, xmax, ymax.
pub type Bounds = [f64; 4];

/// The box around nothing.
pub const NOWHERE: Bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// The box around two boxes.
pub fn join(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Appends a record whose number is filled in later; returns its length in bytes and its box.
pub fn push_record(rings: &Rings, bytes: &mut Vec<u8>) -> (u32, Bounds) {
    let start = bytes.len();
    let mut bounds = NOWHERE;
    for [x, y] in rings.rings.iter().flatten() {
        bounds = join(bounds, [*x, *y, *x, *y]);
    }
    let content_len = 44 + 4 * rings.rings.len() + 16 * rings.n_points();
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend(length(content_len / 2).to_be_bytes());
    bytes.extend(POLYGON.to_le_bytes());
    bytes.extend(bounds.iter().flat_map(|side| side.to_le_bytes()));
    bytes.extend(length(rings.rings.len()).to_le_bytes());
    bytes.extend(length(rings.n_points()).to_le_bytes());
    let mut first = 0;
    for ring in &rings.rings {
        bytes.extend(length(first).to_le_bytes());
        first += ring.len();
    }
    for [x, y] in rings.rings.iter().flatten() {
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
    }
    (length(bytes.len() - start), bounds)
}

/// Fills a record's number (from 1) in.
pub fn number_record(record: &mut [u8], number: u32) {
    record[..4].copy_from_slice(&number.to_be_bytes());
}

/// The index entry of a record at a byte offset of the `.shp`.
pub fn index_entry(offset: u64, record_len: u32) -> [u8; 8] {
    let [offset_words, content_words] = [offset / 2, u64::from(record_len - 8) / 2];
    ((offset_words << 32) | content_words).to_be_bytes()
}

/// The header of a `.shp` or `.shx` of `file_len` bytes.
pub fn header(file_len: u64, bounds: Bounds) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(100);
    bytes.extend(9994_u32.to_be_bytes());
    bytes.resize(24, 0);
    bytes.extend(u32::try_from(file_len / 2).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(1000_u32.to_le_bytes());
    bytes.extend(POLYGON.to_le_bytes());
    bytes.extend(bounds.iter().flat_map(|side| side.to_le_bytes()));
    bytes.resize(100, 0);
    bytes
}

fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
