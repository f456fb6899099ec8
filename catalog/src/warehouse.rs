//! The warehouse: a folder of datasets.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use deltalake_core::DeltaTable;
use deltalake_core::kernel::transaction::PROTOCOL;
use deltalake_core::protocol::checkpoints;
use object_store::local::LocalFileSystem;
use tracing::{info, warn};

use crate::actions::{commit_bytes, stored_schema};
use crate::blocking;
use crate::dataset::{delta_table, log_error};
use crate::log::{self, Fingerprint, LOG_FOLDER};
use crate::publish::{self, Change};
use crate::{DataFile, Dataset, Error, Publication, Published, Replace, Result};

/// How many versions a reader must replay at most beyond a checkpoint.
const CHECKPOINT_INTERVAL: u64 = 100;

/// A folder that holds datasets. Clones are cheap and share what was read.
#[derive(Debug, Clone)]
pub struct Warehouse {
    dir: Arc<Path>,
    newest: Arc<Mutex<HashMap<String, Slot>>>,
}

/// Where the newest version of one dataset is kept; locked while it is read, so that it is read once.
type Slot = Arc<tokio::sync::Mutex<Option<Loaded>>>;

/// The newest version that was seen, and how to see whether it still is.
#[derive(Debug, Clone)]
struct Loaded {
    table: DeltaTable,
    dataset: Dataset,
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
    fn has(&self, name: &str) -> bool {
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

    /// One version of a dataset.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::NoVersion`] when it has no such version; else as
    /// [`Warehouse::dataset`].
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
        let dir = self.dataset_dir(name);
        let mut table = delta_table(name, &dir)?;
        table
            .load_version(version)
            .await
            .map_err(|source| log_error(name, source))?;
        Dataset::read(name, &dir, &table)
    }

