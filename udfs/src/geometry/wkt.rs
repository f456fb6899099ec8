//! Reading well-known text.
//!
//! As PostGIS reads it: keywords in any case, `Z`, `M` and `ZM` apart or attached, a third number without them is a
//! height, `MULTIPOINT(1 2,3 4)` beside `MULTIPOINT((1 2),(3 4))`, `SRID=…;` in front.
//!
//! # Source
//!
//! OGC 06-103r4, "Well-known Text Representation for Geometry"; EWKT is PostGIS's.

use super::{Coord, Dims, Geometry, Kind, Shape};
use crate::{Error, Result};

/// Collections in collections.
const MAX_DEPTH: usize = 16;

/// Characters of a broken text that go into a message.
const SHOWN_CHARS: usize = 24;

/// Reads a geometry and its SRID.
pub fn read(text: &str) -> Result<(Geometry, Option<i32>)> {
    let mut reader = Reader {
        text,
        at: 0,
        dims: None,
    };
    let srid = reader.srid()?;
    let shape = reader.geometry(0)?;
    reader.skip_blanks();
    if reader.at < text.len() {
        return Err(reader.fault("the end of the geometry"));
    }
    let dims = reader.dims.unwrap_or_default();
    let geometry = Geometry { dims, shape };
    check_minimum(&geometry.shape, text)?;
    Ok((geometry, srid))
}

struct Reader<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
    /// Known from the first keyword that says it, or from the first coordinate.
    dims: Option<Dims>,
}

impl<'a> Reader<'a> {
    fn srid(&mut self) -> Result<Option<i32>> {
        let start = self.at;
        if self.word() != "SRID" {
            self.at = start;
            return Ok(None);
        }
        self.expect('=')?;
        let digits: &str = self.take_while(|char| char.is_ascii_digit());
        let srid = digits.parse().map_err(|_| self.fault("a number after SRID="))?;
        self.expect(';')?;
        Ok(Some(srid).filter(|srid| *srid != 0))
    }

    fn geometry(&mut self, depth: usize) -> Result<Shape> {
        let (kind, is_empty) = self.head()?;
        if is_empty {
            return Ok(Shape::empty(kind));
        }
        Ok(match kind {
            Kind::Point => {
                self.expect('(')?;
                let coord = self.coord()?;
                self.expect(')')?;
                Shape::Point(Some(coord))
            }
            Kind::LineString => Shape::LineString(self.coords()?),
            Kind::Polygon => Shape::Polygon(self.list(Self::coords_or_empty)?),
            Kind::MultiPoint => Shape::MultiPoint(self.list(Self::multipoint_member)?),
            Kind::MultiLineString => Shape::MultiLineString(self.list(Self::coords_or_empty)?),
            Kind::MultiPolygon => Shape::MultiPolygon(self.list(|reader| {
                if reader.takes_empty() {
                    return Ok(Vec::new());
                }
                reader.list(Self::coords_or_empty)
            })?),
            Kind::GeometryCollection if depth < MAX_DEPTH => {
                Shape::GeometryCollection(self.list(|reader| reader.geometry(depth + 1))?)
            }
            Kind::GeometryCollection => return Err(self.fault("fewer collections in collections")),
        })
    }

