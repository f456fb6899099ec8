//! `st_snaptogrid`.

use super::collapse::with_lines;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry, Shape};

/// The geometry with its coordinates rounded to a grid.
pub const ST_SNAPTOGRID: SpatialFunction = SpatialFunction {
    name: "st_snaptogrid",
    aliases: &[],
    about: "Returns the geometry with x and y rounded to the points of a grid, and points that then repeat left out; lines and rings that collapse vanish. A size of 0 leaves that axis alone. Z and M are kept.",
    example: "SELECT st_astext(st_snaptogrid('POINT(1.23 4.56)', 0.1))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number(
            "size",
            "Distance of the points of the grid, in units of the CRS; in x where y is given too.",
        ),
        Argument::number("size_y", "Distance in y.").optional(),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let size_x = row.number(1);
            let size_y = if row.is_given(2) { row.number(2) } else { size_x };
            Ok(Some(snapped(row.geometry(0)?, size_x, size_y)))
        })
    },
};

/// The geometry with its coordinates on a grid.
pub fn snapped(geometry: Geometry, size_x: f64, size_y: f64) -> Geometry {
    if size_x <= 0.0 && size_y <= 0.0 {
        return geometry;
    }
    let on_grid = geometry.map(|coord| Coord {
        x: rounded(coord.x, size_x),
        y: rounded(coord.y, size_y),
        ..coord
    });
    let snapped = with_lines(on_grid, |mut coords, _| {
        coords.dedup();
        Some(coords)
    });
    Geometry {
        shape: without_empty_members(snapped.shape),
        ..snapped
    }
}

fn without_empty_members(shape: Shape) -> Shape {
    let Shape::GeometryCollection(members) = shape else {
        return shape;
    };
    let members = members.into_iter().map(without_empty_members);
    Shape::GeometryCollection(members.filter(|member| !member.is_empty()).collect())
}

fn rounded(value: f64, size: f64) -> f64 {
    if size > 0.0 {
        (value / size).round_ties_even() * size
    } else {
        value
    }
}
