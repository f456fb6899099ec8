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

#[test]
fn geojson_is_written() {
    let write = |text: &str, more: &str| format!("st_asgeojson(st_geomfromewkt('{text}'){more})");
    check(
        &write("POINT ZM (1 2 3 4)", ""),
        r#"{"type":"Point","coordinates":[1,2,3]}"#,
    );
    check(&write("POINT EMPTY", ""), r#"{"type":"Point","coordinates":[]}"#);
    check(
        &write(
            "SRID=5186;GEOMETRYCOLLECTION(POINT(1 1.123456),LINESTRING(0 0,1 1))",
            ", 3, 9",
        ),
        concat!(
            r#"{"type":"GeometryCollection","crs":{"type":"name","properties":{"name":"EPSG:5186"}},"#,
            r#""bbox":[0.000,0.000,1.000,1.123],"geometries":[{"type":"Point","coordinates":[1,1.123]},"#,
            r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}]}"#
        ),
    );
    check(
        &write("SRID=4326;MULTIPOLYGON(((5 5,6 5,6 6,5 5)))", ""),
        r#"{"type":"MultiPolygon","coordinates":[[[[5,5],[6,5],[6,6],[5,5]]]]}"#,
    );
    check(
        &write("SRID=4326;POINT(1 2)", ", 3, 4"),
        r#"{"type":"Point","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4326"}},"coordinates":[1,2]}"#,
    );
    check(&write("POINT(NaN 1)", ""), "…is not finite");
    check("st_asgeojson(NULL)", "NULL");
}

