//! `pilji serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{text, variables, warehouse};
use crate::config::{Config, Override};
use crate::error::Result;
use crate::server;

/// What can be typed after `pilji serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without a token the server answers everybody, and therefore listens on this machine only. To open it to others:

  PILJI_TOKEN=$(openssl rand -hex 24) pilji serve --warehouse warehouse --listen 0.0.0.0:50051

Clients send the token as `authorization: Bearer …`, or as the password of any user. Ctrl-C lets running queries
finish; a second Ctrl-C does not. `pilji config` lists all settings.
")]
pub struct Arguments {
    /// Folder that holds the datasets [environment: `PILJI_WAREHOUSE`].
    #[arg(long, value_name = "DIR")]
    warehouse: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one [environment: `PILJI_LISTEN`] [default: 127.0.0.1:50051].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Arguments {
    /// The settings given by flags.
    pub fn overrides(&self) -> Vec<Override> {
        let warehouse = self.warehouse.iter().map(|dir| ("warehouse", text(dir)));
        let listen = self.listen.iter().map(|address| ("listen", address.to_string()));
        warehouse.chain(listen).collect()
    }
}

/// Serves until a signal comes.
///
/// # Errors
///
/// Those of [`server::run`].
pub fn run(config: &Config) -> Result<()> {
    server::run(config, &warehouse(config)?, variables())
}
