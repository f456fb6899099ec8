//! `st_maxdistance`.

use super::farthest::farthest;
use crate::function::{Argument, Returns, SpatialFunction};

/// The largest distance of two geometries in units of their CRS.
pub const ST_MAXDISTANCE: SpatialFunction = SpatialFunction {
    name: "st_maxdistance",
    aliases: &[],
    about: "Returns the largest distance between a point of the one geometry and a point of the other, in units of their \
            CRS, heights left out; NULL when one is EMPTY.",
    example: "SELECT st_maxdistance('POINT(0 0)', 'LINESTRING(3 4,0 1)')",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Another one, in the same CRS, or the same."),
    ],
    returns: Returns::Number,
    call: |call| call.numbers(|row| Ok(farthest(&row.wkb(0)?, &row.wkb(1)?).map(|pair| pair.distance()))),
};
