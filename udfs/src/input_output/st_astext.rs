//! `st_astext`.

use crate::function::{Argument, Returns, SpatialFunction};

/// A geometry as well-known text.
pub const ST_ASTEXT: SpatialFunction = SpatialFunction {
    name: "st_astext",
    aliases: &[],
    about: "Returns well-known text, with Z and M where the geometry has them.",
    example: "SELECT st_astext(geometry) FROM parcel LIMIT 1",
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
        call.texts(|row| {
            Ok(Some(
                row.geometry(0)?
                    .to_wkt(max_decimals(row.is_given(1).then(|| row.integer(1)))),
            ))
        })
    },
};

/// The digits behind the point that were asked for, as far as a number has them.
pub fn max_decimals(asked: Option<i64>) -> usize {
    const MOST: i64 = 15;
    usize::try_from(asked.unwrap_or(MOST).clamp(0, MOST)).unwrap_or_default()
}
