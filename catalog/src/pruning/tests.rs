//! Random filters over random files, against the rows themselves.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::{concat_batches, max, max_string, min, min_string};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit, UInt64Type};
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;

use crate::{ColumnStats, DataFile, FileIndex, FileSet, FileStats, FileTable};

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn number(&mut self, end: i32) -> i32 {
        i32::try_from(self.below(usize::try_from(end).unwrap())).unwrap()
    }
}

const PLACES: [&str; 5] = ["경기도", "서울특별시", "세종특별자치시", "경기", "충청남도"];
const NAMES: [&str; 9] = [
    "가",
    "가나",
    "가나다",
    "강",
    "a",
    "",
    "A%",
    "하하하하하하하하하하하하하하하하",
    "나",
];

fn schema() -> SchemaRef {
    let corners = ["xmin", "xmax"].map(|name| Field::new(name, DataType::Float64, true));
    Arc::new(Schema::new(vec![
        Field::new("key", DataType::Utf8, true),
        Field::new("place", DataType::Utf8, true),
        Field::new("name", DataType::Utf8View, true),
        Field::new("n", DataType::Int32, true),
        Field::new("code", DataType::Int32, true),
        Field::new("day", DataType::Date32, true),
        Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, None), true),
        Field::new("bbox", DataType::Struct(Fields::from_iter(corners)), true),
    ]))
}

