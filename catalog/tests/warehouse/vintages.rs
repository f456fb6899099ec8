//! Looking back: vintages, 시군구 that became others, and what a vacuum leaves.

#![expect(clippy::print_stdout, reason = "tests, which print what they measured")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::fixture::{BANGOK, CHEONGUN, Leaf, PUNGNAP, SINGYO, publication, publish, schema, warehouse};
use arrow::array::AsArray;
use arrow::datatypes::{Int64Type, Schema};
use chrono::NaiveDate;
use datafusion::common::stats::Precision;
use datafusion::prelude::SessionContext;
use pilji_catalog::{DataFile, Dataset, Error, FileStats, Publication, Replace, VacuumOptions, Warehouse};

const NEW_CHEONGUN: Leaf = Leaf {
    date: "2026-03-01",
    rows: 5,
    ..CHEONGUN
};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The 시군구 that have rows, with their number, counted by reading the files.
async fn rows(warehouse: &Warehouse, dataset: &Dataset) -> BTreeMap<String, i64> {
    let context = SessionContext::new();
    warehouse.register(&context.runtime_env()).unwrap();
    context.register_table("parcel", dataset.table_provider()).unwrap();
    let query = "SELECT concat_ws(' ', si_nm, sgg_nm), count(geometry) FROM parcel GROUP BY 1";
    let batches = context.sql(query).await.unwrap().collect().await.unwrap();
    let mut rows = BTreeMap::new();
    for batch in &batches {
        let counts = batch.column(1).as_primitive::<Int64Type>().values();
        let names = arrow::compute::cast(batch.column(0), &arrow::datatypes::DataType::Utf8).unwrap();
        let names = names.as_string::<i32>().iter().map(|name| name.unwrap().to_owned());
        rows.extend(names.zip(counts.iter().copied()));
    }
    rows
}

async fn at(warehouse: &Warehouse, day: &str) -> BTreeMap<String, i64> {
    let dataset = warehouse.dataset_at_vintage("parcel", date(day), None).await.unwrap();
    rows(warehouse, &dataset).await
}

fn expected(rows: &[(&str, i64)]) -> BTreeMap<String, i64> {
    rows.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect()
}

fn no_grace(keep: &[&str]) -> VacuumOptions {
    VacuumOptions {
        keep: keep.iter().map(|day| date(day)).collect(),
        grace: Duration::ZERO,
        dry_run: false,
    }
}

#[tokio::test]
async fn every_sigungu_shows_its_newest_vintage_not_after_the_date() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, SINGYO, PUNGNAP]).await;
    let middle = Leaf {
        date: "2024-05-01",
        rows: 4,
        ..PUNGNAP
    };
    publish(&warehouse, &[middle, BANGOK]).await.unwrap();
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();

    let first = [
        ("서울특별시 종로구", 6),
        ("서울특별시 송파구", 3),
        ("세종특별자치시", 3),
    ];
    // 세종 was published later, but describes the same day.
    assert_eq!(at(&warehouse, "2021-05-01").await, expected(&first));
    assert_eq!(at(&warehouse, "2024-04-30").await, expected(&first));
    let second = [
        ("서울특별시 종로구", 6),
        ("서울특별시 송파구", 4),
        ("세종특별자치시", 3),
    ];
    assert_eq!(at(&warehouse, "2024-05-01").await, expected(&second));
    let third = [
        ("서울특별시 종로구", 5),
        ("서울특별시 송파구", 4),
        ("세종특별자치시", 3),
    ];
    assert_eq!(at(&warehouse, "2040-01-01").await, expected(&third));

    // What was known at an older version.
    let known = warehouse
        .dataset_at_vintage("parcel", date("2040-01-01"), Some(0))
        .await
        .unwrap();
    assert_eq!((known.version(), known.rows()), (0, 9));
    assert_eq!(known.file_set().name, "parcel@0 at 2040-01-01");

    let error = warehouse
        .dataset_at_vintage("parcel", date("2020-12-31"), None)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "dataset \"parcel\" has nothing of 2020-12-31 or before; its oldest vintage is 2021-05-01"
    );
    let error = warehouse
        .dataset_at_vintage("nothing", date("2020-12-31"), None)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NoDataset { .. }), "{error}");
    let error = warehouse
        .dataset_at_vintage("parcel", date("2024-05-01"), Some(9))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NoVersion { newest: 2, .. }), "{error}");
}

