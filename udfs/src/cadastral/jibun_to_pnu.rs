//! `jibun_to_pnu`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::{BjdCode, Jibun, Pnu, Result};

/// The parcel number of a lot in a district.
pub const JIBUN_TO_PNU: SpatialFunction = SpatialFunction {
    name: "jibun_to_pnu",
    aliases: &[],
    about: "Returns the PNU of a lot (지번) in a 법정동, whether or not there is such a parcel. A lot with 산 is one of the \
            forest register, any other one of the land register; a 지목 behind the numbers does not count. Fails on a code \
            that has not ten digits and on a text that is no lot.",
    example: "SELECT * FROM parcel WHERE pnu = jibun_to_pnu('1111010100', '산 12-3')",
    arguments: &[
        Argument::text("bjd_cd", "The code of the 법정동 (법정동코드), ten digits."),
        Argument::text(
            "jibun",
            "The lot as people and maps write it: `435-3`, `산 12-3`, `387답`.",
        ),
    ],
    returns: Returns::Text,
    call: |call| call.texts(|row| jibun_to_pnu(row.text(0), row.text(1)).map(|pnu| Some(pnu.to_string()))),
};

fn jibun_to_pnu(bjd_cd: &str, jibun: &str) -> Result<Pnu> {
    const LAND: u8 = 1;
    const FOREST: u8 = 2;
    let bjd = BjdCode::parse(bjd_cd)?;
    let jibun = Jibun::parse(jibun)?;
    Pnu::from_parts(bjd, if jibun.san { FOREST } else { LAND }, jibun.bonbun, jibun.bubon)
}
