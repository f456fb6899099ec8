//! The area within a distance of a geometry.
//!
//! [`curves`] runs around each line and ring at the distance, as GEOS does, so that the answer has the same corners: [`concave`]
//! leaves out what no curve could show, [`offset`] takes the turns. The curves may cross; what at least one of them encloses is
//! the answer.

mod concave;
mod curves;
mod offset;
mod style;

use self::curves::Curves;
pub use self::style::Style;
use crate::Result;
use crate::geometry::{Geometry, Kind, Shape};
use crate::overlay::operation::enclosed;

/// The area within a distance, in units of the coordinates, of a geometry; a negative one takes off what is nearer to the border of
/// areas. Heights and measures are left out.
///
/// # Errors
///
/// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite, [`crate::Error::Unanswerable`] when the curves are too
/// entangled.
pub fn buffer(geometry: &Geometry, distance: f64, style: &Style) -> Result<Geometry> {
    let mut curves = Curves::new(distance, style);
    curves.add(&geometry.shape)?;
    let shape = enclosed(curves.into_operands())?;
    Ok(Geometry::xy(match shape {
        shape if shape.is_empty() => Shape::empty(Kind::Polygon),
        shape => shape,
    }))
}
