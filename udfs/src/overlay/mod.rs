//! New geometries from what two share or do not.
//!
//! [`operation`] does it: numbered points ([`vertices`]), edges between them ([`edge`]) cut where they meet ([`noding`]),
//! what lies above and below each ([`sweep`]), and back to polygons ([`rings`]), lines and geometries ([`assembly`]).

pub mod assembly;
pub mod crossing;
pub mod edge;
pub mod edge_index;
pub mod heights;
pub mod lines;
mod locate;
pub mod noding;
pub mod operand;
pub mod operation;
pub mod rings;
pub mod st_clipbybox2d;
mod st_difference;
mod st_intersection;
mod st_symdifference;
mod st_unaryunion;
mod st_union;
pub mod sweep;
pub mod vertices;

use crate::function::SpatialFunction;

/// The functions of this chapter, by name.
pub const FUNCTIONS: &[SpatialFunction] = &[
    st_clipbybox2d::ST_CLIPBYBOX2D,
    st_difference::ST_DIFFERENCE,
    st_intersection::ST_INTERSECTION,
    st_symdifference::ST_SYMDIFFERENCE,
    st_unaryunion::ST_UNARYUNION,
    st_union::ST_UNION,
];
