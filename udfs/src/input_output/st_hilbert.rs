//! `st_hilbert`.

use crate::function::{Argument, Returns, SpatialFunction};
use crate::hilbert::hilbert_index_within;
use crate::{Error, hilbert_index};

/// The place of a geometry along a Hilbert curve.
pub const ST_HILBERT: SpatialFunction = SpatialFunction {
    name: "st_hilbert",
    aliases: &[],
    about: "Returns the place of the middle of the geometry's bounds along a Hilbert curve of order 20, from 0 to below 2^40: \
            rows in this order lie near each other on the map. Without `bounds` the curve is that over Korea in which \
            parcels are stored, and the geometry must be in degrees. NULL for EMPTY.",
    example: "SELECT pnu FROM parcel ORDER BY st_hilbert(geometry) LIMIT 10",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry(
            "bounds",
            "A geometry whose bounds the curve fills, in the same CRS; what lies outside takes the nearest place.",
        )
        .optional(),
    ],
    returns: Returns::Integer,
    call: |call| {
        let projected = call
            .crs(0)
            .and_then(|crs| crs.system().ok())
            .filter(|crs| !crs.is_geographic());
        if let Some(crs) = projected.filter(|_| call.n_arguments() < 2) {
            return Err(Error::ArgumentValue {
                argument: "geometry",
                expected: "in degrees, such as EPSG:4326, or bounds given",
                found: crs.to_string(),
            });
        }
        call.integers(|row| {
            let Some(bounds) = row.wkb(0)?.bounds() else {
                return Ok(None);
            };
            let (x, y) = (
                f64::midpoint(bounds.xmin, bounds.xmax),
                f64::midpoint(bounds.ymin, bounds.ymax),
            );
            let place = if row.is_given(1) {
                row.wkb(1)?.bounds().map(|area| hilbert_index_within(x, y, &area))
            } else {
                Some(hilbert_index(x, y))
            };
            Ok(place.and_then(|place| i64::try_from(place).ok()))
        })
    },
};
