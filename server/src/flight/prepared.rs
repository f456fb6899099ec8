//! Prepared statements without parameters. The handle is the statement, signed: the server keeps nothing.

use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
    CommandPreparedStatementQuery, CommandPreparedStatementUpdate,
};
use arrow_flight::{FlightDescriptor, FlightInfo, IpcMessage, SchemaAsIpc};
use bytes::Bytes;

use super::{RowsStream, statement};
use crate::auth::Caller;
use crate::engine::{Engine, Planned};
use crate::error::{Error, Result};
use crate::ticket::{Purpose, Signer};

/// Plans a statement, for its schema, and gives its handle.
///
/// # Errors
///
/// Those of [`Engine::plan`]; [`Error::Unsupported`] inside a transaction.
pub async fn create(
    engine: &Engine,
    signer: &Signer,
    caller: &Caller,
    request: &ActionCreatePreparedStatementRequest,
) -> Result<ActionCreatePreparedStatementResult> {
    statement::refuse_transaction(request.transaction_id.as_ref())?;
    let schema = match engine.plan(&request.query, &caller.schema(), None).await? {
        Planned::Query(query) => query.schema,
        // JDBC takes what has columns for a query, and sends what has none as an update.
        Planned::Definition(_) => Arc::new(Schema::empty()),
    };
    Ok(ActionCreatePreparedStatementResult {
        prepared_statement_handle: signer.prepared_handle(&request.query)?.into(),
        dataset_schema: schema_message(&schema)?,
        // An empty schema, not an absent one: ODBC clients insist.
        parameter_schema: schema_message(&Schema::empty())?,
    })
}

/// Closes a statement, which frees nothing.
///
/// # Errors
///
/// [`Error::TicketForged`] when the handle is not one of this server's. An expired one may be closed.
pub fn close(signer: &Signer, request: &ActionClosePreparedStatementRequest) -> Result<()> {
    match signer.verify(&request.prepared_statement_handle, Purpose::Prepared) {
        Ok(_) | Err(Error::TicketExpired { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Plans the statement of a handle against the newest versions and answers with its schema and a ticket.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`].
pub async fn info(
    engine: &Engine,
    signer: &Signer,
    caller: &Caller,
    query: &CommandPreparedStatementQuery,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let claims = signer.verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    statement::text_info(engine, signer, &caller.schema(), &claims.text, descriptor).await
}

/// Runs the statement of a handle that was sent as a ticket.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`] and [`Engine::execute`].
pub async fn rows(
    engine: &Engine,
    signer: &Signer,
    caller: &Caller,
    query: &CommandPreparedStatementQuery,
) -> Result<RowsStream> {
    let claims = signer.verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    let planned = engine.plan(&claims.text, &caller.schema(), None).await?;
    statement::planned_rows(engine, planned).await
}

/// Carries out the definition of a handle, and says how many rows it has changed.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`statement::update`].
pub async fn update(
    engine: &Engine,
    signer: &Signer,
    caller: &Caller,
    update: &CommandPreparedStatementUpdate,
) -> Result<i64> {
    let claims = signer.verify(&update.prepared_statement_handle, Purpose::Prepared)?;
    statement::update(engine, &caller.schema(), &claims.text).await
}

fn schema_message(schema: &Schema) -> Result<Bytes, ArrowError> {
    let IpcMessage(bytes) = SchemaAsIpc::new(schema, &IpcWriteOptions::default()).try_into()?;
    Ok(bytes)
}
