//! Measures on the ellipsoid of a geographic coordinate system.

use std::f64::consts::PI;

use geographiclib_rs::{Geodesic, InverseGeodesic, PolygonArea, Winding};

use super::edge::Xy;
use crate::function::Call;
use crate::geometry::{Coord, Coords, Kind, Wkb};
use crate::{Error, Result, System};

/// The ellipsoid of a coordinate system of degrees.
#[derive(Debug)]
pub struct Spheroid {
    geodesic: Geodesic,
}

impl Spheroid {
    /// The ellipsoid of the CRS that the geometries of a call are in. A literal goes along with the other argument.
    ///
    /// # Errors
    ///
    /// [`Error::CrsUnknown`] when none names one, [`Error::ArgumentValue`] when it is not one of degrees; else as
    /// [`System::parse`].
    pub fn of_call(call: &Call<'_>) -> Result<Self> {
        let known = (0..call.n_arguments()).find_map(|argument| call.crs(argument));
        Self::of_system(&known.ok_or(Error::CrsUnknown)?.system()?)
    }

    /// The ellipsoid of a CRS.
    ///
    /// # Errors
    ///
    /// [`Error::ArgumentValue`] when the CRS is not one of degrees.
    pub fn of_system(crs: &System) -> Result<Self> {
        if !crs.is_geographic() {
            return Err(Error::ArgumentValue {
                argument: "geometry",
                expected: "in degrees, such as EPSG:4326 (st_area, st_length and st_distance measure in the units of a CRS)",
                found: crs.to_string(),
            });
        }
        let (semi_major_axis_m, semi_minor_axis_m) = crs.axes_m()?;
        let flattening = (semi_major_axis_m - semi_minor_axis_m) / semi_major_axis_m;
        let geodesic = Geodesic::new(semi_major_axis_m, flattening);
        Ok(Self { geodesic })
    }

    /// The length of the geodesic between two places in m.
    pub fn distance_m(&self, one: Xy, other: Xy) -> f64 {
        // Of the same place, the library's answer is rounding.
        if one == other {
            0.0
        } else {
            self.geodesic.inverse(one.1, one.0, other.1, other.0)
        }
    }

    /// The length of the way through all coordinates in m.
    pub fn length_m(&self, coords: &Coords<'_>) -> f64 {
        let mut before: Option<Coord> = None;
        let mut sum = 0.0;
        for coord in coords.iter() {
            if let Some(before) = before {
                let along = self.distance_m((before.x, before.y), (coord.x, coord.y));
                let up = coord.z - before.z;
                sum += if up == 0.0 { along } else { along.hypot(up) };
            }
            before = Some(coord);
        }
        sum
    }

    /// The area of all polygons in m2, holes taken off.
    pub fn area_m2(&self, geometry: &Wkb<'_>) -> f64 {
        let mut sum = 0.0;
        geometry.for_each_simple(&mut |simple| {
            if simple.kind() == Kind::Polygon {
                for (idx, ring) in simple.rings().enumerate() {
                    let area = self.ring_area_m2(&ring);
                    sum += if idx == 0 { area } else { -area };
                }
            }
        });
        sum
    }

    fn ring_area_m2(&self, ring: &Coords<'_>) -> f64 {
        let n_corners = ring.len().saturating_sub(1);
        if n_corners < 3 {
            return 0.0;
        }
        let mut polygon = PolygonArea::new(&self.geodesic, Winding::CounterClockwise);
        for (x, y) in ring.iter_xy().take(n_corners) {
            polygon.add_point(y, x);
        }
        let (_, area, _) = polygon.compute(true);
        area.abs()
    }
}

/// Fails when a coordinate is no place on earth: a geodesic to it does not exist.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when a latitude passes 90° or a number is not finite.
pub fn check_degrees(geometry: &Wkb<'_>) -> Result<()> {
    let mut wrong = None;
    geometry.for_each_coords(&mut |coords| {
        coords.for_each_xy(|x, y| {
            if !x.is_finite() || y.is_nan() || y.abs() > 90.0 {
                wrong = Some((x, y));
            }
        });
    });
    wrong.map_or(Ok(()), |(x, y)| {
        Err(Error::ArgumentValue {
            argument: "geometry",
            expected: "in degrees, longitude first and latitude from -90 to 90",
            found: format!("({x}, {y})"),
        })
    })
}

/// A place as a direction from the centre of a sphere that has the ellipsoid's degrees.
#[derive(Clone, Copy, Debug)]
pub struct Direction([f64; 3]);

impl Direction {
    /// The direction of a longitude and latitude in degrees.
    pub fn of_degrees((longitude, latitude): Xy) -> Self {
        let (longitude, latitude) = (longitude.to_radians(), latitude.to_radians());
        Self([
            latitude.cos() * longitude.cos(),
            latitude.cos() * longitude.sin(),
            latitude.sin(),
        ])
    }

    /// Longitude and latitude in degrees.
    pub fn degrees(self) -> Xy {
        let [x, y, z] = self.0;
        (y.atan2(x).to_degrees(), z.atan2(x.hypot(y)).to_degrees())
    }

    /// The squared distance of the two places through the sphere, whose radius is 1.
    pub fn squared_chord(self, other: Self) -> f64 {
        let [dx, dy, dz] = std::array::from_fn(|idx| self.0[idx] - other.0[idx]);
        dx * dx + dy * dy + dz * dz
    }

    /// The cosine of the angle between two directions.
    pub fn dot(self, other: Self) -> f64 {
        self.0.iter().zip(other.0).map(|(one, other)| one * other).sum()
    }

    /// The cross product, of unit length; `None` when the two are in line.
    pub fn normal(self, other: Self) -> Option<Self> {
        let (one, other) = (self.0, other.0);
        let component = |i: usize, j: usize| one[i] * other[j] - one[j] * other[i];
        Self([component(1, 2), component(2, 0), component(0, 1)]).unit()
    }

    /// The nearest direction in the plane across a normal; `None` when all of them are as near.
    pub fn onto(self, normal: Self) -> Option<Self> {
        let height = self.dot(normal);
        Self(std::array::from_fn(|idx| self.0[idx] - height * normal.0[idx])).unit()
    }

    /// The opposite direction.
    pub fn opposite(self) -> Self {
        Self(self.0.map(|number| -number))
    }

    fn unit(self) -> Option<Self> {
        let length = self.dot(self).sqrt();
        (length > 1e-300).then(|| Self(self.0.map(|number| number / length)))
    }
}

/// The way in longitude from one to another, the short way around, in degrees.
pub fn longitude_way(from: f64, to: f64) -> f64 {
    let way = (to - from).rem_euclid(360.0);
    if way > 180.0 { way - 360.0 } else { way }
}

/// The latitude at which the great circle through two places crosses a longitude between theirs; all in degrees.
pub fn latitude_at(one: Xy, other: Xy, longitude: f64) -> f64 {
    let whole = longitude_way(one.0, other.0).to_radians();
    let from_one = longitude_way(one.0, longitude).to_radians();
    let tangent = |latitude: f64| latitude.clamp(-90.0, 90.0).to_radians().min(PI / 2.0).tan();
    let rise = tangent(one.1) * (whole - from_one).sin() + tangent(other.1) * from_one.sin();
    (rise / whole.sin()).atan().to_degrees()
}
