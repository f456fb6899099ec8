//! The parcels around a parcel: the table function `neighbours`.
//!
//! A call is found in the parsed text and becomes a subquery: a join by place of a table with the one parcel. So the table is
//! resolved and pinned as any other, and the parcel is found by its number and its neighbours by its bounds, as in any query.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query, TableAlias, TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use pilji_udfs::Pnu;

use super::SCHEMA;
use crate::error::{Error, Result};

const NAME: &str = "neighbours";
const USAGE: &str = "neighbours('1111010100100010000') or neighbours('1111010100100010000', 'table')";

/// The dataset that is looked in when the call names no table.
const PARCEL: &str = "parcel";

/// Puts what they mean in the place of all calls in a statement.
///
/// A call without an alias gets the function's name as one.
///
/// # Errors
///
/// [`Error::FunctionArguments`].
pub fn expand(statement: &mut Statement) -> Result<()> {
    let found = match statement {
        Statement::Statement(sql) => sql.visit(&mut Expander),
        Statement::Explain(explain) => return expand(&mut explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    };
    match found {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Expander;

impl VisitorMut for Expander {
    type Break = Error;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match expr {
            Expr::Function(call) if is_ours(&call.name) => ControlFlow::Break(wrong("it stands where a table stands")),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Error> {
        let (name, args, alias) = match factor {
            TableFactor::Table {
                name,
                args: Some(args),
                alias,
                ..
            } => (name, &args.args, alias),
            TableFactor::Function { name, args, alias, .. } => (name, &*args, alias),
            _ => return ControlFlow::Continue(()),
        };
        if !is_ours(name) {
            return ControlFlow::Continue(());
        }
        let subquery = match around(args) {
            Ok(subquery) => Box::new(subquery),
            Err(error) => return ControlFlow::Break(error),
        };
        let alias = alias.take().unwrap_or_else(|| TableAlias {
            explicit: true,
            name: Ident::new(NAME),
            columns: Vec::new(),
            at: None,
        });
        *factor = TableFactor::Derived {
            lateral: false,
            subquery,
            alias: Some(alias),
            sample: None,
        };
        ControlFlow::Continue(())
    }
}

fn is_ours(name: &ObjectName) -> bool {
    let [part] = name.0.as_slice() else { return false };
    part.as_ident().is_some_and(|ident| match ident.quote_style {
        None => ident.value.eq_ignore_ascii_case(NAME),
        Some(_) => ident.value == NAME,
    })
}

/// The query that a call stands for.
fn around(args: &[FunctionArg]) -> Result<Query> {
    let (pnu, table) = match args {
        [pnu] => (text(pnu)?, None),
        [pnu, table] => (text(pnu)?, Some(text(table)?)),
        _ => return Err(wrong(format!("expected 1 or 2 arguments, found {}", args.len()))),
    };
    let pnu = Pnu::parse(pnu).map_err(|error| wrong(error.to_string()))?;
    let table = match table {
        None => quoted(&[SCHEMA, PARCEL]),
        Some(name) => {
            let parts: Vec<&str> = name.split('.').collect();
            if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
                return Err(wrong(format!("not a table's name: {name:?}")));
            }
            quoted(&parts)
        }
    };
    // A number may have several rows, which are one parcel here. What all of them say is of one row, so that the join
    // asks the table where that is.
    let sql = format!(
        "SELECT near.*, shared_border_m(near.geometry, parcel.geometry) AS shared_border_m FROM {table} AS near \
         JOIN (SELECT st_collect_agg(geometry) AS geometry FROM {table} WHERE pnu = '{pnu}') AS parcel \
         ON st_intersects(near.geometry, parcel.geometry) WHERE near.pnu <> '{pnu}'"
    );
    let parsed = Parser::new(&GenericDialect {}).try_with_sql(&sql);
    let query = parsed.and_then(|mut parser| parser.parse_query());
    query.map(|query| *query).map_err(|error| wrong(error.to_string()))
}

fn quoted(parts: &[&str]) -> String {
    let quoted: Vec<String> = parts
        .iter()
        .map(|part| Ident::with_quote('"', *part).to_string())
        .collect();
    quoted.join(".")
}

fn text(arg: &FunctionArg) -> Result<&str> {
    match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) => match &value.value {
            Value::SingleQuotedString(text) => Ok(text),
            other => Err(wrong(format!("expected a text in quotes, found {other}"))),
        },
        other => Err(wrong(format!(
            "expected a text in quotes, found {other}; for parcels of a table, join it on st_intersects(…)"
        ))),
    }
}

fn wrong(reason: impl Into<String>) -> Error {
    Error::FunctionArguments {
        function: NAME,
        reason: reason.into(),
        usage: USAGE,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    fn expanded(sql: &str) -> Result<String> {
        let mut statement = DFParser::parse_sql(sql).unwrap().pop_front().unwrap();
        expand(&mut statement)?;
        Ok(statement.to_string())
    }

    #[test]
    fn a_call_becomes_a_join_with_its_parcel() {
        for (sql, parts) in [
            (
                "SELECT * FROM neighbours('1111010100100010000')",
                ["FROM \"public\".\"parcel\" AS near", ") AS neighbours"],
            ),
            (
                "EXPLAIN SELECT n.pnu FROM NEIGHBOURS('1111010100100010000', 'kim.My \"lots') AS n",
                ["FROM \"kim\".\"My \"\"lots\" AS near", ") AS n"],
            ),
            (
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM neighbours('1111010100100010000') n (a, b))",
                ["WHERE pnu = '1111010100100010000'", ") n (a, b)"],
            ),
        ] {
            let expanded = expanded(sql).unwrap();
            assert!(parts.iter().all(|part| expanded.contains(part)), "{expanded}");
        }
        let other = "SELECT * FROM generate_series(1, 3)";
        assert_eq!(expanded(other).unwrap(), other);
    }

    #[test]
    fn wrong_arguments_are_told_with_the_right_form() {
        for (sql, words) in [
            (
                "SELECT * FROM neighbours()",
                "expected 1 or 2 arguments, found 0; write neighbours('",
            ),
            ("SELECT * FROM neighbours('11110')", "expected 19 digits"),
            (
                "SELECT * FROM neighbours(1111010100100010000)",
                "expected a text in quotes, found 1111010100100010000",
            ),
            (
                "SELECT * FROM parcel p, LATERAL neighbours(p.pnu)",
                "found p.pnu; for parcels of a table",
            ),
            (
                "SELECT * FROM neighbours('1111010100100010000', '')",
                "not a table's name: \"\"",
            ),
            (
                "SELECT * FROM neighbours('1111010100100010000', 'a.b.c.d')",
                "not a table's name",
            ),
            (
                "SELECT neighbours('1111010100100010000')",
                "stands where a table stands",
            ),
        ] {
            let message = expanded(sql).unwrap_err().to_string();
            assert!(message.contains(words), "{sql}: {message}");
        }
    }
}
