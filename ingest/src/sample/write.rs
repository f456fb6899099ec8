//! Writing a sample: every 동 is drawn on whichever core is free and written in order.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use chrono::{Datelike, NaiveDate};
use pilji_udfs::BjdTable;
use tempfile::NamedTempFile;

use super::format::Format;
use super::leaf::{Encoded, Encoder};
use super::pieces::ZipPieces;
use super::plan::{Leaf, plan};
use super::platform_csv;
use super::truth::{FileTruth, PieceTruth, Points, RegionTruth, Truth};
use crate::error::{Error, Result};
use crate::progress::{Phase, Progress};

/// Name of the file that counts what is in the others.
const TRUTH: &str = "truth.json";
/// 동 that may wait for the writer, per thread; bounds memory.
const WAITING: usize = 2;

/// What sample to write, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleOptions {
    /// Folder for the files; made when it is missing.
    pub out: PathBuf,
    /// Least number of parcels; the sample ends with the 동 that reaches it.
    pub parcels: u64,
    /// 시군구 codes (5 digits) over which the parcels are spread; empty for the whole country, 시군구 by 시군구.
    pub sigungu: Vec<String>,
    /// 데이터기준일자; also decides which names and codes are in force.
    pub vintage: NaiveDate,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Layout of the files.
    pub format: Format,
    /// Most rows in one shapefile.
    pub piece_rows: u64,
}

/// Writes a sample and its `truth.json`.
///
/// The files of an earlier sample in the same folder, as its `truth.json` names them, are removed.
///
/// # Errors
///
/// [`Error::SampleOption`] and [`Error::SampleSigungu`] for options that cannot be; [`Error::Io`] and
/// [`Error::SampleZip`] when the disk refuses.
pub fn write(options: &SampleOptions, progress: &dyn Progress) -> Result<Truth> {
    check(options)?;
    let leaves = plan(options)?;
    let encoder = Encoder::new(options)?;
    fs::create_dir_all(&options.out).map_err(Error::io("create", &options.out))?;
    remove_earlier(&options.out)?;
    let n_parcels: usize = leaves.iter().map(|leaf| leaf.n_parcels).sum();
    if (n_parcels as u64) < options.parcels {
        progress.note(&format!(
            "these 시군구 hold {n_parcels} parcels at real density, less than the {} asked for",
            options.parcels
        ));
    }
    progress.begin(Phase::Sample, n_parcels as u64);
    let truth = draw_and_write(options, &encoder, &leaves, progress)?;
    progress.end();
    progress.note(&summary(&truth));
    let path = options.out.join(TRUTH);
    let json = serde_json::to_vec_pretty(&truth).map_err(|source| Error::io("write", &path)(source.into()))?;
    let mut file = NamedTempFile::new_in(&options.out).map_err(Error::io("create", &path))?;
    file.write_all(&json).map_err(Error::io("write", &path))?;
    give_name(file, &path)?;
    Ok(truth)
}

/// Gives a finished temporary file its name, readable as any other file.
///
/// # Errors
///
/// [`Error::Io`] when the disk refuses.
pub(super) fn give_name(file: NamedTempFile, path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = fs::Permissions::from_mode(0o644);
        file.as_file()
            .set_permissions(readable)
            .map_err(Error::io("write", path))?;
    }
    file.persist(path)
        .map_err(|error| error.error)
        .map_err(Error::io("create", path))?;
    Ok(())
}

fn summary(truth: &Truth) -> String {
    let Points {
        mean,
        median,
        p90,
        p99,
        max,
        ..
    } = truth.points;
    format!(
        "{} parcels in {} 동 and 리 of {} 시군구; points per parcel: mean {mean}, median {median}, 90 % up to {p90}, \
         99 % up to {p99}, at most {max}",
        truth.counts.rows,
        truth.leaves.len(),
        truth.sigungu.len()
    )
}

fn check(options: &SampleOptions) -> Result<()> {
    let fail = |option, found: String, expected| {
        Err(Error::SampleOption {
            option,
            found,
            expected,
        })
    };
    if options.parcels == 0 {
        return fail("--parcels", options.parcels.to_string(), "at least 1");
    }
    if !(1..=5_000_000).contains(&options.piece_rows) {
        return fail(
            "--piece-rows",
            options.piece_rows.to_string(),
            "1 to 5000000, what fits a shapefile",
        );
    }
    if !(1900..=2155).contains(&options.vintage.year()) {
        return fail(
            "--vintage",
            options.vintage.to_string(),
            "a year from 1900 to 2155, what fits a DBF",
        );
    }
    Ok(())
}

