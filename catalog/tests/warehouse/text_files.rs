//! Users' text files: CSV in the ways that Korean desktops write it, TSV, JSON lines.

use std::sync::Arc;

use crate::trees::{Table, number, put, session_with, store_url};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::SessionContext;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use pilji_catalog::TextEncoding;
use pilji_catalog::source::{CsvFormat, Format, Inspected, SourceOptions, inspect, open};

fn memory() -> Arc<dyn ObjectStore> {
    Arc::new(InMemory::new())
}

fn types(found: &Inspected) -> Vec<(&str, &DataType)> {
    let fields = found.schema.fields().iter();
    fields.map(|field| (field.name().as_str(), field.data_type())).collect()
}

/// Inspects and opens a file of these bytes.
async fn table(path: &str, bytes: &[u8]) -> (Inspected, SessionContext) {
    let store = memory();
    put(&store, path, bytes).await;
    let table = Table::open(&store, &Path::parse(path).unwrap(), &SourceOptions::default()).await;
    (table.found, session_with(&store, table.provider))
}

async fn all(ctx: &SessionContext) -> String {
    let rows = ctx.sql("SELECT * FROM tree").await.unwrap().collect().await.unwrap();
    pretty_format_batches(&rows).unwrap().to_string()
}

/// Checks that inspecting a file fails with these words.
async fn check_refused(path: &str, bytes: &[u8], words: &[&str]) {
    let store = memory();
    put(&store, path, bytes).await;
    let found = inspect(store, &Path::parse(path).unwrap(), &SourceOptions::default()).await;
    let error = found.unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "{path}: {error:?} does not say {word:?}");
    }
}

const PARCELS: &str = "고유번호,지번,면적,기준일자,본번\r\n\
    1111010100100010000,1대,12.5,2021-05-01,0001\r\n\
    1111010100100020000,\"2, 산\",,2021-05-02,0002\r\n";

#[tokio::test]
async fn encodings_and_line_ends_make_no_difference() {
    let cp949 = encoding_rs::EUC_KR.encode(PARCELS).0.into_owned();
    let with_bom = format!("\u{feff}{PARCELS}").into_bytes();
    let unix = PARCELS.replace("\r\n", "\n").into_bytes();
    let tabs = PARCELS.replace(',', "\t").replace("2\t 산", "2, 산").into_bytes();
    let semicolons = PARCELS.replace(',', ";").replace("2; 산", "2, 산").into_bytes();
    let strokes = PARCELS.replace(',', "|").replace("2| 산", "2, 산").into_bytes();
    for (bytes, encoding) in [
        (cp949, TextEncoding::Cp949),
        (with_bom, TextEncoding::Utf8),
        (unix, TextEncoding::Utf8),
        (tabs, TextEncoding::Utf8),
        (semicolons, TextEncoding::Utf8),
        (strokes, TextEncoding::Utf8),
    ] {
        let (found, ctx) = table("필지 목록.csv", &bytes).await;
        let is_expected = |csv: &CsvFormat| csv.encoding == encoding && csv.header;
        assert!(
            matches!(&found.format, Format::Csv(csv) if is_expected(csv)),
            "{:?}",
            found.format
        );
        let expected = [
            ("고유번호", &DataType::Utf8),
            ("지번", &DataType::Utf8),
            ("면적", &DataType::Float64),
            ("기준일자", &DataType::Date32),
            ("본번", &DataType::Utf8),
        ];
        assert_eq!(types(&found), expected);
        assert_eq!(found.rows, Some(2));
        let expected = "\
+---------------------+-------+------+------------+------+
| 고유번호            | 지번  | 면적 | 기준일자   | 본번 |
+---------------------+-------+------+------------+------+
| 1111010100100010000 | 1대   | 12.5 | 2021-05-01 | 0001 |
| 1111010100100020000 | 2, 산 |      | 2021-05-02 | 0002 |
+---------------------+-------+------+------------+------+";
        assert_eq!(all(&ctx).await, expected);
        assert_eq!(number(&ctx, "SELECT count(*) FROM tree").await, 2);
        let sql = "SELECT count(*) FROM tree WHERE \"면적\" IS NULL AND \"고유번호\" LIKE '11110%'";
        assert_eq!(number(&ctx, sql).await, 1);
    }
}

#[tokio::test]
async fn quoted_line_ends_and_quotes_are_part_of_the_value() {
    let (found, ctx) = table(
        "a.csv",
        b"name,n\n\"two\nlines\",1\n\"a \"\"quote\"\"\",2\n5\" pipe,3\n",
    )
    .await;
    assert_eq!(found.rows, Some(3));
    let sql = "SELECT sum(n) FROM tree WHERE name IN ('two\nlines', 'a \"quote\"', '5\" pipe')";
    assert_eq!(number(&ctx, sql).await, 6);
}

