//! Carrying out what [`ddl`](super::ddl) has read.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::sql::sqlparser::ast::Ident;
use pilji_catalog::{Error as CatalogError, Model, ModelColumn, ModelSource, Reach, RegisterRequest, Registered};
use tracing::info;

use super::ddl::{Command, CreateTable, TableName};
use super::tables::INFORMATION_SCHEMA;
use super::views::CreateView;
use super::{Engine, SHARED, Settings};
use crate::error::{Error, Result};

/// How often a change that another writer overtook is made again.
const ATTEMPTS: usize = 5;

/// A statement that defines something, ready to be carried out.
pub struct Definition {
    pub(super) command: Command,
    /// Who asks.
    pub(super) settings: Settings,
}

impl Definition {
    /// The schema of what is answered: one column, `result`.
    #[must_use]
    pub fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("result", DataType::Utf8, false)]))
    }
}

impl Engine {
    /// Carries out a definition and says what was done, a sentence a row.
    ///
    /// # Errors
    ///
    /// [`Error::NotYours`] for the table of somebody else, [`Error::DatasetInSql`] for a dataset, [`Error::Catalog`]
    /// when the files or the table are not as the statement has them.
    pub async fn define(&self, definition: Definition) -> Result<Vec<String>> {
        let engine = self.clone();
        self.cpu().run(async move { engine.carry_out(definition).await }).await
    }

    async fn carry_out(&self, definition: Definition) -> Result<Vec<String>> {
        let Definition { command, settings } = definition;
        match command {
            Command::Create(create) => self.create(*create, &settings.own).await,
            Command::View(view) => self.create_view(*view).await,
            Command::Drop {
                tables,
                views,
                if_exists,
            } => {
                let mut done = Vec::with_capacity(tables.len());
                for table in tables {
                    done.push(self.drop(&table, views, if_exists, &settings).await?);
                }
                Ok(done)
            }
            Command::Comment {
                table,
                column,
                comment,
                if_exists,
            } => {
                let (own, name) = self.own_table(&table, &settings).await?;
                let done = self.comment(&own, &name, column.as_ref(), comment.as_deref()).await;
                match done {
                    Err(Error::Catalog(CatalogError::NoModel { .. })) if if_exists => Ok(vec![not_there(&own, &name)]),
                    done => Ok(vec![done?]),
                }
            }
        }
    }

    async fn create(&self, create: CreateTable, own: &str) -> Result<Vec<String>> {
        check_own(&create.table, own)?;
        let name = create.table.name;
        if create.if_not_exists && self.shared.models.find(own, &name).await?.is_some() {
            return Ok(vec![format!("table {own}.{name} exists already; nothing was done")]);
        }
        let request = RegisterRequest {
            owner: own.to_owned(),
            name: Some(name),
            location: create.location,
            options: create.options,
            comment: None,
            types: create.columns,
            reach: Reach::Within(self.shared.roots.clone()),
        };
        let registered = match self.register(request).await {
            // Another server was faster.
            Err(Error::Catalog(CatalogError::Exists { what, .. })) if create.if_not_exists => {
                return Ok(vec![format!("there is a {what} already; nothing was done")]);
            }
            registered => registered?,
        };
        let model = &registered.model;
        info!(table = model.full_name(), "table made");
        let mut done = vec![format!(
            "table {}: {} columns, {} file{}",
            model.full_name(),
            model.columns.len(),
            registered.files,
            if registered.files == 1 { "" } else { "s" },
        )];
        if self.shared.warehouse.dataset(&model.name).await?.is_some() {
            done.push(format!(
                "the dataset {0} is found first: write {1} for this table",
                model.name,
                model.full_name()
            ));
        }
        done.extend(model.remarks.iter().cloned());
        Ok(done)
    }

    /// Registers a model; types that are given for `area` are taken for the file's `AREA`.
    async fn register(&self, mut request: RegisterRequest) -> Result<Registered> {
        match self.shared.models.register(&request).await {
            Err(CatalogError::NoColumn { column, known }) => {
                for (name, _) in &mut request.types {
                    if let Some(found) = the_one(name, known.iter().map(String::as_str))? {
                        *name = found.to_owned();
                    }
                }
                let all_known = request.types.iter().all(|(name, _)| known.contains(name));
                if !all_known {
                    return Err(CatalogError::NoColumn { column, known }.into());
                }
                Ok(self.shared.models.register(&request).await?)
            }
            registered => Ok(registered?),
        }
    }

    async fn create_view(&self, view: CreateView) -> Result<Vec<String>> {
        let CreateView {
            model,
            or_replace,
            if_not_exists,
        } = view;
        let name = model.full_name();
        let models = &self.shared.models;
        let before = models.find(&model.owner, &model.name).await?;
        let model = match before {
            Some(_) if if_not_exists => return Ok(vec![format!("view {name} exists already; nothing was done")]),
            // What is no view is not replaced by one: its rows might be lost.
            Some(before) if or_replace && matches!(before.source, ModelSource::View(_)) => {
                let revision = before.revision;
                models.update(&Model { revision, ..model }).await?
            }
            _ => models.create(model).await?,
        };
        info!(view = name, "view made");
        let n = model.columns.len();
        Ok(vec![format!(
            "view {name}: {n} column{}",
            if n == 1 { "" } else { "s" }
        )])
    }

