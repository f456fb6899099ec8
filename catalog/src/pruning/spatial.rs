//! Filters by spatial functions over a covered geometry column and a constant, as boxes that the covering must overlap.
//!
//! `st_intersects(geometry, constant)` and its kin can only hold where the boxes of the two overlap. The filters
//! themselves stay in the plan; what is told here only saves looking at rows for which they cannot be true. A constant
//! that is EMPTY, not finite or no geometry at all tells nothing, and what comes of it is left to the functions.

use arrow::datatypes::{Field, Schema};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{BinaryExpr, ColumnarValue, Expr, Operator};
use pilji_udfs::function::GeometryColumn;
use pilji_udfs::geometry::{Bounds, Wkb};
use pilji_udfs::relations::GEOMETRY_OVERLAPS_NAME;

use super::is_immutable;
use crate::access_plan::BoundsTest;
use crate::covering::Covering;

/// Relations that hold only where boxes overlap, whatever the order of the arguments.
const OVERLAPPING: [&str; 10] = [
    GEOMETRY_OVERLAPS_NAME,
    "st_intersects",
    "st_within",
    "st_contains",
    "st_covers",
    "st_coveredby",
    "st_touches",
    "st_crosses",
    "st_overlaps",
    "st_equals",
];

/// How many boxes one filter may ask for; those beyond are joined to one.
const MOST_BOXES: usize = 32;

/// Bounds of which the covering of a row must overlap one.
#[derive(Debug, Clone)]
pub struct Window {
    /// The place of the filter that asks for it.
    pub filter_idx: usize,
    /// The covering.
    pub covering: Covering,
    /// One at least.
    pub bounds: Vec<Bounds>,
    /// Why, for people.
    pub reason: String,
}

impl Window {
    /// The question to row groups and pages.
    pub fn test(&self) -> BoundsTest {
        let bounds: Vec<Bounds> = self.bounds.iter().map(|one| self.covering.rounded(one)).collect();
        BoundsTest::Boxes {
            bounds: bounds.into(),
            leaves: self.covering.leaves(),
        }
    }
}

/// The windows that these filters look through.
pub fn windows(filters: &[Expr], coverings: &[Covering], state: &dyn Session) -> Vec<Window> {
    let mut windows = Vec::new();
    for (filter_idx, filter) in filters.iter().enumerate() {
        for covering in coverings {
            let looked_for = Looked { covering, state };
            let Some(Found { names, mut bounds }) = looked_for.window(filter) else {
                continue;
            };
            if bounds.len() > MOST_BOXES {
                bounds = union(&bounds).into_iter().collect();
            }
            windows.push(Window {
                filter_idx,
                reason: reason(&names, covering, &bounds),
                covering: covering.clone(),
                bounds,
            });
        }
    }
    windows
}

fn union(bounds: &[Bounds]) -> Option<Bounds> {
    bounds.iter().copied().reduce(|mut all, one| {
        all.add_bounds(&one);
        all
    })
}

fn reason(names: &[&str], covering: &Covering, bounds: &[Bounds]) -> String {
    let place = match (bounds, union(bounds)) {
        ([one], _) => corners(one),
        (several, Some(all)) => format!("one of {} boxes in {}", several.len(), corners(&all)),
        (_, None) => "nothing".to_owned(),
    };
    let (functions, geometry, boxes) = (names.join(" or "), covering.geometry(), covering.boxes());
    format!("{functions}({geometry}) by {boxes} overlapping {place}")
}

fn corners(bounds: &Bounds) -> String {
    format!("({} {}, {} {})", bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax)
}

/// What is looked for in a filter.
struct Looked<'a> {
    covering: &'a Covering,
    state: &'a dyn Session,
}

/// Bounds and the functions that they come from.
struct Found<'a> {
    names: Vec<&'a str>,
    bounds: Vec<Bounds>,
}

