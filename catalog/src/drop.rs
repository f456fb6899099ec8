//! Dropping a dataset.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::Utc;
use tracing::info;

use crate::{Error, Result, Warehouse, blocking, log};

/// The folder of a warehouse that holds dropped datasets until their files are removed.
const DROPPED_FOLDER: &str = "_dropped";

impl Warehouse {
    /// Removes a dataset with all its versions, for good. Queries that are reading it fail.
    ///
    /// It is gone at once and as a whole: its folder is moved away, then removed. What a crash leaves of the folder is
    /// removed by the next drop or vacuum.
    ///
    /// # Errors
    ///
    /// [`Error::NoDataset`] when there is no such dataset, [`Error::Io`] when its folder cannot be moved or removed.
    pub async fn drop_dataset(&self, name: &str) -> Result<()> {
        let (warehouse, name) = (self.clone(), name.to_owned());
        blocking::run(move || {
            if !warehouse.has(&name) {
                return Err(Error::NoDataset {
                    dir: warehouse.dir().to_path_buf(),
                    name,
                });
            }
            let dropped = warehouse.dir().join(DROPPED_FOLDER);
            fs::create_dir_all(&dropped).map_err(io("create", &dropped))?;
            let time = Utc::now().format("%Y%m%dT%H%M%S%9f");
            let target = dropped.join(format!("{name}.{time}.{}", std::process::id()));
            let dataset_dir = warehouse.dataset_dir(&name);
            fs::rename(&dataset_dir, &target).map_err(io("move away", &dataset_dir))?;
            log::sync_all(&[dropped, warehouse.dir().to_path_buf()])?;
            info!(dataset = name, "dropped");
            remove_dropped(warehouse.dir())?;
            Ok(())
        })
        .await
    }
}

/// Removes what is left of dropped datasets; says what that was.
pub fn remove_dropped(warehouse_dir: &Path) -> Result<Vec<PathBuf>> {
    let dropped = warehouse_dir.join(DROPPED_FOLDER);
    let mut removed = Vec::new();
    let Ok(entries) = fs::read_dir(&dropped) else {
        return Ok(removed);
    };
    for entry in entries {
        let path = entry.map_err(io("list", &dropped))?.path();
        match fs::remove_dir_all(&path) {
            Ok(()) => removed.push(path),
            // Another process was here first.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(io("remove", &path)(source)),
        }
    }
    // Fails while another drop is under way, which then removes it.
    let _ = fs::remove_dir(&dropped);
    Ok(removed)
}

fn io(action: &'static str, path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io {
        action,
        path: path.clone(),
        source,
    }
}
