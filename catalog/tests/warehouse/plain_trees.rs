//! Users' trees of Parquet files: three ways of naming folders, and one answer.

use std::fs::{self, File};
use std::sync::Arc;

use crate::trees::{
    FILTERS, Layout, Table, parquet, parquet_with, put, put_tree, rows_of, scanned, session_with, store_url,
    table_of_rows,
};
use arrow::array::{ArrayRef, BinaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::file::metadata::KeyValue;
use pilji_catalog::source::{Format, SourceOptions, inspect, open, refresh};

/// The layouts that have every level as a folder.
const FOUR_LEVELS: [Layout; 4] = [Layout::Bare, Layout::Hive, Layout::HiveEncoded, Layout::HiveDecomposed];

#[tokio::test]
async fn every_layout_gives_the_same_rows_for_every_filter() {
    let dir = tempfile::tempdir().unwrap();
    let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap());
    let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    for store in [local, memory] {
        for layout in [
            Layout::Sido,
            Layout::Bare,
            Layout::Hive,
            Layout::HiveEncoded,
            Layout::HiveDecomposed,
        ] {
            let root = put_tree(&store, layout).await;
            let table = Table::open(&store, &root, &layout.options()).await;
            let ctx = session_with(&store, table.provider);
            ctx.register_table("expected", table_of_rows()).unwrap();
            for filter in FILTERS {
                let (expected, n_rows) = rows_of(&ctx, "expected", filter).await;
                let (found, _) = rows_of(&ctx, "tree", filter).await;
                assert_eq!(found, expected, "{layout:?} {filter}");
                assert!(
                    n_rows > 0 || filter.contains("부산"),
                    "{filter} finds nothing to compare"
                );
            }
        }
    }
}

#[tokio::test]
async fn filters_over_folders_open_no_other_file() {
    let cases = [
        ("\"RI_NM\" IS NULL", 4),
        ("\"SI_NM\" = '세종특별자치시' AND \"SGG_NM\" IS NULL", 2),
        ("\"SGG_NM\" = '안양시 동안구'", 1),
        ("\"EMD_NM\" LIKE '장%'", 1),
        ("\"SI_NM\" IN ('경기도', '충청남도') AND \"RI_NM\" IS NOT NULL", 1),
        ("\"PNU\" = '1111010100100020000'", 1),
    ];
    for layout in FOUR_LEVELS {
        for (filter, n_files) in cases {
            let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let root = put_tree(&store, layout).await;
            let table = Table::open(&store, &root, &layout.options()).await;
            let ctx = session_with(&store, table.provider);
            ctx.register_table("expected", table_of_rows()).unwrap();
            let opened = scanned(&ctx, &format!("SELECT * FROM tree WHERE {filter}")).await;
            assert_eq!(opened.len(), n_files, "{layout:?} {filter}: {opened:?}");
            crate::trees::spoil_all_but(&store, &root, &opened).await;
            assert_eq!(
                rows_of(&ctx, "tree", filter).await,
                rows_of(&ctx, "expected", filter).await,
                "{filter}"
            );
        }
    }
}

#[tokio::test]
async fn inspection_says_what_is_there() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let root = put_tree(&store, Layout::Bare).await;
    put(&store, "bare/_SUCCESS", b"").await;
    put(&store, "bare/서울특별시/.part-0.parquet.crc", b"crc").await;
    put(&store, "bare/readme.txt", b"notes").await;
    let found = inspect(Arc::clone(&store), &root, &SourceOptions::default())
        .await
        .unwrap();
    assert_eq!(found.format, Format::Parquet);
    assert_eq!(found.partition_columns, ["si_nm", "sgg_nm", "emd_nm", "ri_nm"]);
    let names: Vec<&str> = found
        .schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(names, ["PNU", "Area", "si_nm", "sgg_nm", "emd_nm", "ri_nm"]);
    assert_eq!((found.files, found.rows), (7, Some(21)));
    assert_eq!(found.sample.iter().map(RecordBatch::num_rows).sum::<usize>(), 21);
    assert!(found.sample.iter().all(|rows| rows.schema() == found.schema));
    assert_eq!(found.remarks, ["1 other files are left out, such as readme.txt"]);

    let sido = inspect(
        Arc::clone(&store),
        &put_tree(&store, Layout::Sido).await,
        &SourceOptions::default(),
    )
    .await;
    assert_eq!(sido.unwrap().partition_columns, ["si_nm"]);
}

