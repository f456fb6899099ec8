//! The warehouse as a `DataFusion` schema: each dataset is a table.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use tracing::warn;

use crate::Warehouse;

/// The datasets of a warehouse as tables. Every planning sees the newest version; a running query keeps its own.
#[derive(Debug, Clone)]
pub struct WarehouseSchemaProvider {
    warehouse: Warehouse,
}

impl WarehouseSchemaProvider {
    /// The tables of this warehouse.
    #[must_use]
    pub fn new(warehouse: Warehouse) -> Self {
        Self { warehouse }
    }
}

#[async_trait]
impl SchemaProvider for WarehouseSchemaProvider {
    fn table_names(&self) -> Vec<String> {
        self.warehouse.list().unwrap_or_else(|error| {
            warn!(%error, "the warehouse cannot be listed");
            Vec::new()
        })
    }

    async fn table(&self, name: &str) -> DataFusionResult<Option<Arc<dyn TableProvider>>> {
        let dataset = self
            .warehouse
            .dataset(name)
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(dataset.map(|dataset| dataset.table_provider()))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.warehouse.has(name)
    }
}
