//! Scanning: which files a query opens, what comes from statistics, in which order columns come.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::fixture::{BANGOK, BISAN, CHEONGUN, Leaf, PUNGNAP, SINGYO, publish, schema, warehouse};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::util::display::array_value_to_string;
use arrow::util::pretty::pretty_format_batches;
use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::local::LocalFileSystem;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use pilji_catalog::{DataFile, FileIndex, FileSet, FileTable, Warehouse};

/// The newest version of each dataset as a table.
#[derive(Debug)]
struct Newest(Warehouse);

#[async_trait]
impl SchemaProvider for Newest {
    fn table_names(&self) -> Vec<String> {
        Vec::new()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let dataset = self
            .0
            .dataset(name)
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(dataset.map(|dataset| dataset.table_provider()))
    }

    fn table_exist(&self, _name: &str) -> bool {
        true
    }
}

const ALL: [Leaf; 5] = [CHEONGUN, SINGYO, PUNGNAP, BISAN, BANGOK];

fn session(warehouse: &Warehouse) -> SessionContext {
    let config = SessionConfig::new()
        .with_default_catalog_and_schema("pilji", "public")
        .with_target_partitions(2);
    let ctx = SessionContext::new_with_config(config);
    warehouse.register(&ctx.runtime_env()).unwrap();
    let catalog = ctx.catalog("pilji").unwrap();
    catalog
        .register_schema("public", Arc::new(Newest(warehouse.clone())))
        .unwrap();
    ctx
}

/// The paths of the files that a query's plan scans, sorted.
async fn scanned(ctx: &SessionContext, sql: &str) -> Vec<String> {
    let plan = ctx.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    let mut paths = Vec::new();
    collect_paths(&plan, &mut paths);
    paths.sort();
    paths
}

fn collect_paths(plan: &Arc<dyn ExecutionPlan>, paths: &mut Vec<String>) {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        let config = scan.data_source().downcast_ref::<FileScanConfig>().unwrap();
        for file in config.file_groups.iter().flat_map(FileGroup::iter) {
            paths.push(file.object_meta.location.to_string());
        }
    }
    for child in plan.children() {
        collect_paths(child, paths);
    }
}

async fn rows(ctx: &SessionContext, sql: &str) -> Vec<RecordBatch> {
    ctx.sql(sql).await.unwrap().collect().await.unwrap()
}

/// Checks which leaves a filter opens, then its rows with all other files emptied.
async fn check(filter: &str, leaves: &[Leaf], n_rows: usize) {
    let (_dir, warehouse) = warehouse(&ALL).await;
    let ctx = session(&warehouse);
    let sql = format!("SELECT * FROM parcel WHERE {filter}");
    let paths = scanned(&ctx, &sql).await;
    let names: Vec<&str> = leaves.iter().map(|leaf| leaf.names[2].unwrap()).collect();
    let opens = |path: &str| names.iter().any(|name| path.contains(name));
    assert!(paths.iter().all(|path| opens(path)), "{filter}: {paths:?}");
    assert_eq!(paths.len(), leaves.len(), "{filter}: {paths:?}");
    for file in warehouse.dataset("parcel").await.unwrap().unwrap().files() {
        if !opens(&file.path) {
            fs::write(warehouse.dataset_dir("parcel").join(&file.path), b"").unwrap();
        }
    }
    let found: usize = rows(&ctx, &sql).await.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(found, n_rows, "{filter}");
}

#[tokio::test]
async fn partition_filters_open_their_files_only() {
    check("sgg_nm = '종로구'", &[CHEONGUN, SINGYO], 6).await;
    check("si_nm LIKE '서울%' AND emd_nm <> '신교동'", &[CHEONGUN, PUNGNAP], 6).await;
    check("sgg_nm IN ('송파구', '안양시 동안구')", &[PUNGNAP, BISAN], 6).await;
    check("sgg_nm IS NULL", &[BANGOK], 3).await;
    check("ri_nm IS NULL", &[CHEONGUN, SINGYO, PUNGNAP, BISAN], 12).await;
    check("ri_nm IS NOT NULL", &[BANGOK], 3).await;
    check("si_nm < '세'", &[CHEONGUN, SINGYO, PUNGNAP, BISAN], 12).await;
    check("coalesce(sgg_nm, '없음') = '없음'", &[BANGOK], 3).await;
    check("si_nm = '부산광역시'", &[], 0).await;
}

