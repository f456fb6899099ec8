//! What the functions on points have in common.

use crate::geometry::{Coord, Kind, Wkb};
use crate::{Error, Result};

/// The coordinate of a point; `None` when it is EMPTY.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when the geometry is no point.
pub fn point(geometry: &Wkb<'_>) -> Result<Option<Coord>> {
    if geometry.kind() != Kind::Point {
        return Err(Error::ArgumentValue {
            argument: "point",
            expected: "a point",
            found: format!("a {}", geometry.kind().name()),
        });
    }
    Ok(geometry.point())
}
