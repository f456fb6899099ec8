//! Publishing: what a commit holds, what it refuses, and who wins a race.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use crate::fixture::{BANGOK, BISAN, CHEONGUN, Leaf, PUNGNAP, SINGYO, publication, publish, schema, warehouse};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use pilji_catalog::{DataFile, Dataset, Error, Publication, Published, Replace, Warehouse};

fn files(dataset: &Dataset) -> Vec<DataFile> {
    dataset.files().collect()
}

#[tokio::test]
async fn a_rerun_changes_nothing_and_a_second_province_adds() {
    let (_dir, warehouse) = warehouse(&[]).await;
    let first = publish(&warehouse, &[CHEONGUN, SINGYO]).await.unwrap();
    assert_eq!(
        first,
        Published {
            version: 0,
            files_added: 2,
            files_removed: 0,
            changed: true
        }
    );
    let rerun = publish(&warehouse, &[CHEONGUN, SINGYO]).await.unwrap();
    assert_eq!(
        rerun,
        Published {
            version: 0,
            files_added: 0,
            files_removed: 0,
            changed: false
        }
    );
    let second = publish(&warehouse, &[BISAN, BANGOK]).await.unwrap();
    assert_eq!(
        second,
        Published {
            version: 1,
            files_added: 2,
            files_removed: 0,
            changed: true
        }
    );
    let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
    assert_eq!((dataset.version(), dataset.files().len(), dataset.rows()), (1, 4, 12));
    assert_eq!(warehouse.datasets().await.unwrap(), ["parcel"]);
}

#[tokio::test]
async fn a_newer_vintage_takes_the_place_of_its_sigungu_only() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, SINGYO, BISAN]).await;
    let newer = Leaf {
        date: "2026-05-01",
        rows: 5,
        ..CHEONGUN
    };
    let published = publish(&warehouse, &[newer]).await.unwrap();
    assert_eq!(
        published,
        Published {
            version: 1,
            files_added: 1,
            files_removed: 2,
            changed: true
        }
    );
    let (now, before) = (
        warehouse.dataset("parcel").await.unwrap().unwrap(),
        warehouse.dataset_at("parcel", 0).await.unwrap(),
    );
    assert_eq!((now.rows(), before.rows()), (8, 9));
    // Another process, without what this one remembers, sees the same.
    let other = Warehouse::open(warehouse.dir())
        .unwrap()
        .dataset("parcel")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((other.version(), files(&other)), (1, files(&now)));
}

#[tokio::test]
async fn unchanged_files_of_a_replaced_sigungu_stay() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, SINGYO]).await;
    let grown = Leaf { rows: 4, ..SINGYO };
    let published = publish(&warehouse, &[CHEONGUN, grown]).await.unwrap();
    assert_eq!(
        published,
        Published {
            version: 1,
            files_added: 1,
            files_removed: 1,
            changed: true
        }
    );
}

#[tokio::test]
async fn an_older_vintage_is_refused() {
    let (_dir, warehouse) = warehouse(&[Leaf {
        date: "2026-05-01",
        ..CHEONGUN
    }])
    .await;
    let error = publish(&warehouse, &[BISAN, CHEONGUN]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "서울특별시 종로구 of dataset \"parcel\" is of 2026-05-01, newer than the 2021-05-01 to be published; \
         an older vintage does not take a newer one's place"
    );
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().version(), 0);
}

#[tokio::test]
async fn a_dataset_without_dates_has_the_vintage_of_its_publication() {
    let (_dir, warehouse) = warehouse(&[]).await;
    let dir = warehouse.dataset_dir("plain");
    let plain = |leaf: &Leaf, vintage: &str| {
        let mut file = crate::fixture::write(&dir, leaf);
        file.partition.clear();
        let fields: Vec<_> = ["pnu", "bonbun"]
            .iter()
            .map(|name| schema().field_with_name(name).unwrap().clone())
            .collect();
        Publication {
            schema: Arc::new(Schema::new(fields)),
            partition_columns: Vec::new(),
            replace: Replace::Dataset,
            files: vec![DataFile {
                stats: pilji_catalog::FileStats::default(),
                ..file
            }],
            vintage: Some(vintage.parse().unwrap()),
            provenance: serde_json::Value::Null,
            layout: None,
            sigungu: BTreeMap::new(),
            unique: BTreeSet::new(),
        }
    };
    warehouse
        .publish("plain", plain(&CHEONGUN, "2026-05-01"))
        .await
        .unwrap();
    let error = warehouse
        .publish("plain", plain(&SINGYO, "2021-05-01"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::OlderVintage { .. }), "{error}");
    let published = warehouse.publish("plain", plain(&SINGYO, "2026-06-01")).await.unwrap();
    assert_eq!(
        published,
        Published {
            version: 1,
            files_added: 1,
            files_removed: 1,
            changed: true
        }
    );
}

