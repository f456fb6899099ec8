//! `st_clipbybox2d`.

use super::assembly;
use super::operand::dimension;
use super::operation::{Operation, overlay};
use crate::Result;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Bounds, Coord, Geometry, Kind, Shape, Wkb};

/// The part of a geometry in a rectangle.
pub const ST_CLIPBYBOX2D: SpatialFunction = SpatialFunction {
    name: "st_clipbybox2d",
    aliases: &[],
    about: "Returns the part of a geometry that lies in the bounds of another one: of areas the areas, of lines the lines. \
            A geometry wholly within comes back as it is. Fails on polygons that cross themselves and reach over the \
            border.",
    example: "SELECT st_clipbybox2d(geometry, st_makeenvelope(126.9, 37.5, 127.0, 37.6)) FROM parcel",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("box", "A geometry whose bounds are the rectangle."),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| clipped(&row.wkb(0)?, &row.wkb(1)?).map(Some)),
};

fn clipped(geometry: &Wkb<'_>, of: &Wkb<'_>) -> Result<Geometry> {
    let owned = Geometry::from(*geometry);
    let Some(bounds) = geometry.bounds() else {
        return Ok(owned);
    };
    match of.bounds() {
        Some(window) if window.covers(&bounds) => Ok(owned),
        Some(window) if window.intersects(&bounds) => clip(&owned, &window),
        _ => Ok(assembly::empty(dimension(&owned.shape))),
    }
}

/// The part of a geometry in a rectangle, without the points and lines in which areas touch it.
///
/// # Errors
///
/// As [`overlay`].
pub fn clip(geometry: &Geometry, window: &Bounds) -> Result<Geometry> {
    let shared = overlay(Operation::Intersection, geometry, &rectangle(window))?;
    let least = match geometry.kind() {
        Kind::Point | Kind::MultiPoint | Kind::GeometryCollection => return Ok(shared),
        Kind::LineString | Kind::MultiLineString => 1,
        Kind::Polygon | Kind::MultiPolygon => 2,
    };
    let parts = shared.shape.into_simple().into_iter();
    let mut parts: Vec<Shape> = parts
        .filter(|part| dimension(part) == Some(least) && !part.is_empty())
        .collect();
    let shape = match parts.len() {
        0 => assembly::empty(Some(least)).shape,
        1 => parts.swap_remove(0),
        _ => Shape::multi(parts),
    };
    Ok(Geometry {
        dims: shared.dims,
        shape,
    })
}

/// The polygon of bounds.
pub fn rectangle(bounds: &Bounds) -> Geometry {
    let corners = [
        (bounds.xmin, bounds.ymin),
        (bounds.xmin, bounds.ymax),
        (bounds.xmax, bounds.ymax),
        (bounds.xmax, bounds.ymin),
        (bounds.xmin, bounds.ymin),
    ];
    Geometry::xy(Shape::Polygon(vec![
        corners.iter().map(|(x, y)| Coord::xy(*x, *y)).collect(),
    ]))
}
