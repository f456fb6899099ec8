//! `st_pointonsurface`.

use crate::function::{Argument, Returns, SpatialFunction};
use geo::InteriorPoint as _;

use crate::Result;
use crate::geometry::{Coord, Geometry, Shape};

/// A point inside the geometry.
pub const ST_POINTONSURFACE: SpatialFunction = SpatialFunction {
    name: "st_pointonsurface",
    aliases: &[],
    about: "Returns a point inside an area, on a line, or one of the points, of x and y only; a point returns itself. POINT EMPTY for EMPTY. Fails on NaN and infinite coordinates.",
    example: "SELECT st_astext(st_pointonsurface('POLYGON((0 0,2 0,2 2,0 2,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(inner_point(row.geometry(0)?)?))),
};

/// A point inside.
///
/// # Errors
///
/// [`Error::NotFinite`](crate::Error::NotFinite) when a coordinate is NaN or infinite.
pub fn inner_point(geometry: Geometry) -> Result<Geometry> {
    if matches!(geometry.shape, Shape::Point(_)) {
        return Ok(geometry);
    }
    let inner = geometry.to_geo()?.interior_point();
    Ok(Geometry::xy(Shape::Point(
        inner.map(|point| Coord::xy(point.x(), point.y())),
    )))
}