#[tokio::test]
async fn nulls_names_and_statistics_come_back_from_the_log() {
    let (_dir, warehouse) = warehouse(&[BANGOK, CHEONGUN]).await;
    let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
    let file = dataset.files().find(|file| file.path.contains("반곡리")).unwrap();
    assert!(
        file.path
            .starts_with("si_nm=세종특별자치시/sgg_nm=__HIVE_DEFAULT_PARTITION__/emd_nm=금남면/ri_nm=반곡리/part-")
    );
    let partition: Vec<Option<&str>> = file.partition.iter().map(|(_, value)| value.as_deref()).collect();
    assert_eq!(
        partition,
        [Some("세종특별자치시"), None, Some("금남면"), Some("반곡리")]
    );
    assert_eq!(file.rows, 3);

    let bounds = |leaf: &str| {
        let column = file.stats.column(leaf).unwrap();
        (column.min.clone(), column.max.clone(), column.null_count)
    };
    let text = |text: &str| ScalarValue::Utf8(Some(text.to_owned()));
    assert_eq!(
        bounds("pnu"),
        (text("3611031001100010000"), text("3611031001100030000"), Some(0))
    );
    assert_eq!(
        bounds("bonbun"),
        (ScalarValue::Int32(Some(1)), ScalarValue::Int32(Some(3)), Some(1))
    );
    assert_eq!(bounds("base_date").1, ScalarValue::Date32(Some(18748)));
    assert_eq!(
        bounds("bbox.xmax"),
        (
            ScalarValue::Float64(Some(36111.5)),
            ScalarValue::Float64(Some(36113.5)),
            Some(0)
        )
    );
    let geometry = bounds("geometry");
    assert!(geometry.0.is_null() && geometry.1.is_null());
    assert_eq!(geometry.2, Some(0));
}

#[tokio::test]
async fn the_schema_keeps_order_types_and_geometry_metadata() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
    assert_eq!(dataset.schema(), schema());
    assert_eq!(dataset.partition_columns(), crate::fixture::PARTITION_COLUMNS);
}

#[tokio::test]
async fn other_columns_are_refused_by_name() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let original = publication(&warehouse.dataset_dir("parcel"), &[BISAN]);
    let refused = async |field: &str, fields: Vec<Arc<Field>>| {
        let changed = Publication {
            schema: Arc::new(Schema::new(fields)),
            ..original.clone()
        };
        let message = warehouse.publish("parcel", changed).await.unwrap_err().to_string();
        assert!(message.contains(field) && message.contains("\"parcel\""), "{message}");
    };
    let fields: Vec<Arc<Field>> = schema().fields().iter().cloned().collect();
    refused(
        "\"bonbun\" is missing",
        fields
            .iter()
            .filter(|field| field.name() != "bonbun")
            .cloned()
            .collect(),
    )
    .await;
    let retype = |name: &str, field: Field| {
        fields
            .iter()
            .map(|old| {
                if old.name() == name {
                    Arc::new(field.clone())
                } else {
                    Arc::clone(old)
                }
            })
            .collect()
    };
    refused(
        "\"bonbun\" is Utf8, expected Int32",
        retype("bonbun", Field::new("bonbun", DataType::Utf8, true)),
    )
    .await;
    refused(
        "\"geometry\" has another CRS",
        retype("geometry", Field::new("geometry", DataType::Binary, false)),
    )
    .await;
    let extra = [
        fields.clone(),
        vec![Arc::new(Field::new("owner", DataType::Utf8, true))],
    ]
    .concat();
    refused("\"owner\" is new", extra).await;
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().version(), 0);
}

