//! Well-known binary of `GeoParquet` files.
//!
//! The reading is our own: the parser at hand reserves as much memory as a count in the bytes asks for, recurses as
//! deep as they ask, and closes rings silently, which must be counted.
//!
//! # Source
//!
//! OGC 06-103r4, "Well-known Binary Representation for Geometry"; the high bits for Z and M are those of EWKB.

use std::fmt::Write as _;

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use super::batch::Fault;
use super::{Counts, rings};

/// Collections in collections.
const MAX_DEPTH: usize = 8;
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;
const TYPE_NAMES: [&str; 7] = [
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
];

/// Reads a geometry: 2D (Z and M are dropped and counted), rings closed and directed; `None` for an empty one.
///
/// # Errors
///
/// Bytes that are not WKB, an SRID in them, and polygons with broken rings.
pub(super) fn read(bytes: &[u8], counts: &mut Counts) -> Result<Option<Geometry<f64>>, Fault> {
    let mut reader = Reader {
        bytes,
        at: 0,
        has_heights: false,
    };
    let geometry = reader.geometry(0, counts)?;
    if reader.at < bytes.len() {
        let message = format!("not WKB: {} bytes follow the geometry", bytes.len() - reader.at);
        return Err(Fault::geometry(message, shown(bytes)));
    }
    counts.heights_dropped += u64::from(reader.has_heights);
    Ok(geometry)
}