/// The rows of one file; `strange` files have keys that are not digits, between others that are.
fn rows(random: &mut Random, strange: bool) -> RecordBatch {
    let n_rows = 1 + random.below(4);
    let place = (!random.one_in(5)).then(|| random.pick(&PLACES));
    let code = (!random.one_in(6)).then(|| random.number(7) - 2);
    let first = random.number(90);
    let nulls = random.below(4);
    let mut column = |mut value: Box<dyn FnMut(&mut Random) -> i32>| -> Vec<Option<i32>> {
        let all_null = random.one_in(8);
        (0..n_rows)
            .map(|_| (!all_null && (nulls != 0 || !random.one_in(3))).then(|| value(random)))
            .collect()
    };
    let numbers = |range: i32| Box::new(move |random: &mut Random| first + random.number(range)) as Box<_>;
    let keys = column(numbers(4)).into_iter().enumerate().map(|(row, key)| {
        key.map(|key| {
            if strange && row == 1 {
                format!("{key:02}가")
            } else {
                format!("{key:02}")
            }
        })
    });
    let keys: StringArray = keys.collect();
    let names = column(Box::new(|random| random.number(9)));
    let names = names
        .into_iter()
        .map(|place| Some(NAMES[usize::try_from(place?).unwrap()]));
    let corner = |values: Vec<Option<i32>>| -> ArrayRef {
        Arc::new(
            values
                .into_iter()
                .map(|value| Some(f64::from(value?) - 30.0))
                .collect::<Float64Array>(),
        )
    };
    let Some(DataType::Struct(corners)) = schema().field_with_name("bbox").ok().map(|f| f.data_type().clone()) else {
        unreachable!()
    };
    let boxes = StructArray::new(
        corners,
        vec![corner(column(numbers(5))), corner(column(numbers(9)))],
        None,
    );
    let micros = column(numbers(3))
        .into_iter()
        .map(|value| Some(i64::from(value?) * 1000 + 7));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(keys),
        Arc::new(vec![place; n_rows].into_iter().collect::<StringArray>()),
        Arc::new(names.collect::<arrow::array::StringViewArray>()),
        Arc::new(column(numbers(6)).into_iter().collect::<Int32Array>()),
        Arc::new(vec![code; n_rows].into_iter().collect::<Int32Array>()),
        Arc::new(column(numbers(2)).into_iter().collect::<Date32Array>()),
        Arc::new(micros.collect::<TimestampMicrosecondArray>()),
        Arc::new(boxes),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

/// Statistics as a writer would give them, or looser ones, or none.
fn stats(random: &mut Random, values: &ArrayRef) -> ColumnStats {
    use arrow::datatypes::{Date32Type, Float64Type, Int32Type, TimestampMicrosecondType};
    let null = ScalarValue::try_new_null(values.data_type()).unwrap();
    let (low, high) = match values.data_type() {
        DataType::Utf8 => {
            let texts = values.as_string::<i32>();
            let owned = |text: Option<&str>| ScalarValue::Utf8(text.map(str::to_owned));
            (owned(min_string(texts)), owned(max_string(texts)))
        }
        DataType::Utf8View => {
            let mut texts: Vec<&str> = values.as_string_view().iter().flatten().collect();
            texts.sort_unstable();
            // The log's statistics of text are Utf8.
            let owned = |text: Option<&&str>| ScalarValue::Utf8(text.map(|text| (*text).to_owned()));
            (owned(texts.first()), owned(texts.last()))
        }
        DataType::Int32 => {
            let numbers = values.as_primitive::<Int32Type>();
            let looser = i32::from(random.one_in(4));
            (
                ScalarValue::Int32(min(numbers).map(|n| n - looser)),
                ScalarValue::Int32(max(numbers).map(|n| n + looser)),
            )
        }
        DataType::Date32 => {
            let days = values.as_primitive::<Date32Type>();
            (ScalarValue::Date32(min(days)), ScalarValue::Date32(max(days)))
        }
        DataType::Timestamp(..) => {
            let times = values.as_primitive::<TimestampMicrosecondType>();
            // Cut to milliseconds, as Spark does.
            let cut = |time: Option<i64>| ScalarValue::TimestampMicrosecond(time.map(|time| time / 1000 * 1000), None);
            (cut(min(times)), cut(max(times)))
        }
        _ => {
            let fractions = values.as_primitive::<Float64Type>();
            (
                ScalarValue::Float64(min(fractions)),
                ScalarValue::Float64(max(fractions)),
            )
        }
    };
    let bounds_known = !random.one_in(10);
    ColumnStats {
        min: if bounds_known { low } else { null.clone() },
        max: if bounds_known { high } else { null },
        null_count: (!random.one_in(10)).then(|| values.null_count() as u64),
    }
}

fn file(random: &mut Random, number: usize, rows: &RecordBatch) -> DataFile {
    let text = |name: &str| {
        let values = arrow::compute::cast(rows.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
        values
            .is_valid(0)
            .then(|| values.as_string::<i32>().value(0).to_owned())
    };
    let boxes = rows.column_by_name("bbox").unwrap().as_struct().clone();
    let leaves = ["key", "name", "n", "day", "at", "bbox.xmin", "bbox.xmax"];
    let columns = leaves.map(|leaf| {
        let values = match leaf.split_once('.') {
            Some((_, corner)) => boxes.column_by_name(corner).unwrap(),
            None => rows.column_by_name(leaf).unwrap(),
        };
        stats(random, values)
    });
    DataFile {
        path: format!("{number:05}.parquet"),
        bytes: 1000,
        rows: rows.num_rows() as u64,
        partition: ["place", "code"].map(|name| (name.to_owned(), text(name))).into(),
        stats: FileStats {
            leaves: leaves.map(str::to_owned).into(),
            columns: columns.into(),
        },
    }
}

fn literal(random: &mut Random, column: &str) -> String {
    match column {
        "place" => format!(
            "'{}'",
            random.pick(&["경기도", "서울특별시", "세종특별자치시", "경기", "부산", "없음", ""])
        ),
        "name" => format!("'{}'", random.pick(&["가", "가나", "강", "a", "", "A%", "하", "나나"])),
        "key" => {
            let number = random.number(99);
            let tail = random.pick(&["", "", "", "", "가", "0", "/"]);
            match random.below(8) {
                0 => format!("'{}'", number / 10),
                1 => "'가'".to_owned(),
                _ => format!("'{number:02}{tail}'"),
            }
        }
        "day" => format!("DATE '1970-0{}-{:02}'", 1 + random.below(3), 1 + random.below(28)),
        "at" => format!(
            "TIMESTAMP '1970-01-01 00:00:00.0{:05}'",
            random.number(99) * 1000 + random.number(20)
        ),
        "bbox['xmin']" | "bbox['xmax']" => {
            let text = format!("{}.0", random.number(90) - 30);
            if text == "0.0" && random.one_in(2) {
                "-0.0".to_owned()
            } else {
                text
            }
        }
        _ => (random.number(99) - 5).to_string(),
    }
}

const ON_PARTITIONS: [&str; 2] = ["place", "code"];
const ON_VALUES: [&str; 7] = ["key", "name", "n", "day", "at", "bbox['xmin']", "bbox['xmax']"];

fn condition(random: &mut Random, columns: &[&str]) -> String {
    let column = random.pick(columns);
    let mut value = || literal(random, column);
    let (one, other) = (value(), value());
    let is_text = matches!(column, "place" | "name" | "key");
    let not = if random.one_in(3) { "NOT " } else { "" };
    match random.below(if is_text { 9 } else { 7 }) {
        0 | 1 => format!("{column} {} {one}", random.pick(&["=", "<>", "<", "<=", ">", ">="])),
        2 => format!("{one} {} {column}", random.pick(&["=", "<", "<=", ">", ">="])),
        3 => {
            let mut list = one;
            for _ in 0..random.below(12) {
                let next = literal(random, column);
                write!(list, ", {next}").unwrap();
            }
            if random.one_in(12) {
                list.push_str(", NULL");
            }
            format!("{column} {not}IN ({list})")
        }
        4 => format!("{column} {not}BETWEEN {one} AND {other}"),
        5 => format!("{column} IS {not}NULL"),
        6 => match column {
            "n" | "code" => format!("{column} % 3 = 1"),
            "place" => random
                .pick(&[
                    "coalesce(place, '없음') = '없음'",
                    "length(place) = 3",
                    "place || 'x' > '서'",
                ])
                .to_owned(),
            "key" => "substr(key, 1, 1) = '1'".to_owned(),
            _ => format!("coalesce({column}, {one}) = {one}"),
        },
        _ => {
            let text = one.trim_matches('\'');
            format!(
                "{column} {not}LIKE '{}'",
                random
                    .pick(&["{}%", "{}", "{}_", "%{}", "_{}%", "{}%가", "%"])
                    .replace("{}", text)
            )
        }
    }
}

fn filter(random: &mut Random, columns: &[&str], depth: usize) -> String {
    if depth == 0 || random.one_in(3) {
        return condition(random, columns);
    }
    let (one, other) = (filter(random, columns, depth - 1), filter(random, columns, depth - 1));
    match random.below(5) {
        0 | 1 => format!("({one} AND {other})"),
        2 | 3 => format!("({one} OR {other})"),
        _ => format!("NOT ({one})"),
    }
}

fn scanned(plan: &Arc<dyn ExecutionPlan>, numbers: &mut BTreeSet<u64>) {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>()
        && let Some(config) = scan.data_source().downcast_ref::<FileScanConfig>()
    {
        for file in config.file_groups.iter().flat_map(FileGroup::iter) {
            let path = file.object_meta.location.to_string();
            numbers.insert(path.trim_end_matches(".parquet").parse().unwrap());
        }
    }
    for child in plan.children() {
        scanned(child, numbers);
    }
}

/// Asks random filters of so many random files.
async fn check(seed: u64, n_files: usize, n_filters: usize) {
    let mut random = Random(seed);
    let strange = random.one_in(2);
    let batches: Vec<RecordBatch> = (0..n_files).map(|_| rows(&mut random, strange)).collect();
    let files = batches
        .iter()
        .enumerate()
        .map(|(number, rows)| file(&mut random, number, rows));
    let partition_columns = ON_PARTITIONS.map(str::to_owned).to_vec();
    let files: Vec<DataFile> = files.collect();
    let set = FileSet {
        name: "files".to_owned(),
        store: ObjectStoreUrl::local_filesystem(),
        prefix: object_store::path::Path::default(),
        schema: schema(),
        index: FileIndex::from_files(files, &schema(), &partition_columns).unwrap(),
        partition_columns,
        is_immutable: true,
        coverings: Vec::new(),
    };
    let numbered = batches.iter().enumerate().map(|(number, rows)| {
        let mut fields = rows.schema().fields().to_vec();
        fields.push(Arc::new(Field::new("file_no", DataType::UInt64, false)));
        let mut columns = rows.columns().to_vec();
        columns.push(Arc::new(UInt64Array::from(vec![number as u64; rows.num_rows()])));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    });
    let numbered: Vec<RecordBatch> = numbered.collect();
    let numbered = concat_batches(&numbered[0].schema(), &numbered).unwrap();
    let ctx = SessionContext::new();
    let table = MemTable::try_new(numbered.schema(), vec![vec![numbered]]).unwrap();
    ctx.register_table("rows", Arc::new(table)).unwrap();
    ctx.register_table("files", Arc::new(FileTable::new(Arc::new(set))))
        .unwrap();

    let all: Vec<&str> = ON_PARTITIONS.iter().chain(&ON_VALUES).copied().collect();
    for round in 0..n_filters {
        let exact = round % 3 == 0;
        let text = filter(&mut random, if exact { &ON_PARTITIONS } else { &all }, 3);
        let hits = ctx
            .sql(&format!("SELECT DISTINCT file_no FROM rows WHERE {text}"))
            .await
            .unwrap();
        let mut expected = BTreeSet::new();
        for batch in hits.collect().await.unwrap() {
            expected.extend(batch.column(0).as_primitive::<UInt64Type>().values());
        }
        let plan = ctx.sql(&format!("SELECT * FROM files WHERE {text}")).await.unwrap();
        let mut found = BTreeSet::new();
        scanned(&plan.create_physical_plan().await.unwrap(), &mut found);
        if exact {
            assert_eq!(found, expected, "{text}");
        } else {
            let lost: Vec<&u64> = expected.difference(&found).collect();
            assert!(lost.is_empty(), "{text}: lost rows of files {lost:?}");
        }
    }
}

#[tokio::test]
async fn no_filter_loses_a_row_and_partition_filters_are_exact() {
    for (seed, n_files) in [(1, 1), (2, 63), (3, 64), (4, 65), (5, 200), (6, 300), (7, 30), (8, 130)] {
        check(seed, n_files, 120).await;
    }
}
