//! Reading `GeoJSON`.

use serde_json::Value;

use crate::geometry::{Coord, Dims, Geometry, Shape};
use crate::{Error, Result};

/// Collections in collections.
const MAX_DEPTH: usize = 16;

/// Reads a geometry object of `GeoJSON`, and the EPSG code where it names one in a member `crs`.
///
/// The geometry has heights as soon as one coordinate has one; those without get 0. Further numbers are passed over.
///
/// # Errors
///
/// [`Error::GeoJson`] with what was expected.
pub fn read(text: &str) -> Result<(Geometry, Option<i32>)> {
    let value: Value = serde_json::from_str(text).map_err(|error| Error::GeoJson {
        expected: "JSON",
        found: error.to_string(),
    })?;
    let mut reader = Reader { has_z: false };
    let shape = reader.shape(&value, 0)?;
    let dims = Dims {
        has_z: reader.has_z,
        has_m: false,
    };
    Ok((Geometry { dims, shape }, epsg(&value)))
}

/// The EPSG code of `EPSG:5186` or `urn:ogc:def:crs:EPSG::5186` in the member `crs`.
fn epsg(value: &Value) -> Option<i32> {
    let name = value.get("crs")?.get("properties")?.get("name")?.as_str()?;
    let (authority, code) = name.rsplit_once(':')?;
    authority.contains("EPSG").then(|| code.parse().ok()).flatten()
}

struct Reader {
    has_z: bool,
}

impl Reader {
    fn shape(&mut self, value: &Value, depth: usize) -> Result<Shape> {
        let name = value.get("type").and_then(Value::as_str);
        let coordinates = || {
            let coordinates = value.get("coordinates").filter(|coordinates| !coordinates.is_null());
            coordinates.ok_or_else(|| fault("a member \"coordinates\"", value))
        };
        Ok(match name {
            Some("Point") => Shape::Point(self.point(coordinates()?)?),
            Some("LineString") => Shape::LineString(self.line(coordinates()?)?),
            Some("Polygon") => Shape::Polygon(self.rings(coordinates()?)?),
            Some("MultiPoint") => Shape::MultiPoint(list(coordinates()?, |value| self.point(value))?),
            Some("MultiLineString") => Shape::MultiLineString(list(coordinates()?, |value| self.line(value))?),
            Some("MultiPolygon") => Shape::MultiPolygon(list(coordinates()?, |value| self.rings(value))?),
            Some("GeometryCollection") if depth == MAX_DEPTH => {
                return Err(fault("fewer collections in collections", value));
            }
            Some("GeometryCollection") => {
                let members = value.get("geometries");
                let members = members.ok_or_else(|| fault("a member \"geometries\"", value))?;
                Shape::GeometryCollection(list(members, |member| self.shape(member, depth + 1))?)
            }
            _ => return Err(fault("a geometry object, with a \"type\" such as \"Polygon\"", value)),
        })
    }

    fn point(&mut self, value: &Value) -> Result<Option<Coord>> {
        if value.as_array().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        self.coord(value).map(Some)
    }

    fn line(&mut self, value: &Value) -> Result<Vec<Coord>> {
        let coords = list(value, |value| self.coord(value))?;
        if coords.len() == 1 {
            return Err(fault("a line of at least two points", value));
        }
        Ok(coords)
    }

    fn rings(&mut self, value: &Value) -> Result<Vec<Vec<Coord>>> {
        list(value, |value| {
            let coords = list(value, |value| self.coord(value))?;
            let is_closed = coords
                .first()
                .zip(coords.last())
                .is_none_or(|(first, last)| first.x.total_cmp(&last.x).is_eq() && first.y.total_cmp(&last.y).is_eq());
            if !is_closed || (1..4).contains(&coords.len()) {
                return Err(fault("closed rings of at least four points", value));
            }
            Ok(coords)
        })
    }

    fn coord(&mut self, value: &Value) -> Result<Coord> {
        let numbers = list(value, |value| value.as_f64().ok_or_else(|| fault("a number", value)))?;
        let [x, y, rest @ ..] = numbers.as_slice() else {
            return Err(fault("a coordinate of two or three numbers", value));
        };
        self.has_z |= !rest.is_empty();
        Ok(Coord {
            x: *x,
            y: *y,
            z: rest.first().copied().unwrap_or_default(),
            m: 0.0,
        })
    }
}

fn list<T>(value: &Value, entry: impl FnMut(&Value) -> Result<T>) -> Result<Vec<T>> {
    let entries = value.as_array().ok_or_else(|| fault("a list", value))?;
    entries.iter().map(entry).collect()
}

fn fault(expected: &'static str, value: &Value) -> Error {
    const SHOWN_CHARS: usize = 40;
    let text = value.to_string();
    let mut found: String = text.chars().take(SHOWN_CHARS).collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        found.push('…');
    }
    Error::GeoJson { expected, found }
}
