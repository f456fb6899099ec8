//! `st_transform`.

use super::memo::Memo;
use crate::function::{Argument, ArgumentKind, FieldCrs, Returns, Row, SpatialFunction};

use crate::geometry::{Coord, Geometry, Wkb};
use crate::{Crs, Error, FromWgs84, Result, System, ToWgs84};

/// A geometry in another coordinate system.
pub const ST_TRANSFORM: SpatialFunction = SpatialFunction {
    name: "st_transform",
    aliases: &[],
    about: "Returns the geometry with its coordinates in another CRS; Z and M stay as they are. The CRS that it comes from is that of the column, or the middle one of three arguments. A CRS is an EPSG code of the table, or the text of any other: a PROJ string, well-known text or PROJJSON, which PostGIS takes as a PROJ string alone. Fails when the CRS to come from is unknown, when a CRS has a part that cannot be computed, naming it, and where a point has no counterpart.",
    example: "SELECT st_area(st_transform(geometry, 5186)) FROM parcel LIMIT 1",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::new(
            "crs",
            ArgumentKind::Crs,
            "EPSG code or text (`EPSG:5186`, a PROJ string, well-known text, PROJJSON) of the CRS to go to, a constant; of three arguments, of the CRS to come from.",
        ),
        Argument::new(
            "to",
            ArgumentKind::Crs,
            "Of three arguments, the CRS to go to, a constant.",
        )
        .optional(),
    ],
    returns: Returns::GeometryIn(|literals| literals.named_crs(literals.len() - 1)),
    call: |call| {
        let named = if call.n_arguments() == 3 {
            call.constant(1).map(|row| named_crs(&row, 1)).transpose()?
        } else {
            None
        };
        let of_column = || call.crs(0).map(|crs| crs.system()).transpose();
        let from = match named {
            Some(from) => Some(from),
            None => of_column()?,
        };
        let to = FieldCrs::of_field(call.return_field())
            .map(|crs| crs.system())
            .transpose()?
            .ok_or(Error::CrsUnknown)?;
        let mut of_srid: Option<(i32, Transform)> = None;
        let n_rows = call.n_rows();
        let mut of_column = from.map(|from| Transform::new(&from, &to, n_rows)).transpose()?;
        call.geometries(|row| {
            let wkb = row.wkb(0)?;
            if let Some(transform) = &mut of_column {
                return transform.geometry(&wkb).map(Some);
            }
            let srid = wkb.srid().ok_or(Error::CrsUnknown)?;
            let known = of_srid.take().filter(|(known, _)| *known == srid);
            let (_, transform) = of_srid.insert(if let Some(known) = known {
                known
            } else {
                let from = System::Known(Crs::from_epsg(srid.unsigned_abs())?);
                (srid, Transform::new(&from, &to, n_rows)?)
            });
            transform.geometry(&wkb).map(Some)
        })
    },
};

/// The way from one system to another, by way of EPSG:4326.
struct Transform {
    /// `None` when both are the same.
    ways: Option<(ToWgs84, FromWgs84)>,
    memo: Memo,
}

impl Transform {
    fn new(from: &System, to: &System, n_rows: usize) -> Result<Self> {
        if from == to {
            return Ok(Self {
                ways: None,
                memo: Memo::new(0),
            });
        }
        Ok(Self {
            ways: Some((ToWgs84::of_system(from)?, FromWgs84::of_system(to)?)),
            memo: Memo::new(n_rows),
        })
    }

    fn geometry(&mut self, wkb: &Wkb<'_>) -> Result<Geometry> {
        let geometry = Geometry::from(*wkb);
        let Some((to_wgs84, from_wgs84)) = &self.ways else {
            return Ok(geometry);
        };
        geometry.try_map(|coord| {
            let (x, y) = self.memo.point(coord.x, coord.y, || {
                let (lon, lat) = to_wgs84.transform(coord.x, coord.y)?;
                from_wgs84.transform(lon, lat)
            })?;
            Ok(Coord { x, y, ..coord })
        })
    }
}

/// The system that an argument names by its code or its text.
fn named_crs(row: &Row<'_>, argument: usize) -> Result<System> {
    let text = row.text(argument);
    if text.is_empty() {
        return Crs::from_epsg(u32::try_from(row.integer(argument)).unwrap_or_default()).map(System::Known);
    }
    System::parse(text)
}
