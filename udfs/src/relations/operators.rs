//! Operators on geometries.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::geometry_overlaps::GEOMETRY_OVERLAPS;
use crate::function::is_geometry_type;

/// Plans `geometry && other` as a call of `geometry_overlaps`.
///
/// Between other values the operator is an error that says what may have been meant: other languages have it for AND and for
/// lists.
#[derive(Debug)]
pub struct GeometryOperators;

impl ExprPlanner for GeometryOperators {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        if expr.op != BinaryOperator::PGOverlap {
            return Ok(PlannerResult::Original(expr));
        }
        let (_, left) = expr.left.to_field(schema)?;
        let (_, right) = expr.right.to_field(schema)?;
        if !may_be_geometry(&left) || !may_be_geometry(&right) {
            return plan_err!(
                "&& compares the boxes of two geometries, found {} and {}; between conditions write AND, between lists \
                 array_has_any(…)",
                left.data_type(),
                right.data_type()
            );
        }
        let call = ScalarFunction::new_udf(Arc::new(GEOMETRY_OVERLAPS.udf()), vec![expr.left, expr.right]);
        Ok(PlannerResult::Planned(Expr::ScalarFunction(call)))
    }
}

fn may_be_geometry(field: &Field) -> bool {
    match field.data_type() {
        DataType::Null => true,
        DataType::Dictionary(_, values) => is_geometry_type(values),
        bytes_or_text if bytes_or_text.is_binary() || bytes_or_text.is_string() => true,
        nested => is_geometry_type(nested) && field.extension_type_name().is_some(),
    }
}
