//! `st_reverse`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Shape};

/// The geometry with its points in the other order.
pub const ST_REVERSE: SpatialFunction = SpatialFunction {
    name: "st_reverse",
    aliases: &[],
    about: "Returns the geometry with the points of every line and ring in the other order; members keep theirs. Z and M are kept.",
    example: "SELECT st_astext(st_reverse('LINESTRING(0 0,1 1)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(reversed(row.geometry(0)?)))),
};

/// The geometry with lines and rings the other way round.
pub fn reversed(mut geometry: Geometry) -> Geometry {
    reverse(&mut geometry.shape);
    geometry
}

fn reverse(shape: &mut Shape) {
    match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => {}
        Shape::LineString(coords) => coords.reverse(),
        Shape::Polygon(lines) | Shape::MultiLineString(lines) => lines.iter_mut().for_each(|line| line.reverse()),
        Shape::MultiPolygon(polygons) => polygons.iter_mut().flatten().for_each(|ring| ring.reverse()),
        Shape::GeometryCollection(members) => members.iter_mut().for_each(reverse),
    }
}
