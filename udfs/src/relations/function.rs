//! What the functions of the named relations have in common.

use arrow::array::ArrayRef;

use super::prepared::Prepared;
use super::relation::Relation;
use crate::Result;
use crate::function::{Argument, Call};

/// Two geometries.
pub const RELATED: &[Argument] = &[
    Argument::geometry("geometry", "Any geometry."),
    Argument::geometry("other", "Any geometry, in the same CRS."),
];

/// Whether the relation holds in each row. A geometry that is the same in all rows is prepared once.
pub fn call(arguments: &Call<'_>, relation: Relation) -> Result<ArrayRef> {
    if let Some(constant) = arguments.constant(1) {
        let prepared = Prepared::new(constant.bytes(1))?;
        let relation = relation.swapped();
        return arguments.booleans(|row| prepared.holds(relation, &row.wkb(0)?).map(Some));
    }
    if let Some(constant) = arguments.constant(0) {
        let prepared = Prepared::new(constant.bytes(0))?;
        return arguments.booleans(|row| prepared.holds(relation, &row.wkb(1)?).map(Some));
    }
    arguments.booleans(|row| relation.holds(&row.wkb(0)?, &row.wkb(1)?).map(Some))
}
