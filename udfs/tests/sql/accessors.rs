//! Parts and properties of a geometry.

use crate::check;

#[test]
fn coordinates_of_points() {
    check("st_x('POINT ZM (1 2 3 4)')", "1.0");
    check("st_y('POINT ZM (1 2 3 4)')", "2.0");
    check("st_z('POINT ZM (1 2 3 4)')", "3.0");
    check("st_m('POINT ZM (1 2 3 4)')", "4.0");
    check("st_z('POINT(1 2)')", "NULL");
    check("st_x('POINT EMPTY')", "NULL");
    check("st_x(NULL)", "NULL");
    check("st_x('LINESTRING(0 0,1 1)')", "…must be a point, found a LineString");
}

#[test]
fn bounds_and_counts() {
    let line = "'LINESTRING(3 1,-2 5)'";
    for (function, expected) in [("xmin", "-2.0"), ("xmax", "3.0"), ("ymin", "1.0"), ("ymax", "5.0")] {
        check(&format!("st_{function}({line})"), expected);
        check(&format!("st_{function}('POLYGON EMPTY')"), "NULL");
    }
    check("st_npoints('POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))')", "8");
    check("st_npoints('POINT EMPTY')", "0");
    check("st_numgeometries('MULTIPOINT(1 1,2 2)')", "2");
    check("st_numgeometries('POINT(1 1)')", "1");
    check("st_numgeometries('POINT EMPTY')", "0");
    check("st_isempty('GEOMETRYCOLLECTION(POINT EMPTY)')", "true");
    check(
        "st_dimension('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))')",
        "1",
    );
    check("st_geometrytype('MULTIPOLYGON EMPTY')", "ST_MultiPolygon");
    check(
        "st_astext(st_envelope('LINESTRING(0 0,2 1)'))",
        "POLYGON((0 0,0 1,2 1,2 0,0 0))",
    );
    check("st_astext(st_envelope('POINT(1 2)'))", "POINT(1 2)");
    check("st_astext(st_envelope('LINESTRING(0 0,0 2)'))", "LINESTRING(0 0,0 2)");
    check("st_astext(st_envelope('POLYGON EMPTY'))", "POLYGON EMPTY");
}

#[test]
fn members_rings_and_points() {
    let part = |call: &str| format!("st_astext({call})");
    check(&part("st_geometryn('MULTIPOINT(EMPTY,1 1)', 2)"), "POINT(1 1)");
    check(&part("st_geometryn('POINT Z (1 1 1)', 1)"), "POINT Z (1 1 1)");
    check("st_geometryn('POINT(1 1)', 2)", "NULL");
    check("st_geometryn('POINT(1 1)', 0)", "NULL");
    check("st_geometryn('POINT EMPTY', 1)", "NULL");
    check("st_geometryn(NULL, 1)", "NULL");
    check("st_geometryn('POINT(1 1)', 'x')", "…must be a whole number");
    let holed = "'POLYGON((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))'";
    check(
        &part(&format!("st_exteriorring({holed})")),
        "LINESTRING(0 0,4 0,4 4,0 0)",
    );
    check(&part("st_exteriorring('POLYGON EMPTY')"), "LINESTRING EMPTY");
    check("st_exteriorring('MULTIPOLYGON EMPTY')", "NULL");
    check(
        &part(&format!("st_interiorringn({holed}, 1)")),
        "LINESTRING(2 1,3 1,3 2,2 1)",
    );
    check(&format!("st_interiorringn({holed}, 0)"), "NULL");
    check(&format!("st_interiorringn({holed}, 2)"), "NULL");
    check(&format!("st_numinteriorrings({holed})"), "1");
    check("st_numinteriorrings('POLYGON EMPTY')", "0");
    check("st_numinteriorrings('POINT(1 1)')", "NULL");
    check(&format!("st_nrings({holed})"), "2");
    check("st_nrings('POINT(1 1)')", "0");
    check("st_nrings('POLYGON EMPTY')", "0");
}

#[test]
fn points_of_lines() {
    let part = |call: &str| format!("st_astext({call})");
    check(&part("st_startpoint('LINESTRING Z (1 2 3,4 5 6)')"), "POINT Z (1 2 3)");
    check(&part("st_startpoint('POLYGON((0 0,1 0,1 1,0 0))')"), "POINT(0 0)");
    check("st_startpoint('MULTILINESTRING(EMPTY,(1 2,3 4))')", "NULL");
    check("st_startpoint('LINESTRING EMPTY')", "NULL");
    check(&part("st_endpoint('LINESTRING(1 2,3 4)')"), "POINT(3 4)");
    check("st_endpoint('POINT(1 1)')", "NULL");
    check("st_endpoint(NULL)", "NULL");
    check(&part("st_pointn('LINESTRING(0 0,1 1)', -1)"), "POINT(1 1)");
    for n in ["0", "3", "-3", "-9223372036854775808"] {
        check(&format!("st_pointn('LINESTRING(0 0,1 1)', {n})"), "NULL");
    }
    check("st_numpoints('LINESTRING(0 0,1 1)')", "2");
    check("st_numpoints('LINESTRING EMPTY')", "0");
    check("st_numpoints('POINT(1 1)')", "NULL");
    check("st_ndims('POINT(1 1)')", "2");
    check("st_coorddim('POINT ZM (1 1 1 1)')", "4");
    check("st_ndims('POINT M EMPTY')", "3");
    check("st_ndims(NULL)", "NULL");
}
