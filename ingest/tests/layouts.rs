//! The layouts of a dataset: the same rows in other files.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod runs;

use std::collections::BTreeMap;
use std::fs::File;

use arrow::datatypes::SchemaRef;
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::{PageIndexPolicy, RowGroupMetaData};
use pilji_ingest::{FileLayout, IngestOptions};
use runs::{Fixture, HEADER, JONGNO, SEJONG, failure, platform_csv, read, run};

const JUNGGU: [(&str, &str); 1] = [("1114010100", "서울특별시 중구 무교동")];
const BUSAN: [(&str, &str); 1] = [("2611010100", "부산광역시 중구 영주동")];

fn all_places() -> Vec<(&'static str, &'static str)> {
    [&JONGNO[..], &SEJONG, &JUNGGU, &BUSAN].concat()
}

/// Every row with all columns in the dataset's order, partition values in place; sorted.
fn rows(fixture: &Fixture) -> (SchemaRef, Vec<Vec<Option<String>>>) {
    let dataset = fixture.dataset("parcel").unwrap();
    let dir = fixture.warehouse().join("parcel");
    let mut rows = Vec::new();
    for file in dataset.files() {
        let batch = read(&dir.join(&file.path));
        let partition: BTreeMap<String, Option<String>> = file.partition.into_iter().collect();
        for row in 0..batch.num_rows() {
            let value = |name: &String| match (partition.get(name), batch.column_by_name(name)) {
                (Some(value), None) => value.clone(),
                (None, Some(column)) if column.is_null(row) => None,
                (None, Some(column)) => Some(array_value_to_string(column, row).unwrap()),
                other => panic!("{name} stands in {other:?}"),
            };
            rows.push(
                dataset
                    .schema()
                    .fields()
                    .iter()
                    .map(|field| value(field.name()))
                    .collect(),
            );
        }
    }
    rows.sort();
    (dataset.schema(), rows)
}

fn options(fixture: &Fixture, layout: FileLayout, csv: &str) -> IngestOptions {
    let input = fixture.file("parcels.csv", csv);
    IngestOptions {
        layout: Some(layout),
        ..fixture.options(&[&input])
    }
}

fn paths(fixture: &Fixture) -> Vec<String> {
    fixture.contents("parcel").into_keys().collect()
}

#[test]
fn all_layouts_hold_the_same_rows() {
    let csv = platform_csv(&all_places(), 40);
    let mut expected = None;
    for (layout, n_files) in FileLayout::ALL.into_iter().zip([3, 3, 4, 5]) {
        let fixture = Fixture::new();
        let report = run(options(&fixture, layout, &csv)).unwrap();
        assert_eq!((report.published, report.files_added), (200, n_files), "{layout}");
        let sigungu: Vec<(Option<&str>, u64)> = report
            .sigungu
            .iter()
            .map(|found| (found.sgg.as_deref(), found.rows))
            .collect();
        assert_eq!(
            sigungu,
            [(Some("중구"), 40), (Some("종로구"), 80), (Some("중구"), 40), (None, 40)]
        );
        let found = rows(&fixture);
        let nulls = |column: usize| found.1.iter().filter(|row| row[column].is_none()).count();
        // Of si_nm, sgg_nm, emd_nm and ri_nm.
        assert_eq!([5, 6, 7, 8].map(nulls), [0, 40, 0, 160], "{layout}");
        assert_eq!(*expected.get_or_insert_with(|| found.clone()), found, "{layout}");
    }
}

#[test]
fn in_no_layout_memory_threads_or_the_order_of_rows_show_in_the_files() {
    let csv = platform_csv(&[JONGNO[0], SEJONG[0], JUNGGU[0], BUSAN[0], JONGNO[1]], 200);
    let mut turned: Vec<&str> = csv.lines().skip(1).collect();
    turned.reverse();
    let turned = HEADER.to_owned() + &turned.join("\n");
    for layout in FileLayout::ALL {
        let mut expected = None;
        for (memory_bytes, threads, text) in [(1 << 30, 1, &csv), (1 << 30, 4, &turned), (2_000, 3, &turned)] {
            let fixture = Fixture::new();
            let options = IngestOptions {
                memory_bytes,
                threads: Some(threads),
                ..options(&fixture, layout, text)
            };
            assert_eq!(run(options).unwrap().published, 1000);
            let contents = fixture.contents("parcel");
            let same = *expected.get_or_insert_with(|| contents.clone()) == contents;
            assert!(same, "{layout} with {memory_bytes} bytes and {threads} threads");
        }
    }
}

