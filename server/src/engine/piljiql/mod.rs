//! `PiljiQL` among the statements: it is recognised, stands in SQL's tree as a call of `dsl`, and becomes a query there once
//! the tables that it names are known.

mod language;
mod tables;

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use datafusion::common::TableReference;
use datafusion::execution::session_state::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Query, SetExpr, Statement as SqlStatement, TableAlias, TableFactor, Value,
    Visit, VisitMut, Visitor, VisitorMut,
};
use pilji_dsl::syntax::Pipeline;
use pilji_dsl::{Diagnostic, Failure, Plan};

use super::past::{self, Past};
use super::{Settings, neighbours};
use crate::error::{Error, Result};

pub use language::statement;
pub use tables::{Hints, Tables};

/// The function whose argument is a text in `PiljiQL`.
pub const FUNCTION: &str = "dsl";

/// The table functions of SQL whose one argument asks for the SQL that a text becomes.
const EXPLAINED: &str = "dsl_sql";

/// The texts of a statement, parsed.
#[derive(Debug, Default)]
pub struct Texts {
    texts: HashMap<String, Pipeline>,
}

/// A text that cannot be run, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// The text.
    pub text: String,
    /// What is wrong, at least one error.
    pub diagnostics: Vec<Diagnostic>,
}

/// The values of queries that were asked for while binding, by the queries' texts.
pub type Values = HashMap<String, Vec<String>>;

/// How binding the texts of a statement ended.
pub enum Expanded {
    /// Every text has become a query; this is to be said of them.
    Done(Vec<Diagnostic>),
    /// The values of this query are needed first.
    Wants(Box<Query>),
}

impl Texts {
    /// The texts in a statement.
    ///
    /// # Errors
    ///
    /// [`Error::PiljiQl`] when one cannot be parsed, [`Error::FunctionArguments`] for a call without a text.
    pub fn of(statement: &Statement) -> Result<Self> {
        let mut finder = Finder(Self::default());
        match visited(statement) {
            Some(sql) => match sql.visit(&mut finder) {
                ControlFlow::Break(error) => Err(error),
                ControlFlow::Continue(()) => Ok(finder.0),
            },
            None => Ok(finder.0),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Where files are that the texts read without a model.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.texts
            .values()
            .flat_map(|pipeline| pilji_dsl::references(pipeline).files)
    }

    /// Whether one attaches geometry of parcels.
    pub fn attach(&self) -> bool {
        self.texts
            .values()
            .any(|pipeline| pilji_dsl::references(pipeline).attaches)
    }

    /// The tables that the texts name, and the datasets as they were that SQL in them calls.
    ///
    /// # Errors
    ///
    /// [`Error::FunctionArguments`] for a call of such a dataset that makes no sense.
    pub fn references(
        &self,
        session: &SessionState,
        settings: &Settings,
    ) -> Result<(Vec<TableReference>, BTreeSet<Past>)> {
        let (mut tables, mut calls) = (Vec::new(), BTreeSet::new());
        let dialect = session.config_options().sql_parser.dialect;
        for pipeline in self.texts.values() {
            let found = pilji_dsl::references(pipeline);
            let default = settings.options.default_model.as_deref().filter(|_| found.default);
            let names = found.models.into_iter().chain(default.map(|name| (None, name)));
            for (owner, name) in names {
                for name in written(name) {
                    let reference = match owner {
                        Some(owner) => TableReference::partial(owner, name),
                        None => TableReference::bare(name),
                    };
                    if !tables.contains(&reference) {
                        tables.push(reference);
                    }
                }
            }
            for sql in found.sql {
                // What cannot be parsed is told when it is bound, with its place.
                let Ok(mut statement) = session.sql_to_statement(&sql.text, &dialect) else {
                    continue;
                };
                calls.extend(past::find(&mut statement)?);
                tables.extend(session.resolve_table_references(&statement)?);
            }
        }
        Ok((tables, calls))
    }

    /// Has every text of a statement become a query over the tables of a snapshot.
    ///
    /// # Errors
    ///
    /// [`Error::PiljiQl`] when one makes no sense.
    pub fn expand(&self, statement: &mut Statement, tables: &Tables<'_>) -> Result<Expanded> {
        let (mut bound, mut notes) = (HashMap::new(), Vec::new());
        for (text, pipeline) in &self.texts {
            match pilji_dsl::bind(text, pipeline, tables) {
                Ok(plan) => {
                    notes.extend(plan.notes.iter().cloned());
                    bound.insert(text.clone(), plan);
                }
                Err(Failure::Wants(query)) => return Ok(Expanded::Wants(query)),
                Err(Failure::Wrong(diagnostics)) => {
                    let text = text.clone();
                    return Err(Error::PiljiQl(Box::new(Wrong { text, diagnostics })));
                }
            }
        }
        if let Some(sql) = visited_mut(statement) {
            // Putting queries in their places never breaks off.
            let _ = sql.visit(&mut Expander(bound));
        }
        Ok(Expanded::Done(notes))
    }
}

/// The names that a table may have that is called so in a text: as it is written, in small letters, and with `_` where names of
/// tables have no blanks.
fn written(name: &str) -> [String; 3] {
    let folded = name.to_lowercase();
    let is_part = |char: char| char.is_alphanumeric() || char == '_' || char == '-';
    let plain = folded
        .chars()
        .map(|char| if is_part(char) { char } else { '_' })
        .collect();
    [name.to_owned(), folded, plain]
}

/// Whether an error is about a model that there is not, which those that there are would explain.
pub fn names_no_model(error: &Error) -> bool {
    matches!(error, Error::PiljiQl(wrong) if wrong.diagnostics.iter().any(|one| one.code == "E0210"))
}

/// Prepares a query of an earlier stage as those of statements are.
fn prepared(query: &Query) -> Result<Statement> {
    let mut statement = Statement::Statement(Box::new(SqlStatement::Query(Box::new(query.clone()))));
    super::clauses::check(&statement)?;
    neighbours::expand(&mut statement)?;
    past::find(&mut statement)?;
    Ok(statement)
}

fn visited(statement: &Statement) -> Option<&SqlStatement> {
    match statement {
        Statement::Statement(sql) => Some(sql),
        Statement::Explain(explain) => visited(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => None,
    }
}

fn visited_mut(statement: &mut Statement) -> Option<&mut SqlStatement> {
    match statement {
        Statement::Statement(sql) => Some(sql),
        Statement::Explain(explain) => visited_mut(&mut explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => None,
    }
}

/// The text that a table is made of, when it is a call of a function of ours.
fn text_of(factor: &TableFactor, function: &str) -> Option<Result<String>> {
    let TableFactor::Table {
        name, args: Some(args), ..
    } = factor
    else {
        return None;
    };
    if !name.to_string().eq_ignore_ascii_case(function) {
        return None;
    }
    let text = match args.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value)))] => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::DollarQuotedString(text) => Some(text.value.clone()),
            _ => None,
        },
        _ => None,
    };
    Some(text.ok_or_else(|| Error::FunctionArguments {
        function: FUNCTION,
        reason: "it takes one text".to_owned(),
        usage: "dsl($$ model parcel | head 10 $$)",
    }))
}

