//! A run from inputs to a published dataset.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use chrono::Utc;
use pilji_catalog::{DataFile, Publication, Replace, Warehouse};
use tokio::runtime::Handle;

use crate::areas::Collected;
use crate::cadastral::row;
use crate::error::{Error, Result};
use crate::file_layout::FileLayout;
use crate::finish::{Finished, Finisher, move_into};
use crate::options::{Cancel, IngestOptions, Rows};
use crate::pipeline::{PartTotals, Pipeline, Stop, join};
use crate::plain::PlainColumns;
use crate::plan::Plan;
use crate::progress::{Phase, Progress};
use crate::provenance::{self, SourceFile};
use crate::region::Regions;
use crate::reject::RejectCode;
use crate::reject_file::RejectFile;
use crate::report::{Notes, PartReport, Report, SigunguReport};
use crate::scratch::Scratch;
use crate::shuffle::{Bucket, Shuffle};

/// PNUs that occur more than once and are named in the report.
const DUPLICATE_EXAMPLES: usize = 5;

/// Reads files, converts their rows and publishes them as a new version of a dataset, in one commit.
///
/// The rows take the place of all rows of the same 시군구; in a plain dataset, of all rows. Equal inputs give equal
/// files, whatever the memory and the number of threads, and publishing what is live already changes nothing. A run
/// that fails, is cancelled, dropped or killed leaves the dataset as it was.
///
/// Must be called within a tokio runtime; the work itself runs on threads of its own.
///
/// # Errors
///
/// Inputs that cannot be read or understood fail before any work; then unreadable data, too many rejected rows,
/// [`Error::Cancelled`], and whatever the warehouse refuses.
pub async fn ingest(options: IngestOptions, progress: Arc<dyn Progress>) -> Result<Report> {
    let start = Instant::now();
    let stop = Stop {
        asked: options.cancel.clone(),
        abandoned: Cancel::default(),
    };
    let _abandon = AbandonOnDrop(stop.abandoned.clone());

    let (plan, options) = on_thread(move || Ok((Plan::new(&options)?, options))).await?;
    let warehouse = Warehouse::create(&options.warehouse)?;
    let live = warehouse.dataset(&options.dataset).await?;
    if let Some(dataset) = &live {
        plan.check_dataset(dataset)?;
    }
    let layout = match (&plan.plain, options.layout, plan.parts.first()) {
        (Some(_), Some(_), Some(first)) => {
            return Err(Error::PlainLayout {
                file: first.part.name.clone(),
            });
        }
        (Some(_), ..) => None,
        (None, asked, _) => Some(FileLayout::choose(asked, live.as_ref())?),
    };
    let dataset_name = options.dataset.clone();
    let dataset_dir = warehouse.dataset_dir(&dataset_name);
    let run = Run {
        warehouse: warehouse.clone(),
        plan,
        layout,
        options,
        dataset_dir,
        stop: stop.clone(),
        progress: Arc::clone(&progress),
    };
    let prepared = on_thread(move || run.prepare()).await?;

    stop.check()?;
    let n_files = prepared.publication.files.len() as u64;
    progress.begin(Phase::Publish, n_files);
    let published = warehouse.publish(&dataset_name, prepared.publication).await?;
    progress.advance(n_files, 0);
    progress.end();

    let mut report = prepared.report;
    report.version = published.version;
    report.changed = published.changed;
    report.files_added = published.files_added;
    report.files_removed = published.files_removed;
    report.seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    {
        report.rows_per_second = report.rows_in as f64 / report.seconds;
    }
    Ok(report)
}

/// Asks the threads of a run to stop when nobody waits for it any more.
struct AbandonOnDrop(Cancel);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Error::ThreadDied { thread: "main" }))
}

/// Everything that a run needs while it works.
struct Run {
    warehouse: Warehouse,
    plan: Plan,
    /// How parcels are distributed over files; `None` for a plain dataset.
    layout: Option<FileLayout>,
    options: IngestOptions,
    dataset_dir: PathBuf,
    stop: Stop,
    progress: Arc<dyn Progress>,
}

/// Data files in place, ready to be published.
struct Prepared {
    publication: Publication,
    report: Report,
}

