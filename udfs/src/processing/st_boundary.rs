//! `st_boundary`.

use crate::collections::plain;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Kind, Shape};

/// Where the geometry ends.
pub const ST_BOUNDARY: SpatialFunction = SpatialFunction {
    name: "st_boundary",
    aliases: &[],
    about: "Returns the boundary: the rings of areas as lines, the ends of lines that an odd number of them share as points, nothing of points. Z is kept.",
    example: "SELECT st_astext(st_boundary('POLYGON((0 0,1 0,1 1,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let geometry = row.geometry(0)?;
            let shape = boundary(geometry.shape);
            Ok(Some(Geometry { shape, ..geometry }))
        })
    },
};

/// The boundary.
pub fn boundary(shape: Shape) -> Shape {
    match shape {
        Shape::Point(_) => Shape::empty(Kind::Point),
        Shape::MultiPoint(_) => Shape::empty(Kind::MultiPoint),
        Shape::LineString(coords) => Shape::MultiPoint(ends(&[coords])),
        Shape::MultiLineString(lines) => Shape::MultiPoint(ends(&lines)),
        Shape::Polygon(rings) => lines(rings),
        Shape::MultiPolygon(polygons) if polygons.iter().flatten().all(Vec::is_empty) => {
            Shape::empty(Kind::GeometryCollection)
        }
        Shape::MultiPolygon(polygons) => lines(polygons.into_iter().flatten().collect()),
        // Also points that are no boundary leave an EMPTY one.
        Shape::GeometryCollection(members) => {
            plain(Shape::GeometryCollection(members.into_iter().map(boundary).collect()))
        }
    }
}

fn lines(mut rings: Vec<Vec<Coord>>) -> Shape {
    rings.retain(|ring| !ring.is_empty());
    if rings.len() == 1 {
        return Shape::LineString(rings.remove(0));
    }
    Shape::MultiLineString(rings)
}

/// The ends of lines that an odd number of them share, in the order in which they are first met.
fn ends(lines: &[Vec<Coord>]) -> Vec<Option<Coord>> {
    let mut ends: Vec<(usize, Coord)> = lines
        .iter()
        .flat_map(|line| [line.first(), line.last()])
        .flatten()
        .copied()
        .enumerate()
        .collect();
    ends.sort_by(|(_, one), (_, other)| one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y)));
    let groups = ends.chunk_by(|(_, one), (_, other)| (one.x, one.y) == (other.x, other.y));
    let mut odd: Vec<(usize, Coord)> = groups
        .filter(|group| group.len() % 2 == 1)
        .map(|group| group[0])
        .collect();
    odd.sort_by_key(|(idx, _)| *idx);
    odd.into_iter().map(|(_, coord)| Some(coord)).collect()
}
