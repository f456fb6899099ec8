//! `st_crosses`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Crosses`] holds.
pub const ST_CROSSES: SpatialFunction = SpatialFunction {
    name: "st_crosses",
    aliases: &[],
    about: "True when the interiors share something of a lower dimension than the larger one and neither covers the other.",
    example: "SELECT st_crosses('LINESTRING(0 0,2 2)', 'LINESTRING(0 2,2 0)')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Crosses),
};
