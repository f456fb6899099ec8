//! Joins: which files the keys of one side open in the other, and that the answer is the same.

use std::fs;
use std::sync::Arc;

use crate::fixture::{CHEONGUN, Leaf, publish};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::physical_plan::displayable;
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use pilji_catalog::{Warehouse, physical_optimizers};

/// 시군구 from one end of the official table to the other.
const SIGUNGU: [&str; 25] = [
    "11110", "11140", "11170", "11200", "11215", "11710", "11740", "26110", "26140", "26170", "27110", "28110",
    "29110", "30110", "31110", "36110", "41111", "41113", "41171", "41173", "43111", "46110", "47111", "48121",
    "52111",
];
/// The first, one in the middle and the last: the ones with many parcels.
const LARGE: [&str; 3] = ["11110", "36110", "52111"];
const EMD_OF_SIGUNGU: u16 = 4;

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn leaves() -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for sigungu in SIGUNGU {
        for emd in 1..=EMD_OF_SIGUNGU {
            let name = leak(format!("{sigungu}동{emd}"));
            leaves.push(Leaf {
                names: [
                    Some(leak(format!("시도 {}", &sigungu[..2]))),
                    Some(sigungu),
                    Some(name),
                    None,
                ],
                code: leak(format!("{sigungu}{emd:03}00")),
                rows: if LARGE.contains(&sigungu) { 2_600 } else { 40 },
                ..CHEONGUN
            });
        }
    }
    leaves
}

/// The PNU of a parcel that the dataset has when the number is not above the rows of its leaf.
fn pnu(sigungu: &str, emd: u16, number: u16) -> String {
    format!("{sigungu}{emd:03}001{number:04}0000")
}

/// PNUs of large districts, spread over their 동.
fn pnus(sigungu: &[&str], n: usize) -> Vec<String> {
    let mut found = Vec::new();
    for number in 1..=2_600 {
        for emd in 1..=EMD_OF_SIGUNGU {
            found.extend(sigungu.iter().map(|sigungu| pnu(sigungu, emd, number)));
        }
    }
    found.truncate(n);
    found
}

/// Texts in two partitions, as a table `mine` with the columns `pnu` and `note`.
fn keys_table(pnus: &[Option<String>], data_type: &DataType) -> MemTable {
    let field = |name, data_type| Field::new(name, data_type, true);
    let schema = Arc::new(Schema::new(vec![
        field("pnu", data_type.clone()),
        field("note", DataType::Int64),
    ]));
    let mut partitions = Vec::new();
    let (front, back) = pnus.split_at(pnus.len() / 2);
    for half in [front, back] {
        let keys: ArrayRef = Arc::new(half.iter().map(Option::as_deref).collect::<StringArray>());
        let notes: Int64Array = (0..).take(half.len()).collect();
        let columns: Vec<ArrayRef> = vec![cast(&keys, data_type).unwrap(), Arc::new(notes)];
        partitions.push(vec![RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()]);
    }
    MemTable::try_new(schema, partitions).unwrap()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    CollectLeft,
    Partitioned,
}

struct Setting {
    _dir: tempfile::TempDir,
    warehouse: Warehouse,
}

impl Setting {
    async fn new() -> Self {
        let (dir, warehouse) = crate::fixture::warehouse(&[]).await;
        publish(&warehouse, &leaves()).await.unwrap();
        Self { _dir: dir, warehouse }
    }

    /// A session over the dataset, with or without the rules.
    async fn session(&self, mode: Mode, is_pruning: bool) -> SessionContext {
        let mut config = SessionConfig::new().with_target_partitions(3);
        if mode == Mode::Partitioned {
            config.options_mut().optimizer.hash_join_single_partition_threshold = 0;
            config.options_mut().optimizer.hash_join_single_partition_threshold_rows = 0;
        }
        let mut state = SessionStateBuilder::new().with_config(config).with_default_features();
        if is_pruning {
            state = state.with_physical_optimizer_rules(physical_optimizers());
        }
        let ctx = SessionContext::new_with_state(state.build());
        self.warehouse.register(&ctx.runtime_env()).unwrap();
        let dataset = self.warehouse.dataset("parcel").await.unwrap().unwrap();
        ctx.register_table("parcel", dataset.table_provider()).unwrap();
        ctx
    }

