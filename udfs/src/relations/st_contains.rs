//! `st_contains`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Contains`] holds.
pub const ST_CONTAINS: SpatialFunction = SpatialFunction {
    name: "st_contains",
    aliases: &[],
    about: "True when no point of the second lies outside the first, and their interiors share one: a point on the border is not contained (`st_covers` takes it in).",
    example: "SELECT pnu FROM parcel WHERE st_contains(geometry, st_point(126.975, 37.575, 4326))",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Contains),
};
