//! `st_dump`.

use super::dumped::{Part, dump, field};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Kind, Wkb};

/// The members of a geometry.
pub const ST_DUMP: SpatialFunction = SpatialFunction {
    name: "st_dump",
    aliases: &[],
    about: "Returns the points, lines and polygons that the geometry consists of, as a list of structs of `path`, the numbers \
            that lead to a member, and `geom`. `unnest` makes rows of it. An EMPTY geometry has none.",
    example: "SELECT pnu, part['geom'] AS geometry FROM (SELECT pnu, unnest(st_dump(geometry)) AS part FROM parcel LIMIT 10)",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Other(|literals| Ok(field(literals))),
    call: |call| {
        dump(call, |geometry| {
            let mut parts = Vec::new();
            if !geometry.is_empty() {
                add_members(geometry, &[], &mut parts);
            }
            parts
        })
    },
};

fn add_members(geometry: Wkb<'_>, path: &[i64], parts: &mut Vec<Part>) {
    if matches!(geometry.kind(), Kind::Point | Kind::LineString | Kind::Polygon) {
        parts.push((path.to_vec(), Geometry::from(geometry)));
        return;
    }
    for (number, member) in (1..).zip(geometry.members()) {
        add_members(member, &[path, &[number]].concat(), parts);
    }
}
