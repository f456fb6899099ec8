//! The form in which geometry leaves the server, where it is not well-known binary.

use std::sync::Arc;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::GeometryFormat;
use crate::wire_schema::{is_geometry, wire_schema};

/// Puts a projection over a plan that turns its columns of geometry into text.
///
/// # Errors
///
/// When the projection cannot be planned.
pub fn present(session: &SessionState, plan: LogicalPlan, format: GeometryFormat) -> Result<LogicalPlan> {
    let name = match format {
        GeometryFormat::Wkb => return Ok(plan),
        GeometryFormat::Wkt => "st_astext",
        GeometryFormat::GeoJson => "st_asgeojson",
    };
    let wire = wire_schema(plan.schema().as_arrow());
    if !wire.fields().iter().any(|field| is_geometry(field)) {
        return Ok(plan);
    }
    let function = session
        .scalar_functions()
        .get(name)
        .ok_or_else(|| DataFusionError::Internal(format!("no function {name}")))?;
    let columns: Vec<Expr> = plan
        .schema()
        .iter()
        .zip(wire.fields())
        .map(|((qualifier, field), sent)| {
            let column = Expr::from((qualifier, field));
            if is_geometry(sent) {
                Arc::clone(function)
                    .call(vec![column])
                    .alias_qualified(qualifier.cloned(), field.name())
            } else {
                column
            }
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}