#[test]
fn geojson_is_read() {
    let read = |text: &str, more: &str| format!("st_asewkt(st_geomfromgeojson('{text}'{more}))");
    check(
        &read(r#"{"type":"Point","coordinates":[1,2]}"#, ""),
        "SRID=4326;POINT(1 2)",
    );
    check(
        &read(r#"{"type":"Point","coordinates":[]}"#, ", 5186"),
        "SRID=5186;POINT EMPTY",
    );
    check(
        &read(r#"{"type":"LineString","coordinates":[[1,2,3],[1,2]]}"#, ""),
        "SRID=4326;LINESTRING(1 2 3,1 2 0)",
    );
    let named = r#"{"type":"Point","crs":{"type":"name","properties":{"name":"EPSG:5186"}},"coordinates":[1,2]}"#;
    check(&read(named, ""), "SRID=5186;POINT(1 2)");
    check(&read(named, ", 4326"), "…EPSG:4326 and SRID 5186");
    check(
        &read(
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Polygon","coordinates":[]}]}"#,
            "",
        ),
        "SRID=4326;GEOMETRYCOLLECTION(POINT(1 2),POLYGON EMPTY)",
    );
    check(&read(r#"{"type":"Point"}"#, ""), "…expected a member \"coordinates\"");
    check(
        &read(r#"{"type":"Feature","geometry":null}"#, ""),
        "…expected a geometry object",
    );
    check(
        &read(r#"{"type":"Point","coordinates":[1]}"#, ""),
        "…a coordinate of two or three numbers",
    );
    check(
        &read(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#, ""),
        "…closed rings",
    );
    check(&read("{", ""), "…expected JSON");
    check(&read(&"[".repeat(100_000), ""), "…expected JSON");
    check("st_geomfromgeojson(NULL)", "NULL");
}

#[test]
fn extended_forms_carry_the_srid() {
    for text in [
        "SRID=5186;POINT(1 2 3)",
        "POINTM(1 2 3)",
        "GEOMETRYCOLLECTIONM(POINTM(1 2 3),POLYGONM EMPTY)",
        "MULTIPOINT(1 2 3 4,EMPTY)",
        "SRID=4326;POINT EMPTY",
    ] {
        check(&format!("st_asewkt(st_geomfromewkt('{text}'))"), text);
    }
    check("st_asewkt('POINT(1.123456 2)', 3)", "POINT(1.123 2)");
    check("st_asewkt(NULL)", "NULL");
    check(
        "st_ashexewkb(st_geomfromewkt('SRID=5186;POINT Z (1 2 3)'))",
        "01010000A042140000000000000000F03F00000000000000400000000000000840",
    );
    check("st_ashexewkb(NULL)", "NULL");
}

#[test]
fn tiles_have_an_envelope() {
    check(
        "st_asewkt(st_tileenvelope(3, 1, 2))",
        "SRID=3857;POLYGON((-15028131.257091932 5009377.085697312,-15028131.257091932 10018754.171394622,\
         -10018754.171394622 10018754.171394622,-10018754.171394622 5009377.085697312,-15028131.257091932 5009377.085697312))",
    );
    check(
        "st_asewkt(st_tileenvelope(2, 1, 1, st_geomfromtext('LINESTRING(-180 -90,180 90)', 4326), 0.25))",
        "SRID=4326;POLYGON((-112.5 -11.25,-112.5 56.25,22.5 56.25,22.5 -11.25,-112.5 -11.25))",
    );
    check("st_tileenvelope(1, NULL, 0)", "NULL");
    check("st_tileenvelope(32, 0, 0)", "…zoom must be from 0 to 31, found 32");
    check("st_tileenvelope(1, 2, 0)", "…x must be from 0 to below 2^zoom, found 2");
    check("st_tileenvelope(1, 0, -1)", "…y must be");
    check("st_tileenvelope(1, 0, 1, 'POINT(1 1)')", "…bounds must be");
    check(
        "st_tileenvelope(1, 0, 1, 'LINESTRING(0 0,1 1)', -0.6)",
        "…margin must be",
    );
}

#[test]
fn places_have_names_and_an_order() {
    check("st_geohash('POINT(127 37)')", "wyd63zwsd7zthsgzm1hz");
    check("st_geohash('POINT(127 37)', 5)", "wyd63");
    check("st_geohash('LINESTRING(127 37,127.1 37.1)')", "wyd");
    check("st_geohash('LINESTRING(-127 37,127.1 37.1)')", "");
    check("st_geohash('POINT(180 90)')", "zzzzzzzzzzzzzzzzzzzz");
    check("st_geohash('POINT EMPTY')", "NULL");
    check("st_geohash(NULL)", "NULL");
    check("st_geohash('POINT(1000 2000)')", "…in degrees");
    check("st_geohash(st_point(1, 2, 5186))", "…found EPSG:5186");
    check("st_hilbert('POINT(0 0)', 'LINESTRING(0 0,1 1)')", "0");
    check("st_hilbert('POINT(1 0)', 'LINESTRING(0 0,1 1)')", "1099511627775");
    check("st_hilbert('POINT(122 32)')", "0");
    check("st_hilbert('POINT EMPTY')", "NULL");
    check("st_hilbert('POINT(1 1)', NULL)", "NULL");
    check("st_hilbert(st_point(1, 2, 5186))", "…found EPSG:5186");
}

#[test]
fn points_and_lines_are_made() {
    check("st_asewkt(st_makepoint(1, 2))", "POINT(1 2)");
    check("st_asewkt(st_makepoint(1, 2, 3, 4))", "POINT(1 2 3 4)");
    check("st_makepoint(1, NULL)", "NULL");
    let line = |one: &str, other: &str| format!("st_asewkt(st_makeline('{one}', '{other}'))");
    check(&line("POINT(1 1)", "POINT(1 1)"), "LINESTRING(1 1,1 1)");
    check(&line("POINT(1 1)", "LINESTRING(1 1,2 2)"), "LINESTRING(1 1,2 2)");
    check(&line("LINESTRING(2 2,3 3)", "POINT(3 3)"), "LINESTRING(2 2,3 3,3 3)");
    check(&line("POINT(1 1)", "LINESTRING EMPTY"), "LINESTRING(1 1)");
    check(
        &line("LINESTRING(1 1,2 2)", "LINESTRING Z (2 2 3,3 3 3)"),
        "…different dimensions, XY and XYZ",
    );
    check(&line("POINT(1 1)", "MULTIPOINT(2 2,3 3)"), "…a point or a line");
    check(&line("POINT(1 1)", "POINT Z (2 2 3)"), "LINESTRING(1 1 0,2 2 3)");
    check(&line("POINT(1 1)", "POLYGON EMPTY"), "…a point or a line");
    check("st_makeline(NULL, 'POINT(1 1)')", "NULL");
}
