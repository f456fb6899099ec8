//! Between geometries and those of the `geo` library, which have x and y only.

use geo::{LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::{Coord, Geometry, Kind, Shape, Wkb};
use crate::{Error, Result};

/// x and y of a shape; EMPTY members are left out, and an EMPTY point becomes an empty collection.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is NaN or infinite: such a one sends planar algorithms astray.
pub fn to_geo(shape: &Shape) -> Result<geo::Geometry<f64>> {
    Ok(match shape {
        Shape::Point(None) => geo::Geometry::GeometryCollection(geo::GeometryCollection::new_from(Vec::new())),
        Shape::Point(Some(coord)) => geo::Geometry::Point(Point(planar(coord)?)),
        Shape::LineString(coords) => geo::Geometry::LineString(line(coords)?),
        Shape::Polygon(rings) => geo::Geometry::Polygon(polygon(rings)?),
        Shape::MultiPoint(points) => {
            let points = points.iter().flatten().map(|coord| Ok(Point(planar(coord)?)));
            geo::Geometry::MultiPoint(MultiPoint(points.collect::<Result<_>>()?))
        }
        Shape::MultiLineString(lines) => {
            let lines = lines.iter().filter(|coords| !coords.is_empty());
            geo::Geometry::MultiLineString(MultiLineString(
                lines.map(|coords| line(coords)).collect::<Result<_>>()?,
            ))
        }
        Shape::MultiPolygon(polygons) => {
            let polygons = polygons
                .iter()
                .filter(|rings| rings.iter().any(|ring| !ring.is_empty()));
            geo::Geometry::MultiPolygon(MultiPolygon(
                polygons.map(|rings| polygon(rings)).collect::<Result<_>>()?,
            ))
        }
        Shape::GeometryCollection(members) => {
            let members = members.iter().filter(|member| !member.is_empty()).map(to_geo);
            geo::Geometry::GeometryCollection(geo::GeometryCollection::new_from(members.collect::<Result<_>>()?))
        }
    })
}

/// x and y of a geometry in well-known binary, as [`to_geo`].
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is NaN or infinite.
pub fn wkb_to_geo(wkb: &Wkb<'_>) -> Result<geo::Geometry<f64>> {
    // The owned shape is built once and dropped; relations that must be fast do not come here.
    to_geo(&Geometry::from(*wkb).shape)
}

/// The polygons of a geometry, whatever stands beside them.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is NaN or infinite.
pub fn polygons(wkb: &Wkb<'_>) -> Result<MultiPolygon<f64>> {
    let mut polygons = Vec::new();
    let mut failed = None;
    wkb.for_each_simple(&mut |simple| {
        if simple.kind() == Kind::Polygon && !simple.is_empty() {
            match ring_lines(&simple) {
                Ok(polygon) => polygons.push(polygon),
                Err(error) => failed = Some(error),
            }
        }
    });
    failed.map_or(Ok(MultiPolygon(polygons)), Err)
}

fn ring_lines(polygon: &Wkb<'_>) -> Result<Polygon<f64>> {
    let mut rings = polygon.rings().map(|ring| {
        let coords = ring.iter_xy().map(|(x, y)| planar(&Coord::xy(x, y)));
        Ok(LineString(coords.collect::<Result<_>>()?))
    });
    let shell = rings.next().transpose()?.unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(shell, rings.collect::<Result<_>>()?))
}

/// A geometry of x and y.
#[must_use]
pub fn from_geo(geometry: &geo::Geometry<f64>) -> Geometry {
    Geometry::xy(shape(geometry))
}

fn shape(geometry: &geo::Geometry<f64>) -> Shape {
    let rings = |polygon: &Polygon<f64>| -> Vec<Vec<Coord>> {
        if polygon.exterior().0.is_empty() {
            return Vec::new();
        }
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .map(coords)
            .collect()
    };
    match geometry {
        geo::Geometry::Point(point) => Shape::Point(Some(coord(point.0))),
        geo::Geometry::Line(line) => Shape::LineString(vec![coord(line.start), coord(line.end)]),
        geo::Geometry::LineString(line) => Shape::LineString(coords(line)),
        geo::Geometry::Polygon(polygon) => Shape::Polygon(rings(polygon)),
        geo::Geometry::MultiPoint(points) => {
            Shape::MultiPoint(points.iter().map(|point| Some(coord(point.0))).collect())
        }
        geo::Geometry::MultiLineString(lines) => Shape::MultiLineString(lines.iter().map(coords).collect()),
        geo::Geometry::MultiPolygon(polygons) => Shape::MultiPolygon(polygons.iter().map(rings).collect()),
        geo::Geometry::GeometryCollection(members) => Shape::GeometryCollection(members.iter().map(shape).collect()),
        geo::Geometry::Rect(rect) => Shape::Polygon(rings(&rect.to_polygon())),
        geo::Geometry::Triangle(triangle) => Shape::Polygon(rings(&triangle.to_polygon())),
    }
}

fn coord(coord: geo::Coord<f64>) -> Coord {
    Coord::xy(coord.x, coord.y)
}

fn coords(line: &LineString<f64>) -> Vec<Coord> {
    line.0.iter().copied().map(coord).collect()
}

fn line(coords: &[Coord]) -> Result<LineString<f64>> {
    Ok(LineString(coords.iter().map(planar).collect::<Result<_>>()?))
}

fn polygon(rings: &[Vec<Coord>]) -> Result<Polygon<f64>> {
    let mut lines = rings.iter().map(|ring| line(ring));
    let shell = lines.next().transpose()?.unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(shell, lines.collect::<Result<_>>()?))
}

fn planar(coord: &Coord) -> Result<geo::Coord<f64>> {
    if coord.x.is_finite() && coord.y.is_finite() {
        return Ok(geo::Coord { x: coord.x, y: coord.y });
    }
    Err(Error::NotFinite { x: coord.x, y: coord.y })
}
