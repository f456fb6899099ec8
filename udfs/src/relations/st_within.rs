//! `st_within`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Within`] holds.
pub const ST_WITHIN: SpatialFunction = SpatialFunction {
    name: "st_within",
    aliases: &[],
    about: "True when the second contains the first, as `st_contains` has it.",
    example: "SELECT st_within('POINT(1 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Within),
};
