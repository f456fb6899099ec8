//! From geometries in a source CRS to WKB in EPSG:4326: reprojected, closed, oriented, judged.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use pilji_udfs::{ToWgs84, is_valid};

use crate::reproject::Reprojector;
use crate::ring::{Edge, doubled_area, is_simple};

/// Longitude and latitude beyond which coordinates are no degrees.
const MAX_LON: f64 = 180.0;
const MAX_LAT: f64 = 90.0;

/// What was found while a geometry was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Facts {
    /// `xmin, ymin, xmax, ymax` in degrees, EPSG:4326.
    pub(crate) bbox: [f64; 4],
    /// Whether the geometry keeps the OGC rules of polygons.
    pub(crate) valid: bool,
}

/// Why a geometry cannot be published.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Broken {
    /// There is no point in it.
    Empty,
    /// It is not usable, and why.
    Unusable(String),
}

/// Writes geometries as little-endian WKB; one per thread, its memory is reused.
pub(crate) struct WkbWriter<'a> {
    reprojector: Reprojector<'a>,
    source: Vec<(f64, f64)>,
    degrees: Vec<(f64, f64)>,
    edges: Vec<Edge>,
}

impl<'a> WkbWriter<'a> {
    /// A writer for coordinates that `to_wgs84` turns into degrees.
    pub(crate) fn new(to_wgs84: &'a ToWgs84) -> Self {
        Self {
            reprojector: Reprojector::new(to_wgs84),
            source: Vec::new(),
            degrees: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// Appends a polygon or multipolygon to `wkb`. On failure `wkb` is as it was.
    pub(crate) fn write_polygonal(&mut self, geometry: &Geometry<f64>, wkb: &mut Vec<u8>) -> Result<Facts, Broken> {
        match geometry {
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) => self.write(geometry, wkb),
            other => Err(Broken::Unusable(format!("expected a polygon, found a {}", kind(other)))),
        }
    }

    /// Appends a geometry of any kind to `wkb`. On failure `wkb` is as it was.
    pub(crate) fn write(&mut self, geometry: &Geometry<f64>, wkb: &mut Vec<u8>) -> Result<Facts, Broken> {
        let start = wkb.len();
        let mut facts = Facts {
            bbox: EMPTY_BBOX,
            valid: true,
        };
        let written = self.write_any(geometry, wkb, &mut facts);
        let written = match written {
            Ok(()) if facts.bbox[0] > facts.bbox[2] => Err(Broken::Empty),
            other => other,
        };
        match written {
            Ok(()) => Ok(facts),
            Err(broken) => {
                wkb.truncate(start);
                Err(broken)
            }
        }
    }

    fn write_any(&mut self, geometry: &Geometry<f64>, wkb: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Broken> {
        match geometry {
            Geometry::Point(point) => {
                header(wkb, 1);
                self.points(&[point.0], wkb, facts)
            }
            Geometry::LineString(line) => {
                header(wkb, 2);
                count(wkb, line.0.len());
                self.points(&line.0, wkb, facts)
            }
            Geometry::Polygon(polygon) => {
                let more_rings = !polygon.interiors().is_empty();
                self.polygon(polygon, wkb, facts)?;
                facts.valid = facts.valid && (!more_rings || is_valid(geometry));
                Ok(())
            }
            Geometry::MultiPoint(points) => {
                header(wkb, 4);
                count(wkb, points.0.len());
                for point in points {
                    header(wkb, 1);
                    self.points(&[point.0], wkb, facts)?;
                }
                Ok(())
            }
            Geometry::MultiLineString(lines) => {
                header(wkb, 5);
                count(wkb, lines.0.len());
                for line in lines {
                    header(wkb, 2);
                    count(wkb, line.0.len());
                    self.points(&line.0, wkb, facts)?;
                }
                Ok(())
            }
            Geometry::MultiPolygon(polygons) => {
                self.multi_polygon(polygons, wkb, facts)?;
                let one_ring = polygons.0.len() == 1 && polygons.0[0].interiors().is_empty();
                facts.valid = facts.valid && (one_ring || is_valid(geometry));
                Ok(())
            }
            Geometry::GeometryCollection(members) => {
                header(wkb, 7);
                count(wkb, members.0.len());
                for member in members {
                    self.write_any(member, wkb, facts)?;
                }
                Ok(())
            }
            other => Err(Broken::Unusable(format!("a {} has no WKB", kind(other)))),
        }
    }

    fn multi_polygon(&mut self, polygons: &MultiPolygon, wkb: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Broken> {
        header(wkb, 6);
        count(wkb, polygons.0.len());
        for polygon in polygons {
            self.polygon(polygon, wkb, facts)?;
        }
        Ok(())
    }

    fn polygon(&mut self, polygon: &Polygon, wkb: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Broken> {
        let rings = || std::iter::once(polygon.exterior()).chain(polygon.interiors());
        header(wkb, 3);
        if polygon.exterior().0.is_empty() {
            count(wkb, 0);
            return Ok(());
        }
        count(wkb, 1 + polygon.interiors().len());
        for (idx, ring) in rings().enumerate() {
            self.ring(ring, idx == 0, wkb, facts)?;
        }
        Ok(())
    }

    /// Writes a ring, outer ones counter-clockwise, inner ones clockwise.
    fn ring(&mut self, ring: &LineString, outer: bool, wkb: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Broken> {
        self.load(&ring.0)?;
        if self.source.first() != self.source.last() {
            self.source.extend_from_within(..1);
        }
        if self.source.len() < 4 {
            let n_points = self.source.len();
            return Err(Broken::Unusable(format!(
                "expected at least 4 points in a ring, found {n_points}"
            )));
        }
        let area = doubled_area(&self.source);
        facts.valid = facts.valid && is_simple(&self.source, &mut self.edges);
        self.reproject()?;
        grow(&mut facts.bbox, &self.degrees);
        count(wkb, self.degrees.len());
        let wrong_way = if outer { area < 0.0 } else { area > 0.0 };
        if wrong_way {
            self.degrees.iter().rev().for_each(|point| coordinates(wkb, *point));
        } else {
            self.degrees.iter().for_each(|point| coordinates(wkb, *point));
        }
        Ok(())
    }

    fn points(&mut self, points: &[Coord], wkb: &mut Vec<u8>, facts: &mut Facts) -> Result<(), Broken> {
        self.load(points)?;
        self.reproject()?;
        grow(&mut facts.bbox, &self.degrees);
        self.degrees.iter().for_each(|point| coordinates(wkb, *point));
        Ok(())
    }

    /// Takes over the points, which must be finite.
    fn load(&mut self, points: &[Coord]) -> Result<(), Broken> {
        self.source.clear();
        self.source.extend(points.iter().map(|point| (point.x, point.y)));
        match self.source.iter().find(|(x, y)| !(x.is_finite() && y.is_finite())) {
            Some((x, y)) => Err(Broken::Unusable(format!("the point ({x}, {y}) is not finite"))),
            None => Ok(()),
        }
    }

    fn reproject(&mut self) -> Result<(), Broken> {
        let converted = self.reprojector.convert(&self.source, &mut self.degrees);
        converted.map_err(|error| Broken::Unusable(error.to_string()))?;
        let on_earth = |&(lon, lat): &(f64, f64)| lon.abs() <= MAX_LON && lat.abs() <= MAX_LAT;
        match self.degrees.iter().find(|point| !on_earth(point)) {
            Some((x, y)) => Err(Broken::Unusable(format!(
                "the point ({x}, {y}) is not a longitude and latitude"
            ))),
            None => Ok(()),
        }
    }
}

/// The bbox of nothing.
pub(crate) const EMPTY_BBOX: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// Widens `bbox` so that it holds `other`.
pub(crate) fn join_bbox(bbox: &mut [f64; 4], other: [f64; 4]) {
    grow(bbox, &[(other[0], other[1]), (other[2], other[3])]);
}

/// The WKB type number and name of a geometry: `(3, "Polygon")`.
pub(crate) fn wkb_kind(wkb: &[u8]) -> Option<&'static str> {
    const KINDS: [&str; 7] = [
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
    ];
    let code = *wkb.get(1)?;
    KINDS.get(usize::from(code).checked_sub(1)?).copied()
}

fn grow(bbox: &mut [f64; 4], points: &[(f64, f64)]) {
    for &(x, y) in points {
        bbox[0] = bbox[0].min(x);
        bbox[1] = bbox[1].min(y);
        bbox[2] = bbox[2].max(x);
        bbox[3] = bbox[3].max(y);
    }
}

/// Byte order (little-endian) and type.
fn header(wkb: &mut Vec<u8>, kind: u32) {
    wkb.push(1);
    wkb.extend_from_slice(&kind.to_le_bytes());
}

fn count(wkb: &mut Vec<u8>, n: usize) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "four billion points do not fit the memory"
    )]
    wkb.extend_from_slice(&(n as u32).to_le_bytes());
}

fn coordinates(wkb: &mut Vec<u8>, (x, y): (f64, f64)) {
    wkb.extend_from_slice(&x.to_le_bytes());
    wkb.extend_from_slice(&y.to_le_bytes());
}

fn kind(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "point",
        Geometry::Line(_) | Geometry::LineString(_) => "line",
        Geometry::Polygon(_) => "polygon",
        Geometry::MultiPoint(_) => "multipoint",
        Geometry::MultiLineString(_) => "multiline",
        Geometry::MultiPolygon(_) => "multipolygon",
        Geometry::GeometryCollection(_) => "geometry collection",
        Geometry::Rect(_) => "rectangle",
        Geometry::Triangle(_) => "triangle",
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};
    use geozero::ToGeo;
    use geozero::wkb::Wkb;
    use pilji_udfs::Crs;

    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    fn write(geometry: impl Into<Geometry<f64>>) -> Result<(Geometry<f64>, Facts), Box<dyn std::error::Error>> {
        let to_wgs84 = ToWgs84::new(&Crs::from_epsg(4326)?)?;
        let mut wkb = Vec::new();
        let facts = WkbWriter::new(&to_wgs84)
            .write(&geometry.into(), &mut wkb)
            .map_err(|broken| format!("{broken:?}"))?;
        Ok((Wkb(wkb).to_geo()?, facts))
    }