impl Run {
    /// Reads, converts, sorts and writes; puts the data files into the dataset's folder, where nobody sees them yet.
    fn prepare(&self) -> Result<Prepared> {
        let scratch = Scratch::create(&self.options.warehouse)?;
        let threads = self.threads();
        let rejects = RejectFile::new(self.reject_path());
        let regions = Regions::new(self.layout.unwrap_or_default());
        let areas = Collected::default();
        let shuffle = Shuffle::new(scratch.dir().to_owned(), self.options.memory_bytes);
        let pipeline = Pipeline {
            plan: &self.plan,
            regions: &regions,
            areas: &areas,
            shuffle: &shuffle,
            rejects: &rejects,
            progress: self.progress.as_ref(),
            stop: &self.stop,
        };

        self.progress
            .begin(Phase::Read, self.plan.parts.iter().map(|part| part.part.bytes).sum());
        let (mut totals, sources) = std::thread::scope(|scope| {
            let sources = scope.spawn(|| provenance::describe_sources(&self.plan.parts, &self.stop));
            let totals = pipeline.run(threads);
            if totals.is_err() {
                self.stop.abandoned.cancel();
            }
            let sources = join(sources, "hashing");
            Ok::<_, Error>((totals?, sources?))
        })?;
        self.progress.end();

        let reject_codes = rejects.finish()?;
        self.check_rejects(&totals, &reject_codes, &rejects)?;
        self.check_vintages(&regions)?;
        if let (Rows::AdminAreas, Some(columns), Some(first)) =
            (self.options.rows, &self.plan.plain, totals.first_mut())
        {
            let rows = areas.finish(columns)?;
            first.notes.pieces_joined = rows.joined;
            shuffle.append(0, rows.records)?;
        }
        let published: u64 = totals.iter().map(|total| total.published).sum();
        self.progress.begin(Phase::Write, published);
        let data_dir = scratch.dir().join("data");
        std::fs::create_dir(&data_dir).map_err(Error::io("create", &data_dir))?;
        let finished = self.write_files(shuffle.finish(), &regions, &data_dir, threads)?;
        self.progress.end();
        self.conclude(&totals, &sources, &reject_codes, &rejects, finished, &data_dir)
    }

    /// Refuses what is older than the live data, before anything is written. The warehouse looks again when it publishes.
    fn check_vintages(&self, regions: &Regions) -> Result<()> {
        let dataset = &self.options.dataset;
        let check = async {
            match (&self.plan.plain, self.plan.vintage) {
                (None, _) => {
                    self.warehouse
                        .check_vintages(dataset, &regions.replaced_vintages())
                        .await
                }
                (Some(_), Some(vintage)) => self.warehouse.check_vintage(dataset, vintage).await,
                (Some(_), None) => Ok(()),
            }
        };
        Ok(Handle::current().block_on(check)?)
    }

