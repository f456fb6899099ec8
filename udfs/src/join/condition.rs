//! Taking a join's condition apart.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{JoinSide, NullEquality, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, CastExpr, Column, Literal};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr, conjunction, split_conjunction};
use datafusion::physical_plan::joins::utils::JoinFilter;

use super::predicate::SpatialPredicate;
use crate::relations::KNN_NAME;
use datafusion::common::tree_node::{Transformed, TreeNode};

/// What must hold for two rows to match.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What the index answers.
    pub predicate: SpatialPredicate,
    /// The geometry of a row of the left side, over its columns.
    pub left: Arc<dyn PhysicalExpr>,
    /// The geometry of a row of the right side, over its columns.
    pub right: Arc<dyn PhysicalExpr>,
    /// Keys that must be equal.
    pub on: Vec<(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>)>,
    /// Whether NULL equals NULL among these.
    pub null_equality: NullEquality,
    /// What else must be true.
    pub rest: Option<JoinFilter>,
}

impl Condition {
    /// Finds a spatial predicate among the conjuncts of a filter; the first one is taken, the others stay in the rest.
    /// `None` when there is none that an index helps with.
    pub(super) fn find(filter: &JoinFilter) -> Result<Option<Self>> {
        let conjuncts = split_conjunction(filter.expression());
        for (place, conjunct) in conjuncts.iter().enumerate() {
            let Some((predicate, one, other)) = spatial(conjunct) else {
                continue;
            };
            let (left, right, predicate) = match (side(one, filter), side(other, filter)) {
                (Some(JoinSide::Left), Some(JoinSide::Right)) => (one, other, predicate),
                (Some(JoinSide::Right), Some(JoinSide::Left)) => (other, one, predicate.swapped()),
                _ => continue,
            };
            let rest: Vec<_> = conjuncts
                .iter()
                .enumerate()
                .filter(|(idx, _)| *idx != place)
                .map(|(_, conjunct)| Arc::clone(conjunct))
                .collect();
            let rest = (!rest.is_empty()).then(|| {
                JoinFilter::new(
                    conjunction(rest),
                    filter.column_indices().to_vec(),
                    Arc::clone(filter.schema()),
                )
            });
            return Ok(Some(Self {
                predicate,
                left: over_side(left, filter)?,
                right: over_side(right, filter)?,
                on: Vec::new(),
                null_equality: NullEquality::NullEqualsNothing,
                rest,
            }));
        }
        Ok(None)
    }

    /// The same condition when the sides have changed places.
    #[must_use]
    pub fn swapped(self) -> Self {
        Self {
            predicate: self.predicate.swapped(),
            left: self.right,
            right: self.left,
            on: self.on.into_iter().map(|(left, right)| (right, left)).collect(),
            rest: self.rest.map(|rest| rest.swap()),
            ..self
        }
    }
}

type Expr = Arc<dyn PhysicalExpr>;

/// The predicate and its two geometries.
fn spatial(expr: &Expr) -> Option<(SpatialPredicate, &Expr, &Expr)> {
    if let Some(function) = expr.downcast_ref::<ScalarFunctionExpr>() {
        return match function.args() {
            [one, other] => Some((SpatialPredicate::of_function(function.fun().name())?, one, other)),
            [one, other, distance] if function.fun().name() == "st_dwithin" => {
                let distance = number(distance)?;
                Some((
                    SpatialPredicate::WithinDistance {
                        distance,
                        is_inclusive: true,
                    },
                    one,
                    other,
                ))
            }
            [one, other, count, spheroid @ ..] if function.fun().name() == KNN_NAME => {
                let is_planar = spheroid.iter().all(is_false);
                let count = constant(count).filter(|_| is_planar)?.cast_to(&DataType::UInt32).ok()?;
                let ScalarValue::UInt32(Some(count @ 1..)) = count else {
                    return None;
                };
                let predicate = SpatialPredicate::Nearest {
                    count: count as usize,
                    is_of_right: false,
                };
                Some((predicate, one, other))
            }
            _ => None,
        };
    }
    let comparison = expr.downcast_ref::<BinaryExpr>()?;
    let (function, distance, operator) = match (number(comparison.right()), number(comparison.left())) {
        (Some(distance), _) => (comparison.left(), distance, *comparison.op()),
        (_, Some(distance)) => (comparison.right(), distance, comparison.op().swap()?),
        _ => return None,
    };
    let is_inclusive = match operator {
        Operator::Lt => false,
        Operator::LtEq => true,
        _ => return None,
    };
    let function = function.downcast_ref::<ScalarFunctionExpr>()?;
    match function.args() {
        [one, other] if function.fun().name() == "st_distance" => {
            Some((SpatialPredicate::WithinDistance { distance, is_inclusive }, one, other))
        }
        _ => None,
    }
}

/// A constant number that a geometry's bounds can be grown by.
fn number(expr: &Expr) -> Option<f64> {
    match constant(expr)?.cast_to(&DataType::Float64).ok()? {
        ScalarValue::Float64(Some(number)) if number.is_finite() && number >= 0.0 => Some(number),
        _ => None,
    }
}

fn is_false(expr: &Expr) -> bool {
    constant(expr) == Some(&ScalarValue::Boolean(Some(false)))
}

/// The value of a literal, before casts.
fn constant(expr: &Expr) -> Option<&ScalarValue> {
    if let Some(cast) = expr.downcast_ref::<CastExpr>() {
        return constant(cast.expr());
    }
    expr.downcast_ref::<Literal>().map(Literal::value)
}

/// The side that all columns of an expression are of; `None` when they are of both, or there are none.
fn side(expr: &Expr, filter: &JoinFilter) -> Option<JoinSide> {
    let columns = collect_columns(expr);
    let mut sides = columns
        .iter()
        .map(|column| filter.column_indices().get(column.index()).map(|place| place.side));
    let first = sides.next()??;
    sides.all(|side| side == Some(first)).then_some(first)
}

/// The expression over the columns of its side, not over those of the filter.
fn over_side(expr: &Expr, filter: &JoinFilter) -> Result<Expr> {
    let moved = Arc::clone(expr).transform_up(|expr| {
        let Some(column) = expr.downcast_ref::<Column>() else {
            return Ok(Transformed::no(expr));
        };
        let Some(place) = filter.column_indices().get(column.index()) else {
            return Ok(Transformed::no(expr));
        };
        let moved = Column::new(column.name(), place.index);
        Ok(Transformed::yes(Arc::new(moved) as Expr))
    })?;
    Ok(moved.data)
}
