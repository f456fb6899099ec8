//! What the functions on rings have in common.

use crate::geometry::{Coords, Geometry, Kind, Shape, Wkb};

/// A ring of a polygon as a line, the shell being number 0; `None` when there is no such ring, and for other geometries.
/// The shell of `POLYGON EMPTY` is an EMPTY line.
pub fn ring(geometry: &Wkb<'_>, idx: usize) -> Option<Geometry> {
    if geometry.kind() != Kind::Polygon {
        return None;
    }
    let coords = geometry.rings().nth(idx).map(|ring: Coords<'_>| ring.iter().collect());
    let coords = if idx == 0 {
        Some(coords.unwrap_or_default())
    } else {
        coords
    };
    Some(Geometry {
        dims: geometry.dims(),
        shape: Shape::LineString(coords?),
    })
}
