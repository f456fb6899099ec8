//! Writing well-known text in PostGIS's spelling.

use super::{Coord, Dims, Geometry, Kind, Shape};

/// The geometry as text; `max_decimals` is the most digits behind a point.
pub fn write(geometry: &Geometry, max_decimals: usize) -> String {
    let mut writer = Writer {
        out: String::new(),
        dims: geometry.dims,
        max_decimals,
    };
    writer.tagged(&geometry.shape);
    writer.out
}

/// A number as PostGIS writes it: the shortest digits that give it back, at most so many behind the point, and an
/// exponent for very large and very small ones.
#[must_use]
pub fn number_text(value: f64, max_decimals: usize) -> String {
    let magnitude = value.abs();
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    if magnitude != 0.0 && !(1e-8..1e15).contains(&magnitude) {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        };
    }
    let shortest = format!("{value}");
    let decimals = shortest.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let text = if decimals > max_decimals {
        format!("{value:.max_decimals$}")
    } else {
        shortest
    };
    let trimmed = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if trimmed == "-0" {
        "0".to_owned()
    } else {
        trimmed.to_owned()
    }
}

struct Writer {
    out: String,
    dims: Dims,
    max_decimals: usize,
}

impl Writer {
    fn tagged(&mut self, shape: &Shape) {
        self.out.push_str(match shape.kind() {
            Kind::Point => "POINT",
            Kind::LineString => "LINESTRING",
            Kind::Polygon => "POLYGON",
            Kind::MultiPoint => "MULTIPOINT",
            Kind::MultiLineString => "MULTILINESTRING",
            Kind::MultiPolygon => "MULTIPOLYGON",
            Kind::GeometryCollection => "GEOMETRYCOLLECTION",
        });
        let dims = match (self.dims.has_z, self.dims.has_m) {
            (false, false) => "",
            (true, false) => " Z ",
            (false, true) => " M ",
            (true, true) => " ZM ",
        };
        self.out.push_str(dims);
        match shape {
            Shape::Point(coord) => self.point(coord.as_ref(), dims),
            Shape::LineString(coords) => self.list(coords, dims, Self::coord),
            Shape::Polygon(rings) => self.list(rings, dims, |writer, ring| writer.coords(ring)),
            Shape::MultiPoint(points) => self.list(points, dims, |writer, point| writer.point(point.as_ref(), " ")),
            Shape::MultiLineString(lines) => self.list(lines, dims, |writer, line| writer.coords(line)),
            Shape::MultiPolygon(polygons) => self.list(polygons, dims, |writer, rings| {
                writer.list(rings, " ", |writer, ring| writer.coords(ring));
            }),
            Shape::GeometryCollection(members) => self.list(members, dims, Self::tagged),
        }
    }

    fn point(&mut self, coord: Option<&Coord>, before: &str) {
        match coord {
            Some(coord) => {
                self.out.push('(');
                self.coord(coord);
                self.out.push(')');
            }
            None => self.empty(before),
        }
    }

    fn coords(&mut self, coords: &[Coord]) {
        self.list(coords, " ", Self::coord);
    }

    /// `before` is what stands before the list already, which an `EMPTY` must be apart from.
    fn list<T>(&mut self, entries: &[T], before: &str, mut write: impl FnMut(&mut Self, &T)) {
        if entries.is_empty() {
            return self.empty(before);
        }
        for (idx, entry) in entries.iter().enumerate() {
            self.out.push(if idx == 0 { '(' } else { ',' });
            write(self, entry);
        }
        self.out.push(')');
    }

    fn empty(&mut self, before: &str) {
        if before.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str("EMPTY");
    }

    fn coord(&mut self, coord: &Coord) {
        let numbers = [
            Some(coord.x),
            Some(coord.y),
            self.dims.has_z.then_some(coord.z),
            self.dims.has_m.then_some(coord.m),
        ];
        for (idx, number) in numbers.into_iter().flatten().enumerate() {
            if idx > 0 {
                self.out.push(' ');
            }
            self.out.push_str(&number_text(number, self.max_decimals));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        let check = |value: f64, expected: &str| assert_eq!(number_text(value, 15), expected);
        check(1.0, "1");
        check(-0.0, "0");
        check(0.1 + 0.2, "0.3");
        check(127.123_456_789, "127.123456789");
        check(1e15, "1e+15");
        check(1e-9, "1e-9");
        check(123_456_789_012_345.0, "123456789012345");
        check(f64::NAN, "NaN");
        assert_eq!(number_text(1.25, 1), "1.2");
        assert_eq!(number_text(-0.001, 2), "0");
    }
}