    /// Checks that no row was lost, moves the files into place and sums up.
    fn conclude(
        &self,
        totals: &[PartTotals],
        sources: &[SourceFile],
        reject_codes: &BTreeMap<RejectCode, u64>,
        rejects: &RejectFile,
        finished: Vec<Finished>,
        data_dir: &std::path::Path,
    ) -> Result<Prepared> {
        let mut files = Vec::new();
        let mut sigungu: Vec<SigunguReport> = Vec::new();
        let mut notes = Notes::default();
        let mut unique = BTreeSet::new();
        for total in totals {
            notes.add(&total.notes);
        }
        for bucket in finished {
            unique.extend(self.layout.into_iter().flat_map(|layout| bucket.unique(layout)));
            files.extend(bucket.files);
            notes.add(&bucket.notes);
            sigungu.extend(bucket.sigungu);
        }
        files.sort_by(|a: &DataFile, b| a.path.cmp(&b.path));
        sigungu.sort_by(|a, b| (&a.si, &a.sgg).cmp(&(&b.si, &b.sgg)));
        notes.duplicate_examples.sort();
        notes.duplicate_examples.truncate(DUPLICATE_EXAMPLES);

        let report = self.report(totals, reject_codes, rejects, notes, sigungu);
        check_sums(&report, &files)?;
        if let Some(undated) = report.sigungu.iter().find(|sigungu| sigungu.vintage.is_none()) {
            let name = [Some(undated.si.as_str()), undated.sgg.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>();
            return Err(Error::NoVintage { file: name.join(" ") });
        }
        self.stop.check()?;
        move_into(&self.dataset_dir, data_dir, &files)?;
        let provenance = provenance::provenance(&self.plan, &self.options, &report, sources);
        let publication = match (self.layout, &self.plan.plain) {
            (Some(layout), _) => parcel_publication(layout, files, &report.sigungu, unique, provenance),
            (None, plain) => Publication {
                schema: plain.as_ref().map_or_else(row::schema, PlainColumns::schema),
                partition_columns: vec![],
                replace: Replace::Dataset,
                files,
                vintage: self.plan.vintage,
                provenance,
                layout: None,
                sigungu: BTreeMap::new(),
                unique,
            },
        };
        Ok(Prepared { publication, report })
    }

    fn report(
        &self,
        totals: &[PartTotals],
        reject_codes: &BTreeMap<RejectCode, u64>,
        rejects: &RejectFile,
        notes: Notes,
        sigungu: Vec<SigunguReport>,
    ) -> Report {
        let parts = self.plan.parts.iter().zip(totals).map(|(planned, total)| PartReport {
            file: planned.part.name.clone(),
            layout: planned.layout.name(),
            rows_in: total.rows_in,
            published: total.published,
            rejected: total.n_rejected(),
        });
        let parts: Vec<PartReport> = parts.collect();
        Report {
            dataset: self.options.dataset.clone(),
            version: 0,
            changed: false,
            files_added: 0,
            files_removed: 0,
            rows_in: parts.iter().map(|part| part.rows_in).sum(),
            published: parts.iter().map(|part| part.published).sum(),
            rejected: parts.iter().map(|part| part.rejected).sum(),
            parts,
            reject_codes: reject_codes
                .iter()
                .map(|(code, count)| (code.as_str(), *count))
                .collect(),
            rejects: (!reject_codes.is_empty()).then(|| rejects.path().to_owned()),
            notes,
            remarks: self.plan.remarks.clone(),
            sigungu,
            seconds: 0.0,
            rows_per_second: 0.0,
        }
    }

    /// Fails when there is nothing to publish or the input was misunderstood.
    fn check_rejects(
        &self,
        totals: &[PartTotals],
        reject_codes: &BTreeMap<RejectCode, u64>,
        rejects: &RejectFile,
    ) -> Result<()> {
        let too_many = |file: &str, rejected: u64, rows: u64, code: RejectCode| Error::TooManyRejects {
            file: file.to_owned(),
            rejected,
            rows,
            code: code.as_str(),
            remedy: code.remedy(),
            rejects: rejects.path().to_owned(),
        };
        for (planned, total) in self.plan.parts.iter().zip(totals) {
            let undecodable = total
                .rejected
                .get(&RejectCode::TextUndecodable)
                .copied()
                .unwrap_or_default();
            if undecodable > 0 && undecodable == total.rows_in {
                return Err(too_many(
                    &planned.part.name,
                    undecodable,
                    total.rows_in,
                    RejectCode::TextUndecodable,
                ));
            }
        }
        let rows: u64 = totals.iter().map(|total| total.rows_in).sum();
        let rejected: u64 = totals.iter().map(PartTotals::n_rejected).sum();
        let most_frequent = reject_codes
            .iter()
            .max_by_key(|(_, count)| **count)
            .map(|(code, _)| *code);
        match most_frequent {
            Some(code) if rejected * 2 > rows => Err(too_many("the input", rejected, rows, code)),
            _ if rows == 0 => {
                let inputs: Vec<String> = self
                    .options
                    .inputs
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                Err(Error::NoRecords {
                    inputs: inputs.join(", "),
                })
            }
            _ => Ok(()),
        }
    }

    /// Writes the files of all buckets, the largest first, several at a time.
    fn write_files(
        &self,
        mut buckets: Vec<Bucket>,
        regions: &Regions,
        data_dir: &std::path::Path,
        threads: usize,
    ) -> Result<Vec<Finished>> {
        buckets.sort_by_key(|bucket| std::cmp::Reverse(bucket.bytes()));
        let n_buckets = buckets.len();
        let buckets: Vec<Mutex<Option<Bucket>>> = buckets.into_iter().map(|bucket| Mutex::new(Some(bucket))).collect();
        let (layout, regions) = (regions.layout(), regions.all());
        let run_bytes = self.options.memory_bytes / 2;
        let memory = Memory::new(self.options.memory_bytes);
        let written = |rows: u64| {
            self.progress.advance(rows, rows);
            self.stop.check()
        };
        let finisher = Finisher {
            dir: data_dir,
            memory_bytes: run_bytes,
            written: &written,
        };
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let Some(bucket) = buckets.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    return Ok(done);
                };
                let Some(bucket) = bucket.lock().unwrap_or_else(PoisonError::into_inner).take() else {
                    continue;
                };
                let _reserved = memory.reserve(bucket.file_bytes().min(run_bytes));
                done.push(match &self.plan.plain {
                    Some(columns) => finisher.plain(bucket, columns)?,
                    None => finisher.parcels(bucket, layout, &regions)?,
                });
            }
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.clamp(1, n_buckets.max(1)))
                .map(|_| scope.spawn(work))
                .collect();
            let mut all = Vec::new();
            for result in threads
                .into_iter()
                .map(|thread| join(thread, "writing"))
                .collect::<Vec<Result<_>>>()
            {
                all.extend(result?);
            }
            Ok(all)
        })
    }

    fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.options.threads.unwrap_or_else(cores).max(1)
    }

    fn reject_path(&self) -> PathBuf {
        self.options.rejects.clone().unwrap_or_else(|| {
            let name = format!("{}-{}.csv", self.options.dataset, Utc::now().format("%Y%m%dT%H%M%SZ"));
            self.options.warehouse.join("_rejects").join(name)
        })
    }
}

