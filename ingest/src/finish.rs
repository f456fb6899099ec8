//! From shuffled rows to data files: sorted, as the layout has them, or pieces of a plain dataset.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use chrono::{NaiveDate, TimeDelta};
use pilji_catalog::{DataFile, partition_folder};

use crate::cadastral::row::{self, ParcelBuilder};
use crate::error::{Error, Result};
use crate::file_layout::FileLayout;
use crate::plain::{self, PlainColumns};
use crate::record::Record;
use crate::region::Region;
use crate::report::{Notes, SigunguReport};
use crate::shuffle::{Bucket, Run};
use crate::writer::{GeoParquetWriter, WrittenFile, file_schema};

/// Rows that are handed to the Parquet writer at a time.
const BATCH_ROWS: usize = 2048;
/// Most rows of a row group of a parcel file. A row group ends earlier where a 동 ends in its second half.
const PARCEL_ROW_GROUP: usize = 16_384;
/// Most rows of a file of the clustered layout. A file ends earlier where a 동 ends in its second half.
const CLUSTERED_FILE_ROWS: u64 = 1 << 20;
/// Rows of a row group of a plain file.
const PLAIN_ROW_GROUP: usize = 65_536;
/// Rows of a plain file.
const PLAIN_FILE_ROWS: u64 = 1 << 20;
/// PNUs that occur more than once and are named in the report.
const DUPLICATE_EXAMPLES: usize = 5;

/// Where and with how much memory data files are made.
pub(crate) struct Finisher<'a> {
    /// Stands in for the dataset's folder until everything is written.
    pub(crate) dir: &'a Path,
    /// Memory for the rows of one bucket.
    pub(crate) memory_bytes: usize,
    /// Called between batches with the rows written since; an error stops the work.
    pub(crate) written: &'a (dyn Fn(u64) -> Result<()> + Sync),
}

/// The files of one bucket: of a 시군구, a 시도 or a plain dataset.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    pub(crate) files: Vec<DataFile>,
    pub(crate) notes: Notes,
    /// What was published, by 시군구.
    pub(crate) sigungu: Vec<SigunguReport>,
}

impl Finished {
    /// The parts of the dataset that the files hold, when no PNU occurs twice in them.
    pub(crate) fn unique(&self, layout: FileLayout) -> Vec<(String, Option<String>)> {
        let parts = self.sigungu.iter().filter(|_| self.notes.duplicate_pnus == 0);
        parts
            .map(|found| layout.part(&found.si, found.sgg.as_deref()))
            .collect()
    }
}

