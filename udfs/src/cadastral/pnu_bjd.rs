//! `pnu_bjd`.

use super::PNU;
use crate::Pnu;
use crate::function::{Returns, SpatialFunction};

/// The code of the 법정동 of a parcel number.
pub const PNU_BJD: SpatialFunction = SpatialFunction {
    name: "pnu_bjd",
    aliases: &[],
    about: "Returns the code of the 법정동 (legal district) of a parcel: the first ten digits of its PNU. Fails on a text that is no PNU.",
    example: "SELECT pnu_bjd('1111010100100010003')",
    arguments: &[PNU],
    returns: Returns::Text,
    call: |call| call.texts(|row| Pnu::parse(row.text(0)).map(|pnu| Some(pnu.bjd().as_str().to_owned()))),
};
