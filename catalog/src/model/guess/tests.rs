#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Float64Array, Int64Array, StringArray};

use super::*;

/// What is said of columns: `name=role evidence` for every role, then the remarks.
fn said(columns: Vec<(&str, ArrayRef)>) -> String {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let guess = roles(&batch.schema(), std::slice::from_ref(&batch));
    let mut lines = Vec::new();
    for (field, guessed) in batch.schema().fields().iter().zip(guess.columns) {
        if let Some(guessed) = guessed {
            lines.push(format!(
                "{}={} {}",
                field.name(),
                guessed.role.as_str(),
                guessed.evidence
            ));
        }
    }
    lines.extend(guess.remarks);
    lines.join("\n")
}

fn check(columns: Vec<(&str, ArrayRef)>, expected: &[&str]) {
    assert_eq!(said(columns), expected.join("\n"));
}

fn check_words(columns: Vec<(&str, ArrayRef)>, words: &[&str]) {
    let said = said(columns);
    let missing: Vec<_> = words.iter().filter(|word| !said.contains(**word)).collect();
    assert!(missing.is_empty(), "{missing:?} not in: {said}");
}

fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn floats(numbers: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(numbers.to_vec()))
}

/// Parcel numbers of 청운동 as they are in the register.
fn pnus(count: usize) -> Vec<String> {
    (0..count)
        .map(|lot| format!("11110101001{:04}{:04}", lot / 5 + 1, lot % 5))
        .collect()
}

fn as_array(texts: &[String]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

#[test]
fn parcel_numbers_are_told_by_their_digits_whatever_they_are_called() {
    check(
        vec![("a", as_array(&pnus(1000)))],
        &["a=pnu 19 digits in 100 % of 1,000 rows, all with an official 법정동 code"],
    );
    let numbers: Vec<i64> = pnus(10).iter().map(|pnu| pnu.parse().unwrap()).collect();
    check_words(
        vec![("a", Arc::new(Int64Array::from(numbers)))],
        &["a=pnu 19 digits in 100 % of 10 rows"],
    );
    let mut some_wrong = pnus(95);
    some_wrong.extend((0..5).map(|idx| format!("999999999910001000{idx}")));
    check(
        vec![("a", as_array(&some_wrong))],
        &["a=pnu 19 digits in 100 % of 100 rows, with an official 법정동 code in 95 %"],
    );
}

#[test]
fn a_near_miss_is_a_remark() {
    let mut half = pnus(70);
    half.extend((0..30).map(|idx| format!("x{idx}")));
    check(
        vec![("pnu", as_array(&half))],
        &[
            "`pnu` may be pnu, but not surely (19 digits in 70 % of 100 rows, all with an official 법정동 code); \
            `--role pnu=pnu` says that it is",
        ],
    );
    check(
        vec![("PNU", texts(&["1", "2"]))],
        &["`PNU` is called like a PNU and is none: 19 digits in 0 % of 2 rows"],
    );
    check(vec![("id", texts(&["a", "b"]))], &[]);
}

#[test]
fn parcel_numbers_that_went_through_doubles_are_recognised() {
    let numbers: Vec<f64> = pnus(100).iter().map(|pnu| pnu.parse().unwrap()).collect();
    check_words(
        vec![("PNU", floats(&numbers))],
        &["`PNU` held PNUs (numbers of 19 digits in 100 %", "Export"],
    );
    let written =
        |write: fn(&f64) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values(numbers.iter().map(write))) };
    for array in [
        written(|number| format!("{number:.0}")),
        // Seventeen significant digits, as many languages write a double.
        written(|number| format!("{:0<19}", format!("{number:.16e}").replace('.', "").replace("e18", ""))),
        written(|number| format!("{number:.5e}").replace('e', "E+")),
    ] {
        let said = said(vec![("PNU", array)]);
        assert!(said.starts_with("`PNU` held PNUs"), "{said}");
    }
    let excel: Vec<String> = (0..50).map(|lot| format!("11110101001{lot:04}0000")).collect();
    check_words(
        vec![("PNU", as_array(&excel))],
        &["PNU=pnu", "all of 50 PNUs end in 0000"],
    );
}

#[test]
fn codes_and_names_of_districts_are_held_against_the_official_table() {
    check(
        vec![
            ("code", texts(&["1111010100", "4117310200"])),
            ("a", texts(&["서울특별시", "경기도 "])),
            ("b", texts(&["종로구", "안양시동안구"])),
            // 관양동, decomposed as macOS writes it.
            (
                "c",
                texts(&[
                    "청운동",
                    "\u{1100}\u{116a}\u{11ab}\u{110b}\u{1163}\u{11bc}\u{1103}\u{1169}\u{11bc}",
                ]),
            ),
            ("d", Arc::new(StringArray::from(vec![None, Some("흥덕리")]))),
        ],
        &[
            "code=bjd_cd 10 digits in 100 % of 2 rows, all an official 법정동 code",
            "a=si_nm an official 시도 name in 100 % of 2 rows, 2 different ones",
            "b=sgg_nm an official 시군구 name in 100 % of 2 rows, 2 different ones",
            "c=emd_nm an official 읍면동 name in 100 % of 2 rows, 2 different ones",
            "d=ri_nm an official 리 name in 100 % of 1 value (1 row has none), 1 different one",
        ],
    );
    check_words(
        vec![("code", floats(&[1_111_010_100.0]))],
        &["`code` holds 법정동 codes as numbers with a fraction"],
    );
    check(vec![("shop", texts(&["가나 식당", "다라 상회"]))], &[]);
}