impl Finisher<'_> {
    /// Writes the files of one 시군구 or 시도.
    pub(crate) fn parcels(&self, bucket: Bucket, layout: FileLayout, regions: &[Arc<Region>]) -> Result<Finished> {
        let mut sink = ParcelSink {
            finisher: self,
            layout,
            regions,
            file_schema: file_schema(&row::schema(), layout.partition_columns()),
            builder: ParcelBuilder::default(),
            open: None,
            finished: Finished::default(),
            tallies: BTreeMap::new(),
            pnus: Vec::new(),
        };
        bucket.for_each_run(self.memory_bytes, &mut |run: &Run<'_>| {
            for record in run.records() {
                sink.push(record)?;
            }
            Ok(())
        })?;
        sink.finish()
    }

    /// Writes the files of a plain dataset.
    pub(crate) fn plain(&self, bucket: Bucket, columns: &PlainColumns) -> Result<Finished> {
        let file_schema = file_schema(&columns.schema(), &[]);
        let mut open: Option<GeoParquetWriter> = None;
        let mut finished = Finished::default();
        bucket.for_each_run(self.memory_bytes, &mut |run: &Run<'_>| {
            let mut rest = run.records();
            while !rest.is_empty() {
                let mut writer = if let Some(writer) = open.take() {
                    writer
                } else {
                    let path = self.unnamed(finished.files.len());
                    GeoParquetWriter::create(path, Arc::clone(&file_schema), PLAIN_ROW_GROUP)?
                };
                let free = usize::try_from(PLAIN_FILE_ROWS - writer.rows()).unwrap_or(BATCH_ROWS);
                let (records, after) = rest.split_at(rest.len().min(BATCH_ROWS).min(free));
                rest = after;
                let rows: Vec<_> = records
                    .iter()
                    .filter_map(|record| plain::decode(record.payload))
                    .collect();
                for row in &rows {
                    if let Some(wkb) = row.wkb {
                        writer.cover(wkb, row.bbox);
                    }
                }
                let batch = columns.batch(&file_schema, &rows);
                writer.write(&batch.map_err(|source| Error::Arrow {
                    what: "a batch of rows",
                    source,
                })?)?;
                (self.written)(records.len() as u64)?;
                if writer.rows() < PLAIN_FILE_ROWS {
                    open = Some(writer);
                } else {
                    finished.files.push(self.name(writer.finish()?, Vec::new())?);
                }
            }
            Ok(())
        })?;
        if let Some(writer) = open {
            finished.files.push(self.name(writer.finish()?, Vec::new())?);
        }
        Ok(finished)
    }

    /// A path for a file whose content, and so its name, is not known yet.
    fn unnamed(&self, number: usize) -> PathBuf {
        let thread = std::thread::current().id();
        self.dir.join(format!("unnamed-{thread:?}-{number}"))
    }

    /// Moves a file to its folder and name, and reads its statistics.
    fn name(&self, file: WrittenFile, partition: Vec<(String, Option<String>)>) -> Result<DataFile> {
        let folder = partition_folder(&partition);
        let path = if folder.is_empty() {
            file.name
        } else {
            format!("{folder}/{}", file.name)
        };
        let target = self.dir.join(&path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        }
        std::fs::rename(&file.path, &target).map_err(Error::io("rename", &file.path))?;
        Ok(DataFile::inspect(self.dir, path, partition)?)
    }
}

/// Takes the sorted rows of a 시군구 or 시도.
struct ParcelSink<'a> {
    finisher: &'a Finisher<'a>,
    layout: FileLayout,
    regions: &'a [Arc<Region>],
    file_schema: SchemaRef,
    builder: ParcelBuilder,
    open: Option<OpenFile>,
    finished: Finished,
    /// Rows and the newest date of each region, by its number.
    tallies: BTreeMap<u32, Tally>,
    pnus: Vec<u64>,
}

/// The file that rows go to.
struct OpenFile {
    writer: GeoParquetWriter,
    /// The region of the first row.
    region: Arc<Region>,
    /// What the last row is ordered by first.
    group: u64,
}

#[derive(Default)]
struct Tally {
    rows: u64,
    /// Days since 1970-01-01.
    newest: Option<i32>,
}

