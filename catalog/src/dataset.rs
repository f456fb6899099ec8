//! One pinned version of a dataset.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate, Utc};
use datafusion::catalog::TableProvider;
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use url::Url;

use crate::actions::LAYOUT_PROPERTY;
use crate::covering::{BBOX, GEOMETRY};
use crate::warehouse::store_url;
use crate::{DataFile, Error, FileIndex, FileSet, FileTable, Result, log, log_schema, publish};

/// Delta features of readers that change nothing for a scan over whole files.
const HARMLESS_FEATURES: [&str; 3] = ["timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"];

/// One version of a dataset. Its schema and files never change; clones are cheap.
#[derive(Debug, Clone)]
pub struct Dataset {
    pinned: Arc<Pinned>,
    /// How rows are distributed over files; not known of a view of several versions.
    layout: Option<Arc<str>>,
}

#[derive(Debug)]
struct Pinned {
    name: String,
    dir: PathBuf,
    version: u64,
    files: Arc<FileSet>,
    table: Arc<FileTable>,
}

/// One entry of a dataset's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// The version that the commit made.
    pub version: u64,
    /// When the commit was made, by the writer's clock.
    pub timestamp: Option<DateTime<Utc>>,
    /// What the writer said about it: Delta's `commitInfo` with Pilji's `vintage`, `vintages` and `provenance`.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl Dataset {
    /// Reads the version that a loaded Delta table is at.
    pub(crate) fn read(name: &str, dir: &Path, table: &DeltaTable) -> Result<Self> {
        let failed = |source| log_error(name, source);
        let state = table.snapshot().map_err(failed)?;
        check_features(name, state)?;
        let schema = log_schema::from_log(state.schema().as_ref()).map_err(|source| index_error(name, source))?;
        let partition_columns = state.metadata().partition_columns().to_vec();
        let adds = state.add_actions_table(true).map_err(failed)?;
        let version = state.version();
        let label = format!("{name}@{version}");
        let layout = state.metadata().configuration().get(LAYOUT_PROPERTY);
        let dataset = Self::of_files(name, dir, version, label, &adds, Arc::new(schema), partition_columns)?;
        Ok(Self {
            layout: layout.map(|layout| layout.as_str().into()),
            ..dataset
        })
    }

    /// The dataset that consists of the files of some flattened `add` actions. `label` is what plans call it.
    pub(crate) fn of_files(
        name: &str,
        dir: &Path,
        version: u64,
        label: String,
        adds: &RecordBatch,
        schema: SchemaRef,
        partition_columns: Vec<String>,
    ) -> Result<Self> {
        let failed = |source| index_error(name, source);
        let index = FileIndex::from_adds(adds, &schema, &partition_columns).map_err(failed)?;
        let store = store_url().map_err(|source| failed(ArrowError::ExternalError(Box::new(source))))?;
        // Parsed, not built of parts, which would percent-encode Hangul.
        let prefix = object_store::path::Path::parse(name)
            .map_err(|source| failed(ArrowError::ExternalError(Box::new(source))))?;
        let files = Arc::new(FileSet {
            name: label,
            store,
            prefix,
            schema,
            partition_columns,
            is_immutable: true,
            coverings: vec![(GEOMETRY.to_owned(), BBOX.to_owned())],
            index,
        });
        let pinned = Pinned {
            name: name.to_owned(),
            dir: dir.to_owned(),
            version,
            table: Arc::new(FileTable::new(Arc::clone(&files))),
            files,
        };
        Ok(Self {
            pinned: Arc::new(pinned),
            layout: None,
        })
    }

    /// The dataset's name, which is its table name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.pinned.name
    }

    /// The dataset's folder; the paths of its files are relative to it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.pinned.dir
    }

    /// The version that this value is pinned to; the first is 0.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.pinned.version
    }

    /// The Arrow schema in the dataset's column order, partition columns in place. `Utf8` and `Binary`, no view types.
    ///
    /// The geometry field carries the `geoarrow.wkb` extension metadata with its CRS.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.pinned.files.schema)
    }

    /// The partition columns, outermost first; empty for a plain dataset.
    #[must_use]
    pub fn partition_columns(&self) -> &[String] {
        &self.pinned.files.partition_columns
    }

    /// How rows are distributed over files, by the name that the first publication gave it.
    #[must_use]
    pub fn layout(&self) -> Option<&str> {
        self.layout.as_deref()
    }

    /// The files of this version, by path, each with the statistics that the index keeps.
    #[must_use]
    pub fn files(&self) -> impl ExactSizeIterator<Item = DataFile> + '_ {
        self.pinned.files.index.files()
    }

    /// The files of this version with what a scan selects them by.
    #[must_use]
    pub fn file_set(&self) -> Arc<FileSet> {
        Arc::clone(&self.pinned.files)
    }

    /// The newest vintage of its 시군구; nothing for a dataset without dates.
    #[must_use]
    pub fn newest_vintage(&self) -> Option<NaiveDate> {
        publish::vintages(self.files()).into_values().max()
    }

    /// The number of rows of this version; files whose log entry does not say count as empty.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.pinned.files.index.rows_at_least()
    }

    /// The size of this version's files in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pinned.files.index.bytes()
    }

    /// A `DataFusion` table over this version.
    #[must_use]
    pub fn table_provider(&self) -> Arc<dyn TableProvider> {
        Arc::<FileTable>::clone(&self.pinned.table)
    }

    /// The commits up to this version, newest first, as far as their log entries are kept.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a log entry cannot be read.
    pub async fn history(&self) -> Result<Vec<Commit>> {
        let (dir, version) = (self.pinned.dir.clone(), self.pinned.version);
        crate::blocking::run(move || log::history(&dir, version)).await
    }
}

/// A Delta table in a folder, not loaded yet.
pub fn delta_table(name: &str, dir: &Path) -> Result<DeltaTable> {
    let url = Url::from_directory_path(dir).map_err(|()| Error::NoDataset {
        name: name.to_owned(),
        dir: dir.into(),
    })?;
    DeltaTableBuilder::from_url(url)
        .and_then(DeltaTableBuilder::build)
        .map_err(|source| log_error(name, source))
}

/// A failure of the Delta library while reading a log.
pub fn log_error(dataset: &str, source: DeltaTableError) -> Error {
    Error::Log {
        action: "read",
        dataset: dataset.to_owned(),
        source: Box::new(source),
    }
}

/// A failure to make an index of files.
pub fn index_error(dataset: &str, source: ArrowError) -> Error {
    Error::Index {
        dataset: dataset.to_owned(),
        source,
    }
}

/// Refuses what would be read wrong: deletion vectors, renamed columns and whatever else a reader must know.
pub fn check_features(dataset: &str, state: &DeltaTableState) -> Result<()> {
    let refuse = |feature: String| {
        Err(Error::Feature {
            dataset: dataset.to_owned(),
            feature,
        })
    };
    let features = state.protocol().reader_features().unwrap_or_default();
    for feature in features.iter().map(ToString::to_string) {
        if !HARMLESS_FEATURES.contains(&feature.as_str()) {
            return refuse(feature);
        }
    }
    let mapping = state.metadata().configuration().get("delta.columnMapping.mode");
    if mapping.is_some_and(|mode| mode != "none") {
        return refuse("columnMapping".to_owned());
    }
    Ok(())
}
