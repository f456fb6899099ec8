//! `pilji sample`.

use std::fmt::Write;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use indicatif::HumanCount;
use pilji_ingest::sample::{self, Format, SampleOptions};

use super::print;
use crate::error::Result;
use crate::progress;

/// What can be typed after `pilji sample`.
#[derive(Debug, Args)]
#[command(after_help = "\
The files look like official downloads (AL_D002_11_20210501.zip): real 법정동 names and codes, made-up parcels at real
density, a few faults on purpose. `truth.json` beside them counts what is in them.

Examples:
  pilji sample --out input --parcels 100000 --sigungu 11110,41173
  pilji sample --out input --parcels 1000000 --format lsmd
")]
pub struct Arguments {
    /// Folder to write to; made when it is missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of parcels; decides how many 동 are filled. The last 동 is filled whole, so that a few more come out.
    #[arg(long, value_name = "N")]
    parcels: u64,
    /// Codes of the 시군구 to fill, 5 digits each, side by side; otherwise the whole country, 종로구 first.
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    sigungu: Vec<String>,
    /// Date that the data claims to describe.
    #[arg(long, value_name = "DATE", default_value = "2021-05-01")]
    vintage: NaiveDate,
    /// Another seed makes other parcels.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Layout of the files.
    #[arg(long, value_enum, default_value_t = SampleFormat::Official)]
    format: SampleFormat,
    /// Most parcels in one shapefile of a zip.
    #[arg(long, value_name = "ROWS", default_value_t = 1_000_000)]
    piece_rows: u64,
}

/// Layouts of sample files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SampleFormat {
    /// Zipped shapefiles with fields A0 to A6, EPSG:5174.
    Official,
    /// As `official`, with field A7, as from 2025 on.
    #[value(name = "2025")]
    Official2025,
    /// Zipped shapefiles with PNU and JIBUN, EPSG:5186.
    Lsmd,
    /// CSV with a WKT column, EPSG:4326.
    Csv,
}

/// Writes the sample, and prints what was written.
///
/// # Errors
///
/// Those of [`sample::write`].
pub fn run(arguments: &Arguments) -> Result<()> {
    let options = SampleOptions {
        out: arguments.out.clone(),
        parcels: arguments.parcels,
        sigungu: arguments.sigungu.clone(),
        vintage: arguments.vintage,
        seed: arguments.seed,
        format: match arguments.format {
            SampleFormat::Official => Format::Official,
            SampleFormat::Official2025 => Format::Official2025,
            SampleFormat::Lsmd => Format::Lsmd,
            SampleFormat::Csv => Format::Csv,
        },
        piece_rows: arguments.piece_rows,
    };
    let truth = sample::write(&options, progress::for_stderr().as_ref())?;
    let mut text = String::new();
    for file in &truth.files {
        let path = arguments.out.join(&file.file);
        let _ = writeln!(text, "{}  {} parcels", path.display(), HumanCount(file.rows as u64));
    }
    let _ = writeln!(text, "{}  what is in them", arguments.out.join("truth.json").display());
    print(&text)
}
