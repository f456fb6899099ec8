//! From bound stages to one query of SQL: a common table expression for each stage, and the order at the end.

use std::fmt::Write as _;

use sqlparser::ast::{Cte, Query};

use crate::bind::{Plan, Step};
use crate::places::Places;
use crate::sql::{self, Selection};

/// The query of a plan.
#[must_use]
pub fn query(plan: &Plan) -> Query {
    with_steps(&plan.steps, last(plan))
}

/// A query over steps.
pub fn with_steps(steps: &[Step], query: Query) -> Query {
    let ctes: Vec<Cte> = steps
        .iter()
        .map(|step| sql::named(&step.name, step.query.clone()))
        .collect();
    sql::with(ctes, query)
}

/// What is selected in the end: the columns that are not hidden, in the order that was carried.
fn last(plan: &Plan) -> Query {
    let result = &plan.result;
    let items = if result.columns.iter().any(|column| column.hidden) {
        result
            .visible()
            .map(|column| sql::item(sql::own(column.name()), column.name()))
            .collect()
    } else {
        vec![sql::star()]
    };
    let mut selection = Selection::from(&result.name, items);
    let keys = result.order.iter();
    selection.order = keys
        .map(|key| sql::order(sql::own(&key.column), key.descending))
        .collect();
    selection.query()
}

/// The query as a text, with the stages that it is made of as comments.
#[must_use]
pub fn explained(text: &str, plan: &Plan) -> String {
    let places = Places::new(text);
    let mut sql = String::new();
    // Writing to a text cannot fail.
    for note in &plan.notes {
        let _ = writeln!(sql, "-- {}: {} / {}", note.code, note.english, note.korean);
    }
    let mut first = true;
    for stage in &plan.stages {
        let written = places.text().get(stage.span.clone()).unwrap_or_default();
        let written: Vec<&str> = written.split_whitespace().collect();
        let written = written.join(" ");
        let written = written.trim_end_matches(['|', ' ']);
        let steps: Vec<&Step> = plan.steps.iter().filter(|step| step.stage == stage.stage).collect();
        if steps.is_empty() {
            let _ = writeln!(sql, "-- {}: {written}", stage.stage);
            continue;
        }
        let _ = writeln!(sql, "-- {}: {written}", stage.stage);
        for step in steps {
            let begin = if first { "WITH" } else { "," };
            first = false;
            let _ = writeln!(sql, "{begin} \"{}\" AS ({})", step.name, step.query);
        }
    }
    let _ = write!(sql, "{}", last(plan));
    sql
}
