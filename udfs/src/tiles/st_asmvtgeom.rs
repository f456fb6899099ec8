//! `st_asmvtgeom`.

use super::grid::Grid;
use super::snap::snapped;
use crate::Result;
use crate::function::{Argument, ArgumentKind, Returns, Row, SpatialFunction};

const DEFAULT_EXTENT: i64 = 4096;
const DEFAULT_BUFFER: i64 = 256;

/// A geometry in the coordinates of a map tile.
pub const ST_ASMVTGEOM: SpatialFunction = SpatialFunction {
    name: "st_asmvtgeom",
    aliases: &[],
    about: "Returns the geometry in the whole-number coordinates of a tile, x eastward and y southward from its north-west corner, \
            cut to the tile and its buffer. Polygons stay valid, with outer rings in the direction that vector tiles want. NULL \
            when nothing is left: outside the tile, smaller than half a cell, or EMPTY. Of a collection the members of the \
            largest dimension are taken. Heights are dropped.",
    example: "SELECT st_asmvtgeom(st_transform(geometry, 3857), st_tileenvelope(16, 55880, 25380)) FROM parcel LIMIT 10",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("bounds", "A geometry whose bounds are the tile, in the same CRS."),
        Argument::integer("extent", "The tile's width and height in cells; 4096 when left out.").optional(),
        Argument::integer("buffer", "How many cells around the tile are kept; 256 when left out.").optional(),
        Argument::new(
            "clip_geom",
            ArgumentKind::Boolean,
            "Whether geometries are cut; true when left out.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|_| Ok(None)),
    call: |call| {
        call.geometries(|row| {
            let grid = grid(&row)?;
            snapped(&row.wkb(0)?, &grid)
        })
    },
};

fn grid(row: &Row<'_>) -> Result<Grid> {
    let extent = if row.is_given(2) {
        row.integer(2)
    } else {
        DEFAULT_EXTENT
    };
    let buffer = if row.is_given(3) {
        row.integer(3)
    } else {
        DEFAULT_BUFFER
    };
    let is_clipped = !row.is_given(4) || row.boolean(4);
    Grid::new(row.wkb(1)?.bounds(), extent, buffer, is_clipped)
}