    #[test]
    fn rings_come_out_in_ogc_orientation_and_their_points_as_they_were() -> TestResult {
        let clockwise = polygon!(
            exterior: [(x: 127., y: 37.), (x: 127., y: 38.), (x: 128., y: 38.), (x: 128., y: 37.)],
            interiors: [[(x: 127.2, y: 37.2), (x: 127.8, y: 37.2), (x: 127.8, y: 37.8), (x: 127.2, y: 37.8)]],
        );
        let expected = polygon!(
            exterior: [(x: 127., y: 37.), (x: 128., y: 37.), (x: 128., y: 38.), (x: 127., y: 38.)],
            interiors: [[(x: 127.2, y: 37.2), (x: 127.2, y: 37.8), (x: 127.8, y: 37.8), (x: 127.8, y: 37.2)]],
        );
        let (written, facts) = write(clockwise)?;
        assert_eq!(written, expected.clone().into());
        assert_eq!(
            facts,
            Facts {
                bbox: [127., 37., 128., 38.],
                valid: true
            }
        );

        assert_eq!(write(expected.clone())?.0, expected.clone().into());
        let (written, facts) = write(MultiPolygon(vec![expected.clone()]))?;
        assert_eq!((written, facts.valid), (MultiPolygon(vec![expected]).into(), true));
        Ok(())
    }