fn remove_earlier(folder: &Path) -> Result<()> {
    let Ok(json) = fs::read(folder.join(TRUTH)) else {
        return Ok(());
    };
    let Ok(earlier) = serde_json::from_slice::<Truth>(&json) else {
        return Ok(());
    };
    for FileTruth { file, .. } in &earlier.files {
        let path = folder.join(file);
        // Only names in this folder: the file may have been edited.
        let is_here = Path::new(file).file_name().is_some_and(|name| name == file.as_str());
        if is_here && path.is_file() {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

fn draw_and_write(
    options: &SampleOptions,
    encoder: &Encoder<'_>,
    leaves: &[Leaf],
    progress: &dyn Progress,
) -> Result<Truth> {
    let n_threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let mut drawn = Vec::with_capacity(n_threads);
        for first in 0..n_threads {
            let (sender, receiver) = sync_channel(WAITING);
            drawn.push(receiver);
            scope.spawn(move || draw(encoder, leaves.iter().skip(first).step_by(n_threads), &sender));
        }
        collect(options, leaves, &drawn, progress)
    })
}

/// Draws leaves until there are no more or nobody wants them.
fn draw<'a>(encoder: &Encoder<'_>, leaves: impl Iterator<Item = &'a Leaf>, sender: &SyncSender<Result<Encoded>>) {
    for leaf in leaves {
        if sender.send(encoder.encode(leaf)).is_err() {
            return;
        }
    }
}

fn collect(
    options: &SampleOptions,
    leaves: &[Leaf],
    drawn: &[Receiver<Result<Encoded>>],
    progress: &dyn Progress,
) -> Result<Truth> {
    let mut truth = Truth {
        format: options.format,
        epsg: options.format.epsg(),
        vintage: options.vintage,
        seed: options.seed,
        asked: options.parcels,
        ..Truth::default()
    };
    let table = BjdTable::at(options.vintage);
    let mut by_points = BTreeMap::new();
    let mut output: Option<(&str, Output)> = None;
    for (leaf, drawn) in leaves.iter().zip(drawn.iter().cycle()) {
        let mut encoded = drawn.recv().map_err(|_| Error::ThreadDied { thread: "drawing" })??;
        let tally = std::mem::take(&mut encoded.tally);
        let code = &leaf.entry.code;
        if output.as_ref().is_none_or(|(sido, _)| *sido != code.sido()) {
            if let Some((_, done)) = output.take() {
                truth.files.push(done.finish()?);
            }
            output = Some((code.sido(), Output::create(options, code.sido())?));
        }
        if let Some((_, output)) = &mut output {
            output.append(encoded)?;
        }
        for (points, parcels) in &tally.by_points {
            *by_points.entry(*points).or_default() += parcels;
        }
        truth.counts.merge(&tally.counts);
        let sigungu = truth.sigungu.entry(code.sigungu().to_owned()).or_insert_with(|| {
            let names = [Some(&leaf.entry.name.si), leaf.entry.name.sgg.as_ref()];
            let name = names
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ");
            RegionTruth {
                name,
                ..RegionTruth::default()
            }
        });
        sigungu.counts.merge(&tally.counts);
        let rows = tally.counts.rows as u64;
        let name = table.get(code).map_or_else(String::new, |entry| entry.name.full_name());
        truth.leaves.insert(
            code.to_string(),
            RegionTruth {
                name,
                counts: tally.counts,
            },
        );
        progress.advance(rows, rows);
    }
    if let Some((_, done)) = output {
        truth.files.push(done.finish()?);
    }
    truth.points = Points::of(&by_points);
    Ok(truth)
}

/// The file of a 시도.
enum Output {
    Zip(Box<ZipPieces>),
    Csv {
        path: PathBuf,
        name: String,
        rows: usize,
        file: BufWriter<NamedTempFile>,
    },
}

impl Output {
    fn create(options: &SampleOptions, sido: &str) -> Result<Self> {
        let SampleOptions {
            out, vintage, format, ..
        } = options;
        let stem = format.stem(sido, *vintage);
        if *format != Format::Csv {
            let piece_rows = usize::try_from(options.piece_rows).unwrap_or(usize::MAX);
            return Ok(Self::Zip(Box::new(ZipPieces::create(
                out, stem, *format, *vintage, piece_rows,
            )?)));
        }
        let name = format!("{stem}.csv");
        let path = out.join(&name);
        let file = NamedTempFile::new_in(out).map_err(Error::io("create", &path))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(platform_csv::HEADER.as_bytes())
            .map_err(Error::io("write", &path))?;
        Ok(Self::Csv {
            path,
            name,
            rows: 0,
            file,
        })
    }

    fn append(&mut self, encoded: Encoded) -> Result<()> {
        match self {
            Self::Zip(pieces) => pieces.append(encoded),
            Self::Csv { path, rows, file, .. } => {
                *rows += encoded.csv.lines().count();
                file.write_all(encoded.csv.as_bytes())
                    .map_err(Error::io("write", path.as_path()))
            }
        }
    }

    fn finish(self) -> Result<FileTruth> {
        match self {
            Self::Zip(pieces) => pieces.finish(),
            Self::Csv { path, name, rows, file } => {
                let file = file
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)
                    .map_err(Error::io("write", &path))?;
                give_name(file, &path)?;
                Ok(FileTruth {
                    file: name.clone(),
                    rows,
                    pieces: vec![PieceTruth { name, rows }],
                })
            }
        }
    }
}
