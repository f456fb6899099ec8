//! The Flight service: Flight SQL, and around it what plain Flight clients ask for.
//!
//! A descriptor or ticket that is no command of Flight SQL is read as the text of a query, and a descriptor that is a
//! path as the name of a table. So `pyarrow.flight` works with a line of SQL, as it does with Dremio and `ClickHouse`.

use arrow_flight::flight_descriptor::DescriptorType;
use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::Any;
use arrow_flight::{
    Action, Criteria, Empty, FlightData, FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest, PollInfo,
    SchemaResult, Ticket,
};
use futures::{StreamExt, TryStreamExt, stream};
use prost::Message;
use tonic::{Request, Response, Status, Streaming};

use super::Flight;
use super::call::{Call, SchemaOnly};
use super::statement::{self, Streams};
use crate::engine::Table;
use crate::error::{Error, Result};
use crate::ticket::Claims;

/// What the types of Flight SQL's messages begin with.
const FLIGHT_SQL: &str = "type.googleapis.com/arrow.flight.protocol.sql.";

/// The Flight service.
pub struct Service {
    flight: Flight,
}

impl Service {
    /// The service around the commands of Flight SQL.
    pub(super) fn new(flight: Flight) -> Self {
        Self { flight }
    }
}

#[tonic::async_trait]
impl FlightService for Service {
    type HandshakeStream = <Flight as FlightService>::HandshakeStream;
    type ListFlightsStream = <Flight as FlightService>::ListFlightsStream;
    type DoGetStream = <Flight as FlightService>::DoGetStream;
    type DoPutStream = <Flight as FlightService>::DoPutStream;
    type DoActionStream = <Flight as FlightService>::DoActionStream;
    type ListActionsStream = <Flight as FlightService>::ListActionsStream;
    type DoExchangeStream = <Flight as FlightService>::DoExchangeStream;

    async fn handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<Self::HandshakeStream>, Status> {
        self.flight.handshake(request).await
    }

    /// Every table whose name fits the criteria, a pattern of LIKE.
    async fn list_flights(&self, request: Request<Criteria>) -> Result<Response<Self::ListFlightsStream>, Status> {
        let call = self.flight.call(&request)?;
        let pattern = text(&request.get_ref().expression)?;
        let tables = call.engine.tables().await.map_err(Status::from)?;
        let mut infos = Vec::new();
        for table in &tables {
            if pattern.is_empty() || super::tables::is_like(&table.name, pattern)? {
                infos.push(table_info(&call, table)?);
            }
        }
        Ok(Response::new(stream::iter(infos).map(Ok).boxed()))
    }

    async fn get_flight_info(&self, request: Request<FlightDescriptor>) -> Result<Response<FlightInfo>, Status> {
        match query_of(request.get_ref())? {
            None => self.flight.get_flight_info(request).await,
            Some(sql) => {
                let call = self.flight.call(&request)?;
                let info = statement::text_info(&call, &sql, String::new(), Streams::One, request.into_inner()).await?;
                Ok(Response::new(info))
            }
        }
    }

    /// The answer is complete at once: a query is planned here, and runs while it is read.
    async fn poll_flight_info(&self, request: Request<FlightDescriptor>) -> Result<Response<PollInfo>, Status> {
        let info = self.get_flight_info(request).await?.into_inner();
        Ok(Response::new(PollInfo {
            info: Some(info),
            flight_descriptor: None,
            progress: Some(1.0),
            expiration_time: None,
        }))
    }

    async fn get_schema(&self, mut request: Request<FlightDescriptor>) -> Result<Response<SchemaResult>, Status> {
        request.extensions_mut().insert(SchemaOnly);
        let schema = self.get_flight_info(request).await?.into_inner().schema;
        Ok(Response::new(SchemaResult { schema }))
    }

    async fn do_get(&self, request: Request<Ticket>) -> Result<Response<Self::DoGetStream>, Status> {
        let ticket = &request.get_ref().ticket;
        if is_flight_sql(ticket) {
            return self.flight.do_get(request).await;
        }
        let call = self.flight.call(&request)?;
        let rows = statement::text_rows(&call, text(ticket)?, String::new()).await?;
        Ok(Response::new(rows))
    }

    async fn do_put(&self, request: Request<Streaming<FlightData>>) -> Result<Response<Self::DoPutStream>, Status> {
        self.flight.do_put(request).await
    }

    async fn do_action(&self, request: Request<Action>) -> Result<Response<Self::DoActionStream>, Status> {
        self.flight.do_action(request).await
    }

    /// The actions that do something; the library lists all that it can name.
    async fn list_actions(&self, request: Request<Empty>) -> Result<Response<Self::ListActionsStream>, Status> {
        let actions = self.flight.list_actions(request).await?.into_inner();
        let works = |name: &str| {
            !["Substrait", "Transaction", "Savepoint"]
                .iter()
                .any(|part| name.contains(part))
        };
        let actions = actions.try_filter(move |action| std::future::ready(works(&action.r#type)));
        Ok(Response::new(actions.boxed()))
    }

    async fn do_exchange(
        &self,
        _request: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoExchangeStream>, Status> {
        Err(Error::Unsupported {
            what: "exchanges (DoExchange) are",
        }
        .into())
    }
}

/// The query of a descriptor that is no command of Flight SQL.
fn query_of(descriptor: &FlightDescriptor) -> Result<Option<String>> {
    match descriptor.r#type() {
        DescriptorType::Path => {
            let parts: Vec<String> = descriptor.path.iter().map(|part| quoted(part)).collect();
            if !(1..=3).contains(&parts.len()) {
                return Err(Error::Request {
                    reason: "a path has one to three parts: table, schema.table or catalog.schema.table".to_owned(),
                });
            }
            Ok(Some(format!("SELECT * FROM {}", parts.join("."))))
        }
        _ if is_flight_sql(&descriptor.cmd) => Ok(None),
        _ => Ok(Some(text(&descriptor.cmd)?.to_owned())),
    }
}

fn is_flight_sql(bytes: &[u8]) -> bool {
    Any::decode(bytes).is_ok_and(|any| any.type_url.starts_with(FLIGHT_SQL))
}

fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Error::Request {
        reason: "neither a command of Flight SQL nor text".to_owned(),
    })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table as something that can be fetched.
fn table_info(call: &Call<'_>, table: &Table) -> Result<FlightInfo> {
    let path = vec![table.schema_name.clone(), table.name.clone()];
    let sql = format!("SELECT * FROM {}.{}", quoted(&path[0]), quoted(&path[1]));
    let claims = Claims::query(&sql, &call.settings, String::new())?;
    let ticket = Ticket::new(statement::ticket(call, &claims)?);
    let rows = table.contents.map(|contents| contents.rows);
    let info = FlightInfo::new()
        .try_with_schema(&table.columns)?
        .with_endpoint(FlightEndpoint::new().with_ticket(ticket))
        .with_descriptor(FlightDescriptor::new_path(path));
    Ok(match rows {
        Some(rows) => info.with_total_records(i64::try_from(rows).unwrap_or(i64::MAX)),
        None => info,
    })
}
