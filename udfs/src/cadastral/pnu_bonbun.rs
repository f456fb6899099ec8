//! `pnu_bonbun`.

use super::PNU;
use crate::Pnu;
use crate::function::{Returns, SpatialFunction};

/// The main number of a parcel number.
pub const PNU_BONBUN: SpatialFunction = SpatialFunction {
    name: "pnu_bonbun",
    aliases: &[],
    about: "Returns the main number (본번) of a parcel, 0 to 9999: digits 12 to 15 of its PNU. Fails on a text that is no PNU.",
    example: "SELECT pnu_bonbun('1111010100100010003')",
    arguments: &[PNU],
    returns: Returns::Integer,
    call: |call| call.integers(|row| Pnu::parse(row.text(0)).map(|pnu| Some(i64::from(pnu.bonbun())))),
};
