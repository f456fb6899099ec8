//! Forms of answers that several commands share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::ipc::writer::IpcWriteOptions;
use arrow::ipc::{CompressionType, root_as_message};
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::{FlightData, FlightDescriptor, FlightEndpoint, FlightInfo, Ticket};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use tonic::Status;

use super::RowsStream;
use crate::engine::{Compression, Engine, Rows};
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

/// Says until when an endpoint's ticket can be redeemed.
pub fn expire(endpoint: &mut FlightEndpoint, lifetime: Duration) {
    let end = SystemTime::now() + lifetime;
    // A clock before 1970 reads as 1970.
    let seconds = end.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    endpoint.expiration_time.get_or_insert_default().seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
}

/// The rows of a query, encoded on the threads that make them. Each message says how many rows and bytes have gone so
/// far, as JSON in its application metadata.
///
/// # Errors
///
/// [`Error::Rows`] when there is no such compression.
pub fn rows(engine: &Engine, rows: Rows, compression: Compression) -> Result<RowsStream> {
    let compression = match compression {
        Compression::None => None,
        Compression::Lz4 => Some(CompressionType::LZ4_FRAME),
        Compression::Zstd => Some(CompressionType::ZSTD),
    };
    let options = IpcWriteOptions::default().try_with_compression(compression)?;
    let encoder = FlightDataEncoderBuilder::new()
        .with_schema(rows.schema())
        .with_options(options);
    let data = encoder.build(rows.map_err(|error| FlightError::ExternalError(Box::new(error))));
    let (mut n_rows, mut n_bytes) = (0_i64, 0_usize);
    let data = data.map_ok(move |mut message| {
        n_rows += rows_of(&message);
        n_bytes += message.data_body.len();
        message.app_metadata = format!("{{\"rows\":{n_rows},\"bytes\":{n_bytes}}}").into();
        message
    });
    Ok(engine.cpu().cross(data.map_err(from_flight)).map_err(status).boxed())
}

/// Rows in a message; none in that of a schema.
fn rows_of(data: &FlightData) -> i64 {
    let message = root_as_message(&data.data_header).ok();
    let batch = message.and_then(|message| message.header_as_record_batch());
    batch.map_or(0, |batch| batch.length())
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
