//! Datasets as they were: the table functions `parcel_at`, `at_vintage` and `at_version`.
//!
//! A dataset's log is read asynchronously and the planner is not asynchronous, so that calls are found in the parsed
//! text ([`find`]), answered ([`load`]), and given to the planner as functions that know these answers only. Hence
//! arguments are literals.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{ScalarValue, plan_datafusion_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Expr as PlannedExpr;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    DataType, Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, TableAlias, TableFactor, TypedString, Value,
    VisitMut, VisitorMut,
};
use pilji_catalog::{Dataset, Warehouse};

use super::Versions;
use crate::error::{Error, Result};

/// The dataset of `parcel_at`.
const PARCEL: &str = "parcel";

/// A function and how it is called.
struct Function {
    name: &'static str,
    usage: &'static str,
    n_arguments: usize,
}

const PARCEL_AT: Function = Function {
    name: "parcel_at",
    usage: "parcel_at('2021-05-01')",
    n_arguments: 1,
};
const AT_VINTAGE: Function = Function {
    name: "at_vintage",
    usage: "at_vintage('parcel', '2021-05-01')",
    n_arguments: 2,
};
const AT_VERSION: Function = Function {
    name: "at_version",
    usage: "at_version('parcel', 3)",
    n_arguments: 2,
};
const FUNCTIONS: [Function; 3] = [PARCEL_AT, AT_VINTAGE, AT_VERSION];

/// A dataset as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Past {
    /// For every 시군구, the newest vintage not after a date.
    Vintage {
        /// The dataset.
        dataset: String,
        /// The date.
        date: NaiveDate,
    },
    /// One version.
    Version {
        /// The dataset.
        dataset: String,
        /// The version.
        version: u64,
    },
}

/// As the one argument by which the planner's function knows its answer.
impl fmt::Display for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vintage { dataset, date } => write!(f, "{dataset} at {date}"),
            Self::Version { dataset, version } => write!(f, "{dataset} at version {version}"),
        }
    }
}

/// Finds the calls in a statement and puts one literal, the [`Past`], in the place of their arguments.
///
/// A call without an alias gets the function's name as one, as in `PostgreSQL`. Names of functions that are not quoted
/// become lower case, these and others.
///
/// # Errors
///
/// [`Error::FunctionArguments`].
pub fn find(statement: &mut Statement) -> Result<BTreeSet<Past>> {
    let mut finder = Finder::default();
    let found = match statement {
        Statement::Statement(sql) => sql.visit(&mut finder),
        Statement::Explain(explain) => return find(&mut explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    };
    match found {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(finder.found),
    }
}

/// Reads what was found and makes a session's functions answer with it.
///
/// A vintage is looked up in the history up to a dataset's pinned version: the one in `versions`, else the newest,
/// which is added to `pinned`.
///
/// # Errors
///
/// [`Error::TableNotFound`] for an unknown dataset; [`Error::Catalog`] when there is no such version or vintage, or the
/// log cannot be read.
pub async fn load(
    warehouse: &Warehouse,
    found: BTreeSet<Past>,
    versions: Option<&Versions>,
    pinned: &mut Versions,
    session: &mut SessionState,
) -> Result<()> {
    let mut tables = HashMap::new();
    for past in found {
        let dataset = match &past {
            Past::Version { dataset, version } => at_version(warehouse, dataset, *version).await?,
            Past::Vintage { dataset, date } => {
                // The dataset itself may stand in the same statement, and is pinned then.
                let pins = [Some(&*pinned), versions];
                let known = pins.into_iter().flatten().find_map(|pins| pins.get(dataset)).copied();
                let version = match known {
                    Some(version) => version,
                    None => newest(warehouse, dataset).await?.version(),
                };
                pinned.insert(dataset.clone(), version);
                warehouse.dataset_at_vintage(dataset, *date, Some(version)).await?
            }
        };
        tables.insert(past.to_string(), dataset.table_provider());
    }
    if !tables.is_empty() {
        register(session, tables);
    }
    Ok(())
}

/// Makes the functions known to a session, with no answers yet.
pub fn register_names(session: &mut SessionState) {
    register(session, HashMap::new());
}

fn register(session: &mut SessionState, tables: HashMap<String, Arc<dyn TableProvider>>) {
    let answers = Arc::new(Answers { tables });
    for function in FUNCTIONS {
        let answers: Arc<dyn TableFunctionImpl> = Arc::<Answers>::clone(&answers);
        session.register_udtf(function.name, answers);
    }
}

async fn newest(warehouse: &Warehouse, name: &str) -> Result<Dataset> {
    match warehouse.dataset(name).await {
        Ok(Some(dataset)) => Ok(dataset),
        Ok(None) | Err(pilji_catalog::Error::DatasetName { .. }) => Err(Error::DatasetNotFound {
            name: name.to_owned(),
            known: warehouse.datasets().await?,
        }),
        Err(error) => Err(error.into()),
    }
}

async fn at_version(warehouse: &Warehouse, name: &str, version: u64) -> Result<Dataset> {
    // Says which datasets there are when there is none of this name.
    newest(warehouse, name).await?;
    Ok(warehouse.dataset_at(name, version).await?)
}

/// The answers to the calls of one statement.
#[derive(Debug)]
struct Answers {
    tables: HashMap<String, Arc<dyn TableProvider>>,
}

impl TableFunctionImpl for Answers {
    fn call_with_args(&self, args: TableFunctionArgs) -> datafusion::error::Result<Arc<dyn TableProvider>> {
        let known = match args.exprs() {
            [PlannedExpr::Literal(ScalarValue::Utf8(Some(key)), _)] => self.tables.get(key),
            _ => None,
        };
        known
            .cloned()
            .ok_or_else(|| plan_datafusion_err!("this function takes literals, and stands in FROM only"))
    }
}

#[derive(Default)]
struct Finder {
    found: BTreeSet<Past>,
}

impl VisitorMut for Finder {
    type Break = Error;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match called(expr) {
            Some(function) => ControlFlow::Break(Error::FunctionArguments {
                function: function.name,
                reason: "it stands where a table stands".to_owned(),
                usage: function.usage,
            }),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Error> {
        let (name, args, alias) = match factor {
            TableFactor::Table {
                name,
                args: Some(args),
                alias,
                ..
            } => (name, &mut args.args, alias),
            TableFactor::Function { name, args, alias, .. } => (name, args, alias),
            _ => return ControlFlow::Continue(()),
        };
        let Some(function) = lower_case(name) else {
            return ControlFlow::Continue(());
        };
        let Some(function) = FUNCTIONS.into_iter().find(|known| known.name == function) else {
            return ControlFlow::Continue(());
        };
        let past = match parse(&function, args) {
            Ok(past) => past,
            Err(error) => return ControlFlow::Break(error),
        };
        let key = Value::SingleQuotedString(past.to_string());
        *args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::value(key)))];
        alias.get_or_insert_with(|| TableAlias {
            explicit: true,
            name: Ident::new(function.name),
            columns: Vec::new(),
            at: None,
        });
        self.found.insert(past);
        ControlFlow::Continue(())
    }
}

