//! Connections: named places with users' data, folders and S3-compatible stores.
//!
//! A connection is a TOML text in the warehouse, `_connections/{name}/{revision}.toml`, so that every server on the
//! warehouse has it. Secrets are not in it: it names the environment variable or the file that holds one.
//!
//! Reading order: [`ConnectionConfig`] (what is kept), [`Connections`] (the registry), [`ConnectedStore`] (what is read
//! from), [`Probe`] (whether that works).

mod config;
mod probe;
mod registry;
mod store;
mod variables;

pub use config::{ConnectionConfig, S3Config};
pub use probe::Probe;
pub use registry::{Connection, Connections, ListedConnection};
pub use store::ConnectedStore;
pub use variables::Variables;
