//! The partitions of a scan share a file by its row groups.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use pilji_catalog::source::{self, SourceOptions};

const ROWS_OF_GROUP: usize = 8192;

/// Writes 20 row groups of numbers that take eight bytes each.
fn write(path: &std::path::Path) -> ParquetMetaData {
    let n_rows = 20 * ROWS_OF_GROUP;
    let numbers = Int64Array::from_iter_values((0..n_rows).map(|row| i64::try_from(row).unwrap()));
    let batch = RecordBatch::try_from_iter([("number", Arc::new(numbers) as _)]).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(ROWS_OF_GROUP))
        .set_dictionary_enabled(false)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap()
}

#[tokio::test]
async fn two_partitions_get_as_many_row_groups_of_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("numbers.parquet");
    let footer = write(&path);
    let starts: Vec<i64> = footer
        .row_groups()
        .iter()
        .map(|row_group| row_group.column(0).data_page_offset())
        .collect();
    assert_eq!(starts.len(), 20);

    let store = Arc::new(LocalFileSystem::new());
    let path = Path::from_absolute_path(&path).unwrap();
    let inspected = source::inspect(store.clone(), &path, &SourceOptions::default())
        .await
        .unwrap();
    let url = ObjectStoreUrl::local_filesystem();
    let table = source::open(store, url, &path, &inspected.spec(), None, "numbers")
        .await
        .unwrap();
    let config = SessionConfig::new()
        .with_target_partitions(2)
        .with_repartition_file_min_size(0);
    let ctx = SessionContext::new_with_config(config);
    let plan = table.scan(&ctx.state(), None, &[], None).await.unwrap();
    let scan = plan.downcast_ref::<DataSourceExec>().unwrap().data_source();
    let groups = &scan.downcast_ref::<FileScanConfig>().unwrap().file_groups;

    let row_groups_in = |start: i64, end: i64| starts.iter().filter(|begin| (start..end).contains(*begin)).count();
    let shares: Vec<usize> = groups
        .iter()
        .map(|group| {
            let ranges = group.iter().map(|file| file.range.as_ref().unwrap());
            ranges.map(|range| row_groups_in(range.start, range.end)).sum()
        })
        .collect();
    assert_eq!(shares, [10, 10]);
}
