//! `pilji query`: asks a server and writes the answer as it comes.
//!
//! `connection` talks to the server; each format has a file that writes batches one by one, so that a result of any
//! size passes through little memory.

mod arrow_ipc;
mod connection;
mod csv;
mod geojson;
mod geometry;
mod json;
mod output;
mod table;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use std::path::PathBuf;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef};
use arrow_flight::error::FlightError;
use clap::ValueEnum;
use futures::TryStreamExt;

use crate::config::Secret;
use crate::error::{Error, Result};
use output::{Output, Sink};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: columns that line up.
    Table,
    /// RFC 4180, geometry as WKT.
    Csv,
    /// An array with one object a line, geometry as WKT.
    Json,
    /// A `FeatureCollection` (RFC 7946).
    Geojson,
    /// Arrow IPC: a file, or a stream on standard output.
    Arrow,
}

/// One question to a server.
#[derive(Debug, Clone)]
pub struct Request {
    /// The server.
    pub url: String,
    /// Its token.
    pub token: Option<Secret>,
    /// The query.
    pub query: String,
    /// How to write the answer.
    pub format: Format,
    /// File to write to; standard output when `None`.
    pub output: Option<PathBuf>,
    /// Most rows that a table shows; all when `None`.
    pub table_rows: Option<usize>,
}

/// Writes batches of one schema in one format.
trait RowsWriter {
    /// Writes rows. `false` when no more are wanted.
    ///
    /// # Errors
    ///
    /// [`Error::Output`], or one that says which value cannot be written.
    fn write(&mut self, batch: &RecordBatch) -> Result<bool>;

    /// Writes what closes the document.
    ///
    /// # Errors
    ///
    /// [`Error::Output`].
    fn finish(self: Box<Self>) -> Result<()>;
}

/// Asks the server and writes the answer.
///
/// # Errors
///
/// [`Error::Url`] or [`Error::Connect`] when there is no server, [`Error::Answer`] when it refuses, [`Error::Output`]
/// or [`Error::Format`] when the answer cannot be written.
pub async fn run(request: Request) -> Result<()> {
    let mut connection = connection::open(&request.url, request.token.as_ref()).await?;
    let mut batches = connection::ask(&mut connection, &request.query).await?;
    let (output, sink) = Output::open(request.output.as_deref())?;
    let mut writer = writer(&request, sink, &batches.schema)?;
    while let Some(batch) = batches.stream.try_next().await? {
        match writer.write(&batch) {
            Ok(true) => {}
            Ok(false) => break,
            // A reader that has gone away (`| head`) wants no more.
            Err(Error::Output { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    match writer.finish().and_then(|()| output.complete()) {
        Err(Error::Output { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Asks the server for one text: the first value of the answer.
///
/// # Errors
///
/// As [`run`]; [`Error::Protocol`] when the answer is no text.
pub async fn text(url: &str, token: Option<&Secret>, query: &str) -> Result<String> {
    let mut connection = connection::open(url, token).await?;
    let mut batches = connection::ask(&mut connection, query).await?;
    let mut text = None;
    while let Some(batch) = batches.stream.try_next().await? {
        let column = batch
            .columns()
            .first()
            .and_then(|column| cast(column, &DataType::Utf8).ok());
        let value = column
            .as_ref()
            .and_then(|column| column.as_string::<i32>().iter().next().flatten());
        if let Some(value) = value {
            text.get_or_insert_with(|| value.to_owned());
        }
    }
    text.ok_or_else(|| Error::Protocol {
        source: Box::new(FlightError::DecodeError("the answer is no text".to_owned())),
    })
}

fn writer(request: &Request, sink: Sink, schema: &SchemaRef) -> Result<Box<dyn RowsWriter>> {
    Ok(match request.format {
        Format::Table => Box::new(table::TableWriter::new(sink, schema, request.table_rows)),
        Format::Csv => Box::new(csv::CsvWriter::new(sink, schema)?),
        Format::Json => Box::new(json::JsonWriter::new(sink)),
        Format::Geojson => Box::new(geojson::GeojsonWriter::new(sink, schema)?),
        Format::Arrow if request.output.is_some() => Box::new(arrow_ipc::FileWriter::new(sink, schema)?),
        Format::Arrow => Box::new(arrow_ipc::StreamWriter::new(sink, schema)?),
    })
}
