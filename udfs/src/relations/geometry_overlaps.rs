//! `geometry_overlaps`, which the operator `&&` stands for.

use crate::Result;
use crate::function::{Argument, Call, Returns, SpatialFunction};
use crate::geometry::Bounds;

/// The function's name in SQL.
pub const NAME: &str = "geometry_overlaps";

/// Whether the bounds of two geometries share a point.
pub const GEOMETRY_OVERLAPS: SpatialFunction = SpatialFunction {
    name: NAME,
    aliases: &[],
    about: "True when the bounding boxes of the two share a point, borders included; false when one is EMPTY. Written \
            `geometry && other`. The boxes are those of the coordinates as they are; PostGIS rounds them outward to 32-bit \
            numbers first, so that there boxes a hair apart meet, too.",
    example: "SELECT count(*) FROM parcel WHERE geometry && st_makeenvelope(126.97, 37.57, 126.98, 37.58, 4326)",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Any geometry, in the same CRS."),
    ],
    returns: Returns::Boolean,
    call: |call| {
        let constants = [bounds_of_constant(call, 0)?, bounds_of_constant(call, 1)?];
        call.booleans(|row| {
            let bounds = |argument: usize| match constants[argument] {
                Some(bounds) => Ok(bounds),
                None => row.wkb(argument).map(|wkb| wkb.bounds()),
            };
            Ok(Some(match (bounds(0)?, bounds(1)?) {
                (Some(one), Some(other)) => one.intersects(&other),
                _ => false,
            }))
        })
    },
};

/// The bounds of an argument that is the same in all rows; `None` inside when it is EMPTY.
#[expect(
    clippy::option_option,
    reason = "a constant without bounds is not a varying argument"
)]
fn bounds_of_constant(call: &Call<'_>, argument: usize) -> Result<Option<Option<Bounds>>> {
    let constant = call.constant(argument);
    constant
        .map(|constant| constant.wkb(argument).map(|wkb| wkb.bounds()))
        .transpose()
}