/// What a run of parcels makes visible.
fn parcel_publication(
    layout: FileLayout,
    files: Vec<DataFile>,
    sigungu: &[SigunguReport],
    unique: BTreeSet<(String, Option<String>)>,
    provenance: serde_json::Value,
) -> Publication {
    let replaced = sigungu.iter().map(|found| layout.part(&found.si, found.sgg.as_deref()));
    let vintages = sigungu
        .iter()
        .filter_map(|found| Some(((found.si.clone(), found.sgg.clone()), found.vintage?)));
    Publication {
        schema: row::schema(),
        partition_columns: layout
            .partition_columns()
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        replace: Replace::Sigungu(replaced.collect()),
        files,
        vintage: None,
        provenance,
        layout: Some(layout.name().to_owned()),
        sigungu: vintages.collect(),
        unique,
    }
}

/// Every record is published or rejected, per part and in the files.
fn check_sums(report: &Report, files: &[DataFile]) -> Result<()> {
    for part in &report.parts {
        let PartReport {
            rows_in,
            published,
            rejected,
            ..
        } = *part;
        if rows_in != published + rejected {
            return Err(Error::RowsDoNotAddUp {
                file: part.file.clone(),
                rows_in,
                published,
                rejected,
            });
        }
    }
    let in_files: u64 = files.iter().map(|file| file.rows).sum();
    if in_files + report.notes.pieces_joined != report.published {
        let (rows_in, rejected) = (report.rows_in, report.rejected);
        return Err(Error::RowsDoNotAddUp {
            file: "the data files".to_owned(),
            rows_in,
            published: in_files,
            rejected,
        });
    }
    Ok(())
}

/// Memory that threads reserve before they load rows.
struct Memory {
    total: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

struct Reserved<'a> {
    memory: &'a Memory,
    bytes: usize,
}

impl Memory {
    fn new(total: usize) -> Self {
        Self {
            total,
            free: Mutex::new(total),
            freed: Condvar::new(),
        }
    }

    /// Waits until so many bytes are free.
    fn reserve(&self, bytes: usize) -> Reserved<'_> {
        let bytes = bytes.min(self.total);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .freed
            .wait_while(free, |free| *free < bytes)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Reserved { memory: self, bytes }
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.memory.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.memory.freed.notify_all();
    }
}
