//! How a SQL function over geometries is written down: one [`SpatialFunction`] value, found in the file of its name;
//! an aggregate function is a [`SpatialAggregate`].
//!
//! Arguments come as columns ([`Call`]) that accept every form in which geometries are met ([`GeometryColumn`]);
//! functions are plain Rust on the values of one row. NULL in any argument gives NULL without a call.

mod aggregate_udf;
mod arguments;
mod call;
mod documentation;
mod field_crs;
mod geometry_column;
mod scalar_udf;

pub use aggregate_udf::{AggregateCall, SpatialAggregate, failed};
pub use arguments::{Argument, ArgumentKind};
pub use call::{Call, Row};
pub use field_crs::{FieldCrs, geometry_field};
pub use geometry_column::{GeometryColumn, is_geometry_type};
pub use scalar_udf::{Literals, Returns, SpatialFunction};
