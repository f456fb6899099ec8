//! The ten named relations of two geometries.

use geo::Relate;
use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::relate::IntersectionMatrix;

use super::intersects::{any_edge, edges_meet_within, intersects};
use super::position::{Position, in_polygon};
use crate::Result;
use crate::geometry::{Bounds, Kind, Wkb, planar};

/// A relation of two geometries, named as PostGIS names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They share a point.
    Intersects,
    /// They share no point.
    Disjoint,
    /// No point of the second lies outside the first, and their interiors share one.
    Contains,
    /// The second contains the first.
    Within,
    /// No point of the second lies outside the first.
    Covers,
    /// No point of the first lies outside the second.
    CoveredBy,
    /// They share points of their borders only.
    Touches,
    /// Their interiors share something of a lower dimension, and neither covers the other.
    Crosses,
    /// Their interiors share something of their own dimension, and neither covers the other.
    Overlaps,
    /// They are the same set of points.
    Equals,
}

impl Relation {
    /// The relation that holds from the second to the first when this one holds from the first to the second.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::Contains => Self::Within,
            Self::Within => Self::Contains,
            Self::Covers => Self::CoveredBy,
            Self::CoveredBy => Self::Covers,
            symmetric => symmetric,
        }
    }

    /// Whether the bounds leave the relation open. EMPTY geometries have none and are only ever disjoint or equal.
    #[must_use]
    pub fn is_possible(self, one: &Bounds, other: &Bounds) -> bool {
        match self {
            Self::Disjoint => true,
            Self::Contains | Self::Covers => one.covers(other),
            Self::Within | Self::CoveredBy => other.covers(one),
            Self::Equals => one == other,
            Self::Intersects | Self::Touches | Self::Crosses | Self::Overlaps => one.intersects(other),
        }
    }

    /// Whether the relation holds from the first to the second.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn holds(self, one: &Wkb<'_>, other: &Wkb<'_>) -> Result<bool> {
        match (one.bounds(), other.bounds()) {
            (Some(one_bounds), Some(other_bounds)) => self.holds_within(one, &one_bounds, other, &other_bounds),
            (None, None) => Ok(matches!(self, Self::Disjoint | Self::Equals)),
            _ => Ok(self == Self::Disjoint),
        }
    }

    /// As [`Relation::holds`], of geometries whose bounds are known.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn holds_within(
        self,
        one: &Wkb<'_>,
        one_bounds: &Bounds,
        other: &Wkb<'_>,
        other_bounds: &Bounds,
    ) -> Result<bool> {
        if !self.is_possible(one_bounds, other_bounds) {
            return Ok(false);
        }
        match self {
            Self::Intersects => return Ok(intersects(one, other)),
            Self::Disjoint => return Ok(!intersects(one, other)),
            _ => {}
        }
        if let Some(holds) = self.holds_for_point(one, other) {
            return Ok(holds);
        }
        if let Some(holds) = self.swapped().holds_for_point(other, one) {
            return Ok(holds);
        }
        if let Some(holds) = self.holds_apart(one, one_bounds, other, other_bounds) {
            return Ok(holds);
        }
        let matrix = planar::wkb_to_geo(one)?.relate(&planar::wkb_to_geo(other)?);
        Ok(self.is_in(&matrix))
    }

    /// Of a polygon and a point; `None` for others.
    fn holds_for_point(self, polygon: &Wkb<'_>, point: &Wkb<'_>) -> Option<bool> {
        if point.kind() != Kind::Point {
            return None;
        }
        let point = point.point()?;
        self.holds_to_point(polygon, (point.x, point.y))
    }

    /// Of a polygon and a point at x and y; `None` for other geometries.
    #[must_use]
    pub fn holds_to_point(self, polygon: &Wkb<'_>, point: (f64, f64)) -> Option<bool> {
        if polygon.kind() != Kind::Polygon {
            return None;
        }
        self.of_polygon_to_point(in_polygon(point, polygon))
    }

    /// Whether it holds from a polygon to a point that lies so to it.
    pub(super) fn of_polygon_to_point(self, position: Position) -> Option<bool> {
        Some(match self {
            Self::Intersects | Self::Covers => position != Position::Outside,
            Self::Disjoint => position == Position::Outside,
            Self::Contains => position == Position::Inside,
            Self::Touches => position == Position::Border,
            Self::Within | Self::CoveredBy | Self::Crosses | Self::Overlaps => false,
            // A polygon may be drawn together to a point.
            Self::Equals => return None,
        })
    }

    /// Of two polygons whose borders share no point, or one of which has a corner that decides; `None` when neither is so.
    fn holds_apart(self, one: &Wkb<'_>, one_bounds: &Bounds, other: &Wkb<'_>, other_bounds: &Bounds) -> Option<bool> {
        if one.kind() != Kind::Polygon || other.kind() != Kind::Polygon {
            return None;
        }
        match self {
            Self::Contains | Self::Covers if has_corner_outside(other, one) => return Some(false),
            Self::Within | Self::CoveredBy if has_corner_outside(one, other) => return Some(false),
            _ => {}
        }
        if edges_meet_within(one, other, one_bounds, other_bounds) {
            return None;
        }
        let is_corner_in = |inner: &Wkb<'_>, outer: &Wkb<'_>| {
            let corner = inner.rings().next().and_then(|shell| shell.xy(0));
            corner.is_some_and(|corner| in_polygon(corner, outer) == Position::Inside)
        };
        Some(match self {
            Self::Intersects => is_corner_in(one, other) || is_corner_in(other, one),
            Self::Disjoint => !is_corner_in(one, other) && !is_corner_in(other, one),
            // A hole of the outer one may lie within the inner one.
            Self::Contains | Self::Covers => is_corner_in(other, one) && !has_hole_within(one, other),
            Self::Within | Self::CoveredBy => is_corner_in(one, other) && !has_hole_within(other, one),
            Self::Overlaps => {
                is_corner_in(other, one) && has_hole_within(one, other)
                    || is_corner_in(one, other) && has_hole_within(other, one)
            }
            Self::Touches | Self::Crosses | Self::Equals => false,
        })
    }

    /// Whether an intersection matrix has the relation.
    #[must_use]
    pub fn is_in(self, matrix: &IntersectionMatrix) -> bool {
        match self {
            Self::Intersects => matrix.is_intersects(),
            Self::Disjoint => matrix.is_disjoint(),
            Self::Contains => matrix.is_contains(),
            Self::Within => matrix.is_within(),
            Self::Covers => matrix.is_covers(),
            Self::CoveredBy => matrix.is_coveredby(),
            Self::Touches => matrix.is_touches(),
            Self::Crosses => matrix.is_crosses(),
            Self::Overlaps => matrix.is_overlaps(),
            Self::Equals => matrix.is_equal_topo(),
        }
    }
}

/// True when a corner of the inner polygon lies outside the outer one.
fn has_corner_outside(inner: &Wkb<'_>, outer: &Wkb<'_>) -> bool {
    any_edge(inner, &mut |corner, _| in_polygon(corner, outer) == Position::Outside)
}

/// True when a hole of the outer polygon, none of whose borders the inner one meets, lies within the inner one.
fn has_hole_within(outer: &Wkb<'_>, inner: &Wkb<'_>) -> bool {
    outer.rings().skip(1).any(|hole| {
        hole.xy(0)
            .is_some_and(|corner| in_polygon(corner, inner) == Position::Inside)
    })
}

/// The intersection matrix as PostGIS writes it, such as `212101212`.
#[must_use]
pub fn matrix_text(matrix: &IntersectionMatrix) -> String {
    let places = [CoordPos::Inside, CoordPos::OnBoundary, CoordPos::Outside];
    let mut text = String::with_capacity(9);
    for one in places {
        for other in places {
            text.push(match matrix.get(one, other) {
                Dimensions::Empty => 'F',
                Dimensions::ZeroDimensional => '0',
                Dimensions::OneDimensional => '1',
                Dimensions::TwoDimensional => '2',
            });
        }
    }
    text
}
