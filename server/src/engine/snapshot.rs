//! The datasets that one query reads, each at one version, as `DataFusion`'s catalog.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::information_schema::{INFORMATION_SCHEMA_TABLES, InformationSchemaProvider};
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider,
};
use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use pilji_catalog::{Dataset, Warehouse};

use super::Versions;
use crate::error::{Error, Result};
use crate::wire_schema::wire_schema;

/// The catalog's name in SQL.
pub const CATALOG: &str = "pilji";
/// The schema that holds the datasets.
pub const SCHEMA: &str = "public";
/// The schema that describes all others.
pub const INFORMATION_SCHEMA: &str = "information_schema";

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// A dataset of the warehouse.
    Dataset,
    /// A view of the information schema.
    View,
}

/// A table that can be named in a query.
#[derive(Debug, Clone)]
pub struct Table {
    /// The schema that holds it: [`SCHEMA`] or [`INFORMATION_SCHEMA`].
    pub schema_name: &'static str,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Its columns, in the types in which they leave the server.
    pub columns: SchemaRef,
    /// Newest version and its number of rows, for a dataset.
    pub contents: Option<Contents>,
}

/// What a dataset holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// The newest version.
    pub version: u64,
    /// Its rows.
    pub rows: u64,
}

/// The tables that a query names, each at one version.
pub struct Snapshot {
    tables: Arc<MemorySchemaProvider>,
    /// The versions of the datasets.
    pub versions: Versions,
    /// Names that are no table; perhaps a function, which the planner knows.
    pub missing: Vec<TableReference>,
}

impl Snapshot {
    /// Pins what the references name: to `versions` where they have the name, otherwise to the newest version.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read, or has no such version any more.
    pub async fn take(
        warehouse: &Warehouse,
        references: &[TableReference],
        versions: Option<&Versions>,
    ) -> Result<Self> {
        let mut names = Vec::new();
        let mut missing = Vec::new();
        for reference in references {
            let in_catalog = reference.catalog().is_none_or(|catalog| catalog == CATALOG);
            match reference.schema().unwrap_or(SCHEMA) {
                SCHEMA if in_catalog => names.push((reference.table().to_owned(), Some(reference))),
                // Its views describe all datasets.
                INFORMATION_SCHEMA if in_catalog => {
                    let datasets = warehouse.datasets().await?;
                    names.extend(datasets.into_iter().map(|name| (name, None)));
                    if !INFORMATION_SCHEMA_TABLES.contains(&reference.table()) {
                        missing.push(reference.clone());
                    }
                }
                _ => missing.push(reference.clone()),
            }
        }
        names.sort_by(|one, other| one.0.cmp(&other.0));
        names.dedup_by(|one, other| one.0 == other.0);

        let mut pinned = Versions::new();
        let tables = Arc::new(MemorySchemaProvider::new());
        for (name, reference) in names {
            let version = versions.and_then(|versions| versions.get(&name).copied());
            match pin(warehouse, &name, version).await? {
                Some(dataset) => {
                    pinned.insert(name.clone(), dataset.version());
                    tables.register_table(name, dataset.table_provider())?;
                }
                None => missing.extend(reference.cloned()),
            }
        }
        Ok(Self {
            tables,
            versions: pinned,
            missing,
        })
    }

    /// The tables as `DataFusion`'s catalog.
    pub fn catalogs(&self) -> Arc<dyn CatalogProviderList> {
        let catalog = MemoryCatalogProvider::new();
        let catalogs = MemoryCatalogProviderList::new();
        // Registering under a new name replaces nothing and cannot fail.
        let schema: Arc<dyn SchemaProvider> = Arc::<MemorySchemaProvider>::clone(&self.tables);
        let _ = catalog.register_schema(SCHEMA, schema);
        catalogs.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
        Arc::new(catalogs)
    }
}

async fn pin(warehouse: &Warehouse, name: &str, version: Option<u64>) -> Result<Option<Dataset>> {
    let dataset = match version {
        Some(version) => warehouse.dataset_at(name, version).await.map(Some),
        None => warehouse.dataset(name).await,
    };
    match dataset {
        // A name that no dataset can have is a name that no dataset has.
        Err(pilji_catalog::Error::DatasetName { .. }) => Ok(None),
        other => Ok(other?),
    }
}

/// Says of a query that could not be planned that a table is missing, where that is why.
pub async fn explain(error: DataFusionError, missing: Vec<TableReference>, warehouse: &Warehouse) -> Error {
    let text = error.to_string();
    let Some(reference) = missing.into_iter().find(|reference| text.contains(reference.table())) else {
        return Error::Query(error);
    };
    if !text.contains("not found") {
        return Error::Query(error);
    }
    match warehouse.datasets().await {
        Ok(known) => Error::TableNotFound {
            name: reference.to_string(),
            known,
        },
        Err(error) => Error::Catalog(error),
    }
}

/// The tables that exist now.
///
/// # Errors
///
/// [`Error::Catalog`] when the warehouse cannot be read.
pub async fn tables(warehouse: &Warehouse, session: &SessionState) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for name in warehouse.datasets().await? {
        // One that has just been removed is no table.
        tables.extend(warehouse.dataset(&name).await?.as_ref().map(dataset_table));
    }
    let information = InformationSchemaProvider::new(Arc::clone(session.catalog_list()));
    let mut views: Vec<&str> = INFORMATION_SCHEMA_TABLES.to_vec();
    views.sort_unstable();
    for name in views {
        if let Some(view) = information.table(name).await? {
            tables.push(Table {
                schema_name: INFORMATION_SCHEMA,
                name: name.to_owned(),
                kind: TableKind::View,
                columns: wire_schema(&view.schema()),
                contents: None,
            });
        }
    }
    Ok(tables)
}

fn dataset_table(dataset: &Dataset) -> Table {
    Table {
        schema_name: SCHEMA,
        name: dataset.name().to_owned(),
        kind: TableKind::Dataset,
        columns: wire_schema(&dataset.schema()),
        contents: Some(Contents {
            version: dataset.version(),
            rows: dataset.rows(),
        }),
    }
}
