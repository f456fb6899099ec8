//! Valid geometries; the expected answers are PostGIS's.

use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use crate::{check, evaluate};

fn reason(geometry: &str, expected: &str) {
    check(&format!("st_isvalidreason('{geometry}')"), expected);
    let is_valid = if expected == "Valid Geometry" { "true" } else { "false" };
    check(&format!("st_isvalid('{geometry}')"), is_valid);
}

fn mended(geometry: &str, expected: &str) {
    check(&format!("st_astext(st_makevalid('{geometry}'))"), expected);
}

#[test]
fn null_gives_null() {
    for name in [
        "isvalid",
        "isvalidreason",
        "issimple",
        "isclosed",
        "isring",
        "makevalid",
    ] {
        check(&format!("st_{name}(NULL)"), "NULL");
    }
    check("st_isvalid('POINT(1 2)', NULL)", "NULL");
}

#[test]
fn valid_geometries() {
    for geometry in [
        "POINT EMPTY",
        "POINT(1 2)",
        "MULTIPOINT((0 0),(0 0))",
        "LINESTRING(0 0,2 2,2 0,0 2)",
        "POLYGON EMPTY",
        "POLYGON((0 0,4 0,4 4,0 4,0 0))",
        "POLYGON((0 0,4 0,4 0,4 4,0 4,0 0))",
        "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,1 2,2 1,0 0))",
        "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((1 1,2 1,2 2,1 1)))",
        // An island in a hole.
        "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1)),((2 2,7 2,7 7,2 7,2 2)))",
        "GEOMETRYCOLLECTION(POLYGON((0 0,2 0,2 2,0 0)),POLYGON((0 0,2 0,2 2,0 0)))",
    ] {
        reason(geometry, "Valid Geometry");
    }
}

#[test]
fn flaws_have_a_name_and_a_place() {
    reason("LINESTRING(0 0,0 0)", "Too few points in geometry component[0 0]");
    reason(
        "POLYGON((0 0,1 0,0 0,0 0))",
        "Too few points in geometry component[0 0]",
    );
    reason("POLYGON((0 0,2 2,2 0,0 2,0 0))", "Self-intersection[1 1]");
    reason("POLYGON((0 0,3 0,0 1,3 1,0 0))", "Self-intersection[1.5 0.5]");
    reason("POLYGON((0 0,2 0,2 2,1 0,0 2,0 0))", "Ring Self-intersection[1 0]");
    reason(
        "POLYGON((0 0,4 0,4 4,0 4,0 0),(5 5,6 5,6 6,5 5))",
        "Hole lies outside shell[5 5]",
    );
    reason(
        "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1),(2 2,3 2,3 3,2 2))",
        "Holes are nested[2 2]",
    );
    reason(
        "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((2 2,3 2,3 3,2 2)))",
        "Nested shells[2 2]",
    );
    reason(
        "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,2 1,4 2,2 3,0 2))",
        "Interior is disconnected[0 2]",
    );
    // Three holes around the middle close a way, though no two of them share two points.
    let around = "POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,6 3,5 2,3 3),(6 3,5 6,7 5,6 3),(5 6,3 3,3 5,5 6))";
    assert!(evaluate(&format!("st_isvalidreason('{around}')")).starts_with("Interior is disconnected["));
}

#[test]
fn coordinates_are_finite() {
    check("st_isvalid(st_point(CAST('NaN' AS double), 1))", "false");
    check(
        "st_isvalidreason(st_point(1, CAST('Infinity' AS double)))",
        "Invalid Coordinate[1 inf]",
    );
}

#[test]
fn rings_that_enclose_a_hole_by_touching_themselves() {
    let inverted = "POLYGON((0 0,4 0,4 4,0 4,0 0,1 2,2 1,0 0))";
    reason(inverted, "Ring Self-intersection[0 0]");
    check(&format!("st_isvalid('{inverted}', 1)"), "true");
    let pinched = "POLYGON((0 0,2 0,1 1,2 2,0 2,1 1,0 0))";
    check(&format!("st_isvalid('{pinched}', 1)"), "false");
    check(
        &format!("st_isvalidreason('{pinched}', 1)"),
        "Interior is disconnected[1 1]",
    );
    check("st_isvalid('POINT(1 2)', 2)", "…flags must be 0 or 1, found 2");
}