    #[test]
    fn invalid_shapes_are_written_and_told() -> TestResult {
        let bow_tie: Polygon = polygon![(x: 127., y: 37.), (x: 128., y: 38.), (x: 128., y: 37.), (x: 127., y: 38.)];
        let square: Polygon = polygon![(x: 127., y: 37.), (x: 128., y: 37.), (x: 128., y: 38.), (x: 127., y: 38.)];
        let hole_outside = Polygon::new(
            square.exterior().clone(),
            vec![line_string![(x: 129., y: 37.), (x: 129., y: 38.), (x: 130., y: 38.), (x: 129., y: 37.)]],
        );
        let overlapping = MultiPolygon(vec![square.clone(), square.clone()]);
        assert!(write(square)?.1.valid);
        assert!(!write(bow_tie.clone())?.1.valid);
        assert!(!write(MultiPolygon(vec![bow_tie]))?.1.valid);
        assert!(!write(hole_outside)?.1.valid);
        assert!(!write(overlapping)?.1.valid);
        Ok(())
    }

    #[test]
    fn what_is_no_polygon_is_refused() -> TestResult {
        let to_wgs84 = ToWgs84::new(&Crs::from_epsg(4326)?)?;
        let check = |geometry: Geometry<f64>, expected: &str| {
            let mut wkb = vec![42];
            let broken = WkbWriter::new(&to_wgs84).write_polygonal(&geometry, &mut wkb);
            assert!(format!("{broken:?}").contains(expected), "{broken:?}");
            assert_eq!(wkb, [42], "{expected}");
        };
        check(point!(x: 127., y: 37.).into(), "found a point");
        check(MultiPolygon::<f64>(vec![]).into(), "Empty");
        check(Polygon::<f64>::new(line_string![], vec![]).into(), "Empty");
        check(
            Polygon::new(line_string![(x: 1., y: 1.), (x: 2., y: 2.)], vec![]).into(),
            "at least 4 points",
        );
        let with = |x: f64, y: f64| polygon![(x: 127., y: 37.), (x: 128., y: 37.), (x: x, y: y)];
        check(with(f64::NAN, 38.).into(), "not finite");
        check(with(128., f64::INFINITY).into(), "not finite");
        check(with(198_245., 453_500.).into(), "not a longitude and latitude");
        Ok(())
    }

