//! `pnu_san`.

use super::PNU;
use crate::Pnu;
use crate::function::{Returns, SpatialFunction};

/// Whether a parcel number is one of the forest register.
pub const PNU_SAN: SpatialFunction = SpatialFunction {
    name: "pnu_san",
    aliases: &[],
    about: "Returns whether a parcel is in the forest register (산, 임야대장): whether digit 11 of its PNU is 2. Fails on a text that is no PNU.",
    example: "SELECT pnu_san('1111010100200120003')",
    arguments: &[PNU],
    returns: Returns::Boolean,
    call: |call| call.booleans(|row| Pnu::parse(row.text(0)).map(|pnu| Some(pnu.is_san()))),
};
