//! The functions as SQL calls them: a value, NULL, EMPTY and wrong input of each, chapter by chapter.

#![expect(clippy::unwrap_used, reason = "tests")]

mod accessors;
mod buffer;
mod cadastral;
mod collections;
mod input_output;
mod join;
mod measures;
mod nearest;
mod operator;
mod overlay;
mod processing;
mod reference_system;
mod relations;
mod tiles;
mod validity;

use std::sync::Arc;

use datafusion::arrow::array::Array;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionContext;
use pilji_udfs::relations::GeometryOperators;

/// A session with all functions.
fn session() -> SessionContext {
    let mut ctx = SessionContext::new();
    for function in pilji_udfs::scalar_functions() {
        ctx.register_udf(function.as_ref().clone());
    }
    for function in pilji_udfs::aggregate_functions() {
        ctx.register_udaf(function.as_ref().clone());
    }
    ctx.register_expr_planner(Arc::new(GeometryOperators)).unwrap();
    ctx
}

/// What an expression gives, as text; the message when it fails.
fn evaluate(expression: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(async {
        let rows = session().sql(&format!("SELECT {expression}")).await?.collect().await?;
        let column = rows[0].column(0);
        if column.is_null(0) {
            return Ok("NULL".to_owned());
        }
        Ok::<_, datafusion::error::DataFusionError>(array_value_to_string(column, 0)?)
    });
    answer.unwrap_or_else(|error| error.strip_backtrace())
}

/// Checks what an expression gives; an expected text that begins with `…` is a part of the message of an error.
fn check(expression: &str, expected: &str) {
    let found = evaluate(expression);
    match expected.strip_prefix('…') {
        Some(part) => assert!(
            found.contains(part),
            "{expression}\n  gave {found}\n  expected a message with {part}"
        ),
        None => assert_eq!(found, expected, "{expression}"),
    }
}
