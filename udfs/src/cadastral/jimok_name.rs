//! `jimok_name`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::{Error, Jimok, Result};

/// The full name of a land category.
pub const JIMOK_NAME: SpatialFunction = SpatialFunction {
    name: "jimok_name",
    aliases: &[],
    about: "Returns the full name of a land category (지목), such as 공장용지 for the sign 장 of the map. Fails on a text that \
            is none of the 28 signs, names and codes.",
    example: "SELECT jimok_name(jimok) AS name, count(*) FROM parcel GROUP BY jimok",
    arguments: &[Argument::text(
        "jimok",
        "The sign of one syllable as in `parcel.jimok`, the full name, or the code `01` to `28`.",
    )],
    returns: Returns::Text,
    call: |call| call.texts(|row| jimok_name(row.text(0)).map(|name| Some(name.to_owned()))),
};

fn jimok_name(text: &str) -> Result<&'static str> {
    let of_code = || Jimok::ALL.into_iter().find(|jimok| jimok.code() == text);
    let jimok = Jimok::from_sign(text)
        .or_else(|| Jimok::from_name(text))
        .or_else(of_code);
    jimok.map(Jimok::name).ok_or_else(|| Error::ArgumentValue {
        argument: "jimok",
        expected: "the sign, name or code of a 지목, such as 장",
        found: format!("{text:?}"),
    })
}
