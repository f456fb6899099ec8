//! Which statements are accepted: those that only read, those that define or write tables of users, and those that set
//! options.

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{CommentObject, ObjectType, Set, Statement as SqlStatement};

use crate::error::{Error, Result};

/// Words of a refused statement that the message repeats.
const SHOWN_WORDS: usize = 2;

/// What an accepted statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only reads.
    Query,
    /// It makes, drops or describes a table of a user.
    Definition,
    /// It sets an option of the session.
    Assignment,
    /// It writes rows of a table of a user.
    Write,
}

/// Refuses what neither only reads, nor defines or writes a table, nor sets an option.
///
/// # Errors
///
/// [`Error::NotAQuery`].
pub fn check(statement: &Statement) -> Result<Kind> {
    match statement {
        Statement::CreateExternalTable(_) => Ok(Kind::Definition),
        Statement::Statement(sql) if is_definition(sql) => Ok(Kind::Definition),
        Statement::Statement(sql) if is_assignment(sql) => Ok(Kind::Assignment),
        Statement::Statement(sql) if is_write(sql) => Ok(Kind::Write),
        Statement::Reset(_) => Ok(Kind::Assignment),
        _ => check_query(statement).map(|()| Kind::Query),
    }
}

fn is_definition(statement: &SqlStatement) -> bool {
    match statement {
        SqlStatement::Drop { object_type, .. } => matches!(object_type, ObjectType::Table | ObjectType::View),
        SqlStatement::Comment { object_type, .. } => {
            matches!(
                object_type,
                CommentObject::Table | CommentObject::View | CommentObject::Column
            )
        }
        _ => false,
    }
}

fn is_write(statement: &SqlStatement) -> bool {
    matches!(
        statement,
        SqlStatement::Insert(_) | SqlStatement::CreateTable(_) | SqlStatement::CreateView(_)
    )
}

fn is_assignment(statement: &SqlStatement) -> bool {
    matches!(
        statement,
        SqlStatement::Set(Set::SingleAssignment { .. } | Set::SetTimeZone { .. })
    )
}

fn check_query(statement: &Statement) -> Result<()> {
    match statement {
        Statement::Statement(sql) => check_sql(sql),
        Statement::Explain(explain) => check_query(&explain.statement),
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
        | SqlStatement::ShowCreate { .. } => Ok(()),
        other => Err(refused(&other.to_string())),
    }
}

/// The error for a statement that is not accepted.
pub fn refused(statement: &str) -> Error {
    let words: Vec<&str> = statement.split_whitespace().take(SHOWN_WORDS).collect();
    Error::NotAQuery { found: words.join(" ") }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    fn outcome(sql: &str) -> Result<Kind> {
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
            assert_eq!(outcome(sql).unwrap(), Kind::Query, "{sql}");
        }
    }

    #[test]
    fn what_writes_is_refused_with_its_first_words() {
        for (sql, found) in [
            (
                "EXPLAIN CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
                "CREATE EXTERNAL",
            ),
            ("DROP SCHEMA kim", "DROP SCHEMA"),
            ("COMMENT ON SCHEMA kim IS 'x'", "COMMENT ON"),
            ("ALTER TABLE t ADD COLUMN a INT", "ALTER TABLE"),
            ("EXPLAIN INSERT INTO parcel SELECT 1", "INSERT INTO"),
            ("EXPLAIN DROP TABLE parcel", "DROP TABLE"),
            ("DELETE FROM parcel", "DELETE FROM"),
            ("COPY parcel TO '/tmp/x'", "COPY parcel"),
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
    fn what_defines_a_table_of_a_user_is_told_from_a_query() {
        for sql in [
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/data/x.csv'",
            "DROP TABLE IF EXISTS kim.t",
            "DROP VIEW v",
            "COMMENT ON TABLE t IS 'x'",
            "COMMENT ON COLUMN t.a IS NULL",
        ] {
            assert_eq!(outcome(sql).unwrap(), Kind::Definition, "{sql}");
        }
    }

    #[test]
    fn what_writes_a_table_of_a_user_is_told_from_a_query() {
        for sql in [
            "CREATE TABLE t AS SELECT 1",
            "CREATE OR REPLACE TABLE t (a INT)",
            "INSERT INTO t VALUES (1)",
            "CREATE TEMP VIEW v AS SELECT 1",
        ] {
            assert_eq!(outcome(sql).unwrap(), Kind::Write, "{sql}");
        }
    }

    #[test]
    fn what_sets_an_option_is_told_from_a_query() {
        for sql in ["SET schema = 'kim'", "SET TIME ZONE 'UTC'", "RESET schema"] {
            assert_eq!(outcome(sql).unwrap(), Kind::Assignment, "{sql}");
        }
    }
}
