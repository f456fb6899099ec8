//! Tables and views that clients make: rows, views, temporary ones.

use tonic::Code;

use crate::fixture::{Client, ask, status};
use crate::guarded::{client_of, guarded, value};

async fn update(client: &mut Client, sql: &str) -> i64 {
    client.execute_update(sql.to_owned(), None).await.unwrap()
}

async fn check_refused(client: &mut Client, sql: &str, code: Code, words: &str) {
    let refusal = status(ask(client, sql).await.unwrap_err());
    assert_eq!(refusal.code(), code, "{sql}: {}", refusal.message());
    assert!(refusal.message().contains(words), "{sql}: {}", refusal.message());
}

#[tokio::test]
async fn a_table_is_made_written_replaced_and_dropped() {
    let server = guarded().await;
    let mut kim = client_of(&server, "kim").await;
    assert_eq!(update(&mut kim, "CREATE TABLE t (a BIGINT, b VARCHAR)").await, 0);
    assert_eq!(update(&mut kim, "INSERT INTO t VALUES (1, '가'), (2, NULL)").await, 2);
    assert_eq!(update(&mut kim, "INSERT INTO t (b) SELECT '나'").await, 1);
    assert_eq!(
        value(&mut kim, "SELECT count(*), sum(a), max(b) FROM t").await,
        "3 | 3 | 나"
    );
    assert_eq!(
        update(&mut kim, "CREATE TABLE IF NOT EXISTS t AS SELECT 9 AS z").await,
        0
    );
    check_refused(
        &mut kim,
        "CREATE TABLE t AS SELECT 1 AS a",
        Code::AlreadyExists,
        "kim.t",
    )
    .await;
    check_refused(&mut kim, "INSERT INTO nothing VALUES (1)", Code::NotFound, "nothing").await;
    assert_eq!(
        update(&mut kim, "CREATE OR REPLACE TABLE t AS SELECT pnu FROM parcel LIMIT 2").await,
        2
    );
    assert_eq!(
        value(&mut kim, "SELECT count(*) FROM t JOIN parcel USING (pnu)").await,
        "2"
    );
    assert_eq!(value(&mut kim, "DROP TABLE t").await, "table kim.t dropped");
    check_refused(&mut kim, "SELECT * FROM t", Code::NotFound, "t").await;
}

#[tokio::test]
async fn tables_of_others_and_datasets_are_not_written() {
    let server = guarded().await;
    let (mut kim, mut lee) = (client_of(&server, "kim").await, client_of(&server, "lee").await);
    update(&mut kim, "CREATE TABLE t AS SELECT 1 AS a").await;
    assert_eq!(value(&mut lee, "SELECT a FROM kim.t").await, "1");
    check_refused(&mut lee, "INSERT INTO kim.t VALUES (2)", Code::PermissionDenied, "kim").await;
    check_refused(
        &mut lee,
        "CREATE TABLE kim.u AS SELECT 1 AS a",
        Code::PermissionDenied,
        "kim",
    )
    .await;
    check_refused(
        &mut lee,
        "INSERT INTO parcel SELECT * FROM parcel",
        Code::InvalidArgument,
        "dataset",
    )
    .await;
    assert_eq!(value(&mut kim, "SELECT count(*) FROM t").await, "1");
}

#[tokio::test]
async fn a_view_shows_what_is_there_when_it_is_read() {
    let server = guarded().await;
    let (mut kim, mut lee) = (client_of(&server, "kim").await, client_of(&server, "lee").await);
    update(&mut kim, "CREATE TABLE t AS SELECT 1 AS a").await;
    assert_eq!(
        value(&mut kim, "CREATE VIEW v AS SELECT sum(a) AS s FROM t").await,
        "view kim.v: 1 column"
    );
    update(&mut kim, "INSERT INTO t VALUES (41)").await;
    assert_eq!(value(&mut lee, "SELECT s FROM kim.v").await, "42");
    check_refused(&mut kim, "CREATE VIEW v AS SELECT 1 AS a", Code::AlreadyExists, "kim.v").await;
    update(&mut kim, "CREATE OR REPLACE VIEW v (x) AS SELECT s * 2 FROM v").await;
    check_refused(&mut kim, "SELECT * FROM v", Code::InvalidArgument, "of itself").await;
    check_refused(&mut kim, "DROP TABLE v", Code::InvalidArgument, "DROP VIEW").await;
    assert_eq!(value(&mut kim, "DROP VIEW v").await, "view kim.v dropped");
}

#[tokio::test]
async fn what_is_temporary_is_seen_in_its_session_only_and_ends_with_it() {
    let server = guarded().await;
    let (mut one, mut two) = (client_of(&server, "kim").await, client_of(&server, "kim").await);
    update(&mut one, "CREATE TEMP TABLE parcel AS SELECT 7 AS a").await;
    update(&mut one, "CREATE TEMPORARY VIEW v AS SELECT a + 1 AS b FROM parcel").await;
    assert_eq!(value(&mut one, "SELECT a, b FROM parcel, v").await, "7 | 8");
    check_refused(&mut two, "SELECT * FROM v", Code::NotFound, "v").await;
    check_refused(
        &mut one,
        "CREATE TEMP TABLE kim.t AS SELECT 1 AS a",
        Code::InvalidArgument,
        "TEMPORARY",
    )
    .await;
    update(&mut one, "INSERT INTO parcel VALUES (1)").await;
    assert_eq!(value(&mut one, "SELECT count(*) FROM parcel").await, "2");
    update(&mut one, "DROP TABLE parcel").await;
    assert_ne!(
        value(&mut one, "SELECT count(*) FROM parcel").await,
        "2",
        "the dataset again"
    );
}
