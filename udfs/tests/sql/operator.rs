//! Other operators and other sources in the place of Pilji's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::common::JoinSide;
use datafusion::config::ConfigOptions;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion::prelude::{SessionConfig, SessionContext};
use pilji_udfs::join::{
    IndexedRows, IndexedSource, IndexedSources, PlanSpatialJoins, SpatialJoin, SpatialOperator, SpatialPredicate,
};
use pilji_udfs::relations::Relation;

use crate::join::{rows, session, session_of};

/// Compares every row with every row, where rows must intersect and nothing else is asked.
#[derive(Debug)]
struct NestedLoops {
    n_planned: Arc<AtomicUsize>,
}

impl SpatialOperator for NestedLoops {
    fn plan(&self, join: SpatialJoin) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let condition = &join.condition;
        let columns = (
            condition.left.downcast_ref::<Column>(),
            condition.right.downcast_ref::<Column>(),
        );
        let is_intersects = condition.predicate == SpatialPredicate::Related(Relation::Intersects);
        let (Some(left), Some(right), true) = (columns.0, columns.1, is_intersects && condition.on.is_empty()) else {
            return Ok(None);
        };
        let places = [
            (left, JoinSide::Left, &join.left),
            (right, JoinSide::Right, &join.right),
        ];
        let fields = places.map(|(column, _, side)| side.schema().field(column.index()).clone());
        let schema = Arc::new(Schema::new(fields.to_vec()));
        let function = pilji_udfs::scalar_functions();
        let function = function
            .iter()
            .find(|function| function.name() == "st_intersects")
            .unwrap();
        let arguments = [0, 1].map(|idx| Arc::new(Column::new("g", idx)) as Arc<dyn PhysicalExpr>);
        let call = ScalarFunctionExpr::try_new(
            Arc::clone(function),
            arguments.to_vec(),
            &schema,
            Arc::new(ConfigOptions::default()),
        )?;
        let indices = places.map(|(column, side, _)| ColumnIndex {
            index: column.index(),
            side,
        });
        let filter = JoinFilter::new(Arc::new(call), indices.to_vec(), schema);
        if condition.rest.is_some() {
            return Ok(None);
        }
        self.n_planned.fetch_add(1, Ordering::Relaxed);
        let plan = NestedLoopJoinExec::try_new(join.left, join.right, Some(filter), &join.kind, join.projection)?;
        Ok(Some(Arc::new(plan)))
    }
}

#[tokio::test]
async fn another_operator_takes_the_joins_that_it_can() {
    let n_planned = Arc::new(AtomicUsize::new(0));
    let operator = Arc::new(NestedLoops {
        n_planned: Arc::clone(&n_planned),
    });
    let rule = PlanSpatialJoins::with_operator(operator);
    let (theirs, ours) = (
        session_of(Some(rule), None, SessionConfig::new()).await,
        session(true).await,
    );
    for (join, n_expected) in [
        ("a JOIN b ON st_intersects(a.g, b.g)", 1),
        ("a LEFT JOIN b ON st_intersects(b.g, a.g)", 2),
        ("a FULL JOIN b ON st_intersects(a.g, b.g)", 3),
        // Those that it leaves to others.
        ("a JOIN b ON st_touches(a.g, b.g)", 3),
        ("a JOIN b ON st_intersects(a.g, b.g) AND a.k = b.k", 3),
    ] {
        let sql = format!("SELECT a.id AS i, b.id AS j FROM {join}");
        assert_eq!(rows(&theirs, &sql).await, rows(&ours, &sql).await, "{sql}");
        assert_eq!(n_planned.load(Ordering::Relaxed), n_expected, "{sql}");
    }
}

/// Keeps the rows of one table, and indexes them when they are first asked for.
#[derive(Debug)]
struct Kept {
    rows: RecordBatch,
    n_handed_over: Arc<AtomicUsize>,
}

impl IndexedSource for Kept {
    fn indexed(&self, plan: &Arc<dyn ExecutionPlan>, geometry: &Arc<dyn PhysicalExpr>) -> Option<Arc<IndexedRows>> {
        let schema = plan.schema();
        let places = schema
            .fields()
            .iter()
            .map(|field| self.rows.schema().index_of(field.name()));
        let places: Vec<usize> = places.collect::<Result<_, _>>().ok()?;
        if plan.name() != "DataSourceExec" {
            return None;
        }
        self.n_handed_over.fetch_add(1, Ordering::Relaxed);
        let rows = self.rows.project(&places).unwrap();
        Some(Arc::new(IndexedRows::new(geometry, vec![rows]).unwrap()))
    }
}

/// A table like `b` with other names of its columns.
async fn kept_rows(ctx: &SessionContext) -> RecordBatch {
    let kept = ctx
        .sql("SELECT id AS kept_id, k AS kept_k, g AS kept_g FROM b ORDER BY id")
        .await
        .unwrap();
    let batches = kept.collect().await.unwrap();
    datafusion::arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
}

#[tokio::test]
async fn rows_that_are_indexed_already_are_not_collected_again() {
    let plain = session(true).await;
    let kept = kept_rows(&plain).await;
    let n_handed_over = Arc::new(AtomicUsize::new(0));
    let source: Arc<dyn IndexedSource> = Arc::new(Kept {
        rows: kept.clone(),
        n_handed_over: Arc::clone(&n_handed_over),
    });
    let config = SessionConfig::new().with_extension(Arc::new(IndexedSources(vec![source])));
    let rule = PlanSpatialJoins::default();
    let with_source = session_of(Some(rule), None, config).await;
    // What is handed over is what is joined: the table itself is EMPTY there.
    for (ctx, batches) in [(&plain, vec![kept.clone()]), (&with_source, Vec::new())] {
        let table = MemTable::try_new(kept.schema(), vec![batches]).unwrap();
        ctx.register_table("kept", Arc::new(table)).unwrap();
    }
    assert!(with_source.udf("st_intersects").is_ok());
    for (n_joins, sql) in (1..).zip([
        "SELECT kept_id, a.id FROM kept JOIN a ON st_intersects(kept_g, a.g)",
        "SELECT kept_id, a.id FROM kept JOIN a ON st_dwithin(kept_g, a.g, 1.5) AND kept_k = a.k",
        "SELECT kept_id, a.id FROM kept LEFT JOIN a ON st_contains(kept_g, a.g)",
        "SELECT kept_id, a.id FROM a JOIN kept ON st_knn(a.g, kept_g, 2)",
    ]) {
        let expected = rows(&plain, sql).await;
        assert!(!expected.is_empty());
        assert_eq!(rows(&with_source, sql).await, expected, "{sql}");
        assert_eq!(n_handed_over.load(Ordering::Relaxed), n_joins, "{sql}");
    }
}
