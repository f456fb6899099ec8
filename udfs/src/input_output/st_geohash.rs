//! `st_geohash`.

use crate::Error;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Bounds;

const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
/// As many characters as the digits of a `Float64` give.
const POINT_CHARS: usize = 20;
const MAX_CHARS: i64 = 100;
const WORLD: Bounds = Bounds {
    xmin: -180.0,
    ymin: -90.0,
    xmax: 180.0,
    ymax: 90.0,
};

/// The geohash of a geometry.
pub const ST_GEOHASH: SpatialFunction = SpatialFunction {
    name: "st_geohash",
    aliases: &[],
    about: "Returns the geohash of the middle of the geometry's bounds; without `maxchars` the longest one that holds all of the \
            geometry, 20 characters for a point. NULL for EMPTY. Fails on what is not in degrees.",
    example: "SELECT st_geohash(st_point(126.9769, 37.5759, 4326), 8)",
    arguments: &[
        Argument::geometry("geometry", "Any geometry in degrees, longitude first."),
        Argument::integer("maxchars", "The number of characters, at most 100.").optional(),
    ],
    returns: Returns::Text,
    call: |call| {
        if let Some(crs) = call
            .crs(0)
            .and_then(|crs| crs.system().ok())
            .filter(|crs| !crs.is_geographic())
        {
            return Err(not_degrees(crs.to_string()));
        }
        call.texts(|row| {
            let Some(bounds) = row.wkb(0)?.bounds() else {
                return Ok(None);
            };
            if !WORLD.covers(&bounds) {
                return Err(not_degrees(format!(
                    "a geometry from ({}, {})",
                    bounds.xmin, bounds.ymin
                )));
            }
            let asked = row.integer(1).min(MAX_CHARS);
            let asked = usize::try_from(asked).ok().filter(|asked| *asked > 0);
            Ok(Some(geohash(&bounds, asked.unwrap_or_else(|| n_chars(&bounds)))))
        })
    },
};

fn not_degrees(found: String) -> Error {
    Error::ArgumentValue {
        argument: "geometry",
        expected: "in degrees, such as EPSG:4326",
        found,
    }
}

/// The number of characters of the smallest cell that holds the bounds.
fn n_chars(bounds: &Bounds) -> usize {
    if bounds.xmin >= bounds.xmax && bounds.ymin >= bounds.ymax {
        return POINT_CHARS;
    }
    let (mut lon, mut lat) = ((WORLD.xmin, WORLD.xmax), (WORLD.ymin, WORLD.ymax));
    let mut n_bits = 0;
    while n_bits < 5 * POINT_CHARS {
        let (range, low, high) = if n_bits % 2 == 0 {
            (&mut lon, bounds.xmin, bounds.xmax)
        } else {
            (&mut lat, bounds.ymin, bounds.ymax)
        };
        let middle = range.0 + (range.1 - range.0) / 2.0;
        if low > middle {
            range.0 = middle;
        } else if high < middle {
            range.1 = middle;
        } else {
            break;
        }
        n_bits += 1;
    }
    n_bits / 5
}

fn geohash(bounds: &Bounds, n_chars: usize) -> String {
    let x = bounds.xmin + (bounds.xmax - bounds.xmin) / 2.0;
    let y = bounds.ymin + (bounds.ymax - bounds.ymin) / 2.0;
    let (mut lon, mut lat) = ((WORLD.xmin, WORLD.xmax), (WORLD.ymin, WORLD.ymax));
    let mut text = String::with_capacity(n_chars);
    let mut is_lon = true;
    for _ in 0..n_chars {
        let mut digit = 0;
        for _ in 0..5 {
            let (range, value) = if is_lon { (&mut lon, x) } else { (&mut lat, y) };
            let middle = f64::midpoint(range.0, range.1);
            let is_upper = value >= middle;
            if is_upper {
                range.0 = middle;
            } else {
                range.1 = middle;
            }
            digit = digit * 2 + usize::from(is_upper);
            is_lon = !is_lon;
        }
        text.push(char::from(DIGITS[digit]));
    }
    text
}
