//! `st_ashexewkb`.

use std::fmt::Write as _;

use super::srid_of_call;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Geometry;

/// A geometry as the hexadecimal digits of EWKB.
pub const ST_ASHEXEWKB: SpatialFunction = SpatialFunction {
    name: "st_ashexewkb",
    aliases: &[],
    about: "Returns the hexadecimal digits of EWKB, little endian, with the SRID of the CRS where that is known: how PostGIS \
            prints geometries.",
    example: "SELECT st_ashexewkb(geometry) FROM parcel LIMIT 1",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Text,
    call: |call| {
        let of_column = srid_of_call(call);
        call.texts(|row| {
            let wkb = row.wkb(0)?;
            let bytes = Geometry::from(wkb).to_ewkb(of_column.or(wkb.srid()));
            let mut digits = String::with_capacity(2 * bytes.len());
            for byte in bytes {
                // Writing to a String cannot fail.
                let _ = write!(digits, "{byte:02X}");
            }
            Ok(Some(digits))
        })
    },
};