    /// The type and whether `EMPTY` follows it.
    fn head(&mut self) -> Result<(Kind, bool)> {
        const KINDS: [(&str, Kind); 7] = [
            ("POINT", Kind::Point),
            ("LINESTRING", Kind::LineString),
            ("POLYGON", Kind::Polygon),
            ("MULTIPOINT", Kind::MultiPoint),
            ("MULTILINESTRING", Kind::MultiLineString),
            ("MULTIPOLYGON", Kind::MultiPolygon),
            ("GEOMETRYCOLLECTION", Kind::GeometryCollection),
        ];
        let start = self.at;
        let word = self.word();
        let found = KINDS.iter().find_map(|(name, kind)| {
            let suffix = word.strip_prefix(name)?;
            matches!(suffix, "" | "Z" | "M" | "ZM").then_some((*kind, suffix.to_owned()))
        });
        let Some((kind, mut suffix)) = found else {
            self.at = start;
            return Err(self.fault("a type of geometry, such as POINT or POLYGON"));
        };
        let mut behind = self.at;
        let mut next = self.word();
        if suffix.is_empty() && matches!(next.as_str(), "Z" | "M" | "ZM") {
            suffix = next;
            behind = self.at;
            next = self.word();
        }
        let is_empty = next == "EMPTY";
        if !is_empty {
            self.at = behind;
        }
        if !suffix.is_empty() {
            let dims = Dims {
                has_z: suffix.contains('Z'),
                has_m: suffix.contains('M'),
            };
            if self.dims.is_some_and(|known| known != dims) {
                self.at = start;
                return Err(self.fault("the dimensions of the other members"));
            }
            self.dims = Some(dims);
        }
        Ok((kind, is_empty))
    }

    fn takes_empty(&mut self) -> bool {
        let start = self.at;
        let is_empty = self.word() == "EMPTY";
        if !is_empty {
            self.at = start;
        }
        is_empty
    }

    fn multipoint_member(&mut self) -> Result<Option<Coord>> {
        if self.takes_empty() {
            return Ok(None);
        }
        if !self.takes('(') {
            return self.coord().map(Some);
        }
        let coord = self.coord()?;
        self.expect(')')?;
        Ok(Some(coord))
    }

    fn coords_or_empty(&mut self) -> Result<Vec<Coord>> {
        if self.takes_empty() {
            Ok(Vec::new())
        } else {
            self.coords()
        }
    }

    fn coords(&mut self) -> Result<Vec<Coord>> {
        self.list(Self::coord)
    }

    fn list<T>(&mut self, mut entry: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.expect('(')?;
        let mut entries = vec![entry(self)?];
        while self.takes(',') {
            entries.push(entry(self)?);
        }
        self.expect(')')?;
        Ok(entries)
    }

    fn coord(&mut self) -> Result<Coord> {
        let mut numbers = [0.0; 4];
        let mut n_numbers = 0;
        while n_numbers < 4 {
            self.skip_blanks();
            if self.text[self.at..].starts_with([',', ')', '(']) || self.at == self.text.len() {
                break;
            }
            numbers[n_numbers] = self.number()?;
            n_numbers += 1;
        }
        let by_count = |n_numbers| match n_numbers {
            2 => Some(Dims::XY),
            3 => Some(Dims {
                has_z: true,
                has_m: false,
            }),
            4 => Some(Dims {
                has_z: true,
                has_m: true,
            }),
            _ => None,
        };
        let dims = match self.dims.or_else(|| by_count(n_numbers)) {
            Some(dims) if dims.size() == n_numbers => dims,
            Some(dims) => return Err(self.fault(&format!("{} numbers in a coordinate", dims.size()))),
            None => return Err(self.fault("a coordinate of two numbers")),
        };
        self.dims = Some(dims);
        let [x, y, third, fourth] = numbers;
        Ok(match (dims.has_z, dims.has_m) {
            (false, false) => Coord::xy(x, y),
            (true, has_m) => Coord {
                x,
                y,
                z: third,
                m: if has_m { fourth } else { 0.0 },
            },
            (false, true) => Coord { x, y, z: 0.0, m: third },
        })
    }

