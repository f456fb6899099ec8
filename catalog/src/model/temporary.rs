//! Models that last as long as a session: those of an owner that is the session itself.

use std::fs;
use std::time::Duration;

use super::models::{FOLDER, INDEX_FOLDER, key, lock};
use super::{Models, store};
use crate::{Result, blocking, name};

/// What the names of such owners begin with.
const PREFIX: &str = "temp-";

/// Time after which the models of a session that was never closed are removed.
const KEPT: Duration = Duration::from_hours(48);

/// Whether an owner is a session.
#[must_use]
pub fn is_temporary(owner: &str) -> bool {
    owner.starts_with(PREFIX)
}

impl Models {
    /// The owner that stands for a session.
    #[must_use]
    pub fn temporary_owner(session: &str) -> String {
        format!("{PREFIX}{session}")
    }

    /// Removes all models of a session, and those of sessions that were never closed.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Name`] when the owner is none, [`crate::Error::Io`] when the folder of models cannot be listed.
    pub async fn remove_temporary(&self, owner: &str) -> Result<()> {
        let owner = name::parse("owner", owner)?;
        let models = self.clone();
        blocking::run(move || {
            for listed in models.revisions.names(None)? {
                if is_temporary(&listed) && (listed == owner || models.is_forgotten(&listed)?) {
                    models.remove_owner(&listed)?;
                }
            }
            Ok(())
        })
        .await
    }

    fn is_forgotten(&self, owner: &str) -> Result<bool> {
        for name in self.revisions.names(Some(owner))? {
            let newest = self.revisions.newest(&key(owner, &name))?;
            let age = newest.and_then(|newest| newest.modified()?.elapsed().ok());
            if age.is_none_or(|age| age < KEPT) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn remove_owner(&self, owner: &str) -> Result<()> {
        for name in self.revisions.names(Some(owner))? {
            lock(&self.read).remove(&key(owner, &name));
            lock(&self.opened).remove(&key(owner, &name));
        }
        for folder in [FOLDER, store::FOLDER, INDEX_FOLDER] {
            // Gone already is as good, and what cannot be removed now is removed another time.
            let _ = fs::remove_dir_all(self.warehouse.dir().join(folder).join(owner));
        }
        Ok(())
    }
}
