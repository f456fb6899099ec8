//! Talking to the server.

use std::time::Duration;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use arrow_flight::FlightInfo;
use arrow_flight::error::FlightError;
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::client::FlightSqlServiceClient;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt, stream};
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_types::StatusExt;

use crate::config::Secret;
use crate::error::{Error, Result};

/// Time within which a server must take the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes that may be under way to this client before it has read them.
const WINDOW_BYTES: u32 = 8 << 20;

/// A connection to a server.
pub type Connection = FlightSqlServiceClient<Channel>;

/// An answer on its way.
pub struct Batches {
    /// The schema of every batch.
    pub schema: SchemaRef,
    /// The batches.
    pub stream: BoxStream<'static, Result<RecordBatch>>,
}

/// Connects.
///
/// # Errors
///
/// [`Error::Url`] for what is not `http://HOST:PORT` (or `grpc://HOST:PORT`), [`Error::Connect`] when nobody answers.
pub async fn open(url: &str, token: Option<&Secret>) -> Result<Connection> {
    let endpoint = endpoint(url)?
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .user_agent(concat!("pilji/", env!("CARGO_PKG_VERSION")))
        .map_err(|source| Error::Connect {
            url: url.to_owned(),
            source,
        })?;
    let channel = endpoint.connect().await.map_err(|source| Error::Connect {
        url: url.to_owned(),
        source,
    })?;
    // The server cuts messages to size; a single row may still be large.
    let client = FlightServiceClient::new(channel).max_decoding_message_size(usize::MAX);
    let mut connection = FlightSqlServiceClient::new_from_inner(client);
    if let Some(token) = token {
        connection.set_token(token.expose().to_owned());
    }
    Ok(connection)
}

/// Asks a query.
///
/// # Errors
///
/// [`Error::Answer`] when the server refuses it, [`Error::Protocol`] when its answer makes no sense.
pub async fn ask(connection: &mut Connection, query: &str) -> Result<Batches> {
    let info = connection.execute(query.to_owned(), None).await.map_err(answer)?;
    let schema = SchemaRef::new(info.clone().try_decode_schema()?);
    Ok(Batches {
        schema,
        stream: batches(connection.clone(), info),
    })
}

/// The batches of all endpoints, in order.
fn batches(connection: Connection, info: FlightInfo) -> BoxStream<'static, Result<RecordBatch>> {
    stream::iter(info.endpoint)
        .filter_map(|endpoint| async { endpoint.ticket })
        .then(move |ticket| {
            let mut connection = connection.clone();
            async move { connection.do_get(ticket).await.map_err(answer) }
        })
        .map_ok(|batches| batches.map_err(answer))
        .try_flatten()
        .boxed()
}

fn endpoint(url: &str) -> Result<Endpoint> {
    let invalid = || Error::Url { url: url.to_owned() };
    let parsed = url::Url::parse(url).map_err(|_| invalid())?;
    let plain = matches!(parsed.scheme(), "http" | "grpc" | "grpc+tcp");
    let host = parsed.host_str().filter(|_| plain).ok_or_else(invalid)?;
    let port = parsed.port().unwrap_or(50051);
    Endpoint::from_shared(format!("http://{host}:{port}")).map_err(|_| invalid())
}

fn answer(error: FlightError) -> Error {
    match error {
        FlightError::Tonic(status) if status.code() == Code::Unauthenticated => Error::TokenWanted,
        FlightError::Tonic(status) => Error::Answer {
            code: status.code(),
            message: status.message().to_owned(),
            diagnostics: status
                .get_details_error_info()
                .and_then(|mut info| info.metadata.remove("diagnostics")),
        },
        source => Error::Protocol {
            source: Box::new(source),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_understood_in_their_usual_forms() {
        for (url, expected) in [
            ("http://127.0.0.1:50051", "http://127.0.0.1:50051/"),
            ("grpc://localhost:1", "http://localhost:1/"),
            ("grpc+tcp://localhost", "http://localhost:50051/"),
            ("http://[::1]:9", "http://[::1]:9/"),
        ] {
            let uri = endpoint(url).map(|endpoint| endpoint.uri().to_string());
            assert_eq!(uri.ok().as_deref(), Some(expected), "{url}");
        }
        for url in ["127.0.0.1:50051", "localhost", "https://localhost:1", "", "ftp://x"] {
            assert!(matches!(endpoint(url), Err(Error::Url { .. })), "{url}");
        }
    }
}
