//! What two geometries share, or do not. Expected values are PostGIS 3.3's, but for the corner at which a ring begins.

use crate::check;

const SQUARE: &str = "'POLYGON((0 0,2 0,2 2,0 2,0 0))'";
const NEXT_SQUARE: &str = "'POLYGON((2 0,4 0,4 2,2 2,2 0))'";
const BOW: &str = "'POLYGON((0 0,2 2,2 0,0 2,0 0))'";

/// Checks the text of what a function gives for two geometries.
fn overlay(function: &str, one: &str, other: &str, expected: &str) {
    check(&format!("st_astext({function}({one}, {other}))"), expected);
}

/// Checks that a function gives an area that is topologically another.
fn area(function: &str, one: &str, other: &str, expected: &str) {
    let is_equal = format!("st_equals({function}({one}, {other}), {expected})");
    check(&is_equal, "true");
}

#[test]
fn what_two_share_has_the_simplest_type_that_holds_it() {
    let check = |one, other, expected| overlay("st_intersection", one, other, expected);
    check(SQUARE, NEXT_SQUARE, "LINESTRING(2 0,2 2)");
    check(SQUARE, "'POLYGON((2 2,4 2,4 4,2 4,2 2))'", "POINT(2 2)");
    check(SQUARE, "'LINESTRING(-1 1,3 1)'", "LINESTRING(0 1,2 1)");
    check("'LINESTRING(0 0,2 2)'", "'LINESTRING(0 2,2 0)'", "POINT(1 1)");
    check("'MULTIPOINT(1 1,1 1,5 5)'", SQUARE, "POINT(1 1)");
    check(
        "'LINESTRING(0 0,1 0,2 0)'",
        "'LINESTRING(0.5 0,3 0)'",
        "MULTILINESTRING((1 0,2 0),(0.5 0,1 0))",
    );
    area(
        "st_intersection",
        SQUARE,
        "'POLYGON((1 1,3 1,3 3,1 3,1 1))'",
        "'POLYGON((1 1,2 1,2 2,1 2,1 1))'",
    );
}

#[test]
fn areas_join_where_they_touch() {
    area("st_union", SQUARE, NEXT_SQUARE, "'POLYGON((0 0,4 0,4 2,0 2,0 0))'");
    area("st_union", SQUARE, "'POINT(1 1)'", SQUARE);
    overlay(
        "st_union",
        "'MULTIPOINT(1 1,1 1,5 5)'",
        "'MULTIPOINT(5 5,6 6)'",
        "MULTIPOINT((1 1),(5 5),(6 6))",
    );
    overlay(
        "st_union",
        "'LINESTRING(0 0,2 2)'",
        "'POINT(9 9)'",
        "GEOMETRYCOLLECTION(LINESTRING(0 0,2 2),POINT(9 9))",
    );
}

#[test]
fn differences_keep_what_is_in_one() {
    area(
        "st_difference",
        SQUARE,
        "'POLYGON((1 0,4 0,4 2,1 2,1 0))'",
        "'POLYGON((0 0,1 0,1 2,0 2,0 0))'",
    );
    overlay(
        "st_difference",
        "'LINESTRING(0 0,2 0)'",
        "'LINESTRING(0.5 0,3 0)'",
        "LINESTRING(0 0,0.5 0)",
    );
    overlay("st_difference", "'POINT(1 1)'", SQUARE, "POINT EMPTY");
    area(
        "st_symdifference",
        SQUARE,
        "'POLYGON((1 0,3 0,3 2,1 2,1 0))'",
        "'MULTIPOLYGON(((0 0,1 0,1 2,0 2,0 0)),((2 0,3 0,3 2,2 2,2 0)))'",
    );
    overlay(
        "st_symdifference",
        "'LINESTRING(0 0,2 0)'",
        "'LINESTRING(0.5 0,3 0)'",
        "MULTILINESTRING((0 0,0.5 0),(2 0,3 0))",
    );
}

