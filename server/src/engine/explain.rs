//! What `EXPLAIN` says beyond the plan: which files each scan opens, and why not the others.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use datafusion::common::format::ExplainFormat;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, stream};
use pilji_catalog::{ScanReport, ScanReports};

/// What stands in the column `plan_type`.
const PLAN_TYPE: &str = "file pruning";

/// Has the scans of a query report, when it is an `EXPLAIN` whose answer people read.
pub fn prepare(session: &mut SessionState, plan: &LogicalPlan) -> Option<Arc<ScanReports>> {
    let format = match plan {
        LogicalPlan::Explain(explain) => &explain.explain_format,
        LogicalPlan::Analyze(analyze) => &analyze.format,
        _ => return None,
    };
    if !matches!(format, ExplainFormat::Indent | ExplainFormat::Tree) {
        return None;
    }
    let reports = Arc::new(ScanReports::default());
    session.config_mut().set_extension(Arc::clone(&reports));
    Some(reports)
}

/// The rows of an `EXPLAIN`, and behind them a row for each scan.
///
/// Reports are taken at the end, so that `EXPLAIN ANALYZE` has what was decided while it ran.
pub fn with_reports(rows: SendableRecordBatchStream, reports: Arc<ScanReports>) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let tail_schema = Arc::clone(&schema);
    let tail = stream::once(async move { report_rows(&tail_schema, &reports.take()) });
    Box::pin(RecordBatchStreamAdapter::new(schema, rows.chain(tail)))
}

fn report_rows(schema: &SchemaRef, reports: &[ScanReport]) -> datafusion::error::Result<RecordBatch> {
    let kinds: ArrayRef = Arc::new(StringArray::from(vec![PLAN_TYPE; reports.len()]));
    let texts: StringArray = reports.iter().map(|report| Some(report.to_string())).collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), vec![kinds, Arc::new(texts)])?)
}
