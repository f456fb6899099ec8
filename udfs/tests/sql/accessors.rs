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
