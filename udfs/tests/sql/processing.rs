//! New geometries from one; the expected answers are PostGIS's.

use crate::check;

/// Checks the text of the geometry that an expression gives.
fn text(expression: &str, expected: &str) {
    check(&format!("st_astext({expression})"), expected);
}

#[test]
fn null_gives_null() {
    for call in [
        "reverse(NULL)",
        "boundary(NULL)",
        "simplify(NULL, 1)",
        "convexhull(NULL)",
        "expand('POINT(1 2)', NULL)",
    ] {
        check(&format!("st_{call}"), "NULL");
    }
}

#[test]
fn orders_of_points() {
    text("st_multi('POINT EMPTY')", "MULTIPOINT EMPTY");
    text(
        "st_multi('GEOMETRYCOLLECTION(POINT(1 1))')",
        "GEOMETRYCOLLECTION(POINT(1 1))",
    );
    text(
        "st_multi('LINESTRING Z(0 0 1,1 1 1)')",
        "MULTILINESTRING Z ((0 0 1,1 1 1))",
    );
    text("st_flipcoordinates('POINT Z(1 2 3)')", "POINT Z (2 1 3)");
    text("st_force2d('POINT ZM(1 2 3 4)')", "POINT(1 2)");
}

#[test]
fn grown_bounds() {
    text(
        "st_expand('POINT ZM(1 2 3 4)', 1)",
        "POLYGON ZM ((0 1 2 3,0 3 2 3,2 3 4 5,2 1 4 5,0 1 2 3))",
    );
    text("st_expand('POINT(1 2)', 1, 2)", "POLYGON((0 0,0 4,2 4,2 0,0 0))");
    text("st_expand('LINESTRING EMPTY', 1)", "LINESTRING EMPTY");
}

#[test]
fn grids_and_short_edges() {
    text("st_snaptogrid('LINESTRING(0 0,0.1 0)', 1)", "LINESTRING EMPTY");
    text(
        "st_snaptogrid('MULTILINESTRING((0 0,0.1 0),(0 0,5.2 5))', 1)",
        "MULTILINESTRING((0 0,5 5))",
    );
    text(
        "st_snaptogrid('LINESTRING Z(0 0 1.2,0.1 0 1.3,1 1 1)', 1)",
        "LINESTRING Z (0 0 1.2,0 0 1.3,1 1 1)",
    );
    text("st_snaptogrid('POINT(1.5 2.5)', 1)", "POINT(2 2)");
    text("st_snaptogrid('POINT(1.5 2.5)', 0)", "POINT(1.5 2.5)");
    text(
        "st_segmentize('LINESTRING ZM(0 0 0 0,10 0 5 1,10 0 5 1)', 3)",
        "LINESTRING ZM (0 0 0 0,2.5 0 1.25 0.25,5 0 2.5 0.5,7.5 0 3.75 0.75,10 0 5 1)",
    );
    text("st_segmentize('POLYGON EMPTY', 3)", "POLYGON EMPTY");
    check(
        "st_segmentize('LINESTRING(0 0,1 1)', 0)",
        "…max_length must be above 0, found 0",
    );
}

#[test]
fn boundaries() {
    text("st_boundary('POINT(1 1)')", "POINT EMPTY");
    text("st_boundary('LINESTRING(1 1,0 0)')", "MULTIPOINT((1 1),(0 0))");
    text("st_boundary('LINESTRING(0 0,1 1,0 1,0 0)')", "MULTIPOINT EMPTY");
    // In another order than PostGIS's.
    check(
        "st_equals(st_boundary('MULTILINESTRING((0 0,1 1),(1 1,5 0),(3 3,1 1))'), 'MULTIPOINT((0 0),(5 0),(3 3),(1 1))')",
        "true",
    );
    text(
        "st_boundary('POLYGON Z((0 0 1,9 0 1,9 9 1,0 0 1))')",
        "LINESTRING Z (0 0 1,9 0 1,9 9 1,0 0 1)",
    );
    text(
        "st_boundary('GEOMETRYCOLLECTION(POINT(1 1))')",
        "GEOMETRYCOLLECTION EMPTY",
    );
    text(
        "st_boundary('GEOMETRYCOLLECTION(LINESTRING(0 0,1 1),POLYGON((0 0,1 0,0 1,0 0)),POINT(1 1))')",
        "GEOMETRYCOLLECTION(MULTIPOINT((0 0),(1 1),EMPTY),LINESTRING(0 0,1 0,0 1,0 0))",
    );
    text(
        "st_boundary('GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 1)),POLYGON((0 0,1 0,0 1,0 0)))')",
        "LINESTRING(0 0,1 0,0 1,0 0)",
    );
    text("st_boundary('POLYGON EMPTY')", "MULTILINESTRING EMPTY");
    text("st_boundary('MULTIPOLYGON EMPTY')", "GEOMETRYCOLLECTION EMPTY");
}

