//! `pnu_bubon`.

use super::PNU;
use crate::Pnu;
use crate::function::{Returns, SpatialFunction};

/// The sub number of a parcel number.
pub const PNU_BUBON: SpatialFunction = SpatialFunction {
    name: "pnu_bubon",
    aliases: &[],
    about: "Returns the sub number (부번) of a parcel, 0 to 9999, 0 when it has none: the last four digits of its PNU. Fails on a text that is no PNU.",
    example: "SELECT pnu_bubon('1111010100100010003')",
    arguments: &[PNU],
    returns: Returns::Integer,
    call: |call| call.integers(|row| Pnu::parse(row.text(0)).map(|pnu| Some(i64::from(pnu.bubon())))),
};
