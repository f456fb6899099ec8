//! The rules of conversion, case by case.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::NaiveDate;
use geo_types::{Geometry, MultiPolygon, point, polygon};
use pilji_udfs::{Crs, Jimok, ToWgs84};

use super::convert::{CadastralPart, Converted, convert};
use super::row;
use crate::layout::recognise;
use crate::record;
use crate::region::Regions;
use crate::reject::RejectCode;
use crate::source::{Batch, Counts};

type TestResult<T = ()> = Result<T, Box<dyn std::error::Error>>;

const OFFICIAL: [&str; 7] = ["A0", "A1", "A2", "A3", "A4", "A5", "A6"];
const LSMD: [&str; 5] = ["PNU", "JIBUN", "BCHK", "SGG_OID", "COL_ADM_SE"];
const PLATFORM: [&str; 11] = [
    "SGG_OID", "PNU", "BJD_CD", "BJD_NM", "SI_NM", "SGG_NM", "EMD_NM", "RI_NM", "BONBUN", "BUBON", "JIMOK",
];
const CHEONGUN: &str = "서울특별시 종로구 청운동";

#[expect(clippy::unnecessary_wraps, reason = "a row may have none")]
fn square() -> Option<Geometry<f64>> {
    let ring = polygon![(x: 126.9, y: 37.5), (x: 127.0, y: 37.5), (x: 127.0, y: 37.6), (x: 126.9, y: 37.6)];
    Some(MultiPolygon(vec![ring]).into())
}

/// Converts one row whose fields are texts; "" is NULL.
fn convert_row(columns: &[&str], values: &[&str], geometry: Option<Geometry<f64>>) -> TestResult<(Converted, Regions)> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|name| Field::new(*name, DataType::Utf8, true))
        .collect();
    let arrays = values
        .iter()
        .map(|value| Arc::new(StringArray::from(vec![(!value.is_empty()).then_some(*value)])) as ArrayRef);
    let attributes = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect())?;
    convert_batch(attributes, geometry)
}

fn convert_batch(attributes: RecordBatch, geometry: Option<Geometry<f64>>) -> TestResult<(Converted, Regions)> {
    let (_, fields) = recognise(attributes.schema_ref());
    let part = CadastralPart {
        fields,
        to_wgs84: ToWgs84::new(&Crs::from_epsg(4326)?)?,
        vintage: None,
        fallback_vintage: NaiveDate::from_ymd_opt(2021, 5, 1),
    };
    let regions = Regions::default();
    let batch = Batch {
        rows: vec![17],
        attributes,
        geometry: vec![geometry],
        rejected: vec![],
        counts: Counts::default(),
    };
    Ok((convert(&part, &regions, batch)?, regions))
}

/// One line for a published row: `region|pnu|lot|san|jimok|date|sgg_oid`.
fn line((converted, regions): &(Converted, Regions)) -> TestResult<String> {
    if let Some(rejected) = converted.rejected.first() {
        return Err(format!("rejected: {rejected:?}").into());
    }
    let (record, _) = record::first(&converted.buckets[0].1).ok_or("no record")?;
    let parcel = row::decode(record.payload).ok_or("no row")?;
    let attributes = parcel.attributes;
    Ok(format!(
        "{}|{}|{}-{}|{}|{}|{}|{}",
        regions.all()[parcel.region as usize].full_name,
        parcel.pnu,
        attributes.bonbun,
        attributes.bubon,
        if attributes.san { "산" } else { "" },
        attributes.jimok.map_or("", Jimok::sign),
        attributes.base_date.unwrap_or_default(),
        attributes.sgg_oid.map(|oid| oid.to_string()).unwrap_or_default(),
    ))
}

fn published(columns: &[&str], values: &[&str], expected: &str) -> TestResult<Converted> {
    let converted = convert_row(columns, values, square())?;
    assert_eq!(line(&converted)?, expected, "{values:?}");
    assert_eq!(converted.0.published, 1);
    Ok(converted.0)
}

fn rejected(columns: &[&str], values: &[&str], geometry: Option<Geometry<f64>>, expected: RejectCode) -> TestResult {
    let (converted, _) = convert_row(columns, values, geometry)?;
    let codes: Vec<RejectCode> = converted.rejected.iter().map(|rejected| rejected.code).collect();
    assert_eq!(
        (codes.as_slice(), converted.published),
        ([expected].as_slice(), 0),
        "{values:?} {:?}",
        converted.rejected
    );
    let row = &converted.rejected[0];
    assert_eq!((row.row, row.record.len()), (17, columns.len()));
    assert_eq!(
        row.wkt.is_some(),
        !matches!(expected, RejectCode::GeometryMissing),
        "{:?}",
        row.wkt
    );
    Ok(())
}

