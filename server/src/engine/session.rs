//! What every query's session begins as: configuration, functions, memory, disk space, the warehouse's files.

use std::num::NonZeroUsize;
use std::sync::Arc;

use datafusion::execution::FunctionRegistry;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{GreedyMemoryPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use pilji_catalog::Warehouse;
use pilji_udfs::relations::GeometryOperators;

use super::yielding::Yielding;
use super::{CATALOG, SCHEMA, memory, past};
use crate::config::QueryConfig;
use crate::error::Result;

/// Disk space for spilled data where the configuration names none.
const DEFAULT_SPILL_BYTES: u64 = 100 << 30;

/// Consumers of memory that an error for want of memory names.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);

/// Share of the queries' memory that Parquet footers may take beside it, in percent, and the least that they get.
const METADATA_PERCENT: u64 = 5;
const MIN_METADATA_BYTES: u64 = 64 << 20;

/// The state that every query's own state begins as.
///
/// # Errors
///
/// [`crate::Error::Query`] when memory or disk space cannot be had.
pub fn state(warehouse: &Warehouse, config: &QueryConfig) -> Result<SessionState> {
    let mut session_config = SessionConfig::new()
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(true);
    if let Some(threads) = config.threads {
        session_config = session_config.with_target_partitions(threads.max(1));
    }
    let mut rules = pilji_catalog::physical_optimizers();
    rules.push(Arc::new(Yielding));
    let mut session = SessionStateBuilder::new()
        .with_config(session_config)
        .with_runtime_env(runtime_env(warehouse, config)?)
        .with_default_features()
        .with_physical_optimizer_rules(rules)
        .build();
    for function in pilji_udfs::scalar_functions() {
        session.register_udf(function)?;
    }
    for function in pilji_udfs::aggregate_functions() {
        session.register_udaf(function)?;
    }
    session.register_expr_planner(Arc::new(GeometryOperators))?;
    past::register_names(&mut session);
    Ok(session)
}

/// Has a session's queries give timestamps in a zone.
///
/// # Errors
///
/// [`crate::Error::Query`] when a function cannot be registered again.
pub fn set_time_zone(session: &mut SessionState, zone: &str) -> Result<()> {
    session.config_mut().options_mut().execution.time_zone = Some(zone.to_owned());
    // Functions such as `now` keep the zone that they were made with.
    let options = session.config_options();
    let functions = session.scalar_functions().values();
    let changed: Vec<_> = functions
        .filter_map(|function| function.inner().with_updated_config(options).map(Arc::new))
        .collect();
    for function in changed {
        session.register_udf(function)?;
    }
    Ok(())
}

fn runtime_env(warehouse: &Warehouse, config: &QueryConfig) -> Result<Arc<RuntimeEnv>> {
    let memory_bytes = config.memory_bytes.unwrap_or_else(memory::default_bytes);
    let metadata_bytes = (memory_bytes / 100 * METADATA_PERCENT).max(MIN_METADATA_BYTES);
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
        .with_metadata_cache_limit(usize::try_from(metadata_bytes).unwrap_or(usize::MAX))
        .build()?;
    warehouse.register(&env)?;
    Ok(Arc::new(env))
}
