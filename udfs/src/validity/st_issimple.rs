//! `st_issimple`.

use super::simple::is_simple;
use crate::function::{Argument, Returns, SpatialFunction};

/// Whether a geometry passes no point twice.
pub const ST_ISSIMPLE: SpatialFunction = SpatialFunction {
    name: "st_issimple",
    aliases: &[],
    about: "Whether a geometry passes no point twice: lines meet themselves and each other at their ends only, rings not at all, \
            and points differ. Polygons are judged by each of their rings.",
    example: "SELECT st_issimple('LINESTRING(0 0,2 2,2 0,0 2)')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Boolean,
    call: |call| call.booleans(|row| Ok(Some(is_simple(&row.geometry(0)?.shape)))),
};
