//! `norm_addr`, `addr_bjd`, `addr_pnu`, `addr_status`: the district and the lot that an address names.

use chrono::NaiveDate;

use super::bjd_name::date;
use crate::address::Address;
use crate::function::{Argument, ArgumentKind, Returns, Row, SpatialFunction};
use crate::{Pnu, Result};

const ADDRESS: Argument = Argument::text(
    "address",
    "An address: `경기도 안양시 동안구 관양동`, `경기 안양시 관양동 1588-1`.",
);
const DATE: Argument = Argument::new(
    "date",
    ArgumentKind::Date,
    "The day whose names are known; the newest official table by default.",
)
.optional();

/// The full name of the district.
pub const NORM_ADDR: SpatialFunction = SpatialFunction {
    name: "norm_addr",
    aliases: &[],
    about: "Returns an address with the full official name of its 법정동 (legal district) and its lot as people write it. Upper \
            levels may be left out or short (`경기`, `강원`), and former names are known (`강원도`, `경상북도 군위군`). NULL when no \
            legal district fits, when several do, and for an administrative dong (행정동), which is none.",
    example: "SELECT norm_addr('경기 안양시 관양동 산 12-3')",
    arguments: &[ADDRESS, DATE],
    returns: Returns::Text,
    call: |call| {
        call.texts(|row| {
            let address = parsed(row)?;
            Ok(address.district.entry().map(|entry| {
                let name = entry.name.full_name();
                match address.jibun {
                    Some(jibun) => {
                        let san = if jibun.san { "산 " } else { "" };
                        match jibun.bubon {
                            0 => format!("{name} {san}{}", jibun.bonbun),
                            bubon => format!("{name} {san}{}-{bubon}", jibun.bonbun),
                        }
                    }
                    None => name,
                }
            }))
        })
    },
};

/// The code of the district.
pub const ADDR_BJD: SpatialFunction = SpatialFunction {
    name: "addr_bjd",
    aliases: &[],
    about: "Returns the code (법정동코드, ten digits) of the legal district that an address names, as `norm_addr` reads it; NULL \
            where that is NULL.",
    example: "SELECT addr_bjd('경기 안양시 관양동')",
    arguments: &[ADDRESS, DATE],
    returns: Returns::Text,
    call: |call| {
        call.texts(|row| {
            let entry = parsed(row)?.district.entry();
            Ok(entry.map(|entry| entry.code.as_str().to_owned()))
        })
    },
};

/// The number of the parcel.
pub const ADDR_PNU: SpatialFunction = SpatialFunction {
    name: "addr_pnu",
    aliases: &[],
    about: "Returns the PNU of the lot that an address names, whether or not there is such a parcel; NULL where `norm_addr` is \
            NULL, and for an address without a lot.",
    example: "SELECT addr_pnu('경기도 안양시 동안구 관양동 1588-1')",
    arguments: &[ADDRESS, DATE],
    returns: Returns::Text,
    call: |call| call.texts(|row| Ok(pnu(&parsed(row)?)?.map(|pnu| pnu.to_string()))),
};

/// How well an address is understood.
pub const ADDR_STATUS: SpatialFunction = SpatialFunction {
    name: "addr_status",
    aliases: &[],
    about: "Returns how an address names its legal district: `exact` by the full official name, `normalized` by another that \
            only one district has, `ambiguous` by one that several have, `none` by no name of a legal district.",
    example: "SELECT addr_status('중앙동')",
    arguments: &[ADDRESS, DATE],
    returns: Returns::Text,
    call: |call| call.texts(|row| Ok(Some(parsed(row)?.district.status().to_owned()))),
};

fn parsed(row: Row<'_>) -> Result<Address<'static>> {
    let day = row.day(1).map_or(Ok(NaiveDate::MAX), date)?;
    Ok(Address::parse(row.text(0), day))
}

fn pnu(address: &Address<'_>) -> Result<Option<Pnu>> {
    const LAND: u8 = 1;
    const FOREST: u8 = 2;
    let (Some(entry), Some(jibun)) = (address.district.entry(), address.jibun) else {
        return Ok(None);
    };
    let ledger = if jibun.san { FOREST } else { LAND };
    Pnu::from_parts(entry.code, ledger, jibun.bonbun, jibun.bubon).map(Some)
}
