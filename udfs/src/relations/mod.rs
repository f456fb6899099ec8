//! How two geometries lie to each other.
//!
//! [`Relation`] names the relations and decides them; `intersects` and `position` do it on the bytes, exactly, and are what
//! joins run on; `GeometryOperators` are the operators; [`Prepared`] is for a geometry that is compared with many.

mod edge_bins;
mod edge_index;
mod function;
mod geometry_overlaps;
pub(crate) mod intersects;
mod operators;
pub(crate) mod position;
mod prepared;
mod relation;
mod st_contains;
mod st_coveredby;
mod st_covers;
mod st_crosses;
mod st_disjoint;
mod st_dwithin;
mod st_equals;
mod st_intersects;
mod st_knn;
mod st_overlaps;
mod st_relate;
mod st_touches;
mod st_within;

use crate::function::SpatialFunction;

pub use edge_index::EdgeIndex;
pub use geometry_overlaps::NAME as GEOMETRY_OVERLAPS_NAME;
pub use operators::GeometryOperators;
pub use prepared::Prepared;
pub use relation::Relation;
pub use st_knn::NAME as KNN_NAME;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    geometry_overlaps::GEOMETRY_OVERLAPS,
    st_contains::ST_CONTAINS,
    st_coveredby::ST_COVEREDBY,
    st_covers::ST_COVERS,
    st_crosses::ST_CROSSES,
    st_disjoint::ST_DISJOINT,
    st_dwithin::ST_DWITHIN,
    st_equals::ST_EQUALS,
    st_intersects::ST_INTERSECTS,
    st_knn::ST_KNN,
    st_overlaps::ST_OVERLAPS,
    st_relate::ST_RELATE,
    st_touches::ST_TOUCHES,
    st_within::ST_WITHIN,
];