impl Looked<'_> {
    /// Bounds of which the covering overlaps one wherever the filter is true; `None` when the filter does not tell.
    fn window<'e>(&self, filter: &'e Expr) -> Option<Found<'e>> {
        match filter {
            Expr::Alias(alias) => self.window(&alias.expr),
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
                Operator::And => self.window(left).or_else(|| self.window(right)),
                Operator::Or => {
                    let (mut one, other) = (self.window(left)?, self.window(right)?);
                    one.names.extend(other.names);
                    one.names.dedup();
                    one.bounds.extend(other.bounds);
                    Some(one)
                }
                Operator::Lt | Operator::LtEq => self.nearer(left, right),
                Operator::Gt | Operator::GtEq => self.nearer(right, left),
                _ => None,
            },
            Expr::ScalarFunction(call) => self.relation(call),
            _ => None,
        }
    }

    fn relation<'e>(&self, call: &'e ScalarFunction) -> Option<Found<'e>> {
        let name = call.func.name();
        let bounds = match call.args.as_slice() {
            [one, other] if OVERLAPPING.contains(&name) => self.other_bounds(one, other)?,
            [one, other, distance] if name == "st_dwithin" => {
                within(&self.other_bounds(one, other)?, self.number(distance)?)?
            }
            _ => return None,
        };
        Some(Found {
            names: vec![name],
            bounds: vec![bounds],
        })
    }

    /// `st_distance(geometry, constant) < distance`.
    fn nearer<'e>(&self, left: &'e Expr, right: &Expr) -> Option<Found<'e>> {
        let Expr::ScalarFunction(call) = left else {
            return None;
        };
        let [one, other] = call.args.as_slice() else {
            return None;
        };
        if call.func.name() != "st_distance" {
            return None;
        }
        Some(Found {
            names: vec![call.func.name()],
            bounds: vec![within(&self.other_bounds(one, other)?, self.number(right)?)?],
        })
    }

    /// The bounds of the argument that is not the geometry column.
    fn other_bounds(&self, one: &Expr, other: &Expr) -> Option<Bounds> {
        let is_geometry = |expr: &Expr| matches!(expr, Expr::Column(column) if column.name == self.covering.geometry());
        match (is_geometry(one), is_geometry(other)) {
            (true, false) => self.bounds(other),
            (false, true) => self.bounds(one),
            _ => None,
        }
    }

    fn bounds(&self, constant: &Expr) -> Option<Bounds> {
        let (value, field) = self.constant(constant)?;
        let column = GeometryColumn::read(&value.to_array().ok()?, &field).ok()?;
        let wkb = Wkb::read(column.bytes(0)?).ok()?;
        // One that names its own system may have to be refused, row by row.
        wkb.bounds().filter(|_| wkb.is_finite() && wkb.srid().is_none())
    }

    fn number(&self, constant: &Expr) -> Option<f64> {
        match self
            .constant(constant)?
            .0
            .cast_to(&arrow::datatypes::DataType::Float64)
            .ok()?
        {
            ScalarValue::Float64(number) => number,
            _ => None,
        }
    }

    /// The value of an expression that is the same for all rows.
    fn constant(&self, expr: &Expr) -> Option<(ScalarValue, Field)> {
        if let Expr::Literal(value, metadata) = expr {
            let field = Field::new("constant", value.data_type(), true);
            let field = match metadata {
                Some(metadata) => metadata.add_to_field(field),
                None => field,
            };
            return Some((value.clone(), field));
        }
        if !expr.column_refs().is_empty() || !is_immutable(expr) {
            return None;
        }
        let physical = self.state.create_physical_expr(expr.clone(), &DFSchema::empty()).ok()?;
        let field = physical.return_field(&Schema::empty()).ok()?;
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let one_row = RecordBatch::try_new_with_options(Schema::empty().into(), Vec::new(), &options).ok()?;
        let value = match physical.evaluate(&one_row).ok()? {
            ColumnarValue::Scalar(value) => value,
            ColumnarValue::Array(values) => ScalarValue::try_from_array(&values, 0).ok()?,
        };
        Some((value, field.as_ref().clone()))
    }
}

/// The bounds of what is not farther away; they grow by more than what distances are rounded by.
fn within(bounds: &Bounds, distance: f64) -> Option<Bounds> {
    const ROUNDING: f64 = 1e-12;
    if !distance.is_finite() || distance < 0.0 {
        return None;
    }
    let Bounds { xmin, ymin, xmax, ymax } = bounds;
    let largest = [xmin, ymin, xmax, ymax]
        .into_iter()
        .fold(distance, |largest, value| largest.max(value.abs()));
    Some(bounds.grown(distance + ROUNDING * largest))
}
