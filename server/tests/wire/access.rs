//! Who is answered: tokens, and the address that needs one.

use crate::fixture::{Client, TestServer, ask, start, status, texts};
use crate::guarded::guarded;
use arrow_flight::sql::CommandGetTables;
use arrow_flight::{Action, Criteria, Empty};
use pilji::config::Config;
use pilji::server::Server;
use pilji::{Error, error::chain};
use pilji_catalog::Variables;
use tonic::Code;

async fn with_token(server: &TestServer, token: &str) -> Client {
    let mut client = server.client().await;
    client.set_token(token.to_owned());
    client
}

#[tokio::test]
async fn every_request_without_the_token_is_refused() {
    let server = guarded().await;
    for token in [None, Some("wrong"), Some("open-sesam"), Some("open-sesame-")] {
        let mut client = server.client().await;
        if let Some(token) = token {
            client.set_token(token.to_owned());
        }
        let refusals = [
            status(client.execute("SELECT 1".to_owned(), None).await.unwrap_err()),
            status(client.prepare("SELECT 1".to_owned(), None).await.err().unwrap()),
            status(client.get_tables(CommandGetTables::default()).await.unwrap_err()),
            status(client.get_sql_info(Vec::new()).await.unwrap_err()),
            status(client.do_get(arrow_flight::Ticket::new("x")).await.unwrap_err()),
            status(client.do_action(Action::new("CloseSession", "")).await.unwrap_err()),
            client.inner_mut().list_actions(Empty {}).await.unwrap_err(),
            client.inner_mut().list_flights(Criteria::default()).await.unwrap_err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.code(), Code::Unauthenticated, "{token:?}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn the_token_opens_as_bearer_and_as_password() {
    let server = guarded().await;
    let mut client = with_token(&server, "open-sesame").await;
    assert_eq!(texts(&ask(&mut client, "SELECT 1").await.unwrap().1), ["1"]);

    let mut client = server.client().await;
    client.handshake("kim", "open-sesame").await.unwrap();
    let pass = client.token().cloned().unwrap();
    assert!(!pass.contains("open-sesame"), "the password is not sent again");
    assert_eq!(texts(&ask(&mut client, "SELECT 2").await.unwrap().1), ["2"]);

    let error = server.client().await.handshake("kim", "sesame").await.unwrap_err();
    assert!(error.to_string().contains("not authenticated"), "{error}");
}

#[tokio::test]
async fn without_a_token_a_handshake_works_for_clients_that_insist() {
    let server = start().await;
    let mut client = server.client().await;
    client.handshake("anybody", "anything").await.unwrap();
    assert_eq!(texts(&ask(&mut client, "SELECT 1").await.unwrap().1), ["1"]);
}

#[tokio::test]
async fn beyond_this_machine_a_token_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let config = Config {
            listen: listen.parse().unwrap(),
            ..Config::default()
        };
        let error = Server::bind(&config, dir.path(), Variables::default())
            .await
            .err()
            .unwrap();
        assert!(matches!(error, Error::TokenNeeded { .. }), "{error:?}");
        assert!(chain(&error).contains("PILJI_TOKEN"), "{error}");
    }
    let token = Some("open-sesame".to_owned().into());
    let config = Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        token,
        ..Config::default()
    };
    assert!(Server::bind(&config, dir.path(), Variables::default()).await.is_ok());
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..Config::default()
    };
    assert!(Server::bind(&config, dir.path(), Variables::default()).await.is_ok());
}

#[tokio::test]
async fn an_address_in_use_and_a_missing_warehouse_are_said_clearly() {
    let server = start().await;
    let config = Config {
        listen: server.address,
        ..Config::default()
    };
    let error = Server::bind(&config, server.dir.path(), Variables::default())
        .await
        .err()
        .unwrap();
    assert!(
        chain(&error).contains(&format!("cannot listen on {}", server.address)),
        "{error}"
    );
    let error = Server::bind(
        &Config::default(),
        &server.dir.path().join("nowhere"),
        Variables::default(),
    )
    .await
    .err()
    .unwrap();
    assert!(chain(&error).contains("no warehouse at"), "{error}");
}
