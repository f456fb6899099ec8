//! Parcel numbers, lots, land categories, regions and the land itself.

use crate::check;

const PNU: &str = "'4117310200200120003'";

#[test]
fn a_parcel_number_is_taken_apart() {
    for (function, expected) in [
        ("pnu_bjd", "4117310200"),
        ("pnu_sigungu", "41173"),
        ("pnu_san", "true"),
        ("pnu_bonbun", "12"),
        ("pnu_bubon", "3"),
        ("pnu_parts", "{bjd_cd: 4117310200, san: true, bonbun: 12, bubon: 3}"),
        ("jibun_format", "산 12-3"),
    ] {
        check(&format!("{function}({PNU})"), expected);
        check(&format!("{function}(arrow_cast({PNU}, 'Utf8View'))"), expected);
        check(
            &format!("{function}(arrow_cast({PNU}, 'Dictionary(Int32, Utf8)'))"),
            expected,
        );
        check(&format!("{function}(NULL)"), "NULL");
        check(&format!("{function}(arrow_cast(NULL, 'Utf8'))"), "NULL");
        check(
            &format!("{function}('411731020020012000')"),
            "…expected 19 digits, found \"411731020020012000\"",
        );
        check(&format!("{function}('')"), "…expected 19 digits, found \"\"");
        check(
            &format!("{function}('4117310200000120003')"),
            "…digit 11 (the ledger) is 0 in \"4117310200000120003\"",
        );
        check(&format!("{function}()"), "…was called with 0 arguments");
    }
    check(
        "pnu_bjd(4117310200200120003)",
        "…argument 1 (pnu) must be a text, found Int64",
    );
    check("pnu_parts('1111010100100010000')['bubon']", "0");
    check(
        "count(pnu_parts(column1)) FROM (VALUES ('1111010100100010000'), (NULL))",
        "1",
    );
    check("pnu_san('1111010100100010000')", "false");
}

#[test]
fn lots_are_written_as_people_do() {
    check("jibun_format('1111010100100010000')", "1");
    check("jibun_format('1111010100100120034')", "12-34");
    check("jibun_format('1111010100500120034')", "12-34");
    check("jibun_format(12, 3, true)", "산 12-3");
    check("jibun_format(12, 3)", "12-3");
    check("jibun_format(arrow_cast(12, 'Int32'), 0, false)", "12");
    check("jibun_format(12)", "12");
    check("jibun_format(12, NULL, true)", "NULL");
    check("jibun_format(NULL, 3, true)", "NULL");
    check(
        "jibun_format(10000, 3)",
        "…bonbun must be a number from 0 to 9999, found 10000",
    );
    check(
        "jibun_format(1, -3)",
        "…bubon must be a number from 0 to 9999, found -3",
    );
    check("jibun_format('1111010100100010000', 3)", "…a PNU (text) alone");
    check("jibun_format(1.5)", "…found Float64");
    check("jibun_format(1, 2, 3)", "…argument 3 (san) must be true or false");
    check(
        "max(jibun_format(column1, column2)) FROM (VALUES (1, 2), (NULL, 3))",
        "1-2",
    );
}

#[test]
fn a_lot_in_a_district_has_a_number() {
    check("jibun_to_pnu('1111010100', '산 12-3')", "1111010100200120003");
    check("jibun_to_pnu('1111010100', '1-3대')", "1111010100100010003");
    check("jibun_to_pnu('1111010100', '387')", "1111010100103870000");
    check("jibun_to_pnu(NULL, '387')", "NULL");
    check("jibun_to_pnu('1111010100', NULL)", "NULL");
    check("jibun_to_pnu('11110', '387')", "…expected 10 digits, found \"11110\"");
    check("jibun_to_pnu('1111010100', 'abc')", "…not a jibun");
    check("jibun_to_pnu('1111010100', 'abc')", "…found \"abc\"");
    check("jibun_to_pnu('1111010100', '')", "…found \"\"");
    check("jibun_format(jibun_to_pnu('1111010100', '산12-3'))", "산 12-3");
}

#[test]
fn addresses_name_districts_and_lots() {
    check(
        "norm_addr('경기 안양시 관양동 산12-3')",
        "경기도 안양시 동안구 관양동 산 12-3",
    );
    check("norm_addr('강원도 춘천시 봉의동')", "강원특별자치도 춘천시 봉의동");
    check(
        "norm_addr('강원도 춘천시 봉의동', DATE '2021-06-01')",
        "강원도 춘천시 봉의동",
    );
    check("norm_addr('경기도 안양시 동안구 관양1동')", "NULL");
    check("norm_addr(NULL)", "NULL");
    check("addr_bjd('관양동')", "4117310200");
    check("addr_bjd('중앙동')", "NULL");
    check("addr_pnu('경기도 안양시 동안구 관양동 1588-1')", "4117310200115880001");
    check("addr_pnu('경기도 안양시 동안구 관양동')", "NULL");
    check("addr_status('경기도 안양시 동안구 관양동')", "exact");
    check("addr_status('경기 안양시 관양동')", "normalized");
    check("addr_status('중앙동')", "ambiguous");
    check("addr_status('강남스타일')", "none");
}

#[test]
fn land_categories_have_names() {
    check("jimok_name('장')", "공장용지");
    check("jimok_name('대')", "대");
    check("jimok_name('과수원')", "과수원");
    check("jimok_name('28')", "잡종지");
    check("jimok_name(NULL)", "NULL");
    check("jimok_name('가')", "…such as 장, found \"가\"");
    check("jimok_name('')", "…found \"\"");
    check("jimok_name('29')", "…found \"29\"");
}

