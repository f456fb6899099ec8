//! From a place to the store that its files are read from.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;

use super::{Models, Place, Reach};
use crate::{Connection, Error, Result, blocking};

/// Where files are read from.
#[derive(Debug, Clone)]
pub struct Located {
    pub store: Arc<dyn ObjectStore>,
    pub url: ObjectStoreUrl,
    /// The path of the files in the store.
    pub path: StorePath,
}

impl Models {
    /// The store and the path in it that a place means, when it is within reach.
    pub(super) async fn locate(&self, place: &Place, reach: &Reach) -> Result<Located> {
        match place {
            Place::Path(path) => {
                let (path, reach, place) = (path.clone(), reach.clone(), place.clone());
                blocking::run(move || local(&place, &reach.resolve(&path)?)).await
            }
            Place::Connection { connection, path } => {
                let found = self.connections.get(connection).await?;
                let (checked, reach, inside) = (found.clone(), reach.clone(), path.clone());
                blocking::run(move || check_inside(&checked, &inside, &reach)).await?;
                let opened = self.connections.store(connection).await?;
                let inside = StorePath::parse(path).map_err(|source| wrong_path(place, &source))?;
                Ok(Located {
                    store: opened.store,
                    url: opened.url,
                    path: opened.prefix.parts().chain(inside.parts()).collect(),
                })
            }
        }
    }
}

/// A store that begins at the folder, or at the file's folder, so that plans do not tell where that is.
fn local(place: &Place, path: &Path) -> Result<Located> {
    let metadata = std::fs::metadata(path).map_err(|source| Error::Io {
        action: "find",
        path: path.to_owned(),
        source,
    })?;
    let folder = if metadata.is_dir() { Some(path) } else { path.parent() };
    let folder = folder.unwrap_or(path);
    let inside = match path.file_name() {
        Some(name) if metadata.is_file() => {
            let name = name.to_str().ok_or_else(|| Error::Location {
                location: place.shown(),
                reason: "the file's name is not Unicode; rename it".to_owned(),
            })?;
            StorePath::parse(name).map_err(|source| wrong_path(place, &source))?
        }
        _ => StorePath::default(),
    };
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|source| Error::SourceStore {
        action: "read",
        path: place.shown(),
        source: Box::new(source),
    })?;
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let url = ObjectStoreUrl::parse(format!("pilji-folder://{:016x}", hasher.finish())).map_err(|source| {
        Error::StoreUrl {
            source: Box::new(source),
        }
    })?;
    Ok(Located {
        store: Arc::new(store),
        url,
        path: inside,
    })
}

/// Checks that a path in a local connection is below the connection's folder, links resolved, and within reach.
fn check_inside(connection: &Connection, inside: &str, reach: &Reach) -> Result<()> {
    let Some(folder) = connection.folder() else {
        return Ok(());
    };
    let (Ok(base), Ok(path)) = (folder.canonicalize(), folder.join(inside).canonicalize()) else {
        // Whoever reads it says that there is nothing.
        return Ok(());
    };
    if !path.starts_with(&base) {
        return Err(Error::Location {
            location: format!("{}:{inside}", connection.name),
            reason: "a link leads out of the connection's folder".to_owned(),
        });
    }
    reach.resolve(&path).map(drop)
}

fn wrong_path(place: &Place, source: &object_store::path::Error) -> Error {
    Error::Location {
        location: place.shown(),
        reason: source.to_string(),
    }
}
