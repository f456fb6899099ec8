//! The server as its clients see it. One program, because each that holds the server takes a minute to build.

#![expect(clippy::unwrap_used, reason = "tests")]

mod access;
#[path = "../fixture/mod.rs"]
mod fixture;
mod guarded;
mod metadata;
mod parameters;
mod plain_flight;
mod query;
mod schemas;
mod session;
mod writes;
