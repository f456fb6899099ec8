//! Points between a coordinate system and EPSG:4326.

use proj4rs::Proj;

use super::Crs;
use crate::error::{Error, Result};

/// Converts points of one coordinate system to longitude and latitude, EPSG:4326.
///
/// Set up once, then used from any thread. Bessel systems agree with PROJ's EPSG operation within 1 cm, the others
/// within 1 mm, over the whole country; `tests/crs_agreement.rs` holds it to that.
#[derive(Clone)]
pub struct ToWgs84(Pair);

/// Converts points from longitude and latitude, EPSG:4326, to one coordinate system; the inverse of [`ToWgs84`].
#[derive(Clone)]
pub struct FromWgs84(Pair);

#[derive(Clone)]
struct Pair {
    crs: Crs,
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
        Pair::new(crs).map(Self)
    }

    /// Converts one point: x (easting in m, or longitude in degrees) and y to longitude and latitude in degrees.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Point`] when the point is not finite or too far off to be converted.
    pub fn transform(&self, x: f64, y: f64) -> Result<(f64, f64)> {
        let Pair {
            crs,
            local,
            wgs84,
            is_identity,
        } = &self.0;
        let fail = || Error::Point { x, y, epsg: crs.epsg() };
        if !(x.is_finite() && y.is_finite()) {
            return Err(fail());
        }
        if *is_identity {
            return Ok((x, y));
        }
        let mut point = if crs.is_geographic() {
            (x.to_radians(), y.to_radians())
        } else {
            (x, y)
        };
        proj4rs::transform::transform(local, wgs84, &mut point).map_err(|_| fail())?;
        finite(point.0.to_degrees(), point.1.to_degrees()).ok_or_else(fail)
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
        Pair::new(crs).map(Self)
    }

    /// Converts one point: longitude and latitude in degrees to x (easting in m, or longitude in degrees) and y.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Point`] when the point is not finite or too far off to be converted.
    pub fn transform(&self, lon: f64, lat: f64) -> Result<(f64, f64)> {
        let Pair {
            crs,
            local,
            wgs84,
            is_identity,
        } = &self.0;
        let fail = || Error::Point {
            x: lon,
            y: lat,
            epsg: crs.epsg(),
        };
        if !(lon.is_finite() && lat.is_finite()) {
            return Err(fail());
        }
        if *is_identity {
            return Ok((lon, lat));
        }
        let mut point = (lon.to_radians(), lat.to_radians());
        proj4rs::transform::transform(wgs84, local, &mut point).map_err(|_| fail())?;
        let (x, y) = if crs.is_geographic() {
            (point.0.to_degrees(), point.1.to_degrees())
        } else {
            point
        };
        finite(x, y).ok_or_else(fail)
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
    fn new(crs: &Crs) -> Result<Self> {
        let set_up = |crs: &Crs| {
            Proj::from_proj_string(crs.proj_string()).map_err(|source| Error::CrsSetup {
                epsg: crs.epsg(),
                source,
            })
        };
        let wgs84 = Crs::from_epsg(4326)?;
        Ok(Self {
            crs: *crs,
            local: set_up(crs)?,
            wgs84: set_up(&wgs84)?,
            is_identity: *crs == wgs84,
        })
    }
}

fn finite(x: f64, y: f64) -> Option<(f64, f64)> {
    (x.is_finite() && y.is_finite()).then_some((x, y))
}
