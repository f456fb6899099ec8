//! Breaks queries off, operator by operator, and measures how long their work goes on (`make cancellation`).
//!
//! A server runs in this process, so that its tasks and its memory can be counted; clients reach it over a socket. A query is
//! over when no task of it is left and no byte is reserved for it. Prints the table of `docs/cancellation.md`.

#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::{CancelFlightInfoRequest, FlightClient};
use clap::Parser;
use futures::TryStreamExt;
use pilji::config::{Config, QueryConfig};
use pilji::engine::{Engine, Load};
use pilji::server::Server;
use pilji_catalog::Variables;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tonic::transport::{Channel, Endpoint};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Memory of all queries: more than any of them needs in the time that it is given.
const MEMORY_BYTES: u64 = 4 << 30;

/// Longest time that a query is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Queries that would run for long, by the operator that has most to do.
const QUERIES: [(&str, &str); 17] = [
    (
        "rows made up",
        "SELECT sum(value) FROM generate_series(1, 100000000000)",
    ),
    (
        "projection",
        "SELECT max(md5(value::text)) FROM generate_series(1, 100000000000)",
    ),
    (
        "filter",
        "SELECT count(*) FROM generate_series(1, 100000000000) WHERE sqrt(value) < 0",
    ),
    (
        "rows sent",
        "SELECT value, md5(value::text) FROM generate_series(1, 100000000000)",
    ),
    (
        "scan with a slow function",
        "SELECT sum(st_area(st_buffer(geometry, 0.0001))) FROM parcel",
    ),
    (
        "sort",
        "SELECT value FROM generate_series(1, 100000000) ORDER BY md5(value::text)",
    ),
    (
        "group",
        "SELECT md5(value::text), count(*) FROM generate_series(1, 100000000000) GROUP BY 1",
    ),
    (
        "distinct count",
        "SELECT count(DISTINCT md5(value::text)) FROM generate_series(1, 100000000000)",
    ),
    (
        "hash join",
        "SELECT count(*) FROM generate_series(1, 1000000) a JOIN generate_series(1, 100000000000) b ON a.value = b.value % 1000000",
    ),
    (
        "cross join",
        "SELECT count(*) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b",
    ),
    (
        "nested loop join",
        "SELECT count(*) FROM generate_series(1, 1000000) a JOIN generate_series(1, 1000000) b ON a.value * 2 < b.value",
    ),
    (
        "spatial join",
        "SELECT count(*) FROM parcel a JOIN parcel b ON st_dwithin(a.geometry, b.geometry, 0.01)",
    ),
    (
        "nearest neighbours",
        "SELECT count(*) FROM parcel a JOIN parcel b ON st_knn(a.geometry, b.geometry, 20)",
    ),
    (
        "window",
        "SELECT max(r) FROM (SELECT row_number() OVER (PARTITION BY value % 1000 ORDER BY md5(value::text)) AS r \
         FROM generate_series(1, 100000000))",
    ),
    (
        "unnest",
        "SELECT sum(u) FROM (SELECT unnest(range(1, 100)) AS u FROM generate_series(1, 100000000))",
    ),
    (
        "recursion",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT max(n) FROM r",
    ),
    (
        "dissolving",
        "SELECT st_union_agg(st_buffer(geometry, 0.0005)) FROM parcel",
    ),
];

/// How a query is broken off.
#[derive(Debug, Clone, Copy)]
enum Way {
    Gone,
    Cancel,
    Kill,
    Timeout,
}

const WAYS: [Way; 4] = [Way::Gone, Way::Cancel, Way::Kill, Way::Timeout];

/// Breaks queries off and prints how long their work goes on.
#[derive(Debug, Parser)]
struct Arguments {
    /// Warehouse with a dataset `parcel`.
    #[arg(long)]
    warehouse: PathBuf,
    /// Queries of each operator.
    #[arg(long, default_value_t = 100)]
    runs: usize,
    /// The one operator to look at.
    #[arg(long)]
    only: Option<String>,
}

/// What one query showed.
struct Run {
    /// Memory that was reserved for it when it was broken off.
    held: u64,
    freed: Duration,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let (address, engine) = serve(&arguments.warehouse).await?;
    println!("| Operator | Runs | Memory held, MiB | p50, ms | p99, ms | Longest, ms |");
    println!("|---|--:|--:|--:|--:|--:|");
    let mut all = Vec::new();
    let is_asked = |operator: &str| arguments.only.as_deref().is_none_or(|only| only == operator);
    for (operator, sql) in QUERIES.into_iter().filter(|(operator, _)| is_asked(operator)) {
        let mut runs = Vec::new();
        for number in 0..arguments.runs {
            // Another moment each time, and all ways in turn.
            let delay = Duration::from_millis(50 + (number as u64 * 37) % 400);
            let run = break_off(&address, &engine, sql, WAYS[number % WAYS.len()], delay).await;
            runs.push(run.map_err(|error| format!("{operator}: {error}"))?);
        }
        print_row(operator, &runs);
        all.extend(runs);
    }
    print_row("all", &all);
    Ok(())
}

