//! Statements with parameters.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_flight::error::FlightError;

use crate::fixture::{Client, start, status, take, texts};

fn row(values: Vec<ArrayRef>) -> RecordBatch {
    let columns = values
        .into_iter()
        .enumerate()
        .map(|(idx, values)| (idx.to_string(), values, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn text(value: &str) -> ArrayRef {
    Arc::new(StringArray::from(vec![value]))
}

fn number(value: i64) -> ArrayRef {
    Arc::new(Int64Array::from(vec![value]))
}

async fn ask_with(client: &mut Client, sql: &str, values: RecordBatch) -> Result<Vec<String>, FlightError> {
    let mut statement = client.prepare(sql.to_owned(), None).await?;
    statement.set_parameters(values).unwrap();
    let info = statement.execute().await?;
    Ok(texts(&take(client, info).await?.1))
}

#[tokio::test]
async fn values_are_bound_by_place_number_and_name() {
    let server = start().await;
    let mut client = server.client().await;
    let jimok = "FROM parcel WHERE jimok =";
    for (sql, values, expected) in [
        (
            format!("SELECT bonbun, bubon {jimok} ? LIMIT ?"),
            vec![text("도"), number(5)],
            "2 | 0",
        ),
        (
            format!("SELECT $2 AS b, bonbun {jimok} $1"),
            vec![text("전"), number(5)],
            "5 | 7",
        ),
        (
            format!("SELECT bonbun {jimok} :kind AND bonbun < :most"),
            vec![text("도"), number(5)],
            "2",
        ),
        (format!("SELECT bonbun {jimok} $kind"), vec![text("도")], "2"),
        ("SELECT '?' AS a, ? AS b -- ?".to_owned(), vec![number(5)], "? | 5"),
        ("SELECT ? AS b".to_owned(), vec![text("가")], "가"),
        ("SELECT 'x' || ? || ?".to_owned(), vec![text("가"), text("나")], "x가나"),
    ] {
        let rows = ask_with(&mut client, &sql, row(values)).await.unwrap();
        assert_eq!(rows, [expected], "{sql}");
    }
}

#[tokio::test]
async fn types_are_those_that_the_places_want() {
    let server = start().await;
    let mut client = server.client().await;
    for (sql, expected) in [
        (
            "SELECT 1 FROM parcel WHERE bonbun = ? AND jimok IN (?, ?) LIMIT ?",
            "Int32 Utf8 Utf8 Int64",
        ),
        (
            "SELECT ST_Point(?, ?), abs(?), substr(?, ?)",
            "Float64 Float64 Float64 Utf8 Int64",
        ),
        ("SELECT ?, ?::int, ? + 1, ? LIKE 'x'", "Utf8 Int32 Int64 Utf8"),
        ("SELECT 1 FROM parcel WHERE base_date > ?", "Date32"),
        ("SELECT 1 WHERE now() > ?", "Timestamp(ms)"),
        ("SELECT CASE WHEN ? THEN 1 END", "Boolean"),
        ("SELECT $3 + 1", "Utf8 Utf8 Int64"),
    ] {
        let statement = client.prepare(sql.to_owned(), None).await.unwrap();
        let fields = statement.parameter_schema().unwrap().fields();
        assert!(fields.iter().all(|field| field.is_nullable()), "{sql}");
        let types: Vec<String> = fields.iter().map(|field| field.data_type().to_string()).collect();
        assert_eq!(types.join(" "), expected, "{sql}");
    }
}

#[tokio::test]
async fn the_schema_does_not_depend_on_the_values() {
    let server = start().await;
    let mut client = server.client().await;
    for sql in [
        "SELECT ? + 1 AS a",
        "SELECT ? AS a, bonbun FROM parcel",
        "SELECT jimok FROM parcel WHERE bonbun = ?",
    ] {
        let mut statement = client.prepare(sql.to_owned(), None).await.unwrap();
        let prepared = statement.dataset_schema().unwrap().clone();
        for value in [Some(1), None] {
            let kind = statement.parameter_schema().unwrap().field(0).data_type().clone();
            let value = arrow::compute::cast(&Int64Array::from(vec![value]), &kind).unwrap();
            statement.set_parameters(row(vec![value])).unwrap();
            let info = statement.execute().await.unwrap();
            assert_eq!(take(&mut client, info).await.unwrap().0, prepared, "{sql}");
        }
    }
}

#[tokio::test]
async fn every_row_that_is_bound_is_answered() {
    let server = start().await;
    let mut client = server.client().await;
    let values = row(vec![Arc::new(StringArray::from(vec![Some("도"), Some("대"), None]))]);
    let rows = ask_with(&mut client, "SELECT bonbun, bubon FROM parcel WHERE jimok = ?", values)
        .await
        .unwrap();
    assert_eq!(rows, ["1 | 3", "1 | 5", "2 | 0"]);
    let none = row(vec![Arc::new(StringArray::from(Vec::<&str>::new()))]);
    assert!(ask_with(&mut client, "SELECT ?", none).await.unwrap().is_empty());
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused_where_they_are_bound() {
    let server = start().await;
    let mut client = server.client().await;
    for (sql, values, words) in [
        ("SELECT ?, ?", vec![number(1)], "2 parameters, and 1 values"),
        ("SELECT 1", vec![number(1)], "0 parameters, and 1 values"),
        (
            "SELECT 1 FROM parcel WHERE bonbun = ?",
            vec![text("x")],
            "parameter $1: ",
        ),
        ("SELECT ?, $1", vec![number(1)], "two kinds"),
        ("SELECT $0", vec![number(1)], "$0 is no parameter"),
    ] {
        let refusal = status(ask_with(&mut client, sql, row(values)).await.unwrap_err());
        assert_eq!(refusal.code(), tonic::Code::InvalidArgument, "{sql}");
        assert!(refusal.message().contains(words), "{sql}: {}", refusal.message());
    }
    let refusal = status(crate::fixture::ask(&mut client, "SELECT :pnu").await.unwrap_err());
    assert!(refusal.message().contains("bind $pnu"), "{}", refusal.message());
}

#[tokio::test]
async fn numbers_are_converted_to_what_the_place_wants() {
    let server = start().await;
    let mut client = server.client().await;
    let values = row(vec![Arc::new(Float64Array::from(vec![2.0]))]);
    let rows = ask_with(&mut client, "SELECT jimok FROM parcel WHERE bonbun = ?", values)
        .await
        .unwrap();
    assert_eq!(rows, ["도"]);
}
