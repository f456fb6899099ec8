//! Geometries: as borrowed well-known binary, as owned values, and on their way into and out of the `geo` library.
//!
//! [`Wkb`] looks at bytes where they lie and is what measures, relations and joins read. [`Geometry`] is an owned
//! value with Z, M and EMPTY, for whatever builds new geometries. `geo` knows neither Z nor EMPTY points, so that
//! algorithms of that library work on the [`planar`] part.

mod bounds;
mod build_extent;
mod owned;
pub mod planar;
mod wkb;
mod wkb_write;
mod wkt;
mod wkt_write;

pub use bounds::Bounds;
pub use build_extent::BuildExtent;
pub use owned::{Coord, Dims, Geometry, Kind, Shape};
pub use wkb::{Coords, Members, Rings, Wkb};
pub use wkt_write::number_text;
