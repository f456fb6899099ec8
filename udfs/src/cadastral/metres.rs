//! Coordinates of any known system as metres of EPSG:5186, quickly enough for every parcel of the country.
//!
//! A projection costs more than everything else that a measure does. Over a few kilometres it is so smooth that a
//! polynomial of the third degree meets it within nanometres, so that the plane is cut into cells, and each that is
//! met often gets one.

use std::collections::HashMap;

use super::cell::Cell;
use crate::function::FieldCrs;
use crate::geometry::Wkb;
use crate::{Crs, Error, FromWgs84, Result, System, ToWgs84};

/// The system in which land is measured: GRS80, transverse Mercator about 127° E 38° N, scale 1 there.
const METRIC_EPSG: u32 = 5186;

/// Points that a cell must have met before a polynomial, which costs as many projections, pays.
const POINTS_BEFORE_FIT: u32 = 24;

/// Cells that are kept; points beyond are projected one by one.
const MAX_CELLS: usize = 4096;

/// What brings the geometries of a column to metres.
pub struct ColumnMetres {
    of_column: Option<Metres>,
    /// For a column without a system, the one that an EWKB names.
    of_srid: Option<(i32, Metres)>,
}

impl ColumnMetres {
    /// # Errors
    ///
    /// As [`FieldCrs::system`] and [`Metres::of_system`].
    pub fn new(crs: Option<&FieldCrs>) -> Result<Self> {
        let known = |crs: &FieldCrs| Metres::of_system(&crs.system()?);
        Ok(Self {
            of_column: crs.map(known).transpose()?,
            of_srid: None,
        })
    }

    /// What brings a geometry of the column to metres.
    ///
    /// # Errors
    ///
    /// [`Error::CrsUnknown`] when neither column nor geometry name a system, [`Error::CrsCode`] when it is not known.
    pub fn of(&mut self, geometry: &Wkb<'_>) -> Result<&mut Metres> {
        if let Some(metres) = &mut self.of_column {
            return Ok(metres);
        }
        let srid = geometry.srid().ok_or(Error::CrsUnknown)?;
        let known = self.of_srid.take().filter(|(known, _)| *known == srid);
        let (_, metres) = self.of_srid.insert(match known {
            Some(known) => known,
            None => (srid, Metres::new(Crs::from_epsg(srid.unsigned_abs())?)?),
        });
        Ok(metres)
    }
}

/// Brings coordinates of one system to metres of EPSG:5186.
pub struct Metres {
    /// `None` when they are such metres already.
    projection: Option<Projection>,
}

struct Projection {
    to_wgs84: ToWgs84,
    from_wgs84: FromWgs84,
    /// Width and height of a cell in the units of the source.
    cell_size: f64,
    cells: HashMap<(u64, u64), State>,
    /// The cell of the point before.
    current: Option<Cell>,
}

/// What is known of a cell.
enum State {
    /// So many points were met.
    Met(u32),
    Fitted(Box<Cell>),
    /// The projection is not smooth there.
    Refused,
}

impl Metres {
    /// # Errors
    ///
    /// [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn new(crs: Crs) -> Result<Self> {
        Self::of_system(&System::Known(crs))
    }

    /// # Errors
    ///
    /// [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn of_system(system: &System) -> Result<Self> {
        let metric = Crs::from_epsg(METRIC_EPSG)?;
        if *system == System::Known(metric) {
            return Ok(Self { projection: None });
        }
        Ok(Self {
            projection: Some(Projection {
                to_wgs84: ToWgs84::of_system(system)?,
                from_wgs84: FromWgs84::new(&metric)?,
                cell_size: if system.is_geographic() { 0.05 } else { 5_000.0 },
                cells: HashMap::new(),
                current: None,
            }),
        })
    }

    /// A point in metres.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] and [`Error::Point`] when it has no counterpart.
    #[inline]
    pub fn point(&mut self, x: f64, y: f64) -> Result<(f64, f64)> {
        match &mut self.projection {
            Some(projection) => projection.point(x, y),
            None if x.is_finite() && y.is_finite() => Ok((x, y)),
            None => Err(Error::NotFinite { x, y }),
        }
    }
}

