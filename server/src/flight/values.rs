//! Values of parameters: as clients send them, and as they travel in handles.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use arrow_flight::sql::server::PeekableFlightDataStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use futures::TryStreamExt;

use crate::error::{Error, Result};

/// Bytes of values that a handle can carry: a request with the handle must fit into a gRPC message of 4 MiB.
const MAX_BYTES: usize = 2 << 20;

/// Reads the rows of values that a client sends; `None` when it sends no columns.
///
/// # Errors
///
/// [`Error::Request`] when they are no rows.
pub async fn receive(stream: PeekableFlightDataStream) -> Result<Option<RecordBatch>> {
    let data = stream.map_err(|status| FlightError::Tonic(Box::new(status)));
    let mut stream = FlightRecordBatchStream::new_from_flight_data(data);
    let mut batches = Vec::new();
    while let Some(batch) = stream.try_next().await.map_err(|error| unreadable(&error))? {
        batches.push(batch);
    }
    let Some(schema) = stream.schema() else {
        return Ok(None);
    };
    if schema.fields().is_empty() {
        return Ok(None);
    }
    Ok(Some(concat_batches(schema, &batches)?))
}

/// Values as a handle carries them.
///
/// # Errors
///
/// [`Error::Request`] when they are too large.
pub fn encode(values: &RecordBatch) -> Result<String> {
    let mut writer = StreamWriter::try_new(Vec::new(), values.schema_ref())?;
    writer.write(values)?;
    let bytes = writer.into_inner()?;
    if bytes.len() > MAX_BYTES {
        return Err(Error::Request {
            reason: format!(
                "the values of the parameters take {} bytes, more than the {MAX_BYTES} of a query: \
                 bind fewer rows at a time, or load them into a table and join it",
                bytes.len()
            ),
        });
    }
    Ok(STANDARD_NO_PAD.encode(bytes))
}

/// The values that a handle carries; `None` when it carries none.
///
/// # Errors
///
/// [`Error::TicketForged`] when it was not made by [`encode`].
pub fn decode(encoded: &str) -> Result<Option<RecordBatch>> {
    if encoded.is_empty() {
        return Ok(None);
    }
    let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| Error::TicketForged)?;
    let reader = StreamReader::try_new(bytes.as_slice(), None)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    Ok(Some(concat_batches(&schema, &batches)?))
}

fn unreadable(error: &FlightError) -> Error {
    Error::Request {
        reason: format!("the values of the parameters cannot be read: {error}"),
    }
}