#[tokio::test]
async fn one_file_and_a_flat_folder_are_tables_too() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    for name in ["flat/a.parquet", "flat/나.parquet"] {
        put(&store, name, &parquet(&crate::trees::leaf_rows(0, false))).await;
    }
    for (path, n_rows) in [("flat", 6), ("flat/나.parquet", 3)] {
        let table = Table::open(&store, &Path::parse(path).unwrap(), &SourceOptions::default()).await;
        assert!(table.found.partition_columns.is_empty());
        let ctx = session_with(&store, table.provider);
        assert_eq!(
            ctx.table("tree").await.unwrap().count().await.unwrap(),
            n_rows,
            "{path}"
        );
    }
}

#[tokio::test]
async fn footers_are_read_once() {
    let dir = tempfile::tempdir().unwrap();
    let kept = tempfile::tempdir().unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap());
    let root = put_tree(&store, Layout::Hive).await;
    let spec = inspect(Arc::clone(&store), &root, &SourceOptions::default())
        .await
        .unwrap()
        .spec();
    let open_it = || {
        open(
            Arc::clone(&store),
            store_url(),
            &root,
            &spec,
            Some(kept.path()),
            "shared.parcels",
        )
    };
    open_it().await.unwrap();

    // The same size and time, and no footer any more.
    let mut n_spoiled = 0;
    for file in crate::trees::files_below(&dir.path().join("hive")) {
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, vec![b'x'; bytes.len()]).unwrap();
        File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        n_spoiled += 1;
    }
    assert_eq!(n_spoiled, 7);
    let table = open_it().await.unwrap();
    let ctx = session_with(&store, Arc::clone(&table));
    let counted = rows_of(&ctx, "tree", "\"SGG_NM\" IS NULL").await;
    assert!(
        counted.0.contains("Invalid Parquet") || counted.1 == 0,
        "the files themselves are spoiled: {}",
        counted.0
    );
    let sql = "SELECT count(*) FROM tree WHERE \"SGG_NM\" IS NULL";
    assert_eq!(crate::trees::number(&ctx, sql).await, 6);
    let opened = scanned(&ctx, "SELECT * FROM tree WHERE \"PNU\" = '1111010100100020000'").await;
    assert_eq!(opened.len(), 1, "the kept bounds select files");

    // A spoiled index is made anew, which now needs the footers.
    fs::write(kept.path().join("files.parquet"), b"spoiled").unwrap();
    assert!(open_it().await.is_err());
}

#[tokio::test]
async fn a_refresh_sees_files_that_came_went_and_changed() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let kept = tempfile::tempdir().unwrap();
    let root = put_tree(&store, Layout::Bare).await;
    let mut spec = inspect(Arc::clone(&store), &root, &SourceOptions::default())
        .await
        .unwrap()
        .spec();
    spec.refresh_secs = 3600;
    let table = open(Arc::clone(&store), store_url(), &root, &spec, Some(kept.path()), "t")
        .await
        .unwrap();
    let ctx = session_with(&store, Arc::clone(&table));
    let count = "SELECT count(*) FROM tree";
    assert_eq!(crate::trees::number(&ctx, count).await, 21);
    let planned = ctx.sql(count).await.unwrap();

    put(
        &store,
        "bare/부산광역시/중구/영주동/NULL/part-0.parquet",
        &parquet(&crate::trees::leaf_rows(1, false)),
    )
    .await;
    assert_eq!(crate::trees::number(&ctx, count).await, 21, "not before a refresh");
    refresh(table.as_ref()).await.unwrap();
    assert_eq!(crate::trees::number(&ctx, count).await, 24);
    let longer = arrow::compute::concat_batches(
        &crate::trees::leaf_rows(1, false).schema(),
        &[crate::trees::leaf_rows(1, false), crate::trees::leaf_rows(1, false)],
    );
    put(
        &store,
        "bare/부산광역시/중구/영주동/NULL/part-0.parquet",
        &parquet(&longer.unwrap()),
    )
    .await;
    refresh(table.as_ref()).await.unwrap();
    assert_eq!(crate::trees::number(&ctx, count).await, 27);
    store
        .delete(&Path::parse("bare/부산광역시/중구/영주동/NULL/part-0.parquet").unwrap())
        .await
        .unwrap();
    refresh(table.as_ref()).await.unwrap();
    assert_eq!(crate::trees::number(&ctx, count).await, 21);
    drop(planned);

    spec.refresh_secs = 0;
    let table = open(Arc::clone(&store), store_url(), &root, &spec, Some(kept.path()), "t")
        .await
        .unwrap();
    let ctx = session_with(&store, table);
    put(
        &store,
        "bare/부산광역시/중구/영주동/NULL/part-0.parquet",
        &parquet(&crate::trees::leaf_rows(1, false)),
    )
    .await;
    assert_eq!(
        crate::trees::number(&ctx, "SELECT count(\"PNU\") FROM tree WHERE si_nm LIKE '부산%'").await,
        3
    );
}

