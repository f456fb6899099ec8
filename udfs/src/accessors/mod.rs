//! Parts and properties of a geometry.

mod line_point;
mod point;
mod ring;
mod st_dimension;
mod st_endpoint;
mod st_envelope;
mod st_exteriorring;
mod st_geometryn;
mod st_geometrytype;
mod st_interiorringn;
mod st_isempty;
mod st_m;
mod st_ndims;
mod st_npoints;
mod st_nrings;
mod st_numgeometries;
mod st_numinteriorrings;
mod st_numpoints;
mod st_pointn;
mod st_startpoint;
mod st_x;
mod st_xmax;
mod st_xmin;
mod st_y;
mod st_ymax;
mod st_ymin;
mod st_z;

use crate::function::SpatialFunction;

pub use st_envelope::envelope;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_dimension::ST_DIMENSION,
    st_endpoint::ST_ENDPOINT,
    st_envelope::ST_ENVELOPE,
    st_exteriorring::ST_EXTERIORRING,
    st_geometryn::ST_GEOMETRYN,
    st_geometrytype::ST_GEOMETRYTYPE,
    st_interiorringn::ST_INTERIORRINGN,
    st_isempty::ST_ISEMPTY,
    st_m::ST_M,
    st_ndims::ST_NDIMS,
    st_npoints::ST_NPOINTS,
    st_nrings::ST_NRINGS,
    st_numgeometries::ST_NUMGEOMETRIES,
    st_numinteriorrings::ST_NUMINTERIORRINGS,
    st_numpoints::ST_NUMPOINTS,
    st_pointn::ST_POINTN,
    st_startpoint::ST_STARTPOINT,
    st_x::ST_X,
    st_xmax::ST_XMAX,
    st_xmin::ST_XMIN,
    st_y::ST_Y,
    st_ymax::ST_YMAX,
    st_ymin::ST_YMIN,
    st_z::ST_Z,
];
