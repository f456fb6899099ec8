//! The connections of a warehouse.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::revisions::Revisions;
use crate::{ConnectedStore, ConnectionConfig, Error, Probe, Result, Variables, Warehouse, blocking, name};

/// The folder of the connections in a warehouse.
const FOLDER: &str = "_connections";

/// Words before a colon that are no connections' names.
const RESERVED: [&str; 5] = ["dataset", "file", "http", "https", "s3"];

/// The connections of a warehouse. Clones are cheap and share the stores that were opened.
#[derive(Debug, Clone)]
pub struct Connections {
    revisions: Revisions,
    variables: Variables,
    /// The stores that were opened, by name and revision.
    opened: Arc<Mutex<HashMap<String, (u64, ConnectedStore)>>>,
}

/// A connection as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// Its revision, from 1.
    pub revision: u64,
    /// Where it leads.
    pub config: ConnectionConfig,
}

/// A connection, or what is wrong with its text.
#[derive(Debug)]
pub struct ListedConnection {
    /// Its name.
    pub name: String,
    /// The connection, or why its text cannot be read.
    pub connection: Result<Connection>,
}

impl Connections {
    /// The connections of a warehouse, whose secrets are looked up in `variables`.
    #[must_use]
    pub fn new(warehouse: &Warehouse, variables: Variables) -> Self {
        Self {
            revisions: Revisions::new(warehouse.dir().join(FOLDER)),
            variables,
            opened: Arc::default(),
        }
    }

    /// Every connection, by name; one whose text is wrong stands there with its error.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be listed.
    pub async fn list(&self) -> Result<Vec<ListedConnection>> {
        let connections = self.clone();
        blocking::run(move || {
            let mut listed = Vec::new();
            for name in connections.revisions.names(None)? {
                if let Some(connection) = connections.read(&name).transpose() {
                    listed.push(ListedConnection { name, connection });
                }
            }
            Ok(listed)
        })
        .await
    }

    /// The connection of a name, or `None`.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] when its text is wrong; [`Error::Io`] when it cannot be read.
    pub async fn find(&self, name: &str) -> Result<Option<Connection>> {
        let (connections, name) = (self.clone(), name::parse("connection", name)?);
        blocking::run(move || connections.read(&name)).await
    }

    /// The connection of a name.
    ///
    /// # Errors
    ///
    /// [`Error::NoConnection`] when there is none; else as [`Connections::find`].
    pub async fn get(&self, name: &str) -> Result<Connection> {
        if let Some(connection) = self.find(name).await? {
            return Ok(connection);
        }
        let known = self.list().await?.into_iter().map(|listed| listed.name).collect();
        Err(Error::NoConnection {
            name: name.to_owned(),
            known,
        })
    }

    /// Adds a connection. Whether it leads anywhere is for [`Connections::test`] to say.
    ///
    /// # Errors
    ///
    /// [`Error::Name`], [`Error::ConnectionConfig`] or [`Error::Exists`] when it is refused; [`Error::Io`] when it
    /// cannot be written.
    pub async fn add(&self, name: &str, config: ConnectionConfig) -> Result<Connection> {
        let (connections, name) = (self.clone(), name::parse("connection", name)?);
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::ConnectionConfig {
                name,
                reason: format!("the words {} mean something else before a colon", RESERVED.join(", ")),
            });
        }
        config.check(&name)?;
        blocking::run(move || {
            let newest = connections.revisions.newest(Path::new(&name))?;
            let exists = match &newest {
                Some(newest) => newest.text()?.is_some(),
                None => false,
            };
            let revision = newest.map_or(1, |newest| newest.number + 1);
            let text = config.to_toml()?;
            if exists || !connections.revisions.create(Path::new(&name), revision, &text)? {
                let what = format!("connection {name:?}");
                let remedy = format!("remove it first (`pilji connection remove {name}`) or take another name");
                return Err(Error::Exists { what, remedy });
            }
            Ok(Connection { name, revision, config })
        })
        .await
    }

    /// Removes a connection. What was registered through it stays, and cannot be read until it is back.
    ///
    /// # Errors
    ///
    /// [`Error::NoConnection`] when there is none; [`Error::Changed`] when another writer was faster.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let connections = self.clone();
        let name = name::parse("connection", name)?;
        // A connection whose text is wrong can be removed too.
        if !matches!(self.find(&name).await, Err(Error::Toml { .. })) {
            self.get(&name).await?;
        }
        blocking::run(move || {
            let newest = connections.revisions.newest(Path::new(&name))?;
            let revision = newest.map_or(1, |newest| newest.number + 1);
            if connections.revisions.remove(Path::new(&name), revision)? {
                return Ok(());
            }
            Err(Error::Changed {
                what: format!("connection {name:?}"),
                revision,
            })
        })
        .await
    }

    /// The store that a connection leads to.
    ///
    /// # Errors
    ///
    /// [`Error::Secret`] when its secret is not to be had; [`Error::Connection`] when the store cannot be used; else as
    /// [`Connections::get`].
    pub async fn store(&self, name: &str) -> Result<ConnectedStore> {
        let connection = self.get(name).await?;
        if let Some((revision, store)) = self.lock().get(&connection.name)
            && *revision == connection.revision
        {
            return Ok(store.clone());
        }
        let (variables, opening) = (self.variables.clone(), connection.clone());
        let store = blocking::run(move || ConnectedStore::open(&opening, &variables)).await?;
        self.lock()
            .insert(connection.name, (connection.revision, store.clone()));
        Ok(store)
    }

    /// Tries a connection out: lists what is there, and reads from the first file.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`] says in words what went wrong; else as [`Connections::store`].
    pub async fn test(&self, name: &str) -> Result<Probe> {
        let connection = self.get(name).await?;
        let store = self.store(name).await?;
        Probe::of(&connection, &store).await
    }

    /// The connection of a name that is one; waits for the disk.
    fn read(&self, name: &str) -> Result<Option<Connection>> {
        let Some(stamp) = self.revisions.newest(Path::new(name))? else {
            return Ok(None);
        };
        let Some(text) = stamp.text()? else {
            return Ok(None);
        };
        Ok(Some(Connection {
            name: name.to_owned(),
            revision: stamp.number,
            config: ConnectionConfig::from_toml(&stamp.shown, &text)?,
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u64, ConnectedStore)>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// The folder that it leads to, when it is one of this machine.
    #[must_use]
    pub fn folder(&self) -> Option<&PathBuf> {
        match &self.config {
            ConnectionConfig::Local { path } => Some(path),
            ConnectionConfig::S3(_) => None,
        }
    }
}