impl Projection {
    #[inline]
    fn point(&mut self, x: f64, y: f64) -> Result<(f64, f64)> {
        match &self.current {
            Some(cell) if cell.holds(x, y) => Ok(cell.point(x, y)),
            _ => self.point_elsewhere(x, y),
        }
    }

    fn point_elsewhere(&mut self, x: f64, y: f64) -> Result<(f64, f64)> {
        if !x.is_finite() || !y.is_finite() {
            return Err(Error::NotFinite { x, y });
        }
        let (column, row) = ((x / self.cell_size).floor(), (y / self.cell_size).floor());
        let n_cells = self.cells.len();
        let found = exact(&self.to_wgs84, &self.from_wgs84, x, y)?;
        let place = (column.to_bits(), row.to_bits());
        if n_cells >= MAX_CELLS && !self.cells.contains_key(&place) {
            return Ok(found);
        }
        let state = self.cells.entry(place).or_insert(State::Met(0));
        if let State::Met(n_points) = state {
            *n_points += 1;
            if *n_points < POINTS_BEFORE_FIT {
                return Ok(found);
            }
            let project = |x, y| exact(&self.to_wgs84, &self.from_wgs84, x, y).ok();
            let centre = ((column + 0.5) * self.cell_size, (row + 0.5) * self.cell_size);
            *state = Cell::fit(centre, self.cell_size / 2.0, project)
                .map_or(State::Refused, |cell| State::Fitted(Box::new(cell)));
        }
        if let State::Fitted(cell) = state {
            self.current = Some(cell.as_ref().clone());
        }
        Ok(found)
    }
}

fn exact(to_wgs84: &ToWgs84, from_wgs84: &FromWgs84, x: f64, y: f64) -> Result<(f64, f64)> {
    let (lon, lat) = to_wgs84.transform(x, y)?;
    from_wgs84.transform(lon, lat)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Points at odd places of the whole country, more in each cell than a polynomial waits for.
    fn lon_lat() -> impl Iterator<Item = (f64, f64)> {
        let steps =
            |from: f64, to: f64, n: u32| (0..n).map(move |step| from + (to - from) * f64::from(step) / f64::from(n));
        steps(124.5, 132.0, 5000).flat_map(move |lon| steps(33.0, 38.7, 40).map(move |lat| (lon, lat)))
    }

    #[test]
    fn points_are_those_of_the_projection() {
        let from_wgs84 = FromWgs84::new(&Crs::from_epsg(METRIC_EPSG).unwrap()).unwrap();
        for epsg in [4326, 4737, 5174, 5179, 3857] {
            let crs = Crs::from_epsg(epsg).unwrap();
            let (mut metres, source) = (Metres::new(crs).unwrap(), FromWgs84::new(&crs).unwrap());
            let to_wgs84 = ToWgs84::new(&crs).unwrap();
            let mut largest = 0.0_f64;
            for (lon, lat) in lon_lat() {
                let (x, y) = source.transform(lon, lat).unwrap();
                let found = metres.point(x, y).unwrap();
                let expected = exact(&to_wgs84, &from_wgs84, x, y).unwrap();
                largest = largest.max((found.0 - expected.0).hypot(found.1 - expected.1));
            }
            let n_fitted = metres
                .projection
                .unwrap()
                .cells
                .values()
                .filter(|state| matches!(state, State::Fitted(_)))
                .count();
            assert!(n_fitted > 1000, "EPSG:{epsg}: {n_fitted} cells");
            assert!(largest < 2e-8, "EPSG:{epsg} is off by {largest} m");
        }
    }

    #[test]
    fn points_without_a_counterpart_are_errors() {
        let mut metres = Metres::new(Crs::from_epsg(4326).unwrap()).unwrap();
        assert!(matches!(metres.point(f64::NAN, 1.0), Err(Error::NotFinite { .. })));
        assert!(matches!(
            metres.point(127.0, f64::INFINITY),
            Err(Error::NotFinite { .. })
        ));
        let mut metres = Metres::new(Crs::from_epsg(5186).unwrap()).unwrap();
        assert!(matches!(metres.point(f64::NAN, 1.0), Err(Error::NotFinite { .. })));
    }
}
