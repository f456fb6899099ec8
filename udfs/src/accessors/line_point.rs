//! What the functions on the points of a line have in common.

use crate::geometry::{Geometry, Kind, Shape, Wkb};

/// A point of a line, counted from 1, or backwards from -1; `None` when there is none, and for other geometries.
pub fn line_point(geometry: &Wkb<'_>, n: i64) -> Option<Geometry> {
    if geometry.kind() != Kind::LineString {
        return None;
    }
    let coords = geometry.coords();
    let n_coords = i64::try_from(coords.len()).ok()?;
    let idx = if n < 0 { n_coords.checked_add(n)? } else { n - 1 };
    let coord = coords.iter().nth(usize::try_from(idx).ok()?)?;
    Some(Geometry {
        dims: geometry.dims(),
        shape: Shape::Point(Some(coord)),
    })
}
