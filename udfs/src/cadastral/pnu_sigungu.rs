//! `pnu_sigungu`.

use super::PNU;
use crate::Pnu;
use crate::function::{Returns, SpatialFunction};

/// The code of the 시군구 of a parcel number.
pub const PNU_SIGUNGU: SpatialFunction = SpatialFunction {
    name: "pnu_sigungu",
    aliases: &[],
    about: "Returns the code of the 시군구 (city, county or district) of a parcel: the first five digits of its PNU. Fails on a text that is no PNU.",
    example: "SELECT pnu_sigungu(pnu) AS sigungu, count(*) FROM parcel GROUP BY sigungu",
    arguments: &[PNU],
    returns: Returns::Text,
    call: |call| call.texts(|row| Pnu::parse(row.text(0)).map(|pnu| Some(pnu.bjd().sigungu().to_owned()))),
};
