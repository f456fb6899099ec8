//! Texts of `.prj` files, as PROJ writes them for every system and as they are met in the wild.
#![expect(clippy::unwrap_used, reason = "tests")]

use pilji_udfs::{Crs, Error};

const KOREAN_1985: &str = r#"GEOGCS["GCS_Korean_Datum_1985",DATUM["D_Korean_Datum_1985",SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
const KOREA_2000: &str = r#"GEOGCS["GCS_Korea_2000",DATUM["D_Korea_2000",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// A `.prj` as ESRI writes it.
fn esri(name: &str, geographic: &str, lon_0: &str, y_0: &str) -> String {
    format!(
        "PROJCS[\"{name}\",{geographic},PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"False_Easting\",200000.0],\
         PARAMETER[\"False_Northing\",{y_0}],PARAMETER[\"Central_Meridian\",{lon_0}],PARAMETER[\"Scale_Factor\",1.0],\
         PARAMETER[\"Latitude_Of_Origin\",38.0],UNIT[\"Meter\",1.0]]"
    )
}

fn check(text: &str, epsg: u32) {
    assert_eq!(
        Crs::from_prj(text)
            .map(|crs| crs.epsg())
            .map_err(|error| error.to_string()),
        Ok(epsg),
        "{text}"
    );
}

#[test]
fn every_form_that_proj_writes_is_recognised() {
    let mut n_texts = 0;
    for line in include_str!("data/prj.tsv").lines().skip(1) {
        let mut columns = line.splitn(3, '\t');
        let epsg = columns.next().unwrap().parse().unwrap();
        check(columns.nth(1).unwrap(), epsg);
        n_texts += 1;
    }
    assert_eq!(n_texts, 26 * 8);
}

#[test]
fn what_we_write_is_recognised_and_is_what_proj_writes() {
    for line in include_str!("data/prj.tsv").lines().skip(1) {
        let mut columns = line.splitn(3, '\t');
        let crs = Crs::parse(columns.next().unwrap()).unwrap();
        check(crs.wkt_prj(), crs.epsg());
        let is_esri = columns.next().unwrap() == "WKT1_ESRI";
        // PROJ writes the registry's new name of Korea 2000, which older ArcGIS does not know.
        let is_renamed = crs.name().starts_with("KGD2002");
        if is_esri && !is_renamed {
            assert_eq!(
                with_short_meridian(crs.wkt_prj()),
                with_short_meridian(columns.next().unwrap())
            );
        }
    }
}

/// PROJ rounds 127.00289027777778 to twelve decimals; here both end after nine.
fn with_short_meridian(text: &str) -> String {
    match text.split_once(".002890277") {
        Some((before, after)) => format!(
            "{before}.002890277{}",
            after.trim_start_matches(|digit: char| digit.is_ascii_digit())
        ),
        None => text.to_owned(),
    }
}

#[test]
fn texts_met_in_the_wild_are_recognised() {
    check(
        &esri("Korea_2000_Korea_Central_Belt_2010", KOREA_2000, "127.0", "600000.0"),
        5186,
    );
    check(
        &esri("Korea_2000_Korea_Central_Belt", KOREA_2000, "127.0", "500000.0"),
        5181,
    );
    check(&esri("Korea_Central_Belt_2010", KOREA_2000, "127", "600000"), 5186);
    check(
        &esri("Korean_1985_Korea_Central_Belt", KOREAN_1985, "127.0", "500000.0"),
        2097,
    );
    check(
        &esri(
            "Korean_1985_Modified_Korea_Central_Belt",
            KOREAN_1985,
            "127.0028902777778",
            "500000.0",
        ),
        5174,
    );
    check(
        &esri(
            "Korean 1985 / Modified Korea Central Belt",
            KOREAN_1985,
            "127.002890277778",
            "500000.0",
        ),
        5174,
    );
    check(
        &format!("\u{feff}{}\r\n", esri("Modified", KOREAN_1985, "127.00289", "500000.0")),
        5174,
    );
    let itrf = r#"GEOGCS["GCS_ITRF_2000",DATUM["D_ITRF_2000",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    let unified = esri("PCS_ITRF2000_TM", itrf, "127.5", "2000000.0")
        .replace("200000.0],PARAMETER[\"False_N", "1000000.0],PARAMETER[\"False_N")
        .replace("Scale_Factor\",1.0", "Scale_Factor\",0.9996");
    check(&unified, 5179);
    check(&esri("ITRF2000_Central_Belt_60", itrf, "127.0", "600000.0"), 5186);
    // GRS 80 and WGS 84 are the same to a tenth of a millimetre.
    let wgs84 = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    check(&esri("WGS_1984_Transverse_Mercator", wgs84, "127.0", "600000.0"), 5186);
    check(wgs84, 4326);
    // The name of the datum in older registries.
    let geocentric = KOREA_2000.replace("D_Korea_2000", "Geocentric_datum_of_Korea");
    check(
        &esri("Korea 2000 / Central Belt 2010", &geocentric, "127", "600000"),
        5186,
    );
    check(&geocentric, 4737);
    // QGIS names a bare ellipsoid so.
    let bessel = r#"GEOGCS["unknown",DATUM["Unknown_based_on_Bessel_1841_ellipsoid",SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    check(&esri("unknown", bessel, "127.002890277778", "500000.0"), 5174);
    check(&esri("unknown", bessel, "127.0", "500000.0"), 2097);
}

