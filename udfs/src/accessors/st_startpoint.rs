//! `st_startpoint`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Kind, Shape, Wkb};

/// The first point of a geometry.
pub const ST_STARTPOINT: SpatialFunction = SpatialFunction {
    name: "st_startpoint",
    aliases: &[],
    about: "Returns the first point of the geometry, of its first member and of its outer ring; NULL where that is EMPTY.",
    example: "SELECT st_astext(st_startpoint('LINESTRING(1 2,3 4)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let wkb = row.wkb(0)?;
            Ok(first(wkb).map(|coord| Geometry {
                dims: wkb.dims(),
                shape: Shape::Point(Some(coord)),
            }))
        })
    },
};

fn first(geometry: Wkb<'_>) -> Option<Coord> {
    match geometry.kind() {
        Kind::Point => geometry.point(),
        Kind::LineString => geometry.coords().iter().next(),
        Kind::Polygon => geometry.rings().next()?.iter().next(),
        _ => first(geometry.members().next()?),
    }
}
