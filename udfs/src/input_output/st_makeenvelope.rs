//! `st_makeenvelope`.

use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};
use crate::geometry::{Bounds, Coord, Geometry, Shape};

/// A rectangle from its sides.
pub const ST_MAKEENVELOPE: SpatialFunction = SpatialFunction {
    name: "st_makeenvelope",
    aliases: &[],
    about: "Returns the rectangle between two corners as a polygon.",
    example: "SELECT count(*) FROM parcel WHERE st_intersects(geometry, st_makeenvelope(126.97, 37.57, 126.98, 37.58, 4326))",
    arguments: &[
        Argument::number("xmin", "Smallest easting or longitude."),
        Argument::number("ymin", "Smallest northing or latitude."),
        Argument::number("xmax", "Largest easting or longitude."),
        Argument::number("ymax", "Largest northing or latitude."),
        Argument::new(
            "srid",
            ArgumentKind::Crs,
            "EPSG code of the coordinates, a constant; without it, or with 0, the CRS stays unknown.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| literals.named_crs(4)),
    call: |call| {
        call.geometries(|row| {
            let [xmin, ymin, xmax, ymax] = [0, 1, 2, 3].map(|side| row.number(side));
            Ok(Some(envelope(&Bounds { xmin, ymin, xmax, ymax })))
        })
    },
};

/// A rectangle as a polygon, from the lower left corner upward, as PostGIS draws it.
pub fn envelope(bounds: &Bounds) -> Geometry {
    let Bounds { xmin, ymin, xmax, ymax } = *bounds;
    let corners = [(xmin, ymin), (xmin, ymax), (xmax, ymax), (xmax, ymin), (xmin, ymin)];
    Geometry::xy(Shape::Polygon(vec![corners.map(|(x, y)| Coord::xy(x, y)).to_vec()]))
}
