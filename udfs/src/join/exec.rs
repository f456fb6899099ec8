//! The operator.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use datafusion::common::JoinType;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::joins::utils::{ColumnIndex, build_join_schema};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, SpillMetrics};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, Partitioning, PhysicalExpr,
    PlanProperties, SendableRecordBatchStream,
};
use futures::FutureExt;

use super::build::{BuildPlan, key_converter};
use super::condition::Condition;
use super::left::{Collected, Disk, LeftSide};
use super::output::Output;
use super::probe::{self, Probe};
use super::source::IndexedSources;
use crate::geometry::BuildExtent;

/// Joins rows whose geometries lie to each other as a predicate says.
///
/// The left side is collected and indexed; partitions of the right side ask the index row by row, in their order. Gives what
/// a nested loop over the same condition gives, in another order, for every type of join.
#[derive(Debug)]
pub struct SpatialJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    condition: Condition,
    join_type: JoinType,
    /// The columns that go out, of those that the type gives.
    projection: Option<Vec<usize>>,
    schema: SchemaRef,
    places: Vec<ColumnIndex>,
    /// Whom to tell where the left side lies.
    extent: Option<Arc<BuildExtent>>,
    collected: Mutex<Option<Collected<LeftSide>>>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

impl SpatialJoinExec {
    /// A join of two inputs.
    ///
    /// # Errors
    ///
    /// When the projection names a column that there is not.
    pub(super) fn try_new(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        condition: Condition,
        join_type: JoinType,
        projection: Option<Vec<usize>>,
    ) -> Result<Self> {
        let (schema, places) = build_join_schema(&left.schema(), &right.schema(), &join_type);
        let (schema, places) = match &projection {
            Some(columns) => (
                schema.project(columns)?,
                columns
                    .iter()
                    .filter_map(|column| places.get(*column).cloned())
                    .collect(),
            ),
            None => (schema, places),
        };
        let schema = Arc::new(schema);
        let n_partitions = right.output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(n_partitions),
            EmissionType::Both,
            Boundedness::Bounded,
        );
        Ok(Self {
            left,
            right,
            condition,
            join_type,
            projection,
            schema,
            places,
            extent: None,
            collected: Mutex::new(None),
            metrics: ExecutionPlanMetricsSet::new(),
            properties: Arc::new(properties),
        })
    }

    /// The type of the join.
    #[must_use]
    pub fn join_type(&self) -> JoinType {
        self.join_type
    }

    /// The right side and the place of its geometry among its columns, when rows of it that lie far from all left rows may be
    /// left out: the join gives out no right row by itself, and its geometry is a column as it is.
    #[must_use]
    pub fn reducible_right(&self) -> Option<(&Arc<dyn ExecutionPlan>, usize)> {
        let gives_out_right_rows = matches!(
            self.join_type,
            JoinType::Right | JoinType::Full | JoinType::RightAnti | JoinType::RightMark
        );
        let geometry = self.condition.right.downcast_ref::<Column>()?;
        // EMPTY geometries have no place, and are equal to each other.
        let needs_empty_rows = self.condition.predicate.holds_for_empty();
        // Every row has nearest ones, however far they are.
        let needs_far_rows = self.condition.predicate.n_nearest().is_some();
        (!needs_far_rows && !gives_out_right_rows && !needs_empty_rows).then_some((&self.right, geometry.index()))
    }

    /// The join over another right side of the same columns, which is told where the left side lies before it is asked for rows.
    ///
    /// # Errors
    ///
    /// When the right side has not the columns of the one before.
    pub fn with_reduced_right(&self, right: Arc<dyn ExecutionPlan>, extent: Arc<BuildExtent>) -> Result<Self> {
        let (condition, projection) = (self.condition.clone(), self.projection.clone());
        let mut join = Self::try_new(Arc::clone(&self.left), right, condition, self.join_type, projection)?;
        join.extent = Some(extent);
        Ok(join)
    }

    fn collected(&self, output: &Output, context: &Arc<TaskContext>) -> Result<Collected<LeftSide>> {
        let mut slot = self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(collected) = &*slot {
            return Ok(collected.clone());
        }
        let plan = BuildPlan {
            condition: self.condition.clone(),
            converter: key_converter(&self.condition, &self.left.schema())?,
            tracks_matches: output.tracks_left(),
            n_probes: self.right.output_partitioning().partition_count(),
        };
        let disk = Disk {
            context: Arc::clone(context),
            metrics: SpillMetrics::new(&self.metrics, 0),
        };
        let sources = context.session_config().get_extension::<IndexedSources>();
        let collect = match sources.and_then(|sources| sources.indexed(&self.left, &self.condition.left)) {
            Some(rows) => async move { LeftSide::of_indexed(rows, &plan, &disk) }.boxed(),
            None => LeftSide::collect(self.left.execute(0, Arc::clone(context))?, plan, disk).boxed(),
        };
        let reach = self.condition.predicate.reach();
        let extent = self.extent.clone();
        let collect = collect.map(move |left| {
            let left = left.map_err(Arc::new)?;
            if let Some(extent) = extent {
                extent.tell(left.bounds(reach));
            }
            Ok(Arc::new(left))
        });
        let collected = collect.boxed().shared();
        *slot = Some(collected.clone());
        Ok(collected)
    }
}

impl DisplayAs for SpatialJoinExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let condition = &self.condition;
        write!(
            formatter,
            "SpatialJoinExec: join_type={:?}, predicate={}({}, {})",
            self.join_type, condition.predicate, condition.left, condition.right
        )?;
        if !condition.on.is_empty() {
            let keys: Vec<String> = condition
                .on
                .iter()
                .map(|(left, right)| format!("{left} = {right}"))
                .collect();
            write!(formatter, ", on=[{}]", keys.join(", "))?;
        }
        if let Some(rest) = &condition.rest {
            write!(formatter, ", filter={}", rest.expression())?;
        }
        if self.projection.is_some() {
            let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
            write!(formatter, ", projection=[{}]", names.join(", "))?;
        }
        Ok(())
    }
}

impl ExecutionPlan for SpatialJoinExec {
    fn name(&self) -> &'static str {
        "SpatialJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition, Distribution::UnspecifiedDistribution]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false, false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<datafusion::common::tree_node::TreeNodeRecursion>,
    ) -> Result<datafusion::common::tree_node::TreeNodeRecursion> {
        use datafusion::common::tree_node::TreeNodeRecursion;
        let condition = &self.condition;
        let keys = condition.on.iter().flat_map(|(left, right)| [left, right]);
        let rest = condition
            .rest
            .iter()
            .map(datafusion::physical_plan::joins::utils::JoinFilter::expression);
        for expr in [&condition.left, &condition.right].into_iter().chain(keys).chain(rest) {
            if visit(expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(right), Some(left)) = (children.pop(), children.pop()) else {
            return Err(DataFusionError::Internal("a spatial join has two inputs".to_owned()));
        };
        let (condition, projection) = (self.condition.clone(), self.projection.clone());
        let mut join = Self::try_new(left, right, condition, self.join_type, projection)?;
        join.extent.clone_from(&self.extent);
        Ok(Arc::new(join))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let output = Output {
            join_type: self.join_type,
            schema: Arc::clone(&self.schema),
            places: self.places.clone(),
        };
        let collected = self.collected(&output, &context)?;
        let probe = Probe {
            converter: key_converter(&self.condition, &self.left.schema())?,
            condition: self.condition.clone(),
            output,
            batch_size: context.session_config().batch_size(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let rows = probe::rows(probe, collected, self.right.execute(partition, context)?);
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