#[test]
fn one_column_gets_a_role_and_the_others_are_mentioned() {
    check(
        vec![("old", as_array(&pnus(4))), ("PNU", as_array(&pnus(4)))],
        &[
            "PNU=pnu 19 digits in 100 % of 4 rows, all with an official 법정동 code",
            "`old` looks like pnu too (19 digits in 100 % of 4 rows, all with an official 법정동 code); the role went to `PNU`",
        ],
    );
}

#[test]
fn lot_numbers_and_addresses_are_told_from_other_numbers() {
    let bare = "jibun_address a lot number (지번) such as `435-3` or `산 49` in 100 % of 3 rows";
    check(vec![("a", texts(&["435-3", "산 49", "12"]))], &[&format!("a={bare}")]);
    check(vec![("지번", texts(&["4", "5", "6"]))], &[&format!("지번={bare}")]);
    check(vec![("n", texts(&["4", "5", "6"]))], &[]);
    check(vec![("month", texts(&["2021-05", "2021-06", "2021-07"]))], &[]);
    check(
        vec![("주소", texts(&["서울특별시 종로구 청운동 1-3", "종로구 청운동 산 1"]))],
        &["주소=jibun_address an address that ends in 읍면동 or 리 and a lot number (지번) in 100 % of 2 rows"],
    );
    check(vec![("도로명주소", texts(&["서울특별시 종로구 자하문로 12"]))], &[]);
}

#[test]
fn coordinates_are_told_by_where_korea_is() {
    let (lon, lat) = (floats(&[126.978_01, 127.100_02]), floats(&[37.566_51, 35.100_03]));
    check(
        vec![("경도", Arc::clone(&lon)), ("위도", Arc::clone(&lat))],
        &[
            "경도=lon within Korea's 124° to 132° in 100 % of 2 rows",
            "위도=lat within Korea's 33° to 39° in 100 % of 2 rows",
        ],
    );
    check_words(
        vec![("lon", Arc::clone(&lat)), ("lat", Arc::clone(&lon))],
        &["lon=lat", "lat=lon", "`lat` holds longitudes", "`lon` holds latitudes"],
    );
    check_words(vec![("a", Arc::clone(&lon)), ("b", lat)], &["a=lon", "b=lat"]);
    check(vec![("a", lon)], &[]);
    check(
        vec![
            ("temperature", floats(&[36.5, 37.1])),
            ("pressure", floats(&[125.0, 130.5])),
        ],
        &[],
    );
    check_words(
        vec![("x", floats(&[198_056.367])), ("y", floats(&[551_885.031]))],
        &["`x` looks like metres", "`y` looks like metres"],
    );
}

#[test]
fn geometries_are_told_by_their_first_bytes() {
    let point = [
        1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5F, 0x40, 0, 0, 0, 0, 0, 0, 0x42, 0x40,
    ];
    let wkb: ArrayRef = Arc::new(BinaryArray::from_iter_values([&point, &point]));
    check(vec![("g", wkb)], &["g=geometry WKB in 100 % of 2 rows"]);
    check(
        vec![("g", texts(&["POINT (127 37)", "SRID=4326;MULTIPOLYGON EMPTY"]))],
        &["g=geometry WKT in 100 % of 2 rows"],
    );
    let hex = "0101000000000000000000005F400000000000004240";
    check_words(
        vec![("g", texts(&[hex]))],
        &["`g` holds WKB written as hexadecimal text"],
    );
    let noise: ArrayRef = Arc::new(BinaryArray::from_iter_values([
        b"\x89PNG\r\n\x1a\n..",
        b"\x89PNG\r\n\x1a\n..",
    ]));
    check(
        vec![
            ("image", noise),
            ("pointless", texts(&["points of sale", "POINTLESS (x)"])),
        ],
        &[],
    );
}

#[test]
fn an_empty_sample_makes_no_roles() {
    let batch = RecordBatch::try_from_iter([("PNU", texts(&[]))]).unwrap();
    let guess = roles(&batch.schema(), &[batch]);
    assert_eq!(guess.columns, [None]);
    assert!(guess.remarks.is_empty(), "{:?}", guess.remarks);
    let schema = RecordBatch::try_from_iter([("PNU", texts(&["1"]))]).unwrap().schema();
    assert_eq!(roles(&schema, &[]).columns, [None]);
}
