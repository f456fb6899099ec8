//! Well-known text, read strictly and written for reject files.
//!
//! The reading is our own: parsers at hand close rings silently, which must be counted, and recurse as deep as the
//! text asks them to.

use std::fmt::Write as _;

use geo_types::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point};
use geozero::ToWkt;

use super::batch::Fault;
use super::{Counts, rings};

/// Collections in collections.
const MAX_DEPTH: usize = 8;

/// Characters of a broken text that go into a message.
const SHOWN_CHARS: usize = 40;

const KEYWORDS: [&str; 7] = [
    "MULTIPOLYGON",
    "POLYGON",
    "POINT",
    "LINESTRING",
    "MULTILINESTRING",
    "MULTIPOINT",
    "GEOMETRYCOLLECTION",
];

/// Whether a text begins like WKT.
pub(super) fn looks_like(text: &[u8]) -> bool {
    let word: Vec<u8> = text
        .trim_ascii_start()
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .copied()
        .collect();
    KEYWORDS.iter().any(|keyword| {
        word.get(..keyword.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(keyword.as_bytes()))
            && matches!(
                word[keyword.len()..].to_ascii_uppercase().as_slice(),
                b"" | b"Z" | b"M" | b"ZM"
            )
    })
}

/// Reads a geometry: 2D (Z and M are dropped and counted), rings closed and directed; `None` for an empty one.
///
/// # Errors
///
/// Text that is not WKT, and polygons with broken rings.
pub(super) fn read(text: &[u8], counts: &mut Counts) -> Result<Option<Geometry<f64>>, Fault> {
    let mut reader = Reader {
        text,
        at: 0,
        has_heights: false,
    };
    let geometry = reader.geometry(0, counts)?;
    reader.skip_blanks();
    if reader.at < text.len() {
        return Err(reader.fault("the end of the geometry"));
    }
    counts.heights_dropped += u64::from(reader.has_heights);
    Ok(geometry)
}

/// The geometry as WKT, each number in its shortest exact form.
pub(super) fn write(geometry: &Geometry<f64>) -> String {
    geometry.to_wkt().unwrap_or_default()
}

/// Rings as a WKT polygon, whatever is wrong with them.
pub(super) fn write_rings(rings: &[Vec<Coord<f64>>]) -> String {
    let mut text = String::from("POLYGON(");
    for (ring_idx, ring) in rings.iter().enumerate() {
        text.push_str(if ring_idx == 0 { "(" } else { ",(" });
        for (idx, coord) in ring.iter().enumerate() {
            let comma = if idx == 0 { "" } else { "," };
            // Writing to a String cannot fail.
            let _ = write!(text, "{comma}{} {}", coord.x, coord.y);
        }
        text.push(')');
    }
    text.push(')');
    text
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    has_heights: bool,
}

type Read<T> = Result<T, Fault>;

