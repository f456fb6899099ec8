//! `st_geomfromgeojson`.

use super::geojson_read::read;
use super::st_geomfromtext::agree;
use crate::function::{Argument, ArgumentKind, FieldCrs, Returns, SpatialFunction};

/// A geometry from `GeoJSON`.
pub const ST_GEOMFROMGEOJSON: SpatialFunction = SpatialFunction {
    name: "st_geomfromgeojson",
    aliases: &[],
    about: "Reads a geometry object of GeoJSON: longitude first, in EPSG:4326 unless said otherwise by `srid`, or by a member \
            `crs` when the text is a constant. Fails on features and on open rings, and when a `crs` contradicts.",
    example: r#"SELECT st_geomfromgeojson('{"type":"Point","coordinates":[126.9769,37.5759]}')"#,
    arguments: &[
        Argument::text("text", "A geometry object of GeoJSON."),
        Argument::new(
            "srid",
            ArgumentKind::Crs,
            "EPSG code of the coordinates, a constant; 4326 when left out.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| {
        if literals.len() > 1 {
            return literals.named_crs(1);
        }
        let named = literals.text(0).and_then(|text| read(text).ok()?.1);
        FieldCrs::from_srid(i64::from(named.unwrap_or(4326))).map(Some)
    }),
    call: |call| {
        let named = FieldCrs::of_field(call.return_field());
        call.geometries(|row| {
            let (geometry, srid) = read(row.text(0))?;
            agree(named.as_ref(), srid)?;
            Ok(Some(geometry))
        })
    },
};
