//! New geometries from what two share or do not.

use crate::function::SpatialFunction;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[];