#[test]
fn compound_and_bound_systems_are_looked_into() {
    let inner = esri("Korea_2000_Korea_Central_Belt_2010", KOREA_2000, "127.0", "600000.0");
    check(
        &format!("COMPD_CS[\"a\",{inner},VERT_CS[\"b\",UNIT[\"metre\",1]]]"),
        5186,
    );
    check(
        &format!("BOUNDCRS[SOURCECRS[{inner}],TARGETCRS[{KOREA_2000}],METHOD[\"x\"]]"),
        5186,
    );
}

#[test]
fn systems_that_differ_by_one_number_are_told_apart() {
    check(&esri("a", KOREAN_1985, "127.0", "500000.0"), 2097);
    check(&esri("a", KOREAN_1985, "127.0028902777778", "500000.0"), 5174);
    check(&esri("a", KOREAN_1985, "127.0028902777778", "550000.0"), 5175);
    check(&esri("a", KOREA_2000, "127.0", "500000.0"), 5181);
    check(&esri("a", KOREA_2000, "127.0", "550000.0"), 5182);
    check(&esri("a", KOREA_2000, "127.0", "600000.0"), 5186);
    check(&esri("a", KOREA_2000, "129.0", "600000.0"), 5187);
}

#[test]
fn a_name_or_code_that_contradicts_the_numbers_is_refused() {
    let named = esri(
        "Korean_1985_Korea_Central_Belt",
        KOREAN_1985,
        "127.0028902777778",
        "500000.0",
    );
    assert_eq!(
        Crs::from_prj(&named).unwrap_err().to_string(),
        "the .prj calls itself EPSG:2097 (Korean 1985 / Central Belt) but its parameters differ: \
         found \"Korean_1985_Korea_Central_Belt\" on datum \"D_Korean_Datum_1985\", transverse Mercator \
         lon_0=127.0028902777778 lat_0=38 k=1 x_0=200000 y_0=500000; say which with --crs EPSG:n"
    );
    let coded =
        esri("a", KOREA_2000, "127.0", "500000.0").replace("UNIT[\"Meter\",1.0]]", "AUTHORITY[\"EPSG\",\"5186\"]]");
    assert!(matches!(
        Crs::from_prj(&coded),
        Err(Error::PrjConflict { epsg: 5186, .. })
    ));
    let on_tokyo = KOREAN_1985.replace("D_Korean_Datum_1985", "D_Tokyo");
    let tokyo = esri("Korean_1985_Korea_Central_Belt", &on_tokyo, "127.0", "500000.0");
    assert!(matches!(
        Crs::from_prj(&tokyo),
        Err(Error::PrjConflict { epsg: 2097, .. })
    ));
}

#[test]
fn an_unknown_system_is_refused_with_what_was_found() {
    fn refused(text: &str, found: &str) {
        let expected = format!("the .prj's coordinate system is not known: found {found}; name it with --crs EPSG:n");
        assert_eq!(Crs::from_prj(text).unwrap_err().to_string(), expected);
    }
    refused(
        &esri("a", KOREAN_1985, "127.0029", "500000.0"),
        "\"a\" on datum \"D_Korean_Datum_1985\", transverse Mercator lon_0=127.0029 lat_0=38 k=1 x_0=200000 y_0=500000",
    );
    refused(
        &esri("a", KOREA_2000, "127.0", "600000.0").replace("UNIT[\"Meter\",1.0]", "UNIT[\"Foot\",0.3048]"),
        "\"a\" on datum \"D_Korea_2000\", transverse Mercator lon_0=127 lat_0=38 k=1 x_0=200000 y_0=600000, \
         units other than degrees from Greenwich and metres",
    );
    refused(
        &esri("a", KOREA_2000, "127.0", "600000.0").replace("Transverse_Mercator", "Lambert_Conformal_Conic"),
        "\"a\" on datum \"D_Korea_2000\", projection \"Lambert_Conformal_Conic\"",
    );
    refused(
        &KOREA_2000.replace("Korea_2000", "North_American_1983"),
        "\"GCS_North_American_1983\" on datum \"D_North_American_1983\", longitude and latitude",
    );
    refused(
        "LOCAL_CS[\"Nonearth\",UNIT[\"Meter\",1.0]]",
        "\"Nonearth\" on datum \"\"",
    );
    refused(
        &esri("a", KOREA_2000, "127.0", "600000.0").replace("Central_Meridian", "Meridian"),
        "\"a\" on datum \"D_Korea_2000\", transverse Mercator lon_0=NaN lat_0=38 k=1 x_0=200000 y_0=600000",
    );
}

#[test]
fn codes_are_read_in_both_spellings() {
    for (text, epsg) in [
        ("EPSG:5174", 5174),
        ("epsg:5186", 5186),
        (" 5179 ", 5179),
        ("4326", 4326),
    ] {
        assert_eq!(Crs::parse(text).unwrap().epsg(), epsg);
    }
    for text in [
        "",
        "EPSG:",
        "EPSG",
        "5174x",
        "-5174",
        "+5174",
        "ESRI:5174",
        "중부원점",
        "99999999999",
    ] {
        assert!(matches!(Crs::parse(text), Err(Error::CrsText { .. })), "{text:?}");
    }
    assert_eq!(
        Crs::parse("EPSG:2326").unwrap_err().to_string(),
        "EPSG:2326 is not supported; supported codes: 2096, 2097, 2098, 3857, 4162, 4166, 4326, 4737, 5173, 5174, \
         5175, 5176, 5177, 5178, 5179, 5180, 5181, 5182, 5183, 5184, 5185, 5186, 5187, 5188, 32651, 32652"
    );
}
