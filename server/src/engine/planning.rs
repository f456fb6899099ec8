//! From text to plan.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::ParamValues;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::optimizer::OptimizerConfig;
use datafusion::prelude::SQLOptions;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{Query as SqlQuery, Statement as SqlStatement};
use futures::TryStreamExt;
use futures::future::Either;
use pilji_catalog::{Share, StoreRequest};
use tracing::debug;

use super::ddl::Command;
use super::parameters::Typed;
use super::piljiql::Values;
use super::reading::{self, Known, LookedUp, Read};
use super::snapshot::{self, Scope, Snapshot};
use super::statement::Kind;
use super::write::{Makes, Target};
use super::{
    Definition, Engine, Planned, Query, Settings, Statement, Versions, Write, assignment, capitals, ddl,
    geometry_format, shares, views, write,
};
use crate::error::{Error, Result};
use crate::wire_schema::wire_schema;

/// Queries for values that become columns, in one statement.
const MAX_VALUE_QUERIES: usize = 8;

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
    /// The part of the rows that is to be answered; all of them where there is none.
    pub share: Option<Share>,
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
            share: None,
        }
    }
}

/// What a query will run.
pub(super) enum Work {
    /// Nothing: planning has found its one row, as of `SELECT 1`, by which drivers and pools ask whether anybody is there.
    Known(RecordBatch),
    /// An optimized plan.
    Ready(Box<LogicalPlan>),
    /// A plan with parameters, to be run for each of these values.
    Each(Box<LogicalPlan>, Vec<ParamValues>),
    /// A plan whose parameters have no values.
    Unbound,
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
            return Ok(Planned::Statement(Box::new(Statement::Kill(kill))));
        }
        let prepared = if asked.values.is_none() && asked.share.is_none() {
            self.shared.plans.take_prepared(asked.text, settings)
        } else {
            None
        };
        let prepared = match prepared {
            Some(query) if query.reads_nothing => return Ok(Planned::Query(query)),
            prepared => prepared,
        };
        let text = assignment::shown(text, &settings.options);
        let mut read = reading::read(self.shared.sessions.first(), &text, &settings.options)?;
        if matches!(read.kind, Kind::Definition | Kind::Assignment) {
            let statement = rowless(self.shared.sessions.first(), read, settings).await?;
            return Ok(Planned::Statement(Box::new(statement)));
        }
        let written = match read.target.take() {
            Some(target) => Some((self.may_write(&target, settings).await?, target)),
            None => None,
        };
        let mut begun = match prepared {
            Some(query) => Either::Left(query),
            None => Either::Right(Box::new(self.session(settings)?)),
        };
        let session = match &mut begun {
            Either::Left(query) => &mut query.session,
            Either::Right(session) => session,
        };
        session.mark_start_execution();
        let known = self.known(read, &text, session, asked).await?;
        let session = match begun {
            Either::Left(query) if query.versions == known.pinned => return Ok(Planned::Query(query)),
            Either::Left(query) => query.session,
            Either::Right(session) => *session,
        };
        let job = Job {
            session,
            known,
            written,
            settings: settings.clone(),
            values: asked.values.cloned(),
            share: asked.share,
        };
        let engine = self.clone();
        let planning = Box::pin(async move { job.plan(&engine).await });
        self.shared.cpu.run_briefly(planning).await
    }

    /// The state that a query of somebody begins with.
    fn session(&self, settings: &Settings) -> Result<SessionState> {
        let sessions = &self.shared.sessions;
        let mut session = sessions.take();
        let stock = Arc::clone(sessions);
        self.shared.cpu.later(move || stock.fill());
        if let Some(zone) = &settings.options.time_zone {
            super::session::set_time_zone(&mut session, zone)?;
        }
        Ok(session)
    }
}

