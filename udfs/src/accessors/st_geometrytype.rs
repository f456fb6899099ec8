//! `st_geometrytype`.

use crate::function::{Argument, Returns, SpatialFunction};

/// The type of a geometry.
pub const ST_GEOMETRYTYPE: SpatialFunction = SpatialFunction {
    name: "st_geometrytype",
    aliases: &[],
    about: "Returns the type, such as `ST_MultiPolygon`.",
    example: "SELECT DISTINCT st_geometrytype(geometry) FROM parcel",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Text,
    call: |call| call.texts(|row| Ok(Some(format!("ST_{}", row.wkb(0)?.kind().name())))),
};