    fn number(&mut self) -> Result<f64> {
        let start = self.at;
        let token = self.take_while(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
        token.parse().map_err(|_| {
            self.at = start;
            self.fault("a number")
        })
    }

    /// The letters that follow, in capitals.
    fn word(&mut self) -> String {
        self.take_while(|char| char.is_ascii_alphabetic()).to_ascii_uppercase()
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let end = rest.find(|char| !test(char)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn takes(&mut self, char: char) -> bool {
        self.skip_blanks();
        let found = self.text[self.at..].starts_with(char);
        if found {
            self.at += char.len_utf8();
        }
        found
    }

    fn expect(&mut self, char: char) -> Result<()> {
        if self.takes(char) {
            return Ok(());
        }
        Err(self.fault(&format!("\"{char}\"")))
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn fault(&self, expected: &str) -> Error {
        let rest = &self.text[self.at..];
        let shown: String = rest.chars().take(SHOWN_CHARS).collect();
        let more = if rest.chars().nth(SHOWN_CHARS).is_some() {
            "…"
        } else {
            ""
        };
        Error::Wkt {
            expected: expected.to_owned(),
            found: if rest.is_empty() {
                "the end".to_owned()
            } else {
                format!("\"{shown}{more}\"")
            },
            position: self.text[..self.at].chars().count() + 1,
        }
    }
}

/// Lines have two points and rings four and are closed, or there are none.
fn check_minimum(shape: &Shape, text: &str) -> Result<()> {
    let fault = |expected: &str| Error::Wkt {
        expected: expected.to_owned(),
        found: format!("\"{}\"", text.chars().take(SHOWN_CHARS).collect::<String>()),
        position: 1,
    };
    let check_lines = |lines: &[Vec<Coord>]| {
        if lines.iter().any(|line| line.len() == 1) {
            return Err(fault("lines of at least two points"));
        }
        Ok(())
    };
    let check_rings = |rings: &[Vec<Coord>]| {
        for ring in rings {
            if ring.is_empty() {
                continue;
            }
            let ends = ring.first().zip(ring.last());
            if !ends
                .is_some_and(|(first, last)| first.x.total_cmp(&last.x).is_eq() && first.y.total_cmp(&last.y).is_eq())
            {
                return Err(fault("closed rings, whose last point is their first"));
            }
            if ring.len() < 4 {
                return Err(fault("rings of at least four points"));
            }
        }
        Ok(())
    };
    match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => Ok(()),
        Shape::LineString(coords) => check_lines(std::slice::from_ref(coords)),
        Shape::MultiLineString(lines) => check_lines(lines),
        Shape::Polygon(rings) => check_rings(rings),
        Shape::MultiPolygon(polygons) => polygons.iter().try_for_each(|rings| check_rings(rings)),
        Shape::GeometryCollection(members) => members.iter().try_for_each(|member| check_minimum(member, text)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let (geometry, _) = read(text).unwrap();
        assert_eq!(geometry.to_wkt(15), expected, "{text}");
    }

    #[test]
    fn texts_are_read_in_every_spelling() {
        check("point ( 1   2 )", "POINT(1 2)");
        check("POINTZ(1 2 3)", "POINT Z (1 2 3)");
        check("POINT(1 2 3)", "POINT Z (1 2 3)");
        check("POINT M(1 2 3)", "POINT M (1 2 3)");
        check("POINT ZM (1 2 3 4)", "POINT ZM (1 2 3 4)");
        check("POINT Z EMPTY", "POINT Z EMPTY");
        check("MULTIPOINT(1 2,EMPTY,(3 4))", "MULTIPOINT((1 2),EMPTY,(3 4))");
        check("LINESTRING(-1.5e2 0, 1 1)", "LINESTRING(-150 0,1 1)");
        check(
            "GEOMETRYCOLLECTION(POINT(1 2),POLYGON EMPTY)",
            "GEOMETRYCOLLECTION(POINT(1 2),POLYGON EMPTY)",
        );
        assert_eq!(read("SRID=5186;POINT(1 2)").unwrap().1, Some(5186));
    }

    #[test]
    fn a_broken_text_says_where() {
        let message = |text: &str| read(text).unwrap_err().to_string();
        assert!(message("POINT(1)").contains("position 8"), "{}", message("POINT(1)"));
        assert!(message("POINT(1 2").contains("the end"));
        assert!(message("CIRCLE(1 2)").contains("\"CIRCLE(1 2)\""));
        assert!(message("LINESTRING(1 2,3 4 5)").contains("2 numbers"));
        assert!(message("POLYGON((0 0,1 0,1 1))").contains("closed"));
        assert!(message("LINESTRING(1 2)").contains("two points"));
        assert!(message("서울").contains("\"서울\""));
        assert!(read(&"GEOMETRYCOLLECTION(".repeat(10_000)).is_err());
    }
}
