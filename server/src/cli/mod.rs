//! The command line: what can be typed, and which function answers.

mod aligned;
mod connection;
mod dataset;
mod dsl;
mod ingest;
mod model;
mod query;
mod sample;
mod serve;

use std::future::Future;
use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use pilji_catalog::Variables;
use tokio::runtime::Runtime;
use tracing::warn;

use crate::config::{self, Config, Override};
use crate::error::{Error, Result, chain};
use crate::telemetry;

/// Serves cadastral parcels (필지) from plain files over Arrow Flight SQL.
#[derive(Debug, Parser)]
#[command(name = "pilji", version, max_term_width = 110, after_help = EXAMPLES)]
pub struct Cli {
    /// Settings in TOML; every one can also come from the environment (`pilji config` lists them).
    #[arg(long, global = true, value_name = "FILE", env = "PILJI_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  pilji sample --out input --parcels 100000 --sigungu 11110,41173
  pilji ingest input/*.zip --warehouse warehouse
  pilji serve --warehouse warehouse
  pilji query \"SELECT jimok, count(*) FROM parcel GROUP BY jimok ORDER BY 2 DESC\"
";

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes made-up input in the official format, to try everything out.
    Sample(sample::Arguments),
    /// Reads shapefiles, CSV or Parquet files and publishes them as a dataset.
    Ingest(ingest::Arguments),
    /// Lists, describes, vacuums and drops datasets.
    Dataset(dataset::Arguments),
    /// Names places with users' data: folders and S3-compatible stores.
    Connection(connection::Arguments),
    /// Names users' data: makes tables of files where they are.
    Model(model::Arguments),
    /// Serves the datasets of a warehouse over Flight SQL.
    Serve(serve::Arguments),
    /// Asks a server and prints the answer.
    Query(query::Arguments),
    /// Checks, formats and explains texts in `PiljiQL`.
    Dsl(dsl::Arguments),
    /// Prints the page that describes every setting.
    Config,
    /// Prints the page that describes every SQL function that Pilji adds.
    Functions,
}

impl Command {
    /// Which events are logged where the settings do not say.
    fn log_filter(&self) -> &'static str {
        match self {
            Self::Serve(_) => "warn,pilji=info",
            Self::Sample(_)
            | Self::Ingest(_)
            | Self::Connection(_)
            | Self::Dataset(_)
            | Self::Model(_)
            | Self::Query(_)
            | Self::Dsl(_)
            | Self::Config
            | Self::Functions => "warn",
        }
    }

    /// The settings that flags of the command give.
    fn overrides(&self) -> Vec<Override> {
        match self {
            Self::Sample(_) | Self::Config | Self::Functions => Vec::new(),
            Self::Ingest(arguments) => arguments.overrides(),
            Self::Dataset(arguments) => arguments.overrides(),
            Self::Connection(arguments) => arguments.overrides(),
            Self::Model(arguments) => arguments.overrides(),
            Self::Serve(arguments) => arguments.overrides(),
            Self::Query(arguments) => arguments.overrides(),
            Self::Dsl(arguments) => arguments.overrides(),
        }
    }
}

/// Runs the command that was typed.
///
/// # Errors
///
/// Whatever the command fails with; its message is for the person at the terminal.
pub fn run(cli: &Cli) -> Result<()> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let (config, unknown_variables) = config::load(cli.config.as_deref(), variables, &cli.command.overrides())?;
    telemetry::install(config.log.filter.as_deref().unwrap_or(cli.command.log_filter()))?;
    for variable in unknown_variables {
        warn!(variable, "no such setting; ignored");
    }
    match &cli.command {
        Command::Sample(arguments) => sample::run(arguments),
        Command::Ingest(arguments) => ingest::run(arguments, &config),
        Command::Dataset(arguments) => dataset::run(arguments, &config),
        Command::Connection(arguments) => connection::run(arguments, &config),
        Command::Model(arguments) => model::run(arguments, &config),
        Command::Serve(_) => serve::run(&config),
        Command::Query(arguments) => query::run(arguments, &config),
        Command::Dsl(arguments) => dsl::run(arguments, &config),
        Command::Config => print(&config::page()?),
        Command::Functions => print(&pilji_udfs::functions_page()),
    }
}

/// Tells the person at the terminal why the command failed.
pub fn report(error: &Error) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "error: {}", chain(error));
}

/// Writes to standard output. A reader that has gone away (`| head`) is no failure.
fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::Output {
            target: "standard output".to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Writes a value to standard output, for programs.
fn print_json(value: &serde_json::Value) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|source| Error::Json { source })?;
    print(&(text + "\n"))
}

/// The variables of the environment in which connections look for secrets.
fn variables() -> Variables {
    let variables = std::env::vars_os();
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Runs a future to its end on threads of its own.
fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    Runtime::new()
        .map_err(|source| Error::Threads { source })?
        .block_on(future)
}

fn warehouse(config: &Config) -> Result<PathBuf> {
    config.warehouse.clone().ok_or(Error::WarehouseNotSet)
}

/// The text of a path, for an override; what is not Unicode is shown with its bytes lost.
fn text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_functions_page_in_docs_is_the_one_the_code_renders() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/functions.md");
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        let fresh = stored == pilji_udfs::functions_page();
        assert!(
            fresh,
            "docs/functions.md is stale: run `pilji functions > docs/functions.md`"
        );
    }
}
