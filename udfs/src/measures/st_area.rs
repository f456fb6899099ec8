//! `st_area`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coords, Kind, Wkb};

/// The area of a geometry in squared units of its CRS.
pub const ST_AREA: SpatialFunction = SpatialFunction {
    name: "st_area",
    aliases: &[],
    about: "Returns the area in squared units of the CRS, heights left out; 0 for points, lines and EMPTY. \
            Over EPSG:4326 these are squared degrees: `area_m2` and `st_area_spheroid` give square metres.",
    example: "SELECT pnu, st_area(st_transform(geometry, 5186)) FROM parcel",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(Some(area(geometry)))),
};

/// The area of all polygons in the geometry, holes taken off, in squared units of the coordinates.
#[inline]
pub fn area(geometry: &Wkb<'_>) -> f64 {
    let mut sum = 0.0;
    geometry.for_each_simple(&mut |simple| {
        if simple.kind() == Kind::Polygon {
            let rings = simple.rings().enumerate();
            sum += rings.fold(0.0, |area, (idx, ring)| {
                let ring = ring_area(&ring).abs();
                if idx == 0 { ring } else { area - ring }
            });
        }
    });
    sum
}

/// The area of a ring, above 0 when it runs counterclockwise.
///
/// # Source
///
/// The shoelace formula, with coordinates taken from the first one, which keeps the digits that large eastings would cost.
#[inline]
pub fn ring_area(ring: &Coords<'_>) -> f64 {
    let Some((x0, y0)) = ring.xy(0) else {
        return 0.0;
    };
    // Two sums that take turns, so that one addition need not wait for the other.
    let start = (0.0, 0.0, (0.0, 0.0));
    let (twice, twice_before, _) = ring.fold_xy(start, |(twice, twice_before, (x1, y1)), x, y| {
        let (x2, y2) = (x - x0, y - y0);
        (twice_before + (x1 * y2 - x2 * y1), twice, (x2, y2))
    });
    f64::midpoint(twice, twice_before)
}
