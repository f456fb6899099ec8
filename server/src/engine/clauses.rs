//! Clauses that the parser accepts and the planner would leave out without a word. They are refused, because an answer
//! to another question than the one asked is worse than none.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    GroupByExpr, ObjectName, Query, Select, SelectItem, TableAlias, TableFactor, TableFunctionArgs, TableSampleKind,
    TableVersion, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::{Error, Result};

/// How a table is read as it was, where its name is not known.
const PAST: &str = "write at_vintage('dataset', '2021-05-01'), at_version('dataset', 3) or parcel_at('2021-05-01') in \
                    place of the table's name";
const SAMPLE: &str = "take a share of the rows by a condition, such as WHERE md5(pnu) < '1' for one in sixteen, or \
                      a number of them by LIMIT";
const LEAVE_OUT: &str = "leave it out";

/// Refuses a statement that has such a clause anywhere in it.
///
/// # Errors
///
/// [`Error::Clause`] with what to write instead.
pub fn check(statement: &Statement) -> Result<()> {
    match statement {
        Statement::Statement(sql) => match sql.visit(&mut Refuser) {
            ControlFlow::Break(error) => Err(error),
            ControlFlow::Continue(()) => Ok(()),
        },
        Statement::Explain(explain) => check(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => Ok(()),
    }
}

/// Says of a text that could not be parsed that it travels in time by a clause, where that is why.
#[must_use]
pub fn explain(text: &str) -> Option<Error> {
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize().ok()?;
    let words: Vec<String> = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .map(|token| token.to_string().to_uppercase())
        .collect();
    let clause =
        words.windows(3).find_map(
            |words| match (words[0].as_str(), words[1].as_str(), words[2].as_str()) {
                ("SYSTEM_TIME", "AS", "OF") => Some("FOR SYSTEM_TIME AS OF"),
                ("VERSION" | "SYSTEM_VERSION", "AS", "OF") => Some("VERSION AS OF"),
                ("TIMESTAMP", "AS", "OF") => Some("TIMESTAMP AS OF"),
                _ => None,
            },
        )?;
    Some(refused(clause, PAST))
}

struct Refuser;

impl Visitor for Refuser {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Error> {
        let Query {
            locks,
            for_clause,
            settings,
            format_clause,
            ..
        } = query;
        refuse_if(!locks.is_empty(), "FOR UPDATE or FOR SHARE", LEAVE_OUT)?;
        refuse_if(for_clause.is_some(), "FOR XML, FOR JSON or FOR BROWSE", LEAVE_OUT)?;
        refuse_if(settings.is_some(), "SETTINGS", LEAVE_OUT)?;
        refuse_if(
            format_clause.is_some(),
            "FORMAT",
            "results are Arrow batches; the client writes the format",
        )
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Error> {
        refuse_if(select.prewhere.is_some(), "PREWHERE", "write WHERE")?;
        refuse_if(!select.connect_by.is_empty(), "CONNECT BY", "write WITH RECURSIVE")?;
        refuse_if(
            select.value_table_mode.is_some(),
            "SELECT AS STRUCT or AS VALUE",
            LEAVE_OUT,
        )?;
        refuse_if(
            select.select_modifiers.is_some(),
            "a modifier of MySQL after SELECT",
            LEAVE_OUT,
        )?;
        refuse_if(
            select.exclude.is_some(),
            "EXCLUDE at the end of the list",
            "write * EXCLUDE (…)",
        )?;
        let (GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers)) = &select.group_by;
        refuse_if(
            !modifiers.is_empty(),
            "GROUP BY … WITH ROLLUP, CUBE or TOTALS",
            "write GROUP BY ROLLUP (…), CUBE (…) or GROUPING SETS (…)",
        )?;
        let aliased = select
            .projection
            .iter()
            .any(|item| matches!(item, SelectItem::ExprWithAliases { .. }));
        refuse_if(aliased, "a list of names after AS", "give one name")?;
        for from in &select.from {
            let global = from.joins.iter().any(|join| join.global);
            refuse_if(global, "GLOBAL JOIN", "write JOIN")?;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                check_version(name, version.as_ref())?;
                check_sample(sample.as_ref())?;
                check_alias(alias.as_ref())?;
                check_settings(args.as_ref())?;
                refuse_if(!with_hints.is_empty(), "WITH (…) after a table", LEAVE_OUT)?;
                refuse_if(
                    *with_ordinality,
                    "WITH ORDINALITY",
                    "write row_number() OVER () in the list",
                )?;
                refuse_if(
                    !partitions.is_empty(),
                    "PARTITION (…) after a table",
                    "write WHERE on the columns that the files are laid out by; other files are not opened",
                )?;
                refuse_if(
                    json_path.is_some(),
                    "a path after a table",
                    "name the fields in the list",
                )?;
                refuse_if(
                    !index_hints.is_empty(),
                    "an index hint",
                    "leave it out: there are no indexes to choose",
                )
            }
            TableFactor::Derived { alias, sample, .. } => {
                check_sample(sample.as_ref())?;
                check_alias(alias.as_ref())
            }
            TableFactor::Function {
                alias, with_ordinality, ..
            } => {
                refuse_if(
                    *with_ordinality,
                    "WITH ORDINALITY",
                    "write row_number() OVER () in the list",
                )?;
                check_alias(alias.as_ref())
            }
            TableFactor::UNNEST {
                alias,
                with_offset,
                with_ordinality,
                ..
            } => {
                refuse_if(*with_offset, "UNNEST … WITH OFFSET", LEAVE_OUT)?;
                refuse_if(*with_ordinality, "UNNEST … WITH ORDINALITY", LEAVE_OUT)?;
                check_alias(alias.as_ref())
            }
            TableFactor::NestedJoin { alias, .. } => check_alias(alias.as_ref()),
            // The planner refuses these itself, with the parser's tree for a message.
            TableFactor::TableFunction { .. } => refuse("TABLE(…)", "write the function itself, without TABLE"),
            TableFactor::Pivot { .. } => refuse("PIVOT", "write an aggregate with FILTER for each column"),
            TableFactor::Unpivot { .. } => refuse("UNPIVOT", "write UNION ALL"),
            TableFactor::MatchRecognize { .. } => refuse("MATCH_RECOGNIZE", "write window functions"),
            TableFactor::JsonTable { .. } | TableFactor::OpenJsonTable { .. } => {
                refuse("a table made of JSON", LEAVE_OUT)
            }
            TableFactor::XmlTable { .. } => refuse("XMLTABLE", LEAVE_OUT),
            TableFactor::SemanticView { .. } => refuse("SEMANTIC_VIEW", LEAVE_OUT),
        }
    }
}

