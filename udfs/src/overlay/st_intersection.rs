//! `st_intersection`.

use super::operation::{Operation, overlay};
use crate::function::{Argument, Returns, SpatialFunction};

/// What two geometries share.
pub const ST_INTERSECTION: SpatialFunction = SpatialFunction {
    name: "st_intersection",
    aliases: &[],
    about: "Returns what two geometries share; EMPTY when they are apart or one is EMPTY. \
            Corners of the geometries are kept to the last digit; heights are, too, and those of new corners lie between \
            them; measures are left out. The answer has the simplest type that holds it. Fails on polygons that cross \
            themselves.",
    example: "SELECT pnu, st_intersection(st_envelope(geometry), st_makeenvelope(126.97, 37.57, 126.98, 37.58)) FROM parcel",
    arguments: &[
        Argument::geometry("one", "Any geometry."),
        Argument::geometry("other", "Any geometry."),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| overlay(Operation::Intersection, &row.geometry(0)?, &row.geometry(1)?).map(Some))
    },
};
