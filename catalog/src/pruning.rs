//! Which files of a version a filter can touch, told from the file index alone.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::{Field, Schema, SchemaRef, UInt64Type};
use datafusion::catalog::Session;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use crate::FileSet;
use crate::file_index::{FileIndex, data_leaves};

/// True when the partition values alone decide the filter, so that a selected file needs no filter any more.
pub fn is_partition_filter(filter: &Expr, partition_columns: &[String]) -> bool {
    let columns = filter.column_refs();
    let on_partitions = !columns.is_empty() && columns.iter().all(|column| partition_columns.contains(&column.name));
    on_partitions && is_immutable(filter)
}

/// True when the expression gives the same answer whenever and wherever it is evaluated.
fn is_immutable(filter: &Expr) -> bool {
    let mut immutable = true;
    let walked = filter.apply(|expr| {
        immutable = match expr {
            Expr::ScalarFunction(function) => function.func.signature().volatility == Volatility::Immutable,
            Expr::Exists(_)
            | Expr::InSubquery(_)
            | Expr::ScalarSubquery(_)
            | Expr::SetComparison(_)
            | Expr::OuterReferenceColumn(..)
            | Expr::ScalarVariable(..)
            | Expr::Placeholder(_)
            | Expr::AggregateFunction(_)
            | Expr::WindowFunction(_)
            | Expr::Unnest(_) => false,
            _ => true,
        };
        Ok(if immutable {
            TreeNodeRecursion::Continue
        } else {
            TreeNodeRecursion::Stop
        })
    });
    walked.is_ok() && immutable
}

/// The indexes of the files that may hold rows for which all filters are true, ascending.
///
/// Filters over partition columns are evaluated on the partition values; all others on the files' bounds.
pub fn select_files(set: &FileSet, state: &dyn Session, filters: &[Expr]) -> Result<Vec<usize>> {
    let index = &set.index;
    let mut keep = vec![true; index.len()];
    let (exact, inexact): (Vec<&Expr>, Vec<&Expr>) = filters
        .iter()
        .partition(|filter| is_partition_filter(filter, &set.partition_columns));
    for filter in exact {
        let decided = evaluate(filter, state, index)?;
        for (keep, decided) in keep.iter_mut().zip(decided.values()) {
            *keep &= decided;
        }
    }
    if let Some(filter) = conjunction(inexact.into_iter().cloned()) {
        let possible = may_match(filter, state, set)?;
        for (keep, possible) in keep.iter_mut().zip(possible) {
            *keep &= possible;
        }
    }
    Ok(keep
        .into_iter()
        .enumerate()
        .filter_map(|(idx, keep)| keep.then_some(idx))
        .collect())
}

/// Evaluates a filter on the partition values; NULL is false, as in `WHERE`.
fn evaluate(filter: &Expr, state: &dyn Session, index: &FileIndex) -> Result<BooleanArray> {
    let partitions = index.partitions();
    let schema = DFSchema::try_from(partitions.schema())?;
    let filter = state.create_physical_expr(filter.clone(), &schema)?;
    let decided = filter.evaluate(partitions)?.into_array(partitions.num_rows())?;
    let decided = decided.as_boolean();
    Ok(if decided.null_count() > 0 {
        prep_null_mask_filter(decided)
    } else {
        decided.clone()
    })
}

/// Asks the files' bounds. A filter that bounds say nothing about keeps every file.
fn may_match(filter: Expr, state: &dyn Session, set: &FileSet) -> Result<Vec<bool>> {
    let schema = pruning_schema(set);
    let filter = filter.transform_down(|expr| Ok(flatten_field_access(expr)))?.data;
    let filter = state.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(&schema))?)?;
    let predicate = PruningPredicateBuilder::new()
        .with_file_schema(schema)
        .try_build(filter)?;
    predicate.prune(&FileBounds { index: &set.index })
}

/// The dataset's columns, and beside them the leaves of structs under their dotted paths.
fn pruning_schema(set: &FileSet) -> SchemaRef {
    let schema = Arc::clone(&set.schema);
    let mut fields: Vec<Arc<Field>> = schema.fields().iter().cloned().collect();
    for (leaf, data_type) in data_leaves(schema.fields(), &set.partition_columns) {
        if schema.field_with_name(&leaf).is_err() {
            fields.push(Arc::new(Field::new(leaf, data_type, true)));
        }
    }
    Arc::new(Schema::new(fields))
}

/// Turns `bbox['xmin']` into the column `bbox.xmin`, which has bounds.
fn flatten_field_access(expr: Expr) -> Transformed<Expr> {
    match field_path(&expr) {
        Some(path) if path.contains('.') => Transformed::yes(Expr::Column(Column::new_unqualified(path))),
        _ => Transformed::no(expr),
    }
}

/// The dotted path of a column or of a field of one.
fn field_path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Column(column) => Some(column.name.clone()),
        Expr::ScalarFunction(access) if access.func.name() == "get_field" => {
            let (base, names) = access.args.split_first()?;
            let mut path = field_path(base)?;
            for name in names {
                let Expr::Literal(ScalarValue::Utf8(Some(name)), _) = name else {
                    return None;
                };
                path = format!("{path}.{name}");
            }
            Some(path)
        }
        _ => None,
    }
}

/// The file index in the terms of `DataFusion`'s pruning.
struct FileBounds<'a> {
    index: &'a FileIndex,
}

impl FileBounds<'_> {
    /// The value of a partition column in each file: both its bounds.
    fn partition(&self, column: &Column) -> Option<ArrayRef> {
        self.index.partitions().column_by_name(&column.name).map(Arc::clone)
    }
}

impl PruningStatistics for FileBounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.partition(column)
            .or_else(|| Some(Arc::clone(&self.index.leaf(&column.name)?.min)))
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.partition(column)
            .or_else(|| Some(Arc::clone(&self.index.leaf(&column.name)?.max)))
    }

    fn num_containers(&self) -> usize {
        self.index.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let Some(values) = self.partition(column) else {
            return Some(Arc::clone(&self.index.leaf(&column.name)?.null_count));
        };
        let rows = self.index.row_counts().as_primitive::<UInt64Type>();
        let counts: UInt64Array = (0..values.len())
            .map(|idx| {
                if values.is_valid(idx) {
                    Some(0)
                } else {
                    rows.is_valid(idx).then(|| rows.value(idx))
                }
            })
            .collect();
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::clone(self.index.row_counts()))
    }

    /// False for a file whose bounds hold none of the values, so that a long list of keys selects few files.
    fn contained(&self, column: &Column, values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        let (min, max) = (self.min_values(column)?, self.max_values(column)?);
        if *min.data_type() != values.iter().next()?.data_type() {
            return None;
        }
        let mut values: Vec<&ScalarValue> = values.iter().filter(|value| !value.is_null()).collect();
        values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
        let mut contained = Vec::with_capacity(min.len());
        for idx in 0..min.len() {
            let low = ScalarValue::try_from_array(&min, idx).ok()?;
            let high = ScalarValue::try_from_array(&max, idx).ok()?;
            if low.is_null() || high.is_null() {
                contained.push(None);
                continue;
            }
            let first = values.partition_point(|value| **value < low);
            let holds_none = values.get(first).is_none_or(|value| **value > high);
            contained.push(holds_none.then_some(false));
        }
        Some(BooleanArray::from(contained))
    }
}
