//! `st_dwithin`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::measures::within_distance;

/// Whether two geometries are at most so far apart.
pub const ST_DWITHIN: SpatialFunction = SpatialFunction {
    name: "st_dwithin",
    aliases: &[],
    about: "True when the two are at most so far apart, in units of their CRS; false when one is EMPTY. Over EPSG:4326 the \
            distance is in degrees: transform both to a projected CRS, such as 5186, to say it in metres.",
    example: "SELECT st_dwithin('POINT(0 0)', 'LINESTRING(3 4,9 4)', 5)",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Any geometry, in the same CRS."),
        Argument::number("distance", "The largest distance, in units of the CRS."),
    ],
    returns: Returns::Boolean,
    call: |call| call.booleans(|row| within_distance(&row.wkb(0)?, &row.wkb(1)?, row.number(2)).map(Some)),
};
