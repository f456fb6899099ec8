//! Prepared statements without parameters. The handle is the statement, signed: the server keeps nothing.

use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
    CommandPreparedStatementQuery,
};
use arrow_flight::{FlightDescriptor, FlightInfo, IpcMessage, SchemaAsIpc};
use bytes::Bytes;

use super::{RowsStream, answer, statement};
use crate::engine::Engine;
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
    request: &ActionCreatePreparedStatementRequest,
) -> Result<ActionCreatePreparedStatementResult> {
    if request.transaction_id.as_ref().is_some_and(|id| !id.is_empty()) {
        return Err(Error::Unsupported {
            what: "transactions are",
        });
    }
    let query = engine.plan(&request.query, None).await?;
    Ok(ActionCreatePreparedStatementResult {
        prepared_statement_handle: signer.prepared_handle(&request.query)?.into(),
        dataset_schema: schema_message(&query.schema)?,
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
    query: &CommandPreparedStatementQuery,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let claims = signer.verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    statement::text_info(engine, signer, &claims.text, descriptor).await
}

/// Runs the statement of a handle that was sent as a ticket.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`] and [`Engine::execute`].
pub async fn rows(engine: &Engine, signer: &Signer, query: &CommandPreparedStatementQuery) -> Result<RowsStream> {
    let claims = signer.verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    let query = engine.plan(&claims.text, None).await?;
    Ok(answer::rows(engine, engine.execute(query).await?))
}

fn schema_message(schema: &Schema) -> Result<Bytes, ArrowError> {
    let IpcMessage(bytes) = SchemaAsIpc::new(schema, &IpcWriteOptions::default()).try_into()?;
    Ok(bytes)
}
