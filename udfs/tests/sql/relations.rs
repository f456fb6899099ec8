//! How two geometries lie to each other.

use crate::check;

const SQUARE: &str = "'POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))'";

#[test]
fn relations_hold_as_postgis_has_them() {
    for (call, expected) in [
        ("st_intersects(SQUARE, 'POINT(0 0)')", "true"),
        ("st_contains(SQUARE, 'POINT(0 0)')", "false"),
        ("st_covers(SQUARE, 'POINT(0 0)')", "true"),
        ("st_touches(SQUARE, 'POINT(0 0)')", "true"),
        ("st_within('POINT(3 3)', SQUARE)", "true"),
        ("st_coveredby('POINT(1 1)', SQUARE)", "true"),
        ("st_disjoint(SQUARE, 'POINT(1.5 1.5)')", "true"),
        (
            "st_contains(SQUARE, 'POLYGON((0.5 0.5,2.5 0.5,2.5 2.5,0.5 2.5,0.5 0.5))')",
            "false",
        ),
        (
            "st_overlaps(SQUARE, 'POLYGON((0.5 0.5,2.5 0.5,2.5 2.5,0.5 2.5,0.5 0.5))')",
            "true",
        ),
        ("st_touches(SQUARE, 'POLYGON((1 1,2 1,2 2,1 2,1 1))')", "true"),
        ("st_touches(SQUARE, 'POLYGON((4 0,5 0,5 4,4 4,4 0))')", "true"),
        ("st_crosses('LINESTRING(-1 3,5 3)', SQUARE)", "true"),
        (
            "st_equals(SQUARE, 'POLYGON((4 4,0 4,0 0,4 0,4 4),(1 1,1 2,2 2,2 1,1 1))')",
            "true",
        ),
        ("st_equals('POINT EMPTY', 'POLYGON EMPTY')", "true"),
        ("st_intersects('POINT EMPTY', SQUARE)", "false"),
        ("st_disjoint('POINT EMPTY', SQUARE)", "true"),
        ("st_intersects(NULL, SQUARE)", "NULL"),
        ("st_relate('POINT(3 3)', SQUARE)", "0FFFFF212"),
        ("st_relate('POINT(3 3)', SQUARE, 'T*F**F***')", "true"),
        ("st_relate('POINT(3 3)', SQUARE, 'T*F')", "…nine of"),
        (
            "st_contains('LINESTRING(0 1,3 3,2 4)', 'LINESTRING(3 3,3 3,3 2)')",
            "false",
        ),
        ("SQUARE && 'POINT(1.5 1.5)'", "true"),
        ("SQUARE && 'POINT(4 4)'", "true"),
        ("SQUARE && 'POINT(4.5 4)'", "false"),
        ("'POLYGON((0 0,4 0,0 4,0 0))' && st_makeenvelope(3, 3, 5, 5)", "true"),
        ("'POINT(1 1)' && 'LINESTRING(0 0,1 1)'", "true"),
        ("'MULTIPOLYGON(EMPTY,((0 0,1 0,1 1,0 0)))' && 'POINT Z(1 0 9)'", "true"),
        ("NOT (SQUARE && 'POINT(1 1)')", "false"),
        ("'POINT EMPTY' && SQUARE", "false"),
        ("'POINT EMPTY' && 'POINT EMPTY'", "false"),
        ("st_point(CAST('NaN' AS DOUBLE), 1) && SQUARE", "false"),
        ("NULL && SQUARE", "NULL"),
        ("arrow_cast(NULL, 'Binary') && SQUARE", "NULL"),
        ("geometry_overlaps(SQUARE, 'POINT(0 0)')", "true"),
        ("'here' && SQUARE", "…not WKT"),
        (
            "st_point(1, 1, 4326) && st_point(1, 1, 5186)",
            "…EPSG:4326 and EPSG:5186",
        ),
        ("true && false", "…between conditions write AND"),
        ("[1, 2] && [2, 3]", "…array_has_any"),
        ("1 && 'POINT(1 1)'", "…found Int64 and Utf8"),
        ("st_intersects('POINT(1 1)')", "…was called with 1 arguments"),
    ] {
        check(&call.replace("SQUARE", SQUARE), expected);
    }
}
