//! New geometries from one.

mod convex_hull;

use crate::function::SpatialFunction;

pub use convex_hull::convex_hull;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[];
