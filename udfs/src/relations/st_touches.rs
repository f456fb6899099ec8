//! `st_touches`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Touches`] holds.
pub const ST_TOUCHES: SpatialFunction = SpatialFunction {
    name: "st_touches",
    aliases: &[],
    about: "True when the two share points of their borders and none of their interiors, as neighbouring parcels do.",
    example: "SELECT st_touches('POLYGON((0 0,1 0,1 1,0 1,0 0))', 'POLYGON((1 0,2 0,2 1,1 1,1 0))')",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Touches),
};
