//! `st_geomfromwkb`.

use super::st_geomfromtext::agree;
use crate::function::{Argument, ArgumentKind, FieldCrs, Returns, SpatialFunction};
use crate::geometry::{Geometry, Wkb};

/// A geometry from well-known binary.
pub const ST_GEOMFROMWKB: SpatialFunction = SpatialFunction {
    name: "st_geomfromwkb",
    aliases: &["st_geomfromewkb"],
    about: "Reads well-known binary, ISO's or EWKB, whose SRID must not contradict the CRS. Fails on bytes that are none.",
    example: "SELECT st_astext(st_geomfromwkb(x'0101000000000000000000F03F0000000000000040'))",
    arguments: &[
        Argument::new("bytes", ArgumentKind::Binary, "Well-known binary."),
        Argument::new(
            "srid",
            ArgumentKind::Crs,
            "EPSG code of the coordinates, a constant; without it, or with 0, the CRS stays unknown.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| literals.named_crs(1)),
    call: |call| {
        let named = FieldCrs::of_field(call.return_field());
        call.geometries(|row| {
            let wkb = Wkb::read(row.bytes(0))?;
            agree(named.as_ref(), wkb.srid())?;
            Ok(Some(Geometry::from(wkb)))
        })
    },
};
