//! How the server stops.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fixture;

use fixture::{Client, PATIENCE, ask, start, start_with};
use futures::TryStreamExt;
use pilji::config::Config;
use tokio::time::timeout;

const ROWS: usize = 20_000_000;

async fn begin(client: &mut Client, rows: usize) -> arrow_flight::decode::FlightRecordBatchStream {
    let info = client
        .execute(format!("SELECT value FROM generate_series(1, {rows})"), None)
        .await
        .unwrap();
    client.do_get(info.endpoint[0].ticket.clone().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_running_query_gets_its_last_row_and_nobody_else_is_let_in() {
    let server = start().await;
    let mut client = server.client().await;
    let mut stream = begin(&mut client, ROWS).await;
    let mut n_rows = stream.try_next().await.unwrap().unwrap().num_rows();
    server.stop.send(()).await.unwrap();
    let refused = async {
        while ask(&mut server.client_if_any().await?, "SELECT 1").await.is_ok() {}
        Some(())
    };
    timeout(PATIENCE, refused).await.unwrap();
    while let Some(batch) = stream.try_next().await.unwrap() {
        n_rows += batch.num_rows();
    }
    assert_eq!(n_rows, ROWS);
    drop((stream, client));
    timeout(PATIENCE, server.serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let server = start_with(Config {
        drain_timeout_secs: 100_000,
        ..Config::default()
    })
    .await;
    let mut client = server.client().await;
    let mut stream = begin(&mut client, 1 << 50).await;
    stream.try_next().await.unwrap().unwrap();
    server.stop.send(()).await.unwrap();
    server.stop.send(()).await.unwrap();
    timeout(PATIENCE, server.serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_time_for_running_queries_is_limited() {
    let server = start_with(Config {
        drain_timeout_secs: 0,
        ..Config::default()
    })
    .await;
    let mut client = server.client().await;
    let mut stream = begin(&mut client, 1 << 50).await;
    stream.try_next().await.unwrap().unwrap();
    server.stop.send(()).await.unwrap();
    timeout(PATIENCE, server.serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let server = start_with(Config {
        drain_timeout_secs: 100_000,
        ..Config::default()
    })
    .await;
    let mut client = server.client().await;
    ask(&mut client, "SELECT 1").await.unwrap();
    server.stop.send(()).await.unwrap();
    timeout(PATIENCE, server.serving).await.unwrap().unwrap().unwrap();
}
