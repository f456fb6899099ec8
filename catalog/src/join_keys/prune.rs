//! The operator on a scan that waits for the keys of a join and reads what may hold one of them, or what lies near the
//! build side of a spatial join.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, ScalarValue, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::{PhysicalExpr, conjunction, create_physical_expr};
use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildStats, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions, StatisticsArgs,
};
use futures::TryStreamExt;
use pilji_udfs::geometry::BuildExtent;
use tokio::sync::OnceCell;

use super::extent::{Near, NearBuildSide};
use super::key_set::{KeyCode, KeySet};
use super::keys::{Found, JoinKeys};
use super::trace::{column_of, only_child};
use crate::access_plan::{BoundsTest, Footers, leaf_field, restrict};
use crate::file_set::IndexedFile;
use crate::statistics::column_bounds;

/// Above this many files their footers are not looked into before the scan opens them.
const MOST_FOOTERS: usize = 256;

/// A place that meets so few row groups is small beside them, so that most of their rows lie elsewhere.
const FEW_ROW_GROUPS: usize = 24;

/// Runs a scan over what may hold the keys of one or more joins.
#[derive(Debug)]
pub struct JoinPruningExec {
    scan: Arc<dyn ExecutionPlan>,
    conditions: Vec<Condition>,
    near: Vec<NearBuildSide>,
    /// The scan over what is left of its files, made once for all partitions.
    pruned: Arc<OnceCell<Arc<dyn ExecutionPlan>>>,
    metrics: ExecutionPlanMetricsSet,
}

/// A column must hold one of the keys.
#[derive(Debug, Clone)]
struct Condition {
    /// The column's place among file and partition columns.
    column: usize,
    field: FieldRef,
    keys: Arc<JoinKeys>,
}

impl JoinPruningExec {
    /// Wraps a scan of files. `None` for other operators, and for a scan that may stop before its end.
    pub fn over(scan: &Arc<dyn ExecutionPlan>) -> Option<Self> {
        let config = file_scan(scan)?;
        let reads_all = config.limit.is_none() && scan.fetch().is_none();
        reads_all.then(|| Self::new(Arc::clone(scan), Vec::new(), Vec::new()))
    }

    /// Adds the condition that a column of the output holds one of the keys.
    ///
    /// `None` when the column does not come from the files as it is, or is of another kind than the keys.
    pub fn with_condition(&self, column: usize, keys: &Arc<JoinKeys>) -> Option<Self> {
        let (column, field) = self.scanned(column)?;
        if !keys.suits(field.data_type()) {
            return None;
        }
        let mut conditions = self.conditions.clone();
        conditions.push(Condition {
            column,
            field,
            keys: Arc::clone(keys),
        });
        Some(Self::new(Arc::clone(&self.scan), conditions, self.near.clone()))
    }

    /// Adds the condition that a geometry column of the output lies near the build side of a spatial join.
    ///
    /// `None` when the column does not come from the files as it is, or they have no covering of it.
    pub fn with_extent(&self, column: usize, extent: &Arc<BuildExtent>) -> Option<Self> {
        let (_, field) = self.scanned(column)?;
        let mut files = file_scan(&self.scan)?.file_groups.iter().flat_map(FileGroup::iter);
        let mut near = self.near.clone();
        near.push(NearBuildSide::of(files.next()?, field.name(), extent)?);
        Some(Self::new(Arc::clone(&self.scan), self.conditions.clone(), near))
    }

    /// The column of the files that a column of the output is.
    fn scanned(&self, column: usize) -> Option<(usize, FieldRef)> {
        let source = file_scan(&self.scan)?.file_source();
        let column = match source.projection() {
            Some(projection) => column_of(&projection.iter().nth(column)?.expr)?,
            None => column,
        };
        let field = source.table_schema().table_schema().fields().get(column)?;
        Some((column, Arc::clone(field)))
    }

