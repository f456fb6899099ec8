//! `area_m2`.

use super::metres::{ColumnMetres, Metres};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Coords, Kind, Wkb};
use crate::{Crs, Error, Result};

/// The area of a geometry in square metres.
pub const AREA_M2: SpatialFunction = SpatialFunction {
    name: "area_m2",
    aliases: &[],
    about: "Returns the area in m² in EPSG:5186, whatever the CRS of the geometry; 0 for points, lines and EMPTY. \
            Coordinates in another CRS are transformed. EPSG:5186 is true to scale at 127° E and stretches areas by \
            x²/R² away from it: 0.02 % at 128° E, 0.08 % at 129° E (부산 0.08 %), 0.11 % at 백령도, 0.3 % at 울릉도. This is \
            the area of the outline on the map, not the one of the land register (대장면적). Fails when the CRS is unknown.",
    example: "SELECT emd_nm, sum(area_m2(geometry)) AS m2 FROM parcel GROUP BY emd_nm",
    arguments: &[Argument::geometry("geometry", "Any geometry in a CRS that is known.")],
    returns: Returns::Number,
    call: |call| {
        let mut metres = ColumnMetres::new(call.crs(0).as_ref())?;
        call.numbers_of_geometry(|geometry| area_in(metres.of(geometry)?, geometry).map(Some))
    },
};

/// The area of all polygons in a geometry of this CRS, holes taken off, in m² of EPSG:5186.
///
/// # Errors
///
/// [`Error::CrsSetup`] when the projection library refuses the CRS, [`Error::NotFinite`] and [`Error::Point`] when a
/// coordinate has no counterpart.
pub fn area_m2(geometry: &Wkb<'_>, crs: Crs) -> Result<f64> {
    area_in(&mut Metres::new(crs)?, geometry)
}

fn area_in(metres: &mut Metres, geometry: &Wkb<'_>) -> Result<f64> {
    let mut sum = 0.0;
    let mut failed: Option<Error> = None;
    geometry.for_each_simple(&mut |simple| {
        if simple.kind() != Kind::Polygon || failed.is_some() {
            return;
        }
        for (idx, ring) in simple.rings().enumerate() {
            match ring_area_m2(&ring, metres) {
                Ok(area) if idx == 0 => sum += area,
                Ok(area) => sum -= area,
                Err(error) => failed = Some(error),
            }
        }
    });
    failed.map_or(Ok(sum), Err)
}

/// The area of a ring, above 0 whichever way it runs.
///
/// # Source
///
/// The shoelace formula, with coordinates taken from the first one, which keeps the digits that large eastings would cost.
fn ring_area_m2(ring: &Coords<'_>, metres: &mut Metres) -> Result<f64> {
    let mut coords = ring.iter_xy();
    let Some((x, y)) = coords.next() else { return Ok(0.0) };
    let (x0, y0) = metres.point(x, y)?;
    let mut twice = 0.0;
    let (mut x1, mut y1) = (0.0, 0.0);
    for (x, y) in coords {
        let (x, y) = metres.point(x, y)?;
        let (x2, y2) = (x - x0, y - y0);
        twice += x1 * y2 - x2 * y1;
        (x1, y1) = (x2, y2);
    }
    Ok((twice / 2.0).abs())
}