impl ParcelSink<'_> {
    fn push(&mut self, record: &Record<'_>) -> Result<()> {
        let Some(parcel) = row::decode(record.payload) else {
            return Ok(());
        };
        let Some(region) = self.regions.get(parcel.region as usize) else {
            return Ok(());
        };
        self.make_room(record.group)?;
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(OpenFile {
                writer: GeoParquetWriter::create(
                    self.finisher.unnamed(self.finished.files.len()),
                    Arc::clone(&self.file_schema),
                    PARCEL_ROW_GROUP,
                )?,
                region: Arc::clone(region),
                group: record.group,
            }),
        };
        open.group = record.group;
        open.writer.cover(parcel.wkb, parcel.attributes.bbox);
        self.builder.push(&parcel, region);
        self.pnus.extend(parcel.pnu.parse::<u64>());
        let tally = self.tallies.entry(region.number).or_default();
        tally.rows += 1;
        tally.newest = tally.newest.max(parcel.attributes.base_date);
        if self.builder.len() == BATCH_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    /// Ends the file or the row group where a row of `group` is to begin another one.
    ///
    /// Whether it does follows from the rows alone, not from the memory in which they were sorted.
    fn make_room(&mut self, group: u64) -> Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let dong_ends = open.group != group;
        let waiting = self.builder.len();
        let file_rows = open.writer.rows() + waiting as u64;
        let file_ends = match self.layout {
            FileLayout::Leaf => dong_ends,
            FileLayout::Clustered => {
                file_rows == CLUSTERED_FILE_ROWS || (dong_ends && file_rows >= CLUSTERED_FILE_ROWS / 2)
            }
            FileLayout::Sido | FileLayout::Sigungu => false,
        };
        if file_ends {
            return self.end();
        }
        let group_rows = (open.writer.rows_in_group() + waiting) % PARCEL_ROW_GROUP;
        if dong_ends && group_rows >= PARCEL_ROW_GROUP / 2 {
            self.flush()?;
            if let Some(open) = &mut self.open {
                open.writer.end_row_group()?;
            }
        }
        Ok(())
    }

    /// Writes the rows that wait in the builder.
    fn flush(&mut self) -> Result<()> {
        let rows = self.builder.len();
        let Some(open) = &mut self.open else { return Ok(()) };
        if rows > 0 {
            let batch = self.builder.finish(&self.file_schema);
            open.writer.write(&batch.map_err(|source| Error::Arrow {
                what: "a batch of parcels",
                source,
            })?)?;
            (self.finisher.written)(rows as u64)?;
        }
        Ok(())
    }

    /// Completes the file.
    fn end(&mut self) -> Result<()> {
        self.flush()?;
        if let Some(open) = self.open.take() {
            let partition = self.layout.partition(&open.region);
            let file = self.finisher.name(open.writer.finish()?, partition)?;
            self.finished.files.push(file);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Finished> {
        self.end()?;
        count_duplicates(&mut self.pnus, &mut self.finished.notes);
        self.finished.sigungu = by_sigungu(&self.tallies, self.regions);
        Ok(self.finished)
    }
}

/// Sums up what was published, by 시군구.
fn by_sigungu(tallies: &BTreeMap<u32, Tally>, regions: &[Arc<Region>]) -> Vec<SigunguReport> {
    let mut sums: BTreeMap<(&str, Option<&str>), Tally> = BTreeMap::new();
    for (number, tally) in tallies {
        let Some(region) = regions.get(*number as usize) else {
            continue;
        };
        let sum = sums.entry((&region.name.si, region.name.sgg.as_deref())).or_default();
        sum.rows += tally.rows;
        sum.newest = sum.newest.max(tally.newest);
    }
    let date = |days: i32| NaiveDate::default().checked_add_signed(TimeDelta::days(days.into()));
    let report = |((si, sgg), tally): ((&str, Option<&str>), Tally)| SigunguReport {
        si: si.to_owned(),
        sgg: sgg.map(str::to_owned),
        rows: tally.rows,
        vintage: tally.newest.and_then(date),
    };
    sums.into_iter().map(report).collect()
}

/// Counts the rows beyond the first with the same parcel number.
fn count_duplicates(pnus: &mut [u64], notes: &mut Notes) {
    pnus.sort_unstable();
    for same in pnus.chunk_by(|a, b| a == b) {
        if same.len() > 1 {
            notes.duplicate_pnus += same.len() as u64 - 1;
            if notes.duplicate_examples.len() < DUPLICATE_EXAMPLES {
                notes.duplicate_examples.push(same[0].to_string());
            }
        }
    }
}

/// Moves the files of a run into the dataset's folder. A file that is there already is left alone: its name says that
/// its content is the same.
///
/// # Errors
///
/// Fails when a file cannot be moved; nothing is visible to readers either way.
pub(crate) fn move_into(dataset_dir: &Path, dir: &Path, files: &[DataFile]) -> Result<()> {
    for file in files {
        let target = dataset_dir.join(&file.path);
        // A crash of the machine may have left a part of the file under its name.
        let is_there = std::fs::metadata(&target).is_ok_and(|found| found.len() == file.bytes);
        if is_there {
            continue;
        }
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        }
        std::fs::rename(dir.join(&file.path), &target).map_err(Error::io("create", &target))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_the_rows_beyond_the_first() {
        let mut notes = Notes::default();
        count_duplicates(&mut [3, 1, 3, 2, 3, 1], &mut notes);
        assert_eq!(
            (notes.duplicate_pnus, notes.duplicate_examples),
            (3, vec!["1".to_owned(), "3".to_owned()])
        );
    }
}
