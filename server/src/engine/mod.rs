//! The engine: SQL text in, Arrow batches out. It knows nothing of Flight.
//!
//! A query is planned against one version of each dataset it names ([`Versions`]) and reads that version to its last
//! row, whatever is published meanwhile. The versions travel in the ticket, so that planning twice gives one result.

mod assignment;
mod capitals;
mod clauses;
mod ddl;
mod definition;
mod explain;
mod geometry_format;
mod memory;
mod neighbours;
mod parameters;
mod past;
mod piljiql;
mod planning;
mod plans;
mod queries;
mod reading;
mod rows;
mod schema_tables;
mod session;
mod settings;
mod shares;
mod snapshot;
mod statement;
mod stock;
mod tables;
mod views;
mod write;
mod yielding;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::physical_plan::memory::MemoryStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};
use pilji_catalog::{Models, Roots, Warehouse};
use pilji_dsl::Diagnostic;

use crate::config::QueryConfig;
use crate::error::{Error, Result};
use crate::runtime::CpuRuntime;

pub use assignment::Assignment;
pub use definition::Definition;
pub use piljiql::Wrong as WrongText;
pub use planning::Asked;
pub use queries::{Ending, Queries};
pub use rows::{Begun, Rows};
pub use settings::{Compression, GeometryFormat, OPTIONS, Options, QueryLanguage, Settings};
pub use tables::{CATALOG, Contents, INFORMATION_SCHEMA, SCHEMA, Table, TableKind};
pub use write::Write;

use planning::Work;
use plans::Plans;
use stock::Stock;

/// Version of each dataset by its name, and revision of each model by `owner.name`.
pub type Versions = BTreeMap<String, u64>;

/// The schema of models that belong to nobody by name.
const SHARED: &str = "shared";

/// Plans and runs queries over a warehouse. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    warehouse: Warehouse,
    models: Models,
    /// Folders below which new models may have their files.
    roots: Roots,
    /// States that queries' own states begin as.
    sessions: Arc<Stock>,
    cpu: CpuRuntime,
    queries: Queries,
    plans: Plans,
    /// Rows for which a large answer is given another endpoint; none is where it is 0.
    endpoint_rows: u64,
}

/// A query that is ready to run.
pub struct Query {
    /// The schema in which its rows leave the server.
    pub schema: SchemaRef,
    /// Its parameters, in the order in which values are bound; none when it has none.
    pub parameters: SchemaRef,
    /// The versions and revisions that it reads.
    pub versions: Versions,
    /// What is to be said of its text though it can be run.
    pub notes: Vec<Diagnostic>,
    /// Whether planning it again would give the same as long as the versions are the same.
    is_lasting: bool,
    /// Whether it names no table.
    reads_nothing: bool,
    timeout: Option<Duration>,
    work: Work,
    session: SessionState,
}

impl Query {
    /// Has the query be broken off after a time, where it would not be before.
    pub fn limit_time(&mut self, limit: Option<Duration>) {
        self.timeout = match (self.timeout, limit) {
            (Some(own), Some(limit)) => Some(own.min(limit)),
            (own, limit) => own.or(limit),
        };
    }
}

/// What an engine is busy with at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Queries that run.
    pub queries: usize,
    /// Tasks that plan, run or encode.
    pub tasks: usize,
    /// Memory that queries have reserved, in bytes.
    pub memory_bytes: u64,
}

/// What a text has become.
pub enum Planned {
    /// A query.
    Query(Box<Query>),
    /// Something to carry out. Nothing has been done yet.
    Statement(Box<Statement>),
}

/// What is no query.
#[expect(clippy::large_enum_variant, reason = "one is made for a text, and boxed")]
pub enum Statement {
    /// It defines something.
    Definition(Definition),
    /// It writes rows.
    Write(Write),
    /// An option that is to be set in the session.
    Assignment(Assignment),
    /// A query that is to be broken off, by its id.
    Kill(String),
}

/// What a function is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// Numbers.
    Numeric,
    /// Texts.
    Text,
    /// Dates and times.
    Time,
    /// Anything else.
    Other,
}

impl FunctionKind {
    /// The kind of the functions in a section of the documentation.
    fn of_section(section: &str) -> Self {
        match section {
            "Math Functions" => Self::Numeric,
            "String Functions" | "Regular Expression Functions" => Self::Text,
            "Time and Date Functions" => Self::Time,
            _ => Self::Other,
        }
    }
}