    async fn drop(&self, table: &TableName, views: bool, if_exists: bool, settings: &Settings) -> Result<String> {
        let (own, name) = self.own_table(table, settings).await?;
        // A model whose text is wrong can be dropped all the same.
        let model = self.shared.models.find(&own, &name).await.ok().flatten();
        let is_view = model.as_ref().map(|model| matches!(model.source, ModelSource::View(_)));
        if let Some(is_view) = is_view.filter(|is_view| *is_view != views) {
            let (is, command) = if is_view {
                ("a view", "DROP VIEW")
            } else {
                ("a table", "DROP TABLE")
            };
            return Err(Error::Request {
                reason: format!("{own}.{name} is {is}: write {command} {name}"),
            });
        }
        let kind = if views { "view" } else { "table" };
        match self.shared.models.remove(&own, &name).await {
            Ok(()) => {
                info!(table = format!("{own}.{name}"), "{kind} dropped");
                let has_files = model.is_some_and(|model| matches!(model.source, ModelSource::Files(_)));
                let files = if has_files {
                    "; its files stay where they are"
                } else {
                    ""
                };
                Ok(format!("{kind} {own}.{name} dropped{files}"))
            }
            Err(CatalogError::NoModel { .. }) if if_exists => Ok(not_there(&own, &name)),
            Err(error) => Err(error.into()),
        }
    }

    /// Drops the temporary tables of a session.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn drop_temporary(&self, settings: &Settings) -> Result<()> {
        Ok(self.shared.models.remove_temporary(&settings.temporary).await?)
    }

    /// Changes a comment, again when somebody else changes the table meanwhile.
    async fn comment(&self, own: &str, name: &str, column: Option<&Ident>, comment: Option<&str>) -> Result<String> {
        let mut attempt = 1;
        loop {
            let model = self.shared.models.get(own, name).await?;
            let mut changed = Model::clone(&model);
            let target = match column {
                None => {
                    changed.comment = comment.map(str::to_owned);
                    format!("table {own}.{name}")
                }
                Some(ident) => {
                    let column = column_of(&mut changed.columns, ident)?;
                    column.comment = comment.map(str::to_owned);
                    format!("column {} of {own}.{name}", column.name)
                }
            };
            let outcome = if changed == *model {
                Ok(model)
            } else {
                self.shared.models.update(&changed).await
            };
            match outcome {
                Err(CatalogError::Changed { .. }) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error.into()),
                Ok(_) if comment.is_none() => return Ok(format!("{target} has no comment any more")),
                Ok(_) => return Ok(format!("{target} has its comment")),
            }
        }
    }

    /// Owner and name of a table of the one who asks, in the order in which queries look up names.
    pub(super) async fn own_table(&self, table: &TableName, settings: &Settings) -> Result<(String, String)> {
        let TableName { owner, name } = table;
        let Settings { own, temporary, .. } = settings;
        let is_temporary = owner.is_none() && self.shared.models.find(temporary, name).await?.is_some();
        if is_temporary {
            return Ok((temporary.clone(), name.clone()));
        }
        let own = own.as_str();
        let in_sql = |own_too: bool| Error::DatasetInSql {
            name: name.clone(),
            own: own_too.then(|| format!("{own}.{name}")),
        };
        match owner.as_deref() {
            Some(owner) if owner == own => Ok((own.to_owned(), name.clone())),
            Some(_) if table.is_in_public() => Err(in_sql(false)),
            Some(owner) => Err(not_yours(owner, name, own)),
            None => {
                let is_own = self.shared.models.find(own, name).await?.is_some();
                if self.is_dataset(name).await? {
                    return Err(in_sql(is_own));
                }
                if !is_own && own != SHARED && self.shared.models.find(SHARED, name).await?.is_some() {
                    return Err(not_yours(SHARED, name, own));
                }
                Ok((own.to_owned(), name.clone()))
            }
        }
    }

    async fn is_dataset(&self, name: &str) -> Result<bool> {
        match self.shared.warehouse.dataset(name).await {
            Ok(dataset) => Ok(dataset.is_some()),
            // A name that no dataset can have is a name that no dataset has.
            Err(CatalogError::DatasetName { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Refuses a table that would be in somebody else's schema.
pub(super) fn check_own(table: &TableName, own: &str) -> Result<()> {
    match table.owner.as_deref() {
        Some(owner) if owner != own => Err(not_yours(owner, &table.name, own)),
        _ => Ok(()),
    }
}

pub(super) fn not_yours(owner: &str, name: &str, own: &str) -> Error {
    let owner = if owner == INFORMATION_SCHEMA {
        "the server"
    } else {
        owner
    };
    Error::NotYours {
        table: name.to_owned(),
        owner: owner.to_owned(),
        own: own.to_owned(),
    }
}

fn not_there(own: &str, name: &str) -> String {
    format!("there is no table {own}.{name}; nothing was done")
}

/// The column that a name means: as it is written, else the one that differs by capitals only.
fn column_of<'a>(columns: &'a mut [ModelColumn], ident: &Ident) -> Result<&'a mut ModelColumn> {
    let known: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let names = known.iter().map(String::as_str);
    let found = match ident.quote_style {
        Some(_) => Some(ident.value.as_str()),
        None => the_one(&ident.value.to_lowercase(), names)?,
    };
    let idx = found.and_then(|found| known.iter().position(|name| name == found));
    match idx.and_then(|idx| columns.get_mut(idx)) {
        Some(column) => Ok(column),
        None => Err(CatalogError::NoColumn {
            column: ident.value.clone(),
            known,
        }
        .into()),
    }
}

fn the_one<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Result<Option<&'a str>> {
    let alike: Vec<&str> = known
        .filter(|known| known.to_lowercase() == name.to_lowercase())
        .collect();
    match alike.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => match several.iter().find(|known| **known == name) {
            Some(exact) => Ok(Some(exact)),
            None => Err(Error::AmbiguousColumn {
                name: name.to_owned(),
                columns: several.iter().map(|known| format!("\"{known}\"")).collect(),
            }),
        },
    }
}
