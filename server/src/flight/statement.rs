//! Queries given as text.

use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt, TicketStatementQuery};
use arrow_flight::{FlightDescriptor, FlightInfo};
use bytes::Bytes;
use prost::Message;

use super::{RowsStream, answer};
use crate::auth::Caller;
use crate::engine::{Definition, Engine, Planned, Versions};
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
    caller: &Caller,
    query: &CommandStatementQuery,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    refuse_transaction(query.transaction_id.as_ref())?;
    text_info(engine, signer, &caller.schema(), &query.query, descriptor).await
}

/// Refuses what is to be part of a transaction.
///
/// # Errors
///
/// [`Error::Unsupported`].
pub fn refuse_transaction(id: Option<&Bytes>) -> Result<()> {
    if id.is_some_and(|id| !id.is_empty()) {
        return Err(Error::Unsupported {
            what: "transactions are",
        });
    }
    Ok(())
}

/// Plans a text and answers with its schema and a ticket. A definition is carried out when the ticket is redeemed.
///
/// # Errors
///
/// Those of [`Engine::plan`].
pub async fn text_info(
    engine: &Engine,
    signer: &Signer,
    own: &str,
    text: &str,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let (schema, versions) = match engine.plan(text, own, None).await? {
        Planned::Query(query) => (query.schema, query.versions),
        Planned::Definition(_) => (Definition::schema(), Versions::new()),
    };
    let statement_handle = signer.query_ticket(text, own, &versions)?.into();
    let ticket = TicketStatementQuery { statement_handle }.as_any().encode_to_vec();
    answer::info(&schema, ticket, descriptor)
}

/// Runs the query of a ticket against the versions that it carries, or carries out its definition.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`] and [`Engine::execute`].
pub async fn rows(engine: &Engine, signer: &Signer, ticket: &TicketStatementQuery) -> Result<RowsStream> {
    let claims = signer.verify(&ticket.statement_handle, Purpose::Query)?;
    let planned = engine.plan(&claims.text, &claims.own, Some(&claims.versions)).await?;
    planned_rows(engine, planned).await
}

/// The rows of what was planned.
///
/// # Errors
///
/// Those of [`Engine::execute`] and [`Engine::define`].
pub async fn planned_rows(engine: &Engine, planned: Planned) -> Result<RowsStream> {
    match planned {
        Planned::Query(query) => Ok(answer::rows(engine, engine.execute(*query).await?)),
        Planned::Definition(definition) => Ok(answer::one_batch(engine.define(definition).await?)),
    }
}

/// Carries out a definition that was sent as an update, and says how many rows it has changed: none, ever.
///
/// # Errors
///
/// [`Error::Request`] for a query, which does not go this way; those of [`Engine::plan`] and [`Engine::define`].
pub async fn update(engine: &Engine, own: &str, text: &str) -> Result<i64> {
    match engine.plan(text, own, None).await? {
        Planned::Definition(definition) => engine.define(definition).await.map(|_| 0),
        Planned::Query(_) => Err(Error::Request {
            reason: "a query was sent as an update; send it as a query".to_owned(),
        }),
    }
}
