//! Spatial joins give what a nested loop gives.

use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{SessionConfig, SessionContext};
use pilji_udfs::join::PlanSpatialJoins;
use pilji_udfs::relations::GeometryOperators;

/// Less memory than the left side of most joins takes, and more than one part of it.
const LITTLE_MEMORY: usize = 12_000;

/// A session that plans spatial joins, or one that does not, with two small tables.
pub async fn session(plans_spatial_joins: bool) -> SessionContext {
    session_within(plans_spatial_joins, None).await
}

/// The same, with a limit on the memory of queries.
pub async fn session_within(plans_spatial_joins: bool, memory_bytes: Option<usize>) -> SessionContext {
    let rule = plans_spatial_joins.then(PlanSpatialJoins::default);
    session_of(rule, memory_bytes, SessionConfig::new()).await
}

/// A session with this rule and configuration, and the two tables.
pub async fn session_of(
    rule: Option<PlanSpatialJoins>,
    memory_bytes: Option<usize>,
    config: SessionConfig,
) -> SessionContext {
    let mut env = RuntimeEnvBuilder::new();
    if let Some(bytes) = memory_bytes {
        env = env.with_memory_pool(Arc::new(GreedyMemoryPool::new(bytes)));
    }
    let mut rules = PhysicalOptimizer::new().rules;
    if let Some(rule) = rule {
        let place = rules.iter().position(|rule| rule.name() == "join_selection").unwrap();
        rules.insert(place + 1, Arc::new(rule));
    }
    let state = SessionStateBuilder::new()
        .with_config(
            config
                .with_target_partitions(2)
                .with_batch_size(16)
                .with_sort_spill_reservation_bytes(0),
        )
        .with_runtime_env(env.build_arc().unwrap())
        .with_default_features()
        .with_physical_optimizer_rules(rules)
        .build();
    let mut ctx = SessionContext::new_with_state(state);
    for function in pilji_udfs::scalar_functions() {
        ctx.register_udf(function.as_ref().clone());
    }
    ctx.register_expr_planner(Arc::new(GeometryOperators)).unwrap();
    for (table, salt) in [("a", 1_u64), ("b", 2)] {
        let rows: Vec<String> = (0..60_u64).map(|id| row(id, salt)).collect();
        ctx.sql(&format!(
            "CREATE TABLE {table} AS SELECT * FROM (VALUES {}) AS t(id, k, g)",
            rows.join(", ")
        ))
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    }
    ctx
}

/// A made-up row: points, boxes, lines, NULL and EMPTY on a small grid, and a key that is sometimes NULL.
fn row(id: u64, salt: u64) -> String {
    let hash = (id * 31 + salt * 17 + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let (x, y, w, h) = (hash % 7, hash / 7 % 7, 1 + hash / 49 % 3, 1 + hash / 147 % 3);
    let geometry = match hash / 441 % 8 {
        0 => "NULL".to_owned(),
        1 => "'POINT EMPTY'".to_owned(),
        2 | 3 => format!("'POINT({x} {y})'"),
        4 => format!("'LINESTRING({x} {y},{} {})'", x + w, y + h),
        _ => format!("'POLYGON(({x} {y},{0} {y},{0} {1},{x} {1},{x} {y}))'", x + w, y + h),
    };
    let key = if hash.is_multiple_of(5) {
        "NULL".to_owned()
    } else {
        (hash % 3).to_string()
    };
    format!("({id}, CAST({key} AS BIGINT), arrow_cast({geometry}, 'Utf8'))")
}

async fn answer(ctx: &SessionContext, sql: &str) -> String {
    let rows = ctx.sql(sql).await.unwrap().collect().await;
    let rows = rows.map_err(|error| format!("{sql}: {error}")).unwrap();
    pretty_format_batches(&rows).unwrap().to_string()
}

/// The rows of an answer in an order of their own.
pub async fn rows(ctx: &SessionContext, sql: &str) -> Vec<String> {
    let answer = answer(ctx, sql).await;
    let is_row = |line: &&str| line.starts_with('|');
    let mut rows: Vec<String> = answer.lines().filter(is_row).skip(1).map(str::to_owned).collect();
    rows.sort_unstable();
    rows
}

/// Joins of every type on every predicate, with and without keys, further conditions and filters.
fn queries() -> Vec<String> {
    let predicates = [
        "st_intersects(a.g, b.g)",
        "st_intersects(b.g, a.g)",
        "st_contains(a.g, b.g)",
        "st_within(a.g, b.g)",
        "st_covers(a.g, b.g)",
        "st_coveredby(a.g, b.g)",
        "st_touches(a.g, b.g)",
        "st_crosses(a.g, b.g)",
        "st_overlaps(a.g, b.g)",
        "st_equals(a.g, b.g)",
        "a.g && b.g",
        "b.g && a.g",
        "st_dwithin(a.g, b.g, 1.5)",
        "st_distance(a.g, b.g) < 2",
        "2 >= st_distance(b.g, a.g)",
    ];
    let extras = [
        "",
        " AND a.k = b.k",
        " AND a.id < b.id + 5",
        " AND a.k = b.k AND a.id <> b.id",
    ];
    let wheres = [
        "",
        " WHERE a.id > 9",
        " WHERE b.id > 9 OR b.id IS NULL",
        " WHERE st_within(a.g, 'POLYGON((0 0,6 0,6 6,0 6,0 0))')",
    ];
    let mut queries = Vec::new();
    for predicate in predicates {
        for extra in extras {
            let on = format!("{predicate}{extra}");
            for filter in wheres {
                for join in ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"] {
                    queries.push(format!("SELECT a.id AS a, b.id AS b FROM a {join} b ON {on}{filter}"));
                }
            }
            let exists = format!("EXISTS (SELECT 1 FROM b WHERE {on})");
            queries.push(format!("SELECT a.id FROM a WHERE {exists}"));
            queries.push(format!("SELECT a.id FROM a WHERE NOT {exists}"));
            queries.push(format!("SELECT a.id FROM a WHERE {exists} OR a.id < 9"));
            queries.push(format!("SELECT a.id, b.id FROM a, b WHERE {on}"));
        }
    }
    assert!(queries.len() > 1000);
    queries
}