/// The function of ours that an expression calls, where it cannot be answered.
fn called(expr: &Expr) -> Option<Function> {
    let Expr::Function(call) = expr else { return None };
    let [part] = call.name.0.as_slice() else { return None };
    let name = part.as_ident()?.value.to_lowercase();
    FUNCTIONS.into_iter().find(|known| known.name == name)
}

/// The name of a function, after making it lower case unless it is quoted; none when it has several parts.
fn lower_case(name: &mut ObjectName) -> Option<String> {
    let [part] = name.0.as_mut_slice() else { return None };
    let ident = part.as_ident()?;
    if ident.quote_style.is_none() {
        *name = ObjectName::from(vec![Ident {
            value: ident.value.to_lowercase(),
            quote_style: None,
            span: ident.span,
        }]);
    }
    let ident = name.0.first()?.as_ident()?;
    Some(ident.value.clone())
}

fn parse(function: &Function, args: &[FunctionArg]) -> Result<Past> {
    if args.len() != function.n_arguments {
        let expected = function.n_arguments;
        let plural = if expected == 1 { "" } else { "s" };
        let found = args.len();
        return wrong(function, format!("expected {expected} argument{plural}, found {found}"));
    }
    let mut literals = Vec::with_capacity(args.len());
    for arg in args {
        literals.push(literal(function, arg)?);
    }
    let dataset = match literals.len() {
        1 => PARCEL.to_owned(),
        _ => match literals.remove(0) {
            Literal::Text(name) => name,
            Literal::Number(number) => {
                return wrong(function, format!("expected a dataset's name in quotes, found {number}"));
            }
        },
    };
    match literals.remove(0) {
        Literal::Text(text) if function.name == AT_VERSION.name => {
            wrong(function, format!("expected a version's number, found {text:?}"))
        }
        Literal::Text(text) => match text.trim().parse() {
            Ok(date) => Ok(Past::Vintage { dataset, date }),
            Err(_) => wrong(function, format!("not a date: {text:?}: expected YYYY-MM-DD")),
        },
        Literal::Number(number) if function.name == AT_VERSION.name => match number.parse() {
            Ok(version) => Ok(Past::Version { dataset, version }),
            Err(_) => wrong(function, format!("expected a version's number, found {number}")),
        },
        Literal::Number(number) => wrong(function, format!("expected a date in quotes, found {number}")),
    }
}

enum Literal {
    Text(String),
    Number(String),
}

