//! Geometries whose lines have lost points.

use crate::geometry::{Coord, Geometry, Shape};

/// The fewest points of a line.
const LINE: usize = 2;
/// The fewest points of a ring.
const RING: usize = 4;

/// What a line is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A line of its own.
    Line,
    /// The shell of an area.
    Shell,
    /// A hole in an area.
    Hole,
}

/// A geometry with every line and ring changed. Lines and rings that are `None` or have too few points left vanish, and with
/// a shell its holes; members that are EMPTY then vanish too, and those that were EMPTY before stay.
pub fn with_lines(geometry: Geometry, mut change: impl FnMut(Vec<Coord>, Role) -> Option<Vec<Coord>>) -> Geometry {
    let shape = changed(geometry.shape, &mut change);
    Geometry { shape, ..geometry }
}

fn changed(shape: Shape, change: &mut impl FnMut(Vec<Coord>, Role) -> Option<Vec<Coord>>) -> Shape {
    match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => shape,
        Shape::LineString(coords) => Shape::LineString(line(coords, change).unwrap_or_default()),
        Shape::Polygon(lines) => Shape::Polygon(rings(lines, change)),
        Shape::MultiLineString(lines) => {
            Shape::MultiLineString(lines.into_iter().filter_map(|coords| line(coords, change)).collect())
        }
        Shape::MultiPolygon(polygons) => {
            let polygons = polygons.into_iter().map(|lines| rings(lines, change));
            Shape::MultiPolygon(polygons.filter(|rings| !rings.is_empty()).collect())
        }
        Shape::GeometryCollection(members) => {
            let members = members.into_iter().filter_map(|member| {
                if member.is_empty() {
                    return Some(member);
                }
                Some(changed(member, change)).filter(|member| !member.is_empty())
            });
            Shape::GeometryCollection(members.collect())
        }
    }
}

fn line(coords: Vec<Coord>, change: &mut impl FnMut(Vec<Coord>, Role) -> Option<Vec<Coord>>) -> Option<Vec<Coord>> {
    change(coords, Role::Line).filter(|coords| coords.len() >= LINE)
}

fn rings(lines: Vec<Vec<Coord>>, change: &mut impl FnMut(Vec<Coord>, Role) -> Option<Vec<Coord>>) -> Vec<Vec<Coord>> {
    let mut kept = Vec::with_capacity(lines.len());
    for (idx, coords) in lines.into_iter().enumerate() {
        let role = if idx == 0 { Role::Shell } else { Role::Hole };
        match change(coords, role).filter(|coords| coords.len() >= RING) {
            Some(coords) => kept.push(coords),
            None if role == Role::Shell => return Vec::new(),
            None => {}
        }
    }
    kept
}
