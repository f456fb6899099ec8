//! `st_collect`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder};

use super::collected::collected;
use crate::Result;
use crate::function::{Argument, Call, Returns, SpatialFunction};

/// Two geometries in one.
pub const ST_COLLECT: SpatialFunction = SpatialFunction {
    name: "st_collect",
    aliases: &[],
    about: "Returns two geometries in one, as they are: a multi-geometry of two points, lines or polygons, else a collection. \
            A NULL is left out. Fails when only one has heights or measures. Over rows it is named `st_collect_agg`, since a \
            name cannot be that of a function and of an aggregate.",
    example: "SELECT st_astext(st_collect('POINT(1 1)', 'POINT(2 2)'))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Another one, in the same CRS."),
    ],
    returns: Returns::Geometry,
    call: collect,
};

fn collect(call: &Call<'_>) -> Result<ArrayRef> {
    let mut builder = BinaryBuilder::with_capacity(call.n_rows(), 0);
    for row in call.rows_with_nulls() {
        let one = match (row.is_null(0), row.is_null(1)) {
            (true, true) => None,
            (false, true) => Some(row.geometry(0)?),
            (true, false) => Some(row.geometry(1)?),
            (false, false) => collected(vec![row.geometry(0)?, row.geometry(1)?])?,
        };
        builder.append_option(one.map(|geometry| geometry.to_wkb()));
    }
    Ok(Arc::new(builder.finish()))
}
