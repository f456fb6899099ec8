//! Functions on parcel numbers, lots, land categories, regions and the land itself.

mod addresses;
mod area_m2;
mod bjd_name;
mod cell;
mod from_pyeong;
mod jibun_format;
mod jibun_to_pnu;
mod jimok_name;
mod metres;
mod only_match;
mod pnu_bjd;
mod pnu_bonbun;
mod pnu_bubon;
mod pnu_parts;
mod pnu_san;
mod pnu_sigungu;
mod shared_border_m;
mod to_pyeong;

pub use area_m2::area_m2;

use crate::function::{Argument, SpatialFunction};

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    addresses::ADDR_BJD,
    addresses::ADDR_PNU,
    addresses::ADDR_STATUS,
    area_m2::AREA_M2,
    bjd_name::BJD_NAME,
    from_pyeong::FROM_PYEONG,
    jibun_format::JIBUN_FORMAT,
    jibun_to_pnu::JIBUN_TO_PNU,
    jimok_name::JIMOK_NAME,
    addresses::NORM_ADDR,
    only_match::ONLY_MATCH,
    pnu_bjd::PNU_BJD,
    pnu_bonbun::PNU_BONBUN,
    pnu_bubon::PNU_BUBON,
    pnu_parts::PNU_PARTS,
    pnu_san::PNU_SAN,
    pnu_sigungu::PNU_SIGUNGU,
    shared_border_m::SHARED_BORDER_M,
    to_pyeong::TO_PYEONG,
];

/// The argument of the functions on parcel numbers.
const PNU: Argument = Argument::text("pnu", "A parcel number (PNU, 필지고유번호): a text of 19 digits.");
