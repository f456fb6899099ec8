//! `st_dumppoints`.

use super::dumped::{Part, dump, field};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coords, Geometry, Kind, Shape, Wkb};

/// The points of a geometry.
pub const ST_DUMPPOINTS: SpatialFunction = SpatialFunction {
    name: "st_dumppoints",
    aliases: &[],
    about: "Returns every coordinate of the geometry as a point, as a list of structs of `path`, the numbers of member, ring and \
            point, and `geom`. `unnest` makes rows of it. An EMPTY geometry has none.",
    example: "SELECT st_x(part['geom']) AS x FROM (SELECT unnest(st_dumppoints(geometry)) AS part FROM parcel LIMIT 10)",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Other(|literals| Ok(field(literals))),
    call: |call| {
        dump(call, |geometry| {
            let mut parts = Vec::new();
            add_points(geometry, &[], &mut parts);
            parts
        })
    },
};

fn add_points(geometry: Wkb<'_>, path: &[i64], parts: &mut Vec<Part>) {
    let mut add = |coords: Coords<'_>, path: &[i64]| {
        for (number, coord) in (1..).zip(coords.iter()) {
            let point = Geometry {
                dims: geometry.dims(),
                shape: Shape::Point(Some(coord)),
            };
            parts.push(([path, &[number]].concat(), point));
        }
    };
    match geometry.kind() {
        Kind::Point if geometry.point().is_none() => {}
        Kind::Point | Kind::LineString => add(geometry.coords(), path),
        Kind::Polygon => {
            for (number, ring) in (1..).zip(geometry.rings()) {
                add(ring, &[path, &[number]].concat());
            }
        }
        _ => {
            for (number, member) in (1..).zip(geometry.members()) {
                add_points(member, &[path, &[number]].concat(), parts);
            }
        }
    }
}
