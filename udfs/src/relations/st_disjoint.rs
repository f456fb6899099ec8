//! `st_disjoint`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Disjoint`] holds.
pub const ST_DISJOINT: SpatialFunction = SpatialFunction {
    name: "st_disjoint",
    aliases: &[],
    about: "True when the two share no point.",
    example: "SELECT st_disjoint('POINT(0 0)', 'POINT(1 1)')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Disjoint),
};
