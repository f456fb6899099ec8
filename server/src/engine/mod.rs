//! The engine: SQL text in, Arrow batches out. It knows nothing of Flight.
//!
//! A query is planned against one version of each dataset it names ([`Versions`]) and reads that version to its last
//! row, whatever is published meanwhile. The versions travel in the ticket, so that planning twice gives one result.

mod capitals;
mod clauses;
mod ddl;
mod definition;
mod explain;
mod memory;
mod neighbours;
mod past;
mod planning;
mod rows;
mod schema_tables;
mod session;
mod snapshot;
mod statement;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use pilji_catalog::{Models, Roots, Warehouse};
use tokio::sync::watch;

use crate::config::QueryConfig;
use crate::error::{Error, Result};
use crate::runtime::CpuRuntime;

pub use definition::Definition;
pub use rows::Rows;
pub use tables::{CATALOG, Contents, INFORMATION_SCHEMA, SCHEMA, Table, TableKind};

use rows::Running;

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
    /// State that every query's own state begins as.
    session: SessionState,
    cpu: CpuRuntime,
    next_query: AtomicU64,
    running: watch::Sender<usize>,
}

/// A query that is ready to run.
pub struct Query {
    /// The schema in which its rows leave the server.
    pub schema: SchemaRef,
    /// The versions and revisions that it reads.
    pub versions: Versions,
    plan: LogicalPlan,
    session: SessionState,
}

/// What a text has become.
pub enum Planned {
    /// A query.
    Query(Box<Query>),
    /// A statement that defines something. Nothing has been done yet.
    Definition(Definition),
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
        let (running, _) = watch::channel(0);
        let shared = Shared {
            warehouse,
            models,
            roots,
            session,
            cpu,
            next_query: AtomicU64::new(1),
            running,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Starts a query and gives its rows as they come.
    ///
    /// # Errors
    ///
    /// [`Error::Query`] when it cannot be started.
    pub async fn execute(&self, query: Query) -> Result<Rows> {
        let id = self.shared.next_query.fetch_add(1, Ordering::Relaxed);
        let running = Running::begin(id, self.shared.running.clone());
        let Query {
            schema,
            plan,
            mut session,
            ..
        } = query;
        self.shared
            .cpu
            .run(async move {
                let started: Result<_, DataFusionError> = async {
                    let reports = explain::prepare(&mut session, &plan);
                    let physical = session.query_planner().create_physical_plan(&plan, &session).await?;
                    let rows = execute_stream(physical, session.task_ctx())?;
                    Ok(match reports {
                        Some(reports) => explain::with_reports(rows, reports),
                        None => rows,
                    })
                }
                .await;
                match started {
                    Ok(stream) => Ok(Rows::new(stream, schema, running)),
                    Err(error) => {
                        running.failed();
                        Err(Error::Query(error))
                    }
                }
            })
            .await
    }

    /// The tables that exist now: datasets, models, views; each group by name.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn tables(&self) -> Result<Vec<Table>> {
        tables::tables(&self.shared.warehouse, &self.shared.models, &self.shared.session).await
    }

    /// The schemas that exist now, sorted.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn schemas(&self) -> Result<Vec<String>> {
        tables::schemas(&self.shared.models).await
    }

    /// The names of the functions of one kind, sorted.
    #[must_use]
    pub fn functions(&self, kind: FunctionKind) -> Vec<String> {
        let functions = self.shared.session.scalar_functions();
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

    /// The threads on which rows are made and encoded.
    #[must_use]
    pub fn cpu(&self) -> &CpuRuntime {
        &self.shared.cpu
    }

    /// Number of queries that are running.
    #[must_use]
    pub fn running(&self) -> usize {
        *self.shared.running.borrow()
    }

    /// Waits until no query is running.
    pub async fn idle(&self) {
        // The sender lives as long as the engine, so this cannot fail.
        let _ = self.shared.running.subscribe().wait_for(|running| *running == 0).await;
    }
}
