//! How large, how long, how far.

use crate::check;

#[test]
fn st_area_takes_holes_off() {
    check(
        "st_area('POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))')",
        "15.0",
    );
    check("st_area('LINESTRING(0 0,1 1)')", "0.0");
    check("st_area('POLYGON EMPTY')", "0.0");
    check("st_area(NULL)", "NULL");
    check("st_area('POLYGON((0 0,1 0))')", "…closed rings");
    check("st_area(x'0103')", "…not WKB");
    check("st_area(1)", "…argument 1 (geometry) must be a geometry");
}

#[test]
fn st_angle_of_two_that_are_no_lines_is_unknown() {
    check("st_angle('POINT(0 0)', 'POINT(1 1)')", "NULL");
    check("st_angle('LINESTRING(0 0,1 1)', 'POINT(1 1)')", "NULL");
    check("st_angle('LINESTRING EMPTY', 'LINESTRING(0 0,1 1)')", "NULL");
    check(
        "st_angle('POINT EMPTY', 'POINT(0 0)', 'POINT(1 1)')",
        "…one must be a point",
    );
}

#[test]
fn lengths_on_the_ellipsoid_climb() {
    check(
        "st_length_spheroid(st_setsrid('LINESTRING Z(0 0 0,0 0 5)', 4326))",
        "5.0",
    );
    check(
        "round(st_perimeter_spheroid(st_setsrid('POLYGON Z((0 0 0,1 0 5000,0 1 3,0 0 0))', 4326)), 6)",
        "378985.233573",
    );
    check(
        "round(st_perimeter_spheroid(st_setsrid('POLYGON((0 0,1 0,0 1,0 0))', 4326)), 6)",
        "378793.447642",
    );
}

#[test]
fn halves_of_parts_count_as_a_part() {
    let lines = "'LINESTRING(0 0,2 2,2 0,0 2)', 'LINESTRING(0 0,4 0,2 0,0 0)'";
    check(&format!("st_frechetdistance({lines}, 0.4)"), "2.1081851067789197");
    check(&format!("st_frechetdistance({lines}, 0.5)"), "2.0");
}
