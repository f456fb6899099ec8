//! `pilji ingest`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use pilji_catalog::TextEncoding;
use pilji_ingest::{Cancel, FileLayout, IngestOptions, Rows};
use pilji_udfs::Crs;

use super::{block_on, print, text, warehouse};
use crate::config::{Config, Override};
use crate::error::{Error, Result};
use crate::progress;

/// Exit code of a program that was interrupted, by custom of the shells.
const EXIT_INTERRUPTED: i32 = 130;

/// What can be typed after `pilji ingest`.
#[derive(Debug, Args)]
#[command(after_help = "\
The input's 시군구 take the place of the same 시군구 in the dataset, in one step: a run that fails or is killed
changes nothing, a second run changes nothing, another province is added.

With --as admin_area the input is official boundaries, of one level or several, and takes the place of the whole dataset
admin_area: give all files in one run. A row's level comes from its code in CTPRVN_CD, SIG_CD, EMD_CD, LI_CD, RI_CD, BJCD, BJD_CD
or CODE (2 digits are a 시도, 5 a 시군구, 8 a 읍면동, 10 a 리, zeros at the end not counted), its own name from CTP_KOR_NM, SIG_KOR_NM,
EMD_KOR_NM, LI_KOR_NM or NAME, the names above it from the official codes of the date. Rows of one code become one area.

Examples:
  pilji ingest AL_D002_11_20210501.zip --warehouse warehouse
  pilji ingest downloads/ --warehouse warehouse --vintage 2021-05-01
  pilji ingest parcels.csv --warehouse warehouse --crs EPSG:4326 --vintage 2021-05-01
  pilji ingest TL_SCCO_EMD.shp --warehouse warehouse --dataset emd --crs EPSG:5179
  pilji ingest --as admin_area TL_SCCO_CTPRVN.shp TL_SCCO_SIG.shp TL_SCCO_EMD.shp TL_SCCO_LI.shp --vintage 2021-05-01
")]
pub struct Arguments {
    /// Zips, shapefiles, folders, CSV or TSV files with a WKT column, Parquet files with geometry.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Folder that holds the datasets; made when it is missing [environment: `PILJI_WAREHOUSE`].
    #[arg(long, value_name = "DIR")]
    warehouse: Option<PathBuf>,
    /// What the input is, where its columns do not tell: `admin_area` for boundaries of administrative areas.
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<Kind>,
    /// Dataset to publish to, which is the table's name; otherwise `parcel`, or with `--as admin_area` that. `parcel` takes
    /// cadastral files only; give another name to files with columns of their own.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Date that the data describes (데이터기준일자), YYYY-MM-DD; otherwise from the rows or from the file's name.
    #[arg(long, value_name = "DATE")]
    vintage: Option<NaiveDate>,
    /// Coordinate reference system of the input, needed where there is no `.prj`.
    #[arg(long, value_name = "EPSG:n", value_parser = crs)]
    crs: Option<Crs>,
    /// Encoding of the text where there is no `.cpg`: `utf-8` or `cp949`; otherwise detected.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<TextEncoding>,
    /// How a new dataset of parcels has its files: by `sido`, by `sigungu`, `leaf` (by 동 or 리), or `clustered` (by 시도, in
    /// files of up to a million parcels); otherwise by `sigungu`. By `sido` and `clustered` take whole 시도 only.
    #[arg(long, value_name = "NAME", value_parser = layout)]
    layout: Option<FileLayout>,
    /// File for the rows that are kept out, as CSV with the reason of each. Otherwise in the warehouse's `_rejects`.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// File for the closing report, as JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// What can be said that the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Kind {
    /// Boundaries of administrative areas, for the dataset `admin_area`.
    AdminArea,
}

impl Arguments {
    /// The settings given by flags.
    pub fn overrides(&self) -> Vec<Override> {
        self.warehouse.iter().map(|dir| ("warehouse", text(dir))).collect()
    }
}

/// Ingests, and prints the closing report.
///
/// # Errors
///
/// Those of the ingest; [`Error::Output`] when the report cannot be written.
pub fn run(arguments: &Arguments, config: &Config) -> Result<()> {
    let cancel = Cancel::default();
    let (rows, dataset) = match arguments.kind {
        Some(Kind::AdminArea) => (Rows::AdminAreas, IngestOptions::AREA_DATASET),
        None => (Rows::Recognised, IngestOptions::PARCEL_DATASET),
    };
    let options = IngestOptions {
        inputs: arguments.inputs.clone(),
        warehouse: warehouse(config)?,
        dataset: arguments.dataset.clone().unwrap_or_else(|| dataset.to_owned()),
        rows,
        vintage: arguments.vintage,
        crs: arguments.crs,
        layout: arguments.layout,
        encoding: arguments.encoding,
        rejects: arguments.rejects.clone(),
        cancel: cancel.clone(),
        ..IngestOptions::default()
    };
    let report = block_on(async move {
        let interrupted = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                cancel.cancel();
            }
            // Stopping in order takes a moment; a second Ctrl-C does not wait for it, and does no harm either.
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(EXIT_INTERRUPTED);
            }
        });
        let report = pilji_ingest::ingest(options, progress::for_stderr()).await;
        interrupted.abort();
        Ok(report?)
    })?;
    if let Some(path) = &arguments.report {
        let json = serde_json::to_string_pretty(&report).map_err(|source| Error::Json { source })?;
        std::fs::write(path, json + "\n").map_err(|source| Error::Output {
            target: path.display().to_string(),
            source,
        })?;
    }
    print(&format!("{report}\n"))
}

fn layout(text: &str) -> Result<FileLayout, &'static str> {
    text.parse()
}

fn crs(text: &str) -> Result<Crs, pilji_udfs::Error> {
    Crs::parse(text)
}

fn encoding(text: &str) -> Result<TextEncoding, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "utf8" | "utf-8" => Ok(TextEncoding::Utf8),
        "cp949" | "euc-kr" | "euckr" | "ms949" | "uhc" | "ks_c_5601-1987" => Ok(TextEncoding::Cp949),
        _ => Err("expected utf-8 or cp949"),
    }
}
