//! Parts and properties of a geometry.

mod point;
mod st_dimension;
mod st_envelope;
mod st_geometrytype;
mod st_isempty;
mod st_m;
mod st_npoints;
mod st_numgeometries;
mod st_x;
mod st_xmax;
mod st_xmin;
mod st_y;
mod st_ymax;
mod st_ymin;
mod st_z;

use crate::function::SpatialFunction;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_dimension::ST_DIMENSION,
    st_envelope::ST_ENVELOPE,
    st_geometrytype::ST_GEOMETRYTYPE,
    st_isempty::ST_ISEMPTY,
    st_m::ST_M,
    st_npoints::ST_NPOINTS,
    st_numgeometries::ST_NUMGEOMETRIES,
    st_x::ST_X,
    st_xmax::ST_XMAX,
    st_xmin::ST_XMIN,
    st_y::ST_Y,
    st_ymax::ST_YMAX,
    st_ymin::ST_YMIN,
    st_z::ST_Z,
];
