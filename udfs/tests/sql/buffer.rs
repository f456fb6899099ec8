//! Areas around geometries; the expected answers are PostGIS's.

use crate::{check, evaluate};

/// Checks the text of a buffer with three decimals.
fn text(arguments: &str, expected: &str) {
    check(
        &format!("st_astext(st_normalize(st_snaptogrid(st_buffer({arguments}), 0.001)))"),
        expected,
    );
}

fn number(expression: &str) -> f64 {
    evaluate(expression).parse().unwrap()
}

#[test]
fn null_gives_null() {
    check("st_buffer(NULL, 1)", "NULL");
    check("st_buffer('POINT(1 2)', NULL)", "NULL");
}

#[test]
fn nothing_is_around_nothing() {
    for arguments in [
        "'POINT EMPTY', 1",
        "'GEOMETRYCOLLECTION EMPTY', 1",
        "'POINT(1 2)', 0",
        "'POINT(1 2)', -1",
        "'LINESTRING(0 0,1 1)', -1",
        "'POLYGON((0 0,2 0,2 2,0 2,0 0))', -1.5",
        "'POINT(0 0)', 1, 'endcap=flat'",
    ] {
        text(arguments, "POLYGON EMPTY");
    }
}

#[test]
fn circles_and_caps() {
    text("'POINT(1 2)', 1, 1", "POLYGON((0 2,1 3,2 2,1 1,0 2))");
    check("st_npoints(st_buffer('POINT(1 2)', 1))", "33");
    check("st_npoints(st_buffer('POINT(1 2)', 1, 'quad_segs=2'))", "9");
    text(
        "'LINESTRING(0 0,4 0)', 1, 'endcap=flat'",
        "POLYGON((0 -1,0 1,4 1,4 -1,0 -1))",
    );
    text(
        "'LINESTRING(0 0,4 0)', 1, 'endcap=square'",
        "POLYGON((-1 -1,-1 1,4 1,5 1,5 -1,0 -1,-1 -1))",
    );
    text(
        "'LINESTRING(0 0,4 0)', 1, 'side=left'",
        "POLYGON((0 0,0 1,4 1,4 0,0 0))",
    );
}

#[test]
fn corners() {
    let square = "'POLYGON((0 0,2 0,2 2,0 2,0 0))'";
    text(
        &format!("{square}, 1, 'join=mitre'"),
        "POLYGON((-1 -1,-1 3,3 3,3 -1,-1 -1))",
    );
    text(
        &format!("{square}, 1, 'join=bevel'"),
        "POLYGON((-1 0,-1 2,0 3,2 3,3 2,3 0,2 -1,0 -1,-1 0))",
    );
    text(
        &format!("{square}, -0.5"),
        "POLYGON((0.5 0.5,0.5 1.5,1.5 1.5,1.5 0.5,0.5 0.5))",
    );
    text(
        "'POLYGON((0 0,9 0,9 9,0 9,0 0),(4 4,5 4,5 5,4 5,4 4))', 1, 'join=mitre'",
        "POLYGON((-1 -1,-1 10,10 10,10 -1,-1 -1))",
    );
}

#[test]
fn many_parts_become_one_area() {
    check("st_geometrytype(st_buffer('MULTIPOINT((0 0),(1 0))', 1))", "ST_Polygon");
    check("st_numgeometries(st_buffer('MULTIPOINT((0 0),(9 0))', 1))", "2");
    let area = number("st_area(st_buffer('GEOMETRYCOLLECTION(POINT(0 0),LINESTRING(0 0,0 0.5))', 1, 100))");
    assert!((area - (std::f64::consts::PI + 1.0)).abs() < 1e-3, "{area}");
}

#[test]
fn wrong_distances_and_styles_are_told() {
    check(
        "st_buffer('POINT(1 2)', CAST('NaN' AS double))",
        "…distance must be a finite number, found NaN",
    );
    check(
        "st_buffer('POINT(1 2)', 1, 'endcap=pointed')",
        "…found \"endcap=pointed\"",
    );
    check("st_buffer('POINT(1 2)', 1, 0)", "…quad_segs between 1 and 10000");
    check("st_buffer(st_point(CAST('NaN' AS double), 1), 1)", "…NaN");
}
