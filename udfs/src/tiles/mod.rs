//! Vector tiles for maps.

use datafusion::logical_expr::AggregateUDF;

use crate::function::SpatialFunction;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[];

/// The aggregate functions of this chapter.
pub fn aggregates() -> Vec<AggregateUDF> {
    Vec::new()
}
