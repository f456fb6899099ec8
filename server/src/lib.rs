//! Pilji: an Arrow Flight SQL server for Korea's cadastral parcels (필지), and the command line around it.
//!
//! Reading order: [`cli`] (what can be typed), [`config`] (settings), [`server`] (bind, serve, drain), [`flight`]
//! (requests of the protocol), [`engine`] (text to batches; knows nothing of Flight), [`wire_schema`] (the types that
//! leave the server), [`client`] (`pilji query`).

pub mod areas;
pub mod auth;
pub mod cli;
pub mod client;
pub mod config;
pub mod engine;
pub mod error;
pub mod flight;
pub mod progress;
pub mod runtime;
pub mod server;
pub mod sessions;
pub mod telemetry;
pub mod ticket;
pub mod wire_schema;

pub use error::{Error, Result};
