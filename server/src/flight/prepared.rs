//! Prepared statements. The handle is the statement and its values, signed: the server keeps nothing.

use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::sql::server::PeekableFlightDataStream;
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
    CommandPreparedStatementQuery, CommandPreparedStatementUpdate, DoPutPreparedStatementResult,
};
use arrow_flight::{FlightDescriptor, FlightInfo, IpcMessage, SchemaAsIpc};
use bytes::Bytes;

use super::call::Call;
use super::statement::{self, Streams};
use super::{RowsStream, values};
use crate::engine::{Asked, Planned, Statement};
use crate::error::{Error, Result};
use crate::ticket::{Claims, Purpose, Signer};

/// Plans a statement, for its schema and that of its parameters, and gives its handle.
///
/// # Errors
///
/// Those of [`Engine::plan`](crate::engine::Engine::plan); [`Error::Unsupported`] inside a transaction.
pub async fn create(
    call: &Call<'_>,
    request: &ActionCreatePreparedStatementRequest,
) -> Result<ActionCreatePreparedStatementResult> {
    statement::refuse_transaction(request.transaction_id.as_ref())?;
    let planned = call.engine.plan(Asked::now(&request.query, &call.settings)).await?;
    // JDBC takes what has columns for a query, and sends what has none as an update.
    let dataset_schema = match statement::schema_of(&planned) {
        Some(schema) => schema_message(&schema)?,
        None => schema_message(&Schema::empty())?,
    };
    // An empty schema where there are no parameters, not an absent one: ODBC clients insist.
    let parameter_schema = match &planned {
        Planned::Query(query) => schema_message(&query.parameters)?,
        Planned::Statement(statement) => match statement.as_ref() {
            Statement::Write(write) => schema_message(write.parameters())?,
            Statement::Definition(_) | Statement::Assignment(_) | Statement::Kill(_) => {
                schema_message(&Schema::empty())?
            }
        },
    };
    if let Planned::Query(query) = planned {
        call.engine.keep_prepared(&request.query, &call.settings, query);
    }
    let claims = Claims::prepared(&request.query, String::new());
    Ok(ActionCreatePreparedStatementResult {
        prepared_statement_handle: call.signer.sign(&claims)?.into(),
        dataset_schema,
        parameter_schema,
    })
}

/// Binds values to a statement: answers with the handle that carries them. The first handle stays what it was.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; [`Error::Request`] when the values are not those of the
/// parameters; those of [`Engine::plan`](crate::engine::Engine::plan).
pub async fn bind(
    call: &Call<'_>,
    query: &CommandPreparedStatementQuery,
    stream: PeekableFlightDataStream,
) -> Result<DoPutPreparedStatementResult> {
    let claims = call
        .signer
        .verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    let encoded = match values::receive(stream).await? {
        Some(rows) => {
            // So that wrong values are refused where they are bound.
            let asked = Asked {
                values: Some(&rows),
                ..Asked::now(&claims.text, &call.settings)
            };
            call.engine.plan(asked).await?;
            values::encode(&rows)?
        }
        None => String::new(),
    };
    let handle = call.signer.sign(&Claims::prepared(&claims.text, encoded))?;
    Ok(DoPutPreparedStatementResult {
        prepared_statement_handle: Some(handle.into()),
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
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`](crate::engine::Engine::plan).
pub async fn info(
    call: &Call<'_>,
    query: &CommandPreparedStatementQuery,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let claims = call
        .signer
        .verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    statement::text_info(call, &claims.text, claims.values, Streams::Several, descriptor).await
}

/// Runs the statement of a handle that was sent as a ticket.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`](crate::engine::Engine::plan) and
/// [`Engine::execute`](crate::engine::Engine::execute).
pub async fn rows(call: &Call<'_>, query: &CommandPreparedStatementQuery) -> Result<RowsStream> {
    let claims = call
        .signer
        .verify(&query.prepared_statement_handle, Purpose::Prepared)?;
    statement::text_rows(call, &claims.text, claims.values).await
}

/// Carries out the statement of a handle for each row of values that is sent, and says how many rows it has changed.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`statement::update`].
pub async fn update(
    call: &Call<'_>,
    update: &CommandPreparedStatementUpdate,
    stream: PeekableFlightDataStream,
) -> Result<i64> {
    let claims = call
        .signer
        .verify(&update.prepared_statement_handle, Purpose::Prepared)?;
    let values = values::receive(stream).await?;
    statement::update(call, &claims.text, values.as_ref()).await
}

fn schema_message(schema: &Schema) -> Result<Bytes, ArrowError> {
    let IpcMessage(bytes) = SchemaAsIpc::new(schema, &IpcWriteOptions::default()).try_into()?;
    Ok(bytes)
}
