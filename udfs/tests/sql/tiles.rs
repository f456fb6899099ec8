//! Vector tiles for maps. Expected coordinates are PostGIS's, whose rings may begin elsewhere.

use crate::check;

const TILE: &str = "st_makeenvelope(0, 0, 100, 100)";

fn check_geometry(text: &str, more: &str, expected: &str) {
    check(&format!("st_astext(st_asmvtgeom('{text}', {TILE}{more}))"), expected);
}

/// Checks which area comes out, wherever its rings begin.
fn check_area(text: &str, more: &str, expected: &str) {
    check(
        &format!("st_equals(st_asmvtgeom('{text}', {TILE}{more}), '{expected}')"),
        "true",
    );
}

#[test]
fn geometries_are_brought_into_the_cells_of_a_tile() {
    check_geometry("POINT(1 1)", "", "POINT(41 4055)");
    check_geometry("POINT Z (1 1 3)", "", "POINT(41 4055)");
    check_geometry("POINT(1000 1)", "", "NULL");
    check_geometry("MULTIPOINT(1 1,1 1,2000 1)", "", "POINT(41 4055)");
    check_geometry("LINESTRING(-1000 50,1000 50)", "", "LINESTRING(-256 2048,4352 2048)");
    check_geometry(
        "LINESTRING(-1000 50,1000 50)",
        ", 4096, 256, false",
        "LINESTRING(-40960 2048,40960 2048)",
    );
    check_geometry(
        "LINESTRING(50 50,500 50,500 60,50 60)",
        ", 100, 0",
        "MULTILINESTRING((50 50,100 50),(100 40,50 40))",
    );
    check_area(
        "POLYGON((0 0,1000 0,1000 10,0 10,0 0))",
        "",
        "POLYGON((0 3686,4352 3686,4352 4096,0 4096,0 3686))",
    );
    check_geometry(
        "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,10 10))",
        "",
        "LINESTRING(0 4096,410 3686)",
    );
    check_geometry("POLYGON((0 0,0.001 0,0.001 0.001,0 0))", "", "NULL");
    check_geometry("POLYGON EMPTY", "", "NULL");
    check("st_asmvtgeom(NULL, 'LINESTRING(0 0,1 1)')", "NULL");
    check(
        "st_asmvtgeom('POINT(1 1)', 'POINT(0 0)')",
        "…bounds must be a geometry with width and height",
    );
    check(
        &format!("st_asmvtgeom('POINT(1 1)', {TILE}, 0)"),
        "…extent must be above 0",
    );
    check(
        &format!("st_asmvtgeom(st_point(1, 1, 5186), st_setsrid({TILE}, 3857))"),
        "…EPSG:5186 and EPSG:3857",
    );
    check(
        &format!("st_asmvtgeom(st_geomfromtext('LINESTRING(NaN 1,2 2)'), {TILE})"),
        "…is not finite",
    );
}

#[test]
fn polygons_stay_valid_on_the_grid() {
    // A ring with a neck thinner than a cell falls apart; a hole that rounds away is gone; two lobes stay two lobes.
    check_area(
        "POLYGON((0 0,40 0,40 49.9,60 49.9,60 0,100 0,100 100,60 100,60 50.1,40 50.1,40 100,0 100,0 0))",
        ", 10, 0",
        "MULTIPOLYGON(((0 0,4 0,4 10,0 10,0 0)),((6 0,10 0,10 10,6 10,6 0)))",
    );
    check_area(
        "POLYGON((0 0,100 0,100 100,0 100,0 0),(51 51,52 51,52 52,51 52,51 51))",
        ", 10, 0",
        "POLYGON((0 0,10 0,10 10,0 10,0 0))",
    );
    // From both sides of the tile the same area comes back, whichever way the ring runs.
    check(
        &format!("st_area(st_asmvtgeom('POLYGON((-50 -50,-50 150,50 150,50 -50,-50 -50))', {TILE}, 100, 0))"),
        "5000.0",
    );
}