#[tokio::test]
async fn spatial_joins_give_the_rows_of_nested_loops() {
    let (ours, stock) = (session(true).await, session(false).await);
    for query in queries() {
        assert_eq!(rows(&ours, &query).await, rows(&stock, &query).await, "{query}");
    }
}

#[tokio::test]
async fn joins_that_do_not_fit_into_memory_give_the_same_rows() {
    let (little, stock) = (session_within(true, Some(LITTLE_MEMORY)).await, session(false).await);
    let mut n_spilled = 0;
    for query in queries() {
        let analyzed = answer(&little, &format!("EXPLAIN ANALYZE {query}")).await;
        n_spilled += usize::from(!analyzed.contains("spill_count=0") && analyzed.contains("spill_count="));
        assert_eq!(rows(&little, &query).await, rows(&stock, &query).await, "{query}");
    }
    assert!(n_spilled > 900, "{n_spilled}");
}

#[tokio::test]
async fn joins_on_a_predicate_are_planned_with_an_index() {
    let ctx = session(true).await;
    for (sql, expected) in [
        ("SELECT * FROM a JOIN b ON st_intersects(a.g, b.g)", "join_type=Inner"),
        ("SELECT * FROM a, b WHERE st_contains(b.g, a.g)", "join_type=Inner"),
        ("SELECT * FROM a JOIN b ON a.g && b.g", "bounds meet"),
        (
            "SELECT * FROM a LEFT JOIN b ON st_touches(a.g, b.g) AND a.k = b.k WHERE st_within(a.g, 'POINT(1 1)')",
            "join_type=",
        ),
    ] {
        let plan = answer(&ctx, &format!("EXPLAIN {sql}")).await;
        assert!(plan.contains("SpatialJoinExec") && plan.contains(expected), "{plan}");
        assert!(
            !plan.contains("NestedLoopJoinExec") && !plan.contains("HashJoinExec"),
            "{plan}"
        );
    }
}

#[tokio::test]
async fn where_never_makes_an_inner_join_of_a_left_one() {
    let ctx = session(true).await;
    let window = "'POLYGON((0 0,9 0,9 9,0 9,0 0))'";
    let kept = answer(&ctx, &format!("SELECT count(DISTINCT a.id) FROM a LEFT JOIN b ON st_intersects(a.g, b.g) WHERE st_intersects(a.g, {window})")).await;
    let all = answer(
        &ctx,
        &format!("SELECT count(DISTINCT a.id) FROM a WHERE st_intersects(a.g, {window})"),
    )
    .await;
    assert_eq!(kept, all);
    let anti = answer(&ctx, &format!("SELECT count(*) FROM a LEFT JOIN b ON st_overlaps(a.g, b.g) WHERE b.id IS NULL AND st_intersects(a.g, {window})")).await;
    assert!(!anti.contains("| 0 "), "{anti}");
}
