//! Which ring lies in which, of rings that do not cross.

use super::chains::Chain;
use super::turn::is_left_of;
use crate::geometry::Bounds;
use crate::overlay::operand::is_counterclockwise;
use crate::overlay::vertices::Xy;
use crate::relations::intersects::is_on_edge;
use crate::relations::position::{Crossings, Position};

/// A ring to ask what lies in it.
#[derive(Debug)]
pub struct Ring<'a> {
    points: &'a [Xy],
    bounds: Bounds,
}

impl<'a> Ring<'a> {
    /// A closed ring with at least one edge.
    pub fn new(chain: &'a Chain) -> Self {
        let mut bounds = Bounds::NOTHING;
        for (x, y) in chain.points() {
            bounds.add(*x, *y);
        }
        Self {
            points: chain.points(),
            bounds,
        }
    }

    /// The bounds.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The first point.
    pub fn start(&self) -> Xy {
        self.points[0]
    }

    /// True when this ring encloses the other one, which does not cross it, but may touch it in points.
    pub fn encloses(&self, other: &Self) -> bool {
        if !self.bounds.covers(&other.bounds) {
            return false;
        }
        let inside = |point| match self.position(point) {
            Position::Inside => Some(true),
            Position::Outside => Some(false),
            Position::Border => None,
        };
        // Mostly the first point tells; where all touch, the way that the other one takes from there does.
        let tells = other.points.iter().find_map(|point| inside(*point));
        tells.unwrap_or_else(|| self.is_in_corner(other.points[0], other.points[1]))
    }

    fn position(&self, point: Xy) -> Position {
        if !self.bounds.covers_point(point.0, point.1) {
            return Position::Outside;
        }
        let mut crossings = Crossings::new(point);
        if self.points.windows(2).any(|edge| crossings.add_edge(edge[0], edge[1])) {
            return Position::Border;
        }
        crossings.position()
    }

    /// True when a point of this ring's border has the area of it in a direction.
    fn is_in_corner(&self, at: Xy, direction: Xy) -> bool {
        let n_edges = self.points.len() - 1;
        let Some(edge) = (0..n_edges).find(|edge| is_on_edge(at, self.points[*edge], self.points[*edge + 1])) else {
            return false;
        };
        let around = if at == self.points[edge + 1] {
            (self.points[edge], self.points[(edge + 1) % n_edges + 1])
        } else if at == self.points[edge] {
            (self.points[(edge + n_edges - 1) % n_edges], self.points[edge + 1])
        } else {
            (self.points[edge], self.points[edge + 1])
        };
        is_left_of(at, around, direction) == Some(is_counterclockwise(self.points))
    }
}
