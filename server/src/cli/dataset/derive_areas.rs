//! `pilji dataset derive-areas`.

use chrono::NaiveDate;
use clap::Args;
use pilji_catalog::{Models, Roots, Warehouse};
use pilji_ingest::IngestOptions;

use super::{Common, block_on, show_as};
use crate::areas::{Request, derive};
use crate::cli::variables;
use crate::config::Config;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::progress;

/// What can be typed after `pilji dataset derive-areas`.
#[derive(Debug, Args)]
#[command(after_help = "\
The parcels of each 리, 읍면동, 시군구 and 시도 become one polygon: the outline of the land that has a parcel, without the
edges that neighbours share. A second run takes the place of the first.

Examples:
  pilji dataset derive-areas --warehouse warehouse
  pilji dataset derive-areas --codes 11
  pilji query \"SELECT emd_nm, parcels, area_m2 FROM admin_area WHERE level = 'emd' ORDER BY area_m2 DESC\"
")]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Dataset of parcels.
    #[arg(long, value_name = "NAME", default_value = IngestOptions::PARCEL_DATASET)]
    from: String,
    /// Dataset to publish to: `level` (sido, sigungu, emd, ri), `code`, the names, `parcels`, `area_m2` and `geometry`.
    #[arg(long, value_name = "NAME", default_value = IngestOptions::AREA_DATASET)]
    into: String,
    /// First digits of the 법정동 codes to take in, as 11 for 서울특별시; otherwise all.
    #[arg(long, value_name = "DIGITS", default_value = "", value_parser = digits)]
    codes: String,
    /// Date that the areas describe, YYYY-MM-DD; otherwise the newest of the parcels.
    #[arg(long, value_name = "DATE")]
    vintage: Option<NaiveDate>,
}

/// Derives areas and prints the report of their ingest.
///
/// # Errors
///
/// Those of [`derive`].
pub fn run(arguments: &Arguments, warehouse: Warehouse, config: &Config) -> Result<()> {
    let request = Request {
        parcels: arguments.from.clone(),
        into: arguments.into.clone(),
        codes: arguments.codes.clone(),
        vintage: arguments.vintage,
    };
    let dir = warehouse.dir().to_path_buf();
    let models = Models::new(&warehouse, variables());
    let engine = Engine::start(warehouse, models, Roots::new(&[])?, &config.query)?;
    let report = block_on(async move { derive(&engine, &dir, request, progress::for_stderr()).await })?;
    let json = serde_json::to_value(&report).map_err(|source| Error::Json { source })?;
    show_as(arguments.common.json, || json, || format!("{report}\n"))
}

fn digits(text: &str) -> Result<String, &'static str> {
    let is_prefix = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_prefix {
        Ok(text.to_owned())
    } else {
        Err("expected up to ten digits")
    }
}
