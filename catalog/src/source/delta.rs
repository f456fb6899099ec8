//! Delta tables that others write: their log says which files there are, so no folder is listed and no footer read.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::datasource::object_store::ObjectStoreUrl;
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use object_store::ObjectStore;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;

use super::columns::{check_readable, plain_schema, to_table};
use super::live::{Look, Seen};
use super::{Format, Inspected, SAMPLE_ROWS, SourceSpec, footers, geometry, listing};
use crate::covering::marked;
use crate::dataset::check_features;
use crate::{DataFile, Error, FileIndex, FileSet, FileTable, Result, log_schema};

/// How many files the sample is taken from.
const SAMPLED_FILES: usize = 16;

/// The folder of a Delta table's log.
const LOG_FOLDER: &str = "_delta_log";

/// True when there is a Delta table in a folder.
pub(super) async fn is_delta(store: &Arc<dyn ObjectStore>, path: &Path) -> Result<bool> {
    let log = path.clone().join(LOG_FOLDER);
    let listed = store.list_with_delimiter(Some(&log)).await;
    match listed {
        Ok(listed) => Ok(!listed.objects.is_empty()),
        // What is no folder has no log; a store that fails says so when the path is listed.
        Err(_) => Ok(false),
    }
}

/// Inspects the newest version of a Delta table.
pub(super) async fn inspect(store: &Arc<dyn ObjectStore>, path: &Path) -> Result<Inspected> {
    let version = Version::load(store, path, "the files").await?;
    let mut remarks = vec![format!("version {} of a Delta table", version.number)];
    let mut sample = Vec::new();
    let n_files = version.index.len();
    let step = n_files.div_ceil(SAMPLED_FILES).max(1);
    for file in version.index.files().step_by(step) {
        sample.extend(sample_of(store, path, &file, &version.schema, n_files).await?);
    }
    let schema = geometry::mark(
        &version.schema,
        &std::collections::HashMap::new(),
        &sample,
        &mut remarks,
    );
    let sample = geometry::with_schema(sample, &schema).map_err(|source| columns_error(path.as_ref(), source))?;
    Ok(Inspected {
        format: Format::Delta,
        schema,
        files: n_files,
        bytes: version.index.bytes(),
        rows: version.index.rows(),
        row_bytes: None,
        partition_columns: version.partition_columns,
        sample,
        remarks,
    })
}

async fn sample_of(
    store: &Arc<dyn ObjectStore>,
    root: &Path,
    file: &DataFile,
    schema: &SchemaRef,
    n_files: usize,
) -> Result<Vec<arrow::array::RecordBatch>> {
    let location = listing::location(root, &file.path)?;
    let n_rows = SAMPLE_ROWS.div_ceil(SAMPLED_FILES.min(n_files));
    let mut sample = Vec::new();
    for rows in footers::first_rows(store, &location, file.bytes, n_rows).await? {
        let rows = to_table(&rows, schema, &file.partition);
        sample.push(rows.map_err(|source| columns_error(location.as_ref(), source))?);
    }
    Ok(sample)
}

fn columns_error(file: &str, source: arrow::error::ArrowError) -> Error {
    Error::SourceColumns {
        file: file.to_owned(),
        source,
    }
}

/// One version of a Delta table.
struct Version {
    number: u64,
    /// The columns, those of folders last.
    schema: SchemaRef,
    partition_columns: Vec<String>,
    index: FileIndex,
    adds: arrow::array::RecordBatch,
}

impl Version {
    async fn load(store: &Arc<dyn ObjectStore>, path: &Path, name: &str) -> Result<Self> {
        let failed = |source| log_error(path, source);
        let mut table = delta_table(store, path).map_err(failed)?;
        table.load().await.map_err(failed)?;
        let state = table.snapshot().map_err(failed)?;
        check_features(path.as_ref(), state)?;
        let partition_columns = state.metadata().partition_columns().to_vec();
        let schema = schema_of(state, &partition_columns).map_err(|source| columns_error(path.as_ref(), source))?;
        let adds = state.add_actions_table(true).map_err(failed)?;
        Ok(Self {
            number: state.version(),
            index: index(&adds, &schema, &partition_columns, name)?,
            schema,
            partition_columns,
            adds,
        })
    }
}

fn index(
    adds: &arrow::array::RecordBatch,
    schema: &Schema,
    partition_columns: &[String],
    name: &str,
) -> Result<FileIndex> {
    FileIndex::from_adds(adds, schema, partition_columns).map_err(|source| Error::Index {
        dataset: name.to_owned(),
        source,
    })
}

/// The table as the Delta library sees it. The library joins paths to a URL; the store below begins at the table, so
/// that the URL says nothing but that listings come unsorted.
fn delta_table(store: &Arc<dyn ObjectStore>, path: &Path) -> Result<DeltaTable, DeltaTableError> {
    let url = Url::parse("file:///").map_err(|error| DeltaTableError::InvalidTableLocation(error.to_string()))?;
    let store: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(store), path.clone()));
    DeltaTableBuilder::from_url(url.clone())?
        .with_storage_backend(store, url)
        .build()
}

/// The columns in plain types, those of folders last and in their own types.
fn schema_of(state: &DeltaTableState, partition_columns: &[String]) -> Result<SchemaRef, arrow::error::ArrowError> {
    let plain = plain_schema(&log_schema::from_log(state.schema().as_ref())?);
    let (of_folders, of_files): (Vec<_>, Vec<_>) = plain
        .fields()
        .iter()
        .cloned()
        .partition(|field| partition_columns.contains(field.name()));
    Ok(Arc::new(Schema::new([of_files, of_folders].concat())))
}

fn log_error(path: &Path, source: DeltaTableError) -> Error {
    Error::Log {
        action: "read",
        dataset: path.to_string(),
        source: Box::new(source),
    }
}

/// A Delta table whose newest version is looked for from time to time.
#[derive(Debug)]
pub(super) struct Log {
    pub store: Arc<dyn ObjectStore>,
    pub store_url: ObjectStoreUrl,
    pub path: Path,
    pub spec: SourceSpec,
    pub name: String,
}

#[async_trait]
impl Look for Log {
    async fn look(&self, before: Option<&Seen>) -> Result<Seen> {
        let version = Version::load(&self.store, &self.path, &self.name).await?;
        if let Some(before) = before.filter(|before| before.fingerprint == version.number) {
            return Ok(before.clone());
        }
        let schema = &self.spec.schema;
        let columns: Vec<_> = version.schema.fields().iter().cloned().collect();
        check_readable(schema, &[], &columns, self.path.as_ref())?;
        let files = FileSet {
            name: format!("{}@{}", self.name, version.number),
            store: self.store_url.clone(),
            prefix: self.path.clone(),
            schema: Arc::clone(schema),
            index: index(&version.adds, schema, &version.partition_columns, &self.name)?,
            partition_columns: version.partition_columns,
            is_immutable: false,
            coverings: marked(schema),
        };
        Ok(Seen {
            table: Arc::new(FileTable::new(Arc::new(files))),
            fingerprint: version.number,
        })
    }
}