#[tokio::test]
async fn a_correction_of_the_same_vintage_takes_its_place() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    publish(&warehouse, &[Leaf { rows: 7, ..CHEONGUN }]).await.unwrap();
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();
    assert_eq!(
        at(&warehouse, "2021-05-01").await,
        expected(&[("서울특별시 종로구", 7)])
    );
}

#[tokio::test]
async fn a_vintage_has_the_statistics_of_its_files_to_the_last_bit() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, BANGOK]).await;
    let live = warehouse.dataset("parcel").await.unwrap().unwrap();
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();
    let again = warehouse
        .dataset_at_vintage("parcel", date("2021-05-01"), None)
        .await
        .unwrap();
    assert_eq!(live.files().collect::<Vec<_>>(), again.files().collect::<Vec<_>>());
    assert_eq!(again.schema(), live.schema());
    let statistics = again.table_provider().statistics();
    assert!(statistics.is_none_or(|statistics| statistics.num_rows == Precision::Exact(6)));
}

#[tokio::test]
async fn a_second_look_costs_microseconds() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();
    let look = async || {
        let start = Instant::now();
        let dataset = warehouse.dataset_at_vintage("parcel", date("2021-05-01"), None).await;
        (dataset.unwrap().rows(), start.elapsed())
    };
    let (_, first) = look().await;
    let mut again = Vec::new();
    for _ in 0..100 {
        again.push(look().await.1);
    }
    again.sort_unstable();
    println!("first look {first:?}, median of later ones {:?}", again[50]);
    assert!(again[50] < Duration::from_micros(500), "{:?}", again[50]);
}

#[tokio::test]
async fn a_plain_dataset_has_the_vintages_of_its_commits() {
    let (_dir, warehouse) = warehouse(&[]).await;
    let dir = warehouse.dataset_dir("plain");
    let plain = |leaf: &Leaf, vintage: Option<&str>| {
        let fields: Vec<_> = ["pnu", "bonbun"]
            .iter()
            .map(|name| schema().field_with_name(name).unwrap().clone())
            .collect();
        Publication {
            schema: Arc::new(Schema::new(fields)),
            partition_columns: Vec::new(),
            replace: Replace::Dataset,
            files: vec![DataFile {
                stats: FileStats::default(),
                partition: Vec::new(),
                ..crate::fixture::write(&dir, leaf)
            }],
            vintage: vintage.map(date),
            provenance: serde_json::Value::Null,
            layout: None,
            sigungu: BTreeMap::new(),
            unique: BTreeSet::new(),
        }
    };
    warehouse.publish("plain", plain(&CHEONGUN, None)).await.unwrap();
    let error = warehouse
        .dataset_at_vintage("plain", date("2040-01-01"), None)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("has no vintages"), "{error}");
    warehouse
        .publish("plain", plain(&SINGYO, Some("2024-05-01")))
        .await
        .unwrap();
    warehouse
        .publish("plain", plain(&NEW_CHEONGUN, Some("2026-03-01")))
        .await
        .unwrap();
    for (day, rows) in [("2024-05-01", 3), ("2026-02-28", 3), ("2026-03-01", 5)] {
        let dataset = warehouse.dataset_at_vintage("plain", date(day), None).await.unwrap();
        assert_eq!(dataset.rows(), rows, "{day}");
    }
    let older = warehouse.check_vintage("plain", date("2025-01-01")).await.unwrap_err();
    assert!(matches!(older, Error::OlderVintage { .. }), "{older}");
    warehouse.check_vintage("plain", date("2026-03-01")).await.unwrap();
}

fn place(si: &'static str, sgg: &'static str, day: &'static str, rows: u16) -> Leaf {
    Leaf {
        names: [Some(si), Some(sgg), Some("동"), None],
        rows,
        date: day,
        ..CHEONGUN
    }
}

