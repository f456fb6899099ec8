//! `st_dimension`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Kind, Wkb};

/// The dimension of a geometry.
pub const ST_DIMENSION: SpatialFunction = SpatialFunction {
    name: "st_dimension",
    aliases: &[],
    about: "Returns 0 for points, 1 for lines, 2 for polygons, and the largest of its members for a collection.",
    example: "SELECT st_dimension('LINESTRING(0 0,1 1)')",
    arguments: &[Argument::geometry("geometry", "Any geometry.")],
    returns: Returns::Integer,
    call: |call| call.integers(|row| Ok(Some(dimension(&row.wkb(0)?)))),
};

/// The dimension of the type, whether there are coordinates or not.
fn dimension(geometry: &Wkb<'_>) -> i64 {
    match geometry.kind() {
        Kind::Point | Kind::MultiPoint => 0,
        Kind::LineString | Kind::MultiLineString => 1,
        Kind::Polygon | Kind::MultiPolygon => 2,
        Kind::GeometryCollection => geometry.members().map(|member| dimension(&member)).max().unwrap_or(0),
    }
}