impl Engine {
    /// The tables of a statement. Values that become columns are asked for on the way.
    async fn known(&self, read: Read, text: &str, session: &mut SessionState, asked: Asked<'_>) -> Result<Known> {
        let scope = Scope {
            warehouse: &self.shared.warehouse,
            models: &self.shared.models,
            settings: asked.settings,
            session: self.shared.sessions.first(),
            roots: &self.shared.roots,
        };
        let mut values = Values::new();
        let mut next = Some(read);
        for _ in 0..MAX_VALUE_QUERIES {
            let read = match next.take() {
                Some(read) => read,
                None => reading::read(session, text, &asked.settings.options)?,
            };
            let looked_up = read
                .look_up(scope, session, asked.versions, 0, Arc::new(values.clone()))
                .await?;
            match looked_up {
                LookedUp::Known(known) => return Ok(*known),
                LookedUp::Wants(query) => {
                    let found = self.values_of(session.clone(), &query).await?;
                    values.insert(query.to_string(), found);
                }
            }
        }
        Err(Error::Request {
            reason: format!(
                "it has more than {MAX_VALUE_QUERIES} pivots whose values are not named; name them with `splitcol … in (…)`"
            ),
        })
    }

    /// The texts that a query of one column answers.
    async fn values_of(&self, session: SessionState, query: &SqlQuery) -> Result<Vec<String>> {
        let statement = Parsed::Statement(Box::new(SqlStatement::Query(Box::new(query.clone()))));
        self.shared
            .cpu
            .run(async move {
                let plan = session.optimize(&session.statement_to_plan(statement).await?)?;
                let batches: Vec<RecordBatch> = super::start_plan(session, &plan).await?.try_collect().await?;
                let mut values = Vec::new();
                for batch in batches {
                    let texts = cast(batch.column(0), &DataType::Utf8).map_err(Error::Rows)?;
                    values.extend(texts.as_string::<i32>().iter().flatten().map(str::to_owned));
                }
                Ok(values)
            })
            .await
    }
}

/// Reads a statement that has no rows, without carrying it out.
async fn rowless(session: &SessionState, read: Read, settings: &Settings) -> Result<Statement> {
    if read.kind == Kind::Definition {
        let command = ddl::read(session, read.statement).await?;
        let settings = settings.clone();
        return Ok(Statement::Definition(Definition { command, settings }));
    }
    let assignment = assignment::read(&read.statement)?;
    // So that a wrong one is refused here already.
    settings.options.clone().set(&assignment.name, &assignment.text)?;
    Ok(Statement::Assignment(assignment))
}

/// A statement with all that is needed to plan it.
struct Job {
    session: SessionState,
    known: Known,
    /// Whose table it writes, and what it makes of it.
    written: Option<((String, String), Target)>,
    settings: Settings,
    values: Option<RecordBatch>,
    share: Option<Share>,
}

impl Job {
    async fn plan(mut self, engine: &Engine) -> Result<Planned> {
        let Known {
            statement,
            parameters,
            snapshot,
            pinned,
            notes,
        } = self.known;
        let planned = logical_plan(&mut self.session, statement, &snapshot).await?;
        let plan = match planned {
            Ok(plan) => plan,
            Err(error) => {
                let scope = Scope {
                    warehouse: &engine.shared.warehouse,
                    models: &engine.shared.models,
                    settings: &self.settings,
                    session: engine.shared.sessions.first(),
                    roots: &engine.shared.roots,
                };
                return Err(snapshot::explain(error, &snapshot.missing, scope).await);
            }
        };
        let (plan, written) = match self.written {
            None => (plan, None),
            Some(((owner, name), target)) => {
                let effect = write::effect(plan)?;
                let request = StoreRequest {
                    owner,
                    name,
                    existing: effect.existing,
                    create: target.makes == Makes::Table,
                    keeps_required: effect.is_declared,
                };
                let if_not_exists = effect.if_not_exists || target.if_not_exists;
                (effect.plan, Some((request, if_not_exists, target.makes)))
            }
        };
        let read_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        read_only.verify_plan(&plan)?;
        let settings = self.settings;
        let plan = match &written {
            None => geometry_format::present(&self.session, plan, settings.options.geometry_format, &snapshot)?,
            Some(_) => plan,
        };
        if let Some((request, if_not_exists, Makes::View(text))) = written {
            let view = views::CreateView::of(request, if_not_exists, text, &plan, &parameters)?;
            let command = Command::View(Box::new(view));
            let definition = Definition { command, settings };
            return Ok(Planned::Statement(Box::new(Statement::Definition(definition))));
        }
        let bound = self.values.as_ref().map(RecordBatch::schema);
        let typed = Typed::of(&self.session, plan, parameters, bound.as_deref())?;
        let timeout = settings.options.timeout();
        let is_lasting = snapshot.is_pinned && !asks_for_the_moment(&typed.plan)?;
        let reads_nothing = pinned.is_empty() && snapshot.missing.is_empty();
        let mut query = query(self.session, &typed, self.values.as_ref(), self.share, pinned, timeout)?;
        query.notes = notes;
        query.is_lasting = is_lasting;
        query.reads_nothing = reads_nothing;
        let query = Box::new(query);
        Ok(match written {
            None => Planned::Query(query),
            Some((request, if_not_exists, _)) => Planned::Statement(Box::new(Statement::Write(Write {
                request,
                if_not_exists,
                query,
            }))),
        })
    }
}

