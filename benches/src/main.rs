//! Compiled clients of the race: the same statements through Flight SQL and through the protocol of `PostgreSQL`.
//!
//! The harness in `race/` starts the servers, writes what is to be asked as JSON, runs this program and reads the times from
//! its standard output. `ask` says what goes in and out, `flight` and `postgres` are the two clients, `digest` hashes
//! answers as the harness does.

mod ask;
mod digest;
mod error;
mod flight;
mod postgres;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::ask::{Answered, Work};
use crate::error::{Error, Result};

/// Asks a server what a file says and prints how long each answer took, as JSON.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Whom to ask.
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
    let file = &arguments.asks;
    let text = fs::read(file).map_err(|source| Error::Read {
        file: file.clone(),
        source,
    })?;
    let works: Vec<Work> = serde_json::from_slice(&text)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Runtime { source })?;
    let answered = runtime.block_on(ask_everything(&arguments.server, &works))?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answered)?;
    writeln!(out).map_err(|source| Error::Write { source })
}

async fn ask_everything(server: &Server, works: &[Work]) -> Result<Vec<Answered>> {
    match server {
        Server::Flight { url } => ask::everything(&mut flight::Flight::connect(url).await?, works).await,
        Server::Postgres { url } => ask::everything(&mut postgres::Postgres::connect(url).await?, works).await,
    }
}
