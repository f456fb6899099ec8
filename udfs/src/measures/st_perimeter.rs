//! `st_perimeter`.

use super::st_length::line_length;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Kind, Wkb};

/// The length of the borders of areas in units of the CRS.
pub const ST_PERIMETER: SpatialFunction = SpatialFunction {
    name: "st_perimeter",
    aliases: &["st_perimeter2d"],
    about: "Returns the length of the borders of polygons, of holes too, in units of the CRS, heights left out; 0 for \
            points, lines and EMPTY. Over EPSG:4326 these are degrees: `st_perimeter_spheroid` gives metres.",
    example: "SELECT pnu, st_perimeter(st_transform(geometry, 5186)) FROM parcel",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(Some(perimeter(geometry)))),
};

/// The length of the rings of all polygons in the geometry.
pub fn perimeter(geometry: &Wkb<'_>) -> f64 {
    let mut sum = 0.0;
    geometry.for_each_simple(&mut |simple| {
        if simple.kind() == Kind::Polygon {
            sum += simple.rings().map(|ring| line_length(&ring)).sum::<f64>();
        }
    });
    sum
}
