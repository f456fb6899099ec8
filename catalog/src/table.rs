//! The `DataFusion` table over one version of a dataset.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use crate::Dataset;

/// A table over one pinned version of a dataset.
#[derive(Debug)]
pub struct DatasetTable {
    dataset: Dataset,
}

impl DatasetTable {
    /// The table over this version.
    #[must_use]
    pub fn new(dataset: Dataset) -> Self {
        Self { dataset }
    }

    /// The version that the table reads.
    #[must_use]
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }
}

#[async_trait]
impl TableProvider for DatasetTable {
    fn schema(&self) -> SchemaRef {
        self.dataset.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        _projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(EmptyExec::new(self.schema())))
    }
}
