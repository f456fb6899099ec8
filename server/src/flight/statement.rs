//! Queries given as text.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt, TicketStatementQuery};
use arrow_flight::{FlightDescriptor, FlightInfo};
use bytes::Bytes;
use prost::Message;

use super::call::Call;
use super::{RowsStream, answer, values};
use crate::engine::{Asked, Assignment, Definition, Planned, Versions};
use crate::error::{Error, Result};
use crate::ticket::{Claims, Purpose};

/// Plans a query and answers with its schema and a ticket. Nothing is run yet.
///
/// # Errors
///
/// Those of [`Engine::plan`](crate::engine::Engine::plan); [`Error::Unsupported`] inside a transaction.
pub async fn info(call: &Call<'_>, query: &CommandStatementQuery, descriptor: FlightDescriptor) -> Result<FlightInfo> {
    refuse_transaction(query.transaction_id.as_ref())?;
    text_info(call, &query.query, String::new(), descriptor).await
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

/// Plans a text with its values and answers with its schema and a ticket. What is no query is carried out when the ticket
/// is redeemed.
///
/// # Errors
///
/// Those of [`Engine::plan`](crate::engine::Engine::plan).
pub async fn text_info(
    call: &Call<'_>,
    text: &str,
    encoded: String,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let values = values::decode(&encoded)?;
    let asked = Asked {
        values: values.as_ref(),
        ..Asked::now(text, &call.settings)
    };
    let (schema, versions) = match call.engine.plan(asked).await? {
        Planned::Query(query) => (query.schema, query.versions),
        Planned::Definition(_) | Planned::Assignment(_) | Planned::Kill(_) => (Definition::schema(), Versions::new()),
    };
    let claims = Claims::query(text, &call.settings, versions, encoded)?;
    let ticket = ticket(call, &claims)?;
    let mut info = answer::info(&schema, ticket, descriptor)?;
    info.app_metadata = serde_json::json!({ "query_id": claims.id }).to_string().into();
    for endpoint in &mut info.endpoint {
        answer::expire(endpoint, call.signer.lifetime());
    }
    Ok(info)
}

/// A ticket as clients send it back.
///
/// # Errors
///
/// Those of [`Signer::sign`](crate::ticket::Signer::sign).
pub fn ticket(call: &Call<'_>, claims: &Claims) -> Result<Vec<u8>> {
    let statement_handle = call.signer.sign(claims)?.into();
    Ok(TicketStatementQuery { statement_handle }.as_any().encode_to_vec())
}

/// Runs the query of a ticket against the versions that it carries, or carries out its definition.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`](crate::engine::Engine::plan) and
/// [`Engine::execute`](crate::engine::Engine::execute).
pub async fn rows(call: &Call<'_>, ticket: &TicketStatementQuery) -> Result<RowsStream> {
    let claims = call.signer.verify(&ticket.statement_handle, Purpose::Query)?;
    claimed_rows(call, &claims).await
}

/// Runs a text that came without a ticket.
///
/// # Errors
///
/// As for [`rows`].
pub async fn text_rows(call: &Call<'_>, text: &str, encoded: String) -> Result<RowsStream> {
    let claims = Claims::query(text, &call.settings, Versions::new(), encoded)?;
    claimed_rows(call, &claims).await
}

async fn claimed_rows(call: &Call<'_>, claims: &Claims) -> Result<RowsStream> {
    let values = values::decode(&claims.values)?;
    let asked = Asked {
        text: &claims.text,
        settings: &claims.settings,
        versions: Some(&claims.versions),
        values: values.as_ref(),
    };
    match call.engine.plan(asked).await? {
        Planned::Query(mut query) => {
            query.limit_time(call.patience);
            let rows = call.engine.execute(query, &claims.id, &claims.settings.own).await?;
            answer::rows(call.engine, rows, claims.settings.options.compression)
        }
        Planned::Definition(definition) => Ok(answer::one_batch(call.engine.define(definition).await?)),
        Planned::Assignment(assignment) => Ok(answer::one_batch(sentence(assign(call, &assignment)?)?)),
        Planned::Kill(id) => Ok(answer::one_batch(sentence(kill(call, &id)?)?)),
    }
}

/// Carries out what was sent as an update, and says how many rows it has changed.
///
/// # Errors
///
/// [`Error::Request`] for a query, which does not go this way; those of [`Engine::plan`](crate::engine::Engine::plan)
/// and [`Engine::define`](crate::engine::Engine::define).
pub async fn update(call: &Call<'_>, text: &str) -> Result<i64> {
    match call.engine.plan(Asked::now(text, &call.settings)).await? {
        Planned::Definition(definition) => call.engine.define(definition).await.map(|_| 0),
        Planned::Assignment(assignment) => assign(call, &assignment).map(|_| 0),
        Planned::Kill(id) => kill(call, &id).map(|_| 0),
        Planned::Query(_) => Err(Error::Request {
            reason: "a query was sent as an update; send it as a query".to_owned(),
        }),
    }
}

/// The schema in which a planned text answers; none when it is no query, which is how drivers tell updates.
pub fn schema_of(planned: &Planned) -> Option<SchemaRef> {
    match planned {
        Planned::Query(query) => Some(Arc::clone(&query.schema)),
        Planned::Definition(_) | Planned::Assignment(_) | Planned::Kill(_) => None,
    }
}

fn assign(call: &Call<'_>, assignment: &Assignment) -> Result<String> {
    let Assignment { name, text } = assignment;
    call.sessions.set(&call.caller, name, text)?;
    let value = call.sessions.options(&call.caller).get(name).unwrap_or_default();
    Ok(format!("{name} is {value}"))
}

fn kill(call: &Call<'_>, id: &str) -> Result<String> {
    if call.engine.queries().cancel(id, &call.settings.own) {
        Ok(format!("query {id} was broken off"))
    } else {
        Err(Error::NoQuery { id: id.to_owned() })
    }
}

fn sentence(text: String) -> Result<RecordBatch> {
    Ok(RecordBatch::try_new(
        Definition::schema(),
        vec![Arc::new(StringArray::from(vec![text]))],
    )?)
}
