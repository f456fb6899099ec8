//! `from_pyeong`.

use crate::function::{Argument, Returns, SpatialFunction};

/// Pyeong as square metres.
pub const FROM_PYEONG: SpatialFunction = SpatialFunction {
    name: "from_pyeong",
    aliases: &[],
    about: "Returns an area given in 평 (pyeong) in m²: 1 평 is 400/121 m², exactly.",
    example: "SELECT pnu FROM parcel WHERE area_m2(geometry) > from_pyeong(100)",
    arguments: &[Argument::number("pyeong", "An area in 평.")],
    returns: Returns::Number,
    call: |call| call.numbers(|row| Ok(Some(from_pyeong(row.number(0))))),
};

/// Converts an area from pyeong (평) to square metres.
fn from_pyeong(area_pyeong: f64) -> f64 {
    area_pyeong * 400.0 / 121.0
}
