//! Many geometries in one, and one as many. Expected values are PostGIS's.

use crate::check;

/// Checks what an aggregate gives over rows of texts.
fn check_rows(aggregate: &str, rows: &str, expected: &str) {
    check(&format!("{aggregate} FROM (VALUES {rows}) AS t(g)"), expected);
}

#[test]
fn two_geometries_are_collected() {
    check(
        "st_astext(st_collect('POINT EMPTY', 'POINT(1 1)'))",
        "MULTIPOINT(EMPTY,(1 1))",
    );
    check(
        "st_astext(st_collect('MULTIPOINT(1 1)', 'MULTIPOINT(1 1)'))",
        "GEOMETRYCOLLECTION(MULTIPOINT((1 1)),MULTIPOINT((1 1)))",
    );
    check("st_astext(st_collect('POINT(1 1)', NULL))", "POINT(1 1)");
    check("st_collect(NULL, NULL)", "NULL");
    check("st_srid(st_collect(st_point(1, 1, 5186), 'POINT(2 2)'))", "5186");
    check(
        "st_collect('POINT Z (1 1 1)', 'POINT(1 1)')",
        "…different dimensions, XYZ and XY",
    );
    check(
        "st_collect(st_point(1, 1, 5186), st_point(1, 1, 4326))",
        "…EPSG:5186 and EPSG:4326",
    );
}

#[test]
fn rows_are_collected() {
    let aggregate = "st_astext(st_collect_agg(g))";
    check_rows(
        aggregate,
        "('POINT(1 1)'), (NULL), ('POINT EMPTY')",
        "MULTIPOINT((1 1),EMPTY)",
    );
    check_rows(aggregate, "('POINT(1 1)')", "MULTIPOINT((1 1))");
    check_rows(
        aggregate,
        "('MULTIPOINT(1 1)')",
        "GEOMETRYCOLLECTION(MULTIPOINT((1 1)))",
    );
    check_rows(
        aggregate,
        "('POLYGON EMPTY'), ('LINESTRING(1 1,2 2)')",
        "GEOMETRYCOLLECTION(POLYGON EMPTY,LINESTRING(1 1,2 2))",
    );
    check_rows(
        aggregate,
        "('POINT Z (1 1 1)'), ('POINT Z (2 2 2)')",
        "MULTIPOINT Z ((1 1 1),(2 2 2))",
    );
    check_rows("st_collect_agg(g)", "(CAST(NULL AS VARCHAR))", "NULL");
    check_rows(
        "st_collect_agg(g)",
        "('POINT Z (1 1 1)'), ('POINT(1 1)')",
        "…different dimensions",
    );
    check_rows("st_collect_agg(g)", "('POINT(1)')", "…st_collect_agg: not WKT");
    check_rows("st_srid(st_collect_agg(st_setsrid(g, 5186)))", "('POINT(1 1)')", "5186");
}

#[test]
fn rows_have_an_extent() {
    let aggregate = "st_astext(st_extent(g))";
    check_rows(
        aggregate,
        "('POLYGON EMPTY'), ('LINESTRING(1 1,2 2)'), (NULL)",
        "POLYGON((1 1,1 2,2 2,2 1,1 1))",
    );
    check_rows(aggregate, "('POINT Z (1 1 9)')", "POINT(1 1)");
    check_rows(aggregate, "('POINT EMPTY'), (NULL)", "NULL");
    check_rows("st_srid(st_extent_agg(st_setsrid(g, 5186)))", "('POINT(1 1)')", "5186");
    check_rows("st_extent(1)", "('POINT(1 1)')", "…must be a geometry");
    check(
        "string_agg(t, ' ' ORDER BY k) FROM (SELECT k, st_astext(st_extent(g)) AS t FROM \
         (VALUES (1, 'POINT(1 1)'), (2, 'POINT(5 5)'), (1, 'POINT(2 2)')) AS v(k, g) GROUP BY k)",
        "POLYGON((1 1,1 2,2 2,2 1,1 1)) POINT(5 5)",
    );
}

#[test]
fn geometries_are_taken_apart() {
    let parts = |function: &str, text: &str| {
        format!(
            "string_agg(array_to_string(p['path'], '.') || ':' || st_astext(p['geom']), ' ') FROM \
             (SELECT unnest({function}('{text}')) AS p)"
        )
    };
    let collection = "GEOMETRYCOLLECTION(POINT(1 1),GEOMETRYCOLLECTION(MULTIPOINT(1 1)),POLYGON EMPTY)";
    check(
        &parts("st_dump", collection),
        "1:POINT(1 1) 2.1.1:POINT(1 1) 3:POLYGON EMPTY",
    );
    check(&parts("st_dump", "POINT Z (1 1 1)"), ":POINT Z (1 1 1)");
    check(&parts("st_dump", "POINT EMPTY"), "NULL");
    check(&parts("st_dumppoints", collection), "1.1:POINT(1 1) 2.1.1.1:POINT(1 1)");
    check(
        &parts("st_dumppoints", "MULTIPOINT(1 1,EMPTY,2 2)"),
        "1.1:POINT(1 1) 3.1:POINT(2 2)",
    );
    check(
        &parts("st_dumppoints", "POLYGON((0 0,1 0,1 1,0 0))"),
        "1.1:POINT(0 0) 1.2:POINT(1 0) 1.3:POINT(1 1) 1.4:POINT(0 0)",
    );
    check("st_dump(NULL)", "NULL");
    check("st_dump(1)", "…must be a geometry");
    check(
        "min(st_srid(p['geom'])) FROM (SELECT unnest(st_dump(st_setsrid('MULTIPOINT(1 1,2 2)', 5186))) AS p)",
        "5186",
    );
}