#[tokio::test]
async fn names_are_made_for_columns_that_have_none() {
    let (found, _) = table("a.csv", "이름,,이름,n\n가,나,다,1\n".as_bytes()).await;
    let names: Vec<&str> = types(&found).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["이름", "column_2", "이름_2", "n"]);
    assert_eq!(
        found
            .remarks
            .iter()
            .filter(|remark| remark.contains("is called"))
            .count(),
        2
    );

    let (found, ctx) = table("b.tsv", b"1\t2\t0010\n3\t4\t0020\n").await;
    let names: Vec<&str> = types(&found).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["column_1", "column_2", "column_3"]);
    assert_eq!(
        number(&ctx, "SELECT sum(column_1) FROM tree WHERE column_3 LIKE '00%'").await,
        4
    );
}

#[tokio::test]
async fn two_hundred_columns_are_read() {
    let names: Vec<String> = (0..200).map(|idx| format!("열{idx}")).collect();
    let row: Vec<String> = (0..200).map(|idx| idx.to_string()).collect();
    let text = format!("{}\n{}\n{}\n", names.join(","), row.join(","), row.join(","));
    let (found, ctx) = table("wide.csv", text.as_bytes()).await;
    assert_eq!(found.schema.fields().len(), 200);
    assert_eq!(
        number(&ctx, "SELECT sum(\"열199\") + sum(\"열0\") FROM tree").await,
        398
    );
}

#[tokio::test]
async fn broken_rows_name_their_row() {
    check_refused("a.csv", b"a,b\n1,2\n1,2,3\n", &["row 3", "3 fields", "2 are expected"]).await;
    check_refused("a.csv", b"a,b\n1,2\n1\n", &["row 3", "1 fields"]).await;
    check_refused("a.csv", b"a,b\n1,2\n1,\"x\n1,2\n", &["row 3", "quote"]).await;
    check_refused("a.csv", b"a,b\n\xc1\xbe,2\n1,\xff\xff\n", &["row 3", "cp949"]).await;
    check_refused("a.jsonl", b"{\"a\":1}\n{\"a\":\n", &["row 2", "JSON"]).await;
}

#[tokio::test]
async fn what_is_no_table_is_named() {
    check_refused("a.csv", b"", &["a.csv", "is empty"]).await;
    check_refused("a.csv", b"\n\n", &["is empty"]).await;
    check_refused("a.csv", b"PK\x03\x04..xl/workbook.xml", &["Excel", "CSV"]).await;
    check_refused("a.csv", b"PK\x03\x04..a.shp", &["zip"]).await;
    check_refused("a.csv", b"\xFF\xFEa\0", &["UTF-16"]).await;
    check_refused("a.xls", b"<html><table>", &["HTML"]).await;
    check_refused("a.json", b"[{\"a\":1},{\"a\":2}]", &["array"]).await;
}

#[tokio::test]
async fn content_decides_against_a_wrong_extension() {
    let (found, ctx) = table("a.parquet", b"a,b\n1,2\n").await;
    assert!(matches!(found.format, Format::Csv(_)));
    assert!(found.remarks[0].contains("named like Parquet"), "{:?}", found.remarks);
    assert_eq!(number(&ctx, "SELECT b FROM tree").await, 2);
    let (found, ctx) = table("a.csv", &crate::trees::parquet(&crate::trees::leaf_rows(0, false))).await;
    assert_eq!(found.format, Format::Parquet);
    assert_eq!(number(&ctx, "SELECT count(*) FROM tree").await, 3);
}

#[tokio::test]
async fn a_value_behind_the_sample_that_does_not_fit_says_where_and_what_to_do() {
    let rows: Vec<String> = (0..12_000)
        .map(|row| format!("{row},{}", if row == 11_000 { "미정" } else { "1" }))
        .collect();
    let text = format!("id,값\n{}\n", rows.join("\n"));
    let (found, ctx) = table("a.csv", text.as_bytes()).await;
    assert_eq!(types(&found)[1], ("값", &DataType::Int64));
    let read = |sql: &'static str| {
        let ctx = ctx.clone();
        async move { ctx.sql(sql).await.unwrap().collect().await }
    };
    let error = read("SELECT sum(\"값\") FROM tree").await.unwrap_err().to_string();
    for word in [
        "a.csv",
        "row 11002",
        "값",
        "미정",
        "pilji model edit shared.t --type 값=text",
    ] {
        assert!(error.contains(word), "{error}");
    }
    assert!(read("SELECT sum(id) FROM tree").await.is_ok(), "the column is not read");

    // The remedy works.
    let store = memory();
    put(&store, "a.csv", text.as_bytes()).await;
    let mut spec = found.spec();
    spec.schema = Arc::new(Schema::new(vec![
        Field::new("값", DataType::Utf8, true),
        Field::new("id", DataType::Int64, true),
    ]));
    let table = open(
        Arc::clone(&store),
        store_url(),
        &Path::from("a.csv"),
        &spec,
        None,
        "shared.t",
    )
    .await;
    let ctx = session_with(&store, table.unwrap());
    assert_eq!(
        number(&ctx, "SELECT count(*) FROM tree WHERE \"값\" = '1' AND id >= 0").await,
        11_999
    );
}