    /// Empties the files of all districts but these.
    async fn keep_only(&self, sigungu: &[&str]) {
        let dir = self.warehouse.dataset_dir("parcel");
        let mut n_kept = 0;
        for file in self.warehouse.dataset("parcel").await.unwrap().unwrap().files() {
            let is_kept = sigungu
                .iter()
                .any(|sigungu| file.path.contains(&format!("sgg_nm={sigungu}")));
            if is_kept {
                n_kept += 1;
            } else {
                fs::write(dir.join(&file.path), b"").unwrap();
            }
        }
        assert_eq!(n_kept, sigungu.len() * usize::from(EMD_OF_SIGUNGU));
    }
}

async fn rows(ctx: &SessionContext, sql: &str) -> RecordBatch {
    let frame = ctx.sql(sql).await.unwrap();
    let schema = Arc::new(frame.schema().as_arrow().clone());
    concat_batches(&schema, &frame.collect().await.unwrap()).unwrap()
}

async fn plan(ctx: &SessionContext, sql: &str) -> String {
    let plan = ctx.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    displayable(plan.as_ref()).indent(false).to_string()
}

/// The first number of the answer.
async fn number(ctx: &SessionContext, sql: &str) -> i64 {
    let rows = rows(ctx, sql).await;
    rows.column(0).as_any().downcast_ref::<Int64Array>().unwrap().value(0)
}

fn some(pnus: Vec<String>) -> Vec<Option<String>> {
    pnus.into_iter().map(Some).collect()
}

/// Ways to ask for the parcels of `mine`, each counting as many rows as there are keys.
const SHAPES: [&str; 12] = [
    "SELECT count(parcel.geometry) FROM mine JOIN parcel ON mine.pnu = parcel.pnu",
    "SELECT count(parcel.geometry) FROM parcel JOIN mine ON mine.pnu = parcel.pnu",
    "SELECT count(parcel.geometry) FROM mine, parcel WHERE parcel.pnu = mine.pnu AND parcel.base_date > DATE '2000-01-01'",
    "SELECT count(geometry) FROM mine JOIN parcel USING (pnu)",
    "SELECT count(parcel.geometry) FROM mine LEFT JOIN parcel ON mine.pnu = parcel.pnu",
    "SELECT count(geometry) FROM parcel WHERE pnu IN (SELECT pnu FROM mine)",
    "SELECT count(geometry) FROM parcel WHERE EXISTS (SELECT 1 FROM mine WHERE mine.pnu = parcel.pnu)",
    "SELECT count(g) FROM mine JOIN (SELECT pnu AS k, geometry AS g FROM parcel WHERE bonbun IS NULL OR bonbun > 0) p \
     ON p.k = mine.pnu",
    "WITH p AS (SELECT geometry AS g, pnu AS k FROM parcel) SELECT count(g) FROM mine m JOIN p ON p.k = m.pnu",
    "SELECT count(p.n) FROM mine JOIN (SELECT pnu, count(geometry) AS n FROM parcel GROUP BY pnu) p ON p.pnu = mine.pnu",
    "SELECT count(p.geometry) FROM (SELECT DISTINCT pnu FROM mine) m JOIN parcel p ON p.pnu = m.pnu \
     JOIN mine ON mine.pnu = p.pnu",
    "SELECT count(*) FROM mine WHERE NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.pnu = mine.pnu AND bonbun < 0)",
];

