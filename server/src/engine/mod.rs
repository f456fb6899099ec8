//! The engine: SQL text in, Arrow batches out. It knows nothing of Flight.
//!
//! A query is planned against one version of each dataset it names ([`Versions`]) and reads that version to its last
//! row, whatever is published meanwhile. The versions travel in the ticket, so that planning twice gives one result.

mod memory;
mod rows;
mod snapshot;
mod statement;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{GreedyMemoryPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SQLOptions, SessionConfig};
use pilji_catalog::Warehouse;
use tokio::sync::watch;
use tracing::debug;

use crate::config::QueryConfig;
use crate::error::{Error, Result};
use crate::runtime::CpuRuntime;
use crate::wire_schema::wire_schema;

pub use rows::Rows;
pub use snapshot::{CATALOG, INFORMATION_SCHEMA, SCHEMA, Table, TableKind};

use rows::Running;
use snapshot::Snapshot;

/// Version of each dataset, by name.
pub type Versions = BTreeMap<String, u64>;

/// Disk space for spilled data where the configuration names none.
const DEFAULT_SPILL_BYTES: u64 = 100 << 30;

/// Consumers of memory that an error for want of memory names.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);

/// Plans and runs queries over a warehouse. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    warehouse: Warehouse,
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
    /// The dataset versions that it reads.
    pub versions: Versions,
    plan: LogicalPlan,
    session: SessionState,
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
    /// An engine over a warehouse, with its own threads, memory and disk space.
    ///
    /// # Errors
    ///
    /// [`Error::Threads`] or [`Error::Query`] when threads, memory or disk space cannot be had.
    pub fn start(warehouse: Warehouse, config: &QueryConfig) -> Result<Self> {
        let cpu = CpuRuntime::start(config.threads)?;
        let mut session_config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, SCHEMA)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(true);
        if let Some(threads) = config.threads {
            session_config = session_config.with_target_partitions(threads.max(1));
        }
        let session = SessionStateBuilder::new()
            .with_config(session_config)
            .with_runtime_env(runtime_env(&warehouse, config)?)
            .with_default_features()
            .build();
        let (running, _) = watch::channel(0);
        let shared = Shared {
            warehouse,
            session,
            cpu,
            next_query: AtomicU64::new(1),
            running,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Plans a query against the newest version of each dataset, or against the given versions.
    ///
    /// # Errors
    ///
    /// [`Error::NotAQuery`] for what does not only read, [`Error::Parameters`] for placeholders,
    /// [`Error::TableNotFound`], [`Error::Query`] for text that makes no sense, [`Error::Catalog`] when the warehouse
    /// cannot be read.
    pub async fn plan(&self, text: &str, versions: Option<&Versions>) -> Result<Query> {
        debug!(sql = text, "planning");
        let mut session = self.shared.session.clone();
        session.mark_start_execution();
        let dialect = session.config_options().sql_parser.dialect;
        let statement = match session.sql_to_statement(text, &dialect) {
            Err(DataFusionError::NotImplemented(_)) => return Err(Error::ManyStatements),
            parsed => parsed?,
        };
        statement::check(&statement)?;
        let references = session.resolve_table_references(&statement)?;

        let snapshot = Snapshot::take(&self.shared.warehouse, &references, versions).await?;
        session.register_catalog_list(snapshot.catalogs());
        let missing = snapshot.missing;
        let versions = snapshot.versions;
        let warehouse = self.shared.warehouse.clone();
        self.shared
            .cpu
            .run(async move {
                let plan = match session.statement_to_plan(statement).await {
                    Ok(plan) => plan,
                    Err(error) => return Err(snapshot::explain(error, missing, &warehouse).await),
                };
                let read_only = SQLOptions::new()
                    .with_allow_ddl(false)
                    .with_allow_dml(false)
                    .with_allow_statements(false);
                read_only.verify_plan(&plan)?;
                let plan = session.optimize(&plan)?;
                Ok(Query {
                    schema: wire_schema(plan.schema().as_arrow()),
                    versions,
                    plan,
                    session,
                })
            })
            .await
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
            schema, plan, session, ..
        } = query;
        self.shared
            .cpu
            .run(async move {
                let started = async {
                    let physical = session.query_planner().create_physical_plan(&plan, &session).await?;
                    execute_stream(physical, session.task_ctx())
                };
                match started.await {
                    Ok(stream) => Ok(Rows::new(stream, schema, running)),
                    Err(error) => {
                        running.failed();
                        Err(Error::Query(error))
                    }
                }
            })
            .await
    }

    /// The tables that exist now, datasets first, each group by name.
    ///
    /// # Errors
    ///
    /// [`Error::Catalog`] when the warehouse cannot be read.
    pub async fn tables(&self) -> Result<Vec<Table>> {
        snapshot::tables(&self.shared.warehouse, &self.shared.session).await
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

fn runtime_env(warehouse: &Warehouse, config: &QueryConfig) -> Result<Arc<RuntimeEnv>> {
    let memory_bytes = config.memory_bytes.unwrap_or_else(memory::default_bytes);
    // Greedy: a fair share for each of many sorts is too small for any of them.
    let pool = GreedyMemoryPool::new(usize::try_from(memory_bytes).unwrap_or(usize::MAX));
    let mode = match &config.spill_directory {
        Some(dir) => DiskManagerMode::Directories(vec![dir.clone()]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    let disk = DiskManagerBuilder::default()
        .with_mode(mode)
        .with_max_temp_directory_size(config.spill_bytes.unwrap_or(DEFAULT_SPILL_BYTES));
    let env = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(TrackConsumersPool::new(pool, NAMED_CONSUMERS)))
        .with_disk_manager_builder(disk)
        // Files come from the dataset's log, never from a listing.
        .with_object_list_cache_limit(0)
        .build()?;
    warehouse.register(&env)?;
    Ok(Arc::new(env))
}
