//! Which statements are answered: those that only read, without parameters.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Expr, Statement as SqlStatement, Value, visit_expressions};

use crate::error::{Error, Result};

/// Words of a refused statement that the message repeats.
const SHOWN_WORDS: usize = 2;

/// Refuses what does not only read, and what has placeholders.
///
/// # Errors
///
/// [`Error::NotAQuery`], [`Error::Parameters`].
pub fn check(statement: &Statement) -> Result<()> {
    match statement {
        Statement::Statement(sql) => check_sql(sql),
        Statement::Explain(explain) => check(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => {
            Err(refused(&statement.to_string()))
        }
    }
}

fn check_sql(statement: &SqlStatement) -> Result<()> {
    match statement {
        SqlStatement::Explain { statement, .. } => check_sql(statement),
        SqlStatement::Query(_)
        | SqlStatement::ExplainTable { .. }
        | SqlStatement::ShowTables { .. }
        | SqlStatement::ShowColumns { .. }
        | SqlStatement::ShowFunctions { .. }
        | SqlStatement::ShowVariable { .. }
        | SqlStatement::ShowVariables { .. }
        | SqlStatement::ShowCreate { .. } => check_placeholders(statement),
        other => Err(refused(&other.to_string())),
    }
}

fn check_placeholders(statement: &SqlStatement) -> Result<()> {
    let found = visit_expressions(statement, |expr| match expr {
        Expr::Value(value) => match &value.value {
            Value::Placeholder(placeholder) => ControlFlow::Break(placeholder.clone()),
            _ => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(placeholder) => Err(Error::Parameters { placeholder }),
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn refused(statement: &str) -> Error {
    let words: Vec<&str> = statement.split_whitespace().take(SHOWN_WORDS).collect();
    Error::NotAQuery { found: words.join(" ") }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    fn outcome(sql: &str) -> Result<()> {
        check(&DFParser::parse_sql(sql).unwrap()[0])
    }

    #[test]
    fn what_only_reads_is_accepted() {
        for sql in [
            "SELECT 1",
            "WITH t AS (SELECT 1) SELECT * FROM t",
            "VALUES (1)",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 1",
            "SHOW TABLES",
            "SHOW COLUMNS FROM parcel",
            "DESCRIBE parcel",
            "SELECT '?'",
        ] {
            assert!(outcome(sql).is_ok(), "{sql}");
        }
    }

    #[test]
    fn what_writes_or_sets_is_refused_with_its_first_words() {
        for (sql, found) in [
            ("CREATE TABLE t AS SELECT 1", "CREATE TABLE"),
            (
                "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
                "CREATE EXTERNAL",
            ),
            ("INSERT INTO parcel SELECT 1", "INSERT INTO"),
            ("EXPLAIN INSERT INTO parcel SELECT 1", "INSERT INTO"),
            ("DROP TABLE parcel", "DROP TABLE"),
            ("DELETE FROM parcel", "DELETE FROM"),
            ("COPY parcel TO '/tmp/x'", "COPY parcel"),
            (
                "SET datafusion.execution.batch_size = 1",
                "SET datafusion.execution.batch_size",
            ),
            ("BEGIN", "BEGIN"),
            ("PREPARE p AS SELECT 1", "PREPARE p"),
        ] {
            match outcome(sql) {
                Err(Error::NotAQuery { found: words }) => assert!(words.starts_with(found), "{sql}: {words}"),
                other => assert!(other.is_err(), "{sql} was accepted"),
            }
        }
    }

    #[test]
    fn placeholders_are_refused_wherever_they_stand() {
        for sql in [
            "SELECT $1",
            "SELECT * FROM t WHERE a = ?",
            "SELECT * FROM t LIMIT ?",
            "EXPLAIN SELECT $name",
        ] {
            assert!(matches!(outcome(sql), Err(Error::Parameters { .. })), "{sql}");
        }
    }
}