#[tokio::test]
async fn json_lines_keep_their_columns_in_order() {
    let text = "{\"pnu\": \"1111010100100010000\", \"n\": 1, \"tags\": [\"가\"], \"at\": {\"x\": 127.5}, \"date\": \"2021-05-01\"}\n\
                \n\
                {\"n\": 2.5, \"pnu\": null, \"code\": 1111010100100010000, \"date\": null}\n";
    let (found, ctx) = table("a.jsonl", text.as_bytes()).await;
    let names: Vec<&str> = types(&found).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["pnu", "n", "tags", "at", "date", "code"]);
    let of = |name: &str| found.schema.field_with_name(name).unwrap().data_type().clone();
    assert_eq!(
        (of("n"), of("code"), of("date")),
        (DataType::Float64, DataType::Utf8, DataType::Date32)
    );
    let sql = "SELECT count(*) FROM tree WHERE at['x'] > 127 OR code = '1111010100100010000'";
    assert_eq!(number(&ctx, sql).await, 2);
    assert_eq!(number(&ctx, "SELECT count(*) FROM tree").await, 2);

    let mut text = "{\"n\": 1}\n".repeat(10_500);
    text.push_str("{\"n\": \"많음\"}\n");
    let (_, ctx) = table("a.json", text.as_bytes()).await;
    let error = ctx
        .sql("SELECT sum(n) FROM tree")
        .await
        .unwrap()
        .collect()
        .await
        .unwrap_err()
        .to_string();
    for word in ["a.json", "row 10501", "많음", "--type n=text"] {
        assert!(error.contains(word), "{error}");
    }
}

#[tokio::test]
async fn folders_of_text_files_are_one_table() {
    let dir = tempfile::tempdir().unwrap();
    let local: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap());
    for store in [local, memory()] {
        put(&store, "t/서울특별시/a.csv", b"n,s\n1,x\n2,y\n").await;
        put(&store, "t/경기도/a.csv", b"n,s\n3,x\n").await;
        let table = Table::open(&store, &Path::from("t"), &SourceOptions::default()).await;
        assert_eq!(table.found.partition_columns, ["si_nm"]);
        let ctx = session_with(&store, table.provider);
        assert_eq!(
            number(&ctx, "SELECT sum(n) FROM tree WHERE si_nm = '서울특별시'").await,
            3
        );
        assert_eq!(number(&ctx, "SELECT count(*) FROM tree").await, 3);
        let limited = ctx
            .sql("SELECT s FROM tree LIMIT 1")
            .await
            .unwrap()
            .collect()
            .await
            .unwrap();
        assert_eq!(limited.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);

        put(&store, "t/경기도/b.csv", b"n,t\n3,x\n").await;
        let error = inspect(Arc::clone(&store), &Path::from("t"), &SourceOptions::default())
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("is called \"t\" in the first row"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_join_builds_on_the_smaller_file() {
    let store = memory();
    let many: Vec<String> = (0..20_000).map(|n| format!("{n},{n}")).collect();
    put(&store, "many.csv", format!("id,v\n{}\n", many.join("\n")).as_bytes()).await;
    put(&store, "few.csv", b"id,w\n1,10\n2,20\n").await;
    let ctx = SessionContext::new();
    for name in ["many", "few"] {
        let path = Path::parse(format!("{name}.csv")).unwrap();
        let table = Table::open(&store, &path, &SourceOptions::default()).await;
        ctx.register_table(name, table.provider).unwrap();
    }
    for sql in [
        "SELECT sum(v + w) FROM many JOIN few ON many.id = few.id",
        "SELECT sum(v + w) FROM few JOIN many ON many.id = few.id",
    ] {
        assert_eq!(number(&ctx, sql).await, 33);
        let plan = ctx.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
        let text = datafusion::physical_plan::displayable(plan.as_ref())
            .indent(false)
            .to_string();
        let (few, many) = (
            text.find("table=shared.t, format=CSV, files=1, columns=[id, w]"),
            text.find("columns=[id, v]"),
        );
        assert!(text.contains("HashJoinExec") && few.unwrap() < many.unwrap(), "{text}");
    }
}

#[tokio::test]
async fn well_known_text_is_geometry() {
    let (found, _) = table(
        "a.csv",
        b"id,shape\n1,\"POLYGON ((127 37, 127.1 37, 127 37.1, 127 37))\"\n2,\n",
    )
    .await;
    let field = found.schema.field_with_name("shape").unwrap();
    assert_eq!(field.metadata()["ARROW:extension:name"], "geoarrow.wkt");
    assert!(field.metadata()["ARROW:extension:metadata"].contains("4326"));
}
