//! `st_covers`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Covers`] holds.
pub const ST_COVERS: SpatialFunction = SpatialFunction {
    name: "st_covers",
    aliases: &[],
    about: "True when no point of the second lies outside the first.",
    example: "SELECT st_covers('POLYGON((0 0,2 0,2 2,0 2,0 0))', 'POINT(0 0)')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Covers),
};