#[test]
fn collections_are_sorted_by_type() {
    let mixed = "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1),GEOMETRYCOLLECTION(POINT(3 3)))";
    let extract = |text: &str, number: &str| format!("st_astext(st_collectionextract('{text}'{number}))");
    check(&extract(mixed, ", 1"), "MULTIPOINT((1 1),(3 3))");
    check(&extract(mixed, ", 3"), "MULTIPOLYGON EMPTY");
    check(&extract(mixed, ""), "MULTILINESTRING((0 0,1 1))");
    check(&extract("POINT(1 1)", ", 2"), "LINESTRING EMPTY");
    check(&extract("MULTIPOINT(1 1)", ", 2"), "MULTILINESTRING EMPTY");
    check(&extract("GEOMETRYCOLLECTION EMPTY", ""), "GEOMETRYCOLLECTION EMPTY");
    check(&extract("MULTIPOINT(1 1,EMPTY)", ""), "MULTIPOINT((1 1))");
    check(&extract("MULTIPOINT EMPTY", ""), "GEOMETRYCOLLECTION EMPTY");
    check("st_collectionextract('POINT(1 1)', 4)", "…found 4");
    check("st_collectionextract(NULL, 1)", "NULL");
    let plain = |text: &str| format!("st_astext(st_collectionhomogenize('{text}'))");
    check(
        &plain(mixed),
        "GEOMETRYCOLLECTION(MULTIPOINT((1 1),(3 3)),LINESTRING(0 0,1 1))",
    );
    check(&plain("GEOMETRYCOLLECTION(POINT Z (1 1 1))"), "POINT Z (1 1 1)");
    check(
        &plain("GEOMETRYCOLLECTION(POINT EMPTY,POLYGON EMPTY)"),
        "GEOMETRYCOLLECTION EMPTY",
    );
    check(
        &plain("MULTIPOLYGON(((5 5,6 5,6 6,5 5)))"),
        "POLYGON((5 5,6 5,6 6,5 5))",
    );
    check("st_collectionhomogenize(NULL)", "NULL");
}

#[test]
fn rows_are_united() {
    let text = "st_astext(st_union_agg(g))";
    let squares = "('POLYGON((0 0,1 0,1 1,0 1,0 0))'), ('POLYGON((1 0,2 0,2 1,1 1,1 0))'), (NULL)";
    check_rows(
        "st_equals(st_union_agg(g), 'POLYGON((0 0,2 0,2 1,0 1,0 0))')",
        squares,
        "true",
    );
    check_rows("st_npoints(st_union_agg(g))", squares, "7");
    // A corner of the one on an edge of the other, and an overlap.
    check_rows(
        "st_area(st_union_agg(g))",
        "('POLYGON((0 0,2 0,2 2,0 2,0 0))'), ('POLYGON((2 1,3 1,3 3,2 3,2 1))'), ('POLYGON((1 1,2 1,2 3,1 3,1 1))')",
        "7.0",
    );
    // Four squares around a hole, and one apart.
    check_rows(
        "st_equals(st_union_agg(g), 'MULTIPOLYGON(((0 0,3 0,3 3,0 3,0 0),(1 1,1 2,2 2,2 1,1 1)),((9 9,10 9,10 10,9 9)))')",
        "('POLYGON((0 0,3 0,3 1,0 1,0 0))'), ('POLYGON((0 1,1 1,1 3,0 3,0 1))'), ('POLYGON((1 2,3 2,3 3,1 3,1 2))'), \
         ('POLYGON((2 1,3 1,3 2,2 2,2 1))'), ('POLYGON((9 9,10 9,10 10,9 9))')",
        "true",
    );
    check_rows(
        "st_equals(st_union_agg(g), 'MULTIPOINT(1 1,2 2)')",
        "('POINT(2 2)'), ('POINT(1 1)'), ('POINT(2 2)')",
        "true",
    );
    check_rows(
        "st_equals(st_union_agg(g), 'GEOMETRYCOLLECTION(POLYGON((0 0,2 0,2 2,0 2,0 0)),LINESTRING(2 1,4 1),POINT(9 9))')",
        "('POINT(9 9)'), ('LINESTRING(1 1,4 1)'), ('POLYGON((0 0,2 0,2 2,0 2,0 0))'), ('POINT(1 1)')",
        "true",
    );
    check_rows(text, "('POLYGON EMPTY'), (NULL)", "POLYGON EMPTY");
    check_rows(text, "('POINT EMPTY'), ('POINT(1 1)')", "POINT(1 1)");
    check_rows("st_union_agg(g)", "(CAST(NULL AS VARCHAR))", "NULL");
    check_rows("st_union_agg(g)", "('POINT(NaN 1)')", "…");
}