impl Engine {
    /// An engine over a warehouse and the models of its users, with its own threads, memory and disk space.
    ///
    /// Models that are made by statements must have their files below `roots`.
    ///
    /// # Errors
    ///
    /// [`Error::Threads`] or [`Error::Query`] when threads, memory or disk space cannot be had.
    pub fn start(warehouse: Warehouse, models: Models, roots: Roots, config: &QueryConfig) -> Result<Self> {
        let cpu = CpuRuntime::start(config.threads)?;
        let session = session::state(&warehouse, config)?;
        let shared = Shared {
            warehouse,
            models,
            roots,
            sessions: Arc::new(Stock::new(session)),
            cpu,
            queries: Queries::default(),
            plans: Plans::default(),
            endpoint_rows: config.endpoint_rows.unwrap_or(shares::ROWS),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Counts a caller's query as running under an id, from which on it can be broken off: who drops what works for it when
    /// the [`Ending`] says so has it end at once.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when it has been broken off already.
    pub fn begin(&self, query: Box<Query>, id: &str, own: &str) -> Result<(Begun, Ending)> {
        let (running, ending) = self.shared.queries.begin(id, own, query.timeout)?;
        Ok((Begun::new(query, running), ending))
    }

    /// Keeps a planned query for a while under the id that its ticket has.
    pub fn keep(&self, id: &str, query: Box<Query>) {
        self.shared.plans.keep(id, query);
    }

    /// Keeps the query of a statement that was prepared, for its first use.
    pub fn keep_prepared(&self, text: &str, settings: &Settings, query: Box<Query>) {
        self.shared.plans.keep_prepared(text, settings, query);
    }

    /// The query that was kept under an id; it is kept no more.
    #[must_use]
    pub fn kept(&self, id: &str) -> Option<Box<Query>> {
        self.shared.plans.take(id)
    }

    /// The queries that are running.
    #[must_use]
    pub fn queries(&self) -> &Queries {
        &self.shared.queries
    }

    /// The tables that exist now: datasets, models, views; each group by name.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn tables(&self) -> Result<Vec<Table>> {
        tables::tables(
            &self.shared.warehouse,
            &self.shared.models,
            self.shared.sessions.first(),
        )
        .await
    }

    /// The schemas that exist now, sorted.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn schemas(&self) -> Result<Vec<String>> {
        tables::schemas(&self.shared.models).await
    }

    /// The column that tells the rows of a dataset's newest version apart, when there is one; `None` for what is no dataset.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn primary_key(&self, dataset: &str) -> Result<Option<&'static str>> {
        match self.shared.warehouse.dataset(dataset).await? {
            Some(dataset) => Ok(dataset.primary_key().await?),
            None => Ok(None),
        }
    }

    /// The names of the functions of one kind, sorted.
    #[must_use]
    pub fn functions(&self, kind: FunctionKind) -> Vec<String> {
        let functions = self.shared.sessions.first().scalar_functions();
        let mut names: Vec<String> = functions
            .iter()
            .filter(|(_, function)| {
                let section = function
                    .documentation()
                    .map_or("", |documentation| documentation.doc_section.label);
                FunctionKind::of_section(section) == kind
            })
            .map(|(name, _)| name.clone())
            .collect();
        names.sort_unstable();
        names
    }

    /// What the engine is busy with.
    #[must_use]
    pub fn load(&self) -> Load {
        let shared = &self.shared;
        Load {
            queries: shared.queries.running(),
            tasks: shared.cpu.tasks(),
            memory_bytes: shared.sessions.first().runtime_env().memory_pool.reserved() as u64,
        }
    }

    /// The threads on which rows are made and encoded.
    #[must_use]
    pub fn cpu(&self) -> &CpuRuntime {
        &self.shared.cpu
    }
}

/// Starts a query. One with parameters is started for the first values, and for the next ones when they are read.
async fn start(query: Query) -> Result<SendableRecordBatchStream> {
    let Query {
        schema,
        work,
        parameters,
        session,
        ..
    } = query;
    let (plan, values) = match work {
        Work::Known(row) => return Ok(Box::pin(MemoryStream::try_new(vec![row], schema, None)?)),
        Work::Ready(plan) => return start_plan(session, &plan).await.map_err(Error::Query),
        Work::Each(plan, values) => (plan, values),
        Work::Unbound => {
            return Err(Error::Unbound {
                parameters: parameters
                    .fields()
                    .iter()
                    .map(|field| format!("${}", field.name()))
                    .collect(),
            });
        }
    };
    let each = stream::iter(values).then(move |values| {
        let (session, plan) = (session.clone(), plan.clone());
        async move {
            let plan = session.optimize(&plan.with_param_values(values)?)?;
            start_plan(session, &plan).await
        }
    });
    let mut each = Box::pin(each);
    // The first one now, so that its errors are not found by reading.
    let first = each.next().await.transpose()?;
    let rows = stream::iter(first.map(Ok)).chain(each).try_flatten();
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
}

async fn start_plan(
    mut session: SessionState,
    plan: &LogicalPlan,
) -> Result<SendableRecordBatchStream, DataFusionError> {
    let reports = explain::prepare(&mut session, plan);
    let physical = session.query_planner().create_physical_plan(plan, &session).await?;
    let context = if describes(plan)? {
        session.task_ctx()
    } else {
        without_functions(&session)
    };
    let rows = execute_stream(physical, context)?;
    Ok(match reports {
        Some(reports) => explain::with_reports(rows, reports),
        None => rows,
    })
}

/// Whether a plan reads tables that describe what there is.
fn describes(plan: &LogicalPlan) -> Result<bool, DataFusionError> {
    let mut describes = false;
    plan.apply_with_subqueries(|node| {
        describes |=
            matches!(node, LogicalPlan::TableScan(scan) if scan.table_name.schema() == Some(INFORMATION_SCHEMA));
        Ok(if describes {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    })?;
    Ok(describes)
}

/// What operators are run with, without the names of all functions: only tables that tell of them look there, and to copy
/// them takes longer than to run a small query.
fn without_functions(session: &SessionState) -> Arc<TaskContext> {
    Arc::new(TaskContext::new(
        None,
        session.session_id().to_owned(),
        session.config().clone(),
        HashMap::new(),
        HashMap::new(),
        HashMap::new(),
        HashMap::new(),
        Arc::clone(session.runtime_env()),
    ))
}
