//! `st_isempty`.

use crate::function::{Argument, Returns, SpatialFunction};

/// Whether a geometry is EMPTY.
pub const ST_ISEMPTY: SpatialFunction = SpatialFunction {
    name: "st_isempty",
    aliases: &[],
    about: "True when the geometry has no coordinate.",
    example: "SELECT st_isempty('POLYGON EMPTY')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Boolean,
    call: |call| call.booleans(|row| Ok(Some(row.wkb(0)?.is_empty()))),
};
