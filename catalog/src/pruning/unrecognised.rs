//! Filters that the index cannot answer by itself: `DataFusion` evaluates them on what the index has of a few files.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use super::compile::field_path;
use crate::FileSet;
use crate::file_index::{FileIndex, bound_arrays, data_leaves};

/// Keeps the files whose partition values make the filter true; it is over partition columns only.
pub fn retain_true(filter: &Expr, state: &dyn Session, index: &FileIndex, files: &mut Vec<usize>) -> Result<()> {
    let used = filter.column_refs();
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for column in index.partitions() {
        if used.iter().any(|used| used.name == column.name) {
            fields.push(Field::new(&column.name, column.data_type.clone(), true));
            arrays.push(bound_arrays(column, files)?.0);
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(files.len()));
    let values = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
    let filter = state.create_physical_expr(filter.clone(), &DFSchema::try_from(values.schema())?)?;
    let decided = filter.evaluate(&values)?.into_array(files.len())?;
    let decided = decided.as_boolean();
    let mut keep = (0..files.len()).map(|idx| decided.is_valid(idx) && decided.value(idx));
    files.retain(|_| keep.next().unwrap_or(true));
    Ok(())
}

/// Keeps the files whose bounds do not rule the filter out.
pub fn retain_possible(filter: &Expr, state: &dyn Session, set: &FileSet, files: &mut Vec<usize>) -> Result<()> {
    let filter = filter
        .clone()
        .transform_down(|expr| Ok(flatten_field_access(expr)))?
        .data;
    let known = filter
        .column_refs()
        .iter()
        .any(|used| set.index.column(&used.name).is_some());
    if !known {
        return Ok(());
    }
    let schema = pruning_schema(set);
    let filter = state.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(&schema))?)?;
    let predicate = PruningPredicateBuilder::new()
        .with_file_schema(schema)
        .try_build(filter)?;
    let possible = predicate.prune(&Bounds {
        index: &set.index,
        files,
    })?;
    let mut keep = possible.into_iter();
    files.retain(|_| keep.next().unwrap_or(true));
    Ok(())
}

/// The table's columns, and beside them the leaves of structs under their dotted paths.
pub fn pruning_schema(set: &FileSet) -> SchemaRef {
    let mut fields: Vec<Arc<Field>> = set.schema.fields().iter().cloned().collect();
    for (leaf, data_type) in data_leaves(set.schema.fields(), &set.partition_columns) {
        if set.schema.field_with_name(&leaf).is_err() {
            fields.push(Arc::new(Field::new(leaf, data_type, true)));
        }
    }
    Arc::new(Schema::new(fields))
}

/// Turns `bbox['xmin']` into the column `bbox.xmin`, which has bounds.
pub fn flatten_field_access(expr: Expr) -> Transformed<Expr> {
    match field_path(&expr) {
        Some(path) if path.contains('.') => Transformed::yes(Expr::Column(Column::new_unqualified(path))),
        _ => Transformed::no(expr),
    }
}

/// Some files of the index in the terms of `DataFusion`'s pruning.
struct Bounds<'a> {
    index: &'a FileIndex,
    files: &'a [usize],
}

impl PruningStatistics for Bounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        Some(bound_arrays(self.index.column(&column.name)?, self.files).ok()?.0)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        let column = self.index.column(&column.name)?;
        // A bound that may be too low by what other writers cut off is none.
        (column.slack() == 0).then(|| Some(bound_arrays(column, self.files).ok()?.1))?
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let column = self.index.column(&column.name)?;
        let count = |idx: &usize| column.null_count(*idx, self.index.rows_of(*idx));
        Some(Arc::new(self.files.iter().map(count).collect::<UInt64Array>()))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let rows = self.files.iter().map(|idx| self.index.rows_of(*idx));
        Some(Arc::new(rows.collect::<UInt64Array>()))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
