//! Writing `GeoJSON`.
//!
//! # Source
//!
//! RFC 7946; the `crs` member is that of the older specification of 2008, which PostGIS writes, too.

use crate::geometry::{Coord, Dims, Geometry, Shape, number_text};
use crate::{Error, Result};

/// What stands in front of the coordinates.
#[derive(Clone, Copy, Debug, Default)]
pub struct Preamble<'a> {
    /// The name of the CRS to write.
    pub crs: Option<&'a str>,
    /// Whether to write the bounds.
    pub has_bounds: bool,
}

/// The geometry as `GeoJSON`, with heights and without measures. EMPTY members of a multipoint, for which the format has
/// no form, are left out, and so are the bounds of what is EMPTY.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is NaN or infinite, for which the format has no form either.
pub fn write(geometry: &Geometry, max_decimals: usize, preamble: Preamble<'_>) -> Result<String> {
    let mut unfit = None;
    geometry.shape.for_each(&mut |coord| {
        let is_finite = coord.x.is_finite() && coord.y.is_finite() && (coord.z.is_finite() || !geometry.dims.has_z);
        if !is_finite {
            unfit = Some(*coord);
        }
    });
    if let Some(Coord { x, y, .. }) = unfit {
        return Err(Error::NotFinite { x, y });
    }
    let mut front = String::new();
    if let Some(name) = preamble.crs {
        front = format!(r#","crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#);
    }
    if preamble.has_bounds {
        front.push_str(&bounds(geometry, max_decimals));
    }
    let mut writer = Writer {
        out: String::new(),
        dims: geometry.dims,
        max_decimals,
    };
    writer.object(&geometry.shape, &front);
    Ok(writer.out)
}

fn bounds(geometry: &Geometry, decimals: usize) -> String {
    let Some(plane) = geometry.bounds() else {
        return String::new();
    };
    let (mut zmin, mut zmax) = (f64::INFINITY, f64::NEG_INFINITY);
    geometry.shape.for_each(&mut |coord| {
        zmin = zmin.min(coord.z);
        zmax = zmax.max(coord.z);
    });
    let numbers = if geometry.dims.has_z {
        vec![plane.xmin, plane.ymin, zmin, plane.xmax, plane.ymax, zmax]
    } else {
        vec![plane.xmin, plane.ymin, plane.xmax, plane.ymax]
    };
    let texts: Vec<String> = numbers.iter().map(|number| format!("{number:.decimals$}")).collect();
    format!(r#","bbox":[{}]"#, texts.join(","))
}

struct Writer {
    out: String,
    dims: Dims,
    max_decimals: usize,
}

impl Writer {
    fn object(&mut self, shape: &Shape, front: &str) {
        self.out.push_str(r#"{"type":""#);
        self.out.push_str(shape.kind().name());
        self.out.push('"');
        self.out.push_str(front);
        let is_collection = matches!(shape, Shape::GeometryCollection(_));
        self.out.push_str(if is_collection {
            r#","geometries":"#
        } else {
            r#","coordinates":"#
        });
        match shape {
            empty if empty.is_empty() => self.out.push_str("[]"),
            Shape::Point(coord) => coord.iter().for_each(|coord| self.coord(coord)),
            Shape::LineString(coords) => self.coords(coords),
            Shape::MultiPoint(points) => self.list(points.iter().flatten(), Self::coord),
            Shape::Polygon(lines) | Shape::MultiLineString(lines) => self.lines(lines),
            Shape::MultiPolygon(polygons) => self.list(polygons, |writer, rings| writer.lines(rings)),
            Shape::GeometryCollection(members) => self.list(members, |writer, member| writer.object(member, "")),
        }
        self.out.push('}');
    }

    fn lines(&mut self, lines: &[Vec<Coord>]) {
        self.list(lines, |writer, coords| writer.coords(coords));
    }

    fn coords(&mut self, coords: &[Coord]) {
        self.list(coords, Self::coord);
    }

    fn list<T>(&mut self, entries: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.out.push('[');
        for (idx, entry) in entries.into_iter().enumerate() {
            if idx > 0 {
                self.out.push(',');
            }
            write(self, entry);
        }
        self.out.push(']');
    }

    fn coord(&mut self, coord: &Coord) {
        let numbers = [Some(coord.x), Some(coord.y), self.dims.has_z.then_some(coord.z)];
        let max_decimals = self.max_decimals;
        self.list(numbers.into_iter().flatten(), |writer, number| {
            writer.out.push_str(&number_text(number, max_decimals));
        });
    }
}