#[tokio::test]
async fn a_renamed_sigungu_takes_the_place_of_the_former_one() {
    let (_dir, warehouse) = warehouse(&[
        place("강원도", "춘천시", "2021-05-01", 1),
        place("강원도", "고성군", "2021-05-01", 2),
        place("경상남도", "고성군", "2021-05-01", 3),
        place("경상북도", "군위군", "2021-05-01", 4),
    ])
    .await;
    let published = publish(
        &warehouse,
        &[
            place("강원특별자치도", "춘천시", "2026-03-01", 5),
            place("대구광역시", "군위군", "2026-03-01", 6),
        ],
    )
    .await
    .unwrap();
    assert_eq!((published.files_added, published.files_removed), (2, 2));
    let live = warehouse.dataset("parcel").await.unwrap().unwrap();
    let now = [
        ("강원특별자치도 춘천시", 5),
        ("강원도 고성군", 2),
        ("경상남도 고성군", 3),
        ("대구광역시 군위군", 6),
    ];
    assert_eq!(rows(&warehouse, &live).await, expected(&now));
    assert_eq!(at(&warehouse, "2026-03-01").await, expected(&now));
    let then = [
        ("강원도 춘천시", 1),
        ("강원도 고성군", 2),
        ("경상남도 고성군", 3),
        ("경상북도 군위군", 4),
    ];
    assert_eq!(at(&warehouse, "2021-05-01").await, expected(&then));
    assert_eq!(at(&warehouse, "2026-02-28").await, expected(&then));

    let versions = warehouse.versions("parcel").await.unwrap();
    assert_eq!(versions[1].succeeded, ["강원도 춘천시", "경상북도 군위군"]);
    assert_eq!((versions[1].rows_added, versions[1].rows_removed), (11, 5));

    // The former name does not come back, not even with files of the old vintage.
    let error = publish(&warehouse, &[place("강원도", "춘천시", "2021-05-01", 1)])
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "강원도 춘천시 of dataset \"parcel\" has become 강원특별자치도 춘천시, of which 2026-03-01 is live; \
         the 2021-05-01 of the former one does not take their place"
    );
}

#[tokio::test]
async fn a_divided_sigungu_goes_when_the_last_of_its_parts_comes() {
    let (_dir, warehouse) = warehouse(&[place("경기도", "부천시", "2021-05-01", 9)]).await;
    publish(&warehouse, &[place("경기도", "부천시 소사구", "2024-05-01", 2)])
        .await
        .unwrap();
    publish(&warehouse, &[place("경기도", "부천시 오정구", "2024-05-01", 3)])
        .await
        .unwrap();
    // While 원미구 is missing the old city stays: it alone has the rest of the land.
    let live = warehouse.dataset("parcel").await.unwrap().unwrap();
    assert_eq!(rows(&warehouse, &live).await["경기도 부천시"], 9);
    let published = publish(&warehouse, &[place("경기도", "부천시 원미구", "2024-06-01", 4)])
        .await
        .unwrap();
    assert_eq!(published.files_removed, 1);
    let parts = [
        ("경기도 부천시 소사구", 2),
        ("경기도 부천시 오정구", 3),
        ("경기도 부천시 원미구", 4),
    ];
    assert_eq!(at(&warehouse, "2024-06-01").await, expected(&parts));
    assert_eq!(at(&warehouse, "2021-05-01").await, expected(&[("경기도 부천시", 9)]));
    // An older vintage than that of the former one is refused for a part, too, before anything is written.
    let offered = BTreeMap::from([(
        ("경기도".to_owned(), Some("부천시 원미구".to_owned())),
        date("2024-05-31"),
    )]);
    let error = warehouse.check_vintages("parcel", &offered).await.unwrap_err();
    assert!(matches!(error, Error::OlderVintage { .. }), "{error}");
}

