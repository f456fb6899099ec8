//! The tables that exist: datasets, models, and the views that describe them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::SchemaProvider;
use datafusion::catalog::information_schema::{INFORMATION_SCHEMA_TABLES, InformationSchemaProvider};
use datafusion::execution::session_state::SessionState;
use pilji_catalog::{Dataset, ModelSource, Models, Warehouse, korean_comment};
use tracing::warn;

use crate::error::{Result, chain};
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
    /// Users' data under a name of their own.
    Model,
    /// A view of a user's or of the information schema.
    View,
}

/// A table that can be named in a query.
#[derive(Debug, Clone)]
pub struct Table {
    /// The schema that holds it: [`SCHEMA`], [`INFORMATION_SCHEMA`], or the owner of a model.
    pub schema_name: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Its columns, in the types in which they leave the server.
    pub columns: SchemaRef,
    /// What columns hold, by their names, where that is known.
    pub comments: BTreeMap<String, String>,
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

/// The tables that exist now: datasets, then models, then views, each group by name.
///
/// # Errors
///
/// [`crate::Error::Catalog`] when the warehouse cannot be read.
pub async fn tables(warehouse: &Warehouse, models: &Models, session: &SessionState) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for name in warehouse.datasets().await? {
        // One that has just been removed is no table.
        tables.extend(warehouse.dataset(&name).await?.as_ref().map(dataset_table));
    }
    for listed in models.list().await? {
        match listed.model {
            Ok(model) => tables.push(Table {
                schema_name: listed.owner,
                name: listed.name,
                kind: match model.source {
                    ModelSource::View(_) => TableKind::View,
                    _ => TableKind::Model,
                },
                columns: wire_schema(&model.schema()),
                comments: model
                    .columns
                    .iter()
                    .filter_map(|column| Some((column.name.clone(), column.comment.clone()?)))
                    .collect(),
                contents: None,
            }),
            Err(error) => {
                warn!(
                    owner = listed.owner,
                    model = listed.name,
                    error = chain(&error),
                    "a model cannot be read"
                );
            }
        }
    }
    let information = InformationSchemaProvider::new(Arc::clone(session.catalog_list()));
    let mut views: Vec<&str> = INFORMATION_SCHEMA_TABLES.to_vec();
    views.sort_unstable();
    for name in views {
        if let Some(view) = information.table(name).await? {
            tables.push(Table {
                schema_name: INFORMATION_SCHEMA.to_owned(),
                name: name.to_owned(),
                kind: TableKind::View,
                columns: wire_schema(&view.schema()),
                comments: BTreeMap::new(),
                contents: None,
            });
        }
    }
    Ok(tables)
}

/// The schemas that exist now, sorted.
///
/// # Errors
///
/// [`crate::Error::Catalog`] when the warehouse cannot be read.
pub async fn schemas(models: &Models) -> Result<Vec<String>> {
    let mut names: Vec<String> = models.list().await?.into_iter().map(|listed| listed.owner).collect();
    names.extend([SCHEMA.to_owned(), INFORMATION_SCHEMA.to_owned()]);
    names.sort();
    names.dedup();
    Ok(names)
}

fn dataset_table(dataset: &Dataset) -> Table {
    let columns = wire_schema(&dataset.schema());
    let comments = columns.fields().iter().filter_map(|field| {
        let comment = korean_comment(field.name())?;
        Some((field.name().clone(), comment.to_owned()))
    });
    Table {
        comments: comments.collect(),
        schema_name: SCHEMA.to_owned(),
        name: dataset.name().to_owned(),
        kind: TableKind::Dataset,
        columns,
        contents: Some(Contents {
            version: dataset.version(),
            rows: dataset.rows(),
        }),
    }
}
