//! Filters and joins by place: the same rows as without a covering, and few row groups read for them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, Float32Array, Float64Array, Int64Array, RecordBatch, StructArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Fields, Int64Type, Schema, SchemaRef};
use arrow::util::pretty::pretty_format_batches;
use datafusion::common::ScalarValue;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::execution::SessionStateBuilder;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};
use object_store::local::LocalFileSystem;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use pilji_catalog::{DataFile, FileIndex, FileSet, FileTable, ScanReports, physical_optimizers};
use pilji_udfs::function::{FieldCrs, geometry_field};
use pilji_udfs::geometry::{Geometry, Wkb};

const N_FILES: usize = 4;
const ROWS_OF_FILE: usize = 1_600;
const ROW_GROUP_ROWS: usize = 200;
const N_ROW_GROUPS: usize = N_FILES * ROWS_OF_FILE / ROW_GROUP_ROWS;
const PAGE_ROWS: usize = 25;

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % end
    }

    /// A multiple of a half, so that borders often meet.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn half(&mut self, end: u64) -> f64 {
        self.below(2 * end) as f64 / 2.0
    }

    /// A small geometry beside a place; one in eight is EMPTY.
    fn shape(&mut self, x: f64, y: f64) -> String {
        let (width, height) = (self.half(3) + 0.5, self.half(3) + 0.5);
        let (right, top) = (x + width, y + height);
        match self.below(8) {
            0 => format!("POINT({x} {y})"),
            1 => format!("LINESTRING({x} {y},{right} {top})"),
            2 => format!("POLYGON(({x} {y},{right} {y},{x} {top},{x} {y}))"),
            3 => ["POLYGON EMPTY", "POINT EMPTY"][usize::from(self.below(2) == 0)].to_owned(),
            _ => format!("POLYGON(({x} {y},{right} {y},{right} {top},{x} {top},{x} {y}))"),
        }
    }
}

/// The geometries of a file, which is a strip of the country; one in sixteen is NULL.
fn shapes(file: usize) -> Vec<Option<String>> {
    let mut numbers = Numbers(u64::try_from(file).unwrap() + 7);
    let strip = f64::from(u32::try_from(file).unwrap()) * 25.0 - 40.0;
    let places = (0..ROWS_OF_FILE).map(|row| f64::from(u32::try_from(row).unwrap()) / 32.0 - 20.0);
    let shapes = places.map(|y| {
        let x = strip + numbers.half(25);
        let shape = numbers.shape(x, y.floor());
        (numbers.below(16) > 0).then_some(shape)
    });
    shapes.collect()
}

fn wkb(shape: &str) -> Vec<u8> {
    Geometry::from_wkt(shape).unwrap().0.to_wkb()
}

fn bbox_fields(number: &DataType, is_nullable: bool) -> Fields {
    ["xmin", "ymin", "xmax", "ymax"]
        .map(|name| Field::new(name, number.clone(), is_nullable))
        .into_iter()
        .collect()
}

fn schema(number: &DataType) -> SchemaRef {
    let crs = FieldCrs::from_srid(5186).unwrap();
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        geometry_field("geometry", Some(&crs)),
        Field::new("bbox", DataType::Struct(bbox_fields(number, true)), true),
    ]))
}