#[test]
fn rows_become_a_tile() {
    let tile = |row: &str, more: &str| {
        format!(
            "encode(st_asmvt(named_struct({row}){more}), 'hex') FROM (SELECT st_asmvtgeom('POINT(1 1)', {TILE}) AS g)"
        )
    };
    // What PostGIS prints for SELECT ST_AsMVT(q, 'a') of the same row.
    check(
        &tile(
            "'g', g, 'a', 1, 'b', -5, 'c', 'x', 'd', 1.5, 'e', true, 'f', CAST(1.5 AS REAL)",
            ", 'a'",
        ),
        "1a550a01611216120c000001010202030304040505180122040952ae3f1a01611a01621a01631a01641a01651a0166220228012202300922030a0178220919000000000000f83f220238012205150000c03f2880207802",
    );
    check(
        "encode(st_asmvt(named_struct('g', g)), 'hex') FROM (SELECT CAST(NULL AS BYTEA) AS g)",
        "",
    );
    check(&tile("'a', 1", ""), "…a struct with a geometry");
    check(&tile("'g', g", ", 'a', 0"), "…extent must be above 0");
    check(
        &tile("'g', g", ", 'a', 4096, 'h'"),
        "…geom_name must be a field of the row, found \"h\"",
    );
    check(
        &tile("'g', g, 'id', 'x'", ", 'a', 4096, 'g', 'id'"),
        "…feature_id_name must be a field of whole numbers",
    );
    check("st_asmvt(1)", "…row must be a struct");
    check(
        "st_asmvt(named_struct('g', st_asbinary('GEOMETRYCOLLECTION(POINT(1 1))')))",
        "…must be points, lines or polygons",
    );
}

/// Thin stars around the corner of a tile, with more corners than cells in places.
fn stars(n_stars: usize) -> Vec<String> {
    let mut state = 7_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31)
    };
    let star = |_| {
        let (x, y, size) = (random() * 120.0 - 10.0, random() * 120.0 - 10.0, 1.0 + random() * 60.0);
        let mut corners: Vec<String> = Vec::new();
        for corner in 0..40 {
            let (angle, radius) = (
                f64::from(corner) * std::f64::consts::TAU / 40.0,
                size * (0.1 + 0.9 * random()),
            );
            corners.push(format!("{} {}", x + radius * angle.cos(), y + radius * angle.sin()));
        }
        corners.push(corners[0].clone());
        format!("POLYGON(({}))", corners.join(","))
    };
    (0..n_stars).map(star).collect()
}

#[test]
fn whatever_is_cut_and_rounded_is_valid_and_within_the_buffer() {
    use datafusion::arrow::array::{Array, AsArray};
    use geo::{Area, Validation};
    use pilji_udfs::geometry::{Bounds, Geometry};

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let values: Vec<String> = stars(400).iter().map(|text| format!("('{text}')")).collect();
    for (extent, buffer) in [(4096, 256), (64, 4), (8, 0)] {
        let query = format!(
            "SELECT st_asmvtgeom(g, {TILE}, {extent}, {buffer}), st_area(g) FROM (VALUES {}) AS t(g)",
            values.join(",")
        );
        let batches = runtime.block_on(async { crate::session().sql(&query).await.unwrap().collect().await.unwrap() });
        let window = Bounds::of_corners((0.0, 0.0), (f64::from(extent), f64::from(extent))).grown(f64::from(buffer));
        let mut n_drawn = 0;
        for batch in &batches {
            for bytes in batch.column(0).as_binary::<i32>().iter().flatten() {
                let geometry = Geometry::from_wkb(bytes).unwrap();
                assert!(
                    window.covers(&geometry.bounds().unwrap()),
                    "{extent}: {}",
                    geometry.to_wkt(15)
                );
                let geometry = geometry.to_geo().unwrap();
                assert!(geometry.is_valid(), "{extent}: {:?}", geometry.validation_errors());
                assert!(geometry.signed_area() > 0.0);
                n_drawn += 1;
            }
            assert!(!batch.column(0).is_empty());
        }
        assert!(n_drawn > 200, "{extent}: {n_drawn}");
    }
}