fn check_version(table: &ObjectName, version: Option<&TableVersion>) -> ControlFlow<Error> {
    let Some(version) = version else {
        return ControlFlow::Continue(());
    };
    let name = table.to_string().replace('\'', "''");
    match version {
        TableVersion::VersionAsOf(number) => refuse(
            "VERSION AS OF",
            format!("write at_version('{name}', {number}) in place of {table}"),
        ),
        TableVersion::ForSystemTimeAsOf(_) => refuse("FOR SYSTEM_TIME AS OF", past_of(table)),
        TableVersion::TimestampAsOf(_) => refuse("TIMESTAMP AS OF", past_of(table)),
        TableVersion::Function(_) => refuse("AT (…) or BEFORE (…) after a table", past_of(table)),
        TableVersion::Changes { .. } => refuse("CHANGES (…)", past_of(table)),
    }
}

fn past_of(table: &ObjectName) -> String {
    let name = table.to_string().replace('\'', "''");
    format!("write at_vintage('{name}', '2021-05-01') or at_version('{name}', 3) in place of {table}")
}

fn check_sample(sample: Option<&TableSampleKind>) -> ControlFlow<Error> {
    refuse_if(sample.is_some(), "TABLESAMPLE", SAMPLE)
}

fn check_alias(alias: Option<&TableAlias>) -> ControlFlow<Error> {
    let Some(alias) = alias else {
        return ControlFlow::Continue(());
    };
    refuse_if(alias.at.is_some(), "AT after a table's alias", LEAVE_OUT)?;
    let typed = alias.columns.iter().any(|column| column.data_type.is_some());
    refuse_if(
        typed,
        "a type in a list of column names",
        "leave the types out, and CAST in the list",
    )
}

fn check_settings(args: Option<&TableFunctionArgs>) -> ControlFlow<Error> {
    let settings = args.is_some_and(|args| args.settings.is_some());
    refuse_if(settings, "SETTINGS", LEAVE_OUT)
}

