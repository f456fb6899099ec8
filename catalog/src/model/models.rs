//! The models of a warehouse.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::table::Opened;
use super::temporary::is_temporary;
use super::{Model, Reach};
use crate::revisions::{Revisions, Stamp};
use crate::{Connections, Error, Result, Variables, Warehouse, blocking, name};

/// The folder of the models in a warehouse.
pub(super) const FOLDER: &str = "_models";

/// The folder of the indexes of users' trees in a warehouse.
pub(super) const INDEX_FOLDER: &str = "_index";

/// Owners whose schemas hold something else.
const RESERVED_OWNERS: [&str; 2] = ["public", "information_schema"];

/// The models of a warehouse. Clones are cheap and share what was read.
///
/// Every look goes to the warehouse's folder, so that what another server changed is seen at once; what was read or
/// opened is kept as long as the model's revision is the same.
#[derive(Debug, Clone)]
pub struct Models {
    pub(super) warehouse: Warehouse,
    pub(super) connections: Connections,
    pub(super) reach: Reach,
    pub(super) revisions: Revisions,
    pub(super) read: Arc<Mutex<HashMap<PathBuf, Read>>>,
    pub(super) opened: Arc<Mutex<HashMap<PathBuf, Slot>>>,
}

/// The newest text of a model, and the model that was read from it.
type Read = (Stamp, Arc<Model>);

/// Where the table of one model is kept; locked while it is opened, so that it is opened once.
type Slot = Arc<tokio::sync::Mutex<Option<Opened>>>;

/// A model, or what is wrong with its text.
#[derive(Debug)]
pub struct ListedModel {
    /// Whose it is.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// The model, or why its text cannot be read.
    pub model: Result<Arc<Model>>,
}

impl Models {
    /// The models of a warehouse, whose connections look up their secrets in `variables`.
    #[must_use]
    pub fn new(warehouse: &Warehouse, variables: Variables) -> Self {
        Self {
            warehouse: warehouse.clone(),
            connections: Connections::new(warehouse, variables),
            reach: Reach::Anywhere,
            revisions: Revisions::new(warehouse.dir().join(FOLDER)),
            read: Arc::default(),
            opened: Arc::default(),
        }
    }

