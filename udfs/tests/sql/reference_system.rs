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

/// PROJ: echo 127.5 37 | cs2cs EPSG:4326 (longitude first) to each of the strings.
#[test]
fn a_system_is_described_by_a_text() {
    let belt = "+proj=tmerc +lat_0=38 +lon_0=127 +k=1 +x_0=200000 +y_0=600000 +ellps=GRS80 +units=m +no_defs";
    let far = |to: &str| {
        format!(
            "round(st_distance(st_transform(st_point(127.5, 37, 4326), '{to}'), st_setsrid(st_transform(st_point(127.5, 37, 4326), 5186), '{to}')), 6)"
        )
    };
    check(&far(belt), "0.0");
    check(
        &format!("round(st_y(st_transform(st_transform(st_point(127.5, 37, 4326), '{belt}'), 4326)), 9)"),
        "37.0",
    );
    check(
        &format!("round(st_x(st_transform('POINT(200000 600000)', '{belt}', 4326)), 9)"),
        "127.0",
    );
    check(
        &format!("round(st_x(st_transform('POINT(200000 600000)', '{belt}', 'EPSG:5181')), 3)"),
        "200000.0",
    );
    check(
        &format!("round(st_y(st_transform('POINT(200000 600000)', '{belt}', '+proj=longlat +datum=WGS84')), 9)"),
        "38.0",
    );
    check(
        "round(st_x(st_transform(st_point(127.5, 37, 4326), '+proj=tmerc +lat_0=38 +lon_0=127 +x_0=200000 +y_0=600000 +ellps=GRS80 +units=us-ft')), 3)",
        "802183.412",
    );
    check(
        &format!("st_srid(st_transform(st_point(127.5, 37, 4326), '{belt}'))"),
        "0",
    );
    check(&format!("st_transform(NULL, '{belt}')"), "NULL");
    check(
        &format!("st_astext(st_transform(st_setsrid('POINT EMPTY', '{belt}'), 4326))"),
        "POINT EMPTY",
    );
    check(
        &format!("st_z(st_transform(st_setsrid('POINT Z (200000 600000 5)', '{belt}'), 4326))"),
        "5.0",
    );
}

#[test]
fn well_known_text_and_projjson_are_understood() {
    let geographic = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    check(&format!("st_srid(st_setsrid('POINT(1 2)', '{geographic}'))"), "4326");
    // The belt of 126 degrees, which no code has.
    let belt = format!(
        r#"PROJCS["a belt",{geographic},PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",200000.0],PARAMETER["False_Northing",600000.0],PARAMETER["Central_Meridian",126.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",38.0],UNIT["Meter",1.0]]"#
    );
    let json = r#"{"type":"ProjectedCRS","name":"the same belt","base_crs":{"name":"WGS 84","datum":{"type":"GeodeticReferenceFrame","name":"World Geodetic System 1984","ellipsoid":{"name":"WGS 84","semi_major_axis":6378137,"inverse_flattening":298.257223563}}},"conversion":{"name":"a","method":{"name":"Transverse Mercator"},"parameters":[{"name":"Latitude of natural origin","value":38,"unit":"degree"},{"name":"Longitude of natural origin","value":126,"unit":"degree"},{"name":"Scale factor at natural origin","value":1,"unit":"unity"},{"name":"False easting","value":200000,"unit":"metre"},{"name":"False northing","value":600000,"unit":"metre"}]},"coordinate_system":{"subtype":"Cartesian","axis":[{"name":"E","abbreviation":"E","direction":"east","unit":"metre"},{"name":"N","abbreviation":"N","direction":"north","unit":"metre"}]}}"#;
    for text in [belt.as_str(), json] {
        check(
            &format!("round(st_x(st_transform(st_point(200000, 600000), '{text}', 4326)), 9)"),
            "126.0",
        );
    }
    // PROJ: 5186 of (127, 38) moved a degree west, where the area is that of the ground.
    check(
        &format!("round(area_m2(st_setsrid(st_makeenvelope(200000, 600000, 201000, 601000), '{belt}')) / 10000)"),
        "100.0",
    );
    check(
        &format!("st_intersects(st_setsrid('POINT(1 2)', '{belt}'), st_setsrid('POINT(1 2)', 5186))"),
        "…\"a belt\" and EPSG:5186",
    );
    check(
        &format!(
            "st_intersects(st_setsrid('POINT(1 2)', '{belt}'), st_setsrid('POINT(1 2)', '+proj=utm +zone=52 +datum=WGS84'))"
        ),
        "…\"a belt\" and \"+proj=utm +zone=52 +datum=WGS84\"",
    );
    check(
        &format!("st_area_spheroid(st_setsrid('POLYGON((0 0,1 0,1 1,0 0))', '{belt}'))"),
        "…in degrees",
    );
    check(
        &format!("st_geohash(st_setsrid('POINT(1 2)', '{belt}'))"),
        "…in degrees",
    );
}

#[test]
fn what_cannot_be_computed_is_named() {
    let check = |text: &str, expected: &str| check(&format!("st_transform(st_point(1, 2, 4326), '{text}')"), expected);
    check("+proj=tmerc +axis=wsu", "…+axis=wsu is not supported");
    check("+proj=isea", "…+proj=isea is not supported");
    check("EPSG:5186 or so", "…expected a code like EPSG:5186");
    check(
        "PROJCS[\"a\"",
        "…not a coordinate system in well-known text: expected \",\"",
    );
    check(
        "{\"type\": 5}",
        "…not a coordinate system in PROJJSON: expected a \"type\"",
    );
    check("{\"type\": ", "…not a coordinate system in PROJJSON: EOF");
    check(
        "{\"type\": \"VerticalCRS\", \"name\": \"h\"}",
        "…\"h\" cannot be used: a system of the kind VERTICALCRS is not supported",
    );
    let geographic = r#"GEOGCS["b",DATUM["Tokyo",SPHEROID["Bessel 1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]"#;
    check(
        geographic,
        "…the shift from the datum \"Tokyo\" to WGS 84, which is not said, is not supported",
    );
    check(
        &format!(r#"PROJCS["c",{geographic},PROJECTION["Bonne"],UNIT["metre",1]]"#),
        "…the projection \"Bonne\" is not supported",
    );
    check(
        &geographic.replace("0.0174532925199433", "0.015707963267949"),
        "…an angle unit of 0.015707963267949 radians is not supported",
    );
    check(
        r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["Bessel",6377397.155,299.1528128]],UNIT["Degree",0.0174532925199433]]"#,
        "…calls itself EPSG:4326 (WGS 84) but its parameters differ",
    );
    for garbage in [
        "{{{{",
        "[[[[",
        "+",
        "+=",
        "proj=",
        "+proj=tmerc +lat_0=nan",
        "+proj=utm +zone=-1",
        "((((",
        "+proj=lcc",
        "+proj=stere +lat_0=1e308",
    ] {
        check(garbage, "…");
    }
}
