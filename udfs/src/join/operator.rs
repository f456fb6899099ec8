//! Which operator answers a spatial join.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::common::JoinType;
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;

use super::condition::Condition;
use super::exec::SpatialJoinExec;

/// A join on a spatial predicate.
#[derive(Clone, Debug)]
pub struct SpatialJoin {
    /// One side. For [`super::SpatialPredicate::Nearest`] it has the rows among which is searched.
    pub left: Arc<dyn ExecutionPlan>,
    /// The other side.
    pub right: Arc<dyn ExecutionPlan>,
    /// What must hold for two rows to match.
    pub condition: Condition,
    /// The type.
    pub kind: JoinType,
    /// The columns that go out, of those that the type gives; all of them where there is none.
    pub projection: Option<Vec<usize>>,
}

/// Makes operators for spatial joins.
pub trait SpatialOperator: Debug + Send + Sync {
    /// The operator that answers a join; `None` to leave it to a nested loop or a hash join.
    ///
    /// # Errors
    ///
    /// When the join cannot be answered.
    fn plan(&self, join: SpatialJoin) -> Result<Option<Arc<dyn ExecutionPlan>>>;
}

/// Pilji's own operator, [`SpatialJoinExec`].
#[derive(Debug)]
pub struct IndexedJoins;

impl SpatialOperator for IndexedJoins {
    fn plan(&self, join: SpatialJoin) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let SpatialJoin {
            left,
            right,
            condition,
            kind,
            projection,
        } = join;
        let join = SpatialJoinExec::try_new(left, right, condition, kind, projection)?;
        Ok(Some(Arc::new(join)))
    }
}

impl SpatialJoin {
    /// The same join, with the same columns, of sides that have changed places.
    #[must_use]
    pub fn swapped(self) -> Self {
        let gives_both = matches!(
            self.kind,
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full
        );
        let (n_left, n_right) = (self.left.schema().fields().len(), self.right.schema().fields().len());
        let place = |column: usize| {
            if column < n_left {
                n_right + column
            } else {
                column - n_left
            }
        };
        let projection = if gives_both {
            let columns = self.projection.unwrap_or_else(|| (0..n_left + n_right).collect());
            Some(columns.into_iter().map(place).collect())
        } else {
            self.projection
        };
        Self {
            left: self.right,
            right: self.left,
            condition: self.condition.swapped(),
            kind: self.kind.swap(),
            projection,
        }
    }
}