#[test]
fn places_on_lines() {
    text(
        "st_lineinterpolatepoint('LINESTRING Z(0 0 0,10 0 5)', 0.3)",
        "POINT Z (3 0 1.5)",
    );
    text("st_lineinterpolatepoint('LINESTRING EMPTY', 0.3)", "POINT EMPTY");
    text("st_lineinterpolatepoint('LINESTRING(0 0,1 0,3 0)', 1)", "POINT(3 0)");
    check(
        "st_lineinterpolatepoint('LINESTRING(0 0,10 0)', 1.3)",
        "…fraction must be from 0 to 1, found 1.3",
    );
    check(
        "st_lineinterpolatepoint('POINT(0 0)', 0.3)",
        "…line must be a line, found a Point",
    );
    check("st_linelocatepoint('LINESTRING(0 0,10 0)', 'POINT(3 3)')", "0.3");
    check("st_linelocatepoint('LINESTRING(1 1,1 1)', 'POINT(3 3)')", "1.0");
    check("st_linelocatepoint('LINESTRING(0 0,10 0,0 0)', 'POINT(3 11)')", "0.15");
    check("st_linelocatepoint('LINESTRING EMPTY', 'POINT(3 11)')", "0.0");
    check("st_linelocatepoint('LINESTRING(0 0,1 1)', 'POINT EMPTY')", "0.0");
    text(
        "st_linesubstring('LINESTRING Z(0 0 0,10 0 5,10 10 5)', 0.2, 0.7)",
        "LINESTRING Z (4 0 2,10 0 5,10 4 5)",
    );
    text("st_linesubstring('LINESTRING(0 0,10 0)', 0.2, 0.2)", "POINT(2 0)");
    text(
        "st_linesubstring('MULTILINESTRING((0 0,10 0),(20 0,30 0))', 0.2, 0.7)",
        "MULTILINESTRING((4 0,10 0),(20 0,24 0))",
    );
    check("st_linesubstring('LINESTRING EMPTY', 0.2, 0.7)", "NULL");
    text(
        "st_linesubstring('LINESTRING(0 0,10 0,20 0)', 0.5, 1)",
        "LINESTRING(10 0,20 0)",
    );
    text(
        "st_shortestline('LINESTRING(0 0,10 0)', 'POINT(3 3)')",
        "LINESTRING(3 0,3 3)",
    );
    check("st_closestpoint('POINT(0 0)', 'POINT EMPTY')", "NULL");
}

#[test]
fn fewer_points() {
    check("st_simplify('LINESTRING(0 0,1 0,0 0)', 2)", "NULL");
    text(
        "st_simplify('POLYGON((0 0,1 0,1 1,0 1,0 0))', 5, true)",
        "POLYGON((0 0,1 0,1 1,0 0))",
    );
    text("st_simplify('MULTIPOINT(0 0,0 0)', 5)", "MULTIPOINT((0 0),(0 0))");
    text("st_simplify('LINESTRING(0 0,1 0,2 0)', 0)", "LINESTRING(0 0,2 0)");
    text(
        "st_snaptogrid('GEOMETRYCOLLECTION(POINT EMPTY,POINT(1 1))', 2)",
        "GEOMETRYCOLLECTION(POINT(0 0))",
    );
    text("st_simplify('POLYGON EMPTY', 5)", "POLYGON EMPTY");
    text(
        "st_simplify('GEOMETRYCOLLECTION(LINESTRING EMPTY,POINT(1 1))', 5)",
        "GEOMETRYCOLLECTION(LINESTRING EMPTY,POINT(1 1))",
    );
}

#[test]
fn hulls_and_centres() {
    text(
        "st_convexhull('POLYGON Z((0 0 1,2 0 2,2 2 3,0 2 4,0 0 1))')",
        "POLYGON Z ((0 0 1,0 2 4,2 2 3,2 0 2,0 0 1))",
    );
    text("st_convexhull('LINESTRING(3 3,0 0,1 1)')", "LINESTRING(0 0,3 3)");
    text("st_convexhull('MULTIPOINT EMPTY')", "MULTIPOINT EMPTY");
    text(
        "st_convexhull('MULTIPOINT(2 0,0 2,0 -1,-5 -1,3 3)')",
        "POLYGON((-5 -1,0 2,3 3,2 0,0 -1,-5 -1))",
    );
    text(
        "st_centroid('POLYGON Z((0 0 1,2 0 2,2 2 3,0 2 4,0 0 1))')",
        "POINT(1 1)",
    );
    text(
        "st_convexhull('MULTIPOINT ZM((0 0 1 2),(1 1 2 3))')",
        "LINESTRING Z (0 0 1,1 1 2)",
    );
    text("st_centroid('POLYGON EMPTY')", "POINT EMPTY");
    text("st_centroid('MULTIPOLYGON Z EMPTY')", "POINT Z EMPTY");
    text("st_centroid('POINT M EMPTY')", "POINT M EMPTY");
    text("st_pointonsurface('POINT M EMPTY')", "POINT M EMPTY");
    text("st_pointonsurface('LINESTRING ZM(0 0 1 2,1 1 2 3)')", "POINT Z (0 0 1)");
    text("st_pointonsurface('POINT Z(1 2 3)')", "POINT Z (1 2 3)");
    text("st_pointonsurface('MULTIPOINT(0 0,1 1,5 5)')", "POINT(1 1)");
    text("st_orientedenvelope('LINESTRING(0 0,2 2,1 1)')", "LINESTRING(0 0,2 2)");
    text("st_orientedenvelope('POINT EMPTY')", "POLYGON EMPTY");
}
