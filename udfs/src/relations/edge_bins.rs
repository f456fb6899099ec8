//! The edges of a geometry by the rows of the plane that they cross.

use super::intersects::any_edge;
use super::position::{Crossings, Position};
use crate::geometry::{Bounds, Kind, Wkb};

type Edge = ((f64, f64), (f64, f64));

/// Edges in each row on average, were none in more than one.
const EDGES_PER_ROW: usize = 4;

/// How many times as many entries as edges there may be. Edges that cross many rows, as those of a comb do, get wider rows.
const MOST_ENTRIES_PER_EDGE: usize = 8;

/// The edges of the lines and polygons of a geometry, in rows of equal height.
#[derive(Debug)]
pub struct EdgeBins {
    bounds: Bounds,
    row_height: f64,
    /// Where the edges of each row begin, and behind the last row where they end.
    starts: Vec<u32>,
    edges: Vec<Edge>,
}

impl EdgeBins {
    /// The edges of the polygons, or of the lines, of a geometry with these bounds.
    pub fn new(geometry: &Wkb<'_>, bounds: Bounds, kind: Kind) -> Self {
        let mut edges: Vec<Edge> = Vec::new();
        geometry.for_each_simple(&mut |simple| {
            if simple.kind() == kind {
                any_edge(&simple, &mut |start, end| {
                    edges.push((start, end));
                    false
                });
            }
        });
        let mut n_rows = (edges.len() / EDGES_PER_ROW).max(1);
        loop {
            let bins = Self::with_rows(&edges, bounds, n_rows);
            if n_rows == 1 || bins.edges.len() <= MOST_ENTRIES_PER_EDGE * edges.len() {
                return bins;
            }
            n_rows /= 2;
        }
    }

    fn with_rows(edges: &[Edge], bounds: Bounds, n_rows: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "rows are fewer than 2^52")]
        let row_height = (bounds.ymax - bounds.ymin) / n_rows as f64;
        let mut bins = Self {
            bounds,
            row_height,
            starts: vec![0; n_rows + 1],
            edges: Vec::new(),
        };
        let mut counts = vec![0_u32; n_rows + 1];
        for (start, end) in edges {
            for row in bins.rows(start.1.min(end.1), start.1.max(end.1)) {
                counts[row] += 1;
            }
        }
        let mut sum = 0;
        for (row, count) in counts.iter().enumerate() {
            bins.starts[row] = sum;
            sum += count;
        }
        let mut places = bins.starts.clone();
        bins.edges = vec![((0.0, 0.0), (0.0, 0.0)); sum as usize];
        for edge in edges {
            let (low, high) = (edge.0.1.min(edge.1.1), edge.0.1.max(edge.1.1));
            for row in bins.rows(low, high) {
                bins.edges[places[row] as usize] = *edge;
                places[row] += 1;
            }
        }
        bins
    }

    /// The rows between two heights; those beyond the first and the last count as these.
    fn rows(&self, low: f64, high: f64) -> std::ops::RangeInclusive<usize> {
        self.row(low)..=self.row(high)
    }

    fn row(&self, y: f64) -> usize {
        let last = self.starts.len() - 2;
        let row = (y - self.bounds.ymin) / self.row_height;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "casts of numbers saturate, NaN is 0"
        )]
        let row = row as usize;
        row.min(last)
    }

    fn in_row(&self, row: usize) -> &[Edge] {
        &self.edges[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// Where a point lies to all polygons together. They may touch, but not overlap.
    pub fn position(&self, point: (f64, f64)) -> Position {
        if !self.bounds.covers_point(point.0, point.1) {
            return Position::Outside;
        }
        let mut crossings = Crossings::new(point);
        for (start, end) in self.in_row(self.row(point.1)) {
            if crossings.add_edge(*start, *end) {
                return Position::Border;
            }
        }
        crossings.position()
    }

    /// True when the test is true for an edge whose bounds intersect the given ones. An edge may be asked several times.
    pub fn any_near(&self, bounds: &Bounds, mut test: impl FnMut(Edge) -> bool) -> bool {
        if !self.bounds.intersects(bounds) {
            return false;
        }
        self.rows(bounds.ymin, bounds.ymax).any(|row| {
            let mut edges = self.in_row(row).iter();
            edges.any(|edge| Bounds::of_corners(edge.0, edge.1).intersects(bounds) && test(*edge))
        })
    }
}