impl Reader<'_> {
    fn geometry(&mut self, depth: usize, counts: &mut Counts) -> Read<Option<Geometry<f64>>> {
        let (keyword, is_empty) = self.head()?;
        if is_empty {
            return Ok(None);
        }
        let geometry = match keyword {
            "POINT" => {
                self.expect(b'(')?;
                let coord = self.coord()?;
                self.expect(b')')?;
                Geometry::Point(Point(coord))
            }
            "LINESTRING" => Geometry::LineString(LineString(self.coords()?)),
            "POLYGON" => {
                let rings = self.list(Self::coords)?;
                return Ok(rings::polygon(rings, counts)?.map(Geometry::Polygon));
            }
            "MULTIPOINT" => Geometry::MultiPoint(MultiPoint(self.list(Self::multipoint_member)?)),
            "MULTILINESTRING" => {
                Geometry::MultiLineString(MultiLineString(self.list(|reader| Ok(LineString(reader.coords()?)))?))
            }
            "MULTIPOLYGON" => {
                let members = self.list(|reader| reader.member_rings(counts))?;
                let polygons: Vec<_> = members.into_iter().flatten().collect();
                if polygons.is_empty() {
                    return Ok(None);
                }
                Geometry::MultiPolygon(MultiPolygon(polygons))
            }
            _ if depth < MAX_DEPTH => {
                let members = self.list(|reader| reader.geometry(depth + 1, counts))?;
                Geometry::GeometryCollection(GeometryCollection(members.into_iter().flatten().collect()))
            }
            _ => return Err(self.fault("fewer collections in collections")),
        };
        Ok(Some(geometry))
    }

    /// The type and whether `EMPTY` follows it.
    fn head(&mut self) -> Read<(&'static str, bool)> {
        let start = self.at;
        let mut word = self.word();
        // `POLYGON Z` and `POLYGONZ` are both written.
        for suffix in ["ZM", "Z", "M"] {
            if word.len() > suffix.len() && word.ends_with(suffix) && !KEYWORDS.contains(&word.as_str()) {
                word.truncate(word.len() - suffix.len());
            }
        }
        let Some(keyword) = KEYWORDS.iter().find(|keyword| **keyword == word) else {
            self.at = start;
            return Err(self.fault("POINT, LINESTRING, POLYGON or a MULTI form of these"));
        };
        let after_keyword = self.at;
        match self.word().as_str() {
            "EMPTY" => Ok((keyword, true)),
            "" => Ok((keyword, false)),
            "Z" | "M" | "ZM" => {
                let after_dimensions = self.at;
                let is_empty = self.word() == "EMPTY";
                if !is_empty {
                    self.at = after_dimensions;
                }
                Ok((keyword, is_empty))
            }
            _ => {
                self.at = after_keyword;
                Err(self.fault("an opening bracket"))
            }
        }
    }

    fn member_rings(&mut self, counts: &mut Counts) -> Read<Option<geo_types::Polygon<f64>>> {
        if self.empty_member() {
            return Ok(None);
        }
        let rings = self.list(Self::coords)?;
        rings::polygon(rings, counts)
    }

    fn empty_member(&mut self) -> bool {
        let start = self.at;
        let is_empty = self.word() == "EMPTY";
        if !is_empty {
            self.at = start;
        }
        is_empty
    }

    /// `(1 2)` as the standard has it, or `1 2` as many programs write it.
    fn multipoint_member(&mut self) -> Read<Point<f64>> {
        self.skip_blanks();
        if self.text.get(self.at) != Some(&b'(') {
            return self.coord().map(Point);
        }
        self.expect(b'(')?;
        let coord = self.coord()?;
        self.expect(b')')?;
        Ok(Point(coord))
    }

    fn coords(&mut self) -> Read<Vec<Coord<f64>>> {
        self.list(Self::coord)
    }

    fn list<T>(&mut self, mut member: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.expect(b'(')?;
        let mut members = Vec::new();
        loop {
            members.push(member(self)?);
            self.skip_blanks();
            match self.text.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    return Ok(members);
                }
                _ => return Err(self.fault("a comma or closing bracket")),
            }
        }
    }

    fn coord(&mut self) -> Read<Coord<f64>> {
        let x = self.number()?;
        let y = self.number()?;
        let mut more = 0;
        loop {
            self.skip_blanks();
            match self.text.get(self.at) {
                Some(b',' | b')') | None => break,
                _ if more < 2 => {
                    self.number()?;
                    more += 1;
                }
                _ => return Err(self.fault("at most four numbers in a coordinate")),
            }
        }
        self.has_heights |= more > 0;
        let coord = Coord { x, y };
        rings::check_finite(&[coord]).map_err(|message| Fault::geometry(message, self.shown(0)))?;
        Ok(coord)
    }

    fn number(&mut self) -> Read<f64> {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let length = rest
            .iter()
            .take_while(|byte| !matches!(byte, b',' | b'(' | b')') && !is_blank(**byte))
            .count();
        let number = std::str::from_utf8(&rest[..length])
            .ok()
            .and_then(|text| text.parse().ok());
        let Some(number) = number else {
            return Err(self.fault("a number"));
        };
        self.at += length;
        Ok(number)
    }

    /// The letters ahead, in capitals; none when something else is ahead.
    fn word(&mut self) -> String {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        self.at += length;
        String::from_utf8_lossy(&rest[..length]).to_ascii_uppercase()
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        self.skip_blanks();
        if self.text.get(self.at) == Some(&byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.fault(if byte == b'(' {
            "an opening bracket"
        } else {
            "a closing bracket"
        }))
    }

    fn skip_blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| is_blank(*byte)) {
            self.at += 1;
        }
    }

    fn fault(&self, expected: &str) -> Fault {
        let found = if self.at < self.text.len() {
            format!("{:?}", self.shown(self.at))
        } else {
            "the end".to_owned()
        };
        let message = format!("not WKT: expected {expected} at byte {}, found {found}", self.at + 1);
        Fault::geometry(message, self.shown(0))
    }

    fn shown(&self, from: usize) -> String {
        let rest = &self.text[from..];
        let text = String::from_utf8_lossy(&rest[..rest.len().min(4 * SHOWN_CHARS)]);
        let shown: String = text.chars().take(SHOWN_CHARS).collect();
        if shown.len() < rest.len() {
            format!("{shown}…")
        } else {
            shown
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let geometry = read(text.as_bytes(), &mut Counts::default()).unwrap();
        assert_eq!(geometry.as_ref().map(write).as_deref(), expected, "{text}");
    }

    fn check_fault(text: &str, message: &str) {
        let fault = read(text.as_bytes(), &mut Counts::default()).unwrap_err();
        assert!(fault.message.contains(message), "{text}: {}", fault.message);
    }

    #[test]
    fn all_types_are_read() {
        check("POINT (1 2)", Some("POINT(1 2)"));
        check("point(1.5 -2e3)", Some("POINT(1.5 -2000)"));
        check("LINESTRING(0 0,1 1)", Some("LINESTRING(0 0,1 1)"));
        check("MULTIPOINT (1 2, 3 4)", Some("MULTIPOINT(1 2,3 4)"));
        check("MULTIPOINT ((1 2), (3 4))", Some("MULTIPOINT(1 2,3 4)"));
        check(
            "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
            Some("MULTILINESTRING((0 0,1 1),(2 2,3 3))"),
        );
        check("POLYGON((0 0,1 0,1 1,0 0))", Some("POLYGON((0 0,1 0,1 1,0 0))"));
        check(
            "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0), (5 2, 6 2, 6 1, 5 2)), ((20 0, 21 0, 21 1, 20 0)))",
            Some("MULTIPOLYGON(((0 0,9 0,9 9,0 0),(5 2,6 2,6 1,5 2)),((20 0,21 0,21 1,20 0)))"),
        );
        check(
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))",
            Some("GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))"),
        );
    }

    #[test]
    fn an_empty_geometry_is_none() {
        for text in [
            "POINT EMPTY",
            "POLYGON EMPTY",
            "MULTIPOLYGON EMPTY",
            "POLYGON Z EMPTY",
            "MULTIPOLYGON(EMPTY)",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn numbers_are_not_rounded() {
        check(
            "POINT(126.968631991748 37.5904445217881)",
            Some("POINT(126.968631991748 37.5904445217881)"),
        );
        check("POINT(0.1 198245.00000000003)", Some("POINT(0.1 198245.00000000003)"));
    }

    #[test]
    fn heights_are_dropped_and_counted() {
        for text in [
            "POLYGON Z ((0 0 5,1 0 5,1 1 5,0 0 5))",
            "POLYGONZM((0 0 5 6,1 0 5 6,1 1 5 6,0 0 5 6))",
        ] {
            let mut counts = Counts::default();
            let geometry = read(text.as_bytes(), &mut counts).unwrap();
            assert_eq!(
                geometry.as_ref().map(write).as_deref(),
                Some("POLYGON((0 0,1 0,1 1,0 0))")
            );
            assert_eq!(
                counts,
                Counts {
                    heights_dropped: 1,
                    ..Counts::default()
                }
            );
        }
    }

    #[test]
    fn rings_are_closed_and_turned() {
        let mut counts = Counts::default();
        let geometry = read(b"POLYGON((0 0,1 1,1 0))", &mut counts).unwrap();
        assert_eq!(
            geometry.as_ref().map(write).as_deref(),
            Some("POLYGON((0 0,1 0,1 1,0 0))")
        );
        assert_eq!(
            counts,
            Counts {
                rings_closed: 1,
                rings_turned: 1,
                ..Counts::default()
            }
        );
    }

    #[test]
    fn what_is_not_wkt_is_refused() {
        check_fault("", "expected POINT");
        check_fault("청운동", "expected POINT");
        check_fault("CIRCLE(0 0)", "expected POINT");
        check_fault("POLYGON", "opening bracket");
        check_fault("POLYGON((0 0,1 1", "comma or closing bracket");
        check_fault("POLYGON((0 0,1 1,1 0,0 0)) x", "the end of the geometry");
        check_fault("POINT(1)", "a number");
        check_fault("POINT(1 two)", "a number");
        check_fault("POINT(1 2 3 4 5)", "at most four");
        check_fault("POINT(nan 2)", "not a number");
        check_fault("POLYGON((0 0,1 1,0 0))", "3 vertices");
        check_fault(&"GEOMETRYCOLLECTION(".repeat(100_000), "fewer collections");
    }

    #[test]
    fn a_beginning_of_wkt_is_recognised() {
        for text in [
            "POLYGON((",
            " multipolygon (((",
            "POINT Z(",
            "POINTZ(",
            "LINESTRING EMPTY",
        ] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        for text in ["", "점", "0103000000", "POLYGONAL", "POINTS", "1111010100"] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}
