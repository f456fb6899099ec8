//! `st_segmentize`.

use super::along::between;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};
use crate::{Error, Result};

/// The geometry without long edges.
pub const ST_SEGMENTIZE: SpatialFunction = SpatialFunction {
    name: "st_segmentize",
    aliases: &[],
    about: "Returns the geometry with points added so that no edge is longer than a distance; the parts of an edge are equally long. Z and M are interpolated. Fails when the distance is not above 0, or more than 10 million points would come of it.",
    example: "SELECT st_astext(st_segmentize('LINESTRING(0 0,10 0)', 4))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number("max_length", "Units of the CRS, above 0."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(segmentized(row.geometry(0)?, row.number(1))?))),
};

/// The most points that one geometry may come to.
const MAX_POINTS: f64 = 1e7;

/// The geometry with no edge longer than `max_length`.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when the length is not above 0 or too small for the geometry.
pub fn segmentized(geometry: Geometry, max_length: f64) -> Result<Geometry> {
    let wrong = |expected| Error::ArgumentValue {
        argument: "max_length",
        expected,
        found: max_length.to_string(),
    };
    if max_length.is_nan() || max_length <= 0.0 {
        return Err(wrong("above 0"));
    }
    let mut shape = geometry.shape;
    let mut n_points = 0.0;
    for_each_line(&mut shape, &mut |coords| {
        n_points += coords
            .windows(2)
            .map(|ends| n_parts(ends[0], ends[1], max_length))
            .sum::<f64>();
    });
    if n_points.is_nan() || n_points > MAX_POINTS {
        return Err(wrong("so large that at most 10000000 points come of it"));
    }
    for_each_line(&mut shape, &mut |coords| *coords = line(coords, max_length));
    Ok(Geometry { shape, ..geometry })
}

fn n_parts(start: Coord, end: Coord, max_length: f64) -> f64 {
    ((end.x - start.x).hypot(end.y - start.y) / max_length).ceil()
}

fn line(coords: &[Coord], max_length: f64) -> Vec<Coord> {
    let mut longer: Vec<Coord> = coords.first().copied().into_iter().collect();
    for ends in coords.windows(2) {
        let (start, end) = (ends[0], ends[1]);
        if (start.x, start.y) == (end.x, end.y) {
            continue;
        }
        let n_parts = n_parts(start, end, max_length);
        let mut part = 1.0;
        while part < n_parts {
            longer.push(between(start, end, part / n_parts));
            part += 1.0;
        }
        longer.push(end);
    }
    if longer.len() == 1 {
        return coords.to_vec();
    }
    longer
}

fn for_each_line(shape: &mut Shape, change: &mut impl FnMut(&mut Vec<Coord>)) {
    match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => {}
        Shape::LineString(coords) => change(coords),
        Shape::Polygon(lines) | Shape::MultiLineString(lines) => lines.iter_mut().for_each(change),
        Shape::MultiPolygon(polygons) => polygons.iter_mut().flatten().for_each(change),
        Shape::GeometryCollection(members) => {
            for member in members {
                for_each_line(member, change);
            }
        }
    }
}
