//! Whole runs: from files on disk to a version of a dataset, read back with the Parquet library.

#![expect(clippy::unwrap_used, reason = "tests")]

mod runs;

use std::fs::File;
use std::path::PathBuf;

use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use pilji_ingest::{Cancel, IngestOptions};
use runs::{Fixture, HEADER, JONGNO, SEJONG, failure, platform_csv, read, run, square};

#[test]
fn rows_go_to_one_file_per_sigungu_and_a_rerun_changes_nothing() {
    let fixture = Fixture::new();
    let csv = fixture.file("parcels.csv", platform_csv(&JONGNO, 40));
    let report = run(fixture.options(&[&csv])).unwrap();
    assert_eq!((report.rows_in, report.published, report.rejected), (80, 80, 0));
    assert_eq!((report.version, report.changed, report.files_added), (0, true, 1));
    let (si, sgg) = (report.sigungu[0].si.as_str(), report.sigungu[0].sgg.as_deref());
    assert_eq!((si, sgg, report.sigungu.len()), ("서울특별시", Some("종로구"), 1));
    let paths: Vec<String> = fixture.contents("parcel").into_keys().collect();
    let folder = "si_nm=서울특별시/sgg_nm=종로구/part-";
    assert!(paths[0].starts_with(folder), "{paths:?}");

    let again = run(fixture.options(&[&csv])).unwrap();
    assert_eq!(
        (again.version, again.changed, again.files_added, again.files_removed),
        (0, false, 0, 0)
    );

    let other = fixture.file("sejong.csv", platform_csv(&SEJONG, 10));
    let added = run(fixture.options(&[&other])).unwrap();
    assert_eq!((added.version, added.files_added, added.files_removed), (1, 1, 0));
    assert_eq!(fixture.rows("parcel"), 90);
    assert_eq!(std::fs::read_dir(fixture.warehouse().join("_tmp")).unwrap().count(), 0);
}

#[test]
fn files_are_geoparquet_sorted_and_without_the_partition_columns() {
    let fixture = Fixture::new();
    let csv = fixture.file("parcels.csv", platform_csv(&JONGNO[..1], 60));
    run(fixture.options(&[&csv])).unwrap();
    let dataset = fixture.dataset("parcel").unwrap();
    let path = fixture
        .warehouse()
        .join("parcel")
        .join(&dataset.files().next().unwrap().path);
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let geo = metadata
        .iter()
        .find(|entry| entry.key == "geo")
        .unwrap()
        .value
        .clone()
        .unwrap();
    let geo: serde_json::Value = serde_json::from_str(&geo).unwrap();
    let column = &geo["columns"]["geometry"];
    assert_eq!(
        (&geo["version"], &geo["primary_column"]),
        (&"1.1.0".into(), &"geometry".into())
    );
    assert_eq!(
        (&column["encoding"], &column["geometry_types"]),
        (&"WKB".into(), &serde_json::json!(["MultiPolygon"]))
    );
    assert_eq!(column["crs"]["id"]["code"], 4326);
    assert_eq!(column["covering"]["bbox"]["ymax"], serde_json::json!(["bbox", "ymax"]));

    let batch = read(&path);
    let names: Vec<&str> = batch
        .schema_ref()
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(
        names.join(" "),
        "geometry sgg_oid pnu bjd_cd bjd_nm emd_nm ri_nm bonbun bubon jimok san base_date bbox"
    );
    let bbox = batch.column_by_name("bbox").unwrap().as_struct();
    let edge = |name: &str, row: usize| {
        bbox.column_by_name(name)
            .unwrap()
            .as_primitive::<Float64Type>()
            .value(row)
    };
    let positions = (0..batch.num_rows()).map(|row| {
        let (x, y) = (
            f64::midpoint(edge("xmin", row), edge("xmax", row)),
            f64::midpoint(edge("ymin", row), edge("ymax", row)),
        );
        pilji_udfs::hilbert_index(x, y)
    });
    assert!(positions.is_sorted());
    let whole = (0..60).fold([f64::MAX, f64::MIN], |[least, most], row| {
        [least.min(edge("xmin", row)), most.max(edge("xmax", row))]
    });
    assert_eq!(
        (&column["bbox"][0], &column["bbox"][2]),
        (&whole[0].into(), &whole[1].into())
    );
    let stats = dataset.files().next().unwrap().stats;
    assert!(stats.column("bbox.xmin").is_some() && stats.column("pnu").is_some());
}

