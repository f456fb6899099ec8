//! Whether two geometries share a point, told from their bytes.
//!
//! Exact: which side of an edge a point is on is decided by Shewchuk's orientation test, whatever the digits.

use super::position::{Position, in_polygon, side_of};
use crate::geometry::{Bounds, Coords, Kind, Wkb};

type Xy = (f64, f64);

/// True when the two share a point. EMPTY shares none.
pub fn intersects(one: &Wkb<'_>, other: &Wkb<'_>) -> bool {
    any_simple(one, &mut |one, one_bounds| {
        any_simple(other, &mut |other, other_bounds| {
            one_bounds.intersects(other_bounds) && simple_intersect(one, one_bounds, other, other_bounds)
        })
    })
}

/// True when the test is true for a point, line or polygon of the geometry; EMPTY ones are not asked.
fn any_simple<'a>(geometry: &Wkb<'a>, test: &mut impl FnMut(&Wkb<'a>, &Bounds) -> bool) -> bool {
    match geometry.kind() {
        Kind::Point | Kind::LineString | Kind::Polygon => {
            geometry.bounds().is_some_and(|bounds| test(geometry, &bounds))
        }
        _ => geometry.members().any(|member| any_simple(&member, test)),
    }
}

/// Of two points, lines or polygons whose bounds intersect.
fn simple_intersect(one: &Wkb<'_>, one_bounds: &Bounds, other: &Wkb<'_>, other_bounds: &Bounds) -> bool {
    if one.kind() > other.kind() {
        return simple_intersect(other, other_bounds, one, one_bounds);
    }
    let first = |wkb: &Wkb<'_>| match wkb.kind() {
        Kind::Polygon => wkb.rings().next().and_then(|shell| shell.xy(0)),
        _ => wkb.coords().xy(0),
    };
    let Some(start) = first(one) else {
        return false;
    };
    match (one.kind(), other.kind()) {
        (Kind::Point, Kind::Point) => first(other) == Some(start),
        (Kind::Point, Kind::LineString) => is_on_line(start, &other.coords()),
        (Kind::Point, _) => in_polygon(start, other) != Position::Outside,
        (Kind::LineString, Kind::LineString) => edges_meet_within(one, other, one_bounds, other_bounds),
        (Kind::LineString, _) => {
            in_polygon(start, other) != Position::Outside || edges_meet_within(one, other, one_bounds, other_bounds)
        }
        // Without a common point of their borders, one lies wholly within the other or they are apart.
        _ => {
            edges_meet_within(one, other, one_bounds, other_bounds)
                || one_bounds.covers(other_bounds)
                    && first(other).is_some_and(|start| in_polygon(start, one) != Position::Outside)
                || other_bounds.covers(one_bounds) && in_polygon(start, other) != Position::Outside
        }
    }
}

/// True when a point lies on a line.
pub fn is_on_line(point: Xy, line: &Coords<'_>) -> bool {
    let mut coords = line.iter_xy();
    let Some(mut start) = coords.next() else {
        return false;
    };
    if coords.len() == 0 {
        return start == point;
    }
    coords.any(|end| {
        let is_on = is_on_edge(point, start, end);
        start = end;
        is_on
    })
}

/// True when a point lies on the edge between two others.
pub fn is_on_edge(point: Xy, start: Xy, end: Xy) -> bool {
    Bounds::of_corners(start, end).covers_point(point.0, point.1) && side_of(start, end, point) == 0.0
}

/// Edges that are kept on the stack; most geometries have no more where they meet another one.
const FEW_EDGES: usize = 48;

/// True when an edge of the one line or polygon meets an edge of the other.
pub fn edges_meet_within(one: &Wkb<'_>, other: &Wkb<'_>, one_bounds: &Bounds, other_bounds: &Bounds) -> bool {
    // Edges can only meet where the bounds overlap.
    let window = Bounds {
        xmin: one_bounds.xmin.max(other_bounds.xmin),
        ymin: one_bounds.ymin.max(other_bounds.ymin),
        xmax: one_bounds.xmax.min(other_bounds.xmax),
        ymax: one_bounds.ymax.min(other_bounds.ymax),
    };
    let mut near = [((0.0, 0.0), (0.0, 0.0)); FEW_EDGES];
    let mut n_near = 0;
    let mut more: Vec<(Xy, Xy)> = Vec::new();
    any_edge(one, &mut |start, end| {
        if Bounds::of_corners(start, end).intersects(&window) {
            if n_near < FEW_EDGES {
                near[n_near] = (start, end);
                n_near += 1;
            } else {
                more.push((start, end));
            }
        }
        false
    });
    if n_near == 0 {
        return false;
    }
    any_edge(other, &mut |start, end| {
        let bounds = Bounds::of_corners(start, end);
        if !bounds.intersects(&window) {
            return false;
        }
        let meets = |edge: &(Xy, Xy)| {
            Bounds::of_corners(edge.0, edge.1).intersects(&bounds) && overlapping_edges_meet_within(*edge, (start, end))
        };
        near[..n_near].iter().any(meets) || more.iter().any(meets)
    })
}

