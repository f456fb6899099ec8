//! The number that PostGIS knows a CRS by.

use crate::function::Call;

/// The SRID, an EPSG code, of the column of the first argument, where that names a CRS of the table.
pub fn srid_of_call(call: &Call<'_>) -> Option<i32> {
    let crs = call.crs(0)?.crs()?;
    i32::try_from(crs.epsg()).ok()
}
