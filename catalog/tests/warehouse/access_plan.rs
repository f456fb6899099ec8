//! A viewport in a large file: which row groups and pages of it are read.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Float64Array, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields, Int64Type, Schema, SchemaRef};
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::local::LocalFileSystem;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use pilji_catalog::{DataFile, FileIndex, FileSet, FileTable, ScanReports};

/// Parcels lie on a grid of so many by so many, in the order of Hilbert's curve.
const SIDE: u32 = 200;
const ROW_GROUP_ROWS: usize = 1_000;
const PAGE_ROWS: usize = 100;

/// The place on Hilbert's curve through 256 by 256 cells.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut place = 0;
    let mut half = 128;
    while half > 0 {
        let (right, upper) = (u32::from(x & half > 0), u32::from(y & half > 0));
        place += half * half * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (255 - x, 255 - y);
            }
            (x, y) = (y, x);
        }
        half /= 2;
    }
    place
}

fn bbox_fields() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"]
        .map(|name| Field::new(name, DataType::Float64, true))
        .into_iter()
        .collect()
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("pnu", DataType::Utf8, false),
        Field::new("geometry", DataType::Binary, true),
        Field::new("bbox", DataType::Struct(bbox_fields()), true),
    ]))
}

/// One file of 40 row groups. Some parcels have no bbox, some one of NaN.
fn write(path: &Path) {
    let mut cells: Vec<(u32, u32)> = (0..SIDE).flat_map(|x| (0..SIDE).map(move |y| (x, y))).collect();
    cells.sort_by_key(|(x, y)| hilbert(*x, *y));
    let corner = |offset: f64, pick: fn(&(u32, u32)) -> u32| -> ArrayRef {
        let values = cells.iter().map(|cell| {
            let is_odd = cell.0 == 7 && cell.1 == 7;
            if is_odd {
                f64::NAN
            } else {
                f64::from(pick(cell)) + offset
            }
        });
        Arc::new(values.collect::<Float64Array>())
    };
    let has_bbox: Vec<bool> = cells.iter().map(|(x, y)| !(*x == 9 && *y == 9)).collect();
    let bbox = StructArray::new(
        bbox_fields(),
        vec![
            corner(0.0, |cell| cell.0),
            corner(0.0, |cell| cell.1),
            corner(0.9, |cell| cell.0),
            corner(0.9, |cell| cell.1),
        ],
        Some(has_bbox.into()),
    );
    // Bytes that do not compress, so that pages of geometry are what a scan pays for.
    let mut state = 1_u64;
    let mut shape = |_: &(u32, u32)| {
        let bytes = (0..200).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        });
        Some(bytes.collect::<Vec<u8>>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "pnu",
            Arc::new(
                cells
                    .iter()
                    .map(|(x, y)| Some(format!("11110101001{x:04}{y:04}")))
                    .collect::<StringArray>(),
            ),
        ),
        (
            "geometry",
            Arc::new(cells.iter().map(&mut shape).collect::<BinaryArray>()),
        ),
        ("bbox", Arc::new(bbox)),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_statistics_enabled(EnabledStatistics::Page)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

struct Setting {
    _dir: tempfile::TempDir,
    ctx: SessionContext,
    reports: Arc<ScanReports>,
}

fn setting(is_pushing: bool, is_immutable: bool, n_partitions: usize) -> Setting {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("part.parquet"));
    let reports = Arc::new(ScanReports::default());
    let mut config = SessionConfig::new()
        .with_target_partitions(n_partitions)
        .with_repartition_file_min_size(1)
        .with_extension(Arc::clone(&reports));
    config.options_mut().execution.parquet.pushdown_filters = is_pushing;
    let ctx = SessionContext::new_with_config(config);
    let store = ObjectStoreUrl::parse("test://files").unwrap();
    let files = LocalFileSystem::new_with_prefix(dir.path()).unwrap();
    ctx.register_object_store(store.as_ref(), Arc::new(files));
    let file = DataFile::inspect(dir.path(), "part.parquet".to_owned(), Vec::new()).unwrap();
    let set = FileSet {
        name: "parcel@1".to_owned(),
        store,
        prefix: object_store::path::Path::default(),
        schema: schema(),
        partition_columns: Vec::new(),
        is_immutable,
        coverings: vec![("geometry".to_owned(), "bbox".to_owned())],
        index: FileIndex::from_files([file], &schema(), &[]).unwrap(),
    };
    ctx.register_table("parcel", Arc::new(FileTable::new(Arc::new(set))))
        .unwrap();
    Setting {
        _dir: dir,
        ctx,
        reports,
    }
}