struct Finder(Texts);

impl Visitor for Finder {
    type Break = Error;

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        let found = text_of(factor, FUNCTION).or_else(|| text_of(factor, EXPLAINED));
        let text = match found {
            None => return ControlFlow::Continue(()),
            Some(Ok(text)) => text,
            Some(Err(error)) => return ControlFlow::Break(error),
        };
        match pilji_dsl::parse(&text) {
            Ok(pipeline) => {
                self.0.texts.insert(text, pipeline);
                ControlFlow::Continue(())
            }
            Err(diagnostics) => ControlFlow::Break(Error::PiljiQl(Box::new(Wrong { text, diagnostics }))),
        }
    }
}

/// Puts bound queries in the places of their texts.
struct Expander(HashMap<String, Plan>);

impl VisitorMut for Expander {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        // All of a text's rows are the text's own query, in its order.
        let plan = whole(query).and_then(|text| self.0.get(&text));
        if let Some(plan) = plan {
            *query = pilji_dsl::query(plan);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let Some(Ok(text)) = text_of(factor, EXPLAINED)
            && let Some(plan) = self.0.get(&text)
        {
            let alias = alias_of(factor);
            let lines = pilji_dsl::explained(&text, plan);
            *factor = derived(language::one_text("sql", &lines), alias);
        } else if let Some(Ok(text)) = text_of(factor, FUNCTION)
            && let Some(plan) = self.0.get(&text)
        {
            let alias = alias_of(factor);
            *factor = derived(pilji_dsl::query(plan), alias);
        }
        ControlFlow::Continue(())
    }
}

fn derived(query: Query, alias: Option<TableAlias>) -> TableFactor {
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(query),
        alias: alias.or_else(|| Some(language::alias(FUNCTION))),
        sample: None,
    }
}

fn alias_of(factor: &TableFactor) -> Option<TableAlias> {
    match factor {
        TableFactor::Table { alias, .. } => alias.clone(),
        _ => None,
    }
}

/// The text of a query that is `SELECT * FROM dsl('…')` and nothing else.
fn whole(query: &Query) -> Option<String> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let [from] = select.from.as_slice() else { return None };
    let text = text_of(&from.relation, FUNCTION)?.ok()?;
    // Nothing may be lost: with the text's own call in its place, it is the query that asks for nothing else.
    let mut plain = query.clone();
    language::set_factor(&mut plain, language::call(FUNCTION, &text));
    (plain == language::query_of(&text)).then_some(text)
}

/// The names of all functions that `PiljiQL` may call.
pub fn function_names(session: &SessionState) -> Vec<String> {
    let mut names: Vec<String> = session.scalar_functions().keys().cloned().collect();
    names.extend(session.aggregate_functions().keys().cloned());
    names.sort_unstable();
    names
}
