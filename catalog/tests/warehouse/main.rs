//! The warehouse from the outside. One program, because each that reads through `DataFusion` takes a minute to build.

#![expect(clippy::unwrap_used, reason = "tests")]

mod access_plan;
#[path = "../fixture/mod.rs"]
mod fixture;
mod join_pruning;
mod models;
mod places;
mod plain_trees;
mod publish;
mod scan;
mod text_files;
#[path = "../trees/mod.rs"]
mod trees;
mod vintages;