#[test]
fn null_gives_null_and_empty_nothing_to_share() {
    for function in [
        "st_intersection",
        "st_union",
        "st_difference",
        "st_symdifference",
        "st_clipbybox2d",
    ] {
        check(&format!("{function}({SQUARE}, NULL)"), "NULL");
        check(&format!("{function}(NULL, {SQUARE})"), "NULL");
        check(&format!("{function}({SQUARE}, 1)"), "…argument 2");
        check(&format!("{function}({SQUARE}, x'0103')"), "…not WKB");
    }
    check("st_unaryunion(NULL)", "NULL");
    overlay("st_intersection", SQUARE, "'POINT EMPTY'", "POINT EMPTY");
    overlay("st_intersection", "'LINESTRING EMPTY'", SQUARE, "LINESTRING EMPTY");
    overlay(
        "st_intersection",
        SQUARE,
        "'POLYGON((5 5,6 5,6 6,5 5))'",
        "POLYGON EMPTY",
    );
    overlay("st_union", "'POINT EMPTY'", "'POINT(1 1)'", "POINT(1 1)");
    overlay("st_union", "'LINESTRING EMPTY'", "'POINT EMPTY'", "POINT EMPTY");
    overlay("st_difference", "'MULTIPOLYGON EMPTY'", SQUARE, "MULTIPOLYGON EMPTY");
    overlay("st_difference", "'POINT(1 1)'", "'POINT EMPTY'", "POINT(1 1)");
    overlay(
        "st_symdifference",
        "'LINESTRING EMPTY'",
        "'POINT EMPTY'",
        "LINESTRING EMPTY",
    );
}

#[test]
fn polygons_that_cross_themselves_are_refused() {
    let message = "…no answer can be computed";
    for function in ["st_intersection", "st_union", "st_difference", "st_symdifference"] {
        overlay(function, BOW, "'POLYGON((1 0,3 0,3 1,1 1,1 0))'", message);
        let overlapping = "'MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 1,3 1,3 3,1 3,1 1)))'";
        overlay(function, overlapping, "'POLYGON((0 0,9 0,9 9,0 0))'", message);
        let hole_outside = "'POLYGON((0 0,2 0,2 2,0 2,0 0),(5 5,6 5,6 6,5 5))'";
        overlay(function, hole_outside, "'POLYGON((0 0,9 0,9 9,0 0))'", message);
    }
}

#[test]
fn geometries_in_different_coordinate_systems_are_refused() {
    check(
        "st_union(st_setsrid('POINT(1 1)', 5186), st_setsrid('POINT(1 1)', 4326))",
        "…different coordinate systems",
    );
}

#[test]
fn crossings_get_heights_and_measures_go() {
    let one = "'POLYGON Z((0 0 1,2 0 1,2 2 1,0 2 1,0 0 1))'";
    overlay("st_intersection", "'POINT Z (1 1 9)'", one, "POINT Z (1 1 9)");
    overlay(
        "st_intersection",
        "'LINESTRING Z(0 0 0,2 2 4)'",
        "'LINESTRING Z(0 2 2,2 0 8)'",
        "POINT Z (1 1 3.5)",
    );
    overlay(
        "st_intersection",
        "'LINESTRING M(0 0 1,2 2 3)'",
        "'LINESTRING M(0 2 1,2 0 5)'",
        "POINT(1 1)",
    );
    check(
        "st_astext(st_intersection('LINESTRING Z(-1 1 0,3 1 4)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))'))",
        "LINESTRING Z (0 1 1,2 1 3)",
    );
}

#[test]
fn the_parts_of_a_geometry_become_one() {
    let check = |geometry: &str, expected| check(&format!("st_astext(st_unaryunion({geometry}))"), expected);
    check(
        "'POLYGON ZM((0 0 1 2,4 0 2 3,4 4 3 4,0 0 1 2))'",
        "POLYGON Z ((0 0 1,4 0 2,4 4 3,0 0 1))",
    );
    check("'MULTIPOINT(1 1,1 1)'", "POINT(1 1)");
    check(
        "'LINESTRING(0 0,2 2,0 2,2 0)'",
        "MULTILINESTRING((0 0,1 1),(1 1,2 2,0 2,1 1),(1 1,2 0))",
    );
    check("'MULTIPOLYGON EMPTY'", "MULTIPOLYGON EMPTY");
    check("'POINT EMPTY'", "POINT EMPTY");
}

#[test]
fn clipping_leaves_out_what_only_touches_the_box() {
    let check = |geometry: &str, expected| {
        check(
            &format!("st_astext(st_clipbybox2d({geometry}, st_makeenvelope(0, 0, 2, 2)))"),
            expected,
        );
    };
    check("'LINESTRING(-1 1,5 1)'", "LINESTRING(0 1,2 1)");
    check("'POINT(1 1)'", "POINT(1 1)");
    check("'POINT(5 5)'", "POINT EMPTY");
    check(NEXT_SQUARE, "POLYGON EMPTY");
    check("'POLYGON EMPTY'", "POLYGON EMPTY");
}
