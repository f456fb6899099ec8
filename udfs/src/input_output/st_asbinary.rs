//! `st_asbinary`.

use crate::function::{Argument, Returns, SpatialFunction};

/// A geometry as ISO well-known binary.
pub const ST_ASBINARY: SpatialFunction = SpatialFunction {
    name: "st_asbinary",
    aliases: &[],
    about: "Returns ISO well-known binary, little endian, without SRID.",
    example: "SELECT st_asbinary(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Binary,
    call: |call| call.binaries(|row| Ok(Some(row.geometry(0)?.to_wkb()))),
};
