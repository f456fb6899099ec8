//! What can go wrong in the server and on the command line; `status` says what a client is told of it.

mod details;
mod status;

use std::error::Error as StdError;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use tonic::Code;

pub use crate::engine::WrongText;

/// A result whose error is this crate's [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure; the variants say what failed on what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file with settings could not be read.
    #[error("cannot read the settings in {}", path.display())]
    ConfigRead {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The file with settings is not TOML, or names an unknown setting, or has a value of the wrong kind.
    #[error("{}:{line}: {message}", path.display())]
    ConfigFile {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },

    /// A setting from the environment or a flag is of the wrong kind.
    #[error("invalid setting")]
    ConfigInvalid {
        /// What is wrong with which setting.
        source: Box<config::ConfigError>,
    },

    /// A value could not be written as or read from JSON.
    #[error("cannot convert to or from JSON")]
    Json {
        /// What the JSON library said.
        source: serde_json::Error,
    },

    /// A command needs a warehouse and none is set.
    #[error("no warehouse given: add `--warehouse DIR`, or set PILJI_WAREHOUSE")]
    WarehouseNotSet,

    /// A vacuum was to remove files that a ticket may still ask for.
    #[error(
        "a grace period of {grace} is shorter than the {lifetime} for which a ticket can be redeemed (`ticket.lifetime_secs`): \
         running queries would lose their files; give `--grace {lifetime}` or more"
    )]
    GraceTooShort {
        /// The period asked for.
        grace: String,
        /// The lifetime of a ticket.
        lifetime: String,
    },

    /// A dataset was to be dropped and nobody said yes.
    #[error("dataset {dataset:?} was not dropped: type its name when asked, or add `--yes`")]
    NotConfirmed {
        /// The dataset.
        dataset: String,
    },

    /// The filter for log events cannot be understood.
    #[error("invalid log filter {filter:?}")]
    LogFilter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },

    /// The threads of the program could not be started.
    #[error("cannot start threads")]
    Threads {
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The random numbers for the ticket secret could not be had.
    #[error("no random numbers from the operating system")]
    Random,

    /// The server was to listen beyond this machine without authentication.
    #[error(
        "refusing to listen on {listen} without a token: everybody who reaches the port could read everything; \
         set PILJI_TOKEN (or `token` in the settings file), or listen on 127.0.0.1"
    )]
    TokenNeeded {
        /// The address asked for.
        listen: SocketAddr,
    },

    /// The token cannot be sent in a header.
    #[error("the token must be 1 to 1000 printable ASCII characters without spaces")]
    TokenText,

    /// The address could not be listened on.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The server stopped on a failure of the network layer.
    #[error("the server failed")]
    Serve {
        /// What the network layer said.
        source: tonic::transport::Error,
    },

    /// A signal handler could not be installed.
    #[error("cannot wait for signals")]
    Signal {
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The warehouse failed.
    #[error(transparent)]
    Catalog(#[from] pilji_catalog::Error),

    /// Reading, converting or publishing input failed.
    #[error(transparent)]
    Ingest(#[from] pilji_ingest::Error),

    /// A view cannot be read.
    #[error("the view {view} cannot be read: {cause}")]
    View {
        /// The view, with its owner.
        view: String,
        /// Why.
        cause: Box<Error>,
    },

    /// The text is a statement, but not one that is accepted.
    #[error(
        "only queries are accepted (SELECT, WITH, VALUES, EXPLAIN, SHOW, DESCRIBE), and CREATE TABLE, CREATE VIEW, \
         INSERT, DROP and COMMENT ON: found {found}"
    )]
    NotAQuery {
        /// The statement's first words.
        found: String,
    },

    /// The text holds more than one statement.
    #[error("more than one statement: send them one by one")]
    ManyStatements,

    /// A query has a clause that would change nothing in the answer although it asks for something.
    #[error("{clause} is not supported: {instead}")]
    Clause {
        /// The clause.
        clause: String,
        /// What to write instead.
        instead: String,
    },

    /// A table function is given something that it cannot answer.
    #[error("{function}: {reason}; write {usage}")]
    FunctionArguments {
        /// The function.
        function: &'static str,
        /// What is wrong with its arguments.
        reason: String,
        /// What is right.
        usage: &'static str,
    },

    /// A file with a text could not be read.
    #[error("cannot read {}", file.display())]
    InputText {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// A text in `PiljiQL` makes no sense.
    #[error("{}", pilji_dsl::render(&.0.text, &.0.diagnostics))]
    PiljiQl(Box<WrongText>),

    /// An unquoted name is several columns.
    #[error("column {name:?} is ambiguous: the table has {}; put the one that is meant into double quotes", columns.join(", "))]
    AmbiguousColumn {
        /// The name as the query has it.
        name: String,
        /// The columns that differ from it by capitals only, quoted.
        columns: Vec<String>,
    },

    /// A query names a table that does not exist.
    #[error("table {name:?} not found; {}", known_tables(known))]
    TableNotFound {
        /// The name as the query has it.
        name: String,
        /// The tables that exist.
        known: Vec<String>,
    },

    /// A table function names a dataset that does not exist.
    #[error("no dataset {name:?}; {}", known_datasets(known))]
    DatasetNotFound {
        /// The name as the query has it.
        name: String,
        /// The datasets that exist.
        known: Vec<String>,
    },

    /// A statement would change a table that belongs to somebody else.
    #[error("table {table:?} belongs to {owner}, and you are {own}: make and change tables in your own schema")]
    NotYours {
        /// The table.
        table: String,
        /// Whose it is.
        owner: String,
        /// Who asks.
        own: String,
    },

    /// A statement would change a dataset.
    #[error(
        "{name} is a dataset, which SQL does not change: `pilji ingest` publishes, `pilji dataset drop {name}` removes{}",
        own.as_ref().map(|own| format!("; write {own} for your own table")).unwrap_or_default()
    )]
    DatasetInSql {
        /// The dataset.
        name: String,
        /// The full name of a table of the same name that the one who asks has.
        own: Option<String>,
    },

    /// Parameters are not written as they can be, or the values are not theirs.
    #[error("{reason}")]
    Parameters {
        /// What is wrong.
        reason: String,
    },

    /// A value cannot be that of its parameter.
    #[error("parameter {parameter}: {reason}")]
    Value {
        /// The parameter, as `$1` or `$name`.
        parameter: String,
        /// What is wrong.
        reason: String,
    },

    /// A query was to run whose parameters have no values.
    #[error("the parameters have no values: bind {}, or write values into the text", parameters.join(", "))]
    Unbound {
        /// The parameters, as `$1` or `$name`.
        parameters: Vec<String>,
    },

    /// A session has no such option.
    #[error("there is no option {name:?}; options are {}", known.join(", "))]
    UnknownOption {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },

    /// An option cannot have a value.
    #[error("{name} cannot be {value:?}: expected {expected}")]
    OptionValue {
        /// The option.
        name: String,
        /// The value.
        value: String,
        /// What it can be.
        expected: String,
    },

    /// A query has been broken off.
    #[error("the query was cancelled")]
    Cancelled,

    /// A query took too long.
    #[error("the query took longer than {} and was broken off: set statement_timeout higher, or ask for less", shown(*limit))]
    Timeout {
        /// The longest time that it may take.
        limit: Duration,
    },

    /// There is no such query among those of the caller that run.
    #[error("no query {id:?} of yours is running")]
    NoQuery {
        /// Its id.
        id: String,
    },

    /// A request names something that the server does not do.
    #[error("{what} not supported")]
    Unsupported {
        /// What was asked for, in the plural.
        what: &'static str,
    },

    /// A thread that worked on a request panicked or was stopped.
    #[error("the work was cut off")]
    Crashed {
        /// What the task's runtime said, or the panic.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A query could not be planned or run.
    #[error(transparent)]
    Query(#[from] DataFusionError),

    /// Rows could not be brought into the form in which they are sent or written.
    #[error("cannot convert rows")]
    Rows(#[from] ArrowError),

    /// A ticket or handle is not one of this server's, or was changed.
    #[error("not a ticket of this server: run the query again to get one")]
    TicketForged,

    /// A ticket or handle is older than it may be.
    #[error("the {kind} has expired: {remedy}")]
    TicketExpired {
        /// `ticket` or `prepared statement`.
        kind: &'static str,
        /// What to do.
        remedy: &'static str,
    },

    /// A request without a valid token.
    #[error("not authenticated: send the server's token as `authorization: Bearer …`, or as the password of any user")]
    NotAuthenticated,

    /// A request message could not be understood.
    #[error("malformed request: {reason}")]
    Request {
        /// What is wrong.
        reason: String,
    },

    /// The server asked for a token, and none or a wrong one was sent.
    #[error("the server wants its token: set PILJI_TOKEN, or add `--token TOKEN`")]
    TokenWanted,

    /// The URL of the server cannot be used.
    #[error("not a server URL: {url:?}: expected http://HOST:PORT or https://HOST:PORT")]
    Url {
        /// The URL.
        url: String,
    },

    /// No connection to the server.
    #[error("cannot connect to {url}: is `pilji serve` running there?")]
    Connect {
        /// The URL.
        url: String,
        /// What the network layer said.
        source: tonic::transport::Error,
    },

    /// The server answered with an error.
    #[error("{}{message}", code_words(*code))]
    Answer {
        /// The gRPC code.
        code: Code,
        /// The server's message.
        message: String,
        /// What is wrong with a text in `PiljiQL`, as JSON.
        diagnostics: Option<String>,
    },

    /// The server's answer could not be understood.
    #[error("cannot understand the server's answer")]
    Protocol {
        /// What the Flight library said.
        source: Box<arrow_flight::error::FlightError>,
    },

    /// There is nothing to derive areas from.
    #[error("dataset {dataset} has no parcels{}", of_codes(codes))]
    NoParcels {
        /// The dataset.
        dataset: String,
        /// The first digits of their codes; empty when all were asked for.
        codes: String,
    },

    /// Geometry could not be dissolved or measured.
    #[error("cannot make the area of 법정동 code {code}")]
    Areas {
        /// The code of the area.
        code: String,
        /// Why.
        source: pilji_udfs::Error,
    },

    /// A file of areas could not be written.
    #[error("cannot write {}", file.display())]
    AreaFile {
        /// The file.
        file: std::path::PathBuf,
        /// What the Parquet library said.
        source: parquet::errors::ParquetError,
    },

    /// Output could not be written.
    #[error("cannot write {target}")]
    Output {
        /// A file's path or `standard output`.
        target: String,
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The value of a flag cannot be understood.
    #[error("{flag} {given:?}: {message}")]
    Usage {
        /// The flag.
        flag: &'static str,
        /// What was given.
        given: String,
        /// What is wrong with it, and what is expected.
        message: String,
    },

    /// The editor could not be started, or failed.
    #[error("the editor `{editor}` failed ({reason}); set EDITOR to another one")]
    Editor {
        /// The editor as it is set.
        editor: String,
        /// How it ended.
        reason: String,
    },

    /// A text was edited and could not be kept.
    #[error("nothing was changed; what you wrote is in {}", path.display())]
    Draft {
        /// The file with the text.
        path: PathBuf,
        /// Why it could not be kept.
        source: Box<Self>,
    },

    /// The text of the query could not be read.
    #[error("cannot read the query from standard input")]
    ReadQuery {
        /// What the operating system said.
        source: std::io::Error,
    },

    /// The result cannot be written in the format asked for.
    #[error("cannot write this result as {format}: {reason}")]
    Format {
        /// The format's name.
        format: &'static str,
        /// Why not, with a remedy.
        reason: String,
    },

    /// A geometry in the result is not valid WKB.
    #[error("row {row}: column {column:?} is not a WKB geometry: {reason}")]
    Geometry {
        /// Row of the result, from 1.
        row: u64,
        /// The column.
        column: String,
        /// What the geometry library said.
        reason: String,
    },
}

fn known_tables(known: &[String]) -> String {
    listed("tables", known)
}

fn known_datasets(known: &[String]) -> String {
    listed("datasets", known)
}

fn listed(what: &str, known: &[String]) -> String {
    const SHOWN: usize = 20;
    match known.len() {
        0 => format!("the warehouse has no {what} yet"),
        1..=SHOWN => format!("{what} are {}", known.join(", ")),
        n_known => format!("{what} are {} and {} more", known[..SHOWN].join(", "), n_known - SHOWN),
    }
}

/// What precedes a server's message: nothing where the message says it all.
fn of_codes(codes: &str) -> String {
    if codes.is_empty() {
        String::new()
    } else {
        format!(" with codes that begin with {codes}")
    }
}

fn code_words(code: Code) -> &'static str {
    match code {
        Code::Unavailable => "server unavailable: ",
        Code::Internal | Code::Unknown => "the server failed: ",
        Code::ResourceExhausted => "out of resources: ",
        _ => "",
    }
}

/// Joins the messages of an error and its causes with colons; a cause that the message before it says already is left
/// out.
#[must_use]
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}

/// A duration as people write it: `1.5 s`.
fn shown(duration: Duration) -> String {
    match duration.as_millis() {
        milliseconds if milliseconds < 1000 => format!("{milliseconds} ms"),
        _ => format!("{} s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let error = Error::ConfigRead {
            path: "x.toml".into(),
            source: std::io::Error::other("gone"),
        };
        assert_eq!(chain(&error), "cannot read the settings in x.toml: gone");
    }
}
