//! `st_envelope`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Bounds, Coord, Geometry, Shape};
use crate::input_output::rectangle;

/// The bounds of a geometry as a geometry.
pub const ST_ENVELOPE: SpatialFunction = SpatialFunction {
    name: "st_envelope",
    aliases: &[],
    about: "Returns the smallest rectangle around the geometry; a point or a line where that has no area. EMPTY stays EMPTY.",
    example: "SELECT st_astext(st_envelope('LINESTRING(0 0,2 1)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let wkb = row.wkb(0)?;
            Ok(Some(
                wkb.bounds()
                    .map_or_else(|| Geometry::from(wkb), |bounds| envelope(&bounds)),
            ))
        })
    },
};

/// The bounds as a point, a line or a polygon.
pub fn envelope(bounds: &Bounds) -> Geometry {
    let (low, high) = (Coord::xy(bounds.xmin, bounds.ymin), Coord::xy(bounds.xmax, bounds.ymax));
    let has_width = bounds.xmin < bounds.xmax;
    let has_height = bounds.ymin < bounds.ymax;
    match (has_width, has_height) {
        (false, false) => Geometry::xy(Shape::Point(Some(low))),
        (true, true) => rectangle(bounds),
        _ => Geometry::xy(Shape::LineString(vec![low, high])),
    }
}