#[tokio::test]
async fn bounds_select_files() {
    check("pnu = '1171010300100020000'", &[PUNGNAP], 1).await;
    check("pnu LIKE '41173%'", &[BISAN], 3).await;
    check("pnu BETWEEN '1111010100' AND '11110102'", &[CHEONGUN], 3).await;
    check(
        "pnu IN ('4117310100100010000', '3611031001100030000', '9')",
        &[BISAN, BANGOK],
        2,
    )
    .await;
    check(
        "bbox['xmin'] < 11200 AND bbox['xmax'] > 11113.2",
        &[CHEONGUN, SINGYO],
        2,
    )
    .await;
    check("base_date > DATE '2021-05-01'", &[], 0).await;
}

#[tokio::test]
async fn filters_over_partitions_and_values_together() {
    check("sgg_nm = '종로구' AND bonbun = 1 AND pnu > '11110102'", &[SINGYO], 1).await;
    check("ri_nm IS NULL OR bonbun = 2", &ALL, 12).await;
    check("ri_nm IS NULL OR pnu < '2'", &[CHEONGUN, SINGYO, PUNGNAP, BISAN], 12).await;
    check("(sgg_nm = '종로구' AND pnu > '4') OR sgg_nm = '송파구'", &[PUNGNAP], 3).await;
}

#[tokio::test]
async fn a_long_list_of_keys_opens_their_files_only() {
    let keys: Vec<String> = (0..40).map(|key| format!("'41173101{key:02}100010000'")).collect();
    check(&format!("pnu IN ({})", keys.join(", ")), &[BISAN], 1).await;
}

#[tokio::test]
async fn a_filter_that_becomes_known_while_running_opens_its_files_only() {
    let (_dir, warehouse) = warehouse(&ALL).await;
    let ctx = session(&warehouse);
    for file in warehouse.dataset("parcel").await.unwrap().unwrap().files() {
        if !file.path.contains("비산동") {
            fs::write(warehouse.dataset_dir("parcel").join(&file.path), b"").unwrap();
        }
    }
    let sql = "SELECT parcel.pnu FROM (VALUES ('4117310100100010000'), ('4117310100100020000')) AS keys(pnu) \
               JOIN parcel ON parcel.pnu = keys.pnu";
    assert_eq!(
        rows(&ctx, sql).await.iter().map(RecordBatch::num_rows).sum::<usize>(),
        2
    );
}

#[tokio::test]
async fn counting_reads_no_file() {
    let (_dir, warehouse) = warehouse(&ALL).await;
    let ctx = session(&warehouse);
    let dir = warehouse.dataset_dir("parcel");
    for folder in ["si_nm=서울특별시", "si_nm=경기도", "si_nm=세종특별자치시"] {
        fs::rename(dir.join(folder), dir.join(format!("away-{folder}"))).unwrap();
    }
    for (filter, expected) in [
        ("", 15),
        ("WHERE sgg_nm = '종로구'", 6),
        ("WHERE ri_nm IS NULL", 12),
        ("WHERE si_nm = ''", 0),
    ] {
        let counted = rows(&ctx, &format!("SELECT count(*) AS n FROM parcel {filter}")).await;
        let count = counted[0]
            .column(0)
            .as_any()
            .downcast_ref::<arrow::array::Int64Array>()
            .unwrap()
            .value(0);
        assert_eq!(count, expected, "{filter}");
    }
}