#[test]
fn official_rows_take_lot_and_category_from_a4_and_a5() -> TestResult {
    let check = |pnu: &str, number: &str, sign: &str, expected: &str| {
        let row = ["164661", pnu, &pnu[..10], CHEONGUN, number, sign, "20210501"];
        let expected = format!("{CHEONGUN}|{pnu}|{expected}|18748|164661");
        published(&OFFICIAL, &row, &expected)
    };
    check("1111010100103870000", "387", "387답", "387-0||답")?;
    check("1111010100104350003", "435-3", "435-3 과", "435-3||과")?;
    check("1111010100200490000", "산49", "산49도", "49-0|산|도")?;
    check("1111010100104610000", "461", "461-0 도", "461-0||도")?;
    check("1111010100200430004", "산43-4", "산43-4", "43-4|산|")?;
    check("1111010100214540000", "산1454", "", "1454-0|산|")?;
    check("1111010100104350003", "435-3", "장", "435-3||장")?;
    // Without a text the parcel number tells.
    let bare = check("1111010100204350003", "", "", "435-3|산|")?;
    assert_eq!((bare.notes.jibun_disagrees, bare.notes.jibun_unreadable), (0, 0));
    // The text wins, and is counted.
    let differs = check("1111010100600001001", "0-1", "0-1가", "0-1||")?;
    assert_eq!(differs.notes.jibun_disagrees, 1);
    let unreadable = check("1111010100104350003", "?", "?", "435-3||")?;
    assert_eq!(
        (unreadable.notes.jibun_disagrees, unreadable.notes.jibun_unreadable),
        (0, 1)
    );
    Ok(())
}

#[test]
fn dates_come_from_the_row_else_from_the_file() -> TestResult {
    let check = |date: &str, days: i32| {
        let row = [
            "1",
            "1111010100100010003",
            "1111010100",
            CHEONGUN,
            "1-3",
            "1-3 대",
            date,
        ];
        published(
            &OFFICIAL,
            &row,
            &format!("{CHEONGUN}|1111010100100010003|1-3||대|{days}|1"),
        )
    };
    check("20210502", 18_749)?;
    check("2021-05-03", 18_750)?;
    check("", 18_748)?;
    Ok(())
}

#[test]
fn lsmd_rows_get_their_region_from_the_official_table() -> TestResult {
    let sejong = "3611025021100010000";
    let row = [sejong, "1-0 대", "1", "36110", "36110"];
    let (converted, regions) = convert_row(&LSMD, &row, square())?;
    assert_eq!(converted.published, 1, "{:?}", converted.rejected);
    assert_eq!(
        (regions.all()[0].name.si.as_str(), regions.all()[0].name.sgg.as_deref()),
        ("세종특별자치시", None)
    );
    let row = ["1111010100100010003", "1-3 대", "1", "164661", "11110"];
    published(
        &LSMD,
        &row,
        &format!("{CHEONGUN}|1111010100100010003|1-3||대|18748|164661"),
    )?;
    Ok(())
}

#[test]
fn damaged_numbers_of_the_platform_are_rebuilt_and_counted() -> TestResult {
    // The row of the platform's present CSV.
    let row = [
        "164661",
        "1111010100100009980",
        "1111010100",
        CHEONGUN,
        "서울특별시",
        "종로구",
        "청운동",
        "",
        "1",
        "3",
        "대",
    ];
    let converted = published(
        &PLATFORM,
        &row,
        &format!("{CHEONGUN}|1111010100100010003|1-3||대|18748|164661"),
    )?;
    assert_eq!((converted.notes.repaired_pnus, converted.notes.jibun_disagrees), (1, 0));
    let sajik = [
        "1",
        "1111011500200009980",
        "1111011500",
        "서울특별시 종로구 사직동",
        "",
        "",
        "",
        "",
        "1",
        "25",
        "임야",
    ];
    let expected = "서울특별시 종로구 사직동|1111011500200010025|1-25|산|임|18748|1";
    assert_eq!(published(&PLATFORM, &sajik, expected)?.notes.repaired_pnus, 1);
    Ok(())
}

#[test]
fn a_name_other_than_the_official_one_is_kept_and_counted() -> TestResult {
    let row = [
        "1",
        "1111010100100010003",
        "1111010100",
        "서울특별시 종로구 신교동",
        "1-3",
        "1-3 대",
        "",
    ];
    let converted = published(
        &OFFICIAL,
        &row,
        "서울특별시 종로구 신교동|1111010100100010003|1-3||대|18748|1",
    )?;
    assert_eq!(converted.notes.names_differ, 1);
    let row = [
        "1",
        "1111010100100010003",
        "1111010100",
        "  서울특별시  종로구 청운동 ",
        "1-3",
        "1-3 대",
        "",
    ];
    let converted = published(
        &OFFICIAL,
        &row,
        &format!("{CHEONGUN}|1111010100100010003|1-3||대|18748|1"),
    )?;
    assert_eq!(converted.notes.names_differ, 0);
    Ok(())
}

