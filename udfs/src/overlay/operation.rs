//! What two geometries share, what either has, and what only one has.
//!
//! Edges of both are cut where they meet; then each piece is told by what lies on it and on its two sides. Points that come
//! in come out as they were; only crossings are new, and are rounded to the nearest number.

use super::edge::{Edge, Rising};
use super::lines::{ends, joined};
use super::locate::Locator;
use super::noding::noded;
use super::operand::{Operands, check_valid, dimension};
use super::rings::polygons;
use super::sweep::{NONE, below};
use super::vertices::Vertices;
use super::{assembly, heights};
use crate::Result;
use crate::geometry::{Geometry, Kind, Shape};

/// An operation on two sets of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// What is in both.
    Intersection,
    /// What is in either.
    Union,
    /// What is in the first and not in the second.
    Difference,
    /// What is in one, but not in both.
    SymDifference,
}

impl Operation {
    fn keeps(self, in_one: bool, in_other: bool) -> bool {
        match self {
            Self::Intersection => in_one && in_other,
            Self::Union => in_one || in_other,
            Self::Difference => in_one && !in_other,
            Self::SymDifference => in_one != in_other,
        }
    }

    /// The dimension of an answer without points.
    fn dimension(self, one: Option<usize>, other: Option<usize>) -> Option<usize> {
        match self {
            Self::Intersection => one.min(other),
            Self::Difference => one,
            Self::Union | Self::SymDifference => one.max(other),
        }
    }
}

/// Does an operation on two geometries.
///
/// # Errors
///
/// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite, [`crate::Error::Unanswerable`] when a polygon is not
/// valid in a way that leaves no answer.
pub fn overlay(operation: Operation, one: &Geometry, other: &Geometry) -> Result<Geometry> {
    let (one_bounds, other_bounds) = match (one.bounds(), other.bounds()) {
        (Some(one), Some(other)) => (one, other),
        (one_bounds, other_bounds) => {
            let takes_other = match operation {
                Operation::Intersection => other_bounds.is_none(),
                Operation::Union => one_bounds.is_none(),
                Operation::Difference => false,
                Operation::SymDifference => one_bounds.is_none() && other_bounds.is_some(),
            };
            return Ok(if takes_other { other.clone() } else { one.clone() });
        }
    };
    let dimensions = [dimension(&one.shape), dimension(&other.shape)];
    let answer_dimension = operation.dimension(dimensions[0], dimensions[1]);
    let is_apart = !one_bounds.intersects(&other_bounds);
    if is_apart && operation == Operation::Intersection {
        return Ok(assembly::empty(answer_dimension));
    }
    let mut operands = Operands::default();
    operands.add(&one.shape, 0)?;
    // What is apart takes nothing off.
    if !(is_apart && operation == Operation::Difference) {
        operands.add(&other.shape, 1)?;
    }
    let arranged = Arrangement::new(operands)?;
    for (side, geometry) in [one, other].into_iter().enumerate() {
        let most = if geometry.kind() == Kind::GeometryCollection {
            i32::MAX
        } else {
            1
        };
        if arranged.windings(side).any(|winding| winding < 0 || winding > most) {
            check_valid(geometry)?;
        }
    }
    let shape = arranged.answer(operation, answer_dimension)?;
    Ok(heights::with_heights(shape, &[one, other]))
}

/// Makes one of all parts of geometries: areas are joined, lines are cut where they meet, points and lines within areas go.
///
/// # Errors
///
/// As [`overlay`]. Areas may overlap.
pub fn unary_union(geometry: &Geometry) -> Result<Geometry> {
    if geometry.is_empty() {
        return Ok(geometry.clone());
    }
    if matches!(geometry.shape, Shape::Polygon(_)) {
        return Ok(geometry.clone().without_measures());
    }
    let mut operands = Operands::default();
    operands.add(&geometry.shape, 0)?;
    let arranged = Arrangement::new(operands)?;
    if arranged.windings(0).any(|winding| winding < 0) {
        for simple in geometry.shape.clone().into_simple() {
            check_valid(&Geometry {
                dims: geometry.dims,
                shape: simple,
            })?;
        }
    }
    let shape = arranged.answer(Operation::Union, dimension(&geometry.shape))?;
    Ok(heights::with_heights(shape, &[geometry]))
}

