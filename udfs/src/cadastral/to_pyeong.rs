//! `to_pyeong`.

use crate::function::{Argument, Returns, SpatialFunction};

/// Square metres as pyeong.
pub const TO_PYEONG: SpatialFunction = SpatialFunction {
    name: "to_pyeong",
    aliases: &[],
    about: "Returns an area in 평 (pyeong), the traditional unit in which land and floors are still traded: 1 평 is \
            400/121 m², 3.3058 m², exactly. Differences of areas may be below 0.",
    example: "SELECT pnu, to_pyeong(area_m2(geometry)) AS pyeong FROM parcel",
    arguments: &[Argument::number("m2", "An area in m².")],
    returns: Returns::Number,
    call: |call| call.numbers(|row| Ok(Some(to_pyeong(row.number(0))))),
};

/// Converts an area from square metres to pyeong (평).
///
/// # Source
///
/// 1 pyeong = (6 ja)², 1 ja = 10/33 m, so 1 pyeong = 400/121 m² (exact).
fn to_pyeong(area_m2: f64) -> f64 {
    area_m2 * 121.0 / 400.0
}