/// The one row of an answer as text.
async fn answer(ctx: &SessionContext, sql: &str) -> String {
    let batches = rows(ctx, sql).await;
    let values = |column: &ArrayRef| array_value_to_string(column, 0).unwrap();
    batches[0].columns().iter().map(values).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn smallest_and_largest_values_read_no_file() {
    let (_dir, warehouse) = warehouse(&ALL).await;
    let ctx = session(&warehouse);
    for file in warehouse.dataset("parcel").await.unwrap().unwrap().files() {
        fs::remove_file(warehouse.dataset_dir("parcel").join(&file.path)).unwrap();
    }
    for (sql, expected) in [
        (
            "SELECT count(*), min(pnu), max(pnu) FROM parcel",
            "15 1111010100100010000 4117310100100030000",
        ),
        (
            "SELECT count(*), min(pnu), max(pnu) FROM parcel WHERE sgg_nm = '송파구'",
            "3 1171010300100010000 1171010300100030000",
        ),
        (
            "SELECT min(bonbun), max(bonbun), count(bonbun), max(base_date) FROM parcel",
            "1 3 10 2021-05-01",
        ),
        (
            "SELECT min(si_nm), max(emd_nm), count(sgg_nm), count(ri_nm) FROM parcel",
            "경기도 풍납동 12 3",
        ),
        ("SELECT count(pnu) FROM parcel WHERE ri_nm IS NULL", "12"),
    ] {
        assert_eq!(answer(&ctx, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn filters_and_limits_make_bounds_of_files_no_answer() {
    let (_dir, warehouse) = warehouse(&ALL).await;
    let ctx = session(&warehouse);
    for (sql, expected) in [
        (
            "SELECT count(*), max(pnu) FROM parcel WHERE bonbun = 1",
            "5 4117310100100010000",
        ),
        (
            "SELECT max(pnu), count(*) FROM (SELECT pnu FROM parcel WHERE emd_nm = '비산동' LIMIT 1)",
            "4117310100100010000 1",
        ),
        ("SELECT count(*) FROM (SELECT pnu FROM parcel LIMIT 4)", "4"),
    ] {
        assert_eq!(answer(&ctx, sql).await, expected, "{sql}");
    }
}

/// One file of 1,000 rows in one row group of ten pages, sorted by PNU.
fn sorted_file(dir: &Path) -> Arc<FileSet> {
    let pnu: StringArray = (0..1000).map(|n| Some(format!("111101010010{n:03}0000"))).collect();
    let emd: StringArray = (0..1000).map(|n| Some(format!("{}동", n / 100))).collect();
    let batch = RecordBatch::try_from_iter([
        ("pnu", Arc::new(pnu) as ArrayRef),
        ("emd_nm", Arc::new(emd) as ArrayRef),
    ])
    .unwrap();
    let properties = WriterProperties::builder()
        .set_data_page_row_count_limit(100)
        .set_write_batch_size(100)
        .build();
    let file = fs::File::create(dir.join("all.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let file = DataFile::inspect(dir, "all.parquet".to_owned(), Vec::new()).unwrap();
    Arc::new(FileSet {
        name: "sorted@0".to_owned(),
        store: ObjectStoreUrl::parse("sorted://here").unwrap(),
        prefix: object_store::path::Path::default(),
        schema: batch.schema(),
        partition_columns: Vec::new(),
        is_immutable: true,
        coverings: Vec::new(),
        index: FileIndex::from_files([file], &batch.schema(), &[]).unwrap(),
    })
}

#[tokio::test]
async fn a_sorted_file_is_read_by_the_page_and_its_footer_once() {
    let dir = tempfile::tempdir().unwrap();
    let set = sorted_file(dir.path());
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let store = LocalFileSystem::new_with_prefix(dir.path()).unwrap();
    ctx.register_object_store(set.store.as_ref(), Arc::new(store));
    ctx.register_table("sorted", Arc::new(FileTable::new(set))).unwrap();
    for filter in ["pnu = '1111010100105550000'", "emd_nm = '5동'"] {
        let sql = format!("EXPLAIN ANALYZE SELECT * FROM sorted WHERE {filter}");
        let text = pretty_format_batches(&rows(&ctx, &sql).await).unwrap().to_string();
        assert!(text.contains("page_index_pages_pruned=10 total → 1 matched"), "{text}");
    }
    let footers = ctx.runtime_env().cache_manager.get_file_metadata_cache();
    assert_eq!(footers.list_entries().len(), 1);
}

#[tokio::test]
async fn columns_come_in_the_datasets_order_and_keep_their_metadata() {
    let (_dir, warehouse) = warehouse(&[BANGOK]).await;
    let ctx = session(&warehouse);
    let all = rows(&ctx, "SELECT * FROM parcel").await;
    assert_eq!(all[0].schema(), schema());
    let some = rows(&ctx, "SELECT ri_nm, bonbun, sgg_nm, pnu FROM parcel ORDER BY pnu").await;
    let expected = "\
+--------+--------+--------+---------------------+
| ri_nm  | bonbun | sgg_nm | pnu                 |
+--------+--------+--------+---------------------+
| 반곡리 | 1      |        | 3611031001100010000 |
| 반곡리 |        |        | 3611031001100020000 |
| 반곡리 | 3      |        | 3611031001100030000 |
+--------+--------+--------+---------------------+";
    assert_eq!(pretty_format_batches(&some).unwrap().to_string(), expected);
}

#[tokio::test]
async fn a_limit_opens_no_more_files_than_it_needs() {
    let (_dir, warehouse) = warehouse(&ALL).await;
    let ctx = session(&warehouse);
    assert_eq!(scanned(&ctx, "SELECT * FROM parcel LIMIT 4").await.len(), 2);
    assert_eq!(
        scanned(&ctx, "SELECT * FROM parcel WHERE sgg_nm = '종로구' LIMIT 1")
            .await
            .len(),
        1
    );
    let filtered = "SELECT * FROM parcel WHERE bonbun = 3 LIMIT 4";
    assert_eq!(
        rows(&ctx, filtered)
            .await
            .iter()
            .map(RecordBatch::num_rows)
            .sum::<usize>(),
        4
    );
}

#[tokio::test]
async fn the_bytes_of_a_scan_are_shared_by_the_partitions() {
    let large = Leaf {
        rows: 60_000,
        ..CHEONGUN
    };
    let bytes = bytes_of_partitions(&[large, SINGYO, PUNGNAP, BISAN]).await;
    assert_eq!(bytes.len(), 2, "{bytes:?}");
    assert!(bytes[0].max(bytes[1]) < 2 * bytes[0].min(bytes[1]), "{bytes:?}");
}

#[tokio::test]
async fn files_of_few_bytes_are_read_by_one_partition() {
    assert_eq!(bytes_of_partitions(&ALL).await.len(), 1);
}

/// How many bytes of files each partition of a scan of all parcels reads.
async fn bytes_of_partitions(leaves: &[Leaf]) -> Vec<u64> {
    let (_dir, warehouse) = warehouse(leaves).await;
    let asked = session(&warehouse).sql("SELECT * FROM parcel").await.unwrap();
    let plan = asked.create_physical_plan().await.unwrap();
    let config = plan.downcast_ref::<DataSourceExec>().unwrap();
    let config = config.data_source().downcast_ref::<FileScanConfig>().unwrap();
    let groups = config.file_groups.iter();
    groups
        .map(|group| group.iter().map(PartitionedFile::effective_size).sum())
        .collect()
}

#[tokio::test]
async fn every_planning_sees_the_newest_version_and_a_planned_query_keeps_its_own() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    let ctx = session(&warehouse);
    let planned = ctx.sql("SELECT * FROM parcel").await.unwrap();
    // Another process publishes.
    publish(
        &Warehouse::open(warehouse.dir()).unwrap(),
        &[BISAN, Leaf { rows: 9, ..CHEONGUN }],
    )
    .await
    .unwrap();
    let newest = ctx.sql("SELECT * FROM parcel").await.unwrap();
    assert_eq!(planned.count().await.unwrap(), 3);
    assert_eq!(newest.count().await.unwrap(), 12);
}

#[tokio::test]
async fn a_dataset_made_anew_is_read_anew() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN, SINGYO]).await;
    let ctx = session(&warehouse);
    assert_eq!(ctx.sql("SELECT * FROM parcel").await.unwrap().count().await.unwrap(), 6);
    fs::remove_dir_all(warehouse.dataset_dir("parcel")).unwrap();
    assert!(ctx.sql("SELECT * FROM parcel").await.is_err());
    publish(&Warehouse::open(warehouse.dir()).unwrap(), &[BISAN])
        .await
        .unwrap();
    assert_eq!(ctx.sql("SELECT * FROM parcel").await.unwrap().count().await.unwrap(), 3);
}

#[tokio::test]
async fn only_datasets_are_listed() {
    let (_dir, warehouse) = warehouse(&[CHEONGUN]).await;
    fs::create_dir(warehouse.dir().join("_rejects")).unwrap();
    fs::create_dir(warehouse.dir().join("notes")).unwrap();
    assert_eq!(warehouse.datasets().await.unwrap(), ["parcel"]);
}

#[tokio::test]
async fn a_warehouse_that_is_not_there_is_an_error_with_a_remedy() {
    let (dir, _warehouse) = warehouse(&[]).await;
    let missing = Warehouse::open(dir.path().join("nowhere")).unwrap_err().to_string();
    assert!(
        missing.starts_with("no warehouse at ") && missing.contains("pilji ingest"),
        "{missing}"
    );
}