async fn serve(warehouse: &Path) -> Outcome<(String, Engine)> {
    let config = Config {
        listen: "127.0.0.1:0".parse()?,
        query: QueryConfig {
            memory_bytes: Some(MEMORY_BYTES),
            ..QueryConfig::default()
        },
        ..Config::default()
    };
    let server = Server::bind(&config, warehouse, Variables::default()).await?;
    let (address, engine) = (format!("http://{}", server.local_addr()), server.engine().clone());
    let (stop, stopped) = mpsc::channel(1);
    tokio::spawn(async move {
        // The server runs as long as somebody might stop it.
        let _stop = stop;
        server.serve(stopped).await
    });
    Ok((address, engine))
}

async fn break_off(address: &str, engine: &Engine, sql: &str, way: Way, delay: Duration) -> Outcome<Run> {
    let channel = Endpoint::from_shared(address.to_owned())?.connect().await?;
    let mut client = FlightSqlServiceClient::new(channel.clone());
    let base = idle(engine).await?;
    if matches!(way, Way::Timeout) {
        client.set_header("statement_timeout", delay.as_millis().to_string());
    }
    let info = client.execute(sql.to_owned(), None).await?;
    let ticket = info.endpoint.first().and_then(|endpoint| endpoint.ticket.clone());
    let mut reader = client.clone();
    let began = Instant::now();
    let reading = tokio::spawn(async move {
        let ticket = ticket.ok_or("no ticket")?;
        let mut rows = reader.do_get(ticket).await?;
        while rows.try_next().await?.is_some() {}
        Outcome::Ok(())
    });
    sleep(delay.saturating_sub(began.elapsed())).await;
    let held = engine.load().memory_bytes.saturating_sub(base.memory_bytes);
    if reading.is_finished() && !matches!(way, Way::Timeout) {
        return Err(format!("it ended by itself within {delay:?}: {:?}", reading.await?).into());
    }
    let broken_off = match way {
        Way::Timeout => began + delay,
        _ => Instant::now(),
    };
    match way {
        Way::Gone => reading.abort(),
        Way::Cancel => {
            let result = FlightClient::new(channel)
                .cancel_flight_info(CancelFlightInfoRequest::new(info))
                .await?;
            if result.status == 0 {
                return Err("CancelFlightInfo does not know the query".into());
            }
        }
        Way::Kill => kill(&mut client, &info.app_metadata).await?,
        Way::Timeout => {}
    }
    let patience = Instant::now() + PATIENCE;
    while engine.load() != base {
        if Instant::now() > patience {
            return Err(format!("{way:?}: still {:?}, was {base:?}", engine.load()).into());
        }
        sleep(Duration::from_millis(1)).await;
    }
    Ok(Run {
        held,
        freed: broken_off.elapsed(),
    })
}

async fn kill(client: &mut FlightSqlServiceClient<Channel>, metadata: &[u8]) -> Outcome<()> {
    let metadata: serde_json::Value = serde_json::from_slice(metadata)?;
    let id = metadata["query_id"].as_str().ok_or("the query has no id")?;
    let info = client.execute(format!("KILL QUERY '{id}'"), None).await?;
    for endpoint in info.endpoint {
        let rows = client.do_get(endpoint.ticket.ok_or("no ticket")?).await?;
        rows.try_collect::<Vec<_>>().await?;
    }
    Ok(())
}

/// What an idle engine uses, once it is idle.
async fn idle(engine: &Engine) -> Outcome<Load> {
    let patience = Instant::now() + PATIENCE;
    loop {
        let load = engine.load();
        if load.queries == 0 && load.tasks == 0 {
            return Ok(load);
        }
        if Instant::now() > patience {
            return Err(format!("the server is not idle: {load:?}").into());
        }
        sleep(Duration::from_millis(1)).await;
    }
}

fn print_row(operator: &str, runs: &[Run]) {
    let mut freed: Vec<f64> = runs.iter().map(|run| run.freed.as_secs_f64() * 1e3).collect();
    freed.sort_by(f64::total_cmp);
    // The smallest time that so many percent of the runs do not exceed.
    let rank = |percent: usize| freed[(freed.len() * percent).div_ceil(100).max(1) - 1];
    let held = runs.iter().map(|run| run.held).max().unwrap_or_default() >> 20;
    println!(
        "| {operator} | {} | {held} | {:.1} | {:.1} | {:.1} |",
        runs.len(),
        rank(50),
        rank(99),
        rank(100)
    );
}
