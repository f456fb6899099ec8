//! Planning does not grow with the country: a log with a file for every leaf of the official 법정동 table.

#![expect(clippy::unwrap_used, reason = "tests")]

mod scale;

use std::sync::Arc;
use std::time::Duration;

use pilji_catalog::{ScanReports, Warehouse};

#[tokio::test]
async fn planning_over_20000_files_takes_far_less_than_a_millisecond() {
    let dir = tempfile::tempdir().unwrap();
    for (name, n_files) in [("city", 200), ("country", 20_000)] {
        scale::write_log(dir.path(), name, n_files).unwrap();
    }
    let warehouse = Warehouse::open(dir.path()).unwrap();
    let (city, _) = scale::open(&warehouse, "city").await.unwrap();
    let (country, _) = scale::open(&warehouse, "country").await.unwrap();
    let tables = [city.table_provider(), country.table_provider()];
    let ctx = scale::session(&warehouse).unwrap();
    for (name, filters) in scale::questions() {
        let times = scale::measure(&ctx, &tables, &filters, 200).await.unwrap();
        // The example of this name gives exact medians on a quiet machine. Here others may be working: the best of
        // many tries says how much work there is.
        let (small, large) = (times[0][0], times[1][0]);
        assert!(large < Duration::from_millis(1), "{name}: {large:?}");
        let growth = large.saturating_sub(small);
        assert!(growth < Duration::from_micros(50), "{name}: {small:?}, then {large:?}");
    }
}

#[tokio::test]
async fn the_index_of_a_country_keeps_what_is_asked_for_in_200_bytes_a_file() {
    let dir = tempfile::tempdir().unwrap();
    scale::write_log(dir.path(), "country", 20_000).unwrap();
    let warehouse = Warehouse::open(dir.path()).unwrap();
    let (country, _) = scale::open(&warehouse, "country").await.unwrap();
    let set = country.file_set();
    let bytes = set.index.memory_bytes();
    assert!(bytes <= 200 * set.index.len(), "{bytes} bytes");
    let file = set.index.file(7);
    for column in ["bbox.xmin", "bbox.ymax", "pnu", "bjd_cd", "base_date", "bonbun"] {
        assert!(file.stats.column(column).is_some(), "{column}");
    }
    assert_eq!(country.rows(), country.files().map(|file| file.rows).sum::<u64>());
    assert_eq!(country.bytes(), country.files().map(|file| file.bytes).sum::<u64>());
}

#[tokio::test]
async fn a_scan_reports_what_it_kept_and_why() {
    let dir = tempfile::tempdir().unwrap();
    scale::write_log(dir.path(), "country", 20_000).unwrap();
    let warehouse = Warehouse::open(dir.path()).unwrap();
    let (country, _) = scale::open(&warehouse, "country").await.unwrap();
    let reports = Arc::new(ScanReports::default());
    let mut config = scale::session(&warehouse).unwrap().copied_config();
    config.set_extension(Arc::clone(&reports));
    let ctx = datafusion::prelude::SessionContext::new_with_config(config);
    let (_, filters) = scale::questions().swap_remove(0);
    country
        .table_provider()
        .scan(&ctx.state(), None, &filters, None)
        .await
        .unwrap();
    let text = reports.take()[0].to_string();
    assert!(text.starts_with("country@0: 1 of 20000 files, "), "{text}");
    assert!(text.contains("after emd_nm = "), "{text}");
}