#[test]
fn memory_threads_and_the_order_of_rows_do_not_show_in_the_files() {
    let csv = platform_csv(&[JONGNO[0], SEJONG[0], JONGNO[1]], 300);
    let mut turned: Vec<&str> = csv.lines().skip(1).collect();
    turned.reverse();
    let turned = HEADER.to_owned() + &turned.join("\n");
    let mut expected = None;
    for (memory_bytes, threads, text) in [
        (1 << 30, 1, &csv),
        (1 << 30, 4, &turned),
        (20_000, 2, &csv),
        (1_000, 3, &turned),
    ] {
        let fixture = Fixture::new();
        let input = fixture.file("parcels.csv", text);
        let options = IngestOptions {
            memory_bytes,
            threads: Some(threads),
            ..fixture.options(&[&input])
        };
        assert_eq!(run(options).unwrap().published, 900);
        let contents = fixture.contents("parcel");
        assert_eq!(contents.len(), 2);
        assert_eq!(
            *expected.get_or_insert(contents.clone()),
            contents,
            "{memory_bytes} {threads}"
        );
    }
}

#[test]
fn rejected_rows_are_counted_per_file_and_kept_and_odd_ones_are_noted() {
    let fixture = Fixture::new();
    let odd = |wkt: &str, pnu: &str, name: &str| format!("{wkt},1,{pnu},1111010100,{name},,,,,1,3,대\n");
    let name = JONGNO[0].1;
    let bow_tie = "\"POLYGON ((126.9 37.5, 127 37.6, 127 37.5, 126.9 37.6, 126.9 37.5))\"";
    let mut text = platform_csv(&JONGNO[..1], 20);
    text += &odd(&square(126.95, 37.55), "1111010100100009980", name);
    text += &odd(&square(126.95, 37.55), "11110101001", name);
    text += &odd("POINT (126.9 37.5)", "1111010100100010003", name);
    text += &odd(&square(126.95, 37.55), "1111010100100010003", "청운동");
    text += &odd(bow_tie, "1111010100100990003", name);
    let first = fixture.file("odd.csv", text);
    let second = fixture.file("good.csv", platform_csv(&JONGNO[1..], 5));
    let rejects = fixture.dir.path().join("rejects.csv");
    let options = IngestOptions {
        rejects: Some(rejects.clone()),
        ..fixture.options(&[&first, &second])
    };
    let report = run(options).unwrap();
    let parts: Vec<(u64, u64, u64)> = report
        .parts
        .iter()
        .map(|part| (part.rows_in, part.published, part.rejected))
        .collect();
    assert_eq!(parts, [(25, 22, 3), (5, 5, 0)]);
    let codes: Vec<(&str, u64)> = report
        .reject_codes
        .iter()
        .map(|(code, count)| (*code, *count))
        .collect();
    assert_eq!(
        codes,
        [("geometry_broken", 1), ("pnu_malformed", 1), ("region_unknown", 1)]
    );
    assert_eq!((report.notes.repaired_pnus, report.notes.invalid_geometries), (1, 1));
    // The rebuilt number is that of the first lot.
    assert_eq!(
        (report.notes.duplicate_pnus, &*report.notes.duplicate_examples),
        (1, &["1111010100100010003".to_owned()][..])
    );
    assert_eq!(report.rejects.as_ref(), Some(&rejects));
    let rows: Vec<csv::StringRecord> = csv::Reader::from_path(rejects)
        .unwrap()
        .records()
        .map(Result::unwrap)
        .collect();
    let mut numbers: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["22", "23", "24"]);
    assert_eq!(fixture.rows("parcel"), 27);
}

