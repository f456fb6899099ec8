//! Lists of geometries with their places in the whole.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Int64Builder, ListArray, ListBuilder, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};

use crate::function::{Call, FieldCrs, Literals, geometry_field};
use crate::geometry::{Geometry, Wkb};
use crate::{Error, Result};

/// A part of a geometry and the numbers, from 1, that lead to it.
pub type Part = (Vec<i64>, Geometry);

/// `List<Struct<path: List<Int64>, geom>>`, the geometries in the CRS of the whole.
pub fn field(literals: &Literals<'_>) -> FieldRef {
    let item = item(literals.crs());
    Arc::new(Field::new("dump", DataType::List(item), true))
}

fn item(crs: Option<&FieldCrs>) -> FieldRef {
    let path = Field::new("path", DataType::List(path_item()), true);
    let fields = Fields::from(vec![path, geometry_field("geom", crs)]);
    Arc::new(Field::new("item", DataType::Struct(fields), true))
}

fn path_item() -> FieldRef {
    Arc::new(Field::new("item", DataType::Int64, true))
}

/// The parts of every row as a column of lists.
///
/// # Errors
///
/// The first error of the function; [`Error::TooLarge`] when offsets of 32 bits cannot hold them.
pub fn dump(call: &Call<'_>, mut parts: impl FnMut(Wkb<'_>) -> Vec<Part>) -> Result<ArrayRef> {
    let mut paths = ListBuilder::new(Int64Builder::new()).with_field(path_item());
    let mut geometries = BinaryBuilder::new();
    let mut lengths = Vec::with_capacity(call.n_rows());
    let mut is_valid = Vec::with_capacity(call.n_rows());
    let mut n_bytes = 0_usize;
    for row in call.rows() {
        is_valid.push(row.is_some());
        let found = row.map(|row| row.wkb(0)).transpose()?.map_or(Vec::new(), &mut parts);
        lengths.push(found.len());
        for (path, geometry) in found {
            let wkb = geometry.to_wkb();
            n_bytes = n_bytes.saturating_add(wkb.len());
            i32::try_from(n_bytes).map_err(|_| Error::TooLarge)?;
            geometries.append_value(wkb);
            paths.values().append_slice(&path);
            paths.append(true);
        }
    }
    let crs = call.crs(0);
    let item = item(crs.as_ref());
    let DataType::Struct(fields) = item.data_type().clone() else {
        return Err(Error::TooLarge);
    };
    let columns: Vec<ArrayRef> = vec![Arc::new(paths.finish()), Arc::new(geometries.finish())];
    let structs = StructArray::new(fields, columns, None);
    Ok(Arc::new(ListArray::new(
        item,
        OffsetBuffer::from_lengths(lengths),
        Arc::new(structs),
        Some(NullBuffer::from(is_valid)),
    )))
}
