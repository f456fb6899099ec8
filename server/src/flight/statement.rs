//! Queries given as text.

use arrow_flight::sql::{CommandStatementQuery, CommandStatementUpdate, ProstMessageExt, TicketStatementQuery};
use arrow_flight::{FlightDescriptor, FlightInfo};
use prost::Message;

use super::{RowsStream, answer};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ticket::{Purpose, Signer};

/// Plans a query and answers with its schema and a ticket. Nothing is run yet.
///
/// # Errors
///
/// Those of [`Engine::plan`]; [`Error::Unsupported`] inside a transaction.
pub async fn info(
    engine: &Engine,
    signer: &Signer,
    query: &CommandStatementQuery,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    if query.transaction_id.as_ref().is_some_and(|id| !id.is_empty()) {
        return Err(Error::Unsupported {
            what: "transactions are",
        });
    }
    text_info(engine, signer, &query.query, descriptor).await
}

/// Plans a text and answers with its schema and a ticket.
///
/// # Errors
///
/// Those of [`Engine::plan`].
pub async fn text_info(
    engine: &Engine,
    signer: &Signer,
    text: &str,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let query = engine.plan(text, None).await?;
    let statement_handle = signer.query_ticket(text, &query.versions)?.into();
    let ticket = TicketStatementQuery { statement_handle }.as_any().encode_to_vec();
    answer::info(&query.schema, ticket, descriptor)
}

/// Runs the query of a ticket against the versions that it carries.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`] and [`Engine::execute`].
pub async fn rows(engine: &Engine, signer: &Signer, ticket: &TicketStatementQuery) -> Result<RowsStream> {
    let claims = signer.verify(&ticket.statement_handle, Purpose::Query)?;
    let query = engine.plan(&claims.text, Some(&claims.versions)).await?;
    Ok(answer::rows(engine, engine.execute(query).await?))
}

/// Says why an update is refused: what is wrong with the text, or that a query does not go this way.
pub async fn refuse_update(engine: &Engine, update: &CommandStatementUpdate) -> Error {
    match engine.plan(&update.query, None).await {
        Ok(_) => Error::Request {
            reason: "a query was sent as an update; send it as a query".to_owned(),
        },
        Err(error) => error,
    }
}
