//! The filters that tell row groups and pages apart by fields of structs, which `DataFusion` itself does not ask.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::TreeNode;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use super::BoundsTest;
use crate::FileSet;
use crate::pruning::{flatten_field_access, is_immutable, pruning_schema};

/// The tests of those parts of the filters that read a field of a struct, such as `bbox['xmin'] < 127.1`.
///
/// # Errors
///
/// When a filter is not one over the table's columns.
pub fn struct_field_tests(filters: &[Expr], state: &dyn Session, set: &FileSet) -> Result<Vec<BoundsTest>> {
    let schema = pruning_schema(set);
    let mut tests = Vec::new();
    for filter in filters.iter().flat_map(split_conjunction) {
        let flattened = filter.clone().transform_down(|expr| Ok(flatten_field_access(expr)))?;
        if !flattened.transformed || !is_immutable(filter) {
            continue;
        }
        let columns = flattened.data.column_refs();
        let find = |name: &str| schema.fields().iter().find(|field| field.name() == name).cloned();
        let leaves: Vec<FieldRef> = columns.iter().filter_map(|column| find(&column.name)).collect();
        let is_complete = leaves.len() == columns.len();
        let physical = state.create_physical_expr(flattened.data, &DFSchema::try_from(Arc::clone(&schema))?)?;
        let predicate = PruningPredicateBuilder::new()
            .with_file_schema(Arc::clone(&schema))
            .try_build(physical)?;
        if is_complete && !predicate.always_true() {
            tests.push(BoundsTest::Filter { predicate, leaves });
        }
    }
    Ok(tests)
}
