//! `pilji dataset drop`.

use std::io::{IsTerminal, Write};

use clap::Args;
use pilji_catalog::{Dataset, Warehouse};
use serde_json::json;

use super::text::{bytes, count};
use super::{Named, block_on, existing, show_as};
use crate::error::{Error, Result};

/// What can be typed after `pilji dataset drop`.
#[derive(Debug, Args)]
#[command(after_help = "\
The dataset is gone at once, with all its versions and vintages, and cannot be brought back. Queries that are reading it
fail.

Examples:
  pilji dataset drop emd
  pilji dataset drop emd --yes
")]
pub struct Arguments {
    #[command(flatten)]
    pub(super) named: Named,
    /// Does not ask; needed where there is no terminal.
    #[arg(long)]
    yes: bool,
}

/// Asks, then drops the dataset.
///
/// # Errors
///
/// [`Error::NotConfirmed`] when the answer was no, or nobody could be asked; else those of the warehouse.
pub fn run(arguments: &Arguments, warehouse: Warehouse) -> Result<()> {
    let name = arguments.named.dataset.clone();
    let yes = arguments.yes;
    let dataset = block_on(async move {
        let dataset = existing(&warehouse, &name).await?;
        if !yes && !is_confirmed(&dataset) {
            return Err(Error::NotConfirmed { dataset: name });
        }
        warehouse.drop_dataset(&name).await?;
        Ok(dataset)
    })?;
    let (name, version) = (dataset.name(), dataset.version());
    show_as(
        arguments.named.common.json,
        || json!({ "dropped": name, "version": version, "rows": dataset.rows(), "bytes": dataset.bytes() }),
        || format!("dropped dataset {name}\n"),
    )
}

/// Asks the person at the terminal for the dataset's name. Where there is nobody, the answer is no.
fn is_confirmed(dataset: &Dataset) -> bool {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    let question = format!(
        "This removes dataset {} with all its versions: {} rows, {}. Type its name to go on: ",
        dataset.name(),
        count(dataset.rows()),
        bytes(dataset.bytes())
    );
    let mut answer = String::new();
    let asked = std::io::stderr().write_all(question.as_bytes());
    asked.and_then(|()| stdin.read_line(&mut answer)).is_ok() && answer.trim() == dataset.name()
}
