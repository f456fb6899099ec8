//! Geometry in `GeoArrow`'s own layout: coordinates as numbers, in lists of lists.
//!
//! The layout is one of a kind of geometry, which must be known when a query is planned. It is of the columns of a dataset, which
//! hold polygons, where a query gives them out as they are; what an expression makes of them may be anything.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Column, TableReference, internal_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, JoinType, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::array::WkbArray;
use geoarrow_array::cast::from_wkb;
use geoarrow_schema::{Dimension, MultiPolygonType};

use crate::wire_schema::{EXTENSION_METADATA, EXTENSION_NAME};

const MULTI_POLYGON: &str = "geoarrow.multipolygon";

/// The function that brings polygons in well-known binary into the layout of multipolygons. Queries cannot name it.
pub(super) fn multi_polygons() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(MultiPolygons {
        signature: Signature::any(1, Volatility::Immutable),
    }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct MultiPolygons {
    signature: Signature,
}

impl MultiPolygons {
    fn layout() -> MultiPolygonType {
        MultiPolygonType::new(Dimension::XY, Arc::default())
    }
}

impl ScalarUDFImpl for MultiPolygons {
    fn name(&self) -> &'static str {
        "multi_polygons"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(Self::layout().data_type())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let [geometry] = args.arg_fields else {
            return internal_err!("one column of geometry");
        };
        let mut metadata = geometry.metadata().clone();
        metadata.retain(|key, _| key == EXTENSION_METADATA);
        metadata.insert(EXTENSION_NAME.to_owned(), MULTI_POLYGON.to_owned());
        let field = Field::new(self.name(), Self::layout().data_type(), geometry.is_nullable());
        Ok(Arc::new(field.with_metadata(metadata)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [geometry] = args.args.as_slice() else {
            return internal_err!("one column of geometry");
        };
        let bytes = cast(&geometry.to_array(args.number_rows)?, &DataType::Binary)?;
        let polygons = WkbArray::new(bytes.as_binary().clone(), Arc::default());
        let wrong = |error| {
            let advice = "`RESET geometry_format` gives them as well-known binary";
            DataFusionError::Execution(format!("the geometries are no polygons ({error}); {advice}"))
        };
        let layout = from_wkb(&polygons, Self::layout().into()).map_err(wrong)?;
        Ok(ColumnarValue::Array(layout.to_array_ref()))
    }
}

/// Whether a column of a plan's rows is one of a table, as it is, of which `holds_polygons` is true.
pub(super) fn is_polygons(plan: &LogicalPlan, idx: usize, holds_polygons: &impl Fn(&TableReference) -> bool) -> bool {
    let below = |input: &LogicalPlan, column: &Column| {
        let place = input.schema().maybe_index_of_column(column);
        place.is_some_and(|idx| is_polygons(input, idx, holds_polygons))
    };
    match plan {
        LogicalPlan::TableScan(scan) => scan.source.get_logical_plan().is_none() && holds_polygons(&scan.table_name),
        LogicalPlan::Projection(projection) => {
            let mut expression = projection.expr.get(idx);
            while let Some(Expr::Alias(alias)) = expression {
                expression = Some(&alias.expr);
            }
            matches!(expression, Some(Expr::Column(column)) if below(&projection.input, column))
        }
        LogicalPlan::SubqueryAlias(alias) => is_polygons(&alias.input, idx, holds_polygons),
        LogicalPlan::Filter(filter) => is_polygons(&filter.input, idx, holds_polygons),
        LogicalPlan::Sort(sort) => is_polygons(&sort.input, idx, holds_polygons),
        LogicalPlan::Limit(limit) => is_polygons(&limit.input, idx, holds_polygons),
        LogicalPlan::Join(join) => {
            let n_left = join.left.schema().fields().len();
            match join.join_type {
                JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full if idx >= n_left => {
                    is_polygons(&join.right, idx - n_left, holds_polygons)
                }
                JoinType::RightSemi | JoinType::RightAnti => is_polygons(&join.right, idx, holds_polygons),
                JoinType::LeftMark | JoinType::RightMark => false,
                _ => is_polygons(&join.left, idx, holds_polygons),
            }
        }
        _ => false,
    }
}
