//! `st_length`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coords, Kind, Wkb};

/// The length of lines in units of the CRS.
pub const ST_LENGTH: SpatialFunction = SpatialFunction {
    name: "st_length",
    aliases: &["st_length2d"],
    about: "Returns the length of the lines in units of the CRS, heights left out; 0 for points, polygons (see \
            `st_perimeter`) and EMPTY. Over EPSG:4326 these are degrees: `st_length_spheroid` gives metres.",
    example: "SELECT st_length('LINESTRING(0 0,3 4)')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Number,
    call: |call| call.numbers_of_geometry(|geometry| Ok(Some(length(geometry)))),
};

/// The length of all lines in the geometry.
pub fn length(geometry: &Wkb<'_>) -> f64 {
    let mut sum = 0.0;
    geometry.for_each_simple(&mut |simple| {
        if simple.kind() == Kind::LineString {
            sum += line_length(&simple.coords());
        }
    });
    sum
}

/// The length of the way through all coordinates.
pub fn line_length(coords: &Coords<'_>) -> f64 {
    let start = (0.0, coords.xy(0).unwrap_or_default());
    let (sum, _) = coords.fold_xy(start, |(sum, (x1, y1)), x2, y2| {
        let (dx, dy) = (x2 - x1, y2 - y1);
        (sum + (dx * dx + dy * dy).sqrt(), (x2, y2))
    });
    sum
}
