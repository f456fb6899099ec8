//! `st_interiorringn`.

use super::ring::ring;
use crate::function::{Argument, Returns, SpatialFunction};

/// One hole of a polygon.
pub const ST_INTERIORRINGN: SpatialFunction = SpatialFunction {
    name: "st_interiorringn",
    aliases: &[],
    about: "Returns one inner ring of a polygon as a line, counted from 1; NULL when there is no such ring, and for other \
            geometries.",
    example: "SELECT st_astext(st_interiorringn('POLYGON((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))', 1))",
    arguments: &[
        Argument::geometry("polygon", "A polygon."),
        Argument::integer("n", "The ring's number, from 1."),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let n = usize::try_from(row.integer(1)).unwrap_or_default();
            let wkb = row.wkb(0)?;
            Ok(if n == 0 { None } else { ring(&wkb, n) })
        })
    },
};
