//! A table over files that others write: it looks at the list of files again when that is older than it may be.
//!
//! A query keeps the files that were found when it was planned.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Statistics;
use datafusion::error::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::Result;

/// Files that are looked at from time to time.
#[async_trait]
pub(super) trait Look: fmt::Debug + Send + Sync + 'static {
    /// The files as they are now; those of `before` when they are still the same.
    async fn look(&self, before: Option<&Seen>) -> Result<Seen>;
}

/// Files as they were at one moment.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub table: Arc<dyn TableProvider>,
    /// Differs when the files do.
    pub fingerprint: u64,
}

/// The table; all looks have the same columns.
#[derive(Debug)]
pub(super) struct LiveTable {
    files: Box<dyn Look>,
    schema: SchemaRef,
    max_age: Duration,
    newest: RwLock<(Seen, Instant)>,
    /// Held while looking, so that queries that come together look once.
    looking: tokio::sync::Mutex<()>,
}

impl LiveTable {
    pub(super) async fn open(files: impl Look, schema: SchemaRef, max_age: Duration) -> Result<Self> {
        let began = Instant::now();
        let seen = files.look(None).await?;
        Ok(Self {
            files: Box::new(files),
            schema,
            max_age,
            newest: RwLock::new((seen, began)),
            looking: tokio::sync::Mutex::new(()),
        })
    }

    /// Looks at the files whatever the age of the last look.
    pub(super) async fn refresh(&self) -> Result<()> {
        let _looking = self.looking.lock().await;
        self.look_again().await.map(drop)
    }

    /// The files as they were not longer ago than the greatest age.
    async fn current(&self) -> Result<Arc<dyn TableProvider>> {
        let fresh = |(seen, at): (Seen, Instant)| (at.elapsed() <= self.max_age).then_some(seen.table);
        if let Some(table) = fresh(self.newest()) {
            return Ok(table);
        }
        let _looking = self.looking.lock().await;
        match fresh(self.newest()) {
            Some(table) => Ok(table),
            None => self.look_again().await,
        }
    }

    async fn look_again(&self) -> Result<Arc<dyn TableProvider>> {
        let began = Instant::now();
        let (before, _) = self.newest();
        let seen = self.files.look(Some(&before)).await?;
        let table = Arc::clone(&seen.table);
        *self.newest.write().unwrap_or_else(PoisonError::into_inner) = (seen, began);
        Ok(table)
    }

    fn newest(&self) -> (Seen, Instant) {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl TableProvider for LiveTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> PlanResult<Vec<TableProviderFilterPushDown>> {
        self.newest().0.table.supports_filters_pushdown(filters)
    }

    fn statistics(&self) -> Option<Statistics> {
        self.newest().0.table.statistics()
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let table = self
            .current()
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        table.scan(state, projection, filters, limit).await
    }
}