    /// The folder of a dataset, which need not exist: where a writer puts files before it publishes them.
    #[must_use]
    pub fn dataset_dir(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Makes a publication visible in one commit, or finds that it is live already.
    ///
    /// Data files, their folders and the log entry are on disk before it returns. When it fails or the process dies,
    /// the dataset is as it was; files that were written for it stay behind, unseen. Writers of other 시군구 do not
    /// disturb it: when one of them is first, it looks again and takes the next version.
    ///
    /// # Errors
    ///
    /// [`Error::DatasetName`], [`Error::SchemaMismatch`], [`Error::ColumnType`], [`Error::OlderVintage`],
    /// [`Error::Conflict`] or [`Error::Publication`] when the publication is refused; [`Error::Io`] or [`Error::Log`]
    /// when it could not be written.
    pub async fn publish(&self, name: &str, publication: Publication) -> Result<Published> {
        if !is_dataset_name(name) {
            return Err(Error::DatasetName { name: name.to_owned() });
        }
        let publication = Publication {
            schema: stored_schema(&publication.schema)?,
            ..publication
        };
        publish::check_publication(name, &publication)?;
        let publication = Arc::new(publication);
        let mut first_seen: Option<BTreeSet<String>> = None;
        loop {
            let live = self.newest(name).await?;
            let change = self.plan(name, live.as_ref(), &publication).await?;
            let dataset = live.as_ref().map(|live| &live.dataset);
            if let (true, Some(dataset)) = (change.is_empty(), dataset) {
                let version = dataset.version();
                return Ok(Published {
                    version,
                    files_added: 0,
                    files_removed: 0,
                    changed: false,
                });
            }
            let covered: BTreeSet<String> = publish::covered(dataset, &publication.replace).into_keys().collect();
            match &first_seen {
                None => {
                    self.sync_files(name, &change.added).await?;
                    first_seen = Some(covered);
                }
                Some(before) if *before == covered => {}
                Some(before) => return Err(conflict(name, dataset, &publication.replace, before, &covered)),
            }
            let (files_added, files_removed) = (change.added.len(), change.removed.len());
            let version = dataset.map_or(0, |dataset| dataset.version() + 1);
            if self.commit(name, version, &publication, change).await? {
                info!(dataset = name, version, files_added, files_removed, "published");
                self.checkpoint(name, version).await;
                return Ok(Published {
                    version,
                    files_added,
                    files_removed,
                    changed: true,
                });
            }
        }
    }

    /// What the publication changes in the live version, when it may.
    async fn plan(&self, name: &str, live: Option<&Loaded>, publication: &Publication) -> Result<Change> {
        let Some(Loaded { table, dataset, .. }) = live else {
            return publish::change(None, publication);
        };
        let state = table.snapshot().map_err(|source| log_error(name, source))?;
        PROTOCOL
            .can_write_to(state.snapshot())
            .map_err(|source| log_error(name, source.into()))?;
        publish::check_schema(dataset, publication)?;
        let history = match publication.replace {
            Replace::Dataset => dataset.history().await?,
            Replace::Sigungu(_) => Vec::new(),
        };
        publish::check_vintage(dataset, publication, &history)?;
        publish::change(Some(dataset), publication)
    }

    /// Writes the log entry of `version`; `false` when another writer was first.
    async fn commit(&self, name: &str, version: u64, publication: &Arc<Publication>, change: Change) -> Result<bool> {
        let (name, dir, publication) = (name.to_owned(), self.dataset_dir(name), Arc::clone(publication));
        blocking::run(move || {
            let bytes = commit_bytes(&name, &dir, version == 0, &publication, &change)?;
            log::put_entry(&dir, version, &bytes)
        })
        .await
    }

    /// Brings new files, the folders on the way to them, and the dataset's own folder to disk.
    async fn sync_files(&self, name: &str, files: &[DataFile]) -> Result<()> {
        let (warehouse, dir) = (self.dir.to_path_buf(), self.dataset_dir(name));
        let paths: Vec<PathBuf> = files.iter().map(|file| dir.join(&file.path)).collect();
        blocking::run(move || {
            std::fs::create_dir_all(&dir).map_err(|source| Error::Io {
                action: "create",
                path: dir.clone(),
                source,
            })?;
            let mut folders = BTreeSet::from([warehouse]);
            for path in &paths {
                folders.extend(
                    path.ancestors()
                        .skip(1)
                        .take_while(|folder| folder.starts_with(&dir))
                        .map(Path::to_owned),
                );
            }
            log::sync_all(&paths)?;
            log::sync_all(&folders.into_iter().collect::<Vec<_>>())
        })
        .await
    }

    /// Writes a checkpoint now and then. The commit stands without it, so that a failure is only worth a warning.
    async fn checkpoint(&self, name: &str, version: u64) {
        if !(version + 1).is_multiple_of(CHECKPOINT_INTERVAL) {
            return;
        }
        let written = async {
            let mut table = delta_table(name, &self.dataset_dir(name))?;
            table
                .load_version(version)
                .await
                .map_err(|source| log_error(name, source))?;
            checkpoints::create_checkpoint(&table, None)
                .await
                .map_err(|source| log_error(name, source))
        };
        if let Err(error) = written.await {
            warn!(dataset = name, version, %error, "no checkpoint was written");
        }
    }

    /// The newest version, from memory when it is still the newest.
    async fn newest(&self, name: &str) -> Result<Option<Loaded>> {
        if !self.has(name) {
            return Ok(None);
        }
        let slot = Arc::clone(
            self.newest
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(name.to_owned())
                .or_default(),
        );
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

/// The store of a warehouse's files, which begins at the warehouse's folder.
pub fn store_url() -> datafusion::error::Result<ObjectStoreUrl> {
    ObjectStoreUrl::parse("warehouse://local")
}

/// A name that is a folder and, for a table, needs no escaping beyond quotes.
fn is_dataset_name(name: &str) -> bool {
    let starts_well = name.chars().next().is_some_and(char::is_alphanumeric);
    starts_well && name.len() <= 200 && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// The error of a writer that found the files it wanted to replace replaced by another one.
fn conflict(
    name: &str,
    live: Option<&Dataset>,
    replace: &Replace,
    before: &BTreeSet<String>,
    now: &BTreeSet<String>,
) -> Error {
    let changed = |file: &DataFile| now.contains(&file.path) && !before.contains(&file.path);
    let region = match replace {
        Replace::Dataset => None,
        Replace::Sigungu(regions) => {
            let mut files = live.into_iter().flat_map(Dataset::files);
            let replaced = files.find(changed).as_ref().and_then(publish::sigungu);
            replaced.or_else(|| regions.first().cloned())
        }
    };
    Error::Conflict {
        dataset: name.to_owned(),
        region: region.map_or_else(|| "the whole".to_owned(), |region| publish::region_name(&region)),
        version: live.map(Dataset::version).unwrap_or_default(),
    }
}
