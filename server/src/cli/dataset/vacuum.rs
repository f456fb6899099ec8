//! `pilji dataset vacuum`.

use std::fmt::Write;
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;
use pilji_catalog::{VacuumOptions, Vacuumed, Warehouse};
use serde_json::{Value, json};

use super::period::Period;
use super::text::{bytes, counted};
use super::{Named, block_on, show_as};
use crate::config::Config;
use crate::error::{Error, Result};

/// What can be typed after `pilji dataset vacuum`.
#[derive(Debug, Args)]
#[command(after_help = "\
Files of older versions stay on disk, so that older vintages and versions can be read. A vacuum removes those that are
not live, not of a kept vintage, and were removed from the dataset longer ago than the grace period; also what killed
runs left behind. Whoever asks for a removed vintage is told so. Readers and writers are not disturbed.

Examples:
  pilji dataset vacuum parcel --dry-run
  pilji dataset vacuum parcel --keep 2021-05-01 --keep 2024-05-01
  pilji dataset vacuum parcel --grace 12h
")]
pub struct Arguments {
    #[command(flatten)]
    pub(super) named: Named,
    /// Keeps what the dataset was on this date, YYYY-MM-DD; may be given several times.
    #[arg(long, value_name = "DATE")]
    keep: Vec<NaiveDate>,
    /// How long files stay that are needed no more, like `7d` or `12h`. At least as long as a ticket of the server can be
    /// redeemed; longer than the longest query runs.
    #[arg(long, value_name = "PERIOD", default_value = "7d")]
    grace: Period,
    /// Says what would be removed, and removes nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Vacuums a dataset and says what was removed.
///
/// # Errors
///
/// [`Error::GraceTooShort`] when tickets live longer than the grace period; else those of the warehouse.
pub fn run(arguments: &Arguments, warehouse: Warehouse, config: &Config) -> Result<()> {
    let lifetime = Duration::from_secs(config.ticket.lifetime_secs);
    if arguments.grace.0 < lifetime {
        return Err(Error::GraceTooShort {
            grace: arguments.grace.to_string(),
            lifetime: Period(lifetime).to_string(),
        });
    }
    let options = VacuumOptions {
        keep: arguments.keep.clone(),
        grace: arguments.grace.0,
        dry_run: arguments.dry_run,
    };
    let name = arguments.named.dataset.clone();
    let vacuumed = block_on(async move { Ok(warehouse.vacuum(&name, &options).await?) })?;
    show_as(
        arguments.named.common.json,
        || to_json(&vacuumed, arguments.dry_run),
        || to_text(&vacuumed, arguments),
    )
}

fn to_json(vacuumed: &Vacuumed, dry_run: bool) -> Value {
    let vintages: Vec<String> = vacuumed.vintages.iter().map(ToString::to_string).collect();
    json!({
        "dry_run": dry_run,
        "version": vacuumed.version,
        "files": vacuumed.files,
        "orphans": vacuumed.orphans,
        "leftovers": vacuumed.leftovers,
        "bytes": vacuumed.bytes,
        "vintages": vintages,
    })
}

fn to_text(vacuumed: &Vacuumed, arguments: &Arguments) -> String {
    let name = &arguments.named.dataset;
    let Vacuumed {
        files,
        orphans,
        leftovers,
        ..
    } = vacuumed;
    if files.is_empty() && orphans.is_empty() && leftovers.is_empty() {
        return format!("nothing to remove from dataset {name}\n");
    }
    let verb = if arguments.dry_run { "would remove" } else { "removed" };
    let mut text = format!(
        "{verb} {} of older versions and {} that never were in the log, {}\n",
        counted(files.len(), "file"),
        counted(orphans.len(), "file"),
        bytes(vacuumed.bytes)
    );
    for leftover in leftovers {
        let _ = writeln!(text, "{verb} {leftover}, left behind by a run that was killed");
    }
    if !vacuumed.vintages.is_empty() {
        let vintages: Vec<String> = vacuumed.vintages.iter().map(ToString::to_string).collect();
        let time = if arguments.dry_run {
            "could not be read any more"
        } else {
            "cannot be read any more"
        };
        let _ = writeln!(
            text,
            "{time}, in whole or in part: the vintages {}",
            vintages.join(", ")
        );
    }
    if let Some(version) = vacuumed.version {
        let _ = writeln!(text, "dataset {name} is now at version {version}");
    }
    text
}
