//! Valid geometries in place of others.

use super::faces::depths;
use super::flaw::{Rings, flaw};
use crate::Result;
use crate::geometry::{Coord, Geometry, Kind, Shape};
use crate::overlay::assembly;
use crate::overlay::edge::Edge;
use crate::overlay::heights::with_heights;
use crate::overlay::lines::{ends, joined};
use crate::overlay::noding::noded;
use crate::overlay::operand::Operands;
use crate::overlay::rings::polygons;

/// A valid geometry of the same points, lines and rings.
///
/// All rings of a polygon or multi-polygon are cut where they meet, and pieces that lie on each other become one. An area is
/// within the answer when the fewest pieces between it and the outside are an odd number. Pieces with areas of the same depth on
/// both sides stay as lines, and rings of a single point as points.
///
/// # Errors
///
/// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite, [`crate::Error::Unanswerable`] when cutting does not end.
///
/// # Source
///
/// The answers are those of the linework method of PostGIS and GEOS, which peels area after area off the linework.
pub fn mended(geometry: &Geometry) -> Result<Geometry> {
    if flaw(&geometry.shape, Rings::Simple).is_none() {
        return Ok(geometry.clone().without_measures());
    }
    let shape = mended_shape(&geometry.shape)?;
    let mended = with_heights(shape, &[geometry]);
    let is_single = |geometry: &Geometry| matches!(geometry.kind(), Kind::Point | Kind::LineString | Kind::Polygon);
    if is_single(&mended) && !is_single(geometry) {
        let shape = Shape::multi(vec![mended.shape]);
        return Ok(Geometry { shape, ..mended });
    }
    Ok(mended)
}

fn mended_shape(shape: &Shape) -> Result<Shape> {
    match shape {
        Shape::Polygon(_) | Shape::MultiPolygon(_) => mended_areas(shape),
        Shape::LineString(coords) => mended_lines(std::slice::from_ref(coords)),
        Shape::MultiLineString(lines) => mended_lines(lines),
        Shape::GeometryCollection(members) => {
            let members = members.iter().map(|member| {
                if flaw(member, Rings::Simple).is_none() {
                    Ok(member.clone())
                } else {
                    mended_shape(member)
                }
            });
            Ok(Shape::GeometryCollection(members.collect::<Result<_>>()?))
        }
        Shape::Point(_) | Shape::MultiPoint(_) => {
            // Nothing is wrong with points but what no mending brings back.
            Operands::default().add(shape, 0)?;
            Ok(shape.clone())
        }
    }
}

fn mended_areas(shape: &Shape) -> Result<Shape> {
    let mut operands = Operands::default();
    operands.add(shape, 0)?;
    let Operands {
        mut vertices, edges, ..
    } = operands;
    let points = lone_points(&edges, vertices.len());
    let sides = depths(noded(edges, &mut vertices, 0.0)?, &vertices);
    let boundary: Vec<(u32, u32)> = sides
        .iter()
        .filter_map(|edge| match (edge.above % 2, edge.below % 2) {
            (1, 0) => Some((edge.from, edge.to)),
            (0, 1) => Some((edge.to, edge.from)),
            _ => None,
        })
        .collect();
    let dangling = sides.iter().filter(|edge| edge.above == edge.below);
    let dangling: Vec<Edge> = dangling.map(|edge| Edge::of_line(edge.from, edge.to, 0)).collect();
    let areas = polygons(&boundary, &vertices)?;
    let lines = joined(&dangling, &ends(&dangling, &[], &vertices));
    let parts = [
        assembly::shape(&areas, &[], &[], &vertices, None),
        assembly::shape(&[], &lines, &[], &vertices, None),
        assembly::shape(&[], &[], &points, &vertices, None),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    Ok(together(parts.collect(), shape.kind()))
}

/// The points of rings and lines that never leave them.
fn lone_points(edges: &[Edge], n_vertices: usize) -> Vec<u32> {
    let mut has_edge = vec![false; n_vertices];
    let real = edges.iter().filter(|edge| edge.from != edge.to);
    real.flat_map(|edge| [edge.from, edge.to])
        .for_each(|point| has_edge[point as usize] = true);
    let numbers = (0_u32..).zip(has_edge);
    numbers
        .filter_map(|(number, has_edge)| (!has_edge).then_some(number))
        .collect()
}

/// Each line is cut where it meets itself.
fn mended_lines(lines: &[Vec<Coord>]) -> Result<Shape> {
    let (mut points, mut pieces) = (Vec::new(), Vec::new());
    for coords in lines.iter().filter(|coords| !coords.is_empty()) {
        let mut operands = Operands::default();
        operands.add(&Shape::LineString(coords.clone()), 0)?;
        let Operands {
            mut vertices,
            edges,
            line_ends,
            ..
        } = operands;
        let points_alone = lone_points(&edges, vertices.len());
        points.extend(assembly::shape(&[], &[], &points_alone, &vertices, None).into_simple());
        let edges = noded(edges, &mut vertices, 0.0)?;
        let lines = joined(&edges, &ends(&edges, &line_ends, &vertices));
        pieces.extend(assembly::shape(&[], &lines, &[], &vertices, None).into_simple());
    }
    let parts = [points, pieces].into_iter().filter(|part| !part.is_empty());
    Ok(together(parts.map(one_of).collect(), Kind::LineString))
}

/// One shape as it is, several as a multi-geometry.
fn one_of(mut shapes: Vec<Shape>) -> Shape {
    if shapes.len() == 1 {
        return shapes.swap_remove(0);
    }
    Shape::multi(shapes)
}

/// A single part as it is, several as a collection, none as an EMPTY shape of a type.
fn together(mut parts: Vec<Shape>, kind: Kind) -> Shape {
    match parts.len() {
        0 => Shape::empty(kind),
        1 => parts.swap_remove(0),
        _ => Shape::GeometryCollection(parts),
    }
}
