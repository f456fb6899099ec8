//! Forms of answers that several commands share.

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::{FlightDescriptor, FlightEndpoint, FlightInfo, Ticket};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use tonic::Status;

use super::RowsStream;
use crate::engine::{Engine, Rows};
use crate::error::{Error, Result};

/// A `FlightInfo` whose ticket is the command itself: asking again is cheap, and nothing need be pinned.
///
/// # Errors
///
/// [`Error::Rows`] when the schema cannot be encoded.
pub fn command_info(schema: &Schema, descriptor: FlightDescriptor) -> Result<FlightInfo> {
    let ticket = descriptor.cmd.clone();
    info(schema, ticket, descriptor)
}

/// A `FlightInfo` with one endpoint: this server, under the address that the client has reached it by.
///
/// # Errors
///
/// [`Error::Rows`] when the schema cannot be encoded.
pub fn info(schema: &Schema, ticket: impl Into<Bytes>, descriptor: FlightDescriptor) -> Result<FlightInfo> {
    let endpoint = FlightEndpoint::new().with_ticket(Ticket::new(ticket));
    let info = FlightInfo::new().try_with_schema(schema)?;
    Ok(info.with_endpoint(endpoint).with_descriptor(descriptor))
}

/// An answer that is at hand. The schema is sent also when there is no row.
pub fn one_batch(batch: RecordBatch) -> RowsStream {
    let encoder = FlightDataEncoderBuilder::new().with_schema(batch.schema());
    let data = encoder.build(stream::once(async { Ok(batch) }));
    data.map_err(|error| status(from_flight(error))).boxed()
}

/// The rows of a query, encoded on the threads that make them.
pub fn rows(engine: &Engine, rows: Rows) -> RowsStream {
    let encoder = FlightDataEncoderBuilder::new().with_schema(rows.schema());
    let data = encoder.build(rows.map_err(|error| FlightError::ExternalError(Box::new(error))));
    engine.cpu().cross(data.map_err(from_flight)).map_err(status).boxed()
}

fn status(error: Error) -> Status {
    error.into()
}

/// Takes off the wrapping in which an error of ours went through the encoder.
fn from_flight(error: FlightError) -> Error {
    match error {
        FlightError::Arrow(source) => Error::Rows(source),
        FlightError::ExternalError(source) => match source.downcast::<Error>() {
            Ok(error) => *error,
            Err(source) => Error::Protocol {
                source: Box::new(FlightError::ExternalError(source)),
            },
        },
        source => Error::Protocol {
            source: Box::new(source),
        },
    }
}
