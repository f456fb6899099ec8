//! A server that wants a token, and clients that have it.

use pilji::config::Config;

use crate::fixture::{Client, TestServer, ask, start_with, texts};

/// A server with the token `open-sesame`.
pub async fn guarded() -> TestServer {
    start_with(Config {
        token: Some("open-sesame".to_owned().into()),
        ..Config::default()
    })
    .await
}

/// A client that has logged in under a name, in a session of its own.
pub async fn client_of(server: &TestServer, name: &str) -> Client {
    let mut client = server.client().await;
    client.handshake(name, "open-sesame").await.unwrap();
    client
}

/// The rows that a text answers with, as one line.
pub async fn value(client: &mut Client, sql: &str) -> String {
    texts(&ask(client, sql).await.unwrap().1).join("; ")
}
