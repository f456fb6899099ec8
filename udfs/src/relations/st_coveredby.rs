//! `st_coveredby`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::CoveredBy`] holds.
pub const ST_COVEREDBY: SpatialFunction = SpatialFunction {
    name: "st_coveredby",
    aliases: &[],
    about: "True when no point of the first lies outside the second.",
    example: "SELECT st_coveredby('POINT(0 0)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::CoveredBy),
};
