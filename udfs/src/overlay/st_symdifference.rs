//! `st_symdifference`.

use super::operation::{Operation, overlay};
use crate::function::{Argument, Returns, SpatialFunction};

/// What is in one of two geometries, but not in both.
pub const ST_SYMDIFFERENCE: SpatialFunction = SpatialFunction {
    name: "st_symdifference",
    aliases: &[],
    about: "Returns what is in one of two geometries, but not in both. \
            Corners of the geometries are kept to the last digit; heights are, too, and those of new corners lie between \
            them; measures are left out. The answer has the simplest type that holds it. Fails on polygons that cross \
            themselves.",
    example: "SELECT pnu, st_symdifference(st_envelope(geometry), st_convexhull(geometry)) FROM parcel",
    arguments: &[
        Argument::geometry("one", "Any geometry."),
        Argument::geometry("other", "Any geometry."),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| overlay(Operation::SymDifference, &row.geometry(0)?, &row.geometry(1)?).map(Some))
    },
};
