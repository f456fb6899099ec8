//! Geometries from texts, bytes and numbers, and back.

use crate::check;

#[test]
fn texts_and_bytes_come_back() {
    for text in [
        "POINT(1 2)",
        "POINT EMPTY",
        "POINT Z (1 2 3)",
        "LINESTRING ZM (0 0 1 2,1 1 3 4)",
        "POLYGON((0 0,4 0,4 4,0 0))",
        "MULTIPOINT((1 2),EMPTY)",
        "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING EMPTY)",
    ] {
        // fmt: skip
        check(&format!("st_astext(st_geomfromtext('{text}'))"), text);
        check(&format!("st_astext(st_geomfromwkb(st_asbinary('{text}')))"), text);
        check(
            &format!("st_astext(st_geomfromewkb(st_asewkb(st_setsrid('{text}', 5186))))"),
            text,
        );
        check(&format!("st_srid(st_asewkb(st_geomfromtext('{text}', 5186)))"), "5186");
    }
    check("st_astext('POINT(0.123456789 2)', 3)", "POINT(0.123 2)");
    check("st_astext(st_point(1.5, 2))", "POINT(1.5 2)");
    check(
        "st_astext(st_makeenvelope(1, 2, 3, 4))",
        "POLYGON((1 2,1 4,3 4,3 2,1 2))",
    );
    // What PostGIS prints for SELECT ST_AsEWKB(ST_SetSRID(ST_Point(1, 2), 4326)).
    check(
        "encode(st_asewkb(st_point(1, 2, 4326)), 'hex')",
        "0101000020e6100000000000000000f03f0000000000000040",
    );
}

#[test]
fn nothing_comes_of_null_and_an_error_of_what_is_broken() {
    check("st_astext(NULL)", "NULL");
    check("st_geomfromtext(NULL)", "NULL");
    check("st_point(1, NULL)", "NULL");
    check("st_geomfromtext('POINT(1)')", "…position 8");
    check("st_geomfromwkb(x'01010000')", "…not WKB");
    check(
        "st_geomfromtext('SRID=4326;POINT(1 2)', 5186)",
        "…EPSG:5186 and SRID 4326",
    );
    check("st_geomfromtext('POINT(1 2)', 99)", "…EPSG:99 is not supported");
}
