//! `st_equals`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Equals`] holds.
pub const ST_EQUALS: SpatialFunction = SpatialFunction {
    name: "st_equals",
    aliases: &[],
    about: "True when the two are the same set of points, in whatever order they are written. Two EMPTY geometries are equal.",
    example: "SELECT st_equals('LINESTRING(0 0,1 1)', 'LINESTRING(1 1,0 0)')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Equals),
};
