//! The predicates that a spatial index can answer.

use std::fmt;

use crate::geometry::{Bounds, Wkb};
use crate::measures::{distance, within_distance};
use crate::relations::{GEOMETRY_OVERLAPS_NAME, KNN_NAME, Relation};
use crate::{Error, Result};

/// What must hold from a row of the left side to one of the right side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpatialPredicate {
    /// A named relation, other than [`Relation::Disjoint`], which no index helps with.
    Related(Relation),
    /// Their bounds share a point.
    BoundsMeet,
    /// The two are no further apart than this, in units of their CRS.
    WithinDistance {
        /// The largest distance.
        distance: f64,
        /// Whether the distance itself is near enough: false for `<`.
        is_inclusive: bool,
    },
    /// One is among the rows that are nearest to the other; of rows at the same distance those that come first.
    Nearest {
        /// How many rows are found for each.
        count: usize,
        /// Whether a left row is among the nearest of the right row, and not the other way round.
        is_of_right: bool,
    },
}

impl SpatialPredicate {
    /// The predicate of a function by its SQL name, of those without further arguments.
    #[must_use]
    pub fn of_function(name: &str) -> Option<Self> {
        let relation = match name {
            GEOMETRY_OVERLAPS_NAME => return Some(Self::BoundsMeet),
            "st_intersects" => Relation::Intersects,
            "st_contains" => Relation::Contains,
            "st_within" => Relation::Within,
            "st_covers" => Relation::Covers,
            "st_coveredby" => Relation::CoveredBy,
            "st_touches" => Relation::Touches,
            "st_crosses" => Relation::Crosses,
            "st_overlaps" => Relation::Overlaps,
            "st_equals" => Relation::Equals,
            _ => return None,
        };
        Some(Self::Related(relation))
    }

    /// The predicate that holds from the right to the left when this one holds from the left to the right.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::Related(relation) => Self::Related(relation.swapped()),
            symmetric @ (Self::BoundsMeet | Self::WithinDistance { .. }) => symmetric,
            Self::Nearest { count, is_of_right } => Self::Nearest {
                count,
                is_of_right: !is_of_right,
            },
        }
    }

    /// By how much bounds must be grown for those of matching geometries to intersect.
    #[must_use]
    pub fn reach(self) -> f64 {
        match self {
            Self::Related(_) | Self::BoundsMeet | Self::Nearest { .. } => 0.0,
            // The sum of a coordinate and the distance is rounded; a hair more loses nothing.
            Self::WithinDistance { distance, .. } => distance * (1.0 + 1e-12) + f64::MIN_POSITIVE,
        }
    }

    /// True when two EMPTY geometries match; one that is EMPTY and one that is not never do.
    #[must_use]
    pub fn holds_for_empty(self) -> bool {
        self == Self::Related(Relation::Equals)
    }

    /// How many left rows belong to a right one, when these are the nearest.
    #[must_use]
    pub fn n_nearest(self) -> Option<usize> {
        match self {
            Self::Nearest { count, .. } => Some(count),
            _ => None,
        }
    }

    /// Whether it holds from a left point to a right polygon; `None` when that takes more than the point's place.
    #[must_use]
    pub fn holds_from_point(self, point: (f64, f64), right: &Wkb<'_>) -> Option<bool> {
        match self {
            Self::Related(relation) => relation.swapped().holds_to_point(right, point),
            Self::BoundsMeet | Self::WithinDistance { .. } | Self::Nearest { .. } => None,
        }
    }

    /// Whether it holds from the left geometry to the right one, neither of which is EMPTY.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn holds(self, left: &Wkb<'_>, left_bounds: &Bounds, right: &Wkb<'_>, right_bounds: &Bounds) -> Result<bool> {
        match self {
            Self::Related(relation) => relation.holds_within(left, left_bounds, right, right_bounds),
            Self::BoundsMeet => Ok(left_bounds.intersects(right_bounds)),
            Self::WithinDistance {
                distance,
                is_inclusive: true,
            } => within_distance(left, right, distance),
            Self::WithinDistance {
                distance: limit,
                is_inclusive: false,
            } => Ok(distance(left, right)?.is_some_and(|distance| distance < limit)),
            // That takes all rows.
            Self::Nearest { .. } => Err(Error::NotInJoin { function: KNN_NAME }),
        }
    }
}

impl fmt::Display for SpatialPredicate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Related(relation) => write!(formatter, "{relation:?}"),
            Self::BoundsMeet => formatter.write_str("bounds meet"),
            Self::WithinDistance {
                distance,
                is_inclusive: true,
            } => write!(formatter, "distance <= {distance}"),
            Self::WithinDistance {
                distance,
                is_inclusive: false,
            } => write!(formatter, "distance < {distance}"),
            Self::Nearest { count, .. } => write!(formatter, "{count} nearest"),
        }
    }
}
