//! How long `PiljiQL` takes to become SQL (`make compile-time`): a query of more and more stages is planned beside the SQL that
//! it becomes, in turn, and the difference is what the language costs. Prints the table of `docs/compile-time.md`.

#![expect(clippy::print_stdout, reason = "it prints what it measures")]

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, RecordBatch};
use clap::Parser;
use futures::TryStreamExt;
use pilji::config::Config;
use pilji::engine::{Asked, Engine, Planned, Settings};
use pilji::server::Server;
use pilji_catalog::Variables;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A query of ten stages, by those that it has more and more of.
const STAGES: [&str; 10] = [
    "model parcel",
    "where jimok = '대'",
    "eval a = bonbun + 1",
    "where a > 3",
    "fields pnu, emd_nm, a, bubon",
    "eventstats count(*) as n by emd_nm",
    "sort -a, pnu",
    "head 100",
    "stats sum(a) as s, max(n) as m by emd_nm",
    "sort emd_nm",
];

/// Measures how long `PiljiQL` takes to become SQL.
#[derive(Debug, Parser)]
struct Arguments {
    /// Warehouse with a dataset `parcel`.
    #[arg(long)]
    warehouse: PathBuf,
    /// Times that each query is planned.
    #[arg(long, default_value_t = 500)]
    runs: usize,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let config = Config {
        listen: "127.0.0.1:0".parse()?,
        ..Config::default()
    };
    let server = Server::bind(&config, &arguments.warehouse, Variables::default()).await?;
    let engine = server.engine();
    println!("| Stages | SQL planned, ms | PiljiQL planned, ms | Compiling, ms | p95, ms |");
    println!("|--:|--:|--:|--:|--:|");
    for n_stages in 1..=STAGES.len() {
        let text = STAGES[..n_stages].join(" | ");
        let sql = sql_of(engine, &text).await?;
        let (mut of_sql, mut of_text) = (Vec::new(), Vec::new());
        // The first tenth warms up.
        for run in 0..arguments.runs + arguments.runs / 10 {
            let (sql, text) = (planned(engine, &sql).await?.0, planned(engine, &text).await?.0);
            if run >= arguments.runs / 10 {
                of_sql.push(sql);
                of_text.push(text);
            }
        }
        let percent = |times: &mut Vec<Duration>, percent: usize| {
            times.sort_unstable();
            times[(times.len() * percent).div_ceil(100).max(1) - 1].as_secs_f64() * 1e3
        };
        let (sql, text) = (percent(&mut of_sql, 50), percent(&mut of_text, 50));
        let late = percent(&mut of_text, 95) - sql;
        println!("| {n_stages} | {sql:.2} | {text:.2} | {:.2} | {late:.2} |", text - sql);
    }
    Ok(())
}

/// How long it takes to plan a text, and what it has become.
async fn planned(engine: &Engine, text: &str) -> Outcome<(Duration, Planned)> {
    let settings = Settings::default();
    let began = Instant::now();
    let planned = engine.plan(Asked::now(text, &settings)).await?;
    Ok((began.elapsed(), planned))
}

/// The SQL that a text becomes.
async fn sql_of(engine: &Engine, text: &str) -> Outcome<String> {
    let (_, planned) = planned(engine, &format!("explain sql {text}")).await?;
    let Planned::Query(query) = planned else {
        return Err("no query".into());
    };
    let (begun, _) = engine.begin(query, "compile-time", "")?;
    let rows: Vec<RecordBatch> = begun.rows().await?.try_collect().await?;
    let batch = rows.first().ok_or("no row")?;
    Ok(batch.column(0).as_string::<i32>().value(0).to_owned())
}