/// The areas that rings enclose, however they cross: those with more rings around them on their left than on their right.
///
/// # Errors
///
/// [`crate::Error::Unanswerable`] when cutting does not come to an end.
pub fn enclosed(rings: Operands) -> Result<Shape> {
    Arrangement::new(rings)?.answer(Operation::Union, Some(2))
}

/// The edges of two geometries, cut where they meet, with what lies on both sides of each.
#[derive(Debug)]
pub struct Arrangement {
    vertices: Vertices,
    edges: Vec<Sided>,
    line_ends: Vec<u32>,
    points: [Vec<u32>; 2],
    /// The edges as they came in, when there are points to be looked up on them.
    uncut: Vec<Edge>,
}

/// An edge and how many polygons of each geometry lie above and below it.
#[derive(Clone, Copy, Debug)]
struct Sided {
    rising: Rising,
    above: [i32; 2],
    below: [i32; 2],
}

impl Sided {
    fn is_in_area(&self, side: usize) -> bool {
        self.above[side] > 0 || self.below[side] > 0
    }

    /// True for a piece of a line that no area of the same geometry covers.
    fn is_bare_line(&self, side: usize) -> bool {
        self.rising.edge.roles[side].is_line && !self.is_in_area(side)
    }

    /// True for a ring that runs back on itself and encloses nothing.
    fn is_collapsed(&self, side: usize) -> bool {
        self.rising.edge.roles[side].is_ring && !self.is_in_area(side)
    }

    /// The edge with the area on its left where it bounds the answer.
    fn boundary(&self, operation: Operation) -> Option<(u32, u32)> {
        let is_above = operation.keeps(self.above[0] > 0, self.above[1] > 0);
        let is_below = operation.keeps(self.below[0] > 0, self.below[1] > 0);
        let edge = &self.rising.edge;
        match (is_above, is_below) {
            (true, false) => Some((edge.from, edge.to)),
            (false, true) => Some((edge.to, edge.from)),
            _ => None,
        }
    }

    /// True when the edge is a line of the answer; areas of the answer on its sides were looked for already.
    fn is_line(&self, operation: Operation) -> bool {
        let is_within = |side: usize| self.is_in_area(side) || self.is_bare_line(side);
        match operation {
            Operation::Intersection => (0..2).all(|side| is_within(side) || self.is_collapsed(side)),
            Operation::Union => (0..2).any(|side| self.is_bare_line(side)),
            Operation::Difference => self.is_bare_line(0) && !is_within(1),
            Operation::SymDifference => {
                (self.is_bare_line(0) && !is_within(1)) || (self.is_bare_line(1) && !is_within(0))
            }
        }
    }

    fn has_area(&self, operation: Operation) -> bool {
        operation.keeps(self.above[0] > 0, self.above[1] > 0) || operation.keeps(self.below[0] > 0, self.below[1] > 0)
    }
}

impl Arrangement {
    /// Cuts edges where they meet and tells what lies on their sides.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Unanswerable`] when cutting does not come to an end.
    pub fn new(operands: Operands) -> Result<Self> {
        let Operands {
            mut vertices,
            edges,
            line_ends,
            points,
        } = operands;
        let has_points = points.iter().any(|points| !points.is_empty());
        let uncut = if has_points { edges.clone() } else { Vec::new() };
        let edges = noded(edges, &mut vertices, 0.0)?;
        let rising: Vec<Rising> = edges.into_iter().map(|edge| Rising::new(edge, &vertices)).collect();
        let ends: Vec<(u32, u32)> = rising.iter().map(|rising| (rising.edge.from, rising.edge.to)).collect();
        let swept = below(&ends, &vertices);
        let mut sided: Vec<Sided> = rising
            .into_iter()
            .map(|rising| Sided {
                rising,
                above: [0; 2],
                below: [0; 2],
            })
            .collect();
        for idx in swept.order {
            let under = swept.below[idx as usize];
            let below = if under == NONE {
                [0; 2]
            } else {
                sided[under as usize].above
            };
            let edge = &mut sided[idx as usize];
            edge.below = below;
            edge.above = [0, 1].map(|side| below[side] + edge.rising.edge.roles[side].winding);
        }
        Ok(Self {
            vertices,
            edges: sided,
            line_ends,
            points,
            uncut,
        })
    }

