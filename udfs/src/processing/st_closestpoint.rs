//! `st_closestpoint`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};
use crate::measures::nearest::nearest;

/// The point of a geometry that is nearest to another.
pub const ST_CLOSESTPOINT: SpatialFunction = SpatialFunction {
    name: "st_closestpoint",
    aliases: &[],
    about: "Returns the point of the first geometry that is nearest to the second, of x and y only; NULL where either is EMPTY.",
    example: "SELECT st_astext(st_closestpoint('LINESTRING(0 0,10 0)', 'POINT(3 3)'))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Any geometry, in the same CRS."),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let nearest = nearest(&row.wkb(0)?, &row.wkb(1)?, f64::INFINITY, 0.0)?;
            Ok(nearest.map(|nearest| Geometry::xy(Shape::Point(Some(Coord::xy(nearest.one.0, nearest.one.1))))))
        })
    },
};