#[tokio::test]
async fn a_vacuum_keeps_what_is_live_and_the_vintages_that_are_named() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, PUNGNAP]).await;
    for day in ["2022-05-01", "2023-05-01", "2026-03-01"] {
        let leaf = Leaf {
            date: day,
            rows: day[3..4].parse().unwrap(),
            ..CHEONGUN
        };
        publish(&warehouse, &[leaf]).await.unwrap();
    }
    let (live, kept, pinned) = (
        at(&warehouse, "2026-03-01").await,
        at(&warehouse, "2022-05-01").await,
        warehouse.dataset_at("parcel", 0).await.unwrap(),
    );

    let long = VacuumOptions {
        grace: Duration::from_hours(1),
        ..VacuumOptions::default()
    };
    let nothing = warehouse.vacuum("parcel", &long).await.unwrap();
    assert_eq!(nothing, pilji_catalog::Vacuumed::default());

    let options = no_grace(&["2022-06-30"]);
    let dry_run = VacuumOptions {
        dry_run: true,
        ..options.clone()
    };
    let would_go = warehouse.vacuum("parcel", &dry_run).await.unwrap();
    assert_eq!((would_go.version, would_go.files.len()), (None, 2));
    let gone = warehouse.vacuum("parcel", &options).await.unwrap();
    assert_eq!((gone.version, &gone.files), (Some(4), &would_go.files));
    assert_eq!(gone.vintages, [date("2021-05-01"), date("2023-05-01")]);
    let dir = warehouse.dataset_dir("parcel");
    assert!(gone.files.iter().all(|file| !dir.join(file).exists()));

    // Here, and in a process that remembers nothing.
    for warehouse in [warehouse.clone(), Warehouse::open(warehouse.dir()).unwrap()] {
        assert_eq!(at(&warehouse, "2026-03-01").await, live);
        assert_eq!(at(&warehouse, "2022-05-01").await, kept);
        let version = warehouse.dataset_at("parcel", 1).await.unwrap();
        assert_eq!(rows(&warehouse, &version).await, kept);
        let messages = [
            warehouse.dataset_at("parcel", 0).await.unwrap_err(),
            warehouse.dataset_at("parcel", 2).await.unwrap_err(),
            warehouse
                .dataset_at_vintage("parcel", date("2021-05-01"), None)
                .await
                .unwrap_err(),
            warehouse
                .vacuum("parcel", &no_grace(&["2023-05-01"]))
                .await
                .unwrap_err(),
        ]
        .map(|error| error.to_string());
        let starts = [
            "version 0 of dataset \"parcel\" cannot be read any more: the vacuum of version 4 removed its files",
            "version 2 of",
            "the vintage of 2021-05-01 (서울특별시 종로구) of dataset",
            "the vintage of 2023-05-01 (서울특별시 종로구) of dataset",
        ];
        for (message, start) in messages.iter().zip(starts) {
            assert!(message.starts_with(start) && message.contains("--keep"), "{message}");
        }
        let readable: Vec<bool> = warehouse
            .versions("parcel")
            .await
            .unwrap()
            .iter()
            .map(|version| version.readable)
            .collect();
        assert_eq!(readable, [false, true, false, true, true]);
    }
    assert_eq!(pinned.version(), 0);
    let again = warehouse.vacuum("parcel", &options).await.unwrap();
    assert_eq!(again, pilji_catalog::Vacuumed::default());
}

#[tokio::test]
async fn a_vacuum_that_died_is_finished_by_the_next() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, SINGYO]).await;
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();
    let dir = warehouse.dataset_dir("parcel");
    let saved: Vec<_> = warehouse
        .dataset_at("parcel", 0)
        .await
        .unwrap()
        .files()
        .map(|file| (dir.join(&file.path), fs::read(dir.join(&file.path)).unwrap()))
        .collect();
    warehouse.vacuum("parcel", &no_grace(&[])).await.unwrap();
    // Dead after the entry, with one file not removed and the other one taken from its place.
    fs::write(&saved[0].0, &saved[0].1).unwrap();
    let name = saved[1].0.file_name().unwrap().to_str().unwrap();
    fs::write(saved[1].0.with_file_name(format!(".{name}.vacuum")), &saved[1].1).unwrap();
    let finished = warehouse.vacuum("parcel", &no_grace(&[])).await.unwrap();
    assert_eq!((finished.version, finished.files.len()), (None, 2));
    assert!(saved.iter().all(|(path, _)| !path.exists()));
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().version(), 2);
}

#[tokio::test]
async fn a_vacuum_removes_what_dead_writers_left_and_nothing_else() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let dir = warehouse.dataset_dir("parcel");
    let orphan = crate::fixture::write(&dir, &PUNGNAP);
    let tmp = warehouse.dir().join("_tmp");
    fs::create_dir_all(tmp.join("ingest-1-0")).unwrap();
    fs::write(tmp.join("ingest-1-0/data"), "x").unwrap();
    fs::create_dir_all(tmp.join("ingest-2-0")).unwrap();
    let lock = fs::File::create(tmp.join("ingest-2-0.lock")).unwrap();
    lock.lock().unwrap();
    fs::write(dir.join("readme.txt"), "mine").unwrap();
    fs::write(dir.join("_delta_log/notes.parquet"), "mine").unwrap();

    let gone = warehouse.vacuum("parcel", &no_grace(&[])).await.unwrap();
    assert_eq!(
        (gone.version, &gone.orphans, gone.bytes),
        (None, &vec![orphan.path], orphan.bytes)
    );
    assert_eq!(gone.leftovers, ["_tmp/ingest-1-0"]);
    assert!(tmp.join("ingest-2-0").exists() && tmp.join("ingest-2-0.lock").exists());
    assert!(dir.join("readme.txt").exists() && dir.join("_delta_log/notes.parquet").exists());
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().version(), 0);
}