/// The number of parcels and their first PNU, and the bytes read for them.
async fn read(ctx: &SessionContext, filter: &str) -> (i64, Option<String>, usize) {
    let sql = format!("SELECT count(geometry), min(pnu) FROM parcel WHERE {filter}");
    let plan = ctx.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
    let rows = collect(Arc::clone(&plan), ctx.task_ctx()).await.unwrap();
    let first = rows[0].column(1).as_string::<i32>();
    let first = first.is_valid(0).then(|| first.value(0).to_owned());
    (
        rows[0].column(0).as_primitive::<Int64Type>().value(0),
        first,
        bytes_scanned(&plan),
    )
}

fn bytes_scanned(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let own = plan.downcast_ref::<DataSourceExec>().and_then(ExecutionPlan::metrics);
    let own = own.and_then(|metrics| metrics.sum_by_name("bytes_scanned"));
    let below: usize = plan.children().into_iter().map(bytes_scanned).sum();
    own.map_or(0, |bytes| bytes.as_usize()) + below
}

fn viewport(x: u32, y: u32, side: u32) -> String {
    format!(
        "bbox['xmin'] <= {}.0 AND bbox['xmax'] >= {x}.0 AND bbox['ymin'] <= {}.0 AND bbox['ymax'] >= {y}.0",
        x + side,
        y + side
    )
}

#[tokio::test]
async fn a_viewport_reads_few_pages() {
    for (is_pushing, is_immutable, n_partitions) in
        [(false, true, 1), (true, true, 1), (false, false, 3), (true, true, 3)]
    {
        let setting = setting(is_pushing, is_immutable, n_partitions);
        let (all, _, all_bytes) = read(&setting.ctx, "pnu <> ''").await;
        assert_eq!(all, i64::from(SIDE * SIDE));
        assert_eq!(setting.reports.take().len(), 1);
        for (x, y) in [(0, 0), (60, 140), (126, 126), (185, 3)] {
            let (n, first, bytes) = read(&setting.ctx, &viewport(x, y, 12)).await;
            assert_eq!(n, 13 * 13 - i64::from((x, y) == (0, 0)) * 2, "{x} {y}");
            assert_eq!(first, Some(format!("11110101001{x:04}{y:04}")));
            assert!(bytes * 8 < all_bytes, "{x} {y}: {bytes} of {all_bytes} bytes");
            let report = setting.reports.take().remove(0);
            let (kept, total) = report.row_groups.unwrap();
            assert!(kept <= 6 && total == 40, "{report}");
            let (kept, total) = report.pages.unwrap();
            assert!(kept < total, "{report}");
        }
    }
}

#[tokio::test]
async fn filters_of_all_shapes_give_the_same_rows() {
    let setting = setting(false, true, 2);
    for (filter, expected) in [
        ("bbox['xmin'] < 1.0", 200),
        ("bbox['xmin'] = 60.0 AND pnu < '111101010010060' || '0010'", 10),
        ("bbox['xmin'] < 1.0 OR bbox['ymin'] < 0.5", 200 + 199),
        ("bbox['xmin'] BETWEEN 10 AND 11 AND bbox['ymin'] IN (3, 5)", 4),
        ("bbox['xmin'] < 1.0 AND pnu LIKE '%0199'", 1),
        ("bbox['xmin'] + 1 < 1.5", 200),
        ("bbox IS NULL", 1),
        ("bbox['xmin'] IS NULL", 1),
        ("isnan(bbox['xmin'])", 1),
        ("NOT (bbox['xmin'] < 199.0) AND bbox['ymin'] < 3", 3),
        ("bbox['xmin'] > 1000.0 AND bbox['ymin'] < 10", 0),
    ] {
        let (n, _, _) = read(&setting.ctx, filter).await;
        assert_eq!(n, expected, "{filter}");
    }
}
