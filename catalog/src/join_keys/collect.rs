//! The operator in a join's build side that notes the keys of the rows passing through it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::{
    ChildStats, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions, StatisticsArgs,
    apply_expression_roots,
};
use futures::{Stream, StreamExt, ready};

use super::keys::{Gatherer, JoinKeys};
use super::trace::only_child;

/// A key of the rows and where it is noted.
pub type NotedKey = (Arc<dyn PhysicalExpr>, Arc<JoinKeys>);

/// Passes rows on and notes their keys.
#[derive(Debug)]
pub struct JoinKeysExec {
    input: Arc<dyn ExecutionPlan>,
    noted: Vec<NotedKey>,
}

impl JoinKeysExec {
    /// Notes these keys of the input's rows.
    pub fn new(input: Arc<dyn ExecutionPlan>, noted: Vec<NotedKey>) -> Self {
        Self { input, noted }
    }
}

impl DisplayAs for JoinKeysExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.noted.iter().map(|(key, _)| key.to_string()).collect();
        write!(f, "JoinKeysExec: keys=[{}]", keys.join(", "))
    }
}

impl ExecutionPlan for JoinKeysExec {
    fn name(&self) -> &'static str {
        "JoinKeysExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.noted.iter().map(|(key, _)| key), f)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = only_child(children, self.name())?;
        Ok(Arc::new(Self::new(input, self.noted.clone())))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let input = only_child(children, self.name())?;
        Ok(Arc::new(Self::new(input, self.noted.clone())))
    }

    /// The next run may see other keys, and the scan that waits for them is bound to these: it reads everything then.
    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        for (_, keys) in &self.noted {
            keys.give_up();
        }
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let gather = |(key, keys): &NotedKey| {
            let gatherer = keys.gather(partition, context.memory_pool());
            (Arc::clone(key), gatherer)
        };
        let gatherers = self.noted.iter().map(gather).collect();
        let input = self.input.execute(partition, context)?;
        Ok(Box::pin(NotingStream { input, gatherers }))
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let unknown = || Arc::new(Statistics::new_unknown(&self.schema()));
        Ok(inputs.first().map_or_else(unknown, Arc::clone))
    }
}

/// The rows of one partition.
struct NotingStream {
    input: SendableRecordBatchStream,
    /// Gone when the partition has ended.
    gatherers: Vec<(Arc<dyn PhysicalExpr>, Gatherer)>,
}

impl Stream for NotingStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.input.poll_next_unpin(cx));
        match &next {
            Some(Ok(rows)) => {
                for (key, gatherer) in &mut self.gatherers {
                    note(key, gatherer, rows);
                }
            }
            Some(Err(_)) => {}
            None => self.gatherers.clear(),
        }
        Poll::Ready(next)
    }
}

impl RecordBatchStream for NotingStream {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}

/// Notes the keys of these rows. A key that cannot be computed is the join's error to tell; here it ends the noting.
fn note(key: &Arc<dyn PhysicalExpr>, gatherer: &mut Gatherer, rows: &RecordBatch) {
    let values = key.evaluate(rows).and_then(|value| value.into_array(rows.num_rows()));
    let noted = values.and_then(|values| Ok(gatherer.add(&values)?));
    if noted.is_err() {
        gatherer.give_up();
    }
}