#[test]
fn simple_lines_meet_at_ends_only() {
    let simple = |geometry: &str, expected: bool| check(&format!("st_issimple('{geometry}')"), &expected.to_string());
    simple("LINESTRING(0 0,2 2,2 0,0 2)", false);
    simple("LINESTRING(0 0,1 0,1 1,0 0)", true);
    simple("LINESTRING(0 0,2 0,1 0)", false);
    simple("LINESTRING(0 0,1 1,2 0,1 1)", false);
    simple("MULTILINESTRING((0 0,1 1),(1 1,2 0))", true);
    simple("MULTILINESTRING((0 0,2 2),(1 1,2 0))", false);
    // A ring has no ends for others to meet.
    simple("MULTILINESTRING((0 0,1 0,1 1,0 0),(0 0,-1 -1))", false);
    simple("MULTIPOINT((0 0),(1 1))", true);
    simple("MULTIPOINT((0 0),(0 0))", false);
    simple("POLYGON((0 0,2 2,2 0,0 2,0 0))", false);
    simple("POLYGON((0 0,4 0,4 4,0 4,0 0))", true);
    simple("LINESTRING EMPTY", true);
}

#[test]
fn closed_lines_and_rings() {
    check("st_isclosed('LINESTRING(0 0,1 1,0 0)')", "true");
    check("st_isclosed('LINESTRING Z(0 0 1,1 1 1,0 0 2)')", "false");
    check("st_isclosed('MULTILINESTRING((0 0,1 1,0 0),(0 0,1 1))')", "false");
    check("st_isclosed('POINT(1 2)')", "true");
    check("st_isclosed('POLYGON EMPTY')", "false");
    check("st_isring('LINESTRING(0 0,1 1,1 0,0 0)')", "true");
    check("st_isring('LINESTRING(0 0,1 1,0 0)')", "false");
    check("st_isring('LINESTRING(0 0,1 1)')", "false");
    check("st_isring('LINESTRING EMPTY')", "false");
    check("st_isring('POINT(1 2)')", "…line must be a LineString, found Point");
}

#[test]
fn mended_areas() {
    mended("POLYGON((0 0,4 0,4 4,0 0))", "POLYGON((0 0,4 0,4 4,0 0))");
    mended(
        "POLYGON((0 0,2 2,2 0,0 2,0 0))",
        "MULTIPOLYGON(((0 2,1 1,0 0,0 2)),((2 0,1 1,2 2,2 0)))",
    );
    // Where a hole shares an edge with its shell, the rest of it stays as a line.
    mended(
        "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 1,2 1,2 2,0 2,0 1))",
        "GEOMETRYCOLLECTION(POLYGON((0 0,0 1,0 2,0 4,4 4,4 0,0 0)),LINESTRING(0 1,2 1,2 2,0 2))",
    );
    mended("POLYGON((0 0,0 0,0 0,0 0))", "POINT(0 0)");
    mended("POLYGON((0 0,1 1,2 2,0 0))", "LINESTRING(0 0,1 1,2 2)");
    // A multi-geometry stays one.
    mended(
        "MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((0 0,2 0,2 2,0 2,0 0)))",
        "MULTIPOLYGON(((0 0,0 2,2 2,2 0,0 0)))",
    );
    mended(
        "POLYGON Z((0 0 1,2 2 3,2 0 5,0 2 7,0 0 1))",
        "MULTIPOLYGON Z (((0 2 7,1 1 4,0 0 1,0 2 7)),((2 0 5,1 1 4,2 2 3,2 0 5)))",
    );
    check("st_makevalid(st_point(CAST('NaN' AS double), 1))", "…st_makevalid");
}

#[test]
fn mended_lines() {
    mended("LINESTRING(1 1,1 1)", "POINT(1 1)");
    mended(
        "MULTILINESTRING((0 0,2 2,2 0,0 2),(5 5,5 5))",
        "GEOMETRYCOLLECTION(POINT(5 5),MULTILINESTRING((0 0,1 1),(1 1,2 2,2 0,1 1),(1 1,0 2)))",
    );
}

#[test]
fn a_ring_of_many_points_is_judged_at_once() {
    let corners = (0..100_000).map(|idx| {
        let (sin, cos) = (f64::from(idx) / 100_000.0 * TAU).sin_cos();
        let radius = if idx % 2 == 0 { 1000.0 } else { 990.0 };
        format!("{} {}", radius * cos, radius * sin)
    });
    let mut ring: Vec<String> = corners.collect();
    ring.push(ring[0].clone());
    let begin = Instant::now();
    let found = evaluate(&format!("st_isvalid('POLYGON(({}))')", ring.join(",")));
    assert_eq!(found, "true");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}