/// Plans a statement over the tables of a snapshot, with columns that are written in other capitals put right. The outer
/// error is of the text itself, the inner one the planner's.
pub(super) async fn logical_plan(
    session: &mut SessionState,
    statement: Parsed,
    snapshot: &Snapshot,
) -> Result<Result<LogicalPlan, DataFusionError>> {
    let again = statement.clone();
    match session.statement_to_plan(statement).await {
        Err(error) if capitals::may_be_why(&error) => {
            Ok(capitals::plan(session, again, error, snapshot.columns()).await?)
        }
        planned => Ok(planned),
    }
}

/// Whether a plan has a function such as `now`, whose value is put in when it is planned.
fn asks_for_the_moment(plan: &LogicalPlan) -> Result<bool, DataFusionError> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                found |= matches!(part, Expr::ScalarFunction(call)
                    if call.func.signature().volatility == Volatility::Stable);
                Ok(if found {
                    TreeNodeRecursion::Stop
                } else {
                    TreeNodeRecursion::Continue
                })
            })
        })
    })?;
    Ok(found)
}

/// The one row of an optimized plan that makes it of constants alone.
fn constants(plan: &LogicalPlan) -> Result<Option<RecordBatch>, DataFusionError> {
    let LogicalPlan::Projection(projection) = plan else {
        return Ok(None);
    };
    if !matches!(projection.input.as_ref(), LogicalPlan::EmptyRelation(input) if input.produce_one_row) {
        return Ok(None);
    }
    let mut columns = Vec::with_capacity(projection.expr.len());
    for mut expression in &projection.expr {
        while let Expr::Alias(alias) = expression {
            expression = &alias.expr;
        }
        let Expr::Literal(value, _) = expression else {
            return Ok(None);
        };
        columns.push(value.to_array_of_size(1)?);
    }
    let schema = Arc::clone(projection.schema.inner());
    // What differs from the schema is left to be found when the plan is run.
    let is_as_planned = columns
        .iter()
        .zip(schema.fields())
        .all(|(column, field)| column.data_type() == field.data_type());
    Ok(is_as_planned
        .then(|| RecordBatch::try_new(schema, columns))
        .transpose()?)
}

fn query(
    mut session: SessionState,
    typed: &Typed,
    values: Option<&RecordBatch>,
    share: Option<Share>,
    versions: Versions,
    timeout: Option<Duration>,
) -> Result<Query> {
    let parameters = typed.fields();
    let (schema, work) = if parameters.fields().is_empty() {
        if let Some(values) = values {
            // Only to refuse values that nothing asks for.
            typed.values(values)?;
        }
        let mut plan = session.optimize(&typed.plan)?;
        if let Some(share) = share {
            plan = shares::narrow(&mut session, plan, share);
        }
        let schema = wire_schema(plan.schema().as_arrow());
        let work = match constants(&plan)? {
            Some(row) => Work::Known(row),
            None => Work::Ready(Box::new(plan)),
        };
        (schema, work)
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
        notes: Vec::new(),
        is_lasting: false,
        reads_nothing: false,
        timeout,
        work,
        session,
    })
}
