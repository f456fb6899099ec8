//! `st_isvalidreason`.

use super::flaw::flaw;
use super::st_isvalid::{FLAGS, rings};
use crate::function::{Argument, Returns, SpatialFunction};

/// Why a geometry is not valid.
pub const ST_ISVALIDREASON: SpatialFunction = SpatialFunction {
    name: "st_isvalidreason",
    aliases: &[],
    about: "Says why a geometry is not valid and at which point, `Valid Geometry` when it is. Of several reasons the first that \
            is found is named.",
    example: "SELECT st_isvalidreason('POLYGON((0 0,2 2,2 0,0 2,0 0))')",
    arguments: &[Argument::geometry("geometry", "Any geometry."), FLAGS],
    returns: Returns::Text,
    call: |call| {
        call.texts(|row| {
            let flaw = flaw(&row.geometry(0)?.shape, rings(&row)?);
            Ok(Some(
                flaw.map_or_else(|| "Valid Geometry".to_owned(), |flaw| flaw.to_string()),
            ))
        })
    },
};
