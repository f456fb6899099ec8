//! `st_npoints`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The number of coordinates.
pub const ST_NPOINTS: SpatialFunction = SpatialFunction {
    name: "st_npoints",
    aliases: &[],
    about: "Returns the number of coordinates, the closing ones of rings included.",
    example: "SELECT st_npoints(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Integer,
    call: |call| {
        call.integers(|row| {
            let mut n_points = 0;
            row.wkb(0)?.for_each_coords(&mut |coords| n_points += coords.len());
            Ok(i64::try_from(n_points).ok())
        })
    },
};
