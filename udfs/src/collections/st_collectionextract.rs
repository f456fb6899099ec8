//! `st_collectionextract`.

use super::collected::multi;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Geometry, Kind, Shape};
use crate::{Error, Result};

/// The members of one type.
pub const ST_COLLECTIONEXTRACT: SpatialFunction = SpatialFunction {
    name: "st_collectionextract",
    aliases: &[],
    about: "Returns the points, lines or polygons of a collection as a multi-geometry; without `type` those of the largest \
            dimension in it. A geometry that is no collection is returned when it is of the type, else EMPTY.",
    example: "SELECT st_astext(st_collectionextract('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 2))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::integer("type", "1 for points, 2 for lines, 3 for polygons.").optional(),
    ],
    returns: Returns::Geometry,
    call: |call| {
        call.geometries(|row| {
            let geometry = row.geometry(0)?;
            let kind = row.is_given(1).then(|| kind(row.integer(1))).transpose()?;
            Ok(Some(extract(geometry, kind)))
        })
    },
};

fn kind(number: i64) -> Result<Kind> {
    match number {
        1 => Ok(Kind::Point),
        2 => Ok(Kind::LineString),
        3 => Ok(Kind::Polygon),
        _ => Err(Error::ArgumentValue {
            argument: "type",
            expected: "1 (points), 2 (lines) or 3 (polygons)",
            found: number.to_string(),
        }),
    }
}

fn extract(geometry: Geometry, asked: Option<Kind>) -> Geometry {
    let own = geometry.kind();
    if own != Kind::GeometryCollection {
        let simple = own.member().unwrap_or(own);
        return match asked {
            Some(asked) if asked != simple => Geometry {
                shape: Shape::empty(if own == simple { asked } else { multi_of(asked) }),
                ..geometry
            },
            None if own != simple && geometry.is_empty() => Geometry {
                shape: Shape::empty(Kind::GeometryCollection),
                ..geometry
            },
            _ if own == simple || geometry.is_empty() => geometry,
            _ => members(geometry, simple),
        };
    }
    let Some(asked) = asked.or_else(|| largest(&geometry.shape)) else {
        return geometry;
    };
    members(geometry, asked)
}

/// The members of a type that are not EMPTY.
fn members(geometry: Geometry, kind: Kind) -> Geometry {
    let members = geometry.shape.into_simple().into_iter();
    let members: Vec<Shape> = members
        .filter(|member| member.kind() == kind && !member.is_empty())
        .collect();
    Geometry {
        dims: geometry.dims,
        shape: if members.is_empty() {
            Shape::empty(multi_of(kind))
        } else {
            multi(members)
        },
    }
}

fn multi_of(kind: Kind) -> Kind {
    match kind {
        Kind::Point => Kind::MultiPoint,
        Kind::LineString => Kind::MultiLineString,
        _ => Kind::MultiPolygon,
    }
}

/// The type of the largest dimension among the members, EMPTY ones included.
fn largest(shape: &Shape) -> Option<Kind> {
    match shape {
        Shape::GeometryCollection(members) => members.iter().filter_map(largest).max(),
        other => Some(other.kind().member().unwrap_or(other.kind())),
    }
}
