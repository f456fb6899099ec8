//! `st_intersects`.

use super::function::{RELATED, call};
use super::relation::Relation;
use crate::function::{Returns, SpatialFunction};

/// Whether [`Relation::Intersects`] holds.
pub const ST_INTERSECTS: SpatialFunction = SpatialFunction {
    name: "st_intersects",
    aliases: &[],
    about: "True when the two share a point, borders included.",
    example: "SELECT count(*) FROM parcel WHERE st_intersects(geometry, st_makeenvelope(126.97, 37.57, 126.98, 37.58, 4326))",
    arguments: RELATED,
    returns: Returns::Boolean,
    call: |arguments| call(arguments, Relation::Intersects),
};