#[tokio::test]
async fn a_publication_that_contradicts_itself_is_refused() {
    let (_dir, warehouse) = warehouse(&[]).await;
    let dir = warehouse.dataset_dir("parcel");
    let refused = async |publication: Publication, reason: &str| {
        let message = warehouse.publish("parcel", publication).await.unwrap_err().to_string();
        assert!(message.contains(reason), "{message}");
    };
    let mut elsewhere = publication(&dir, &[CHEONGUN]);
    elsewhere.files.push(crate::fixture::write(&dir, &BISAN));
    refused(elsewhere, "lies in 경기도 안양시 동안구").await;
    let mut twice = publication(&dir, &[CHEONGUN]);
    twice.files.push(twice.files[0].clone());
    refused(twice, "named twice").await;
    let mut outside = publication(&dir, &[CHEONGUN]);
    outside.files[0].path = "../part.parquet".to_owned();
    refused(outside, "not a path below").await;
    let error = warehouse
        .publish("../x", publication(&dir, &[CHEONGUN]))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::DatasetName { .. }));
    assert!(warehouse.dataset("parcel").await.unwrap().is_none());
}

#[tokio::test]
async fn a_live_file_is_never_replaced_by_another_of_its_name() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let mut changed = publication(&warehouse.dataset_dir("parcel"), &[CHEONGUN]);
    changed.files[0].bytes += 1;
    let message = warehouse.publish("parcel", changed).await.unwrap_err().to_string();
    assert!(message.contains("never overwritten"), "{message}");
}

#[tokio::test]
async fn a_writer_that_dies_before_its_commit_leaves_the_version() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let before = warehouse.dataset("parcel").await.unwrap().unwrap();
    let dir = warehouse.dataset_dir("parcel");
    // Dead after the data files; dead while it wrote the log entry.
    crate::fixture::write(&dir, &BISAN);
    fs::write(dir.join("_delta_log/.00000000000000000001.99.0.tmp"), "{\"add\":{\"pa").unwrap();
    let after = Warehouse::open(warehouse.dir())
        .unwrap()
        .dataset("parcel")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((after.version(), files(&after)), (0, files(&before)));
    assert!(publish(&warehouse, &[BISAN]).await.unwrap().changed);
}

#[tokio::test]
async fn a_missing_data_file_is_not_published() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let dir = warehouse.dataset_dir("parcel");
    let lost = publication(&dir, &[BISAN]);
    fs::remove_file(dir.join(&lost.files[0].path)).unwrap();
    let error = warehouse.publish("parcel", lost).await.unwrap_err();
    assert!(error.to_string().ends_with("is gone; run again"), "{error}");
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().version(), 0);
}

#[tokio::test]
async fn a_file_cut_short_after_its_inspection_is_not_published() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let dir = warehouse.dataset_dir("parcel");
    let cut = publication(&dir, &[BISAN]);
    fs::write(dir.join(&cut.files[0].path), b"PAR1").unwrap();
    let message = warehouse.publish("parcel", cut).await.unwrap_err().to_string();
    assert!(message.contains("has 4 bytes"), "{message}");
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().version(), 0);
}

#[tokio::test]
async fn the_history_tells_vintages_and_provenance() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, BANGOK]).await;
    publish(
        &warehouse,
        &[Leaf {
            date: "2026-05-01",
            ..CHEONGUN
        }],
    )
    .await
    .unwrap();
    let history = warehouse
        .dataset("parcel")
        .await
        .unwrap()
        .unwrap()
        .history()
        .await
        .unwrap();
    let versions: Vec<u64> = history.iter().map(|commit| commit.version).collect();
    assert_eq!(versions, [1, 0]);
    assert!(history[0].timestamp >= history[1].timestamp && history[1].timestamp.is_some());
    assert_eq!(history[0].metadata["vintage"], "2026-05-01");
    assert_eq!(history[0].metadata["provenance"]["source"], "fixture");
    assert_eq!(
        history[1].metadata["vintages"],
        serde_json::json!([
            { "si_nm": "서울특별시", "sgg_nm": "종로구", "vintage": "2021-05-01" },
            { "si_nm": "세종특별자치시", "sgg_nm": null, "vintage": "2021-05-01" },
        ])
    );
}

/// Sixteen writers at once, each with a warehouse of its own as if in another process.
async fn race(warehouse: &Warehouse, leaves: Vec<Leaf>) -> Vec<Result<Published, Error>> {
    let start = Arc::new(tokio::sync::Barrier::new(leaves.len()));
    let writers = leaves.into_iter().map(|leaf| {
        let (start, warehouse) = (Arc::clone(&start), Warehouse::open(warehouse.dir()).unwrap());
        tokio::spawn(async move {
            let publication = publication(&warehouse.dataset_dir("parcel"), &[leaf]);
            start.wait().await;
            warehouse.publish("parcel", publication).await
        })
    });
    let mut results = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        results.push(writer.await.unwrap());
    }
    results
}

