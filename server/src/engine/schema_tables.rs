//! One schema of a query's own catalog.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::error::Result;

/// The tables of a schema. Aliases are found by name and are not listed.
#[derive(Debug, Clone, Default)]
pub struct SchemaTables {
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
    aliases: BTreeMap<String, Arc<dyn TableProvider>>,
}

impl SchemaTables {
    /// Adds a table.
    pub fn add(&mut self, name: &str, table: Arc<dyn TableProvider>) {
        self.tables.insert(name.to_owned(), table);
    }

    /// Adds a table of another schema under a name that is found and not listed.
    pub fn add_alias(&mut self, name: &str, table: Arc<dyn TableProvider>) {
        self.aliases.insert(name.to_owned(), table);
    }

    /// A table by its name or alias.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn TableProvider>> {
        self.tables.get(name).or_else(|| self.aliases.get(name))
    }

    /// Adds a table unless there is one of its name.
    pub fn add_if_new(&mut self, name: &str, table: impl FnOnce() -> Arc<dyn TableProvider>) {
        self.tables.entry(name.to_owned()).or_insert_with(table);
    }
}

#[async_trait]
impl SchemaProvider for SchemaTables {
    fn table_names(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(self.get(name).cloned())
    }

    fn table_exist(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}
