//! `st_nrings`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The number of rings.
pub const ST_NRINGS: SpatialFunction = SpatialFunction {
    name: "st_nrings",
    aliases: &[],
    about: "Returns the number of rings of all polygons in the geometry, outer ones included; 0 where there is none.",
    example: "SELECT st_nrings(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Integer,
    call: |call| {
        call.integers(|row| {
            let mut n_rings = 0;
            row.wkb(0)?
                .for_each_simple(&mut |simple| n_rings += simple.rings().count());
            Ok(i64::try_from(n_rings).ok())
        })
    },
};
