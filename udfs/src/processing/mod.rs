//! New geometries from one.

mod along;
mod buffer;
mod collapse;
mod convex_hull;
mod st_boundary;
mod st_buffer;
mod st_centroid;
mod st_closestpoint;
mod st_convexhull;
mod st_expand;
mod st_flipcoordinates;
mod st_force2d;
mod st_forcepolygonccw;
mod st_forcepolygoncw;
mod st_lineinterpolatepoint;
mod st_linelocatepoint;
mod st_linesubstring;
mod st_minimumboundingcircle;
mod st_multi;
mod st_normalize;
mod st_orientedenvelope;
mod st_pointonsurface;
mod st_reverse;
mod st_scale;
mod st_segmentize;
mod st_shortestline;
mod st_simplify;
mod st_simplifypreservetopology;
mod st_snaptogrid;
mod st_translate;

use crate::function::SpatialFunction;

pub use convex_hull::convex_hull;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_boundary::ST_BOUNDARY,
    st_buffer::ST_BUFFER,
    st_centroid::ST_CENTROID,
    st_closestpoint::ST_CLOSESTPOINT,
    st_convexhull::ST_CONVEXHULL,
    st_expand::ST_EXPAND,
    st_flipcoordinates::ST_FLIPCOORDINATES,
    st_force2d::ST_FORCE2D,
    st_forcepolygonccw::ST_FORCEPOLYGONCCW,
    st_forcepolygoncw::ST_FORCEPOLYGONCW,
    st_lineinterpolatepoint::ST_LINEINTERPOLATEPOINT,
    st_linelocatepoint::ST_LINELOCATEPOINT,
    st_linesubstring::ST_LINESUBSTRING,
    st_minimumboundingcircle::ST_MINIMUMBOUNDINGCIRCLE,
    st_multi::ST_MULTI,
    st_normalize::ST_NORMALIZE,
    st_orientedenvelope::ST_ORIENTEDENVELOPE,
    st_pointonsurface::ST_POINTONSURFACE,
    st_reverse::ST_REVERSE,
    st_scale::ST_SCALE,
    st_segmentize::ST_SEGMENTIZE,
    st_shortestline::ST_SHORTESTLINE,
    st_simplify::ST_SIMPLIFY,
    st_simplifypreservetopology::ST_SIMPLIFYPRESERVETOPOLOGY,
    st_snaptogrid::ST_SNAPTOGRID,
    st_translate::ST_TRANSLATE,
];
