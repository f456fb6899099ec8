//! Vector tiles for maps.
//!
//! [`st_asmvtgeom`] brings geometries into the grid of a tile ([`grid`], [`snap`]); [`st_asmvt`] writes the rows of a
//! tile as one layer ([`layer`]) of the messages of the format ([`message`]).

mod commands;
mod grid;
mod layer;
mod line_clip;
mod message;
mod properties;
mod ring_clip;
mod snap;
mod st_asmvt;
mod st_asmvtgeom;

use datafusion::logical_expr::AggregateUDF;

use crate::function::{SpatialAggregate, SpatialFunction};

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[st_asmvtgeom::ST_ASMVTGEOM];

const AGGREGATES: &[SpatialAggregate] = &[st_asmvt::ST_ASMVT];

/// The aggregate functions of this chapter.
pub fn aggregates() -> Vec<AggregateUDF> {
    AGGREGATES.iter().map(|aggregate| aggregate.udaf()).collect()
}
