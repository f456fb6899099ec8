//! Every setting of the program: plain data, read once, passed by value.
//!
//! [`load`] layers the sources (defaults, file, environment, flags); [`page`] renders `docs/config.md` from the doc
//! comments below, so that the page cannot say something else than the code.

mod load;
mod page;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

pub use load::{Override, load};
pub use page::page;

/// Settings of the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder that holds the datasets. Needed by `ingest` and `serve`; flag `--warehouse`.
    pub warehouse: Option<PathBuf>,
    /// Address and port on which `serve` listens; flag `--listen`. An address beyond loopback needs a `token`.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Server that `query` asks; flag `--url`.
    pub url: String,
    /// Secret that clients must present to `serve`, and that `query` presents: as `Bearer` token or as the password
    /// of any user; `name:token` as `Bearer` tells the user's name too. Without one, `serve` answers everybody, and
    /// therefore listens on loopback only. Printable ASCII.
    /// Flag `--token` of `query`; `serve` takes it from the file or the environment, because a flag shows in the
    /// list of processes.
    pub token: Option<Secret>,
    /// Longest time, in seconds, that running queries get to finish after Ctrl-C or SIGTERM. A second signal ends
    /// the server at once.
    pub drain_timeout_secs: u64,
    /// Folders of the server below which the files of tables that users make by SQL must lie; several are separated by
    /// `:` in the environment. When there are any, tables whose files lie elsewhere are not read either; connections
    /// are not concerned. Without any, SQL makes tables of connections only (`pilji model register` makes others).
    #[serde(deserialize_with = "paths")]
    pub roots: Vec<PathBuf>,
    /// How queries run.
    pub query: QueryConfig,
    /// Tickets and handles that the server gives to clients.
    pub ticket: TicketConfig,
    /// What the server remembers of its clients.
    pub session: SessionConfig,
    /// What is logged, to standard error.
    pub log: LogConfig,
}

/// How queries run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QueryConfig {
    /// Memory, in bytes, that all running queries together may use for sorting, joining and grouping. Unset: 60 % of
    /// the machine's memory, or of the container's limit where that is lower. The server takes some 70 MB beside it;
    /// where memory is short, `MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072` in its environment keeps the C library
    /// from hoarding what was freed, which makes scans of large columns up to half as fast.
    pub memory_bytes: Option<u64>,
    /// Number of threads that plan and run queries. Unset: one per core.
    pub threads: Option<usize>,
    /// Rows for which a large answer is given another endpoint, so that clients read it in several streams at once; `0`
    /// for one stream always. It is done where rows have no order and each is made of one row of a dataset. Unset: 262144.
    pub endpoint_rows: Option<u64>,
    /// Folder for sorts and joins that do not fit into memory. Unset: the system's folder for temporary files.
    pub spill_directory: Option<PathBuf>,
    /// Disk space, in bytes, that such spilled data may take. Unset: 100 GiB.
    pub spill_bytes: Option<u64>,
}

/// Tickets and handles that the server gives to clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TicketConfig {
    /// Secret that signs tickets and prepared-statement handles. Servers with the same one accept each other's, and those
    /// from before a restart. Unset: one made of the `token`; without that, a random one at each start.
    pub secret: Option<Secret>,
    /// Time, in seconds, within which a ticket must be redeemed.
    pub lifetime_secs: u64,
    /// Time, in seconds, for which a prepared statement can be used.
    pub prepared_lifetime_secs: u64,
}

/// What the server remembers of its clients: the options that they have set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// Number of clients whose options are kept. Beyond it, those of the client that has been silent longest are forgotten.
    pub max: usize,
    /// Time of silence, in seconds, after which a client's options are forgotten.
    pub idle_secs: u64,
}

/// What is logged, to standard error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Which events are logged: `error`, `warn`, `info`, `debug` or `trace`, also per module
    /// (`warn,pilji=debug`). `pilji=debug` logs the text of queries. Unset: `warn,pilji=info` for `serve`, `warn` for
    /// the other commands.
    pub filter: Option<String>,
}

/// A text that must not show up in logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Default for Config {
    fn default() -> Self {
        Self {
            warehouse: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 50051)),
            url: "http://127.0.0.1:50051".to_owned(),
            token: None,
            drain_timeout_secs: 60,
            roots: Vec::new(),
            query: QueryConfig::default(),
            ticket: TicketConfig::default(),
            session: SessionConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Default for TicketConfig {
    fn default() -> Self {
        Self {
            secret: None,
            lifetime_secs: 3600,
            prepared_lifetime_secs: 86_400,
        }
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            max: 10_000,
            idle_secs: 86_400,
        }
    }
}

/// A list of paths, or one text in which `:` separates them.
fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Paths {
        List(Vec<PathBuf>),
        Text(String),
    }
    Ok(match Paths::deserialize(deserializer)? {
        Paths::List(paths) => paths,
        Paths::Text(text) => std::env::split_paths(&text)
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
    })
}

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
