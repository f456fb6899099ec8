//! Forms of answers that several commands share.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::ipc::writer::IpcWriteOptions;
use arrow::ipc::{CompressionType, root_as_message};
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::utils::batches_to_flight_data;
use arrow_flight::{FlightData, FlightDescriptor, FlightEndpoint, FlightInfo, Ticket};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use tonic::Status;

use super::RowsStream;
use super::matches::Matches;
use crate::engine::{Begun, Compression, Ending, Engine, Rows};
use crate::error::{Error, Result};

/// A `FlightInfo` whose ticket is the command itself: asking again is cheap, and nothing need be pinned.
///
/// # Errors
///
/// [`Error::Rows`] when the schema cannot be encoded.
pub fn command_info(schema: &Schema, descriptor: FlightDescriptor) -> Result<FlightInfo> {
    let ticket = descriptor.cmd.clone();
    info(schema, [ticket], descriptor)
}

/// A `FlightInfo` with an endpoint for each ticket: this server, under the address that the client has reached it by.
///
/// # Errors
///
/// [`Error::Rows`] when the schema cannot be encoded.
pub fn info<T: Into<Bytes>>(
    schema: &Schema,
    tickets: impl IntoIterator<Item = T>,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo> {
    let mut info = FlightInfo::new().try_with_schema(schema)?;
    for ticket in tickets {
        info = info.with_endpoint(FlightEndpoint::new().with_ticket(Ticket::new(ticket)));
    }
    Ok(info.with_descriptor(descriptor))
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

/// Time without a message after which an empty one is sent, so that proxies do not take a query that works for a
/// connection that is dead.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// The rows of a query, made and encoded on the threads of the engine, or here where they are known. Each message says how many rows and bytes have
/// gone so far, as JSON in its application metadata, and how many `geojoin` has matched in which way. What goes wrong at the start is an error before the schema.
///
/// # Errors
///
/// [`Error::Rows`] when there is no such compression, or the schema cannot be encoded.
pub fn rows(engine: &Engine, begun: Begun, ending: Ending, compression: Compression) -> Result<RowsStream> {
    let compression = match compression {
        Compression::None => None,
        Compression::Lz4 => Some(CompressionType::LZ4_FRAME),
        Compression::Zstd => Some(CompressionType::ZSTD),
    };
    let options = IpcWriteOptions::default().try_with_compression(compression)?;
    let schema = begun.schema();
    let empty = batches_to_flight_data(&schema, vec![RecordBatch::new_empty(Arc::clone(&schema))])?.pop();
    let is_known = begun.is_known();
    let data = stream::once(async move { Ok::<_, Error>(encoded(begun.rows().await?, options)) }).try_flatten();
    let data = if is_known {
        engine.cpu().cross_briefly(data)
    } else {
        engine.cpu().cross(data).boxed()
    };
    let data = until(data, ending);
    Ok(keep_alive(
        data.map_err(status).boxed(),
        empty.unwrap_or_default(),
        KEEP_ALIVE,
    ))
}

/// A stream up to the moment at which it is to end before its time, when it is dropped.
fn until<T>(data: impl Stream<Item = Result<T>> + Unpin, ending: Ending) -> impl Stream<Item = Result<T>> {
    stream::unfold(Some((data, ending)), async |state| {
        let (mut data, mut ending) = state?;
        tokio::select! {
            biased;
            error = &mut ending => Some((Err(error), None)),
            item = data.next() => item.map(|item| (item, Some((data, ending)))),
        }
    })
}

fn encoded(rows: Rows, options: IpcWriteOptions) -> impl Stream<Item = Result<FlightData>> {
    let encoder = FlightDataEncoderBuilder::new()
        .with_schema(rows.schema())
        .with_options(options);
    let matches = Matches::of(&rows.schema());
    let counting = matches.clone();
    let rows = rows.inspect_ok(move |batch| {
        if let Some(matches) = &counting {
            matches.count(batch);
        }
    });
    let data = encoder.build(rows.map_err(|error| FlightError::ExternalError(Box::new(error))));
    let (mut n_rows, mut n_bytes) = (0_i64, 0_usize);
    data.map_err(from_flight).map_ok(move |mut message| {
        n_rows += rows_of(&message);
        n_bytes += message.data_body.len();
        let mut said = serde_json::json!({ "rows": n_rows, "bytes": n_bytes });
        if let Some(matches) = &matches {
            said["match_status"] = matches.counts();
        }
        message.app_metadata = said.to_string().into();
        message
    })
}

/// Sends an empty message whenever nothing else was sent for some time, once the schema has been.
fn keep_alive(data: RowsStream, empty: FlightData, time: Duration) -> RowsStream {
    let sent = stream::unfold((data, false), move |(mut data, is_begun)| {
        let empty = empty.clone();
        async move {
            let next = if is_begun {
                tokio::time::timeout(time, data.next()).await
            } else {
                Ok(data.next().await)
            };
            let message = next.unwrap_or(Some(Ok(empty)))?;
            Some((message, (data, true)))
        }
    });
    sent.boxed()
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

#[cfg(test)]
mod tests {
    use futures::channel::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_message_without_rows_is_sent_while_rows_are_not_there_yet() {
        let (rows, data) = mpsc::unbounded();
        let mut sent = keep_alive(
            data.map(|name| Ok(FlightData::new().with_app_metadata(name))).boxed(),
            FlightData::new().with_app_metadata("empty"),
            Duration::ZERO,
        );
        let mut next = async || {
            sent.next()
                .await
                .and_then(Result::ok)
                .map(|message| message.app_metadata)
        };
        // An empty message cannot come before the schema, and nothing comes after the end.
        assert!(futures::poll!(std::pin::pin!(next())).is_pending());
        for (sends, expected) in [
            (Some("schema"), "schema"),
            (None, "empty"),
            (None, "empty"),
            (Some("rows"), "rows"),
        ] {
            if let Some(name) = sends {
                assert!(rows.unbounded_send(name).is_ok());
            }
            assert_eq!(next().await.as_deref(), Some(expected.as_bytes()));
        }
        drop(rows);
        assert_eq!(next().await, None);
    }
}
