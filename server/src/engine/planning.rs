//! From text to plan.

use std::collections::BTreeSet;
use std::time::Duration;

use arrow::array::RecordBatch;
use datafusion::common::ParamValues;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::OptimizerConfig;
use datafusion::prelude::SQLOptions;
use datafusion::sql::parser::Statement;
use tracing::debug;

use super::parameters::{self, Typed};
use super::past::Past;
use super::snapshot::{self, Scope, Snapshot};
use super::statement::Kind;
use super::{
    Definition, Engine, Planned, Query, Settings, Versions, assignment, capitals, clauses, ddl, geometry_format,
    neighbours, past, statement,
};
use crate::error::{Error, Result};
use crate::wire_schema::wire_schema;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The text.
    pub text: &'a str,
    /// Who asks, and the options of the session.
    pub settings: &'a Settings,
    /// Versions of datasets and revisions of models to read; the newest where there are none.
    pub versions: Option<&'a Versions>,
    /// Values of the parameters, a column each; the query is answered for each row, one after the other.
    pub values: Option<&'a RecordBatch>,
}

impl<'a> Asked<'a> {
    /// A text without values, about what is there now.
    #[must_use]
    pub fn now(text: &'a str, settings: &'a Settings) -> Self {
        Self {
            text,
            settings,
            versions: None,
            values: None,
        }
    }
}

/// What a query will run.
pub(super) enum Work {
    /// An optimized plan.
    Ready(Box<LogicalPlan>),
    /// A plan with parameters, to be run for each of these values.
    Each(Box<LogicalPlan>, Vec<ParamValues>),
    /// A plan whose parameters have no values.
    Unbound,
}

/// A text that has been read.
struct Read {
    statement: Statement,
    kind: Kind,
    calls: BTreeSet<Past>,
    parameters: Vec<String>,
}

impl Engine {
    /// Plans a query against the newest version of each dataset, or against the given versions; reads a definition,
    /// without carrying it out.
    ///
    /// # Errors
    ///
    /// [`Error::NotAQuery`] for what is not accepted, [`Error::Clause`] and
    /// [`Error::FunctionArguments`] for what is not supported, [`Error::TableNotFound`], [`Error::DatasetNotFound`],
    /// [`Error::AmbiguousColumn`], [`Error::Query`] for text that makes no sense, [`Error::Parameters`] or [`Error::Value`] for values that are
    /// not those of the parameters, [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn plan(&self, asked: Asked<'_>) -> Result<Planned> {
        let Asked { text, settings, .. } = asked;
        debug!(sql = text, "planning");
        if let Some(kill) = assignment::kill(text) {
            return Ok(Planned::Kill(kill));
        }
        let mut session = self.shared.session.clone();
        session.mark_start_execution();
        if let Some(zone) = &settings.options.time_zone {
            super::session::set_time_zone(&mut session, zone)?;
        }
        let text = assignment::shown(text, &settings.options);
        let read = read(&session, &text)?;
        match read.kind {
            Kind::Query => {}
            Kind::Definition => {
                let command = ddl::read(&session, read.statement).await?;
                let own = settings.own.clone();
                return Ok(Planned::Definition(Definition { command, own }));
            }
            Kind::Assignment => {
                let assignment = assignment::read(&read.statement)?;
                // So that a wrong one is refused here already.
                settings.options.clone().set(&assignment.name, &assignment.text)?;
                return Ok(Planned::Assignment(assignment));
            }
        }
        let references = session.resolve_table_references(&read.statement)?;

        let (warehouse, models) = (&self.shared.warehouse, &self.shared.models);
        let scope = Scope {
            warehouse,
            models,
            settings,
        };
        let snapshot = Snapshot::take(scope, &references, asked.versions).await?;
        let mut pinned = snapshot.versions.clone();
        past::load(warehouse, read.calls, asked.versions, &mut pinned, &mut session).await?;
        session.register_catalog_list(snapshot.catalogs());
        let (engine, settings, values) = (self.clone(), settings.clone(), asked.values.cloned());
        let text = text.into_owned();
        self.shared
            .cpu
            .run(async move {
                let first = session.statement_to_plan(read.statement).await;
                let planned = match first {
                    Err(error) if capitals::may_be_why(&error) => {
                        let again = self::read(&session, &text)?;
                        capitals::plan(&mut session, again.statement, error, snapshot.columns()).await?
                    }
                    planned => planned,
                };
                let plan = match planned {
                    Ok(plan) => plan,
                    Err(error) => {
                        let scope = Scope {
                            warehouse: &engine.shared.warehouse,
                            models: &engine.shared.models,
                            settings: &settings,
                        };
                        return Err(snapshot::explain(error, &snapshot.missing, scope).await);
                    }
                };
                let read_only = SQLOptions::new()
                    .with_allow_ddl(false)
                    .with_allow_dml(false)
                    .with_allow_statements(false);
                read_only.verify_plan(&plan)?;
                let plan = geometry_format::present(&session, plan, settings.options.geometry_format)?;
                let bound = values.as_ref().map(RecordBatch::schema);
                let typed = Typed::of(&session, plan, read.parameters, bound.as_deref())?;
                let query = query(session, &typed, values.as_ref(), pinned, settings.options.timeout())?;
                Ok(Planned::Query(Box::new(query)))
            })
            .await
    }
}

fn query(
    session: SessionState,
    typed: &Typed,
    values: Option<&RecordBatch>,
    versions: Versions,
    timeout: Option<Duration>,
) -> Result<Query> {
    let parameters = typed.fields();
    let (schema, work) = if parameters.fields().is_empty() {
        if let Some(values) = values {
            // Only to refuse values that nothing asks for.
            typed.values(values)?;
        }
        let plan = session.optimize(&typed.plan)?;
        (wire_schema(plan.schema().as_arrow()), Work::Ready(Box::new(plan)))
    } else {
        // The schema must not depend on the values, so that it is taken before they are put in.
        let analyzed = session
            .analyzer()
            .execute_and_check(typed.plan.clone(), &session.options(), |_, _| {})?;
        let work = match values {
            Some(values) => Work::Each(Box::new(typed.plan.clone()), typed.values(values)?),
            None => Work::Unbound,
        };
        (wire_schema(analyzed.schema().as_arrow()), work)
    };
    Ok(Query {
        schema,
        parameters,
        versions,
        timeout,
        work,
        session,
    })
}

/// Parses a text and puts right what the planner would not understand.
fn read(session: &SessionState, text: &str) -> Result<Read> {
    let mut statement = parse(session, text)?;
    let kind = statement::check(&statement)?;
    let (mut calls, mut parameters) = (BTreeSet::new(), Vec::new());
    if kind == Kind::Query {
        clauses::check(&statement)?;
        neighbours::expand(&mut statement)?;
        calls = past::find(&mut statement)?;
        parameters = parameters::find(&mut statement)?;
    }
    Ok(Read {
        statement,
        kind,
        calls,
        parameters,
    })
}

fn parse(session: &SessionState, text: &str) -> Result<Statement> {
    let dialect = session.config_options().sql_parser.dialect;
    match session.sql_to_statement(text, &dialect) {
        Err(DataFusionError::NotImplemented(_)) => Err(Error::ManyStatements),
        Err(error) => Err(clauses::explain(text).unwrap_or(Error::Query(error))),
        Ok(statement) => Ok(statement),
    }
}
