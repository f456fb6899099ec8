//! Compiled clients of the race: the same statements through Flight SQL and through the protocol of `PostgreSQL`.
//!
//! The harness in `race/` starts the servers, writes what is to be asked as JSON, runs this program and reads the times from
//! its standard output. `ask` says what goes in and out, `flight` and `postgres` are the two clients, `digest` hashes
//! answers as the harness does. `records` asks what sqllogictest files ask, for `make suites`; `bare` is the server that Pilji's
//! transport is compared with, for `make transport`.

mod ask;
mod bare;
mod digest;
mod error;
mod flight;
mod postgres;
mod records;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::ask::{Answered, Work};
use crate::error::{Error, Result};

/// Asks a server what files say and prints what came of it, as JSON.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Whom to ask, and what.
    #[command(subcommand)]
    server: Server,
    /// What to ask, as JSON.
    #[arg(long, value_name = "FILE", global = true, default_value = "asks.json")]
    asks: PathBuf,
}

/// Whom to ask.
#[derive(Debug, Subcommand)]
enum Server {
    /// A Flight SQL server, with statements prepared beforehand: the time is that of `GetFlightInfo` and `DoGet`.
    Flight {
        /// Address, as `http://127.0.0.1:50051`.
        #[arg(long)]
        url: String,
    },
    /// A `PostgreSQL` server, with statements prepared beforehand and parameters.
    Postgres {
        /// Connection string, as `postgresql://user@127.0.0.1:5432/database`.
        #[arg(long, env = "PILJI_BENCH_POSTGRES", hide_env_values = true)]
        url: String,
    },
    /// Nobody: be a server that sends the batches of a file and does nothing else, to compare with. Prints its address.
    Bare {
        /// The batches, as an Arrow stream.
        #[arg(long, value_name = "FILE")]
        batches: PathBuf,
    },
    /// A Flight SQL server, with the records of sqllogictest files: a line of JSON for each, with its outcome.
    Records {
        /// Address, as `http://127.0.0.1:50051`.
        #[arg(long)]
        url: String,
        /// The folder that the names of the files are told from.
        #[arg(long)]
        root: PathBuf,
        /// The files.
        files: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {}", error::chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let mut builder = match &arguments.server {
        // As many threads as Pilji has for its sockets.
        Server::Bare { .. } => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|source| Error::Runtime { source })?;
    let mut out = std::io::stdout().lock();
    if let Server::Records { url, root, files } = &arguments.server {
        let mut report = |outcome: &records::Outcome| {
            serde_json::to_writer(&mut out, outcome)?;
            writeln!(out).map_err(|source| Error::Write { source })
        };
        return runtime.block_on(records::ask(url, root, files, &mut report));
    }
    if let Server::Bare { batches } = &arguments.server {
        let ready = |address| {
            writeln!(out, "{address}")
                .and_then(|()| out.flush())
                .map_err(|source| Error::Write { source })
        };
        return runtime.block_on(bare::serve(batches, ready));
    }
    let file = &arguments.asks;
    let text = fs::read(file).map_err(|source| Error::Read {
        file: file.clone(),
        source,
    })?;
    let works: Vec<Work> = serde_json::from_slice(&text)?;
    let answered = runtime.block_on(ask_everything(&arguments.server, &works))?;
    serde_json::to_writer(&mut out, &answered)?;
    writeln!(out).map_err(|source| Error::Write { source })
}

async fn ask_everything(server: &Server, works: &[Work]) -> Result<Vec<Answered>> {
    match server {
        Server::Flight { url } => ask::everything(&mut flight::Flight::connect(url).await?, works).await,
        Server::Postgres { url } => ask::everything(&mut postgres::Postgres::connect(url).await?, works).await,
        Server::Records { .. } | Server::Bare { .. } => Ok(Vec::new()),
    }
}