#[tokio::test]
async fn a_column_that_some_files_lack_is_null_there() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let one: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let two: ArrayRef = Arc::new(StringArray::from(vec![Some("가"), None]));
    let both = RecordBatch::try_from_iter([("n", Arc::clone(&one)), ("더", two)]).unwrap();
    put(&store, "t/a.parquet", &parquet(&both)).await;
    // Neither of the columns may be NULL in the second file, and one is missing.
    let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
    put(
        &store,
        "t/b.parquet",
        &parquet(&RecordBatch::try_new(schema, vec![one]).unwrap()),
    )
    .await;
    let table = Table::open(&store, &Path::from("t"), &SourceOptions::default()).await;
    let ctx = session_with(&store, table.provider);
    for (filter, expected) in [("true", 4), ("\"더\" IS NULL", 3), ("\"더\" = '가'", 1), ("n = 2", 2)] {
        let sql = format!("SELECT count(*) FROM tree WHERE {filter}");
        assert_eq!(crate::trees::number(&ctx, &sql).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn files_of_different_types_are_refused_by_name() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let batch = |array: ArrayRef| RecordBatch::try_from_iter([("면적", array)]).unwrap();
    put(
        &store,
        "t/a.parquet",
        &parquet(&batch(Arc::new(Int64Array::from(vec![1])))),
    )
    .await;
    put(
        &store,
        "t/b.parquet",
        &parquet(&batch(Arc::new(StringArray::from(vec!["1"])))),
    )
    .await;
    let error = inspect(store, &Path::from("t"), &SourceOptions::default())
        .await
        .unwrap_err()
        .to_string();
    for part in ["b.parquet", "a.parquet", "면적", "Utf8", "Int64"] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn folders_win_over_a_column_of_the_same_name() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let names: ArrayRef = Arc::new(StringArray::from(vec!["wrong", "wrong"]));
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    let rows = RecordBatch::try_from_iter([("si_nm", names), ("n", numbers)]).unwrap();
    put(&store, "t/SI_NM=서울특별시/a.parquet", &parquet(&rows)).await;
    let table = Table::open(&store, &Path::from("t"), &SourceOptions::default()).await;
    assert!(table.found.remarks[0].contains("folders"), "{:?}", table.found.remarks);
    let ctx = session_with(&store, table.provider);
    assert_eq!(
        crate::trees::number(&ctx, "SELECT count(*) FROM tree WHERE \"SI_NM\" = '서울특별시'").await,
        2
    );
    assert_eq!(
        crate::trees::number(&ctx, "SELECT sum(n) FROM tree WHERE \"SI_NM\" = 'wrong' OR n > 0").await,
        3
    );
}

#[tokio::test]
async fn a_column_may_be_given_another_type_or_left_out() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let root = put_tree(&store, Layout::Hive).await;
    let mut spec = inspect(Arc::clone(&store), &root, &SourceOptions::default())
        .await
        .unwrap()
        .spec();
    let fields: Vec<Field> = ["Area", "SI_NM", "SGG_NM", "EMD_NM", "RI_NM"]
        .map(|name| Field::new(name, DataType::Utf8, true))
        .to_vec();
    spec.schema = Arc::new(Schema::new(fields));
    let table = open(Arc::clone(&store), store_url(), &root, &spec, None, "t")
        .await
        .unwrap();
    let ctx = session_with(&store, table);
    assert_eq!(
        crate::trees::number(&ctx, "SELECT count(*) FROM tree WHERE \"Area\" = '11.5'").await,
        7
    );

    spec.schema = Arc::new(Schema::new(vec![Field::new("gone", DataType::Utf8, true)]));
    spec.partition_columns = ["SI_NM", "SGG_NM", "EMD_NM", "RI_NM"].map(str::to_owned).to_vec();
    let error = open(store, store_url(), &root, &spec, None, "t")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("gone"), "{error}");
}

