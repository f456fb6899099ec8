//! `pilji query`.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;

use super::block_on;
use crate::client::{self, Format, Request};
use crate::config::{Config, Override};
use crate::error::{Error, Result};

/// What can be typed after `pilji query`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pilji query \"SELECT pnu, jimok FROM parcel WHERE emd_nm = '청운동' LIMIT 10\"
  pilji query --format geojson --output 청운동.geojson \"SELECT geometry, pnu, jimok FROM parcel WHERE emd_nm = '청운동'\"
  pilji query --format csv - < report.sql > report.csv
  pilji query \"SHOW TABLES\"
")]
pub struct Arguments {
    /// The query in SQL; `-` reads it from standard input.
    #[arg(value_name = "TEXT")]
    query: String,
    /// Server to ask [environment: `PILJI_URL`] [default: `http://127.0.0.1:50051`].
    #[arg(long)]
    url: Option<String>,
    /// The server's token; `PILJI_TOKEN` keeps it out of the list of processes.
    #[arg(long)]
    token: Option<String>,
    /// How to write the answer. csv: RFC 4180, geometry as WKT; json: an array with one object a line, geometry as
    /// WKT; geojson: a `FeatureCollection`; arrow: an IPC file with --output, an IPC stream otherwise.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// File to write to, in place of standard output; appears when it is complete.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Most rows that `table` prints; 0 prints all.
    #[arg(long, value_name = "ROWS", default_value_t = 1000)]
    limit: usize,
}

impl Arguments {
    /// The settings given by flags.
    pub fn overrides(&self) -> Vec<Override> {
        let url = self.url.iter().map(|url| ("url", url.clone()));
        let token = self.token.iter().map(|token| ("token", token.clone()));
        url.chain(token).collect()
    }
}

/// Asks the server and writes the answer.
///
/// # Errors
///
/// Those of [`client::run`]; [`Error::ReadQuery`] when standard input cannot be read.
pub fn run(arguments: &Arguments, config: &Config) -> Result<()> {
    let query = if arguments.query == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|source| Error::ReadQuery { source })?;
        text
    } else {
        arguments.query.clone()
    };
    let request = Request {
        url: config.url.clone(),
        token: config.token.clone(),
        query,
        format: arguments.format,
        output: arguments.output.clone(),
        table_rows: (arguments.limit > 0).then_some(arguments.limit),
    };
    block_on(client::run(request))
}