#[test]
fn numbers_may_come_as_numbers() -> TestResult {
    let schema = Schema::new(vec![
        Field::new("PNU", DataType::Int64, true),
        Field::new("JIBUN", DataType::Utf8, true),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1_111_010_100_100_010_003])),
        Arc::new(StringArray::from(vec!["1-3대"])),
    ];
    let converted = convert_batch(RecordBatch::try_new(Arc::new(schema), columns)?, square())?;
    assert_eq!(
        line(&converted)?,
        format!("{CHEONGUN}|1111010100100010003|1-3||대|18748|")
    );
    Ok(())
}

#[test]
fn every_fault_has_its_code() -> TestResult {
    let official = |pnu: &str, bjd: &str, name: &str, date: &str, geometry, code| {
        rejected(&OFFICIAL, &["1", pnu, bjd, name, "1-3", "1-3 대", date], geometry, code)
    };
    let good = "1111010100100010003";
    official(
        "11110101001000100",
        "1111010100",
        CHEONGUN,
        "",
        square(),
        RejectCode::PnuMalformed,
    )?;
    official("", "1111010100", CHEONGUN, "", square(), RejectCode::PnuMalformed)?;
    official(
        "1111010100000010003",
        "1111010100",
        CHEONGUN,
        "",
        square(),
        RejectCode::PnuMalformed,
    )?;
    official("1.11E+18", "1111010100", CHEONGUN, "", square(), RejectCode::PnuDamaged)?;
    official(good, "1111010200", CHEONGUN, "", square(), RejectCode::BjdMismatch)?;
    official(good, "1111010100", "청운동", "", square(), RejectCode::RegionUnknown)?;
    official(
        good,
        "1111010100",
        "서울특별시 종로구",
        "",
        square(),
        RejectCode::RegionUnknown,
    )?;
    official(
        good,
        "1111010100",
        CHEONGUN,
        "20211301",
        square(),
        RejectCode::FieldInvalid,
    )?;
    official(good, "1111010100", CHEONGUN, "", None, RejectCode::GeometryMissing)?;
    official(
        good,
        "1111010100",
        CHEONGUN,
        "",
        Some(point!(x: 127., y: 37.).into()),
        RejectCode::GeometryBroken,
    )?;
    let metres = polygon![(x: 1e5, y: 5e5), (x: 2e5, y: 5e5), (x: 2e5, y: 6e5)];
    official(
        good,
        "1111010100",
        CHEONGUN,
        "",
        Some(metres.into()),
        RejectCode::GeometryBroken,
    )?;
    rejected(
        &LSMD,
        &["9911010100100010003", "1-3 대", "", "", ""],
        square(),
        RejectCode::RegionUnknown,
    )?;
    let platform = |oid: &str, pnu: &str, bonbun: &str, code| {
        let row = [oid, pnu, "1111010100", CHEONGUN, "", "", "", "", bonbun, "3", "대"];
        rejected(&PLATFORM, &row, square(), code)
    };
    platform("x", good, "1", RejectCode::FieldInvalid)?;
    platform("1", good, "1.5", RejectCode::FieldInvalid)?;
    platform("1", good, "10000", RejectCode::FieldInvalid)?;
    platform("1", "1111010100100009980", "77", RejectCode::PnuDamaged)?;
    Ok(())
}

#[test]
fn rows_that_the_reader_rejected_go_on_to_the_reject_file() -> TestResult {
    let schema = Schema::new(vec![
        Field::new("PNU", DataType::Utf8, true),
        Field::new("JIBUN", DataType::Utf8, true),
    ]);
    let (first, _) = convert_row(&LSMD, &["1", "", "", "", ""], square())?;
    let part = CadastralPart {
        fields: recognise(&schema).1,
        to_wgs84: ToWgs84::new(&Crs::from_epsg(4326)?)?,
        vintage: None,
        fallback_vintage: None,
    };
    let attributes = RecordBatch::new_empty(Arc::new(schema));
    let counts = Counts {
        rings_closed: 1,
        rings_turned: 2,
        heights_dropped: 3,
        rows_deleted: 4,
    };
    let batch = Batch {
        rows: vec![],
        attributes,
        geometry: vec![],
        rejected: first.rejected.clone(),
        counts,
    };
    let converted = convert(&part, &Regions::default(), batch)?;
    assert_eq!(converted.rejected, first.rejected);
    let notes = converted.notes;
    assert_eq!(
        (
            notes.rings_closed,
            notes.rings_turned,
            notes.heights_dropped,
            notes.rows_deleted
        ),
        (1, 2, 3, 4)
    );
    Ok(())
}
