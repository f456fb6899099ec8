//! Polygon rings: closed, checked, directed by the OGC rule, and grouped into polygons.

use geo::Winding;
use geo::algorithm::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::winding_order::WindingOrder;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use super::Counts;
use super::batch::Fault;
use super::wkt;

/// A closed ring needs a triangle's three corners and the first one again.
const MIN_RING_VERTICES: usize = 4;

/// Fails on a coordinate that is infinite or not a number.
pub(super) fn check_finite(coords: &[Coord<f64>]) -> Result<(), String> {
    match coords
        .iter()
        .find(|coord| !(coord.x.is_finite() && coord.y.is_finite()))
    {
        Some(coord) => Err(format!("coordinate ({}, {}) is not a number", coord.x, coord.y)),
        None => Ok(()),
    }
}

/// Closes a ring and checks it.
///
/// # Errors
///
/// Fewer than four vertices after closing, or a coordinate that is not finite.
pub(super) fn close(ring: &mut Vec<Coord<f64>>, counts: &mut Counts) -> Result<(), String> {
    check_finite(ring)?;
    if let (Some(first), Some(last)) = (ring.first().copied(), ring.last().copied())
        && first != last
    {
        ring.push(first);
        counts.rings_closed += 1;
    }
    if ring.len() < MIN_RING_VERTICES {
        return Err(format!(
            "a ring has {} vertices, at least {MIN_RING_VERTICES} are needed",
            ring.len()
        ));
    }
    Ok(())
}

/// Makes a polygon of rings of which the first is the exterior, as in WKT and WKB; `None` without rings.
///
/// # Errors
///
/// As [`close`], with the rings as found as WKT.
pub(super) fn polygon(rings: Vec<Vec<Coord<f64>>>, counts: &mut Counts) -> Result<Option<Polygon<f64>>, Fault> {
    let mut lines = closed(rings, counts)?.into_iter();
    let Some(mut exterior) = lines.next() else {
        return Ok(None);
    };
    counts.rings_turned += u64::from(turn(&mut exterior, WindingOrder::CounterClockwise) == Some(true));
    let mut holes = Vec::with_capacity(lines.len());
    for mut hole in lines {
        counts.rings_turned += u64::from(turn(&mut hole, WindingOrder::Clockwise) == Some(true));
        holes.push(hole);
    }
    Ok(Some(Polygon::new(exterior, holes)))
}

