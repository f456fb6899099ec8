//! The points and edges of a geometry that goes into an operation.

use super::edge::Edge;
use super::sweep::order_of;
use super::vertices::{Vertices, Xy};
use crate::geometry::{Coord, Geometry, Kind, Shape};
use crate::relations::position::side_of;
use crate::validity::{Rings, flaw};
use crate::{Error, Result};

/// The numbered points and edges of one or two geometries.
#[derive(Debug, Default)]
pub struct Operands {
    /// All points that have a number.
    pub vertices: Vertices,
    /// The edges of lines and rings.
    pub edges: Vec<Edge>,
    /// Where lines begin and end.
    pub line_ends: Vec<u32>,
    /// The points of each geometry.
    pub points: [Vec<u32>; 2],
}

impl Operands {
    /// Takes a geometry in as the first (0) or second (1) of an operation.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn add(&mut self, shape: &Shape, side: usize) -> Result<()> {
        match shape {
            Shape::Point(coord) => self.add_point(coord.as_ref(), side),
            Shape::MultiPoint(points) => points.iter().try_for_each(|coord| self.add_point(coord.as_ref(), side)),
            Shape::LineString(coords) => self.add_line(coords, side),
            Shape::MultiLineString(lines) => lines.iter().try_for_each(|coords| self.add_line(coords, side)),
            Shape::Polygon(rings) => self.add_polygon(rings, side),
            Shape::MultiPolygon(polygons) => polygons.iter().try_for_each(|rings| self.add_polygon(rings, side)),
            Shape::GeometryCollection(members) => members.iter().try_for_each(|member| self.add(member, side)),
        }
    }

    fn add_point(&mut self, coord: Option<&Coord>, side: usize) -> Result<()> {
        if let Some(coord) = coord {
            let number = self.vertices.number(finite(coord)?);
            self.points[side].push(number);
        }
        Ok(())
    }

    fn add_line(&mut self, coords: &[Coord], side: usize) -> Result<()> {
        let numbers = self.numbers(coords)?;
        self.edges
            .extend(numbers.windows(2).map(|ends| Edge::of_line(ends[0], ends[1], side)));
        self.line_ends.extend(numbers.first().into_iter().chain(numbers.last()));
        Ok(())
    }

    fn add_polygon(&mut self, rings: &[Vec<Coord>], side: usize) -> Result<()> {
        for (idx, ring) in rings.iter().enumerate() {
            let numbers = self.numbers(ring)?;
            let points: Vec<Xy> = numbers.iter().map(|number| self.vertices.xy(*number)).collect();
            let has_area_left = is_counterclockwise(&points) == (idx == 0);
            self.edges.extend(numbers.windows(2).map(|ends| {
                let (from, to) = if has_area_left {
                    (ends[0], ends[1])
                } else {
                    (ends[1], ends[0])
                };
                Edge::of_ring(from, to, side)
            }));
        }
        Ok(())
    }

    fn numbers(&mut self, coords: &[Coord]) -> Result<Vec<u32>> {
        let numbers = coords.iter().map(|coord| Ok(self.vertices.number(finite(coord)?)));
        numbers.collect()
    }
}

/// x and y of a coordinate.
///
/// # Errors
///
/// [`Error::NotFinite`] when one of them is NaN or infinite.
pub fn finite(coord: &Coord) -> Result<Xy> {
    if coord.x.is_finite() && coord.y.is_finite() {
        return Ok((coord.x, coord.y));
    }
    Err(Error::NotFinite { x: coord.x, y: coord.y })
}

/// True when a closed ring has its area on the left.
pub fn is_counterclockwise(ring: &[Xy]) -> bool {
    let open = ring.split_last().map_or(ring, |(_, open)| open);
    let places = open.iter().enumerate();
    let Some((first, at)) = places.min_by(|(_, one), (_, other)| order_of(**one, **other)) else {
        return true;
    };
    let ahead = (1..open.len())
        .map(|step| open[(first + step) % open.len()])
        .find(|point| point != at);
    let behind = (1..open.len())
        .map(|step| open[(first + open.len() - step) % open.len()])
        .find(|point| point != at);
    let (Some(behind), Some(ahead)) = (behind, ahead) else {
        return true;
    };
    match side_of(behind, *at, ahead) {
        // A spike at the leftmost point: the whole must tell.
        0.0 => twice_area(ring) > 0.0,
        side => side > 0.0,
    }
}

/// The shoelace formula, with coordinates taken from the first point.
pub fn twice_area(ring: &[Xy]) -> f64 {
    let Some((x0, y0)) = ring.first() else {
        return 0.0;
    };
    let pairs = ring.windows(2);
    pairs
        .map(|pair| (pair[0].0 - x0) * (pair[1].1 - y0) - (pair[1].0 - x0) * (pair[0].1 - y0))
        .sum()
}

/// The largest dimension of the parts of a shape: 0 for points, 1 for lines, 2 for areas; `None` for a collection of nothing.
pub fn dimension(shape: &Shape) -> Option<usize> {
    match shape.kind() {
        Kind::Point | Kind::MultiPoint => Some(0),
        Kind::LineString | Kind::MultiLineString => Some(1),
        Kind::Polygon | Kind::MultiPolygon => Some(2),
        Kind::GeometryCollection => match shape {
            Shape::GeometryCollection(members) => members.iter().filter_map(dimension).max(),
            _ => None,
        },
    }
}

/// Fails when a polygon crosses itself, or a polygon of a multi-polygon another one. Members of collections may overlap.
///
/// # Errors
///
/// [`Error::Unanswerable`].
pub fn check_valid(geometry: &Geometry) -> Result<()> {
    let is_valid = flaw(&geometry.shape, Rings::Simple).is_none();
    if is_valid { Ok(()) } else { Err(Error::Unanswerable) }
}
