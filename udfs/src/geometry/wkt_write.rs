//! Writing well-known text in PostGIS's spelling.

use super::{Coord, Dims, Geometry, Kind, Shape};

/// The geometry as text; `max_decimals` is the most digits behind a point.
pub fn write(geometry: &Geometry, max_decimals: usize) -> String {
    let suffix = match (geometry.dims.has_z, geometry.dims.has_m) {
        (false, false) => "",
        (true, false) => " Z ",
        (false, true) => " M ",
        (true, true) => " ZM ",
    };
    let writer = Writer {
        out: String::new(),
        dims: geometry.dims,
        suffix,
        has_bare_points: false,
        max_decimals,
    };
    writer.text(&geometry.shape)
}

/// The geometry as PostGIS's extended text, which tells Z by the count of numbers, with an SRID where there is one.
pub fn extended(geometry: &Geometry, srid: Option<i32>, max_decimals: usize) -> String {
    let is_measured = geometry.dims.has_m && !geometry.dims.has_z;
    let writer = Writer {
        out: srid.map(|srid| format!("SRID={srid};")).unwrap_or_default(),
        dims: geometry.dims,
        suffix: if is_measured { "M" } else { "" },
        has_bare_points: true,
        max_decimals,
    };
    writer.text(&geometry.shape)
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
    /// What follows the name of a type.
    suffix: &'static str,
    /// Whether the points of a multipoint stand without brackets of their own.
    has_bare_points: bool,
    max_decimals: usize,
}

impl Writer {
    fn text(mut self, shape: &Shape) -> String {
        self.tagged(shape);
        self.out
    }

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
        let dims = self.suffix;
        self.out.push_str(dims);
        match shape {
            Shape::Point(coord) => self.point(coord.as_ref(), dims),
            Shape::LineString(coords) => self.list(coords, dims, Self::coord),
            Shape::Polygon(rings) => self.list(rings, dims, |writer, ring| writer.coords(ring)),
            Shape::MultiPoint(points) => self.list(points, dims, |writer, point| match point {
                Some(coord) if writer.has_bare_points => writer.coord(coord),
                point => writer.point(point.as_ref(), " "),
            }),
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
        if !before.ends_with(' ') {
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
