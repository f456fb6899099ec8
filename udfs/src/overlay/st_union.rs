//! `st_union`.

use super::operation::{Operation, overlay};
use crate::function::{Argument, Returns, SpatialFunction};

/// What is in one of two geometries or in both.
pub const ST_UNION: SpatialFunction = SpatialFunction {
    name: "st_union",
    aliases: &[],
    about: "Returns what is in one of two geometries or in both; the other one when one is EMPTY. For many rows there is `st_union_agg`. \
            Corners of the geometries are kept to the last digit; heights are, too, and those of new corners lie between \
            them; measures are left out. The answer has the simplest type that holds it. Fails on polygons that cross \
            themselves.",
    example: "SELECT st_union('POLYGON((0 0,1 0,1 1,0 0))', 'POLYGON((0 0,1 1,0 1,0 0))')",
    arguments: &[
        Argument::geometry("one", "Any geometry."),
        Argument::geometry("other", "Any geometry."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| overlay(Operation::Union, &row.geometry(0)?, &row.geometry(1)?).map(Some)),
};