/// The beginning of the bytes in hexadecimal digits.
fn shown(bytes: &[u8]) -> String {
    const SHOWN_BYTES: usize = 32;
    let mut digits = String::with_capacity(2 * SHOWN_BYTES);
    for byte in bytes.iter().take(SHOWN_BYTES) {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    if bytes.len() > SHOWN_BYTES {
        format!("{digits}…")
    } else {
        digits
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    has_heights: bool,
}

/// What stands before every geometry.
#[derive(Clone, Copy)]
struct Head {
    is_little_endian: bool,
    /// 1 to 7.
    kind: u32,
    /// Numbers of a coordinate beyond x and y.
    heights: usize,
}

impl Head {
    fn coord_bytes(self) -> usize {
        8 * (2 + self.heights)
    }
}

type Read<T> = Result<T, Fault>;

impl Reader<'_> {
    fn geometry(&mut self, depth: usize, counts: &mut Counts) -> Read<Option<Geometry<f64>>> {
        let head = self.head()?;
        let geometry = match head.kind {
            1 => self.point(head)?.map(Geometry::Point),
            2 => {
                let coords = self.coords(head)?;
                finite(&coords)?;
                (!coords.is_empty()).then_some(Geometry::LineString(LineString(coords)))
            }
            3 => self.polygon(head, counts)?.map(Geometry::Polygon),
            4 => {
                let points = self.members(head, 1, Self::point)?;
                (!points.is_empty()).then_some(Geometry::MultiPoint(MultiPoint(points)))
            }
            5 => {
                let lines = self.members(head, 2, |reader, member| {
                    let coords = reader.coords(member)?;
                    finite(&coords)?;
                    Ok(Some(LineString(coords)))
                })?;
                (!lines.is_empty()).then_some(Geometry::MultiLineString(MultiLineString(lines)))
            }
            6 => {
                let polygons = self.members(head, 3, |reader, member| reader.polygon(member, counts))?;
                (!polygons.is_empty()).then_some(Geometry::MultiPolygon(MultiPolygon(polygons)))
            }
            _ if depth < MAX_DEPTH => {
                let mut members = Vec::new();
                for _ in 0..self.count(head, 5)? {
                    members.extend(self.geometry(depth + 1, counts)?);
                }
                (!members.is_empty()).then_some(Geometry::GeometryCollection(GeometryCollection(members)))
            }
            _ => return Err(self.fault("too many collections in collections")),
        };
        Ok(geometry)
    }

    fn head(&mut self) -> Read<Head> {
        let is_little_endian = match self.take(1)? {
            [0] => false,
            [1] => true,
            _ => return Err(self.fault("the byte order is neither 0 nor 1")),
        };
        let code = self.integer(is_little_endian)?;
        if code & EWKB_SRID != 0 {
            return Err(self.fault("an SRID stands in the geometry, which GeoParquet does not allow"));
        }
        let plain = code & !(EWKB_Z | EWKB_M);
        let (dimensions, kind) = (plain / 1000, plain % 1000);
        if !(1..=7).contains(&kind) || dimensions > 3 {
            return Err(self.fault(&format!("{code} is no type of geometry that is read")));
        }
        let has_z = code & EWKB_Z != 0 || matches!(dimensions, 1 | 3);
        let has_m = code & EWKB_M != 0 || matches!(dimensions, 2 | 3);
        self.has_heights |= has_z || has_m;
        Ok(Head {
            is_little_endian,
            kind,
            heights: usize::from(has_z) + usize::from(has_m),
        })
    }

    /// A point; `None` for an empty one, which is written as NaN.
    fn point(&mut self, head: Head) -> Read<Option<Point<f64>>> {
        let coord = self.coord(head)?;
        if coord.x.is_nan() && coord.y.is_nan() {
            return Ok(None);
        }
        finite(&[coord])?;
        Ok(Some(Point(coord)))
    }

    fn polygon(&mut self, head: Head, counts: &mut Counts) -> Read<Option<Polygon<f64>>> {
        let n_rings = self.count(head, 4)?;
        let mut rings = Vec::with_capacity(n_rings);
        for _ in 0..n_rings {
            rings.push(self.coords(head)?);
        }
        rings::polygon(rings, counts)
    }

    /// The members of a multi-geometry, all of one type; empty ones are left out.
    fn members<T>(
        &mut self,
        head: Head,
        kind: u32,
        mut member: impl FnMut(&mut Self, Head) -> Read<Option<T>>,
    ) -> Read<Vec<T>> {
        let mut members = Vec::new();
        for _ in 0..self.count(head, 9)? {
            let member_head = self.head()?;
            if member_head.kind != kind {
                let found = TYPE_NAMES
                    .get(member_head.kind as usize - 1)
                    .copied()
                    .unwrap_or_default();
                return Err(self.fault(&format!("a {found} is a member of a multi-geometry of another type")));
            }
            members.extend(member(self, member_head)?);
        }
        Ok(members)
    }

    fn coords(&mut self, head: Head) -> Read<Vec<Coord<f64>>> {
        let count = self.count(head, head.coord_bytes())?;
        let bytes = self.take(count * head.coord_bytes())?;
        Ok(bytes
            .chunks_exact(head.coord_bytes())
            .map(|coord| coord_of(coord, head))
            .collect())
    }

    fn coord(&mut self, head: Head) -> Read<Coord<f64>> {
        Ok(coord_of(self.take(head.coord_bytes())?, head))
    }

    /// A number of things of at least `bytes_each`, for all of which there are bytes left.
    fn count(&mut self, head: Head, bytes_each: usize) -> Read<usize> {
        let count = self.integer(head.is_little_endian)? as usize;
        let left = self.bytes.len() - self.at;
        if count.checked_mul(bytes_each).is_none_or(|bytes| bytes > left) {
            return Err(self.fault(&format!("it declares {count} members, but ends before them")));
        }
        Ok(count)
    }

    fn integer(&mut self, is_little_endian: bool) -> Read<u32> {
        let bytes = self.take(4)?.first_chunk().copied().unwrap_or_default();
        Ok(if is_little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn take(&mut self, length: usize) -> Read<&[u8]> {
        let Some(bytes) = self.bytes.get(self.at..).and_then(|rest| rest.get(..length)) else {
            return Err(self.fault("it ends too early"));
        };
        self.at += length;
        Ok(bytes)
    }

    fn fault(&self, found: &str) -> Fault {
        Fault::geometry(format!("not WKB: {found} (at byte {})", self.at + 1), shown(self.bytes))
    }
}

fn coord_of(bytes: &[u8], head: Head) -> Coord<f64> {
    let number = |at: usize| {
        let bytes = bytes[at..].first_chunk().copied().unwrap_or_default();
        if head.is_little_endian {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        }
    };
    Coord {
        x: number(0),
        y: number(8),
    }
}

fn finite(coords: &[Coord<f64>]) -> Read<()> {
    rings::check_finite(coords).map_err(|message| Fault::geometry(message, ""))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use geozero::wkt::Wkt;
    use geozero::{CoordDimensions, ToWkb};

    use super::*;
    use crate::source::wkt;

    fn wkb(text: &str) -> Vec<u8> {
        Wkt(text).to_wkb(CoordDimensions::xy()).unwrap()
    }

    #[test]
    fn all_types_are_read_as_another_writer_writes_them() {
        for text in [
            "POINT(1 2)",
            "LINESTRING(0 0,1 1)",
            "POLYGON((0 0,9 0,9 9,0 0),(5 2,6 2,6 1,5 2))",
            "MULTIPOINT(1 2,3 4)",
            "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
            "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((20 0,21 0,21 1,20 0)))",
            "GEOMETRYCOLLECTION(POINT(1 2),POLYGON((0 0,9 0,9 9,0 0)))",
        ] {
            let geometry = read(&wkb(text), &mut Counts::default()).unwrap().unwrap();
            assert_eq!(wkt::write(&geometry), text);
        }
    }

    #[test]
    fn heights_and_big_endian_are_read() {
        let mut bytes = vec![0, 0, 0, 0x03, 0xE9];
        for number in [1.0_f64, 2.0, 3.0] {
            bytes.extend(number.to_be_bytes());
        }
        let mut counts = Counts::default();
        assert_eq!(
            read(&bytes, &mut counts).unwrap(),
            Some(Geometry::Point(Point::new(1.0, 2.0)))
        );
        assert_eq!(counts.heights_dropped, 1);
        // PostGIS's way to write a Z.
        bytes[1..5].copy_from_slice(&0x8000_0001_u32.to_be_bytes());
        assert_eq!(
            read(&bytes, &mut counts).unwrap(),
            Some(Geometry::Point(Point::new(1.0, 2.0)))
        );
    }

    #[test]
    fn an_empty_geometry_is_none() {
        for text in ["POLYGON EMPTY", "MULTIPOLYGON EMPTY", "LINESTRING EMPTY"] {
            assert_eq!(read(&wkb(text), &mut Counts::default()).unwrap(), None, "{text}");
        }
        let mut point = wkb("POINT(1 2)");
        point[5..].copy_from_slice(&[f64::NAN.to_le_bytes(), f64::NAN.to_le_bytes()].concat());
        assert_eq!(read(&point, &mut Counts::default()).unwrap(), None);
    }

    #[test]
    fn a_damaged_byte_is_a_fault_or_another_geometry_but_nothing_worse() {
        let sound = wkb("MULTIPOLYGON(((0 0,9 0,9 9,0 0),(5 2,6 2,6 1,5 2)),((20 0,21 0,21 1,20 0)))");
        for length in 0..sound.len() {
            assert!(read(&sound[..length], &mut Counts::default()).is_err(), "{length}");
        }
        for at in 0..sound.len() {
            for value in [0, 1, 7, 0x20, 0x7F, 0x80, 0xFF] {
                let mut damaged = sound.clone();
                damaged[at] = value;
                let _ = read(&damaged, &mut Counts::default());
            }
        }
        let mut longer = sound;
        longer.push(0);
        assert!(read(&longer, &mut Counts::default()).is_err());
    }

    #[test]
    fn nesting_is_bounded() {
        let collection_of_one = [1, 7, 0, 0, 0, 1, 0, 0, 0];
        assert!(read(&collection_of_one.repeat(100_000), &mut Counts::default()).is_err());
    }
}