/// Files differ in whether the corners may be NULL, and in whether they tell the CRS.
fn write(path: &Path, file: usize, number: &DataType) {
    let shapes = shapes(file);
    let bytes: Vec<Option<Vec<u8>>> = shapes.iter().map(|shape| shape.as_deref().map(wkb)).collect();
    let boxes: Vec<Option<[f64; 4]>> = bytes
        .iter()
        .map(|bytes| {
            let bounds = Wkb::read(bytes.as_ref()?).unwrap().bounds()?;
            Some([bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax])
        })
        .collect();
    let corners = (0..4).map(|corner| -> ArrayRef {
        let corner = boxes.iter().map(|one| one.map_or(f64::NAN, |one| one[corner]));
        match number {
            #[expect(clippy::cast_possible_truncation, reason = "halves are exact")]
            DataType::Float32 => Arc::new(corner.map(|value| value as f32).collect::<Float32Array>()),
            _ => Arc::new(corner.collect::<Float64Array>()),
        }
    });
    // Geometries without a place have no box in one half of the files, and one of NaN in the other.
    let has_box: Vec<bool> = boxes.iter().map(|one| one.is_some() || file < 2).collect();
    let bbox = StructArray::new(
        bbox_fields(number, file.is_multiple_of(2)),
        corners.collect(),
        Some(has_box.into()),
    );
    let first_id = i64::try_from(file * ROWS_OF_FILE).unwrap();
    let ids: Int64Array = (first_id..).take(ROWS_OF_FILE).collect();
    let geometry = if file == 3 {
        schema(number).field(1).clone()
    } else {
        Field::new("geometry", DataType::Binary, true)
    };
    let fields = vec![
        Field::new("id", DataType::Int64, false),
        geometry,
        Field::new("bbox", DataType::Struct(bbox.fields().clone()), true),
    ];
    let columns: Vec<ArrayRef> = vec![
        Arc::new(ids),
        Arc::new(bytes.iter().map(Option::as_deref).collect::<BinaryArray>()),
        Arc::new(bbox),
    ];
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_statistics_enabled(EnabledStatistics::Page)
        .build();
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(file == 0);
    let mut writer = ArrowWriter::try_new_with_options(File::create(path).unwrap(), batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

struct Setting {
    _dir: tempfile::TempDir,
    ctx: SessionContext,
    reports: Arc<ScanReports>,
}

/// A session with the same files twice: as `covered`, and as `plain`, whose boxes nobody knows the meaning of.
fn setting(number: &DataType) -> Setting {
    let dir = tempfile::tempdir().unwrap();
    let files: Vec<DataFile> = (0..N_FILES)
        .map(|file| {
            let name = format!("part-{file}.parquet");
            write(&dir.path().join(&name), file, number);
            DataFile::inspect(dir.path(), name, Vec::new()).unwrap()
        })
        .collect();
    let reports = Arc::new(ScanReports::default());
    let config = SessionConfig::new()
        .with_target_partitions(2)
        .with_extension(Arc::clone(&reports));
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_default_features()
        .with_physical_optimizer_rules(physical_optimizers())
        .build();
    let ctx = SessionContext::new_with_state(state);
    for function in pilji_udfs::scalar_functions() {
        ctx.register_udf(function.as_ref().clone());
    }
    let store = ObjectStoreUrl::parse("test://files").unwrap();
    let local = LocalFileSystem::new_with_prefix(dir.path()).unwrap();
    ctx.register_object_store(store.as_ref(), Arc::new(local));
    for (name, coverings) in [
        ("covered", vec![("geometry".to_owned(), "bbox".to_owned())]),
        ("plain", Vec::new()),
    ] {
        let set = FileSet {
            name: name.to_owned(),
            store: store.clone(),
            prefix: object_store::path::Path::default(),
            schema: schema(number),
            partition_columns: Vec::new(),
            is_immutable: true,
            coverings,
            index: FileIndex::from_files(files.clone(), &schema(number), &[]).unwrap(),
        };
        ctx.register_table(name, Arc::new(FileTable::new(Arc::new(set))))
            .unwrap();
    }
    Setting {
        _dir: dir,
        ctx,
        reports,
    }
}

/// The answer as text, or the message.
async fn answer(ctx: &SessionContext, sql: &str, parameter: Option<&[u8]>) -> String {
    let answer = async {
        let mut frame = ctx.sql(sql).await?;
        if let Some(bytes) = parameter {
            frame = frame.with_param_values(vec![ScalarValue::Binary(Some(bytes.to_vec()))])?;
        }
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let batches = frame.collect().await?;
        Ok::<_, datafusion::error::DataFusionError>(concat_batches(&schema, &batches)?)
    };
    match answer.await {
        Ok(rows) => pretty_format_batches(&[rows]).unwrap().to_string(),
        Err(error) => error.to_string(),
    }
}

fn filters(constant: &str, other: &str, distance: f64) -> Vec<String> {
    let relations = [
        "intersects",
        "within",
        "contains",
        "covers",
        "coveredby",
        "touches",
        "crosses",
        "overlaps",
        "equals",
    ];
    let mut filters: Vec<String> = relations
        .iter()
        .flat_map(|relation| {
            [
                format!("st_{relation}(geometry, {constant})"),
                format!("st_{relation}({constant}, geometry)"),
            ]
        })
        .collect();
    filters.extend([
        format!("st_dwithin(geometry, {constant}, {distance})"),
        format!("st_dwithin({constant}, geometry, {distance})"),
        format!("st_distance(geometry, {constant}) < {distance}"),
        format!("{distance} >= st_distance({constant}, geometry)"),
        format!("geometry_overlaps(geometry, {constant})"),
        format!("geometry_overlaps({constant}, geometry) AND id % 2 = 0"),
        format!("st_intersects(geometry, {constant}) OR st_contains(geometry, {other})"),
        format!("st_intersects(geometry, {constant}) OR id % 100 = 3"),
        format!("st_intersects(geometry, {constant}) AND st_dwithin(geometry, {other}, {distance})"),
        format!("NOT st_intersects(geometry, {constant}) AND id < 500"),
        format!("st_disjoint(geometry, {constant}) AND id < 500"),
        format!("st_intersects(geometry, {constant}) IS NOT TRUE"),
        format!("st_intersects(geometry, {constant}) AND bbox['xmin'] > -40.0 AND bbox['ymax'] < 20.5"),
        format!("st_intersects(geometry, {constant}) AND st_srid(geometry) = 5186 AND id IS NOT NULL"),
        format!("st_intersects(geometry, st_makeenvelope(-99, -99, 99, 99)) AND bbox['xmin'] < {distance} * 10"),
        format!("st_intersects(geometry, st_makeenvelope(-99, -99, 99, 99)) AND bbox['ymax'] - {distance} > 7"),
    ]);
    filters
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_give_the_rows_that_they_give_without_a_covering() {
    for (number, seed) in [(DataType::Float64, 1), (DataType::Float32, 2)] {
        let setting = setting(&number);
        let mut numbers = Numbers(seed);
        for round in 0..14 {
            let mut constant = || {
                let (x, y) = (numbers.half(100) - 40.0, numbers.half(50) - 20.0);
                match round {
                    0 => numbers.shape(0.0, 0.0),
                    1 => numbers.shape(-0.5, -0.5),
                    2 => "POLYGON EMPTY".to_owned(),
                    3..8 => shapes(usize::try_from(numbers.below(4)).unwrap())[99]
                        .clone()
                        .unwrap_or_default(),
                    _ => numbers.shape(x, y),
                }
            };
            let (shape, other) = (constant(), constant());
            let srid = ["", ", 5186"][round % 2];
            let geometry = |shape: &str| match shape {
                "" => "CAST(NULL AS BYTEA)".to_owned(),
                shape => format!("st_geomfromtext('{shape}'{srid})"),
            };
            let parameter = (!shape.is_empty() && round % 3 == 0).then(|| wkb(&shape));
            let first = if parameter.is_some() {
                "$1".to_owned()
            } else {
                geometry(&shape)
            };
            let distance = numbers.half(4);
            for filter in filters(&first, &geometry(&other), distance) {
                let sql = |table: &str| {
                    format!(
                        "SELECT count(*) AS n, count(geometry) AS shapes, sum(id) AS ids FROM {table} WHERE {filter}"
                    )
                };
                let found = answer(&setting.ctx, &sql("covered"), parameter.as_deref()).await;
                let expected = answer(&setting.ctx, &sql("plain"), parameter.as_deref()).await;
                assert_eq!(found, expected, "{number} {shape} {filter}");
                assert!(!found.contains("rror"), "{filter}: {found}");
            }
        }
    }
}

#[tokio::test]
async fn a_constant_in_another_crs_is_an_error() {
    let setting = setting(&DataType::Float64);
    for table in ["covered", "plain"] {
        let far_off = "st_makeenvelope(126.9, 37.5, 127.0, 37.6, 4326)";
        let sql = format!("SELECT count(*) FROM {table} WHERE st_intersects(geometry, {far_off})");
        let message = answer(&setting.ctx, &sql, None).await;
        assert!(
            message.contains("EPSG:5186") && message.contains("EPSG:4326"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_filter_by_place_reads_few_row_groups() {
    let setting = setting(&DataType::Float64);
    for filter in [
        "st_intersects(geometry, st_makeenvelope(-12, 3, -8, 4, 5186))",
        "st_within(geometry, st_geomfromtext('POLYGON((-12 3,-8 3,-8 4,-12 4,-12 3))'))",
        "geometry_overlaps(geometry, st_makeenvelope(-12, 3, -8, 4, 5186))",
        "st_distance(geometry, st_point(-10, 3.5)) < 0.5",
        "st_dwithin(st_point(-10, 3.5), geometry, 0.5) OR st_contains(geometry, st_point(-11, 3.25))",
    ] {
        let _ = setting.reports.take();
        answer(
            &setting.ctx,
            &format!("SELECT count(geometry) FROM covered WHERE {filter}"),
            None,
        )
        .await;
        let report = setting.reports.take().remove(0);
        assert_eq!(report.files_kept, 1, "{report}");
        let (kept, total) = report.row_groups.unwrap();
        assert!(kept <= 2 && total == ROWS_OF_FILE / ROW_GROUP_ROWS, "{report}");
        let (kept, total) = report.pages.unwrap();
        assert!(kept < total, "{report}");
    }
}

/// What the operators on the scans count by this name.
fn counted(plan: &Arc<dyn ExecutionPlan>, name: &str) -> Option<usize> {
    let own = Some(plan)
        .filter(|plan| plan.name() == "JoinPruningExec")
        .and_then(|plan| plan.metrics());
    let own = own
        .and_then(|metrics| metrics.sum_by_name(name))
        .map(|count| count.as_usize());
    own.or_else(|| plan.children().into_iter().find_map(|child| counted(child, name)))
}

const FEW: &str = "(VALUES (1, 'POLYGON((-12 3,-8 3,-8 4,-12 4,-12 3))'), (2, 'POINT(20 0)'), (3, 'POLYGON EMPTY'), \
                   (4, NULL), (5, 'POLYGON((500 500,501 500,501 501,500 500))')) AS few(k, wkt)";

#[tokio::test(flavor = "multi_thread")]
async fn joins_give_the_rows_that_they_give_without_a_covering() {
    let setting = setting(&DataType::Float64);
    let few = format!("(SELECT k, st_geomfromtext(wkt) AS shape FROM {FEW})");
    let conditions = [
        "st_intersects(shape, geometry)",
        "geometry_overlaps(geometry, shape)",
        "st_within(geometry, shape)",
        "st_dwithin(geometry, shape, 1.5)",
        "st_distance(geometry, shape) < 1.5",
        "st_equals(geometry, shape)",
        "st_intersects(shape, geometry) AND id % 3 = k",
    ];
    for condition in conditions {
        let mut queries = Vec::new();
        for kind in ["INNER", "LEFT", "RIGHT", "FULL"] {
            for sides in [["few", "many"], ["many", "few"]] {
                let [left, right] = sides;
                queries.push(format!(
                    "SELECT count(*), sum(id), sum(k), count(geometry) FROM {left} {kind} JOIN {right} ON {condition}"
                ));
            }
        }
        for not in ["", "NOT"] {
            queries.push(format!(
                "SELECT count(*), sum(k) FROM few WHERE {not} EXISTS (SELECT 1 FROM many WHERE {condition})"
            ));
            queries.push(format!(
                "SELECT count(*), sum(id) FROM many WHERE {not} EXISTS (SELECT 1 FROM few WHERE {condition})"
            ));
        }
        queries.push(format!(
            "SELECT count(*), sum(id) FROM few, many WHERE {condition} AND id > 100"
        ));
        // One place is looked for in each row, several in row groups and pages only.
        for few in [&few, &format!("(SELECT * FROM {few} WHERE k = 1)")] {
            for query in &queries {
                let sql = |table: &str| format!("WITH few AS {few}, many AS (SELECT * FROM {table}) {query}");
                let found = answer(&setting.ctx, &sql("covered"), None).await;
                assert_eq!(found, answer(&setting.ctx, &sql("plain"), None).await, "{query}");
                assert!(!found.contains("rror"), "{query}: {found}");
            }
        }
    }
}

#[tokio::test]
async fn a_join_with_few_places_reads_few_row_groups() {
    let setting = setting(&DataType::Float64);
    let sql = format!(
        "SELECT count(geometry) FROM (SELECT k, st_geomfromtext(wkt) AS shape FROM {FEW}) few \
         JOIN covered ON st_intersects(shape, geometry)"
    );
    let frame = setting.ctx.sql(&sql).await.unwrap();
    let plan = frame.create_physical_plan().await.unwrap();
    let rows = collect(Arc::clone(&plan), setting.ctx.task_ctx()).await.unwrap();
    let shown = displayable(plan.as_ref()).indent(false).to_string();
    assert!(rows[0].column(0).as_primitive::<Int64Type>().value(0) > 0, "{shown}");
    assert!(counted(&plan, "files_kept").is_some_and(|files| files <= 2), "{shown}");
    let row_groups = counted(&plan, "row_groups_kept");
    assert!(
        row_groups.is_some_and(|kept| kept > 0 && kept * 6 < N_ROW_GROUPS),
        "{row_groups:?} {shown}"
    );
}
