//! `st_overlaps`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Overlaps`] holds.
pub const ST_OVERLAPS: SpatialFunction = SpatialFunction {
    name: "st_overlaps",
    aliases: &[],
    about: "True when the interiors share something of their own dimension and neither covers the other.",
    example: "SELECT st_overlaps('POLYGON((0 0,2 0,2 2,0 2,0 0))', 'POLYGON((1 1,3 1,3 3,1 3,1 1))')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Overlaps),
};
