//! What can go wrong.

use std::error::Error as StdError;
use std::path::PathBuf;

/// A result whose error is this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure; the variants say what failed on what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file with what to ask could not be read.
    #[error("cannot read {}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// What to ask is not in the expected form.
    #[error("cannot convert to or from JSON")]
    Json {
        /// What the JSON library said.
        #[from]
        source: serde_json::Error,
    },

    /// The program's runtime did not start.
    #[error("cannot start the runtime")]
    Runtime {
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The answers could not be printed.
    #[error("cannot write to standard output")]
    Write {
        /// What the operating system said.
        source: std::io::Error,
    },

    /// Batches cannot be read.
    #[error("cannot read the batches")]
    Batches {
        /// What the Arrow library said.
        source: arrow::error::ArrowError,
    },

    /// The address cannot be listened on.
    #[error("cannot listen")]
    Listen {
        /// What the operating system said.
        source: std::io::Error,
    },

    /// A file of records cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Records {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },

    /// Nobody answers at the address.
    #[error("cannot connect to {url}")]
    Connect {
        /// The address.
        url: String,
        /// What the transport said.
        source: tonic::transport::Error,
    },

    /// The Flight SQL server refused a statement.
    #[error("the server does not answer: {text}")]
    Flight {
        /// The statement.
        text: String,
        /// What it said.
        source: Box<arrow_flight::error::FlightError>,
    },

    /// `PostgreSQL` did not connect or refused a statement.
    #[error("the server does not answer: {text}")]
    Postgres {
        /// The statement, or what was tried.
        text: String,
        /// What it said.
        source: tokio_postgres::Error,
    },

    /// An answer has a column of a type that is not hashed.
    #[error("column {column} is a {data_type}, which the race does not hash")]
    ColumnType {
        /// The column.
        column: String,
        /// Its type.
        data_type: String,
    },

    /// A value could not be rendered.
    #[error("cannot render a value")]
    Render {
        /// What Arrow said.
        #[from]
        source: arrow::error::ArrowError,
    },

    /// A parameter is neither text nor a number.
    #[error("a parameter is text or a number, found {found}")]
    Parameter {
        /// The value.
        found: serde_json::Value,
    },
}

/// The message of an error and of all that caused it.
pub fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
