//! `st_geomfromtext`.

use crate::function::{Argument, ArgumentKind, FieldCrs, Returns, SpatialFunction};
use crate::geometry::Geometry;
use crate::{Error, Result};

/// A geometry from well-known text.
pub const ST_GEOMFROMTEXT: SpatialFunction = SpatialFunction {
    name: "st_geomfromtext",
    aliases: &["st_geomfromewkt", "st_wkttosql"],
    about: "Reads well-known text, also with `SRID=…;` in front (EWKT), which must not contradict the CRS. Fails on a broken text, saying where.",
    example: "SELECT st_geomfromtext('POLYGON((0 0,1 0,1 1,0 0))', 5186)",
    arguments: &[
        Argument::text("text", "Well-known text."),
        Argument::new(
            "srid",
            ArgumentKind::Crs,
            "EPSG code of the coordinates, a constant; without it, or with 0, that of a constant text with `SRID=…;`, else unknown.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| {
        let named = literals.named_crs(1)?;
        let own = || FieldCrs::from_srid(i64::from(Geometry::from_wkt(literals.text(0)?).ok()?.1?)).ok();
        Ok(named.or_else(own))
    }),
    call: |call| {
        let named = FieldCrs::of_field(call.return_field());
        call.geometries(|row| {
            let (geometry, srid) = Geometry::from_wkt(row.text(0))?;
            agree(named.as_ref(), srid)?;
            Ok(Some(geometry))
        })
    },
};

/// Checks that a geometry's own SRID is that of the CRS that was named, where both are given.
///
/// # Errors
///
/// [`Error::MixedCrs`] with both.
pub fn agree(named: Option<&FieldCrs>, srid: Option<i32>) -> Result<()> {
    let (Some(named), Some(srid)) = (named, srid) else {
        return Ok(());
    };
    if named.crs().is_some_and(|crs| i32::try_from(crs.epsg()) != Ok(srid)) {
        return Err(Error::MixedCrs {
            one: named.name(),
            other: format!("SRID {srid}"),
        });
    }
    Ok(())
}