    fn new(scan: Arc<dyn ExecutionPlan>, conditions: Vec<Condition>, near: Vec<NearBuildSide>) -> Self {
        Self {
            scan,
            conditions,
            near,
            pruned: Arc::default(),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

fn file_scan(plan: &Arc<dyn ExecutionPlan>) -> Option<&FileScanConfig> {
    let scan = plan.downcast_ref::<DataSourceExec>()?;
    scan.data_source().downcast_ref::<FileScanConfig>()
}

impl DisplayAs for JoinPruningExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&str> = self
            .conditions
            .iter()
            .map(|condition| condition.field.name().as_str())
            .chain(self.near.iter().map(NearBuildSide::column))
            .collect();
        write!(f, "JoinPruningExec: columns=[{}]", columns.join(", "))
    }
}

impl ExecutionPlan for JoinPruningExec {
    fn name(&self) -> &'static str {
        "JoinPruningExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.scan.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.scan]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = only_child(children, self.name())?;
        Ok(Arc::new(Self::new(scan, self.conditions.clone(), self.near.clone())))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = only_child(children, self.name())?;
        Ok(Arc::new(Self::new(scan, self.conditions.clone(), self.near.clone())))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let scan = Arc::clone(&self.scan);
        let (conditions, near) = (self.conditions.clone(), self.near.clone());
        let pruned = Arc::clone(&self.pruned);
        let counts = PruningCounts::new(&self.metrics, partition);
        let rows = async move {
            let pruned = pruned
                .get_or_try_init(|| prune(scan, &conditions, &near, &context, &counts))
                .await?;
            pruned.execute(partition, context)
        };
        let rows = futures::stream::once(rows).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let all_rows = inputs.first().map(|rows| Statistics::clone(rows).to_inexact());
        let unknown = || Statistics::new_unknown(&self.schema());
        Ok(Arc::new(all_rows.unwrap_or_else(unknown)))
    }
}

/// What `EXPLAIN ANALYZE` tells.
struct PruningCounts {
    keys: Count,
    files_total: Count,
    files_kept: Count,
    row_groups_total: Count,
    row_groups_kept: Count,
}

impl PruningCounts {
    fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        let counter = |name: &'static str| MetricBuilder::new(metrics).counter(name, partition);
        Self {
            keys: counter("keys"),
            files_total: counter("files_total"),
            files_kept: counter("files_kept"),
            row_groups_total: counter("row_groups_total"),
            row_groups_kept: counter("row_groups_kept"),
        }
    }
}

/// The scan over what may hold one of the keys of each condition whose keys are known.
async fn prune(
    scan: Arc<dyn ExecutionPlan>,
    conditions: &[Condition],
    near: &[NearBuildSide],
    context: &TaskContext,
    counts: &PruningCounts,
) -> Result<Arc<dyn ExecutionPlan>> {
    let mut known: Vec<(&Condition, Arc<KeySet>)> = Vec::new();
    for condition in conditions {
        if let Found::Keys(keys) = condition.keys.found().await {
            counts.keys.add(keys.len());
            known.push((condition, keys));
        }
    }
    // Keys were awaited first: they may lie in the build side of a join below the one that tells its extent.
    let near: Vec<Near> = near.iter().filter_map(NearBuildSide::known).collect();
    if known.is_empty() && near.is_empty() {
        return Ok(scan);
    }
    let config = file_scan(&scan).ok_or_else(|| DataFusionError::Internal("no scan of files".to_owned()))?;
    let n_file_columns = config.file_schema().fields().len();
    let may_match = |file: &PartitionedFile| {
        let mut known = known.iter();
        known.all(|(condition, keys)| may_hold_key(file, condition, n_file_columns, keys))
            && near.iter().all(|near| near.may_match(file))
    };
    let mut groups: Vec<Vec<PartitionedFile>> = Vec::new();
    for group in &config.file_groups {
        counts.files_total.add(n_files(group.files()));
        groups.push(group.iter().filter(|file| may_match(file)).cloned().collect());
    }
    let n_kept: usize = groups.iter().map(Vec::len).sum();
    let on_keys = known
        .iter()
        .filter(|(condition, _)| condition.column < n_file_columns)
        .map(|(condition, keys)| BoundsTest::Keys {
            keys: Arc::clone(keys),
            leaf: leaf_field(condition.field.name(), condition.field.data_type().clone()),
        });
    let overlaps: Vec<Expr> = near.iter().filter_map(|near| near.overlaps.clone()).collect();
    let tests: Vec<BoundsTest> = on_keys.chain(near.into_iter().map(|near| near.test)).collect();
    let mut row_groups_kept = None;
    if let Some(source) = config.file_source().downcast_ref::<ParquetSource>()
        && n_kept <= MOST_FOOTERS
        && !tests.is_empty()
    {
        let runtime = context.runtime_env();
        // The scan of files that never change reads through the session's cache.
        let is_cached = source.parquet_file_reader_factory().is_some();
        let footers = Footers {
            store: runtime.object_store(&config.object_store_url)?,
            cache: is_cached.then(|| runtime.cache_manager.get_file_metadata_cache()),
        };
        for group in &mut groups {
            let (kept, access) = restrict(&footers, std::mem::take(group), &tests).await;
            counts.row_groups_total.add(access.row_groups_total);
            counts.row_groups_kept.add(access.row_groups_kept);
            row_groups_kept = Some(row_groups_kept.unwrap_or(0) + access.row_groups_kept);
            *group = kept.into_iter().map(|to_read| to_read.file).collect();
        }
    }
    counts.files_kept.add(groups.iter().map(|group| n_files(group)).sum());
    let mut config = config.clone();
    if row_groups_kept.is_some_and(|kept| kept <= FEW_ROW_GROUPS)
        && let Some(source) = with_row_filter(config.file_source(), overlaps)?
    {
        config.file_source = source;
    }
    // As many groups as before, be some empty: they are the partitions that the plan counts on. Idle ones take files
    // from the others, where the order of rows does not matter.
    config.file_groups = groups.into_iter().map(FileGroup::new).collect();
    Ok(DataSourceExec::from_data_source(config))
}

