//! `st_asewkb`.

use super::srid_of_call;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Geometry;

/// A geometry as PostGIS's extended well-known binary.
pub const ST_ASEWKB: SpatialFunction = SpatialFunction {
    name: "st_asewkb",
    aliases: &[],
    about: "Returns EWKB, little endian, with the SRID of the CRS where that is known.",
    example: "SELECT st_asewkb(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Binary,
    call: |call| {
        let of_column = srid_of_call(call);
        call.binaries(|row| {
            let wkb = row.wkb(0)?;
            Ok(Some(Geometry::from(wkb).to_ewkb(of_column.or(wkb.srid()))))
        })
    },
};
