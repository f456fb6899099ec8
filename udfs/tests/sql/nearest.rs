//! Joins with the nearest rows give what sorting all pairs by their distance gives.

use crate::check;
use crate::join::{rows, session, session_within};

/// The pairs of a nearest join, found by sorting: `among` says which pairs are looked at, `then` which of those found go out.
fn by_sorting(count: usize, among: &str, then: &str) -> String {
    format!(
        "SELECT i, j FROM (SELECT a.id AS i, b.id AS j, a.k AS ik, b.k AS jk, \
         row_number() OVER (PARTITION BY a.id ORDER BY st_distance(a.g, b.g), b.id) AS n \
         FROM a CROSS JOIN b WHERE st_distance(a.g, b.g) IS NOT NULL AND {among}) WHERE n <= {count} AND {then}"
    )
}

#[tokio::test]
async fn the_nearest_rows_are_found() {
    let ctx = session(true).await;
    for count in [1, 3, 7, 100] {
        // Written in any order, with keys, with conditions on either side and on both.
        for (condition, filter, among, then) in [
            ("", "true", "true", "true"),
            (" AND a.k = b.k", "true", "a.k = b.k", "true"),
            (" AND b.k = a.k AND a.id <> b.id", "true", "a.k = b.k", "i <> j"),
            (" AND a.id < b.id", "true", "true", "i < j"),
            (" AND b.id % 2 = 0", "true", "b.id % 2 = 0", "true"),
            ("", "b.id % 2 = 0", "b.id % 2 = 0", "true"),
            ("", "a.id > 30", "a.id > 30", "true"),
            ("", "a.id + b.id > 60", "true", "i + j > 60"),
        ] {
            let expected = rows(&ctx, &by_sorting(count, among, then)).await;
            assert!(!expected.is_empty());
            for join in ["a JOIN b", "b JOIN a"] {
                let sql = format!(
                    "SELECT a.id AS i, b.id AS j FROM {join} ON st_knn(a.g, b.g, {count}){condition} WHERE {filter}"
                );
                assert_eq!(rows(&ctx, &sql).await, expected, "{sql}");
            }
        }
    }
}

#[tokio::test]
async fn rows_without_any_nearest_are_kept_by_outer_joins() {
    let ctx = session(true).await;
    let pairs = by_sorting(2, "a.k = b.k", "true");
    let outer = format!("SELECT a.id AS i, p.j FROM a LEFT JOIN ({pairs}) p ON a.id = p.i");
    let expected = rows(&ctx, &outer).await;
    for join in ["a LEFT JOIN b", "b RIGHT JOIN a"] {
        let sql = format!("SELECT a.id AS i, b.id AS j FROM {join} ON st_knn(a.g, b.g, 2) AND a.k = b.k");
        assert_eq!(rows(&ctx, &sql).await, expected, "{sql}");
    }
    let whole = rows(&ctx, "SELECT * FROM a LEFT JOIN b ON st_knn(a.g, b.g, 1) ORDER BY a.id").await;
    let pairs = by_sorting(1, "true", "true");
    let by_sorting =
        format!("SELECT a.*, b.* FROM a LEFT JOIN ({pairs}) p ON a.id = p.i LEFT JOIN b ON p.j = b.id ORDER BY a.id");
    assert_eq!(whole, rows(&ctx, &by_sorting).await);
}

#[tokio::test]
async fn rows_are_kept_or_left_out_by_whether_there_is_a_nearest() {
    let ctx = session(true).await;
    let pairs = by_sorting(1, "true", "true");
    for (word, not) in [("", ""), ("NOT ", "NOT ")] {
        let sql = format!("SELECT id FROM a WHERE {word}EXISTS (SELECT 1 FROM b WHERE st_knn(a.g, b.g, 1))");
        let expected = format!("SELECT id FROM a WHERE id {not}IN (SELECT i FROM ({pairs}))");
        assert_eq!(rows(&ctx, &sql).await, rows(&ctx, &expected).await, "{sql}");
        let sql = format!("SELECT id FROM b WHERE {word}EXISTS (SELECT 1 FROM a WHERE st_knn(a.g, b.g, 1))");
        let expected = format!("SELECT id FROM b WHERE id {not}IN (SELECT j FROM ({pairs}))");
        assert_eq!(rows(&ctx, &sql).await, rows(&ctx, &expected).await, "{sql}");
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_told() {
    let message = async |sql: &str, memory_bytes| {
        let ctx = session_within(true, memory_bytes).await;
        let found = async { ctx.sql(sql).await?.collect().await };
        found.await.unwrap_err().to_string()
    };
    let told = message("SELECT * FROM a RIGHT JOIN b ON st_knn(a.g, b.g, 1)", None).await;
    assert!(told.contains("LEFT JOIN other"), "{told}");
    for count in ["0", "-1", "a.id", "1, true"] {
        let told = message(&format!("SELECT * FROM a JOIN b ON st_knn(a.g, b.g, {count})"), None).await;
        assert!(told.contains("a constant k above 0"), "{count}: {told}");
    }
    let told = message("SELECT * FROM a JOIN b ON st_knn(a.g, b.g, 1)", Some(1000)).await;
    assert!(told.contains("do not fit into the memory"), "{told}");
}

#[test]
fn outside_of_a_join_it_means_nothing() {
    check(
        "st_knn('POINT(0 0)', 'POINT(1 1)', 1)",
        "…stands in the condition of a join",
    );
}