#[tokio::test]
async fn a_file_that_is_wanted_again_is_not_removed() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    publish(&warehouse, &[Leaf { rows: 4, ..CHEONGUN }]).await.unwrap();
    let dir = warehouse.dataset_dir("parcel");
    let first = publication(&dir, &[CHEONGUN]).files[0].path.clone();
    let age = |path: &str, age: Duration| {
        let file = fs::File::open(dir.join(path)).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    };
    // Both files are old. Somebody is about to publish the first one again: its time is of now.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    age(&first, Duration::ZERO);
    let grace = VacuumOptions {
        grace: Duration::from_secs(1),
        ..VacuumOptions::default()
    };
    let gone = warehouse.vacuum("parcel", &grace).await.unwrap();
    assert_eq!((gone.files.len(), gone.version), (0, None));

    // Given up by an entry, still on disk, published again: live, and the older version can be read again.
    age(&first, Duration::from_secs(10));
    let bytes = fs::read(dir.join(&first)).unwrap();
    assert_eq!(warehouse.vacuum("parcel", &grace).await.unwrap().version, Some(2));
    fs::write(dir.join(&first), bytes).unwrap();
    assert!(warehouse.dataset_at("parcel", 0).await.is_err());
    publish(&warehouse, &[CHEONGUN]).await.unwrap();
    assert_eq!(warehouse.dataset_at("parcel", 0).await.unwrap().rows(), 3);
    age(&first, Duration::from_secs(10));
    warehouse.vacuum("parcel", &grace).await.unwrap();
    assert!(dir.join(&first).exists());
}

#[tokio::test]
async fn a_dropped_dataset_is_gone_as_a_whole() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let old = warehouse.dataset("parcel").await.unwrap().unwrap();
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();
    warehouse.dataset_at("parcel", 0).await.unwrap();
    warehouse.drop_dataset("parcel").await.unwrap();
    assert!(warehouse.dataset("parcel").await.unwrap().is_none());
    assert!(warehouse.datasets().await.unwrap().is_empty());
    assert!(!warehouse.dataset_dir("parcel").exists() && !warehouse.dir().join("_dropped").exists());
    let error = warehouse.drop_dataset("parcel").await.unwrap_err();
    assert!(matches!(error, Error::NoDataset { .. }), "{error}");
    let error = warehouse.drop_dataset("../etc").await.unwrap_err();
    assert!(matches!(error, Error::NoDataset { .. }), "{error}");
    // A new one of the same name begins anew; nothing of the old one is remembered.
    publish(&warehouse, &[PUNGNAP]).await.unwrap();
    publish(&warehouse, &[BANGOK]).await.unwrap();
    let again = warehouse.dataset_at("parcel", 0).await.unwrap();
    assert_ne!(again.files().next(), old.files().next());
    assert_eq!(
        at(&warehouse, "2021-05-01").await,
        expected(&[("서울특별시 송파구", 3), ("세종특별자치시", 3)])
    );
}

#[tokio::test]
async fn the_live_sigungu_tell_where_they_come_from() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, SINGYO, BANGOK]).await;
    publish(&warehouse, &[NEW_CHEONGUN]).await.unwrap();
    let live = warehouse.live_sigungu("parcel").await.unwrap();
    let told: Vec<_> = live
        .iter()
        .map(|live| {
            let (si, _) = live.sigungu.clone().unwrap();
            (si, live.version, live.vintage, live.rows, live.files)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("서울특별시".to_owned(), 1, Some(date("2026-03-01")), 5, 1),
            ("세종특별자치시".to_owned(), 0, Some(date("2021-05-01")), 3, 1),
        ]
    );
    let newest = warehouse.versions("parcel").await.unwrap().pop().unwrap();
    assert_eq!(
        (newest.operation.as_str(), newest.sigungu.as_slice()),
        ("WRITE", &["서울특별시 종로구".to_owned()][..])
    );
    assert_eq!(newest.vintages, Some((date("2026-03-01"), date("2026-03-01"))));
}

#[tokio::test]
async fn a_log_with_a_hole_is_not_guessed_at() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    for number in 1..100 {
        let leaf = Leaf {
            rows: number % 2 + 1,
            ..CHEONGUN
        };
        publish(&warehouse, &[leaf]).await.unwrap();
    }
    // Another program removed an entry that its checkpoint covers.
    let first = warehouse
        .dataset_dir("parcel")
        .join("_delta_log/00000000000000000000.json");
    fs::remove_file(first).unwrap();
    let warehouse = Warehouse::open(warehouse.dir()).unwrap();
    assert!(warehouse.dataset("parcel").await.unwrap().is_some());
    for error in [
        warehouse.vacuum("parcel", &no_grace(&[])).await.unwrap_err(),
        warehouse
            .dataset_at_vintage("parcel", date("2021-05-01"), None)
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, Error::LogIncomplete { version: 0, .. }), "{error}");
    }
}
