//! Options of a session, and breaking queries off.

use std::time::{Duration, Instant};

use arrow::datatypes::DataType;
use arrow_flight::error::FlightError;
use arrow_flight::{CancelFlightInfoRequest, CancelStatus, FlightClient, FlightInfo, RenewFlightEndpointRequest};
use futures::TryStreamExt;
use tokio::time::timeout;
use tonic::Code;

use crate::fixture::{Client, PATIENCE, TestServer, ask, start, status, take, texts};
use crate::guarded::{client_of, guarded, value};

const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b";

/// Asks for a query to be broken off, in the name of a client.
async fn cancel(server: &TestServer, client: &Client, info: FlightInfo) -> i32 {
    let mut plain = FlightClient::new(server.channel().await);
    if let Some(pass) = client.token() {
        plain.add_header("authorization", &format!("Bearer {pass}")).unwrap();
    }
    let result = plain.cancel_flight_info(CancelFlightInfoRequest::new(info)).await;
    result.unwrap().status
}

#[tokio::test]
async fn an_option_is_set_for_one_session_only() {
    let server = guarded().await;
    let (mut one, mut two) = (client_of(&server, "kim").await, client_of(&server, "kim").await);
    assert_eq!(
        value(&mut one, "SET geometry_format = 'wkt'").await,
        "geometry_format is wkt"
    );
    assert_eq!(value(&mut one, "SHOW geometry_format").await, "geometry_format | wkt");
    assert_eq!(value(&mut two, "SHOW geometry_format").await, "geometry_format | wkb");
    let (schema, batches) = ask(&mut one, "SELECT geometry FROM parcel ORDER BY pnu LIMIT 1")
        .await
        .unwrap();
    assert_eq!(schema.field(0).data_type(), &DataType::Utf8);
    assert!(schema.field(0).metadata().is_empty(), "text is no geometry");
    assert!(texts(&batches)[0].starts_with("POLYGON") || texts(&batches)[0].starts_with("MULTIPOLYGON"));
    value(&mut one, "SET geometry_format = geojson").await;
    assert!(
        value(&mut one, "SELECT geometry FROM parcel LIMIT 1")
            .await
            .starts_with("{\"type\":")
    );
    value(&mut one, "RESET geometry_format").await;
    let (schema, _) = ask(&mut one, "SELECT geometry FROM parcel").await.unwrap();
    assert_eq!(schema.field(0).data_type(), &DataType::Binary);
    let refusal = status(ask(&mut one, "SET geometry_format = 'svg'").await.unwrap_err());
    assert_eq!(refusal.code(), Code::InvalidArgument);
    assert!(refusal.message().contains("wkb, wkt, geojson or geoarrow"));
}

#[tokio::test]
async fn a_header_sets_an_option_for_its_request() {
    let server = start().await;
    let mut client = server.client().await;
    client.set_header("time_zone", "Asia/Seoul");
    let (schema, _) = ask(
        &mut client,
        "SELECT to_timestamp(0) AT TIME ZONE 'UTC' AS t, now() AS n",
    )
    .await
    .unwrap();
    assert!(
        schema.field(1).data_type().to_string().contains("Asia/Seoul"),
        "{schema}"
    );
    client.set_header("time_zone", "Nowhere");
    let refusal = status(ask(&mut client, "SELECT 1").await.unwrap_err());
    assert!(
        refusal.message().contains("time_zone cannot be \"Nowhere\""),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn a_query_is_broken_off_after_its_time() {
    let server = start().await;
    let mut client = server.client().await;
    client.set_header("statement_timeout", "200ms");
    let began = Instant::now();
    let refusal = status(ask(&mut client, ENDLESS).await.unwrap_err());
    assert_eq!(refusal.code(), Code::DeadlineExceeded, "{refusal:?}");
    assert!(refusal.message().contains("200 ms"));
    assert!(began.elapsed() < Duration::from_secs(5));
    timeout(PATIENCE, server.engine.queries().idle()).await.unwrap();
}

#[tokio::test]
async fn a_query_is_cancelled_by_its_info_and_by_its_id() {
    let server = guarded().await;
    for by_id in [false, true] {
        let mut client = client_of(&server, "kim").await;
        let info = client.execute(ENDLESS.to_owned(), None).await.unwrap();
        let metadata: serde_json::Value = serde_json::from_slice(&info.app_metadata).unwrap();
        let id = metadata["query_id"].as_str().unwrap().to_owned();
        let (mut reader, asked) = (client.clone(), info.clone());
        let reading = tokio::spawn(async move { take(&mut reader, asked).await });
        timeout(PATIENCE, async {
            while server.engine.queries().running() == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        let mut stranger = client_of(&server, "lee").await;
        let refusal = status(ask(&mut stranger, &format!("KILL QUERY '{id}'")).await.unwrap_err());
        assert_eq!(refusal.code(), Code::NotFound, "others' queries stay");
        if by_id {
            assert!(
                value(&mut client, &format!("KILL QUERY '{id}'"))
                    .await
                    .contains("broken off")
            );
        } else {
            let status = cancel(&server, &client, info).await;
            assert_eq!(status, i32::from(CancelStatus::Cancelled));
        }
        let refusal = crate::fixture::status(timeout(PATIENCE, reading).await.unwrap().unwrap().unwrap_err());
        assert_eq!(refusal.code(), Code::Cancelled, "{refusal:?}");
        timeout(PATIENCE, server.engine.queries().idle()).await.unwrap();
    }
}

#[tokio::test]
async fn a_query_that_is_cancelled_before_it_begins_does_not_begin() {
    let server = start().await;
    let mut client = server.client().await;
    let info = client.execute("SELECT 1".to_owned(), None).await.unwrap();
    let status = cancel(&server, &client, info.clone()).await;
    assert_eq!(status, i32::from(CancelStatus::Cancelling));
    let refusal: FlightError = take(&mut client, info).await.unwrap_err();
    assert_eq!(crate::fixture::status(refusal).code(), Code::Cancelled);
}

#[tokio::test]
async fn a_ticket_is_renewed() {
    let server = start().await;
    let mut client = server.client().await;
    let info = client.execute("SELECT 7 AS n".to_owned(), None).await.unwrap();
    let endpoint = info.endpoint[0].clone();
    assert!(endpoint.expiration_time.is_some());
    let mut plain = FlightClient::new(server.channel().await);
    let renewed = plain
        .renew_flight_endpoint(RenewFlightEndpointRequest::new(endpoint))
        .await
        .unwrap();
    let rows = plain.do_get(renewed.ticket.unwrap()).await.unwrap();
    assert_eq!(texts(&rows.try_collect::<Vec<_>>().await.unwrap()), ["7"]);
}
