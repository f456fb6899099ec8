//! `st_forcepolygoncw`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};

/// The geometry with shells clockwise and holes counterclockwise.
pub const ST_FORCEPOLYGONCW: SpatialFunction = SpatialFunction {
    name: "st_forcepolygoncw",
    aliases: &[],
    about: "Returns the geometry with the shells of its areas clockwise and their holes counterclockwise; the rest is left as it is. Z and M are kept.",
    example: "SELECT st_astext(st_forcepolygoncw('POLYGON((0 0,1 0,1 1,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(clockwise(row.geometry(0)?)))),
};

/// The geometry with shells clockwise and holes counterclockwise.
pub fn clockwise(mut geometry: Geometry) -> Geometry {
    turn(&mut geometry.shape);
    geometry
}

fn turn(shape: &mut Shape) {
    match shape {
        Shape::Polygon(rings) => turn_rings(rings),
        Shape::MultiPolygon(polygons) => polygons.iter_mut().for_each(|rings| turn_rings(rings)),
        Shape::GeometryCollection(members) => members.iter_mut().for_each(turn),
        Shape::Point(_) | Shape::LineString(_) | Shape::MultiPoint(_) | Shape::MultiLineString(_) => {}
    }
}

fn turn_rings(rings: &mut [Vec<Coord>]) {
    for (idx, ring) in rings.iter_mut().enumerate() {
        let is_shell = idx == 0;
        if is_shell != is_clockwise(ring) {
            ring.reverse();
        }
    }
}

/// Whether a ring runs clockwise; one without area does not.
pub fn is_clockwise(ring: &[Coord]) -> bool {
    let Some(first) = ring.first() else {
        return false;
    };
    let twice_area: f64 = ring
        .windows(3)
        .map(|three| (three[1].x - first.x) * (three[0].y - three[2].y))
        .sum();
    twice_area > 0.0
}
