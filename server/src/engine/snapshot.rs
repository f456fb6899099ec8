//! The tables that one query reads, each at one version, as `DataFusion`'s catalog.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::information_schema::INFORMATION_SCHEMA_TABLES;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, SchemaProvider,
    TableProvider,
};
use datafusion::common::TableReference;
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use pilji_catalog::source::SourceOptions;
use pilji_catalog::{Dataset, Model, ModelSource, Models, Reach, RegisterRequest, Roots, Warehouse};

use super::schema_tables::SchemaTables;
use super::tables::{CATALOG, INFORMATION_SCHEMA, SCHEMA};
use super::{Settings, Versions, views};
use crate::error::{Error, Result};

/// The tables that a query names, each at one version.
pub struct Snapshot {
    /// Schemas by name.
    schemas: BTreeMap<String, SchemaTables>,
    columns: BTreeSet<String>,
    /// The datasets that are named.
    datasets: BTreeMap<String, Dataset>,
    /// The versions of the datasets, and the revisions of the models by `owner.name`.
    pub versions: Versions,
    /// Whether the versions tell all that it holds: they do not know of files that are no models, nor of descriptions of
    /// tables.
    pub is_pinned: bool,
    /// Names that are no table; perhaps a function, which the planner knows.
    pub missing: Vec<TableReference>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            schemas: BTreeMap::new(),
            columns: BTreeSet::new(),
            datasets: BTreeMap::new(),
            versions: Versions::new(),
            is_pinned: true,
            missing: Vec::new(),
        }
    }
}

/// What a name stands for.
enum Found {
    Dataset(Dataset),
    Model(Arc<Model>),
}

/// Where names are looked up.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Datasets.
    pub warehouse: &'a Warehouse,
    /// Models.
    pub models: &'a Models,
    /// Who asks.
    pub settings: &'a Settings,
    /// Plans the queries of views.
    pub session: &'a SessionState,
    /// Folders below which files may be read that are no models.
    pub roots: &'a Roots,
}

impl Snapshot {
    /// Pins what the references name: to `versions` where they have the name, otherwise to the newest version.
    ///
    /// An unqualified name is a temporary table of the session, else a dataset, else a model of the one who asks, else a
    /// shared model. `depth` is the number of views around.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read, or has no such version any more.
    pub async fn take(
        scope: Scope<'_>,
        references: &[TableReference],
        versions: Option<&Versions>,
        depth: usize,
    ) -> Result<Self> {
        let mut snapshot = Self::default();
        snapshot.schemas.entry(SCHEMA.to_owned()).or_default();
        let mut describe = false;
        for reference in references {
            let in_catalog = reference.catalog().is_none_or(|catalog| catalog == CATALOG);
            if in_catalog && reference.schema() == Some(INFORMATION_SCHEMA) {
                describe = true;
                if !INFORMATION_SCHEMA_TABLES.contains(&reference.table()) {
                    snapshot.missing.push(reference.clone());
                }
                continue;
            }
            let found = if in_catalog {
                find(scope, reference, versions).await?
            } else {
                None
            };
            match found {
                Some(found) => snapshot.add(scope, reference, found, versions, depth).await?,
                None => snapshot.missing.push(reference.clone()),
            }
        }
        if describe {
            snapshot.is_pinned = false;
            snapshot.describe_all(scope).await?;
        }
        Ok(snapshot)
    }

    /// Adds a file under its location, as the model that would be made of it.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when it cannot be read, or lies where the server does not read.
    pub async fn add_file(&mut self, scope: Scope<'_>, location: &str) -> Result<()> {
        let request = RegisterRequest {
            owner: scope.settings.own.clone(),
            name: None,
            location: location.to_owned(),
            options: SourceOptions::default(),
            comment: None,
            types: Vec::new(),
            reach: Reach::Within(scope.roots.clone()),
        };
        let model = scope.models.look_at(&request).await?;
        let table = scope.models.table(&model).await?;
        self.is_pinned = false;
        self.columns
            .extend(table.schema().fields().iter().map(|field| field.name().clone()));
        self.schemas
            .entry(SCHEMA.to_owned())
            .or_default()
            .add_alias(location, table);
        Ok(())
    }

