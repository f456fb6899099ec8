//! `st_asgeojson`.

use super::geojson_write::{Preamble, write};
use super::st_astext::max_decimals;
use crate::function::{Argument, Returns, SpatialFunction};

const DEFAULT_DECIMALS: i64 = 9;
/// Bits of the options.
const BOUNDS: i64 = 1;
const SHORT_CRS: i64 = 2;
const LONG_CRS: i64 = 4;
const SHORT_CRS_UNLESS_4326: i64 = 8;

/// A geometry as `GeoJSON`.
pub const ST_ASGEOJSON: SpatialFunction = SpatialFunction {
    name: "st_asgeojson",
    aliases: &[],
    about: "Returns a geometry object of GeoJSON, with heights, without measures. Readers of RFC 7946 expect EPSG:4326. \
            Fails on coordinates that are NaN or infinite, which JSON cannot hold.",
    example: "SELECT st_asgeojson(geometry, 7) FROM parcel LIMIT 1",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::integer("maxdecimaldigits", "The most digits behind the point; 9 when left out.").optional(),
        Argument::integer(
            "options",
            "Sum of 1 (with `bbox`), 2 (with `crs`, as EPSG:n), 4 (with `crs`, as URN) and 8 (with `crs` unless it is \
             EPSG:4326); 8 when left out.",
        )
        .optional(),
    ],
    returns: Returns::Text,
    call: |call| {
        let epsg = call.crs(0).and_then(|crs| crs.crs()).map(|crs| crs.epsg());
        call.texts(|row| {
            let decimals = max_decimals(Some(if row.is_given(1) {
                row.integer(1)
            } else {
                DEFAULT_DECIMALS
            }));
            let options = if row.is_given(2) {
                row.integer(2)
            } else {
                SHORT_CRS_UNLESS_4326
            };
            let wkb = row.wkb(0)?;
            let epsg = epsg.or(wkb.srid().and_then(|srid| u32::try_from(srid).ok()));
            let crs = epsg.and_then(|epsg| crs_name(epsg, options));
            let preamble = Preamble {
                crs: crs.as_deref(),
                has_bounds: options & BOUNDS != 0,
            };
            write(&wkb.into(), decimals, preamble).map(Some)
        })
    },
};

fn crs_name(epsg: u32, options: i64) -> Option<String> {
    let is_short = options & SHORT_CRS != 0 || (options & SHORT_CRS_UNLESS_4326 != 0 && epsg != 4326);
    if options & LONG_CRS != 0 {
        Some(format!("urn:ogc:def:crs:EPSG::{epsg}"))
    } else {
        is_short.then(|| format!("EPSG:{epsg}"))
    }
}
