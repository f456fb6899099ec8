//! `st_buffer`.

use super::buffer::{Style, buffer};
use crate::function::{Argument, ArgumentKind, Returns, Row, SpatialFunction};
use crate::geometry::Geometry;
use crate::{Error, Result};

/// The area within a distance.
pub const ST_BUFFER: SpatialFunction = SpatialFunction {
    name: "st_buffer",
    aliases: &[],
    about: "Returns the area within a distance of the geometry, of x and y only; with a negative distance, the areas without what is \
            nearer to their border. POLYGON EMPTY when nothing is left, and for EMPTY. Arcs have 8 edges in a quarter unless the \
            style says otherwise. Fails on NaN and infinite coordinates.",
    example: "SELECT pnu, st_area(st_buffer(st_transform(geometry, 5186), 10)) FROM parcel LIMIT 5",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number(
            "distance",
            "Units of the CRS: degrees for EPSG:4326, metres once transformed to EPSG:5186.",
        ),
        Argument::new(
            "style",
            ArgumentKind::TextOrInteger,
            "Words of `quad_segs=8`, `endcap=round|flat|square`, `join=round|mitre|bevel`, `mitre_limit=5`, \
             `side=both|left|right`; or the edges in a quarter of a circle alone.",
        )
        .optional(),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| buffered(&row).map(Some)),
};

fn buffered(row: &Row<'_>) -> Result<Geometry> {
    let distance = row.number(1);
    if !distance.is_finite() {
        return Err(Error::ArgumentValue {
            argument: "distance",
            expected: "a finite number",
            found: distance.to_string(),
        });
    }
    let style = if row.is_given(2) {
        Style::read(row.text(2))?
    } else {
        Style::default()
    };
    buffer(&row.geometry(0)?, distance, &style)
}