/// The source of a Parquet scan that decodes only rows for which these are true, too; `None` when there are none of them.
fn with_row_filter(source: &Arc<dyn FileSource>, filters: Vec<Expr>) -> Result<Option<Arc<dyn FileSource>>> {
    let (Some(parquet), Some(filter)) = (
        source.downcast_ref::<ParquetSource>(),
        filters.into_iter().reduce(Expr::and),
    ) else {
        return Ok(None);
    };
    let schema = DFSchema::try_from(Arc::clone(source.table_schema().table_schema()))?;
    let context = PhysicalPlanningContext::default();
    let filter = create_physical_expr(&filter, &schema, &ExecutionProps::new(), &context)?;
    let all = conjunction([filter].into_iter().chain(source.filter()));
    Ok(Some(Arc::new(parquet.with_predicate(all).with_pushdown_filters(true))))
}

/// The number of files, of which a large one may come in several ranges.
fn n_files(ranges: &[PartitionedFile]) -> usize {
    let is_first = |file: &&PartitionedFile| file.range.as_ref().is_none_or(|range| range.start == 0);
    ranges.iter().filter(is_first).count()
}

/// False when the file's partition value or bounds tell that it holds none of the keys.
fn may_hold_key(file: &PartitionedFile, condition: &Condition, n_file_columns: usize, keys: &KeySet) -> bool {
    let code = |value: &ScalarValue| KeyCode::of_scalar(value, keys.kind());
    if let Some(partition_idx) = condition.column.checked_sub(n_file_columns) {
        return match file.partition_values.get(partition_idx) {
            // NULL is equal to no key.
            Some(value) if value.is_null() => false,
            Some(value) => {
                let code = code(value);
                keys.may_hold_between(code, code)
            }
            None => true,
        };
    }
    let exact = |bound: &Precision<ScalarValue>| match bound {
        Precision::Exact(value) => code(value),
        Precision::Inexact(_) | Precision::Absent => None,
    };
    let (min, max) = match file.statistics.as_ref() {
        Some(statistics) => match statistics.column_statistics.get(condition.column) {
            Some(column) => (exact(&column.min_value), exact(&column.max_value)),
            None => (None, None),
        },
        None => match file.extensions.get::<IndexedFile>() {
            Some(indexed) => {
                let (min, max) = column_bounds(&indexed.files.index, &condition.field, indexed.idx);
                (exact(&min), exact(&max))
            }
            None => (None, None),
        },
    };
    keys.may_hold_between(min, max)
}
