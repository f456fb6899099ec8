//! What plain Flight clients ask: text as ticket or descriptor, paths, schemas, lists, polling.

use arrow_flight::{Criteria, Empty, FlightClient, FlightDescriptor, IpcMessage, PollInfo, SchemaResult, Ticket};
use futures::TryStreamExt;
use tonic::Code;

use crate::fixture::{CHEONGUN, TestServer, start, status, texts};

async fn plain(server: &TestServer) -> FlightClient {
    FlightClient::new(server.channel().await)
}

#[tokio::test]
async fn a_line_of_sql_is_a_ticket_and_a_descriptor() {
    let server = start().await;
    let mut client = plain(&server).await;
    let rows = client.do_get(Ticket::new("SELECT 1 AS n")).await.unwrap();
    assert_eq!(texts(&rows.try_collect::<Vec<_>>().await.unwrap()), ["1"]);

    let info = client
        .get_flight_info(FlightDescriptor::new_cmd("SELECT '가' AS a"))
        .await
        .unwrap();
    let rows = client.do_get(info.endpoint[0].ticket.clone().unwrap()).await.unwrap();
    assert_eq!(texts(&rows.try_collect::<Vec<_>>().await.unwrap()), ["가"]);

    let path = vec!["public".to_owned(), "parcel".to_owned()];
    let info = client.get_flight_info(FlightDescriptor::new_path(path)).await.unwrap();
    let rows = client.do_get(info.endpoint[0].ticket.clone().unwrap()).await.unwrap();
    assert_eq!(
        texts(&rows.try_collect::<Vec<_>>().await.unwrap()).len(),
        CHEONGUN.len()
    );

    for bytes in [b"\xff\x00".to_vec(), b"SELEC".to_vec(), Vec::new()] {
        let refusal = status(client.do_get(Ticket::new(bytes.clone())).await.err().unwrap());
        assert_eq!(refusal.code(), Code::InvalidArgument, "{bytes:?}");
    }
}

#[tokio::test]
async fn the_schema_is_the_same_however_it_is_asked_for() {
    let server = start().await;
    let mut client = plain(&server).await;
    for sql in [
        "SELECT * FROM parcel",
        "SELECT 1 AS a, NULL AS b WHERE false",
        "SELECT count(*) FROM parcel",
    ] {
        let descriptor = FlightDescriptor::new_cmd(sql);
        let info = client.get_flight_info(descriptor.clone()).await.unwrap();
        let SchemaResult { schema } = client
            .inner_mut()
            .get_schema(descriptor.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(schema, info.schema, "{sql}");
        let PollInfo {
            info: polled,
            flight_descriptor,
            ..
        } = client
            .inner_mut()
            .poll_flight_info(descriptor)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(polled.unwrap().schema, info.schema);
        assert!(flight_descriptor.is_none(), "nothing is left to wait for");
        let declared = arrow::datatypes::Schema::try_from(IpcMessage(schema)).unwrap();
        let rows = client.do_get(Ticket::new(sql)).await.unwrap();
        let mut rows = std::pin::pin!(rows);
        while rows.as_mut().try_next().await.unwrap().is_some() {}
        assert_eq!(**rows.schema().unwrap(), declared, "{sql}");
    }
}

#[tokio::test]
async fn tables_and_actions_are_listed() {
    let server = start().await;
    let mut client = plain(&server).await;
    let criteria = Criteria {
        expression: "parc%".into(),
    };
    let flights = client.inner_mut().list_flights(criteria).await.unwrap().into_inner();
    let flights: Vec<_> = flights.try_collect().await.unwrap();
    assert_eq!(flights.len(), 1);
    assert_eq!(
        flights[0].flight_descriptor.as_ref().unwrap().path,
        ["public", "parcel"]
    );
    assert_eq!(usize::try_from(flights[0].total_records).unwrap(), CHEONGUN.len());
    let ticket = flights[0].endpoint[0].ticket.clone().unwrap();
    let rows: Vec<_> = client.do_get(ticket).await.unwrap().try_collect().await.unwrap();
    assert_eq!(texts(&rows).len(), CHEONGUN.len());

    let actions = client.inner_mut().list_actions(Empty {}).await.unwrap().into_inner();
    let mut names: Vec<String> = actions.map_ok(|action| action.r#type).try_collect().await.unwrap();
    names.sort();
    assert_eq!(
        names,
        [
            "CancelFlightInfo",
            "CancelQuery",
            "ClosePreparedStatement",
            "CloseSession",
            "CreatePreparedStatement",
            "GetSessionOptions",
            "RenewFlightEndpoint",
            "SetSessionOptions",
        ]
    );
}