    async fn add(
        &mut self,
        scope: Scope<'_>,
        reference: &TableReference,
        found: Found,
        versions: Option<&Versions>,
        depth: usize,
    ) -> Result<()> {
        let (schema, name, table) = match found {
            Found::Dataset(dataset) => {
                self.versions.insert(dataset.name().to_owned(), dataset.version());
                let (name, table) = (dataset.name().to_owned(), dataset.table_provider());
                self.datasets.insert(name.clone(), dataset);
                (SCHEMA.to_owned(), name, table)
            }
            Found::Model(model) => {
                self.versions.insert(model.full_name(), model.revision);
                let table = match &model.source {
                    // A model of a dataset shows the version that is pinned.
                    ModelSource::Dataset(name) => {
                        let dataset = self.shown_dataset(scope.warehouse, name, versions).await?;
                        scope.models.table_of_dataset(&model, &dataset)?
                    }
                    ModelSource::View(query) => {
                        let (table, pinned) = views::table(scope, &model, query, versions, depth).await?;
                        self.versions.extend(pinned);
                        table
                    }
                    ModelSource::Files(_) | ModelSource::Stored(_) => scope.models.table(&model).await?,
                };
                (model.owner.clone(), model.name.clone(), table)
            }
        };
        self.columns
            .extend(table.schema().fields().iter().map(|field| field.name().clone()));
        if reference.schema().is_none() && schema != SCHEMA {
            let public = self.schemas.entry(SCHEMA.to_owned()).or_default();
            public.add_alias(reference.table(), Arc::clone(&table));
        }
        self.schemas.entry(schema).or_default().add(&name, table);
        Ok(())
    }

    /// A dataset that a model shows, pinned.
    async fn shown_dataset(
        &mut self,
        warehouse: &Warehouse,
        name: &str,
        versions: Option<&Versions>,
    ) -> Result<Dataset> {
        let dataset = match versions.and_then(|versions| versions.get(name)) {
            Some(version) => warehouse.dataset_at(name, *version).await?,
            None => match newest(warehouse, name).await? {
                Some(dataset) => dataset,
                None => {
                    return Err(Error::DatasetNotFound {
                        name: name.to_owned(),
                        known: warehouse.datasets().await?,
                    });
                }
            },
        };
        self.versions.insert(name.to_owned(), dataset.version());
        Ok(dataset)
    }

    /// Adds every table that is not there yet, as a description: the views of the information schema read no rows.
    async fn describe_all(&mut self, scope: Scope<'_>) -> Result<()> {
        let described = |schema: SchemaRef| -> Arc<dyn TableProvider> { Arc::new(EmptyTable::new(schema)) };
        for name in scope.warehouse.datasets().await? {
            // One that has just been removed is no table.
            if let Some(dataset) = scope.warehouse.dataset(&name).await? {
                let public = self.schemas.entry(SCHEMA.to_owned()).or_default();
                public.add_if_new(&name, || described(dataset.schema()));
            }
        }
        for listed in scope.models.list().await? {
            // One whose text is wrong cannot be described; a query that names it says what is wrong.
            let Ok(model) = listed.model else { continue };
            let tables = self.schemas.entry(model.owner.clone()).or_default();
            tables.add_if_new(&model.name, || described(model.schema()));
        }
        Ok(())
    }

    /// The names of all columns of the tables.
    pub fn columns(&self) -> &BTreeSet<String> {
        &self.columns
    }

