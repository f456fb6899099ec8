//! The same parcels in each layout that users have, on any store.

#![expect(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use pilji_catalog::source::{Inspected, SourceOptions, inspect, open};
use unicode_normalization::UnicodeNormalization;

pub const LEVELS: [&str; 4] = ["SI_NM", "SGG_NM", "EMD_NM", "RI_NM"];

/// The places with their codes: with and without 시군구 and 리, with a blank inside a name.
const LEAVES: [([Option<&str>; 4], &str); 7] = [
    ([Some("서울특별시"), Some("종로구"), Some("청운동"), None], "1111010100"),
    ([Some("서울특별시"), Some("종로구"), Some("익선동"), None], "1111013000"),
    (
        [Some("경기도"), Some("안양시 동안구"), Some("비산동"), None],
        "4117310100",
    ),
    (
        [Some("세종특별자치시"), None, Some("금남면"), Some("반곡리")],
        "3611031001",
    ),
    ([Some("세종특별자치시"), None, Some("반곡동"), None], "3611010100"),
    (
        [Some("충청남도"), Some("서천군"), Some("장항읍"), Some("창선2리")],
        "4477025022",
    ),
    (
        [Some("경상북도"), Some("경산시"), Some("와촌면"), Some("평사리(坪沙)")],
        "4729034031",
    ),
];

pub const FILTERS: [&str; 14] = [
    "true",
    "\"RI_NM\" IS NULL",
    "\"RI_NM\" IS NOT NULL",
    "\"SI_NM\" = '세종특별자치시' AND \"SGG_NM\" IS NULL",
    "\"SI_NM\" = '세종특별자치시' AND \"RI_NM\" IS NULL",
    "\"SGG_NM\" = '안양시 동안구'",
    "\"SGG_NM\" LIKE '안양시%'",
    "\"EMD_NM\" IN ('청운동', '금남면', '없는동')",
    "\"SI_NM\" < '서' OR \"RI_NM\" = '반곡리'",
    "\"RI_NM\" = '평사리(坪沙)'",
    "\"PNU\" LIKE '11110%' AND \"Area\" > 11",
    "\"PNU\" = '1111010100100020000'",
    "coalesce(\"SGG_NM\", '없음') = '없음'",
    "\"SI_NM\" = '부산광역시'",
];

#[derive(Debug, Clone, Copy)]
pub enum Layout {
    /// `서울특별시/part-0.parquet`; the other levels are columns of the files.
    Sido,
    /// `서울특별시/종로구/익선동/NULL/part-0.parquet`.
    Bare,
    /// `SI_NM=서울특별시/…/RI_NM=__HIVE_DEFAULT_PARTITION__/part-0.parquet`.
    Hive,
    /// The same with all beyond ASCII percent-encoded.
    HiveEncoded,
    /// The same with decomposed Hangul, as macOS writes it.
    HiveDecomposed,
}

impl Layout {
    pub fn options(self) -> SourceOptions {
        let n_levels = match self {
            Self::Sido => 1,
            Self::Bare => 4,
            _ => 0,
        };
        SourceOptions {
            levels: LEVELS[..n_levels].iter().map(|level| (*level).to_owned()).collect(),
            ..SourceOptions::default()
        }
    }

    fn root(self) -> &'static str {
        match self {
            Self::Sido => "sido",
            Self::Bare => "bare",
            Self::Hive => "hive",
            Self::HiveEncoded => "hive encoded",
            Self::HiveDecomposed => "hive decomposed",
        }
    }

    fn folder(self, names: [Option<&str>; 4]) -> String {
        let hive = || {
            let levels = LEVELS.iter().zip(names);
            levels.map(|(level, name)| (*level, name.unwrap_or("__HIVE_DEFAULT_PARTITION__").to_owned()))
        };
        let parts: Vec<String> = match self {
            Self::Sido => vec![names[0].unwrap().to_owned()],
            Self::Bare => names.map(|name| name.unwrap_or("NULL").to_owned()).to_vec(),
            Self::Hive => hive().map(|(level, name)| format!("{level}={name}")).collect(),
            Self::HiveEncoded => hive()
                .map(|(level, name)| {
                    let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
                    let encoded = encoded.to_string().replace("%5F", "_");
                    format!("{level}={encoded}")
                })
                .collect(),
            Self::HiveDecomposed => hive()
                .map(|(level, name)| format!("{level}={}", name.nfd().collect::<String>()))
                .collect(),
        };
        parts.join("/")
    }
}

