//! `st_multi`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Kind, Shape};

/// The geometry as a multi-geometry.
pub const ST_MULTI: SpatialFunction = SpatialFunction {
    name: "st_multi",
    aliases: &[],
    about: "Returns a point, line or polygon as a multi-geometry with that one member; others as they are. EMPTY stays EMPTY. Z and M are kept.",
    example: "SELECT st_astext(st_multi('POINT(1 2)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(multi(row.geometry(0)?)))),
};

/// The geometry as a multi-geometry.
pub fn multi(geometry: Geometry) -> Geometry {
    let shape = match geometry.shape {
        Shape::Point(Some(coord)) => Shape::MultiPoint(vec![Some(coord)]),
        Shape::Point(None) => Shape::empty(Kind::MultiPoint),
        Shape::LineString(coords) if coords.is_empty() => Shape::empty(Kind::MultiLineString),
        Shape::LineString(coords) => Shape::MultiLineString(vec![coords]),
        Shape::Polygon(rings) if rings.iter().all(Vec::is_empty) => Shape::empty(Kind::MultiPolygon),
        Shape::Polygon(rings) => Shape::MultiPolygon(vec![rings]),
        other => other,
    };
    Geometry { shape, ..geometry }
}
