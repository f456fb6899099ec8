//! Bulk ingest: rows that a client sends become a table, or are added to one.

use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use arrow_flight::sql::CommandStatementIngest;
use arrow_flight::sql::server::PeekableFlightDataStream;
use arrow_flight::sql::{TableDefinitionOptions, TableExistsOption, TableNotExistOption};
use datafusion::error::DataFusionError;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};
use pilji_catalog::{Existing, StoreRequest};

use super::call::Call;
use super::statement;
use crate::engine::CATALOG;
use crate::error::{Error, Result};

/// Stores the rows, and says how many.
///
/// # Errors
///
/// [`Error::Unsupported`] inside a transaction, [`Error::Request`] for another catalog, a temporary table in a schema, or rows
/// that cannot be read; those of [`Engine::ingest`](crate::engine::Engine::ingest).
pub async fn ingest(call: &Call<'_>, command: CommandStatementIngest, stream: PeekableFlightDataStream) -> Result<i64> {
    statement::refuse_transaction(command.transaction_id.as_ref())?;
    if let Some(catalog) = command
        .catalog
        .as_deref()
        .filter(|catalog| !["", CATALOG].contains(catalog))
    {
        return Err(Error::Request {
            reason: format!("there is no catalog {catalog}; the only one is {CATALOG}"),
        });
    }
    let settings = &call.settings;
    let schema = command.schema.filter(|schema| !schema.is_empty());
    let owner = match schema {
        Some(schema) if command.temporary => {
            return Err(Error::Request {
                reason: format!("a temporary table has no schema; leave {schema} out"),
            });
        }
        Some(schema) => schema,
        None if command.temporary => settings.temporary.clone(),
        None => settings.own.clone(),
    };
    let (existing, create) = mode(command.table_definition_options)?;
    let request = StoreRequest {
        owner,
        name: command.table,
        existing,
        create,
        keeps_required: false,
    };
    let data = stream.map_err(|status| FlightError::Tonic(Box::new(status)));
    let mut batches = FlightRecordBatchStream::new_from_flight_data(data);
    // The schema comes before the first rows.
    let first = batches.next().await.transpose().map_err(|error| unreadable(&error))?;
    let Some(schema) = batches.schema().cloned() else {
        return Err(Error::Request {
            reason: "the rows have no schema; send one, be it without rows".to_owned(),
        });
    };
    let rows = stream::iter(first.map(Ok)).chain(batches);
    let rows = rows.map_err(|error| DataFusionError::Execution(unreadable(&error).to_string()));
    let rows = Box::pin(RecordBatchStreamAdapter::new(schema, rows));
    let stored = call.engine.ingest(request, settings, rows).await?;
    Ok(i64::try_from(stored).unwrap_or(i64::MAX))
}

/// What becomes of a table that is there, and whether one that is not there is made.
fn mode(options: Option<TableDefinitionOptions>) -> Result<(Existing, bool)> {
    let options = options.unwrap_or_default();
    let existing = match options.if_exists() {
        TableExistsOption::Unspecified | TableExistsOption::Fail => Existing::Refuse,
        TableExistsOption::Append => Existing::Append,
        TableExistsOption::Replace => Existing::Replace,
    };
    let create = options.if_not_exist() != TableNotExistOption::Fail;
    if existing == Existing::Refuse && !create {
        return Err(Error::Request {
            reason: "the table may neither be there nor not be there; say what to do in one case".to_owned(),
        });
    }
    Ok((existing, create))
}

fn unreadable(error: &FlightError) -> Error {
    Error::Request {
        reason: format!("the rows cannot be read: {error}"),
    }
}