    /// The same models, of which only those within reach are read.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// The connections of the warehouse.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.connections
    }

    /// Every model but the temporary ones, by owner and name; one whose text is wrong stands there with its error.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be listed.
    pub async fn list(&self) -> Result<Vec<ListedModel>> {
        let models = self.clone();
        blocking::run(move || {
            let mut listed = Vec::new();
            for owner in models.revisions.names(None)? {
                if is_temporary(&owner) {
                    continue;
                }
                for name in models.revisions.names(Some(&owner))? {
                    if let Some(model) = models.look(&owner, &name).transpose() {
                        let owner = owner.clone();
                        listed.push(ListedModel { owner, name, model });
                    }
                }
            }
            Ok(listed)
        })
        .await
    }

    /// A model, or `None`.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] when its text is wrong; [`Error::Io`] when it cannot be read.
    pub async fn find(&self, owner: &str, name: &str) -> Result<Option<Arc<Model>>> {
        // What cannot be a name is not the name of a model.
        let (Ok(owner), Ok(name)) = (name::parse("owner", owner), name::parse("model", name)) else {
            return Ok(None);
        };
        let models = self.clone();
        blocking::run(move || models.look(&owner, &name)).await
    }

    /// A model.
    ///
    /// # Errors
    ///
    /// [`Error::NoModel`] when there is none; else as [`Models::find`].
    pub async fn get(&self, owner: &str, name: &str) -> Result<Arc<Model>> {
        if let Some(model) = self.find(owner, name).await? {
            return Ok(model);
        }
        let listed = self.list().await?;
        Err(Error::NoModel {
            name: format!("{owner}.{name}"),
            known: listed
                .into_iter()
                .map(|listed| format!("{}.{}", listed.owner, listed.name))
                .collect(),
        })
    }

    /// A model as it was at a revision, for a query that was planned with it: also when it was changed or removed
    /// since.
    ///
    /// # Errors
    ///
    /// [`Error::NoModel`] when that revision is not kept or removed the model; else as [`Models::find`].
    pub async fn at(&self, owner: &str, name: &str, revision: u64) -> Result<Arc<Model>> {
        let (owner, name) = (name::parse("owner", owner)?, name::parse("model", name)?);
        let models = self.clone();
        blocking::run(move || {
            let key = key(&owner, &name);
            if let Some((known, model)) = lock(&models.read).get(&key)
                && known.number == revision
            {
                return Ok(Arc::clone(model));
            }
            let stamp = models.revisions.at(&key, revision)?;
            let text = stamp.as_ref().map(Stamp::text).transpose()?.flatten();
            match (stamp, text) {
                (Some(stamp), Some(text)) => Ok(Arc::new(Model::from_toml(
                    &owner,
                    &name,
                    revision,
                    &stamp.shown,
                    &text,
                )?)),
                _ => Err(Error::NoModel {
                    name: format!("{owner}.{name}"),
                    known: Vec::new(),
                }),
            }
        })
        .await
    }

    /// Keeps a new model.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when there is one of this name; [`Error::Name`] when its names are none.
    pub async fn create(&self, model: Model) -> Result<Arc<Model>> {
        let owner = owner_name(&model.owner)?;
        let name = name::parse("model", &model.name)?;
        let models = self.clone();
        blocking::run(move || {
            let newest = models.revisions.newest(&key(&owner, &name))?;
            let exists = match &newest {
                Some(newest) => newest.text()?.is_some(),
                None => false,
            };
            let number = newest.map_or(1, |newest| newest.number + 1);
            let exists = exists || {
                let text = Model {
                    owner: owner.clone(),
                    name: name.clone(),
                    ..model
                }
                .to_toml();
                !models.revisions.create(&key(&owner, &name), number, &text)?
            };
            if exists {
                return Err(already(&owner, &name));
            }
            models
                .look(&owner, &name)?
                .ok_or_else(|| changed(&owner, &name, number))
        })
        .await
    }

    /// Keeps a model that was changed. Its revision is the one that the change is based on.
    ///
    /// # Errors
    ///
    /// [`Error::Changed`] when there is a newer revision by now.
    pub async fn update(&self, model: &Model) -> Result<Arc<Model>> {
        self.update_text(&model.owner, &model.name, model.revision, model.to_toml())
            .await
    }

    /// Keeps the text of a model as somebody wrote it, based on a revision.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] when the text is wrong, [`Error::Changed`] when there is a newer revision by now.
    pub async fn update_text(&self, owner: &str, name: &str, based_on: u64, text: String) -> Result<Arc<Model>> {
        let (owner, name) = (name::parse("owner", owner)?, name::parse("model", name)?);
        let number = based_on + 1;
        Model::from_toml(&owner, &name, number, Path::new(&format!("{owner}.{name}")), &text)?;
        let models = self.clone();
        blocking::run(move || {
            let newest = models
                .revisions
                .newest(&key(&owner, &name))?
                .map(|newest| newest.number);
            if newest != Some(based_on) || !models.revisions.create(&key(&owner, &name), number, &text)? {
                return Err(changed(&owner, &name, number));
            }
            models
                .look(&owner, &name)?
                .ok_or_else(|| changed(&owner, &name, number))
        })
        .await
    }

    /// The newest text of a model, be it right or wrong, and its revision.
    ///
    /// # Errors
    ///
    /// [`Error::NoModel`] when there is none.
    pub async fn text(&self, owner: &str, name: &str) -> Result<(u64, String)> {
        if !matches!(self.find(owner, name).await, Err(Error::Toml { .. })) {
            self.get(owner, name).await?;
        }
        let (models, key) = (
            self.clone(),
            key(&name::parse("owner", owner)?, &name::parse("model", name)?),
        );
        blocking::run(move || {
            let Some(newest) = models.revisions.newest(&key)? else {
                return Ok((0, String::new()));
            };
            Ok((newest.number, newest.text()?.unwrap_or_default()))
        })
        .await
    }

    /// Removes a model; the data stays where it is.
    ///
    /// # Errors
    ///
    /// [`Error::NoModel`] when there is none; [`Error::Changed`] when another writer was faster.
    pub async fn remove(&self, owner: &str, name: &str) -> Result<()> {
        let (revision, _) = self.text(owner, name).await?;
        let (owner, name) = (name::parse("owner", owner)?, name::parse("model", name)?);
        let (models, swept) = (self.clone(), owner.clone());
        blocking::run(move || {
            if !models.revisions.remove(&key(&owner, &name), revision + 1)? {
                return Err(changed(&owner, &name, revision + 1));
            }
            lock(&models.read).remove(&key(&owner, &name));
            lock(&models.opened).remove(&key(&owner, &name));
            // The index can be made again at any time; one that cannot be removed does no harm.
            let _ = std::fs::remove_dir_all(models.index_dir(&owner, &name));
            Ok(())
        })
        .await?;
        self.sweep(&swept).await;
        Ok(())
    }

    /// The folder in which the index of a model's tree is kept.
    pub(super) fn index_dir(&self, owner: &str, name: &str) -> PathBuf {
        self.warehouse.dir().join(INDEX_FOLDER).join(owner).join(name)
    }

    /// The newest revision of a model; waits for the disk.
    pub(super) fn look(&self, owner: &str, name: &str) -> Result<Option<Arc<Model>>> {
        let key = key(owner, name);
        let Some(stamp) = self.revisions.newest(&key)? else {
            return Ok(None);
        };
        if let Some((known, model)) = lock(&self.read).get(&key)
            && *known == stamp
        {
            return Ok(Some(Arc::clone(model)));
        }
        let Some(text) = stamp.text()? else {
            return Ok(None);
        };
        let model = Arc::new(Model::from_toml(owner, name, stamp.number, &stamp.shown, &text)?);
        lock(&self.read).insert(key, (stamp, Arc::clone(&model)));
        Ok(Some(model))
    }
}

/// An owner's name, which is a schema's name.
pub(super) fn owner_name(text: &str) -> Result<String> {
    let owner = name::parse("owner", text)?;
    if RESERVED_OWNERS.contains(&owner.as_str()) {
        return Err(Error::Name {
            kind: "owner",
            name: owner,
        });
    }
    Ok(owner)
}

/// The error of a model that is to be made and exists.
pub(super) fn already(owner: &str, name: &str) -> Error {
    Error::Exists {
        what: format!("model {owner}.{name}"),
        remedy: "give the new one another name, or remove or edit this one first".to_owned(),
    }
}

fn changed(owner: &str, name: &str, revision: u64) -> Error {
    Error::Changed {
        what: format!("model {owner}.{name}"),
        revision,
    }
}

pub(super) fn key(owner: &str, name: &str) -> PathBuf {
    Path::new(owner).join(name)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
