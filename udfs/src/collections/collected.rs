//! Geometries put together.

use crate::geometry::{Geometry, Kind, Shape};
use crate::{Error, Result};

/// Geometries in one: a multi-geometry when all are points, all lines or all polygons, else a collection. `None` of none.
///
/// # Errors
///
/// [`Error::MixedDimensions`] when some have heights or measures that others lack.
pub fn collected(geometries: Vec<Geometry>) -> Result<Option<Geometry>> {
    let Some(dims) = geometries.first().map(|geometry| geometry.dims) else {
        return Ok(None);
    };
    let mut shapes = Vec::with_capacity(geometries.len());
    for geometry in geometries {
        if geometry.dims != dims {
            return Err(Error::MixedDimensions {
                one: dims.name(),
                other: geometry.dims.name(),
            });
        }
        shapes.push(geometry.shape);
    }
    Ok(Some(Geometry {
        dims,
        shape: multi(shapes),
    }))
}

/// A multi-geometry of simple shapes of one type, else a collection.
pub fn multi(shapes: Vec<Shape>) -> Shape {
    let first = shapes.first().map(Shape::kind);
    match first.filter(|first| shapes.iter().all(|shape| shape.kind() == *first)) {
        Some(Kind::Point) => Shape::MultiPoint(all(shapes, |shape| match shape {
            Shape::Point(point) => vec![point],
            _ => Vec::new(),
        })),
        Some(Kind::LineString) => Shape::MultiLineString(all(shapes, |shape| match shape {
            Shape::LineString(coords) => vec![coords],
            _ => Vec::new(),
        })),
        Some(Kind::Polygon) => Shape::MultiPolygon(all(shapes, |shape| match shape {
            Shape::Polygon(rings) => vec![rings],
            _ => Vec::new(),
        })),
        _ => Shape::GeometryCollection(shapes),
    }
}

fn all<T>(shapes: Vec<Shape>, of_shape: impl Fn(Shape) -> Vec<T>) -> Vec<T> {
    shapes.into_iter().flat_map(of_shape).collect()
}