/// Groups the rings of a shapefile's polygon record, where clockwise rings are exteriors and the others holes, in
/// any order. A hole belongs to the smallest exterior around it; one that lies in none, and every ring of a record
/// that has no clockwise ring (some programs write them so), is taken for what its place says.
///
/// One exterior makes a `Polygon`, several a `MultiPolygon`, none (no rings) `None`.
///
/// # Errors
///
/// As [`close`], with the rings as found as WKT.
///
/// # Source
///
/// ESRI Shapefile Technical Description (1998), "Polygon".
pub(super) fn group(rings: Vec<Vec<Coord<f64>>>, counts: &mut Counts) -> Result<Option<Geometry<f64>>, Fault> {
    let mut lines = closed(rings, counts)?;
    if lines.len() <= 1 {
        let Some(mut exterior) = lines.pop() else {
            return Ok(None);
        };
        let must_turn = turn(&mut exterior, WindingOrder::CounterClockwise);
        counts.rings_turned += u64::from(must_turn == Some(false));
        return Ok(Some(Geometry::Polygon(Polygon::new(exterior, Vec::new()))));
    }

    let rings: Vec<Ring> = lines.into_iter().map(Ring::new).collect();
    let roles = roles(&rings);
    let mut polygons: Vec<(usize, LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
    let mut holes: Vec<(usize, LineString<f64>)> = Vec::new();
    for (index, (mut ring, role)) in rings.into_iter().zip(roles).enumerate() {
        match role {
            None => {
                let must_turn = turn(&mut ring.line, WindingOrder::CounterClockwise);
                counts.rings_turned += u64::from(must_turn == Some(false));
                polygons.push((index, ring.line, Vec::new()));
            }
            Some(exterior) => {
                let must_turn = turn(&mut ring.line, WindingOrder::Clockwise);
                counts.rings_turned += u64::from(must_turn == Some(false));
                holes.push((exterior, ring.line));
            }
        }
    }
    for (exterior, hole) in holes {
        // Exteriors were pushed in the order of their index.
        if let Ok(place) = polygons.binary_search_by_key(&exterior, |(index, ..)| *index) {
            polygons[place].2.push(hole);
        }
    }
    let mut polygons: Vec<Polygon<f64>> = polygons
        .into_iter()
        .map(|(_, exterior, holes)| Polygon::new(exterior, holes))
        .collect();
    match polygons.len() {
        1 => Ok(polygons.pop().map(Geometry::Polygon)),
        _ => Ok(Some(Geometry::MultiPolygon(MultiPolygon(polygons)))),
    }
}

/// For each ring, `None` for an exterior, or the exterior whose hole it is.
fn roles(rings: &[Ring]) -> Vec<Option<usize>> {
    let mut is_exterior: Vec<bool> = rings.iter().map(|ring| ring.is_clockwise).collect();
    if !is_exterior.contains(&true) {
        // All rings run the wrong way: exterior, hole and island alternate with the depth of nesting.
        is_exterior = (0..rings.len())
            .map(|index| rings.iter().filter(|other| other.contains(&rings[index])).count() % 2 == 0)
            .collect();
    }
    (0..rings.len())
        .map(|index| {
            if is_exterior[index] {
                return None;
            }
            let around = (0..rings.len()).filter(|other| is_exterior[*other] && rings[*other].contains(&rings[index]));
            around.min_by(|a, b| rings[*a].area.total_cmp(&rings[*b].area))
        })
        .collect()
}

/// A closed ring and what grouping asks about it.
struct Ring {
    line: LineString<f64>,
    is_clockwise: bool,
    area: f64,
    min: Coord<f64>,
    max: Coord<f64>,
}

impl Ring {
    fn new(line: LineString<f64>) -> Self {
        let first = line.0.first().copied().unwrap_or_default();
        let (mut min, mut max) = (first, first);
        let mut doubled_area = 0.0;
        for pair in line.0.windows(2) {
            min = Coord {
                x: min.x.min(pair[1].x),
                y: min.y.min(pair[1].y),
            };
            max = Coord {
                x: max.x.max(pair[1].x),
                y: max.y.max(pair[1].y),
            };
            // Relative to the first vertex: coordinates of millions of metres would swallow small areas.
            let (a, b) = (pair[0] - first, pair[1] - first);
            doubled_area += a.x * b.y - b.x * a.y;
        }
        // A ring without area is no hole.
        let is_clockwise = line.winding_order() != Some(WindingOrder::CounterClockwise);
        Self {
            line,
            is_clockwise,
            area: doubled_area.abs() / 2.0,
            min,
            max,
        }
    }

    /// Whether `other` lies within this ring; rings that only touch it do so by the first vertex off the boundary.
    fn contains(&self, other: &Self) -> bool {
        let is_boxed = self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && self.max.x >= other.max.x
            && self.max.y >= other.max.y;
        if !is_boxed || self.area <= other.area {
            return false;
        }
        for coord in &other.line.0 {
            match coord_pos_relative_to_ring(*coord, &self.line) {
                CoordPos::Inside => return true,
                CoordPos::Outside => return false,
                CoordPos::OnBoundary => {}
            }
        }
        // All vertices lie on this ring and the area is smaller.
        true
    }
}

/// Gives a ring the direction and tells whether it had to be turned; a ring without area has no direction and stays.
fn turn(ring: &mut LineString<f64>, direction: WindingOrder) -> Option<bool> {
    let must_turn = ring.winding_order()? != direction;
    if must_turn {
        ring.0.reverse();
    }
    Some(must_turn)
}

/// The rings closed and checked.
fn closed(mut rings: Vec<Vec<Coord<f64>>>, counts: &mut Counts) -> Result<Vec<LineString<f64>>, Fault> {
    for index in 0..rings.len() {
        if let Err(message) = close(&mut rings[index], counts) {
            let as_found = wkt::write_rings(&rings);
            let mut fault = Fault::geometry(message, as_found.clone());
            fault.wkt = Some(as_found);
            return Err(fault);
        }
    }
    Ok(rings.into_iter().map(LineString).collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    type Corners = &'static [(f64, f64)];

    /// A square of the given centre and half width, clockwise as a shapefile's exterior.
    fn square(x: f64, y: f64, half: f64) -> Vec<Coord<f64>> {
        ring(&[
            (x - half, y - half),
            (x - half, y + half),
            (x + half, y + half),
            (x + half, y - half),
            (x - half, y - half),
        ])
    }

    fn hole(x: f64, y: f64, half: f64) -> Vec<Coord<f64>> {
        square(x, y, half).into_iter().rev().collect()
    }

    fn ring(corners: &[(f64, f64)]) -> Vec<Coord<f64>> {
        corners.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    /// Groups and tells, for each polygon, the first corner's x of its exterior and the half widths of its holes.
    fn check(rings: Vec<Vec<Coord<f64>>>, turned: u64, expected: &[(f64, &[f64])]) {
        let mut counts = Counts::default();
        let polygons = match group(rings, &mut counts).unwrap() {
            Some(Geometry::Polygon(polygon)) => vec![polygon],
            Some(Geometry::MultiPolygon(polygons)) => polygons.0,
            other => panic!("{other:?}"),
        };
        let half_width = |line: &LineString<f64>| {
            let xs = line.0.iter().map(|coord| coord.x);
            (xs.clone().fold(f64::MIN, f64::max) - xs.fold(f64::MAX, f64::min)) / 2.0
        };
        let found: Vec<(f64, Vec<f64>)> = polygons
            .iter()
            .map(|polygon| {
                (
                    half_width(polygon.exterior()),
                    polygon.interiors().iter().map(half_width).collect(),
                )
            })
            .collect();
        let expected: Vec<(f64, Vec<f64>)> = expected.iter().map(|(width, holes)| (*width, holes.to_vec())).collect();
        assert_eq!(found, expected);
        assert_eq!(counts.rings_turned, turned);
        for polygon in &polygons {
            assert!(polygon.exterior().is_ccw());
            assert!(polygon.interiors().iter().all(Winding::is_cw));
        }
    }

    #[test]
    fn holes_go_into_the_smallest_exterior_around_them() {
        check(vec![square(0.0, 0.0, 10.0)], 0, &[(10.0, &[])]);
        check(vec![square(0.0, 0.0, 10.0), hole(0.0, 0.0, 5.0)], 0, &[(10.0, &[5.0])]);
        // The order of rings has no meaning.
        check(vec![hole(0.0, 0.0, 5.0), square(0.0, 0.0, 10.0)], 0, &[(10.0, &[5.0])]);
        // An island in a lake, with a pond.
        check(
            vec![
                square(0.0, 0.0, 10.0),
                hole(0.0, 0.0, 8.0),
                square(0.0, 0.0, 6.0),
                hole(0.0, 0.0, 2.0),
            ],
            0,
            &[(10.0, &[8.0]), (6.0, &[2.0])],
        );
        check(
            vec![
                square(0.0, 0.0, 4.0),
                square(20.0, 0.0, 5.0),
                hole(20.0, 0.0, 1.0),
                hole(0.0, 0.0, 2.0),
            ],
            0,
            &[(4.0, &[2.0]), (5.0, &[1.0])],
        );
    }

    #[test]
    fn a_hole_that_shares_a_corner_with_its_exterior_stays_its_hole() {
        let corner_hole = ring(&[(-10.0, -10.0), (0.0, -5.0), (-5.0, 0.0), (-10.0, -10.0)]);
        check(vec![square(0.0, 0.0, 10.0), corner_hole], 0, &[(10.0, &[5.0])]);
    }

    #[test]
    fn rings_in_the_wrong_direction_are_told_by_their_place() {
        check(vec![hole(0.0, 0.0, 10.0)], 1, &[(10.0, &[])]);
        check(
            vec![hole(0.0, 0.0, 10.0), hole(30.0, 0.0, 5.0)],
            2,
            &[(10.0, &[]), (5.0, &[])],
        );
        check(vec![hole(0.0, 0.0, 10.0), hole(0.0, 0.0, 5.0)], 1, &[(10.0, &[5.0])]);
        check(
            vec![square(0.0, 0.0, 10.0), hole(30.0, 0.0, 5.0)],
            1,
            &[(10.0, &[]), (5.0, &[])],
        );
    }

    #[test]
    fn small_rings_far_from_the_origin_keep_their_direction() {
        check(
            vec![
                square(964_000.0, 1_950_000.0, 0.01),
                hole(964_000.0, 1_950_000.0, 0.005),
            ],
            0,
            &[(0.01, &[0.005])]
                .map(|(width, holes): (f64, &[f64; 1])| (round(width), holes.map(round)))
                .each_ref()
                .map(|(width, holes)| (*width, holes.as_slice())),
        );
    }

    /// Half a width as it comes out between coordinates of this size.
    fn round(half: f64) -> f64 {
        ((964_000.0 + half) - (964_000.0 - half)) / 2.0
    }

    #[test]
    fn rings_are_closed_and_counted() {
        let mut counts = Counts::default();
        let open = ring(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
        let grouped = group(vec![open], &mut counts).unwrap();
        assert_eq!(
            counts,
            Counts {
                rings_closed: 1,
                ..Counts::default()
            }
        );
        let Some(Geometry::Polygon(polygon)) = grouped else {
            panic!("{grouped:?}")
        };
        assert_eq!(polygon.exterior().0.len(), 4);
    }

    #[test]
    fn broken_rings_are_refused_with_what_there_is() {
        fn check(corners: Corners, message: &str) {
            let fault = group(vec![ring(corners)], &mut Counts::default()).unwrap_err();
            assert!(fault.message.contains(message), "{}", fault.message);
            assert!(fault.wkt.unwrap().starts_with("POLYGON"));
        }
        check(&[(0.0, 0.0), (1.0, 1.0)], "3 vertices");
        check(&[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)], "3 vertices");
        check(&[(0.0, 0.0), (f64::NAN, 1.0), (1.0, 0.0), (0.0, 0.0)], "not a number");
        check(
            &[(0.0, 0.0), (f64::INFINITY, 1.0), (1.0, 0.0), (0.0, 0.0)],
            "not a number",
        );
        assert!(group(Vec::new(), &mut Counts::default()).unwrap().is_none());
    }
}
