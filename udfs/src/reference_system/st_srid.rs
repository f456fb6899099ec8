//! `st_srid`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The EPSG code of a geometry's coordinate system.
pub const ST_SRID: SpatialFunction = SpatialFunction {
    name: "st_srid",
    aliases: &[],
    about: "Returns the EPSG code of the CRS that the column names, else the SRID of an EWKB, else 0.",
    example: "SELECT DISTINCT st_srid(geometry) FROM parcel",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Integer,
    call: |call| {
        let of_column = call.crs(0).and_then(|crs| crs.crs()).map(|crs| i64::from(crs.epsg()));
        call.integers(|row| Ok(Some(of_column.unwrap_or(i64::from(row.wkb(0)?.srid().unwrap_or(0))))))
    },
};
