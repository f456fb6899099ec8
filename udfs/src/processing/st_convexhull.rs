//! `st_convexhull`.

use super::convex_hull;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Dims, Geometry, Shape};

/// The convex hull of a geometry.
pub const ST_CONVEXHULL: SpatialFunction = SpatialFunction {
    name: "st_convexhull",
    aliases: &[],
    about: "Returns the smallest convex area that holds the geometry, clockwise from its leftmost point; a line or a point where that has no area. EMPTY stays EMPTY. Z of the corners is kept, M is dropped.",
    example: "SELECT st_astext(st_convexhull('MULTIPOINT(0 0,2 0,1 1,1 3)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(hull(row.geometry(0)?)))),
};

/// The convex hull.
pub fn hull(geometry: Geometry) -> Geometry {
    let mut points = Vec::new();
    geometry.shape.for_each(&mut |coord| points.push(*coord));
    let mut corners = convex_hull(points);
    let shape = match corners.as_slice() {
        [] => return geometry,
        [point] => Shape::Point(Some(*point)),
        [_, _] => Shape::LineString(corners),
        _ => {
            // From the same point on the other way round.
            corners.extend(corners.first().copied());
            corners.reverse();
            Shape::Polygon(vec![corners])
        }
    };
    let dims = Dims {
        has_m: false,
        ..geometry.dims
    };
    Geometry { dims, shape }
}