const DISTRICTS: [&str; 16] = [
    "가구", "나구", "다구", "라구", "마구", "바구", "사구", "아구", "자구", "차구", "카구", "타구", "파구", "하구",
    "고구", "노구",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn writers_of_different_sigungu_all_win() {
    let (_dir, warehouse) = warehouse(&[]).await;
    let leaves = DISTRICTS.map(|sgg| Leaf {
        names: [Some("서울특별시"), Some(sgg), Some("동"), None],
        ..CHEONGUN
    });
    let mut versions: Vec<u64> = race(&warehouse, leaves.to_vec())
        .await
        .into_iter()
        .map(|result| result.unwrap().version)
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (0..16).collect::<Vec<u64>>());
    assert_eq!(warehouse.dataset("parcel").await.unwrap().unwrap().rows(), 48);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_writers_of_one_sigungu_one_wins() {
    // The sigungu is empty before: Delta's own conflict check would let all of them in.
    for published_before in [vec![], vec![PUNGNAP]] {
        let (_dir, warehouse) = warehouse(&published_before).await;
        let leaves = (1..=16).map(|rows| Leaf { rows, ..CHEONGUN }).collect();
        let results = race(&warehouse, leaves).await;
        let mut winners = 0;
        for result in &results {
            match result {
                Ok(published) => winners += usize::from(published.changed),
                Err(Error::Conflict { region, .. }) => assert_eq!(region, "서울특별시 종로구"),
                Err(error) => assert!(matches!(error, Error::Conflict { .. }), "{error}"),
            }
        }
        let dataset = warehouse.dataset("parcel").await.unwrap().unwrap();
        let live: Vec<_> = dataset.files().filter(|file| file.path.contains("청운동")).collect();
        assert_eq!(live.len(), 1, "one writer's file is live");
        // Writers that started after a commit replace it in good order; those that overlapped it fail.
        assert_eq!(
            winners as u64,
            dataset.version() + u64::from(published_before.is_empty())
        );
        assert!(winners < results.len(), "nobody met another writer");
    }
}

#[tokio::test]
async fn a_checkpoint_keeps_what_the_log_says() {
    let (_dir, warehouse) = warehouse(&[BANGOK]).await;
    for number in 1..100 {
        publish(
            &warehouse,
            &[Leaf {
                rows: number % 2 + 1,
                ..CHEONGUN
            }],
        )
        .await
        .unwrap();
    }
    let known = warehouse.dataset("parcel").await.unwrap().unwrap();
    assert_eq!(known.version(), 99);
    let log_dir = warehouse.dataset_dir("parcel").join("_delta_log");
    assert!(log_dir.join("_last_checkpoint").exists());
    // Only a checkpoint can tell the state without the first entry.
    fs::rename(log_dir.join("00000000000000000000.json"), warehouse.dir().join("first")).unwrap();
    let read = Warehouse::open(warehouse.dir())
        .unwrap()
        .dataset("parcel")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (read.version(), files(&read), read.schema()),
        (99, files(&known), known.schema())
    );
}

#[tokio::test]
async fn the_log_says_what_other_readers_need() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let log = fs::read_to_string(
        warehouse
            .dataset_dir("parcel")
            .join("_delta_log/00000000000000000000.json"),
    )
    .unwrap();
    let actions: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let action = |name: &str| actions.iter().find_map(|action| action.get(name)).unwrap();
    assert_eq!(
        action("protocol"),
        &serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 })
    );
    assert_eq!(
        action("metaData")["configuration"]["delta.enableExpiredLogCleanup"],
        "false"
    );
    assert_eq!(action("add")["partitionValues"]["ri_nm"], serde_json::Value::Null);
    let stats: serde_json::Value = serde_json::from_str(action("add")["stats"].as_str().unwrap()).unwrap();
    assert_eq!(stats["numRecords"], 3);
    assert_eq!(stats["maxValues"]["base_date"], "2021-05-01");
    assert_eq!(stats["minValues"]["bbox"]["xmin"], 11111.0);
    assert_eq!(stats["nullCount"]["bonbun"], 1);
    assert_eq!(stats["minValues"].get("geometry"), None);
}
