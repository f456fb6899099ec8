//! The client of Flight SQL.

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow_flight::error::FlightError;
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::client::{FlightSqlServiceClient, PreparedStatement};
use futures::TryStreamExt;
use tonic::transport::{Channel, Endpoint};

use crate::ask::{Case, Client};
use crate::digest::Digest;
use crate::error::{Error, Result};

/// Bytes that may be under way to this client before it has read them.
const WINDOW_BYTES: u32 = 8 << 20;

/// A connection.
pub struct Flight {
    connection: FlightSqlServiceClient<Channel>,
}

impl Flight {
    /// Connects.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] when nobody answers.
    pub async fn connect(url: &str) -> Result<Self> {
        let connect = async || {
            Endpoint::from_shared(url.to_owned())?
                .initial_stream_window_size(WINDOW_BYTES)
                .initial_connection_window_size(WINDOW_BYTES)
                .connect()
                .await
        };
        let channel = connect().await.map_err(|source| Error::Connect {
            url: url.to_owned(),
            source,
        })?;
        let client = FlightServiceClient::new(channel).max_decoding_message_size(usize::MAX);
        Ok(Self {
            connection: FlightSqlServiceClient::new_from_inner(client),
        })
    }
}

impl Client for Flight {
    type Prepared = PreparedStatement<Channel>;
    type Rows = Vec<RecordBatch>;

    async fn prepare(&mut self, case: &Case) -> Result<Self::Prepared> {
        let prepared = self.connection.prepare(case.text.clone(), None).await;
        prepared.map_err(|source| refused(case, source))
    }

    async fn fetch(&mut self, prepared: &mut Self::Prepared, case: &Case) -> Result<Self::Rows> {
        let mut batches = Vec::new();
        let info = prepared.execute().await.map_err(|source| refused(case, source))?;
        for ticket in info.endpoint.into_iter().filter_map(|endpoint| endpoint.ticket) {
            let stream = self.connection.do_get(ticket).await;
            let stream = stream.map_err(|source| refused(case, source))?;
            let mut more = stream.try_collect().await.map_err(|source| refused(case, source))?;
            batches.append(&mut more);
        }
        Ok(batches)
    }

    fn digest(batches: &Self::Rows, digest: &mut Digest) -> Result<()> {
        let options = FormatOptions::default();
        for batch in batches {
            let columns: Vec<Column> = batch
                .columns()
                .iter()
                .map(|array| Column::new(array, &options))
                .collect::<Result<_>>()?;
            for row_idx in 0..batch.num_rows() {
                for column in &columns {
                    column.add(row_idx, digest);
                }
                digest.end_row();
            }
        }
        Ok(())
    }
}

/// A column with the way to render its values.
enum Column<'a> {
    Bytes(&'a arrow::array::BinaryArray),
    Text(&'a dyn Array, ArrayFormatter<'a>),
}

impl<'a> Column<'a> {
    fn new(array: &'a dyn Array, options: &FormatOptions<'a>) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Binary => Self::Bytes(array.as_binary()),
            _ => Self::Text(array, ArrayFormatter::try_new(array, options)?),
        })
    }

    fn add(&self, row_idx: usize, digest: &mut Digest) {
        match self {
            Self::Bytes(array) => digest.value(array.is_valid(row_idx).then(|| array.value(row_idx))),
            Self::Text(array, _) if array.is_null(row_idx) => digest.value(None),
            Self::Text(_, formatter) => digest.value(Some(formatter.value(row_idx).to_string().as_bytes())),
        }
    }
}

fn refused(case: &Case, source: FlightError) -> Error {
    Error::Flight {
        text: case.text.clone(),
        source: Box::new(source),
    }
}
