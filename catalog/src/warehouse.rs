//! The warehouse: a folder of datasets.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use deltalake_core::DeltaTable;
use object_store::local::LocalFileSystem;

use crate::blocking;
use crate::dataset::{delta_table, log_error};
use crate::log::{self, Fingerprint, LOG_FOLDER};
use crate::vintage::{Past, Pin};
use crate::{Dataset, Error, Result};

/// A folder that holds datasets. Clones are cheap and share what was read.
#[derive(Debug, Clone)]
pub struct Warehouse {
    dir: Arc<Path>,
    newest: Arc<Mutex<HashMap<String, Slot>>>,
    pub(crate) past: Past,
}

/// Where the newest version of one dataset is kept; locked while it is read, so that it is read once.
type Slot = Arc<tokio::sync::Mutex<Option<Loaded>>>;

/// The newest version that was seen, and how to see whether it still is.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub table: DeltaTable,
    pub dataset: Dataset,
    fingerprint: Option<Fingerprint>,
}

impl Warehouse {
    /// Opens a warehouse that exists.
    ///
    /// # Errors
    ///
    /// [`Error::NoWarehouse`] when `dir` is not a folder.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir: PathBuf = dir.into();
        let absolute = match dir.canonicalize() {
            Ok(absolute) if absolute.is_dir() => absolute,
            _ => return Err(Error::NoWarehouse { dir }),
        };
        Ok(Self {
            dir: absolute.into(),
            newest: Arc::default(),
            past: Past::default(),
        })
    }

    /// Opens a warehouse, after creating its folder when there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be created.
    pub fn create(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir: PathBuf = dir.into();
        std::fs::create_dir_all(&dir).map_err(|source| Error::Io {
            action: "create",
            path: dir.clone(),
            source,
        })?;
        Self::open(dir)
    }

    /// The warehouse's folder, absolute.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Lets queries of a `DataFusion` runtime read the warehouse's files; scans fail without it.
    ///
    /// The store begins at the warehouse's folder, so that plans name files by dataset and not by where the folder is.
    ///
    /// # Errors
    ///
    /// `DataFusionError::ObjectStore` when the folder is gone.
    pub fn register(&self, runtime: &RuntimeEnv) -> datafusion::error::Result<()> {
        let store = LocalFileSystem::new_with_prefix(&self.dir)?;
        runtime.register_object_store(store_url()?.as_ref(), Arc::new(store));
        Ok(())
    }

    /// The names of the datasets, sorted.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be listed.
    pub async fn datasets(&self) -> Result<Vec<String>> {
        let warehouse = self.clone();
        blocking::run(move || warehouse.list()).await
    }

    /// The names of the datasets, sorted; waits for the disk.
    fn list(&self) -> Result<Vec<String>> {
        let io = |source| Error::Io {
            action: "list",
            path: self.dir.to_path_buf(),
            source,
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.dir).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            names.extend(name.to_str().filter(|name| self.has(name)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// True when there is a dataset of this name; waits for the disk.
    pub(crate) fn has(&self, name: &str) -> bool {
        is_dataset_name(name) && self.dir.join(name).join(LOG_FOLDER).is_dir()
    }

    /// The newest version of a dataset, or `None` when there is no such dataset.
    ///
    /// What is read is kept: asking again costs a look at the log's folder, and a newer version is read from its own
    /// log entries only.
    ///
    /// # Errors
    ///
    /// [`Error::Log`] when the dataset's log cannot be read, [`Error::Feature`] when it uses a Delta feature that the
    /// scan does not know.
    pub async fn dataset(&self, name: &str) -> Result<Option<Dataset>> {
        Ok(self.newest(name).await?.map(|loaded| loaded.dataset))
    }

    /// One version of a dataset. It is kept for a while, so that asking again costs a look at the log's folder.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::NoVersion`] when it has no such version,
    /// [`Error::Vacuumed`] when its files are gone; else as [`Warehouse::dataset`].
    pub async fn dataset_at(&self, name: &str, version: u64) -> Result<Dataset> {
        let Some(newest) = self.dataset(name).await? else {
            return Err(Error::NoDataset {
                name: name.to_owned(),
                dir: self.dir.to_path_buf(),
            });
        };
        if version == newest.version() {
            return Ok(newest);
        }
        if version > newest.version() {
            return Err(Error::NoVersion {
                dataset: name.to_owned(),
                version,
                newest: newest.version(),
            });
        }
        let read = async {
            let dir = self.dataset_dir(name);
            let mut table = delta_table(name, &dir)?;
            table
                .load_version(version)
                .await
                .map_err(|source| log_error(name, source))?;
            Dataset::read(name, &dir, &table)
        };
        self.pinned(&newest, Pin::version(version), read).await
    }

    /// The folder of a dataset, which need not exist: where a writer puts files before it publishes them.
    #[must_use]
    pub fn dataset_dir(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The newest version, from memory when it is still the newest.
    pub(crate) async fn newest(&self, name: &str) -> Result<Option<Loaded>> {
        if !self.has(name) {
            return Ok(None);
        }
        let slot = Arc::clone(lock(&self.newest).entry(name.to_owned()).or_default());
        let mut loaded = slot.lock().await;
        *loaded = self.refreshed(name, loaded.take()).await?;
        Ok(loaded.clone())
    }

    /// The newest version, given the one that was the newest.
    async fn refreshed(&self, name: &str, known: Option<Loaded>) -> Result<Option<Loaded>> {
        let dir = self.dataset_dir(name);
        let failed = |source| log_error(name, source);
        let same_log = |known: &Loaded| {
            known.fingerprint.is_some() && known.fingerprint == log::fingerprint(&dir, known.dataset.version())
        };
        let table = match known.filter(same_log) {
            Some(known) if log::fingerprint(&dir, known.dataset.version() + 1).is_none() => return Ok(Some(known)),
            Some(mut known) => {
                known.table.update_state().await.map_err(failed)?;
                known.table
            }
            None if log::versions(&dir)?.is_empty() => return Ok(None),
            None => {
                let mut table = delta_table(name, &dir)?;
                table.load().await.map_err(failed)?;
                table
            }
        };
        let dataset = Dataset::read(name, &dir, &table)?;
        let fingerprint = log::fingerprint(&dir, dataset.version());
        Ok(Some(Loaded {
            table,
            dataset,
            fingerprint,
        }))
    }
}

/// Locks what stays whole even if a thread that holds it dies.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The store of a warehouse's files, which begins at the warehouse's folder.
pub fn store_url() -> datafusion::error::Result<ObjectStoreUrl> {
    ObjectStoreUrl::parse("warehouse://local")
}

/// A name that is a folder and, for a table, needs no escaping beyond quotes.
pub fn is_dataset_name(name: &str) -> bool {
    let starts_well = name.chars().next().is_some_and(char::is_alphanumeric);
    starts_well && name.len() <= 200 && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