#[test]
fn districts_have_the_names_of_their_day() {
    check("bjd_name('4117310200')", "경기도 안양시 동안구 관양동");
    check("bjd_name('41173')", "경기도 안양시 동안구");
    check("bjd_name('41')", "경기도");
    check("bjd_name('41173102')", "경기도 안양시 동안구 관양동");
    check("bjd_name(pnu_sigungu('4117310200200120003'))", "경기도 안양시 동안구");
    // 강원도 became 강원특별자치도, with other codes, between the two tables.
    check("bjd_name('4211010100', DATE '2021-06-01')", "강원도 춘천시 봉의동");
    check("bjd_name('4211010100')", "NULL");
    check("bjd_name('5111010100')", "강원특별자치도 춘천시 봉의동");
    check("bjd_name('5111010100', '2021-06-01')", "NULL");
    check("bjd_name('4211010100', DATE '1990-01-01')", "강원도 춘천시 봉의동");
    check(
        "bjd_name('4211010100', TIMESTAMP '2021-06-01T12:00:00')",
        "강원도 춘천시 봉의동",
    );
    check("bjd_name('9999999999')", "NULL");
    check("bjd_name(NULL)", "NULL");
    check("bjd_name('4117310200', NULL)", "NULL");
    check("bjd_name('411731')", "…expected 10 digits, found \"411731\"");
    check("bjd_name('경기도')", "…expected 10 digits, found \"경기도\"");
    check("bjd_name('')", "…found \"\"");
    check("bjd_name('4117310200', 'May')", "…May");
}

#[test]
fn areas_are_converted_exactly() {
    check("from_pyeong(121)", "400.0");
    check("to_pyeong(400)", "121.0");
    check("to_pyeong(from_pyeong(84))", "84.0");
    check("round(to_pyeong(100), 4)", "30.25");
    check("to_pyeong(-400)", "-121.0");
    check("to_pyeong(NULL)", "NULL");
    check("from_pyeong(NULL)", "NULL");
    check("to_pyeong('a')", "…argument 1 (m2) must be a number");
}

#[test]
fn areas_are_those_of_epsg_5186() {
    // Expected: the shoelace formula over the corners as PROJ 9 projects them.
    let square = "POLYGON((126.97 37.57,126.971 37.57,126.971 37.571,126.97 37.571,126.97 37.57))";
    check(
        &format!(
            "area_m2('SRID=5186;{}')",
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))"
        ),
        "15.0",
    );
    check(&format!("round(area_m2('SRID=4326;{square}'), 4)"), "9804.9626");
    check("area_m2('SRID=4326;POINT(127 37)')", "0.0");
    check("area_m2('SRID=4326;LINESTRING(127 37,128 37)')", "0.0");
    check("area_m2('SRID=4326;POLYGON EMPTY')", "0.0");
    check("area_m2('SRID=5186;POLYGON Z ((0 0 9,0 3 9,4 0 1,0 0 9))')", "6.0");
    check(
        "area_m2('SRID=5186;GEOMETRYCOLLECTION(POINT(1 1),MULTIPOLYGON(((0 0,0 3,4 0,0 0)),((9 9,9 12,13 9,9 9))))')",
        "12.0",
    );
    check("area_m2(NULL)", "NULL");
    check(
        "area_m2('POLYGON((0 0,4 0,4 4,0 0))')",
        "…coordinate system is not known",
    );
    check(
        "area_m2('SRID=2000;POLYGON((0 0,4 0,4 4,0 0))')",
        "…EPSG:2000 is not supported",
    );
    check("area_m2(x'0103')", "…not WKB");
    check("area_m2('land')", "…not WKT");
    check("area_m2(1)", "…argument 1 (geometry) must be a geometry");
}

#[test]
fn shared_borders_have_a_length() {
    let square = |x: f64, y: f64| {
        format!(
            "'SRID=5186;POLYGON(({x} {y},{} {y},{} {},{x} {},{x} {y}))'",
            x + 10.0,
            x + 10.0,
            y + 10.0,
            y + 10.0
        )
    };
    let (one, beside, corner, apart) = (
        square(0.0, 0.0),
        square(10.0, 4.0),
        square(10.0, 10.0),
        square(10.02, 0.0),
    );
    check(&format!("shared_border_m({one}, {beside})"), "6.0");
    check(&format!("shared_border_m({beside}, {one})"), "6.0");
    check(&format!("shared_border_m({one}, {one})"), "40.0");
    check(&format!("shared_border_m({one}, {corner})"), "0.0");
    check(&format!("shared_border_m({one}, {apart})"), "0.0");
    check(&format!("shared_border_m({one}, {})", square(10.001, 0.0)), "10.0");
    let hole = "'SRID=5186;POLYGON((-9 -9,20 -9,20 20,-9 20,-9 -9),(0 0,0 10,10 10,10 0,0 0))'";
    check(&format!("shared_border_m({one}, {hole})"), "40.0");
    check(
        &format!("shared_border_m({one}, 'SRID=5186;LINESTRING(0 0,10 0)')"),
        "0.0",
    );
    check(&format!("shared_border_m({one}, 'SRID=5186;POLYGON EMPTY')"), "0.0");
    check(&format!("shared_border_m({one}, NULL)"), "NULL");
    check(
        "shared_border_m('POLYGON EMPTY', 'POLYGON EMPTY')",
        "…coordinate system is not known",
    );
    check(&format!("shared_border_m({one}, 'x')"), "…not WKT");
}
