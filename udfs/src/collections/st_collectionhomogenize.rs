//! `st_collectionhomogenize`.

use super::collected::multi;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Kind, Shape};

/// A collection in its plainest form.
pub const ST_COLLECTIONHOMOGENIZE: SpatialFunction = SpatialFunction {
    name: "st_collectionhomogenize",
    aliases: &[],
    about: "Returns the plainest form of a collection: a single member as itself, members of one type as a multi-geometry, others \
            as a collection of one geometry per type.",
    example: "SELECT st_astext(st_collectionhomogenize('GEOMETRYCOLLECTION(POINT(1 1),POINT(2 2))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let geometry = row.geometry(0)?;
            Ok(Some(Geometry {
                shape: plain(geometry.shape),
                ..geometry
            }))
        })
    },
};

/// The plainest form.
pub fn plain(shape: Shape) -> Shape {
    if shape.is_empty() {
        return Shape::empty(shape.kind());
    }
    let members = shape.into_simple();
    let mut kinds = Vec::new();
    for kind in [Kind::Point, Kind::LineString, Kind::Polygon] {
        let same: Vec<Shape> = members.iter().filter(|member| member.kind() == kind).cloned().collect();
        match same.len() {
            0 => {}
            1 => kinds.extend(same),
            _ => kinds.push(multi(same)),
        }
    }
    if kinds.len() == 1 {
        kinds.remove(0)
    } else {
        Shape::GeometryCollection(kinds)
    }
}
