//! `st_geometryn`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Kind, Wkb};

/// One member of a geometry.
pub const ST_GEOMETRYN: SpatialFunction = SpatialFunction {
    name: "st_geometryn",
    aliases: &[],
    about: "Returns one member of a multi-geometry or collection, counted from 1; a simple geometry is its own first. \
            NULL when there is no such member, and for EMPTY.",
    example: "SELECT st_astext(st_geometryn('MULTIPOINT(1 1,2 2)', 2))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::integer("n", "The member's number, from 1."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(member(row.wkb(0)?, row.integer(1)).map(Geometry::from))),
};

fn member(geometry: Wkb<'_>, n: i64) -> Option<Wkb<'_>> {
    let idx = usize::try_from(n.checked_sub(1)?).ok()?;
    if geometry.is_empty() {
        return None;
    }
    match geometry.kind() {
        Kind::Point | Kind::LineString | Kind::Polygon => (idx == 0).then_some(geometry),
        _ => geometry.members().nth(idx),
    }
}
