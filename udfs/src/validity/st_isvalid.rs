//! `st_isvalid`.

use super::flaw::{Rings, flaw};
use crate::function::{Argument, Returns, Row, SpatialFunction};
use crate::{Error, Result};

/// The second argument of the functions that judge validity.
pub const FLAGS: Argument = Argument::integer(
    "flags",
    "0: as the OGC defines it; 1: rings may touch themselves where that encloses a hole, as in ESRI's formats.",
)
.optional();

/// Whether a geometry is valid.
pub const ST_ISVALID: SpatialFunction = SpatialFunction {
    name: "st_isvalid",
    aliases: &[],
    about: "Whether a geometry is valid: rings and polygons do not cross, holes lie within, areas hang together, coordinates \
            are finite.",
    example: "SELECT count(*) FROM parcel WHERE NOT st_isvalid(geometry)",
    arguments: &[Argument::geometry("geometry", "Any geometry."), FLAGS],
    returns: Returns::Boolean,
    call: |call| {
        call.booleans(|row| {
            let rings = rings(&row)?;
            Ok(Some(flaw(&row.geometry(0)?.shape, rings).is_none()))
        })
    },
};

/// What rings may do, by the flags; without any, what the OGC lets them.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when there is no such flag.
pub fn rings(row: &Row<'_>) -> Result<Rings> {
    match row.integer(1) {
        0 => Ok(Rings::Simple),
        1 => Ok(Rings::TouchThemselves),
        other => Err(Error::ArgumentValue {
            argument: "flags",
            expected: "0 or 1",
            found: other.to_string(),
        }),
    }
}
