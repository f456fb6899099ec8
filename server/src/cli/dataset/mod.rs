//! `pilji dataset`: what a warehouse holds, where it came from, and how it is put in order.

mod derive_areas;
mod drop;
mod list;
mod period;
mod show;
mod text;
mod vacuum;
mod versions;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use pilji_catalog::{Dataset, Error as CatalogError, Warehouse};
use serde_json::Value;

use super::{block_on, print, text as path_text, warehouse};
use crate::config::{Config, Override};
use crate::error::{Error, Result};

/// What can be typed after `pilji dataset`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pilji dataset list --warehouse warehouse
  pilji dataset show parcel
  pilji dataset versions parcel --json
  pilji dataset derive-areas
  pilji dataset vacuum parcel --keep 2021-05-01 --grace 14d --dry-run
  pilji dataset drop emd --yes

PILJI_WAREHOUSE names the warehouse for all of them.
")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the datasets with their size and vintages.
    List(Common),
    /// Says what a dataset holds and where every part of it came from.
    Show(Named),
    /// Lists what each commit did.
    Versions(Named),
    /// Makes administrative areas of every level from parcels.
    DeriveAreas(derive_areas::Arguments),
    /// Removes files that neither the newest version nor a kept vintage needs.
    Vacuum(vacuum::Arguments),
    /// Removes a dataset with all its versions.
    Drop(drop::Arguments),
}

/// What every subcommand takes.
#[derive(Debug, Args)]
struct Common {
    /// Folder that holds the datasets [environment: `PILJI_WAREHOUSE`].
    #[arg(long, value_name = "DIR")]
    warehouse: Option<PathBuf>,
    /// Prints JSON for programs.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Named {
    /// The dataset.
    #[arg(value_name = "NAME")]
    dataset: String,
    #[command(flatten)]
    common: Common,
}

impl Arguments {
    /// The settings given by flags.
    pub fn overrides(&self) -> Vec<Override> {
        let common = match &self.command {
            Command::List(common) => common,
            Command::Show(named) | Command::Versions(named) => &named.common,
            Command::DeriveAreas(arguments) => &arguments.common,
            Command::Vacuum(arguments) => &arguments.named.common,
            Command::Drop(arguments) => &arguments.named.common,
        };
        let dir = common.warehouse.iter();
        dir.map(|dir| ("warehouse", path_text(dir))).collect()
    }
}

/// Runs the subcommand that was typed.
///
/// # Errors
///
/// Those of the warehouse; [`Error::GraceTooShort`] and [`Error::NotConfirmed`].
pub fn run(arguments: &Arguments, config: &Config) -> Result<()> {
    let open = || Ok::<_, Error>(Warehouse::open(warehouse(config)?)?);
    match &arguments.command {
        Command::List(common) => {
            let warehouse = open()?;
            let datasets = block_on(list::read(warehouse))?;
            show_as(common.json, || list::json(&datasets), || list::text(&datasets))
        }
        Command::Show(named) => {
            let warehouse = open()?;
            let shown = block_on(show::read(warehouse, named.dataset.clone()))?;
            show_as(named.common.json, || shown.json(), || shown.text())
        }
        Command::Versions(named) => {
            let warehouse = open()?;
            let name = named.dataset.clone();
            let versions = block_on(async move { Ok(warehouse.versions(&name).await?) })?;
            show_as(
                named.common.json,
                || versions::json(&versions),
                || versions::text(&versions),
            )
        }
        Command::DeriveAreas(arguments) => derive_areas::run(arguments, open()?, config),
        Command::Vacuum(arguments) => vacuum::run(arguments, open()?, config),
        Command::Drop(arguments) => drop::run(arguments, open()?),
    }
}

/// Prints JSON or text.
fn show_as(as_json: bool, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> Result<()> {
    if as_json {
        let json = serde_json::to_string_pretty(&json()).map_err(|source| Error::Json { source })?;
        print(&(json + "\n"))
    } else {
        print(&text())
    }
}

/// The newest version of a dataset that must be there.
async fn existing(warehouse: &Warehouse, name: &str) -> Result<Dataset> {
    let dataset = warehouse.dataset(name).await?;
    dataset.ok_or_else(|| {
        let (name, dir) = (name.to_owned(), warehouse.dir().to_path_buf());
        Error::Catalog(CatalogError::NoDataset { name, dir })
    })
}