#[tokio::test]
async fn geometry_is_known_by_metadata_or_by_its_bytes() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let point = |x: f64, y: f64| [&[1][..], &1_u32.to_le_bytes(), &x.to_le_bytes(), &y.to_le_bytes()].concat();
    let batch = |x, y| {
        let wkb: ArrayRef = Arc::new(BinaryArray::from_iter([Some(point(x, y)), None]));
        let wkt: ArrayRef = Arc::new(StringArray::from(vec![Some(format!("POINT ({x} {y})")), None]));
        let other: ArrayRef = Arc::new(BinaryArray::from_iter([Some(b"abc"), None]));
        RecordBatch::try_from_iter([("shape", wkb), ("text", wkt), ("blob", other)]).unwrap()
    };
    let geo = r#"{"version":"1.1.0","primary_column":"shape","columns":{"shape":{"encoding":"WKB","geometry_types":[],
        "crs":{"type":"ProjectedCRS","name":"x","id":{"authority":"EPSG","code":5186}}}}}"#;
    let with_geo = parquet_with(
        &batch(200_000.0, 500_000.0),
        vec![KeyValue::new("geo".to_owned(), geo.to_owned())],
    );
    put(&store, "declared.parquet", &with_geo).await;
    put(&store, "degrees.parquet", &parquet(&batch(127.0, 37.5))).await;
    put(&store, "metres.parquet", &parquet(&batch(200_000.0, 500_000.0))).await;
    for (file, shape, text) in [
        ("declared.parquet", Some("5186"), None),
        ("degrees.parquet", Some("4326"), Some("4326")),
        ("metres.parquet", None, None),
    ] {
        let found = inspect(Arc::clone(&store), &Path::from(file), &SourceOptions::default())
            .await
            .unwrap();
        let metadata = |name: &str, key: &str| {
            let field = found.schema.field_with_name(name).unwrap();
            field.metadata().get(&format!("ARROW:extension:{key}")).cloned()
        };
        assert_eq!(metadata("shape", "name").as_deref(), Some("geoarrow.wkb"), "{file}");
        assert_eq!(metadata("text", "name").as_deref(), Some("geoarrow.wkt"), "{file}");
        assert_eq!(metadata("blob", "name"), None, "{file}");
        for (column, epsg) in [("shape", shape), ("text", text)] {
            let crs = metadata(column, "metadata").unwrap();
            assert_eq!(epsg.is_some(), crs.contains("crs"), "{file} {column}: {crs}");
            assert!(crs.contains(epsg.unwrap_or_default()), "{file} {column}: {crs}");
        }
        assert!(!found.remarks.is_empty(), "{file}: at least the text's is guessed");
    }
}

#[tokio::test]
async fn a_delta_table_is_read_by_its_log() {
    use crate::fixture::{BANGOK, BISAN, CHEONGUN, Leaf};
    let (_dir, warehouse) = crate::fixture::warehouse(&[CHEONGUN, BISAN, BANGOK]).await;
    // Replaced files stay in the folder and must not be read.
    crate::fixture::publish(&warehouse, &[Leaf { rows: 5, ..CHEONGUN }])
        .await
        .unwrap();
    let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(warehouse.dir()).unwrap());
    let memory: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    crate::trees::copy_all(&local, &memory).await;
    for store in [local, memory] {
        let path = Path::from("parcel");
        let found = inspect(Arc::clone(&store), &path, &SourceOptions::default())
            .await
            .unwrap();
        assert_eq!(found.format, Format::Delta);
        assert_eq!(found.partition_columns, crate::fixture::PARTITION_COLUMNS);
        assert_eq!((found.files, found.rows), (3, Some(11)));
        let table = open(Arc::clone(&store), store_url(), &path, &found.spec(), None, "t")
            .await
            .unwrap();
        let ctx = session_with(&store, table);
        for (filter, expected) in [
            ("true", 11),
            ("sgg_nm IS NULL", 3),
            ("ri_nm IS NULL", 8),
            ("sgg_nm = '안양시 동안구'", 3),
        ] {
            let sql = format!("SELECT count(pnu) FROM tree WHERE {filter}");
            assert_eq!(crate::trees::number(&ctx, &sql).await, expected, "{filter}");
        }
    }
}

#[tokio::test]
async fn nothing_to_read_is_said_clearly() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    put(&store, "empty/_SUCCESS", b"").await;
    put(&store, "zero/part-0.parquet", b"").await;
    put(&store, "cut/part-0.parquet", b"PAR1 and no end").await;
    put(&store, "book.csv", b"PK\x03\x04\x14\0\0\0[Content_Types].xml").await;
    for (path, expected) in [
        ("nowhere", "nothing to read"),
        ("empty", "nothing to read"),
        ("zero", "is empty"),
        ("cut", "cannot read \"cut/part-0.parquet\" as Parquet"),
        ("book.csv", "is an Excel workbook"),
    ] {
        let found = inspect(Arc::clone(&store), &Path::from(path), &SourceOptions::default()).await;
        let error = found.unwrap_err().to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
}
