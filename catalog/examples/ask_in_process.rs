//! Answers SQL over files, in this process: Pilji's part in the race of spatial queries (`make space`).
//!
//! Reads a JSON object from standard input (`Asked`) and prints one JSON line for each question, as the runners of the other
//! engines in `benches/race/space` do.

#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use std::error::Error;
use std::io::stdin;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;
use datafusion::datasource::MemTable;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use pilji_catalog::source::{self, SourceOptions};
use serde::Deserialize;
use serde_json::json;

/// What to ask.
#[derive(Deserialize)]
struct Asked {
    threads: usize,
    /// The memory of this process: queries get what it has not taken before the first; without it there is no limit.
    memory_bytes: Option<usize>,
    tables: Vec<Table>,
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    path: String,
    /// Whether the file is read once, before any question.
    in_memory: bool,
}

#[derive(Deserialize)]
struct Question {
    name: String,
    sql: String,
    repetitions: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let asked: Asked = serde_json::from_reader(stdin().lock())?;
    let ctx = session(&asked)?;
    for table in &asked.tables {
        register(&ctx, table).await?;
    }
    for question in &asked.questions {
        let mut seconds = Vec::new();
        let mut answer = Vec::new();
        for _ in 0..question.repetitions {
            let started = Instant::now();
            let batches = ctx.sql(&question.sql).await?.collect().await?;
            seconds.push(started.elapsed().as_secs_f64());
            answer = first_row(&batches)?;
        }
        println!(
            "{}",
            json!({
                "name": question.name,
                "seconds": seconds,
                "answer": answer,
                "peak_rss_bytes": memory_bytes("VmHWM").ok(),
                "program_bytes": memory_bytes("RssFile").ok(),
            })
        );
    }
    Ok(())
}

fn session(asked: &Asked) -> Result<SessionContext, Box<dyn Error>> {
    let mut env = RuntimeEnvBuilder::new();
    if let Some(bytes) = asked.memory_bytes {
        let left = bytes.saturating_sub(memory_bytes("VmRSS")?);
        env = env.with_memory_pool(Arc::new(FairSpillPool::new(left)));
    }
    let state = SessionStateBuilder::new()
        .with_config(SessionConfig::new().with_target_partitions(asked.threads))
        .with_runtime_env(env.build_arc()?)
        .with_default_features()
        .with_physical_optimizer_rules(pilji_catalog::physical_optimizers())
        .build();
    let ctx = SessionContext::new_with_state(state);
    for function in pilji_udfs::scalar_functions() {
        ctx.register_udf(function.as_ref().clone());
    }
    for function in pilji_udfs::aggregate_functions() {
        ctx.register_udaf(function.as_ref().clone());
    }
    Ok(ctx)
}

/// A figure of this process's memory as Linux counts it: `VmRSS`, `VmHWM` for the most that there ever was, or `RssFile` for
/// what of it is the program's own file, which other processes share and the system can drop at any time.
fn memory_bytes(field: &str) -> Result<usize, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes
        .ok_or("no such figure in /proc/self/status")?
        .parse::<usize>()?
        * 1024)
}

async fn register(ctx: &SessionContext, table: &Table) -> Result<(), Box<dyn Error>> {
    let path = StorePath::from_absolute_path(Path::new(&table.path))?;
    let store = Arc::new(LocalFileSystem::new());
    let spec = source::inspect(store.clone(), &path, &SourceOptions::default())
        .await?
        .spec();
    let url = ObjectStoreUrl::local_filesystem();
    let provider = source::open(store, url, &path, &spec, None, &table.name).await?;
    if !table.in_memory {
        ctx.register_table(&table.name, provider)?;
        return Ok(());
    }
    let frame = ctx.read_table(provider)?;
    let schema = Arc::clone(frame.schema().inner());
    let partitions = frame.collect_partitioned().await?;
    ctx.register_table(&table.name, Arc::new(MemTable::try_new(schema, partitions)?))?;
    Ok(())
}

fn first_row(batches: &[RecordBatch]) -> Result<Vec<String>, Box<dyn Error>> {
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(Vec::new());
    };
    let columns = batch.columns().iter();
    Ok(columns
        .map(|column| array_value_to_string(column, 0))
        .collect::<Result<_, _>>()?)
}
