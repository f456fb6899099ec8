//! `st_centroid`.

use crate::function::{Argument, Returns, SpatialFunction};
use geo::Centroid as _;

use crate::Result;
use crate::geometry::{Coord, Geometry, Shape};

/// The centre of gravity.
pub const ST_CENTROID: SpatialFunction = SpatialFunction {
    name: "st_centroid",
    aliases: &[],
    about: "Returns the centre of gravity of the parts of the highest dimension, of x and y only; it may lie outside. POINT EMPTY for EMPTY, with the Z and M that the geometry has. Fails on NaN and infinite coordinates.",
    example: "SELECT st_astext(st_centroid('POLYGON((0 0,2 0,2 2,0 2,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(centroid(&row.geometry(0)?)?))),
};

/// The centre of gravity.
///
/// # Errors
///
/// [`Error::NotFinite`](crate::Error::NotFinite) when a coordinate is NaN or infinite.
pub fn centroid(geometry: &Geometry) -> Result<Geometry> {
    let centre = geometry.to_geo()?.centroid();
    Ok(match centre {
        Some(centre) => Geometry::xy(Shape::Point(Some(Coord::xy(centre.x(), centre.y())))),
        None => Geometry {
            dims: geometry.dims,
            shape: Shape::Point(None),
        },
    })
}
