//! `st_orientedenvelope`.

use crate::function::{Argument, Returns, SpatialFunction};
use geo::MinimumRotatedRect as _;

use super::st_convexhull::hull;
use super::st_force2d::planar;
use crate::Result;
use crate::geometry::{Geometry, Kind, Shape};

/// The smallest rectangle in any direction.
pub const ST_ORIENTEDENVELOPE: SpatialFunction = SpatialFunction {
    name: "st_orientedenvelope",
    aliases: &[],
    about: "Returns the smallest rectangle around the geometry whose sides may lie in any direction, of x and y only; a line or a point where that has no area. POLYGON EMPTY for EMPTY. Fails on NaN and infinite coordinates.",
    example: "SELECT st_astext(st_orientedenvelope('MULTIPOINT(0 0,2 2,0 1)'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(oriented_envelope(row.geometry(0)?)?))),
};

/// The smallest rectangle around a geometry.
///
/// # Errors
///
/// [`Error::NotFinite`](crate::Error::NotFinite) when a coordinate is NaN or infinite.
pub fn oriented_envelope(geometry: Geometry) -> Result<Geometry> {
    if geometry.is_empty() {
        return Ok(Geometry::xy(Shape::empty(Kind::Polygon)));
    }
    let hull = planar(hull(geometry));
    if hull.kind() != Kind::Polygon {
        return Ok(hull);
    }
    let rectangle = hull.to_geo()?.minimum_rotated_rect();
    Ok(rectangle.map_or(hull, |rectangle| Geometry::from_geo(&geo::Geometry::Polygon(rectangle))))
}
