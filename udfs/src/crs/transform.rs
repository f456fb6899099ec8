//! Points between a coordinate system and EPSG:4326.

use proj4rs::Proj;
use proj4rs::transform::transform;

use super::table::Datum;
use super::{Crs, System};
use crate::error::{Error, Result};

/// Converts points of one coordinate system to longitude and latitude, EPSG:4326.
///
/// Set up once, then used from any thread. Bessel systems agree with PROJ's EPSG operation within 1 cm, the others
/// within 1 mm, over the whole country; `tests/crs_agreement.rs` holds it to that.
#[derive(Clone)]
pub struct ToWgs84(Pair);

/// Converts points from longitude and latitude, EPSG:4326, to one coordinate system.
///
/// The inverse of [`ToWgs84`] within 1 µm.
#[derive(Clone)]
pub struct FromWgs84(Pair);

#[derive(Clone)]
struct Pair {
    system: System,
    local: Proj,
    wgs84: Proj,
    is_identity: bool,
}

impl ToWgs84 {
    /// Sets the conversion up.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn new(crs: &Crs) -> Result<Self> {
        Self::of_system(&System::Known(*crs))
    }

    /// Sets the conversion of any system up.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn of_system(system: &System) -> Result<Self> {
        Pair::new(system.clone()).map(Self)
    }

    /// Converts one point: x (easting in m, or longitude in degrees) and y to longitude and latitude in degrees.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Point`] when the point is not finite or too far off to be converted.
    pub fn transform(&self, x: f64, y: f64) -> Result<(f64, f64)> {
        self.0.forth(x, y).ok_or_else(|| Error::Point {
            x,
            y,
            crs: self.0.system.to_string(),
        })
    }

    /// Converts points where they are, without allocating.
    ///
    /// # Errors
    ///
    /// Fails as [`ToWgs84::transform`] on the first such point; the points before it are already converted.
    pub fn transform_in_place(&self, points: &mut [(f64, f64)]) -> Result<()> {
        for point in points {
            *point = self.transform(point.0, point.1)?;
        }
        Ok(())
    }
}

impl FromWgs84 {
    /// Sets the conversion up.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn new(crs: &Crs) -> Result<Self> {
        Self::of_system(&System::Known(*crs))
    }

    /// Sets the conversion of any system up.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn of_system(system: &System) -> Result<Self> {
        Pair::new(system.clone()).map(Self)
    }

    /// Converts one point: longitude and latitude in degrees to x (easting in m, or longitude in degrees) and y.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Point`] when the point is not finite or too far off to be converted.
    pub fn transform(&self, lon: f64, lat: f64) -> Result<(f64, f64)> {
        self.0.exactly_back(lon, lat).ok_or_else(|| Error::Point {
            x: lon,
            y: lat,
            crs: self.0.system.to_string(),
        })
    }

    /// Converts points where they are, without allocating.
    ///
    /// # Errors
    ///
    /// Fails as [`FromWgs84::transform`] on the first such point; the points before it are already converted.
    pub fn transform_in_place(&self, points: &mut [(f64, f64)]) -> Result<()> {
        for point in points {
            *point = self.transform(point.0, point.1)?;
        }
        Ok(())
    }
}

impl Pair {
    fn new(system: System) -> Result<Self> {
        let wgs84 = System::Known(Crs::from_epsg(4326)?);
        Ok(Self {
            local: system.proj()?,
            wgs84: wgs84.proj()?,
            is_identity: system == wgs84,
            system,
        })
    }

    /// To EPSG:4326; `None` when that is impossible.
    fn forth(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        if self.is_identity {
            return finite(x, y);
        }
        let (x, y) = finite(x, y)?;
        let mut point = if self.system.is_geographic() {
            (x.to_radians(), y.to_radians())
        } else {
            (x, y)
        };
        transform(&self.local, &self.wgs84, &mut point).ok()?;
        finite(point.0.to_degrees(), point.1.to_degrees())
    }

    /// From EPSG:4326; `None` when that is impossible.
    fn back(&self, lon: f64, lat: f64) -> Option<(f64, f64)> {
        if self.is_identity {
            return finite(lon, lat);
        }
        let (lon, lat) = finite(lon, lat)?;
        let mut point = (lon.to_radians(), lat.to_radians());
        transform(&self.wgs84, &self.local, &mut point).ok()?;
        let (x, y) = if self.system.is_geographic() {
            (point.0.to_degrees(), point.1.to_degrees())
        } else {
            point
        };
        finite(x, y)
    }

    /// The point that [`Pair::forth`] takes to this longitude and latitude.
    ///
    /// A shift of datum changes heights too. Plane points have none, so each way starts from height zero and the two
    /// ways miss each other by some 5 mm. Going there and back once tells by how much.
    fn exactly_back(&self, lon: f64, lat: f64) -> Option<(f64, f64)> {
        let (x, y) = self.back(lon, lat)?;
        let is_exact = matches!(&self.system, System::Known(crs) if crs.definition.datum != Datum::Korean1985);
        if is_exact {
            return Some((x, y));
        }
        let (near_lon, near_lat) = self.forth(x, y)?;
        self.back(lon + (lon - near_lon), lat + (lat - near_lat))
    }
}

fn finite(x: f64, y: f64) -> Option<(f64, f64)> {
    (x.is_finite() && y.is_finite()).then_some((x, y))
}