fn literal(function: &Function, arg: &FunctionArg) -> Result<Literal> {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = arg else {
        return wrong(function, format!("expected a literal, found {arg}"));
    };
    let literal = match expr {
        Expr::Cast { expr, data_type, .. } if is_date(data_type) => text_of(expr),
        Expr::TypedString(TypedString { data_type, value, .. }) if is_date(data_type) => text_value(&value.value),
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => Some(Literal::Number(number.clone())),
            value => text_value(value),
        },
        // A negative number is told as one.
        Expr::UnaryOp { expr: operand, .. } if matches!(**operand, Expr::Value(_)) => {
            Some(Literal::Number(expr.to_string()))
        }
        _ => None,
    };
    match literal {
        Some(literal) => Ok(literal),
        None => wrong(
            function,
            format!("expected a literal, found {expr}: a version is chosen before any row is read"),
        ),
    }
}

fn is_date(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date | DataType::Date32)
}

fn text_of(expr: &Expr) -> Option<Literal> {
    match expr {
        Expr::Value(value) => text_value(&value.value),
        _ => None,
    }
}

fn text_value(value: &Value) -> Option<Literal> {
    match value {
        Value::SingleQuotedString(text) => Some(Literal::Text(text.clone())),
        _ => None,
    }
}

fn wrong<T>(function: &Function, reason: String) -> Result<T> {
    Err(Error::FunctionArguments {
        function: function.name,
        reason,
        usage: function.usage,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::sql::parser::DFParser;

    use super::*;

    fn found(sql: &str) -> Result<Vec<String>> {
        let mut statement = DFParser::parse_sql(sql).unwrap().pop_front().unwrap();
        Ok(find(&mut statement)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn calls_are_found_wherever_a_table_may_stand() {
        let expected = ["parcel at 2021-05-01"];
        for sql in [
            "SELECT * FROM parcel_at('2021-05-01')",
            "SELECT * FROM parcel_at(DATE '2021-05-01') AS p",
            "SELECT * FROM PARCEL_AT(CAST('2021-05-01' AS DATE)) p",
            "SELECT * FROM at_vintage('parcel', '2021-05-01'::date)",
            "WITH old AS (SELECT * FROM parcel_at('2021-05-01')) SELECT * FROM old",
            "SELECT * FROM parcel p JOIN parcel_at('2021-05-01') o ON p.pnu = o.pnu",
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM parcel_at('2021-05-01'))",
            "SELECT (SELECT count(*) FROM parcel_at('2021-05-01'))",
            "SELECT pnu FROM parcel EXCEPT SELECT pnu FROM parcel_at('2021-05-01')",
            "SELECT * FROM (SELECT * FROM parcel_at('2021-05-01')) s",
            "SELECT * FROM parcel, LATERAL parcel_at('2021-05-01') AS o",
            "EXPLAIN SELECT * FROM parcel_at('2021-05-01')",
            "EXPLAIN ANALYZE SELECT * FROM parcel_at('2021-05-01')",
        ] {
            assert_eq!(found(sql).unwrap(), expected, "{sql}");
        }
        let sql = "SELECT * FROM at_version('소유', 3), at_version('parcel', 0), at_version('소유', 3)";
        assert_eq!(found(sql).unwrap(), ["parcel at version 0", "소유 at version 3"]);
        assert!(found("SELECT * FROM generate_series(1, 3)").unwrap().is_empty());
    }

    #[test]
    fn wrong_arguments_are_told_with_the_right_form() {
        for (call, words) in [
            (
                "parcel_at()",
                "expected 1 argument, found 0; write parcel_at('2021-05-01')",
            ),
            ("parcel_at('parcel', '2021-05-01')", "expected 1 argument, found 2"),
            ("at_vintage('2021-05-01')", "expected 2 arguments, found 1"),
            (
                "parcel_at('2021-13-01')",
                "not a date: \"2021-13-01\": expected YYYY-MM-DD",
            ),
            ("parcel_at(20210501)", "expected a date in quotes, found 20210501"),
            ("parcel_at(now())", "expected a literal, found now()"),
            ("parcel_at(DATE '2021-05-01' + INTERVAL '1 day')", "expected a literal"),
            ("at_version('parcel', '3')", "expected a version's number, found \"3\""),
            ("at_version('parcel', -1)", "expected a version's number, found -1"),
            ("at_version('parcel', 1.5)", "expected a version's number, found 1.5"),
            ("at_version(parcel, 1)", "expected a literal, found parcel"),
            ("at_version(1, 1)", "expected a dataset's name in quotes, found 1"),
            (
                "at_version(dataset => 'parcel', version => 1)",
                "expected a literal, found dataset => 'parcel'",
            ),
        ] {
            let message = found(&format!("SELECT * FROM {call}")).unwrap_err().to_string();
            assert!(message.contains(words), "{call}: {message}");
        }
        let message = found("SELECT parcel_at('2021-05-01')").unwrap_err().to_string();
        assert!(message.contains("stands where a table stands"), "{message}");
    }
}