    /// A dataset that is named.
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.datasets.get(name)
    }

    /// A table by its schema and name; in the schema of datasets, one that is found without a schema too.
    pub fn table(&self, schema: &str, name: &str) -> Option<&Arc<dyn TableProvider>> {
        self.schemas.get(schema)?.get(name)
    }

    /// One schema.
    pub fn schema(&self, name: &str) -> SchemaTables {
        self.schemas.get(name).cloned().unwrap_or_default()
    }

    /// The tables as `DataFusion`'s catalog.
    pub fn catalogs(&self) -> Arc<dyn CatalogProviderList> {
        self.catalogs_with(None)
    }

    /// The tables as `DataFusion`'s catalog, with another schema in the place of one.
    pub fn catalogs_with(&self, replaced: Option<(&str, Arc<dyn SchemaProvider>)>) -> Arc<dyn CatalogProviderList> {
        let catalog = MemoryCatalogProvider::new();
        let catalogs = MemoryCatalogProviderList::new();
        for (name, tables) in &self.schemas {
            // Registering a schema in a catalog in memory cannot fail.
            let schema: Arc<dyn SchemaProvider> = Arc::new(tables.clone());
            let _ = catalog.register_schema(name, schema);
        }
        if let Some((name, schema)) = replaced {
            let _ = catalog.register_schema(name, schema);
        }
        catalogs.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
        Arc::new(catalogs)
    }
}

/// Where a name may be found.
#[derive(Clone, Copy)]
enum Place<'a> {
    Datasets,
    ModelsOf(&'a str),
}

/// The places of a name, in the order in which it is looked up.
fn places<'a>(reference: &'a TableReference, settings: &'a Settings) -> Vec<Place<'a>> {
    match reference.schema() {
        Some(SCHEMA) => vec![Place::Datasets],
        Some(owner) => vec![Place::ModelsOf(owner)],
        None => {
            let temporary = Some(settings.temporary.as_str()).filter(|owner| !owner.is_empty());
            let mut places: Vec<Place> = temporary.map(Place::ModelsOf).into_iter().collect();
            places.push(Place::Datasets);
            places.extend(settings.lookup().into_iter().map(Place::ModelsOf));
            places
        }
    }
}

/// What a reference named when the versions were pinned, else what it names now.
async fn find(scope: Scope<'_>, reference: &TableReference, versions: Option<&Versions>) -> Result<Option<Found>> {
    let name = reference.table();
    let places = places(reference, scope.settings);
    for place in places.iter().filter(|_| versions.is_some()) {
        let pinned = |key: &str| versions.and_then(|versions| versions.get(key)).copied();
        match place {
            Place::Datasets => {
                if let Some(version) = pinned(name) {
                    return Ok(Some(Found::Dataset(scope.warehouse.dataset_at(name, version).await?)));
                }
            }
            Place::ModelsOf(owner) => {
                if let Some(revision) = pinned(&format!("{owner}.{name}")) {
                    return Ok(Some(Found::Model(scope.models.at(owner, name, revision).await?)));
                }
            }
        }
    }
    for place in places {
        let found = match place {
            Place::Datasets => newest(scope.warehouse, name).await?.map(Found::Dataset),
            Place::ModelsOf(owner) => scope.models.find(owner, name).await?.map(Found::Model),
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

async fn newest(warehouse: &Warehouse, name: &str) -> Result<Option<Dataset>> {
    match warehouse.dataset(name).await {
        // A name that no dataset can have is a name that no dataset has.
        Err(pilji_catalog::Error::DatasetName { .. }) => Ok(None),
        other => Ok(other?),
    }
}

/// Says of a query that could not be planned that a table is missing, where that is why.
pub async fn explain(error: DataFusionError, missing: &[TableReference], scope: Scope<'_>) -> Error {
    let text = error.to_string();
    let Some(reference) = missing.iter().find(|reference| text.contains(reference.table())) else {
        return Error::Query(error);
    };
    if !text.contains("not found") {
        return Error::Query(error);
    }
    match known(scope).await {
        Ok(known) => Error::TableNotFound {
            name: reference.to_string(),
            known,
        },
        Err(error) => error,
    }
}

/// The names of all tables: datasets, then models with their owners.
pub async fn known(scope: Scope<'_>) -> Result<Vec<String>> {
    let mut names = scope.warehouse.datasets().await?;
    let models = scope.models.list().await?;
    names.extend(
        models
            .into_iter()
            .map(|listed| format!("{}.{}", listed.owner, listed.name)),
    );
    Ok(names)
}