/// Three parcels of a place; with the levels below 시도 as columns when asked.
pub fn leaf_rows(leaf_idx: usize, with_levels: bool) -> RecordBatch {
    let (names, code) = LEAVES[leaf_idx];
    let pnu: ArrayRef = Arc::new(StringArray::from_iter_values(
        (1..=3).map(|n| format!("{code}100{n:02}0000")),
    ));
    let area: ArrayRef = Arc::new(Float64Array::from(vec![10.0, 11.5, 12.25]));
    let mut columns = vec![("PNU", pnu), ("Area", area)];
    if with_levels {
        for (level, name) in LEVELS.into_iter().zip(names).skip(1) {
            columns.push((level, Arc::new(StringArray::from(vec![name; 3]))));
        }
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

/// All rows, in memory.
pub fn table_of_rows() -> Arc<dyn TableProvider> {
    let mut batches = Vec::new();
    for (leaf_idx, (names, _)) in LEAVES.iter().enumerate() {
        let rows = leaf_rows(leaf_idx, true);
        let mut columns: Vec<(&str, ArrayRef)> = vec![("SI_NM", Arc::new(StringArray::from(vec![names[0]; 3])))];
        let schema = rows.schema();
        let of_rows = schema.fields().iter().zip(rows.columns());
        columns.extend(of_rows.map(|(field, array)| (field.name().as_str(), Arc::clone(array))));
        batches.push(RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap());
    }
    Arc::new(MemTable::try_new(batches[0].schema(), vec![batches]).unwrap())
}

pub async fn put(store: &Arc<dyn ObjectStore>, path: &str, bytes: &[u8]) {
    store
        .put(&Path::parse(path).unwrap(), bytes.to_vec().into())
        .await
        .unwrap();
}

pub fn parquet(rows: &RecordBatch) -> Vec<u8> {
    parquet_with(rows, Vec::new())
}

pub fn parquet_with(rows: &RecordBatch, metadata: Vec<KeyValue>) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(metadata))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).unwrap();
    writer.write(rows).unwrap();
    writer.close().unwrap();
    bytes
}

/// Writes the tree of a layout and gives its root.
pub async fn put_tree(store: &Arc<dyn ObjectStore>, layout: Layout) -> Path {
    let root = layout.root();
    for (leaf_idx, (names, code)) in LEAVES.iter().enumerate() {
        let rows = leaf_rows(leaf_idx, matches!(layout, Layout::Sido));
        let path = format!("{root}/{}/part-{code}.snappy.parquet", layout.folder(*names));
        put(store, &path, &parquet(&rows)).await;
    }
    Path::parse(root).unwrap()
}

/// A table with what inspection found.
pub struct Table {
    pub found: Inspected,
    pub provider: Arc<dyn TableProvider>,
}

impl Table {
    pub async fn open(store: &Arc<dyn ObjectStore>, path: &Path, options: &SourceOptions) -> Self {
        let found = inspect(Arc::clone(store), path, options).await.unwrap();
        let mut spec = found.spec();
        spec.refresh_secs = 3600;
        let provider = open(Arc::clone(store), store_url(), path, &spec, None, "shared.t")
            .await
            .unwrap();
        Self { found, provider }
    }
}

pub fn store_url() -> ObjectStoreUrl {
    ObjectStoreUrl::parse("connection://tests").unwrap()
}

/// A session in which the table is `tree`.
pub fn session_with(store: &Arc<dyn ObjectStore>, table: Arc<dyn TableProvider>) -> SessionContext {
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    ctx.register_object_store(store_url().as_ref(), Arc::clone(store));
    ctx.register_table("tree", table).unwrap();
    ctx
}

/// The rows of a table for which a filter is true, as text and number; the failure as text when it fails.
pub async fn rows_of(ctx: &SessionContext, table: &str, filter: &str) -> (String, usize) {
    let columns = "\"PNU\", \"Area\", \"SI_NM\", \"SGG_NM\", \"EMD_NM\", \"RI_NM\"";
    let sql = format!("SELECT {columns} FROM {table} WHERE {filter} ORDER BY \"PNU\"");
    match ctx.sql(&sql).await.unwrap().collect().await {
        Ok(rows) => (
            pretty_format_batches(&rows).unwrap().to_string(),
            rows.iter().map(RecordBatch::num_rows).sum(),
        ),
        Err(error) => (error.to_string(), 0),
    }
}

/// The one whole number that a query answers.
pub async fn number(ctx: &SessionContext, sql: &str) -> i64 {
    let rows = ctx.sql(sql).await.unwrap().collect().await.unwrap();
    rows[0].column(0).as_primitive::<Int64Type>().value(0)
}

/// The paths of the files that a query's plan scans.
pub async fn scanned(ctx: &SessionContext, sql: &str) -> Vec<String> {
    let plan = ctx.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    let mut paths = Vec::new();
    collect_paths(&plan, &mut paths);
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

/// Makes every other file below the root unreadable.
pub async fn spoil_all_but(store: &Arc<dyn ObjectStore>, root: &Path, kept: &[String]) {
    let listed: Vec<_> = store.list(Some(root)).try_collect().await.unwrap();
    for file in listed {
        if !kept.contains(&file.location.to_string()) {
            store.put(&file.location, b"spoiled".to_vec().into()).await.unwrap();
        }
    }
}

pub async fn copy_all(from: &Arc<dyn ObjectStore>, to: &Arc<dyn ObjectStore>) {
    let listed: Vec<_> = from.list(None).try_collect().await.unwrap();
    for file in listed {
        let bytes = from.get(&file.location).await.unwrap().bytes().await.unwrap();
        to.put(&file.location, bytes.into()).await.unwrap();
    }
}

/// All files below a folder of the disk.
pub fn files_below(dir: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