    #[test]
    fn every_kind_is_written() -> TestResult {
        let line = line_string![(x: 127., y: 37.), (x: 128., y: 38.)];
        let kinds: [Geometry<f64>; 5] = [
            point!(x: 127., y: 37.).into(),
            line.clone().into(),
            geo_types::MultiPoint(vec![point!(x: 127., y: 37.), point!(x: 128., y: 38.)]).into(),
            geo_types::MultiLineString(vec![line.clone(), line]).into(),
            Geometry::GeometryCollection(geo_types::GeometryCollection(vec![point!(x: 127., y: 37.).into()])),
        ];
        for geometry in kinds {
            assert_eq!(write(geometry.clone())?.0, geometry);
        }
        Ok(())
    }

    #[test]
    fn neighbours_still_share_their_corners_after_reprojection() -> TestResult {
        let to_wgs84 = ToWgs84::new(&Crs::from_epsg(5174)?)?;
        let square = |x: f64| -> Geometry<f64> {
            polygon![(x: x, y: 453_500.), (x: x + 10., y: 453_500.), (x: x + 10., y: 453_510.), (x: x, y: 453_510.)]
                .into()
        };
        let mut writer = WkbWriter::new(&to_wgs84);
        let mut corners = Vec::new();
        for geometry in [square(198_245.), square(198_255.)] {
            let mut wkb = Vec::new();
            writer
                .write(&geometry, &mut wkb)
                .map_err(|broken| format!("{broken:?}"))?;
            let Geometry::Polygon(polygon) = Wkb(wkb).to_geo()? else {
                return Err("not a polygon".into());
            };
            corners.push(polygon.exterior().0.clone());
        }
        assert_eq!((corners[0][1], corners[0][2]), (corners[1][0], corners[1][3]));
        // PROJ 9.5.1: 5174 (198245, 453500).
        let first = corners[0][0];
        assert!(
            (first.x - 126.980_918_427_52).abs() < 1e-8 && (first.y - 37.583_800_799_64).abs() < 1e-8,
            "{first:?}"
        );
        Ok(())
    }
}
