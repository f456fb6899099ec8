//! `st_shortestline`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};
use crate::measures::nearest::nearest;

/// The shortest line between two geometries.
pub const ST_SHORTESTLINE: SpatialFunction = SpatialFunction {
    name: "st_shortestline",
    aliases: &[],
    about: "Returns a shortest line from the first geometry to the second, of x and y only; NULL where either is EMPTY. Where they meet, both ends are a common point.",
    example: "SELECT st_astext(st_shortestline('LINESTRING(0 0,10 0)', 'POINT(3 3)'))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Any geometry, in the same CRS."),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let nearest = nearest(&row.wkb(0)?, &row.wkb(1)?, f64::INFINITY, 0.0)?;
            Ok(nearest.map(|nearest| {
                Geometry::xy(Shape::LineString(vec![
                    Coord::xy(nearest.one.0, nearest.one.1),
                    Coord::xy(nearest.other.0, nearest.other.1),
                ]))
            }))
        })
    },
};
