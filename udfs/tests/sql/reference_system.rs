//! Coordinate systems of geometries.

use crate::check;

#[test]
fn coordinates_go_from_one_system_to_another() {
    // PROJ: echo 127 38 | cs2cs EPSG:4326 EPSG:5186 gives 200000 600000, the system's origin.
    check(
        "round(st_x(st_transform(st_point(127, 38, 4326), 5186)), 3)",
        "200000.0",
    );
    check(
        "round(st_y(st_transform(st_point(127, 38, 4326), 'EPSG:5186')), 3)",
        "600000.0",
    );
    check(
        "round(st_x(st_transform('POINT(200000 600000)', 5186, 4326)), 9)",
        "127.0",
    );
    check(
        "st_z(st_transform(st_setsrid('POINT Z (200000 600000 5)', 5186), 5179))",
        "5.0",
    );
    check("st_srid(st_transform(st_point(127, 38, 4326), 5186))", "5186");
    check(
        "st_astext(st_transform(st_point(127, 38, 4326), 4326))",
        "POINT(127 38)",
    );
    check(
        "st_astext(st_transform(st_setsrid('POINT EMPTY', 4326), 5186))",
        "POINT EMPTY",
    );
    check("st_transform(NULL, 5186)", "NULL");
}

#[test]
fn systems_are_known_or_it_is_an_error() {
    check("st_srid('POINT(1 2)')", "0");
    check("st_srid(st_setsrid('POINT(1 2)', 5186))", "5186");
    check("st_srid(st_setsrid(st_point(1, 2, 5186), 0))", "0");
    check("st_transform('POINT(1 2)', 5186)", "…coordinate system is not known");
    check("st_transform(st_point(1, 2, 4326), 99)", "…EPSG:99 is not supported");
    check("st_transform(st_point(999, 2, 4326), 5186)", "…cannot be converted");
    check(
        "st_intersects(st_point(1, 2, 4326), st_point(1, 2, 5186))",
        "…EPSG:4326 and EPSG:5186",
    );
}