async fn check_shapes(sigungu: &[&str], mode: Mode, data_type: &DataType) {
    let setting = Setting::new().await;
    setting.keep_only(sigungu).await;
    for sql in SHAPES {
        let ctx = setting.session(mode, true).await;
        let keys = keys_table(&some(pnus(sigungu, 10_000)), data_type);
        ctx.register_table("mine", Arc::new(keys)).unwrap();
        let plan = plan(&ctx, sql).await;
        let is_partitioned = plan.contains("mode=Partitioned");
        assert_eq!(is_partitioned, mode == Mode::Partitioned, "{sql}\n{plan}");
        assert_eq!(number(&ctx, sql).await, 10_000, "{sql}\n{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_keys_of_one_district_open_its_files_only() {
    check_shapes(&["36110"], Mode::CollectLeft, &DataType::Utf8).await;
    check_shapes(&["36110"], Mode::Partitioned, &DataType::Utf8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_keys_of_three_distant_districts_open_their_files_only() {
    check_shapes(&LARGE, Mode::CollectLeft, &DataType::Utf8View).await;
    check_shapes(&LARGE, Mode::Partitioned, &DataType::LargeUtf8).await;
}

#[tokio::test]
async fn keys_may_be_dictionaries() {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    check_shapes(&LARGE[1..], Mode::CollectLeft, &dictionary).await;
}

#[tokio::test]
async fn partition_columns_and_several_keys_open_their_files_only() {
    let setting = Setting::new().await;
    setting.keep_only(&["11110", "52111"]).await;
    for mode in [Mode::CollectLeft, Mode::Partitioned] {
        let ctx = setting.session(mode, true).await;
        let places = "(VALUES ('11110', 1), ('52111', 2), (NULL, 3)) AS places(name, id)";
        let sql = format!("SELECT count(geometry) FROM {places} JOIN parcel ON parcel.sgg_nm = places.name");
        assert_eq!(number(&ctx, &sql).await, 2 * 4 * 2_600);
        let lots = "(VALUES ('시도 11', 1), ('시도 52', 3)) AS lots(name, lot)";
        let sql = format!(
            "SELECT count(geometry) FROM {lots} JOIN parcel ON si_nm = name AND bonbun = lot WHERE sgg_nm IN ('11110', '52111')"
        );
        assert_eq!(number(&ctx, &sql).await, 8);
    }
}

#[tokio::test]
async fn no_keys_open_no_file() {
    let setting = Setting::new().await;
    setting.keep_only(&[]).await;
    for mode in [Mode::CollectLeft, Mode::Partitioned] {
        let ctx = setting.session(mode, true).await;
        ctx.register_table("mine", Arc::new(keys_table(&[None, None, None], &DataType::Utf8)))
            .unwrap();
        let inner = "SELECT count(*) FROM mine JOIN parcel ON mine.pnu = parcel.pnu";
        assert_eq!(number(&ctx, inner).await, 0);
        let left = "SELECT count(*) FROM mine LEFT JOIN parcel ON mine.pnu = parcel.pnu";
        assert_eq!(number(&ctx, left).await, 3);
        let filtered = "SELECT count(*) FROM (SELECT * FROM mine WHERE note > 100) m JOIN parcel ON m.pnu = parcel.pnu";
        assert_eq!(number(&ctx, filtered).await, 0);
    }
}

#[tokio::test]
async fn a_table_of_unknown_size_becomes_the_build_side() {
    let setting = Setting::new().await;
    setting.keep_only(&["36110"]).await;
    let text = format!("note,pnu\n1,{}\n", pnus(&["36110"], 10_000).join("\n1,"));
    let csv = setting.warehouse.dir().join("mine.csv");
    fs::write(&csv, text).unwrap();
    // A PNU is text: compared as a number, it would not be in the order of the files' bounds.
    let options = CsvReadOptions::new().schema_infer_max_records(0);
    for sql in &SHAPES[..7] {
        let ctx = setting.session(Mode::CollectLeft, true).await;
        for limit in ["threshold", "threshold_rows"] {
            let set = format!("SET datafusion.optimizer.hash_join_single_partition_{limit} = 1000");
            ctx.sql(&set).await.unwrap();
        }
        ctx.register_csv("mine", csv.to_str().unwrap(), options.clone())
            .await
            .unwrap();
        let plan = plan(&ctx, sql).await;
        assert!(plan.contains("JoinPruningExec"), "{sql}\n{plan}");
        assert_eq!(number(&ctx, sql).await, 10_000, "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn row_groups_without_keys_are_not_read() {
    let setting = Setting::new().await;
    let ctx = setting.session(Mode::CollectLeft, true).await;
    let keys = [pnu("11110", 1, 7), pnu("52111", 4, 2_599)];
    ctx.register_table("mine", Arc::new(keys_table(&some(keys.to_vec()), &DataType::Utf8)))
        .unwrap();
    let analyzed = rows(
        &ctx,
        "EXPLAIN ANALYZE SELECT parcel.geometry FROM mine JOIN parcel ON mine.pnu = parcel.pnu",
    )
    .await;
    let analyzed = pretty_format_batches(&[analyzed]).unwrap().to_string();
    let pruning = analyzed.lines().find(|line| line.contains("JoinPruningExec")).unwrap();
    for expected in [
        "columns=[pnu]",
        "keys=2",
        "files_total=100",
        "files_kept=2",
        "row_groups_total=6",
        "row_groups_kept=2",
    ] {
        assert!(pruning.contains(expected), "{expected}: {pruning}");
    }
}

#[tokio::test]
async fn the_operators_are_told_by_explain() {
    let setting = Setting::new().await;
    let ctx = setting.session(Mode::Partitioned, true).await;
    ctx.register_table(
        "mine",
        Arc::new(keys_table(&some(pnus(&["11110"], 3)), &DataType::Utf8)),
    )
    .unwrap();
    let plan = plan(&ctx, "SELECT * FROM mine JOIN parcel ON mine.pnu = parcel.pnu").await;
    let place = |name: &str| plan.find(name).unwrap();
    assert!(place("RepartitionExec") < place("JoinKeysExec: keys=[pnu@0]"));
    assert!(place("JoinKeysExec") < place("JoinPruningExec: columns=[pnu]"));
    assert!(plan.contains("DataSourceExec: file_groups="));
    ctx.sql("SET datafusion.optimizer.enable_join_dynamic_filter_pushdown = false")
        .await
        .unwrap();
    let plan = self::plan(&ctx, "SELECT * FROM mine JOIN parcel ON mine.pnu = parcel.pnu").await;
    assert!(
        !plan.contains("JoinKeysExec") && !plan.contains("JoinPruningExec"),
        "{plan}"
    );
}

#[tokio::test]
async fn joins_that_keep_unmatched_parcels_read_all_files() {
    let setting = Setting::new().await;
    for mode in [Mode::CollectLeft, Mode::Partitioned] {
        let ctx = setting.session(mode, true).await;
        ctx.register_table(
            "mine",
            Arc::new(keys_table(&some(pnus(&["11110"], 10)), &DataType::Utf8)),
        )
        .unwrap();
        for sql in [
            "SELECT * FROM mine RIGHT JOIN parcel ON mine.pnu = parcel.pnu",
            "SELECT * FROM mine FULL JOIN parcel ON mine.pnu = parcel.pnu",
            "SELECT * FROM parcel WHERE pnu NOT IN (SELECT pnu FROM mine)",
            "SELECT * FROM parcel WHERE NOT EXISTS (SELECT 1 FROM mine WHERE mine.pnu = parcel.pnu)",
            "SELECT * FROM mine WHERE pnu NOT IN (SELECT pnu FROM parcel)",
            "SELECT * FROM mine JOIN (SELECT * FROM parcel LIMIT 100) p ON mine.pnu = p.pnu",
            "SELECT * FROM mine JOIN parcel ON mine.pnu = substr(parcel.pnu, 1, 19)",
        ] {
            let plan = plan(&ctx, sql).await;
            assert!(!plan.contains("JoinPruningExec"), "{sql}\n{plan}");
        }
    }
}

/// A linear congruential generator: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u16) -> u16 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u16::try_from((self.0 >> 33) % u64::from(end)).unwrap()
    }

    /// PNUs that exist and such that do not, NULLs and duplicates.
    fn pnus(&mut self) -> Vec<Option<String>> {
        let n_districts = 1 + self.below(4);
        let districts: Vec<u16> = (0..n_districts).map(|_| self.below(25)).collect();
        let n = [0, 1, 5, 19, 21, 300][usize::from(self.below(6))];
        (0..n)
            .map(|_| {
                let district = districts[usize::from(self.below(n_districts))];
                let (emd, number) = (1 + self.below(5), 1 + self.below(60));
                (self.below(10) > 0).then(|| pnu(SIGUNGU[usize::from(district)], emd, number))
            })
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_are_those_of_a_session_without_the_rules() {
    let setting = Setting::new().await;
    let mut random = Random(20_261_122);
    let joins = [
        "SELECT m.pnu, note, p.pnu, bonbun FROM mine m JOIN parcel p ON m.pnu = p.pnu",
        "SELECT m.pnu, note, p.pnu, bonbun FROM mine m LEFT JOIN parcel p ON m.pnu = p.pnu AND bonbun > note",
        "SELECT m.pnu, note, p.pnu, bonbun FROM parcel p LEFT JOIN mine m ON m.pnu = p.pnu",
        "SELECT m.pnu, note, p.pnu, bonbun FROM parcel p FULL JOIN mine m ON m.pnu = p.pnu",
        "SELECT pnu, bonbun FROM parcel WHERE pnu IN (SELECT pnu FROM mine)",
        "SELECT pnu, bonbun FROM parcel WHERE pnu NOT IN (SELECT pnu FROM mine WHERE pnu IS NOT NULL)",
        "SELECT pnu, note FROM mine WHERE pnu NOT IN (SELECT pnu FROM parcel)",
        "SELECT pnu, note FROM mine WHERE note > 7 OR pnu IN (SELECT pnu FROM parcel)",
        "SELECT m.pnu, note, p.n FROM mine m JOIN (SELECT pnu, count(*) AS n FROM parcel GROUP BY pnu) p ON m.pnu = p.pnu",
        "SELECT m.pnu, q.k FROM mine m JOIN (SELECT pnu AS k FROM parcel UNION ALL SELECT pnu FROM parcel) q ON q.k = m.pnu",
        "SELECT a.pnu, b.pnu, p.pnu FROM mine a JOIN mine b ON a.pnu = b.pnu JOIN parcel p ON p.pnu = b.pnu",
        "SELECT m.pnu, p.pnu, q.pnu FROM mine m JOIN parcel p ON m.pnu = p.pnu JOIN parcel q ON q.pnu = p.pnu",
    ];
    for round in 0..5 {
        let keys = random.pnus();
        for mode in [Mode::CollectLeft, Mode::Partitioned] {
            let (with, without) = (setting.session(mode, true).await, setting.session(mode, false).await);
            for ctx in [&with, &without] {
                ctx.register_table("mine", Arc::new(keys_table(&keys, &DataType::Utf8)))
                    .unwrap();
            }
            for join in joins {
                let sql = format!("{join} ORDER BY 1 NULLS FIRST, 2 NULLS FIRST");
                assert_eq!(
                    sorted(&rows(&with, &sql).await),
                    sorted(&rows(&without, &sql).await),
                    "round {round}, {mode:?}: {sql}"
                );
            }
        }
    }
}

/// The rows as text, in one order.
fn sorted(rows: &RecordBatch) -> Vec<String> {
    let text = pretty_format_batches(std::slice::from_ref(rows)).unwrap().to_string();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}