/// True when the test is true for an edge of a line or polygon. A line of one point is an edge from it to itself.
pub fn any_edge(geometry: &Wkb<'_>, test: &mut impl FnMut(Xy, Xy) -> bool) -> bool {
    let mut of_coords = |coords: &Coords<'_>| {
        let mut coords = coords.iter_xy();
        let Some(mut start) = coords.next() else {
            return false;
        };
        if coords.len() == 0 {
            return test(start, start);
        }
        coords.any(|end| {
            let found = test(start, end);
            start = end;
            found
        })
    };
    match geometry.kind() {
        Kind::Polygon => geometry.rings().any(|ring| of_coords(&ring)),
        _ => of_coords(&geometry.coords()),
    }
}

/// True when two edges share a point.
pub fn edges_intersect(one: (Xy, Xy), other: (Xy, Xy)) -> bool {
    Bounds::of_corners(one.0, one.1).intersects(&Bounds::of_corners(other.0, other.1))
        && overlapping_edges_meet_within(one, other)
}

/// Of two edges whose bounds intersect.
fn overlapping_edges_meet_within((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> bool {
    let (side_c, side_d) = (side_of(a, b, c), side_of(a, b, d));
    if (side_c > 0.0 && side_d > 0.0) || (side_c < 0.0 && side_d < 0.0) {
        return false;
    }
    let (side_a, side_b) = (side_of(c, d, a), side_of(c, d, b));
    // In line with each other, the bounds have decided.
    !((side_a > 0.0 && side_b > 0.0) || (side_a < 0.0 && side_b < 0.0))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::geometry::Geometry;

    fn check(one: &str, other: &str, expected: bool) {
        let bytes = |text: &str| Geometry::from_wkt(text).unwrap().0.to_wkb();
        let (one_bytes, other_bytes) = (bytes(one), bytes(other));
        let (one_wkb, other_wkb) = (Wkb::read(&one_bytes).unwrap(), Wkb::read(&other_bytes).unwrap());
        assert_eq!(intersects(&one_wkb, &other_wkb), expected, "{one} and {other}");
        assert_eq!(intersects(&other_wkb, &one_wkb), expected, "{other} and {one}");
    }

    #[test]
    fn geometries_of_all_types_meet_or_do_not() {
        check("POINT(1 1)", "POINT(1 1)", true);
        check("POINT(1 1)", "POINT(1 2)", false);
        check("POINT(1 1)", "LINESTRING(0 0,2 2)", true);
        check("POINT(1 1.0000000001)", "LINESTRING(0 0,2 2)", false);
        check("POINT(1 1)", "POLYGON((0 0,2 0,2 2,0 2,0 0))", true);
        check("LINESTRING(0 0,2 2)", "LINESTRING(0 2,2 0)", true);
        check("LINESTRING(0 0,1 1)", "LINESTRING(2 2,3 3)", false);
        check("LINESTRING(0 0,2 2)", "LINESTRING(1 1,3 3)", true);
        check("LINESTRING(0 0,2 2)", "LINESTRING(2 2,3 0)", true);
        check("LINESTRING(1 1,1 1)", "LINESTRING(0 0,2 2)", true);
        check("LINESTRING(1 2,1 2)", "LINESTRING(0 0,2 2)", false);
        check("LINESTRING(1 1,1.5 1.5)", "POLYGON((0 0,2 0,2 2,0 2,0 0))", true);
        check("POLYGON((0 0,2 0,2 2,0 2,0 0))", "POLYGON((2 2,3 2,3 3,2 2))", true);
        check("POLYGON((0 0,9 0,9 9,0 9,0 0))", "POLYGON((2 2,3 2,3 3,2 2))", true);
        check(
            "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1))",
            "POLYGON((2 2,3 2,3 3,2 2))",
            false,
        );
        check("MULTIPOINT((5 5),(1 1))", "LINESTRING(0 0,2 2)", true);
        check("POINT EMPTY", "POINT EMPTY", false);
        check(
            "GEOMETRYCOLLECTION(POINT EMPTY,POINT(1 1))",
            "POLYGON((0 0,2 0,2 2,0 2,0 0))",
            true,
        );
    }
}
