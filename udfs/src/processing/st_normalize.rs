//! `st_normalize`.

use std::cmp::Ordering;

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Kind, Shape};
use crate::overlay::operand::is_counterclockwise;

/// The geometry in an order of its own.
pub const ST_NORMALIZE: SpatialFunction = SpatialFunction {
    name: "st_normalize",
    aliases: &[],
    about: "Returns the same geometry with points, rings and members in an order that depends on where they are only, so that \
            equal ones become the same bytes: rings start at their leftmost point, shells run clockwise, members from the largest \
            coordinates to the smallest. Heights are kept, measures are not.",
    example: "SELECT st_astext(st_normalize('POLYGON((2 2,0 2,0 0,2 0,2 2))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let geometry = row.geometry(0)?.without_measures();
            let shape = normalized(geometry.shape);
            Ok(Some(Geometry { shape, ..geometry }))
        })
    },
};

fn normalized(shape: Shape) -> Shape {
    match shape {
        Shape::Point(_) => shape,
        Shape::LineString(coords) => Shape::LineString(line(coords)),
        Shape::Polygon(rings) => Shape::Polygon(polygon(rings)),
        Shape::MultiPoint(mut points) => {
            points.sort_by(|one, other| by_points(other.as_slice(), one.as_slice()));
            Shape::MultiPoint(points)
        }
        Shape::MultiLineString(lines) => {
            let mut lines: Vec<Vec<Coord>> = lines.into_iter().map(line).collect();
            lines.sort_by(|one, other| by_points(other, one));
            Shape::MultiLineString(lines)
        }
        Shape::MultiPolygon(polygons) => {
            let mut polygons: Vec<Vec<Vec<Coord>>> = polygons.into_iter().map(polygon).collect();
            polygons.sort_by(|one, other| by_rings(other, one));
            Shape::MultiPolygon(polygons)
        }
        Shape::GeometryCollection(members) => {
            let mut members: Vec<Shape> = members.into_iter().map(normalized).collect();
            members.sort_by(|one, other| by_shape(other, one));
            Shape::GeometryCollection(members)
        }
    }
}

fn line(mut coords: Vec<Coord>) -> Vec<Coord> {
    if coords.first().map(place) == coords.last().map(place) {
        return ring(coords, true);
    }
    let ends = coords.iter().zip(coords.iter().rev());
    let order = ends
        .map(|(one, other)| by_place(one, other))
        .find(|order| order.is_ne());
    if order == Some(Ordering::Greater) {
        coords.reverse();
    }
    coords
}

fn polygon(rings: Vec<Vec<Coord>>) -> Vec<Vec<Coord>> {
    let mut rings = rings
        .into_iter()
        .enumerate()
        .map(|(idx, coords)| ring(coords, idx == 0));
    let shell = rings.next();
    let mut holes: Vec<Vec<Coord>> = rings.collect();
    holes.sort_by(|one, other| by_points(other, one));
    shell.into_iter().chain(holes).collect()
}

/// A ring from its leftmost point, clockwise or not.
fn ring(mut coords: Vec<Coord>, is_clockwise: bool) -> Vec<Coord> {
    let Some(last) = coords.pop() else {
        return coords;
    };
    if coords.is_empty() {
        return vec![last];
    }
    let first = (0..coords.len()).min_by(|one, other| by_place(&coords[*one], &coords[*other]));
    coords.rotate_left(first.unwrap_or(0));
    coords.push(coords[0]);
    let points: Vec<(f64, f64)> = coords.iter().map(place).collect();
    if points.len() > 3 && is_counterclockwise(&points) == is_clockwise {
        coords.reverse();
    }
    coords
}

fn place(coord: &Coord) -> (f64, f64) {
    (coord.x, coord.y)
}

fn by_place(one: &Coord, other: &Coord) -> Ordering {
    one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y))
}

fn by_points(one: &[Coord], other: &[Coord]) -> Ordering {
    let pairs = one.iter().zip(other);
    let order = pairs
        .map(|(one, other)| by_place(one, other))
        .find(|order| order.is_ne());
    order.unwrap_or_else(|| one.len().cmp(&other.len()))
}

fn by_rings(one: &[Vec<Coord>], other: &[Vec<Coord>]) -> Ordering {
    let shell = |rings: &[Vec<Coord>]| rings.first().cloned().unwrap_or_default();
    let shells = by_points(&shell(one), &shell(other)).then(one.len().cmp(&other.len()));
    let pairs = one.iter().zip(other).skip(1);
    shells.then_with(|| {
        let order = pairs
            .map(|(one, other)| by_points(one, other))
            .find(|order| order.is_ne());
        order.unwrap_or(Ordering::Equal)
    })
}

/// By type, then by what they consist of.
fn by_shape(one: &Shape, other: &Shape) -> Ordering {
    let rank = |shape: &Shape| match shape.kind() {
        Kind::Point => 0,
        Kind::MultiPoint => 1,
        Kind::LineString => 2,
        Kind::MultiLineString => 3,
        Kind::Polygon => 4,
        Kind::MultiPolygon => 5,
        Kind::GeometryCollection => 6,
    };
    rank(one).cmp(&rank(other)).then_with(|| match (one, other) {
        (Shape::Polygon(one), Shape::Polygon(other)) => by_rings(one, other),
        (Shape::LineString(one), Shape::LineString(other)) => by_points(one, other),
        (Shape::Point(one), Shape::Point(other)) => by_points(one.as_slice(), other.as_slice()),
        _ => by_members(one.clone(), other.clone()),
    })
}

fn by_members(one: Shape, other: Shape) -> Ordering {
    let members = |shape: Shape| match shape {
        Shape::GeometryCollection(members) => members,
        multi => multi.into_simple(),
    };
    let (one, other) = (members(one), members(other));
    let order = one
        .iter()
        .zip(&other)
        .map(|(one, other)| by_shape(one, other))
        .find(|order| order.is_ne());
    order.unwrap_or_else(|| one.len().cmp(&other.len()))
}
