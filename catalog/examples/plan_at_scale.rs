//! Times the planning of scans over a country's files beside those over a city's, and says what the index weighs.
//!
//! `cargo run --release -p pilji-catalog --example plan_at_scale`

#![expect(clippy::print_stdout, reason = "it prints what it measures")]

#[path = "../tests/scale/mod.rs"]
mod scale;

use std::error::Error;
use std::sync::Arc;

use pilji_catalog::{ScanReports, Warehouse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let sizes = [200, 18_863, 20_000];
    for n_files in sizes {
        scale::write_log(dir.path(), &format!("parcel{n_files}"), n_files)?;
    }
    let warehouse = Warehouse::open(dir.path())?;
    let mut tables = Vec::new();
    for n_files in sizes {
        let (dataset, loading) = scale::open(&warehouse, &format!("parcel{n_files}")).await?;
        let bytes = dataset.file_set().index.memory_bytes();
        let columns = dataset
            .files()
            .next()
            .map(|file| file.stats.columns().collect::<Vec<_>>().join(" "));
        println!(
            "{n_files} files: index {bytes} bytes, {} a file; log read in {:.0} ms; kept: {}",
            bytes.div_ceil(n_files),
            loading.as_secs_f64() * 1e3,
            columns.unwrap_or_default()
        );
        tables.push(dataset.table_provider());
    }
    let ctx = scale::session(&warehouse)?;
    println!("median (least) time of one scan's planning in microseconds");
    for (name, filters) in scale::questions() {
        let times = scale::measure(&ctx, &tables, &filters, 2_000).await?;
        let micros = |idx: usize, at: usize| times[idx][at].as_secs_f64() * 1e6;
        let median = times[0].len() / 2;
        let cells = (0..tables.len()).map(|idx| format!("{:7.1} ({:5.1})", micros(idx, median), micros(idx, 0)));
        let growth = micros(2, median) / micros(0, median);
        println!("{name:12} {}  growth {growth:.2}", cells.collect::<Vec<_>>().join("  "));
    }
    let mut config = ctx.copied_config();
    let reports = Arc::new(ScanReports::default());
    config.set_extension(Arc::clone(&reports));
    let explaining = datafusion::prelude::SessionContext::new_with_config_rt(config, ctx.runtime_env());
    for (_, filters) in scale::questions() {
        tables[2].scan(&explaining.state(), None, &filters, None).await?;
    }
    for report in reports.take() {
        println!("{report}");
    }
    Ok(())
}
