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
use crate::engine::{Asked, Assignment, Definition, Planned, Query, Statement};
use crate::error::{Error, Result};
use crate::ticket::{Claims, Purpose};

/// Plans a query and answers with its schema and a ticket. Nothing is run yet.
///
/// # Errors
///
/// Those of [`Engine::plan`](crate::engine::Engine::plan); [`Error::Unsupported`] inside a transaction.
pub async fn info(call: &Call<'_>, query: &CommandStatementQuery, descriptor: FlightDescriptor) -> Result<FlightInfo> {
    refuse_transaction(query.transaction_id.as_ref())?;
    text_info(call, &query.query, String::new(), Streams::Several, descriptor).await
}

/// In how many streams a large answer is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streams {
    /// In one, to clients that read no more.
    One,
    /// In several at once, where its rows have no order.
    Several,
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

/// Plans a text with its values and answers with its schema and a ticket. What is no query is carried out at once, so that it
/// is done whether or not its answer is read; the ticket says what was done.
///
/// # Errors
///
/// Those of [`Engine::plan`](crate::engine::Engine::plan); for what is no query, those of carrying it out.
pub async fn text_info(
    call: &Call<'_>,
    text: &str,
    encoded: String,
    streams: Streams,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let values = values::decode(&encoded)?;
    let asked = Asked {
        values: values.as_ref(),
        ..Asked::now(text, &call.settings)
    };
    let mut claims = Claims::query(text, &call.settings, encoded)?;
    let (mut shares, mut is_ordered, mut notes) = (Vec::new(), false, Vec::new());
    let schema = match call.engine.plan(asked).await? {
        Planned::Query(query) => {
            if streams == Streams::Several {
                shares = call.engine.shares(&query)?;
            }
            is_ordered = query.is_ordered();
            notes.clone_from(&query.notes);
            claims.versions.clone_from(&query.versions);
            let schema = Arc::clone(&query.schema);
            if shares.is_empty() && !call.wants_schema_only {
                call.engine.keep(&claims.id, query);
            }
            schema
        }
        _ if call.wants_schema_only => Definition::schema(),
        Planned::Statement(statement) => {
            claims.done = carry_out(call, *statement, &claims.id).await?.sentences;
            Definition::schema()
        }
    };
    let mut tickets = Vec::with_capacity(shares.len().max(1));
    for share in shares.iter().copied() {
        claims.share = Some(share);
        tickets.push(ticket(call, &claims)?);
    }
    if tickets.is_empty() {
        tickets.push(ticket(call, &claims)?);
    }
    let mut info = answer::info(&schema, tickets, descriptor)?.with_ordered(is_ordered);
    let mut said = serde_json::json!({ "query_id": claims.id });
    if !notes.is_empty() {
        said["notes"] = serde_json::to_value(&notes).map_err(|source| Error::Json { source })?;
    }
    info.app_metadata = said.to_string().into();
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

/// Runs the query of a ticket against the versions that it carries, or says what was done for it.
///
/// # Errors
///
/// [`Error::TicketForged`] or [`Error::TicketExpired`]; those of [`Engine::plan`](crate::engine::Engine::plan) and
/// [`Engine::execute`](crate::engine::Engine::execute).
pub async fn rows(call: &Call<'_>, ticket: &TicketStatementQuery) -> Result<RowsStream> {
    let claims = call.signer.verify(&ticket.statement_handle, Purpose::Query)?;
    if !claims.done.is_empty() {
        return Ok(answer::one_batch(sentences(claims.done)?));
    }
    claimed_rows(call, &claims).await
}

/// Runs a text that came without a ticket.
///
/// # Errors
///
/// As for [`rows`].
pub async fn text_rows(call: &Call<'_>, text: &str, encoded: String) -> Result<RowsStream> {
    let claims = Claims::query(text, &call.settings, encoded)?;
    claimed_rows(call, &claims).await
}

async fn claimed_rows(call: &Call<'_>, claims: &Claims) -> Result<RowsStream> {
    if let Some(query) = call.engine.kept(&claims.id) {
        return query_rows(call, query, claims);
    }
    let values = values::decode(&claims.values)?;
    let asked = Asked {
        text: &claims.text,
        settings: &claims.settings,
        versions: Some(&claims.versions),
        values: values.as_ref(),
        share: claims.share,
    };
    match call.engine.plan(asked).await? {
        Planned::Query(query) => query_rows(call, query, claims),
        Planned::Statement(statement) => {
            let done = carry_out(call, *statement, &claims.id).await?;
            Ok(answer::one_batch(sentences(done.sentences)?))
        }
    }
}

fn query_rows(call: &Call<'_>, mut query: Box<Query>, claims: &Claims) -> Result<RowsStream> {
    query.limit_time(call.patience);
    let (begun, ending) = call.engine.begin(query, &claims.id, &claims.settings.own)?;
    answer::rows(call.engine, begun, ending, claims.settings.options.compression)
}

/// Carries out what was sent as an update, and says how many rows it has changed.
///
/// # Errors
///
/// [`Error::Request`] for a query, which does not go this way; those of [`Engine::plan`](crate::engine::Engine::plan)
/// and of carrying it out.
pub async fn update(call: &Call<'_>, text: &str, values: Option<&RecordBatch>) -> Result<i64> {
    let asked = Asked {
        values,
        ..Asked::now(text, &call.settings)
    };
    match call.engine.plan(asked).await? {
        Planned::Statement(statement) => {
            let id = Claims::query(text, &call.settings, String::new())?.id;
            let rows = carry_out(call, *statement, &id).await?.rows;
            Ok(i64::try_from(rows).unwrap_or(i64::MAX))
        }
        Planned::Query(_) => Err(Error::Request {
            reason: "a query was sent as an update; send it as a query".to_owned(),
        }),
    }
}

/// The schema in which a planned text answers; none when it is no query, which is how drivers tell updates.
pub fn schema_of(planned: &Planned) -> Option<SchemaRef> {
    match planned {
        Planned::Query(query) => Some(Arc::clone(&query.schema)),
        Planned::Statement(_) => None,
    }
}

/// What a statement has done.
struct Done {
    sentences: Vec<String>,
    rows: u64,
}

/// Carries out a statement that is no query. `id` is what it can be broken off by.
async fn carry_out(call: &Call<'_>, statement: Statement, id: &str) -> Result<Done> {
    let mut rows = 0;
    let sentences = match statement {
        Statement::Definition(definition) => call.engine.define(definition).await?,
        Statement::Write(mut write) => {
            write.limit_time(call.patience);
            let table = write.table();
            rows = call.engine.write(write, id, &call.settings.own).await?;
            vec![format!("{rows} rows written to {table}")]
        }
        Statement::Assignment(assignment) => vec![assign(call, &assignment)?],
        Statement::Kill(id) => vec![kill(call, &id)?],
    };
    Ok(Done { sentences, rows })
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

fn sentences(done: Vec<String>) -> Result<RecordBatch> {
    Ok(RecordBatch::try_new(
        Definition::schema(),
        vec![Arc::new(StringArray::from(done))],
    )?)
}
