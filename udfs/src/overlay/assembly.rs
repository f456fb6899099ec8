//! From areas, lines and points to a geometry of the simplest type that holds them.

use super::rings::Rings;
use super::vertices::Vertices;
use crate::geometry::{Coord, Geometry, Kind, Shape};

/// The geometry of areas, lines and points; one without any is EMPTY, of the dimension that it would have.
pub fn shape(
    areas: &[Rings],
    lines: &[Vec<u32>],
    points: &[u32],
    vertices: &Vertices,
    dimension: Option<usize>,
) -> Shape {
    let coord = |point: &u32| {
        let (x, y) = vertices.xy(*point);
        Coord::xy(x, y)
    };
    let areas = areas
        .iter()
        .map(|rings| rings.iter().map(|ring| closed(ring, vertices)).collect());
    let lines = lines.iter().map(|line| line.iter().map(coord).collect());
    let points = points.iter().map(|point| Some(coord(point)));
    simplest(areas.collect(), lines.collect(), points.collect(), dimension)
}

/// A ring with its first point at the end, its area on the right if it is a shell, as PostGIS gives it.
fn closed(ring: &[u32], vertices: &Vertices) -> Vec<Coord> {
    let points = ring.iter().chain(ring.first()).rev();
    let coords = points.map(|point| vertices.xy(*point)).map(|(x, y)| Coord::xy(x, y));
    coords.collect()
}

fn simplest(
    mut areas: Vec<Vec<Vec<Coord>>>,
    mut lines: Vec<Vec<Coord>>,
    mut points: Vec<Option<Coord>>,
    dimension: Option<usize>,
) -> Shape {
    match (areas.len(), lines.len(), points.len()) {
        (0, 0, 0) => empty(dimension).shape,
        (0, 0, 1) => Shape::Point(points.swap_remove(0)),
        (0, 0, _) => Shape::MultiPoint(points),
        (0, 1, 0) => Shape::LineString(lines.swap_remove(0)),
        (0, _, 0) => Shape::MultiLineString(lines),
        (1, 0, 0) => Shape::Polygon(areas.swap_remove(0)),
        (_, 0, 0) => Shape::MultiPolygon(areas),
        _ => {
            let areas = areas.into_iter().map(Shape::Polygon);
            let lines = lines.into_iter().map(Shape::LineString);
            let points = points.into_iter().map(Shape::Point);
            Shape::GeometryCollection(areas.chain(lines).chain(points).collect())
        }
    }
}

/// The EMPTY geometry of a dimension.
pub fn empty(dimension: Option<usize>) -> Geometry {
    Geometry::xy(Shape::empty(match dimension {
        Some(0) => Kind::Point,
        Some(1) => Kind::LineString,
        Some(_) => Kind::Polygon,
        None => Kind::GeometryCollection,
    }))
}
