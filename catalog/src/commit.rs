//! Publishing to a warehouse: one commit that everybody sees whole, or nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use chrono::NaiveDate;
use deltalake_core::kernel::transaction::PROTOCOL;
use deltalake_core::protocol::checkpoints;
use tracing::{info, warn};

use crate::actions::{commit_bytes, stored_schema};
use crate::dataset::{delta_table, log_error};
use crate::publish::{self, Change, Sigungu};
use crate::warehouse::{Loaded, is_dataset_name};
use crate::{DataFile, Dataset, Error, Publication, Published, Replace, Result, Warehouse, blocking, log, whole_sido};

/// How many versions a reader must replay at most beyond a checkpoint.
const CHECKPOINT_INTERVAL: u64 = 100;

impl Warehouse {
    /// Makes a publication visible in one commit, or finds that it is live already.
    ///
    /// Data files, their folders and the log entry are on disk before it returns. When it fails or the process dies,
    /// the dataset is as it was; files that were written for it stay behind, unseen. Writers of other 시군구 do not
    /// disturb it: when one of them is first, it looks again and takes the next version.
    ///
    /// # Errors
    ///
    /// [`Error::DatasetName`], [`Error::SchemaMismatch`], [`Error::ColumnType`], [`Error::OlderVintage`],
    /// [`Error::Succeeded`], [`Error::Conflict`] or [`Error::Publication`] when the publication is refused; [`Error::Io`] or [`Error::Log`]
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

    /// Refuses 시군구 whose live vintage is newer than what is offered, as [`Warehouse::publish`] would; a writer asks
    /// as soon as it knows, before it writes files.
    ///
    /// # Errors
    ///
    /// [`Error::OlderVintage`] and [`Error::Succeeded`]; else as [`Warehouse::dataset`].
    pub async fn check_vintages(&self, name: &str, offered: &BTreeMap<Sigungu, NaiveDate>) -> Result<()> {
        match self.dataset(name).await? {
            Some(live) => publish::check_sigungu(&live, offered),
            None => Ok(()),
        }
    }

    /// Refuses a vintage of a whole dataset that is older than the live one, as [`Warehouse::publish`] would.
    ///
    /// # Errors
    ///
    /// [`Error::OlderVintage`]; else as [`Warehouse::dataset`].
    pub async fn check_vintage(&self, name: &str, offered: NaiveDate) -> Result<()> {
        match self.dataset(name).await? {
            Some(live) => publish::check_whole(&live, offered, &live.history().await?),
            None => Ok(()),
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
        let history = if publication.replace == Replace::Dataset || whole_sido::applies(publication) {
            dataset.history().await?
        } else {
            Vec::new()
        };
        publish::check_vintage(dataset, publication, &history)?;
        if whole_sido::applies(publication) {
            whole_sido::check(dataset, publication, &history)?;
        }
        publish::change(Some(dataset), publication)
    }

    /// Writes the log entry of `version`; `false` when another writer was first.
    async fn commit(&self, name: &str, version: u64, publication: &Arc<Publication>, change: Change) -> Result<bool> {
        let (name, dir, publication) = (name.to_owned(), self.dataset_dir(name), Arc::clone(publication));
        blocking::run(move || {
            // A dataset that was dropped meanwhile must not come back as one entry without those before it.
            let is_dropped = version > 0 && log::fingerprint(&dir, version - 1).is_none();
            if is_dropped {
                return Err(Error::Publication {
                    dataset: name,
                    reason: "it was dropped meanwhile; run again to make a new one".to_owned(),
                });
            }
            if log::fingerprint(&dir, version).is_some() {
                return Ok(false);
            }
            let bytes = commit_bytes(&name, &dir, version == 0, &publication, &change)?;
            log::put_entry(&dir, version, &bytes)
        })
        .await
    }

    /// Brings new files, the folders on the way to them, and the dataset's own folder to disk.
    ///
    /// The files get the time of now: one may have been lying there for long, removed once and wanted again, and a vacuum
    /// leaves alone what is young. That the file is still there is looked at once more before the commit.
    async fn sync_files(&self, name: &str, files: &[DataFile]) -> Result<()> {
        let (name, warehouse, dir) = (name.to_owned(), self.dir().to_path_buf(), self.dataset_dir(name));
        let paths: Vec<PathBuf> = files.iter().map(|file| dir.join(&file.path)).collect();
        blocking::run(move || {
            std::fs::create_dir_all(&dir).map_err(|source| Error::Io {
                action: "create",
                path: dir.clone(),
                source,
            })?;
            let now = SystemTime::now();
            for path in &paths {
                freshen(&name, path, now)?;
            }
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
    pub(crate) async fn checkpoint(&self, name: &str, version: u64) {
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
                .map_err(|source| log_error(name, source))?;
            let dir = self.dataset_dir(name);
            blocking::run(move || log::sync_checkpoint(&dir, version)).await
        };
        if let Err(error) = written.await {
            warn!(dataset = name, version, %error, "no checkpoint was written");
        }
    }
}

/// Gives a file the time of now.
fn freshen(dataset: &str, path: &Path, now: SystemTime) -> Result<()> {
    match File::open(path).and_then(|file| file.set_modified(now)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::Publication {
            dataset: dataset.to_owned(),
            reason: format!("file {} is gone; run again", path.display()),
        }),
        Err(source) => Err(Error::Io {
            action: "set the time of",
            path: path.to_owned(),
            source,
        }),
    }
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
