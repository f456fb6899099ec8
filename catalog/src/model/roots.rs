//! Which folders of the server's file system may be named by people who reach it over the wire.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::{Error, Result};

/// Folders below which paths are read. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Roots(Arc<[PathBuf]>);

/// How far a request reaches into the server's file system.
#[derive(Debug, Clone)]
pub enum Reach {
    /// Wherever the person who runs the program can read.
    Anywhere,
    /// Below these folders only; nowhere when there are none.
    Within(Roots),
}

impl Roots {
    /// Folders, with their links resolved.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when one of them does not exist.
    pub fn new(folders: &[PathBuf]) -> Result<Self> {
        let resolved = folders.iter().map(|folder| {
            folder.canonicalize().map_err(|source| Error::Io {
                action: "find the root",
                path: folder.clone(),
                source,
            })
        });
        resolved.collect::<Result<Vec<_>>>().map(|roots| Self(roots.into()))
    }

    /// Whether there are no folders at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path with its links resolved, when it is below one of the folders.
    ///
    /// # Errors
    ///
    /// [`Error::OutsideRoots`] when it is not, [`Error::Io`] when it would be but there is nothing. Outside of the
    /// folders it is not told whether there is anything.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf> {
        let outside = || Error::OutsideRoots {
            path: path.to_owned(),
            any: !self.is_empty(),
        };
        match path.canonicalize() {
            Ok(resolved) if self.holds(&resolved) => Ok(resolved),
            Err(source) if self.holds(&without_dots(path)) => Err(Error::Io {
                action: "find",
                path: path.to_owned(),
                source,
            }),
            _ => Err(outside()),
        }
    }

    fn holds(&self, path: &Path) -> bool {
        self.0.iter().any(|root| path.starts_with(root))
    }
}

impl Reach {
    /// The path, when it is within reach; its links are resolved where the reach has an end.
    ///
    /// # Errors
    ///
    /// Those of [`Roots::resolve`].
    pub fn resolve(&self, path: &Path) -> Result<PathBuf> {
        match self {
            Self::Anywhere => Ok(path.to_owned()),
            Self::Within(roots) => roots.resolve(path),
        }
    }
}

/// The path with `..` taken as going up, without a look at the disk.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_a_root_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("in")).unwrap();
        std::fs::create_dir_all(dir.path().join("rootless")).unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        std::os::unix::fs::symlink(dir.path(), root.join("link")).unwrap();
        let roots = Roots::new(std::slice::from_ref(&root)).unwrap();

        assert!(roots.resolve(&root.join("in")).is_ok());
        for outside in ["root/../secret", "secret", "root/link/secret", "rootless", "nothing"] {
            let error = roots.resolve(&dir.path().join(outside)).unwrap_err();
            assert!(
                matches!(error, Error::OutsideRoots { any: true, .. }),
                "{outside}: {error}"
            );
        }
        let error = roots.resolve(&root.join("nothing")).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }

    #[test]
    fn without_roots_nothing_is_found() {
        let error = Roots::new(&[]).unwrap().resolve(Path::new("/")).unwrap_err();
        assert!(error.to_string().contains("PILJI_ROOTS"), "{error}");
    }
}
