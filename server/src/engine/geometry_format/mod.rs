//! The form in which geometry leaves the server, where it is not well-known binary.

mod native;

use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::common::TableReference;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::snapshot::Snapshot;
use super::{GeometryFormat, SCHEMA};
use crate::wire_schema::{is_geometry, wire_schema};

/// Puts a projection over a plan that turns its columns of geometry into text, or those of datasets into `GeoArrow`'s own
/// layout.
///
/// # Errors
///
/// When the projection cannot be planned.
pub fn present(
    session: &SessionState,
    plan: LogicalPlan,
    format: GeometryFormat,
    snapshot: &Snapshot,
) -> Result<LogicalPlan> {
    let named = |name: &str| {
        let function = session.scalar_functions().get(name).cloned();
        function.ok_or_else(|| DataFusionError::Internal(format!("no function {name}")))
    };
    let function = match format {
        GeometryFormat::Wkb => return Ok(plan),
        GeometryFormat::Wkt => named("st_astext")?,
        GeometryFormat::GeoJson => named("st_asgeojson")?,
        GeometryFormat::GeoArrow => native::multi_polygons(),
    };
    let wire = wire_schema(plan.schema().as_arrow());
    let is_dataset = |table: &TableReference| {
        table.schema().is_none_or(|schema| schema == SCHEMA) && snapshot.dataset(table.table()).is_some()
    };
    let is_presented = |idx: usize, sent: &Field| {
        is_geometry(sent) && (format != GeometryFormat::GeoArrow || native::is_polygons(&plan, idx, &is_dataset))
    };
    let wire_fields = wire.fields().iter().enumerate();
    let presented: Vec<bool> = wire_fields.map(|(idx, sent)| is_presented(idx, sent)).collect();
    if !presented.contains(&true) {
        return Ok(plan);
    }
    let columns: Vec<Expr> = plan
        .schema()
        .iter()
        .zip(presented)
        .map(|((qualifier, field), is_presented)| {
            let column = Expr::from((qualifier, field));
            if is_presented {
                Arc::clone(&function)
                    .call(vec![column])
                    .alias_qualified(qualifier.cloned(), field.name())
            } else {
                column
            }
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}
