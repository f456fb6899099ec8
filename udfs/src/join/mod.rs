//! Joins by where geometries lie: [`SpatialJoinExec`] and the rule that plans it.
//!
//! `DataFusion` plans a join on `st_intersects(a.geometry, b.geometry)` as a nested loop, which compares every row with
//! every row. [`PlanSpatialJoins`] takes the condition apart (`condition`): a predicate that an R-tree can answer, equal
//! keys, and whatever else there is. The operator collects its left side into an R-tree (`build`) and asks it for each
//! row of the right side (`probe`, `pass`), in the order in which these come. When there is no memory for the left side, both sides go
//! to disk in parts of near rows (`left`, `scatter`), and one part after the other is joined.
//!
//! Another engine's operator takes the place of this one as a [`SpatialOperator`], and rows that are indexed already, as those of a cache,
//! come by an [`IndexedSource`].
//!
//! A join's type is never changed, and what a predicate means is what its SQL function means: the bounds only leave out
//! pairs for which it cannot be true.

mod build;
mod condition;
mod exec;
mod geometry_rows;
mod indexed_rows;
mod left;
mod nearest;
mod operator;
mod output;
mod pairs;
mod pass;
mod predicate;
mod probe;
mod rule;
mod scatter;
mod source;
mod tree;
mod turn;

pub use condition::Condition;
pub use exec::SpatialJoinExec;
pub use indexed_rows::IndexedRows;
pub use operator::{IndexedJoins, SpatialJoin, SpatialOperator};
pub use predicate::SpatialPredicate;
pub use rule::PlanSpatialJoins;
pub use source::{IndexedSource, IndexedSources};
