//! How large, how long, how far.
//!
//! `edge`, `edge_tree` and `nearest` find nearest points from bytes, which distances, joins and shortest lines stand on;
//! `spheroid` measures degrees in metres.

mod densify;
pub mod edge;
mod edge_tree;
pub mod farthest;
pub mod nearest;
mod nearest_on_sphere;
mod spheroid;
mod st_angle;
pub mod st_area;
mod st_area_spheroid;
pub mod st_azimuth;
pub mod st_distance;
mod st_distance_spheroid;
mod st_frechetdistance;
mod st_hausdorffdistance;
mod st_length;
mod st_length_spheroid;
mod st_maxdistance;
mod st_perimeter;
mod st_perimeter_spheroid;

use crate::function::SpatialFunction;

pub use st_distance::{distance, within_distance};

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_angle::ST_ANGLE,
    st_area::ST_AREA,
    st_area_spheroid::ST_AREA_SPHEROID,
    st_azimuth::ST_AZIMUTH,
    st_distance::ST_DISTANCE,
    st_distance_spheroid::ST_DISTANCE_SPHEROID,
    st_frechetdistance::ST_FRECHETDISTANCE,
    st_hausdorffdistance::ST_HAUSDORFFDISTANCE,
    st_length::ST_LENGTH,
    st_length_spheroid::ST_LENGTH_SPHEROID,
    st_maxdistance::ST_MAXDISTANCE,
    st_perimeter::ST_PERIMETER,
    st_perimeter_spheroid::ST_PERIMETER_SPHEROID,
];
