//! `st_tileenvelope`.

use super::rectangle;
use crate::function::{Argument, FieldCrs, Returns, Row, SpatialFunction};
use crate::geometry::{Bounds, Geometry};
use crate::{Error, Result};

/// The greatest zoom whose tiles have numbers of 32 bits.
const MAX_ZOOM: i64 = 31;
/// Half the circumference of the sphere that EPSG:3857 draws, in m.
const HALF_WORLD_M: f64 = 20_037_508.342_789_244;

/// The area of a map tile.
pub const ST_TILEENVELOPE: SpatialFunction = SpatialFunction {
    name: "st_tileenvelope",
    aliases: &[],
    about: "Returns the rectangle of a map tile in EPSG:3857, or in the CRS of the bounds of another scheme of tiles. \
            Tile 0/0/0 is the world; x counts eastward and y southward.",
    example: "SELECT count(*) FROM parcel WHERE st_intersects(geometry, st_transform(st_tileenvelope(16, 55880, 25380), 4326))",
    arguments: &[
        Argument::integer("zoom", "The zoom, 0 to 31."),
        Argument::integer("x", "The tile's column, from 0."),
        Argument::integer("y", "The tile's row, from 0 in the north."),
        Argument::geometry(
            "bounds",
            "What tile 0/0/0 covers; the square of EPSG:3857 when left out.",
        )
        .optional(),
        Argument::number(
            "margin",
            "How far the rectangle goes beyond the tile, as a part of its width, at least -0.5; 0 when left out.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| {
        if literals.len() > 3 {
            return Ok(literals.crs().cloned());
        }
        FieldCrs::from_srid(3857).map(Some)
    }),
    call: |call| call.geometries(|row| tile(&row).map(Some)),
};

fn tile(row: &Row<'_>) -> Result<Geometry> {
    let world = if row.is_given(3) {
        row.wkb(3)?.bounds()
    } else {
        Some(Bounds::of_corners(
            (-HALF_WORLD_M, -HALF_WORLD_M),
            (HALF_WORLD_M, HALF_WORLD_M),
        ))
    };
    let has_area = |bounds: &Bounds| bounds.xmin < bounds.xmax && bounds.ymin < bounds.ymax;
    let world = world.filter(has_area).ok_or_else(|| Error::ArgumentValue {
        argument: "bounds",
        expected: "a geometry with width and height",
        found: "one without".to_owned(),
    })?;
    let (zoom, margin) = (row.integer(0), row.number(4));
    let zoom = u32::try_from(zoom).ok().filter(|_| zoom <= MAX_ZOOM);
    let zoom = zoom.ok_or_else(|| unfit("zoom", "from 0 to 31", &row.integer(0)))?;
    if margin.is_nan() || margin < -0.5 {
        return Err(unfit("margin", "at least -0.5", &margin));
    }
    let n_tiles = 1_u32 << zoom;
    let [x, y] = [("x", 1), ("y", 2)].map(|(name, argument)| {
        let place = row.integer(argument);
        let place = u32::try_from(place).ok().filter(|place| *place < n_tiles);
        place.ok_or_else(|| unfit(name, "from 0 to below 2^zoom", &row.integer(argument)))
    });
    Ok(rectangle(&envelope(
        &world,
        f64::from(n_tiles),
        (f64::from(x?), f64::from(y?)),
        margin,
    )))
}

/// The bounds of a tile in a world of so many columns, held within the world to north and south. A tile that is wider
/// than the world with its margins gets the world's width.
fn envelope(world: &Bounds, n_tiles: f64, (x, y): (f64, f64), margin: f64) -> Bounds {
    let width = (world.xmax - world.xmin) / n_tiles;
    let height = (world.ymax - world.ymin) / n_tiles;
    let is_wider = 1.0 + 2.0 * margin > n_tiles;
    Bounds {
        xmin: if is_wider {
            world.xmin
        } else {
            world.xmin + width * (x - margin)
        },
        ymin: (world.ymax - height * (y + 1.0 + margin)).max(world.ymin),
        xmax: if is_wider {
            world.xmax
        } else {
            world.xmin + width * (x + 1.0 + margin)
        },
        ymax: (world.ymax - height * (y - margin)).min(world.ymax),
    }
}

fn unfit(argument: &'static str, expected: &'static str, found: &impl ToString) -> Error {
    Error::ArgumentValue {
        argument,
        expected,
        found: found.to_string(),
    }
}
