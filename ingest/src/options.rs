//! What a run is asked to do.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use pilji_catalog::TextEncoding;
use pilji_udfs::Crs;

use crate::file_layout::FileLayout;

/// Everything that a run of [`ingest`](crate::ingest()) needs to know.
#[derive(Debug, Clone)]
pub struct IngestOptions {
    /// Zips, shapefiles, folders, CSV files and Parquet files, in the order in which they are reported.
    pub inputs: Vec<PathBuf>,
    /// The warehouse's folder, created when it does not exist.
    pub warehouse: PathBuf,
    /// The dataset to publish to.
    pub dataset: String,
    /// What the rows are.
    pub rows: Rows,
    /// 데이터기준일자 of every row, whatever the files say.
    pub vintage: Option<NaiveDate>,
    /// CRS of the input coordinates; wins over what the files say.
    pub crs: Option<Crs>,
    /// How parcels are distributed over files; as in the dataset, or [`FileLayout::default`] in a new one, when `None`.
    pub layout: Option<FileLayout>,
    /// Encoding of attribute text in files that do not name theirs.
    pub encoding: Option<TextEncoding>,
    /// Where rejected rows go; `_rejects/{dataset}-{UTC time}.csv` in the warehouse when `None`.
    pub rejects: Option<PathBuf>,
    /// Threads that convert and write; all cores when `None`.
    pub threads: Option<usize>,
    /// Bytes of converted rows held in memory at a time; the rest waits in the warehouse's `_tmp` folder.
    pub memory_bytes: usize,
    /// Stops the run when set from outside.
    pub cancel: Cancel,
}

impl IngestOptions {
    /// The memory for converted rows that keeps the whole process below 2 GiB.
    pub const DEFAULT_MEMORY_BYTES: usize = 512 << 20;
    /// The dataset of the national cadastral map, which holds parcels and nothing else.
    pub const PARCEL_DATASET: &str = "parcel";
    /// The dataset of administrative areas of all levels.
    pub const AREA_DATASET: &str = "admin_area";
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            warehouse: PathBuf::new(),
            dataset: Self::PARCEL_DATASET.to_owned(),
            rows: Rows::default(),
            vintage: None,
            crs: None,
            layout: None,
            encoding: None,
            rejects: None,
            threads: None,
            memory_bytes: Self::DEFAULT_MEMORY_BYTES,
            cancel: Cancel::default(),
        }
    }
}

/// What the rows of the inputs are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rows {
    /// What their columns tell: parcels, or rows of any other kind.
    #[default]
    Recognised,
    /// Administrative areas, or pieces of them, by the code of each.
    AdminAreas,
}

/// Asks a run to stop at the next chance; clones share one request.
///
/// The run then removes what it wrote and fails with [`Error::Cancelled`](crate::error::Error::Cancelled).
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for the stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the stop was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
