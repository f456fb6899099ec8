//! `st_asewkt`.

use super::srid_of_call;
use super::st_astext::max_decimals;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Geometry;

/// A geometry as PostGIS's extended well-known text.
pub const ST_ASEWKT: SpatialFunction = SpatialFunction {
    name: "st_asewkt",
    aliases: &[],
    about: "Returns EWKT: well-known text with `SRID=…;` in front where the CRS is known, and with Z and M told by the count \
            of numbers (`POINTM(1 2 3)` for a measure alone).",
    example: "SELECT st_asewkt(geometry) FROM parcel LIMIT 1",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::integer(
            "maxdecimaldigits",
            "The most digits behind the point; 15 when left out.",
        )
        .optional(),
    ],
    returns: Returns::Text,
    call: |call| {
        let of_column = srid_of_call(call);
        call.texts(|row| {
            let wkb = row.wkb(0)?;
            let decimals = max_decimals(row.is_given(1).then(|| row.integer(1)));
            Ok(Some(Geometry::from(wkb).to_ewkt(of_column.or(wkb.srid()), decimals)))
        })
    },
};
