//! `st_simplifypreservetopology`.

use super::collapse::{Role, with_lines};
use crate::function::{Argument, Returns, Row, SpatialFunction};
use crate::geometry::{Bounds, Coord, Geometry};
use crate::measures::edge::Edge;
use crate::overlay::edge_index::EdgeIndex;
use crate::overlay::noding::are_crossing;
use crate::relations::intersects::is_on_edge;
use crate::{Error, Result};

type Xy = (f64, f64);

/// The geometry with fewer points, whose lines cross no more than before.
pub const ST_SIMPLIFYPRESERVETOPOLOGY: SpatialFunction = SpatialFunction {
    name: "st_simplifypreservetopology",
    aliases: &[],
    about: "Returns the geometry without points that are no farther than a tolerance from the line without them, as long as no \
            line comes to cross another of the same geometry; rings keep three corners. Heights are kept, measures are not. Fails on NaN and infinite \
            coordinates.",
    example: "SELECT pnu, st_astext(st_simplifypreservetopology(st_transform(geometry, 5186), 0.5)) FROM parcel LIMIT 5",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number("tolerance", "Units of the CRS, not below 0."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| simplified(&row).map(Some)),
};

fn simplified(row: &Row<'_>) -> Result<Geometry> {
    let tolerance = row.number(1);
    if !(tolerance >= 0.0 && tolerance.is_finite()) {
        return Err(Error::ArgumentValue {
            argument: "tolerance",
            expected: "a finite number, not below 0",
            found: tolerance.to_string(),
        });
    }
    let geometry = row.geometry(0)?.without_measures();
    let mut lines: Vec<Line> = Vec::new();
    with_lines(geometry.clone(), |coords, role| {
        lines.push(Line::new(&coords, role));
        Some(coords)
    });
    if let Some((x, y)) = lines
        .iter()
        .flat_map(|line| &line.points)
        .find(|(x, y)| !(x.is_finite() && y.is_finite()))
    {
        return Err(Error::NotFinite { x: *x, y: *y });
    }
    let mut kept = Simplifier::new(&lines, tolerance).simplify().into_iter();
    Ok(with_lines(geometry, |coords, _| {
        let kept = kept.next()?;
        Some(
            coords
                .into_iter()
                .zip(kept)
                .filter_map(|(coord, is_kept)| is_kept.then_some(coord))
                .collect(),
        )
    }))
}

/// A line or ring, and the fewest points that it may have.
struct Line {
    points: Vec<Xy>,
    at_least: usize,
}

impl Line {
    fn new(coords: &[Coord], role: Role) -> Self {
        let points: Vec<Xy> = coords.iter().map(|coord| (coord.x, coord.y)).collect();
        let at_least = if role == Role::Line && points.first() != points.last() {
            2
        } else {
            4
        };
        Self { points, at_least }
    }
}

/// Straightens pieces of lines, one after the other.
///
/// # Source
///
/// The procedure of `TopologyPreservingSimplifier` in JTS and GEOS: Douglas and Peucker's, in which a piece is not straightened
/// when that would make it meet another one within.
struct Simplifier<'a> {
    lines: &'a [Line],
    tolerance: f64,
    /// The place of the first edge of each line among all edges.
    firsts: Vec<usize>,
    index: EdgeIndex,
    /// For each edge the one that takes its place, by its ends.
    edges: Vec<(Xy, Xy)>,
}

/// A piece of a line between two of its points.
#[derive(Clone, Copy)]
struct Piece {
    from: usize,
    to: usize,
    depth: usize,
}

impl<'a> Simplifier<'a> {
    fn new(lines: &'a [Line], tolerance: f64) -> Self {
        let mut firsts = Vec::with_capacity(lines.len());
        let mut edges: Vec<(Xy, Xy)> = Vec::new();
        for line in lines {
            firsts.push(edges.len());
            edges.extend(line.points.windows(2).map(|ends| (ends[0], ends[1])));
        }
        Self {
            lines,
            tolerance,
            firsts,
            index: EdgeIndex::new(edges.iter().copied()),
            edges,
        }
    }

    /// For each line which points are kept.
    fn simplify(mut self) -> Vec<Vec<bool>> {
        (0..self.lines.len()).map(|line| self.simplify_line(line)).collect()
    }

    fn simplify_line(&mut self, number: usize) -> Vec<bool> {
        let line = &self.lines[number];
        let mut is_kept = vec![false; line.points.len()];
        let Some(last) = line.points.len().checked_sub(1) else {
            return is_kept;
        };
        let mut n_kept = 0;
        let mut pieces = vec![Piece {
            from: 0,
            to: last,
            depth: 1,
        }];
        while let Some(piece) = pieces.pop() {
            let (middle, distance) = farthest(&line.points, piece);
            // Ends may be all that is left of what comes, so that a ring could be left with too few.
            let has_enough = n_kept >= line.at_least || piece.depth + 1 >= line.at_least;
            let is_edge = piece.from + 1 >= piece.to;
            if is_edge || (has_enough && distance <= self.tolerance && !self.meets_others(number, piece)) {
                is_kept[piece.from] = true;
                is_kept[piece.to] = true;
                n_kept += if n_kept == 0 { 2 } else { 1 };
                let straight = (line.points[piece.from], line.points[piece.to]);
                let first = self.firsts[number];
                self.edges[first + piece.from..first + piece.to].fill(straight);
                continue;
            }
            let depth = piece.depth + 1;
            pieces.push(Piece {
                from: middle,
                depth,
                ..piece
            });
            pieces.push(Piece {
                to: middle,
                depth,
                ..piece
            });
        }
        is_kept
    }

    /// True when a piece, once straight, would meet an edge other than at ends of both.
    fn meets_others(&self, line: usize, piece: Piece) -> bool {
        let points = &self.lines[line].points;
        let straight = (points[piece.from], points[piece.to]);
        let own = self.firsts[line] + piece.from..self.firsts[line] + piece.to;
        // What took the place of an edge lies within the tolerance of it.
        let near = self
            .index
            .near(&Bounds::of_corners(straight.0, straight.1).grown(self.tolerance));
        near.into_iter()
            .map(|edge| edge as usize)
            .any(|edge| !own.contains(&edge) && meets_within(straight, self.edges[edge]))
    }
}

/// The point of a piece that is farthest from its straight way, and how far.
fn farthest(points: &[Xy], piece: Piece) -> (usize, f64) {
    let edge = Edge {
        start: points[piece.from],
        end: points[piece.to],
    };
    let mut found = (piece.from, -1.0);
    for (idx, point) in points.iter().enumerate().take(piece.to).skip(piece.from + 1) {
        let squared = edge.nearest_to(*point).squared;
        if squared > found.1 {
            found = (idx, squared);
        }
    }
    (found.0, found.1.max(0.0).sqrt())
}

/// True when two edges share a point that is not an end of both.
fn meets_within((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> bool {
    let is_within = |point: Xy, (start, end): (Xy, Xy)| point != start && point != end && is_on_edge(point, start, end);
    are_crossing((a, b), (c, d))
        || [a, b].iter().any(|end| is_within(*end, (c, d)))
        || [c, d].iter().any(|end| is_within(*end, (a, b)))
}
