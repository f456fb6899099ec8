//! The geometries of a batch of rows, with their bounds.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::PhysicalExpr;

use crate::function::GeometryColumn;
use crate::geometry::{Bounds, Wkb};

/// What the geometry of a row is to the join.
#[derive(Clone, Copy, Debug)]
pub enum RowBounds {
    /// It has bounds.
    Some(Bounds),
    /// It is EMPTY.
    Empty,
    /// It is NULL.
    Null,
}

/// A column of geometries and the bounds of each.
#[derive(Debug)]
pub struct GeometryRows {
    column: GeometryColumn,
    bounds: Vec<RowBounds>,
}

impl GeometryRows {
    /// Evaluates the geometry of each row.
    pub fn evaluate(expr: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<Self> {
        let array = expr.evaluate(batch)?.into_array(batch.num_rows())?;
        let field = expr.return_field(batch.schema_ref())?;
        let column = GeometryColumn::read(&array, &field).map_err(execution)?;
        let mut bounds = Vec::with_capacity(column.len());
        for idx in 0..column.len() {
            bounds.push(match column.bytes(idx) {
                None => RowBounds::Null,
                Some(bytes) => match Wkb::read(bytes).map_err(execution)?.bounds() {
                    Some(bounds) => RowBounds::Some(bounds),
                    None => RowBounds::Empty,
                },
            });
        }
        Ok(Self { column, bounds })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// The bounds of a row.
    pub fn bounds(&self, idx: usize) -> RowBounds {
        self.bounds[idx]
    }

    /// The geometry of a row, which is not NULL.
    pub fn wkb(&self, idx: usize) -> Result<Wkb<'_>> {
        Wkb::read_again(self.column.bytes(idx).unwrap_or_default()).map_err(execution)
    }

    /// The bytes that column and bounds take.
    pub fn memory_bytes(&self) -> usize {
        self.column.memory_bytes() + self.bounds.capacity() * size_of::<RowBounds>()
    }
}

/// An error of a geometry as one of the query.
#[expect(clippy::needless_pass_by_value, reason = "the argument of map_err")]
pub fn execution(error: crate::Error) -> DataFusionError {
    DataFusionError::Execution(error.to_string())
}