#[test]
fn what_was_published_can_be_ingested_again() {
    let fixture = Fixture::new();
    let csv = fixture.file("parcels.csv", platform_csv(&JONGNO, 30));
    run(fixture.options(&[&csv])).unwrap();
    let published = fixture.warehouse().join("parcel");
    let files: Vec<PathBuf> = fixture
        .contents("parcel")
        .into_keys()
        .map(|path| published.join(path))
        .collect();
    let inputs: Vec<&PathBuf> = files.iter().collect();
    let options = IngestOptions {
        dataset: "copy".to_owned(),
        vintage: None,
        ..fixture.options(&inputs)
    };
    let report = run(options).unwrap();
    assert_eq!((report.published, report.parts[0].layout), (60, "pilji"));
    assert_eq!(fixture.contents("copy"), fixture.contents("parcel"));
}

#[test]
fn other_files_become_plain_datasets_with_their_own_columns() {
    let fixture = Fixture::new();
    let text = "WKT,EMD_CD,이름,area (m2)\n\"POINT (127 37.5)\",1,가,1.5\n\"POLYGON ((127 37, 128 37, 128 38, 127 37))\",2,나,\n";
    let csv = fixture.file("emd.csv", text);
    let options = IngestOptions {
        dataset: "emd".to_owned(),
        ..fixture.options(&[&csv])
    };
    let report = run(options.clone()).unwrap();
    assert_eq!(
        (report.published, report.parts[0].layout, report.version),
        (2, "plain", 0)
    );
    assert!(!run(options).unwrap().changed);
    let (path, _) = fixture.contents("emd").pop_first().unwrap();
    assert!(path.starts_with("part-"), "{path}");
    let batch = read(&fixture.warehouse().join("emd").join(path));
    let names: Vec<&str> = batch
        .schema_ref()
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(names, ["geometry", "EMD_CD", "이름", "area__m2_", "bbox"]);
    let mut values: Vec<&str> = batch
        .column_by_name("이름")
        .unwrap()
        .as_string::<i32>()
        .iter()
        .map(Option::unwrap)
        .collect();
    values.sort_unstable();
    assert_eq!(values, ["가", "나"]);

    let parcels = fixture.file("parcels.csv", platform_csv(&JONGNO, 3));
    let mixed = IngestOptions {
        dataset: "emd".to_owned(),
        ..fixture.options(&[&parcels])
    };
    assert!(failure(mixed).contains("is a cadastral file, but dataset \"emd\" holds other data"));
}

#[test]
fn inputs_that_cannot_be_understood_say_why_and_publish_nothing() {
    let fixture = Fixture::new();
    let check = |options: IngestOptions, expected: &[&str]| {
        let message = failure(options);
        for part in expected {
            assert!(message.contains(part), "{message:?} lacks {part:?}");
        }
        assert!(fixture.dataset("parcel").is_none());
    };
    let other = fixture.file("other.csv", "WKT,EMD_CD\n\"POINT (127 37)\",1\n");
    check(
        fixture.options(&[&other]),
        &["other.csv: not a cadastral file", "EMD_CD", "--dataset"],
    );

    let parcels = fixture.file("parcels.csv", platform_csv(&JONGNO, 3));
    check(
        IngestOptions {
            vintage: None,
            ..fixture.options(&[&parcels])
        },
        &["parcels.csv", "--vintage"],
    );
    check(
        fixture.options(&[&parcels, &other]),
        &["other.csv: not a cadastral file"],
    );

    let metres = fixture.file(
        "metres.csv",
        platform_csv(&JONGNO, 3)
            .replace("126.", "198245.")
            .replace("37.", "453500."),
    );
    check(fixture.options(&[&metres]), &["metres.csv", "--crs", "cannot tell"]);

    let damaged = platform_csv(&JONGNO, 3)
        .lines()
        .map(|line| line.replacen(",1111010", ",X111010", 1) + "\n")
        .collect::<String>();
    let damaged = fixture.file("damaged.csv", damaged);
    check(
        fixture.options(&[&damaged]),
        &["6 of 6 rows", "pnu_malformed", "nothing was published", "_rejects"],
    );
    assert_eq!(
        std::fs::read_dir(fixture.warehouse().join("_rejects")).unwrap().count(),
        1
    );

    let cancel = Cancel::default();
    cancel.cancel();
    check(
        IngestOptions {
            cancel,
            ..fixture.options(&[&parcels])
        },
        &["stopped; nothing was published"],
    );
    assert_eq!(std::fs::read_dir(fixture.warehouse().join("_tmp")).unwrap().count(), 0);
}
