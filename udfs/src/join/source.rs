//! Rows that need not be collected.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::indexed_rows::IndexedRows;

/// Hands over rows that are indexed already, as a cache can.
pub trait IndexedSource: Debug + Send + Sync {
    /// The rows that a plan would give, with all its columns, indexed by a geometry over these; `None` when they are not at hand.
    fn indexed(&self, plan: &Arc<dyn ExecutionPlan>, geometry: &Arc<dyn PhysicalExpr>) -> Option<Arc<IndexedRows>>;
}

/// The sources of a session: an extension of its configuration, in which joins look for the rows of their left side before they
/// collect them.
#[derive(Debug, Default)]
pub struct IndexedSources(pub Vec<Arc<dyn IndexedSource>>);

impl IndexedSources {
    /// The rows of the first source that has them.
    #[must_use]
    pub fn indexed(&self, plan: &Arc<dyn ExecutionPlan>, geometry: &Arc<dyn PhysicalExpr>) -> Option<Arc<IndexedRows>> {
        self.0.iter().find_map(|source| source.indexed(plan, geometry))
    }
}