#[test]
fn in_every_layout_again_changes_nothing_and_newer_replaces() {
    for layout in FileLayout::ALL {
        let fixture = Fixture::new();
        let first = options(&fixture, layout, &platform_csv(&all_places(), 30));
        run(first.clone()).unwrap();
        assert!(!run(first).unwrap().changed, "{layout}");
        let newer = IngestOptions {
            vintage: "2022-05-01".parse().ok(),
            ..options(&fixture, layout, &platform_csv(&JONGNO, 20))
        };
        if matches!(layout, FileLayout::Sido | FileLayout::Clustered) {
            let message = failure(newer);
            for part in [
                "서울특별시 중구",
                "lacks 1 live 시군구 of 서울특별시",
                "publish the whole",
            ] {
                assert!(message.contains(part), "{message:?} lacks {part:?}");
            }
            assert_eq!(fixture.rows("parcel"), 150);
        } else {
            let replaced = run(newer).unwrap();
            assert_eq!((replaced.version, fixture.rows("parcel")), (1, 130));
        }
        let whole = IngestOptions {
            vintage: "2023-05-01".parse().ok(),
            ..options(&fixture, layout, &platform_csv(&[&JONGNO[..], &JUNGGU].concat(), 10))
        };
        run(whole).unwrap();
        assert_eq!(fixture.rows("parcel"), 90, "{layout}");
        let older = options(&fixture, layout, &platform_csv(&[&JONGNO[..], &JUNGGU].concat(), 10));
        let message = failure(older);
        assert!(
            message.contains("2021-05-01") && message.contains("2023-05-01"),
            "{message}"
        );
    }
}

#[test]
fn a_dataset_keeps_its_layout() {
    let fixture = Fixture::new();
    let seoul = options(&fixture, FileLayout::Leaf, &platform_csv(&JONGNO, 5));
    run(seoul.clone()).unwrap();
    let unasked = IngestOptions {
        layout: None,
        ..options(&fixture, FileLayout::Leaf, &platform_csv(&SEJONG, 5))
    };
    run(unasked).unwrap();
    assert_eq!(paths(&fixture).len(), 3);
    let other = IngestOptions {
        layout: Some(FileLayout::Sido),
        ..seoul
    };
    let message = failure(other);
    for part in [
        "\"parcel\" has its files by leaf, not by sido",
        "--dataset NAME --layout sido",
    ] {
        assert!(message.contains(part), "{message:?} lacks {part:?}");
    }

    let plain = fixture.file("emd.csv", "WKT,EMD_CD\n\"POINT (127 37.5)\",1\n");
    let asked = IngestOptions {
        dataset: "emd".to_owned(),
        layout: Some(FileLayout::Sido),
        ..fixture.options(&[&plain])
    };
    assert!(failure(asked).contains("leave --layout out"));
}

#[test]
fn a_row_group_begins_with_a_dong_where_that_costs_little() {
    let fixture = Fixture::new();
    let mut csv = platform_csv(&JONGNO, 9_000);
    csv += &platform_csv(&[("1111010300", "서울특별시 종로구 궁정동")], 3_000)[HEADER.len()..];
    csv += &platform_csv(&[("1111010400", "서울특별시 종로구 효자동")], 7_000)[HEADER.len()..];
    run(options(&fixture, FileLayout::Sigungu, &csv)).unwrap();
    let path = fixture.warehouse().join("parcel").join(&paths(&fixture)[0]);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(
        File::open(path).unwrap(),
        parquet::arrow::arrow_reader::ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required),
    )
    .unwrap();
    let metadata = builder.metadata();
    let sizes: Vec<i64> = metadata.row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(sizes, [9_000, 9_000, 10_000]);
    let pages = &metadata.offset_index().unwrap()[0][0];
    assert_eq!(pages.page_locations().len(), 5);
}
