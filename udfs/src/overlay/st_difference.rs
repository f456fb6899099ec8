//! `st_difference`.

use super::operation::{Operation, overlay};
use crate::function::{Argument, Returns, SpatialFunction};

/// What is in the first of two geometries only.
pub const ST_DIFFERENCE: SpatialFunction = SpatialFunction {
    name: "st_difference",
    aliases: &[],
    about: "Returns what is in the first geometry and not in the second. \
            Corners of the geometries are kept to the last digit; heights are, too, and those of new corners lie between \
            them; measures are left out. The answer has the simplest type that holds it. Fails on polygons that cross \
            themselves.",
    example: "SELECT pnu, st_difference(st_envelope(geometry), st_makeenvelope(126.97, 37.57, 126.98, 37.58)) FROM parcel",
    arguments: &[
        Argument::geometry("one", "Any geometry."),
        Argument::geometry("other", "What is taken off."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| overlay(Operation::Difference, &row.geometry(0)?, &row.geometry(1)?).map(Some)),
};
