//! `st_isclosed`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};

/// Whether lines end where they begin.
pub const ST_ISCLOSED: SpatialFunction = SpatialFunction {
    name: "st_isclosed",
    aliases: &[],
    about: "Whether every line ends where it begins, at the same height where there are heights. True for points and polygons, \
            false for EMPTY geometries.",
    example: "SELECT st_isclosed('LINESTRING(0 0,1 1,1 0,0 0)')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Boolean,
    call: |call| call.booleans(|row| Ok(Some(is_closed(&row.geometry(0)?)))),
};

fn is_closed(geometry: &Geometry) -> bool {
    is_closed_shape(&geometry.shape, geometry.dims.has_z)
}

fn is_closed_shape(shape: &Shape, has_z: bool) -> bool {
    let closed = |coords: &Vec<Coord>| ends_where_it_begins(coords, has_z);
    !shape.is_empty()
        && match shape {
            Shape::Point(_) => true,
            Shape::MultiPoint(points) => points.iter().all(Option::is_some),
            Shape::LineString(coords) => closed(coords),
            Shape::MultiLineString(lines) => lines.iter().all(closed),
            Shape::Polygon(rings) => rings.iter().all(closed),
            Shape::MultiPolygon(polygons) => polygons
                .iter()
                .all(|rings| !rings.is_empty() && rings.iter().all(closed)),
            Shape::GeometryCollection(members) => members.iter().all(|member| is_closed_shape(member, has_z)),
        }
}

fn ends_where_it_begins(coords: &[Coord], has_z: bool) -> bool {
    let place = |coord: &Coord| (coord.x, coord.y, if has_z { coord.z } else { 0.0 });
    let ends = coords.first().zip(coords.last());
    ends.is_some_and(|(first, last)| place(first) == place(last))
}
