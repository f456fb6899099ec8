//! `st_pointonsurface`.

use crate::function::{Argument, Returns, SpatialFunction};
use geo::InteriorPoint as _;

use crate::Result;
use crate::geometry::{Coord, Dims, Geometry, Shape};

/// A point inside the geometry.
pub const ST_POINTONSURFACE: SpatialFunction = SpatialFunction {
    name: "st_pointonsurface",
    aliases: &[],
    about: "Returns a point inside an area, on a line, or one of the points; Z is kept where the point is one of the geometry, M is dropped. POINT EMPTY for EMPTY. Fails on NaN and infinite coordinates.",
    example: "SELECT st_astext(st_pointonsurface('POLYGON((0 0,2 0,2 2,0 2,0 0))'))",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(Some(inner_point(&row.geometry(0)?)?))),
};

/// A point inside.
///
/// # Errors
///
/// [`Error::NotFinite`](crate::Error::NotFinite) when a coordinate is NaN or infinite.
pub fn inner_point(geometry: &Geometry) -> Result<Geometry> {
    let Some(inner) = geometry.to_geo()?.interior_point() else {
        return Ok(Geometry {
            dims: geometry.dims,
            shape: Shape::Point(None),
        });
    };
    let inner = (inner.x(), inner.y());
    let mut vertex = None;
    if geometry.dims.has_z {
        geometry.shape.for_each(&mut |coord| {
            if (coord.x, coord.y) == inner && vertex.is_none() {
                vertex = Some(*coord);
            }
        });
    }
    let dims = Dims {
        has_z: vertex.is_some(),
        has_m: false,
    };
    let shape = Shape::Point(Some(vertex.unwrap_or(Coord::xy(inner.0, inner.1))));
    Ok(Geometry { dims, shape })
}
