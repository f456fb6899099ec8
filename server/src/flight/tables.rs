//! What there is: catalogs, schemas, tables and kinds of tables, in the canonical schemas of Flight SQL.

use arrow::array::{RecordBatch, StringArray};
use arrow::compute::kernels::comparison::like;
use arrow_flight::error::FlightError;
use arrow_flight::sql::{CommandGetCatalogs, CommandGetDbSchemas, CommandGetTableTypes, CommandGetTables};

use super::sql_types;
use crate::engine::{CATALOG, Engine, TableKind};
use crate::error::{Error, Result};

/// The one catalog.
///
/// # Errors
///
/// [`Error::Protocol`] when the answer cannot be built.
pub fn catalogs(query: CommandGetCatalogs) -> Result<RecordBatch> {
    let mut builder = query.into_builder();
    builder.append(CATALOG);
    builder.build().map_err(protocol)
}

/// The schemas that fit the filters.
///
/// # Errors
///
/// [`Error::Catalog`] when the warehouse cannot be read, [`Error::Protocol`] when the answer cannot be built.
pub async fn schemas(engine: &Engine, mut query: CommandGetDbSchemas) -> Result<RecordBatch> {
    query.catalog = catalog_filter(query.catalog);
    let mut builder = query.into_builder();
    for schema in engine.schemas().await? {
        builder.append(CATALOG, schema);
    }
    builder.build().map_err(protocol)
}

/// The tables that fit the filters, with their wire schemas when asked for, whose fields say what drivers show of a column.
///
/// # Errors
///
/// [`Error::Catalog`] when the warehouse cannot be read, [`Error::Protocol`] when the answer cannot be built.
pub async fn tables(engine: &Engine, mut query: CommandGetTables) -> Result<RecordBatch> {
    query.catalog = catalog_filter(query.catalog);
    let tables = engine.tables().await?;
    let mut builder = query.into_builder();
    for table in &tables {
        builder
            .append(
                CATALOG,
                &table.schema_name,
                &table.name,
                type_name(table.kind),
                &sql_types::described(table),
            )
            .map_err(protocol)?;
    }
    builder.build().map_err(protocol)
}

/// The kinds of tables.
///
/// # Errors
///
/// [`Error::Protocol`] when the answer cannot be built.
pub fn table_types() -> Result<RecordBatch> {
    let mut builder = CommandGetTableTypes {}.into_builder();
    for kind in [TableKind::Dataset, TableKind::View] {
        builder.append(type_name(kind));
    }
    builder.build().map_err(protocol)
}

fn type_name(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Dataset | TableKind::Model => "TABLE",
        TableKind::View => "VIEW",
    }
}

/// Whether a name fits a pattern of LIKE, in which a backslash takes the meaning of `%` and `_` away.
///
/// # Errors
///
/// [`Error::Rows`] when the pattern cannot be read.
pub fn is_like(name: &str, pattern: &str) -> Result<bool> {
    let (name, pattern) = (StringArray::new_scalar(name), StringArray::new_scalar(pattern));
    Ok(like(&name, &pattern)?.value(0))
}

/// The catalog filter is a name, but ODBC clients send the pattern for all names.
pub(super) fn catalog_filter(catalog: Option<String>) -> Option<String> {
    catalog.filter(|catalog| catalog != "%")
}

pub(super) fn protocol(source: FlightError) -> Error {
    Error::Protocol {
        source: Box::new(source),
    }
}
