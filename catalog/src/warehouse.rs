//! The warehouse: a folder of datasets.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{Dataset, Error, Publication, Published, Result};

/// A folder that holds datasets. Clones are cheap and share what was read.
#[derive(Debug, Clone)]
pub struct Warehouse {
    dir: Arc<Path>,
}

impl Warehouse {
    /// Opens a warehouse that exists.
    ///
    /// # Errors
    ///
    /// [`Error::NoWarehouse`] when `dir` is not a folder.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir: PathBuf = dir.into();
        if !dir.is_dir() {
            return Err(Error::NoWarehouse { dir });
        }
        Ok(Self { dir: dir.into() })
    }

    /// Opens a warehouse, after creating its folder when there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be created.
    pub fn create(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir: PathBuf = dir.into();
        std::fs::create_dir_all(&dir).map_err(|source| Error::Io { action: "create", path: dir.clone(), source })?;
        Self::open(dir)
    }

    /// The warehouse's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The names of the datasets, sorted.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be listed.
    pub async fn datasets(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// The newest version of a dataset, or `None` when there is no such dataset.
    ///
    /// # Errors
    ///
    /// [`Error::Log`] when the dataset's log cannot be read.
    pub async fn dataset(&self, _name: &str) -> Result<Option<Dataset>> {
        Ok(None)
    }

    /// One version of a dataset.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::Log`] when it has no such version.
    pub async fn dataset_at(&self, name: &str, _version: u64) -> Result<Dataset> {
        Err(Error::NoDataset { name: name.to_owned(), dir: self.dir.to_path_buf() })
    }

    /// The folder of a dataset, which need not exist: where a writer puts files before it publishes them.
    #[must_use]
    pub fn dataset_dir(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Makes a publication visible in one commit, or finds that it is live already.
    ///
    /// Data files, their folders and the log entry are on disk before it returns. When it fails or the process dies, the dataset is as
    /// it was.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMismatch`], [`Error::OlderVintage`], [`Error::Conflict`] or [`Error::Publication`] when the
    /// publication is refused; [`Error::Io`] or [`Error::Log`] when it could not be written.
    pub async fn publish(&self, name: &str, _publication: Publication) -> Result<Published> {
        Err(Error::NoDataset { name: name.to_owned(), dir: self.dir.to_path_buf() })
    }
}