    /// How many polygons of a geometry lie at places all over it.
    fn windings(&self, side: usize) -> impl Iterator<Item = i32> {
        self.edges
            .iter()
            .flat_map(move |edge| [edge.above[side], edge.below[side]])
    }

    fn answer(&self, operation: Operation, dimension: Option<usize>) -> Result<Shape> {
        let boundary: Vec<(u32, u32)> = self.edges.iter().filter_map(|edge| edge.boundary(operation)).collect();
        let areas = polygons(&boundary, &self.vertices)?;
        let lines = self.lines(operation);
        let points = self.points(operation, &boundary, &lines);
        Ok(assembly::shape(&areas, &lines, &points, &self.vertices, dimension))
    }

    fn lines(&self, operation: Operation) -> Vec<Vec<u32>> {
        let is_line = |edge: &&Sided| !edge.has_area(operation) && edge.is_line(operation);
        let edges: Vec<Edge> = self
            .edges
            .iter()
            .filter(is_line)
            .map(|edge| edge.rising.along_line())
            .collect();
        if edges.is_empty() {
            return Vec::new();
        }
        let all: Vec<Edge> = self.edges.iter().map(|edge| edge.rising.edge).collect();
        joined(&edges, &ends(&all, &self.line_ends, &self.vertices))
    }

    fn points(&self, operation: Operation, boundary: &[(u32, u32)], lines: &[Vec<u32>]) -> Vec<u32> {
        let mut points = Vec::new();
        if operation == Operation::Intersection {
            self.add_meeting_points(&mut points);
        }
        if self.points.iter().any(|points| !points.is_empty()) {
            self.add_given_points(operation, &mut points);
        }
        let mut is_taken = vec![false; self.vertices.len()];
        let on_edges = boundary
            .iter()
            .map(|edge| edge.0)
            .chain(lines.iter().flatten().copied());
        on_edges.for_each(|point| is_taken[point as usize] = true);
        points.retain(|point| !std::mem::replace(&mut is_taken[*point as usize], true));
        points
    }

    /// Points at which edges of both geometries end.
    fn add_meeting_points(&self, points: &mut Vec<u32>) {
        let mut has_edge = vec![[false; 2]; self.vertices.len()];
        for edge in &self.edges {
            let roles = &edge.rising.edge.roles;
            for point in [edge.rising.edge.from, edge.rising.edge.to] {
                let at_point = &mut has_edge[point as usize];
                for (has_edge, role) in at_point.iter_mut().zip(roles) {
                    *has_edge |= role.is_line || role.is_ring;
                }
            }
        }
        points.extend(
            (0_u32..)
                .zip(has_edge)
                .filter(|(_, has_edge)| *has_edge == [true; 2])
                .map(|(point, _)| point),
        );
    }

    fn add_given_points(&self, operation: Operation, points: &mut Vec<u32>) {
        let locator = Locator::new(&self.uncut, &self.vertices);
        let given = [0, 1].map(|side| {
            self.points[side]
                .iter()
                .copied()
                .collect::<std::collections::HashSet<u32>>()
        });
        for side in 0..2 {
            let other = 1 - side;
            let takes_side = side == 0 || operation != Operation::Difference;
            for point in self.points[side].iter().filter(|_| takes_side) {
                let on_edges = locator.covers(self.vertices.xy(*point));
                if on_edges[side] {
                    // The lines and areas of its own geometry have it already.
                    continue;
                }
                let is_kept = match operation {
                    Operation::Intersection => on_edges[other] || given[other].contains(point),
                    Operation::Union => !on_edges[other],
                    Operation::Difference | Operation::SymDifference => {
                        !on_edges[other] && !given[other].contains(point)
                    }
                };
                if is_kept {
                    points.push(*point);
                }
            }
        }
    }
}
