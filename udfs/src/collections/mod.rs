//! Many geometries in one, and one as many.

mod collected;
mod dumped;
mod geometry_list;
mod st_collect;
mod st_collect_agg;
mod st_collectionextract;
mod st_collectionhomogenize;
mod st_dump;
mod st_dumppoints;
mod st_extent;
mod st_union_agg;

use datafusion::logical_expr::AggregateUDF;

pub(crate) use st_collectionhomogenize::plain;

use crate::function::{SpatialAggregate, SpatialFunction};

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_collect::ST_COLLECT,
    st_collectionextract::ST_COLLECTIONEXTRACT,
    st_collectionhomogenize::ST_COLLECTIONHOMOGENIZE,
    st_dump::ST_DUMP,
    st_dumppoints::ST_DUMPPOINTS,
];

const AGGREGATES: &[SpatialAggregate] = &[
    st_collect_agg::ST_COLLECT_AGG,
    st_extent::ST_EXTENT,
    st_union_agg::ST_UNION_AGG,
];

/// The aggregate functions of this chapter.
pub fn aggregates() -> Vec<AggregateUDF> {
    AGGREGATES.iter().map(|aggregate| aggregate.udaf()).collect()
}
