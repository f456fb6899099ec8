//! A server that does nothing but send what it holds: what the wire itself costs.
//!
//! It answers each query with the same batches, and `SELECT 1` with one number, through the very library that Pilji sends by.

use std::fs::File;
use std::io::{BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::IpcWriteOptions;
use arrow::record_batch::RecordBatch;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::flight_service_server::{FlightService, FlightServiceServer};
use arrow_flight::sql::server::FlightSqlService;
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
    CommandPreparedStatementQuery, ProstMessageExt, SqlInfo,
};
use arrow_flight::{Action, FlightDescriptor, FlightEndpoint, FlightInfo, IpcMessage, SchemaAsIpc, Ticket};
use futures::{StreamExt, TryStreamExt, stream};
use prost::Message;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::error::{Error, Result};

/// The query that is answered with one number.
const ONE: &str = "SELECT 1";

/// Serves the batches of an Arrow stream in a file until the process is ended. `ready` is told the address.
///
/// # Errors
///
/// [`Error::Read`] and [`Error::Batches`] for a file that cannot be read, [`Error::Listen`].
pub async fn serve(file: &Path, ready: impl FnOnce(SocketAddr) -> Result<()>) -> Result<()> {
    let opened = File::open(file).map_err(|source| Error::Read {
        file: file.to_owned(),
        source,
    })?;
    let bare = hold(BufReader::new(opened)).map_err(|source| Error::Batches { source })?;
    let incoming = TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .map_err(|source| Error::Listen { source })?
        .with_nodelay(Some(true));
    let address = incoming.local_addr().map_err(|source| Error::Listen { source })?;
    ready(address)?;
    Server::builder()
        .add_service(FlightServiceServer::new(bare))
        .serve_with_incoming(incoming)
        .await
        .map_err(|source| Error::Connect {
            url: address.to_string(),
            source,
        })
}

fn hold(stream: impl Read) -> Result<Bare, ArrowError> {
    let reader = StreamReader::try_new(stream, None)?;
    let rows = Held {
        schema: reader.schema(),
        batches: reader.collect::<Result<_, _>>()?,
    };
    let one = RecordBatch::try_from_iter([("Int64(1)", Arc::new(Int64Array::from(vec![1])) as ArrayRef)])?;
    let one = Held {
        schema: one.schema(),
        batches: vec![one],
    };
    Ok(Bare {
        rows: Arc::new(rows),
        one: Arc::new(one),
    })
}

struct Held {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

struct Bare {
    rows: Arc<Held>,
    one: Arc<Held>,
}

impl Bare {
    fn held(&self, query: &[u8]) -> &Arc<Held> {
        if query == ONE.as_bytes() { &self.one } else { &self.rows }
    }
}

#[tonic::async_trait]
impl FlightSqlService for Bare {
    type FlightService = Self;

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        _request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        let schema = &self.held(query.query.as_bytes()).schema;
        let message: IpcMessage = SchemaAsIpc::new(schema, &IpcWriteOptions::default())
            .try_into()
            .map_err(|error| Status::internal(format!("{error}")))?;
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: query.query.into(),
            dataset_schema: message.0,
            ..ActionCreatePreparedStatementResult::default()
        })
    }

    async fn do_action_close_prepared_statement(
        &self,
        _query: ActionClosePreparedStatementRequest,
        _request: Request<Action>,
    ) -> Result<(), Status> {
        Ok(())
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let schema = &self.held(&query.prepared_statement_handle).schema;
        let ticket = Ticket::new(query.as_any().encode_to_vec());
        let info = FlightInfo::new()
            .try_with_schema(schema)
            .map_err(|error| Status::internal(error.to_string()))?
            .with_endpoint(FlightEndpoint::new().with_ticket(ticket))
            .with_descriptor(request.into_inner());
        Ok(Response::new(info))
    }

    async fn do_get_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        _request: Request<Ticket>,
    ) -> Result<Response<<Self as FlightService>::DoGetStream>, Status> {
        let held = self.held(&query.prepared_statement_handle);
        let batches = held.batches.clone();
        let encoder = FlightDataEncoderBuilder::new().with_schema(Arc::clone(&held.schema));
        let data = encoder.build(stream::iter(batches.into_iter().map(Ok)));
        Ok(Response::new(data.map_err(Status::from).boxed()))
    }

    async fn register_sql_info(&self, _id: i32, _result: &SqlInfo) {}
}