fn refuse_if(present: bool, clause: &str, instead: &str) -> ControlFlow<Error> {
    if present {
        refuse(clause, instead)
    } else {
        ControlFlow::Continue(())
    }
}

fn refuse(clause: &str, instead: impl Into<String>) -> ControlFlow<Error> {
    ControlFlow::Break(refused(clause, instead))
}

fn refused(clause: &str, instead: impl Into<String>) -> Error {
    Error::Clause {
        clause: clause.to_owned(),
        instead: instead.into(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    /// What is said of a text, whether the parser takes it or not.
    fn outcome(sql: &str) -> Option<String> {
        let error = match DFParser::parse_sql(sql) {
            Ok(statements) => check(statements.front().unwrap()).err(),
            Err(parse) => Some(explain(sql).unwrap_or_else(|| Error::Query(parse))),
        };
        error.map(|error| error.to_string())
    }

    #[test]
    fn each_clause_is_refused_with_what_to_write_instead() {
        for (sql, words) in [
            ("SELECT * FROM t FOR SYSTEM_TIME AS OF '2021-05-01'", "at_vintage("),
            ("SELECT * FROM t VERSION AS OF 3", "at_version("),
            ("SELECT * FROM t TIMESTAMP AS OF '2021-05-01'", "at_vintage("),
            ("SELECT * FROM t TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"),
            ("SELECT * FROM t AS s TABLESAMPLE (10 PERCENT)", "TABLESAMPLE"),
            ("SELECT * FROM (SELECT 1) TABLESAMPLE (10 ROWS)", "TABLESAMPLE"),
            ("SELECT * FROM t WITH (NOLOCK)", "WITH (…)"),
            ("SELECT * FROM generate_series(1, 3) WITH ORDINALITY", "WITH ORDINALITY"),
            ("SELECT * FROM t PARTITION (p0)", "PARTITION"),
            ("SELECT * FROM t PREWHERE a = 1", "PREWHERE"),
            (
                "SELECT a FROM t START WITH a = 1 CONNECT BY PRIOR a = b",
                "WITH RECURSIVE",
            ),
            ("SELECT a, count(*) FROM t GROUP BY a WITH ROLLUP", "ROLLUP (…)"),
            ("SELECT * FROM t FOR UPDATE", "FOR UPDATE"),
            ("SELECT * FROM t SETTINGS a = 1", "SETTINGS"),
            ("SELECT * FROM t FORMAT JSONCompact", "FORMAT"),
            ("SELECT * FROM t PIVOT(sum(a) FOR b IN ('x', 'y'))", "PIVOT"),
            ("SELECT * FROM TABLE(parcel_at('2021-05-01'))", "without TABLE"),
        ] {
            let message = outcome(sql).unwrap_or_default();
            assert!(message.contains(words), "{sql}: {message}");
            assert!(message.contains("not supported"), "{sql}: {message}");
        }
    }

    #[test]
    fn a_clause_is_found_wherever_it_stands() {
        let sampled = "SELECT * FROM t TABLESAMPLE (10 PERCENT)";
        for sql in [
            format!("EXPLAIN {sampled}"),
            format!("EXPLAIN ANALYZE VERBOSE {sampled}"),
            format!("WITH c AS ({sampled}) SELECT * FROM c"),
            format!("SELECT 1 WHERE EXISTS ({sampled})"),
            format!("SELECT * FROM a JOIN ({sampled}) AS b ON a.x = b.x"),
            format!("SELECT 1 UNION ALL {sampled}"),
            "SELECT * FROM a JOIN t TABLESAMPLE (10 PERCENT) ON true".to_owned(),
        ] {
            assert!(outcome(&sql).unwrap_or_default().contains("TABLESAMPLE"), "{sql}");
        }
    }

    #[test]
    fn what_is_carried_out_is_not_refused() {
        for sql in [
            "SELECT * FROM t AS x(a, b)",
            "SELECT * EXCLUDE (a) FROM t",
            "SELECT a FROM t GROUP BY ROLLUP (a)",
            "SELECT * FROM t, LATERAL (SELECT t.a) AS s",
            "SELECT * FROM (t JOIN u ON t.a = u.a)",
            "SELECT * FROM unnest([1, 2]) AS u(x)",
            "SELECT 'FOR SYSTEM_TIME AS OF' AS version",
        ] {
            assert_eq!(outcome(sql), None, "{sql}");
        }
    }
}
