//! From the vertices of a layout to the rings of the output, in the output's coordinates.

use pilji_udfs::{Crs, FromWgs84, Result, ToWgs84};

use super::layout::mesh::{Point, cross, crosses};
use super::layout::{Layout, Parcel};

/// EPSG code of the coordinates in which parcels are drawn.
pub const DRAWN_IN: u32 = 5174;

/// Converts drawn coordinates to the output's.
pub struct Converter {
    steps: Option<(ToWgs84, Option<FromWgs84>)>,
}

impl Converter {
    /// Sets the conversion to a CRS up.
    ///
    /// # Errors
    ///
    /// An EPSG code that the CRS table does not have.
    pub fn to(epsg: u32) -> Result<Self> {
        if epsg == DRAWN_IN {
            return Ok(Self { steps: None });
        }
        let to_wgs84 = ToWgs84::new(&Crs::from_epsg(DRAWN_IN)?)?;
        let from_wgs84 = if epsg == 4326 {
            None
        } else {
            Some(FromWgs84::new(&Crs::from_epsg(epsg)?)?)
        };
        Ok(Self {
            steps: Some((to_wgs84, from_wgs84)),
        })
    }

    /// Converts all vertices; common vertices stay common.
    ///
    /// # Errors
    ///
    /// A point that the projection refuses.
    pub fn convert(&self, points: &mut [Point]) -> Result<()> {
        let Some((to_wgs84, from_wgs84)) = &self.steps else {
            return Ok(());
        };
        for point in points {
            let (lon, lat) = to_wgs84.transform(point[0], point[1])?;
            let (x, y) = match from_wgs84 {
                Some(from_wgs84) => from_wgs84.transform(lon, lat)?,
                None => (lon, lat),
            };
            *point = [x, y];
        }
        Ok(())
    }
}

/// Closed rings of a parcel in the order of a shapefile: each outer ring (clockwise) and its holes (counter-clockwise).
#[derive(Debug, Default)]
pub struct Rings {
    /// The rings.
    pub rings: Vec<Vec<Point>>,
    /// For each ring, whether it is a hole.
    pub is_hole: Vec<bool>,
}

impl Rings {
    /// The rings of a parcel, over the points of its layout.
    pub fn of(parcel: &Parcel, points: &[Point]) -> Self {
        let mut rings = Self::default();
        for part in &parcel.parts {
            rings.push(points, part.outer.iter().rev(), false);
            for hole in &part.holes {
                rings.push(points, hole.iter(), true);
            }
        }
        rings
    }

    fn push<'a>(&mut self, points: &[Point], vertices: impl Iterator<Item = &'a u32>, is_hole: bool) {
        let mut ring: Vec<Point> = vertices.map(|vertex| points[*vertex as usize]).collect();
        ring.extend(ring.first().copied());
        self.rings.push(ring);
        self.is_hole.push(is_hole);
    }

    /// Number of points, the closing ones included.
    pub fn n_points(&self) -> usize {
        self.rings.iter().map(Vec::len).sum()
    }
}

/// Swaps two vertices of a parcel so that its ring crosses itself; whether a place for that was found.
///
/// Only a parcel of one ring is crossed, and what is left of its area keeps its sign.
pub fn cross_ring(layout: &mut Layout, idx: usize) -> bool {
    let points = &layout.points;
    let parcel = &mut layout.parcels[idx];
    let [part] = parcel.parts.as_mut_slice() else {
        return false;
    };
    let n = part.outer.len();
    if n < 5 || !part.holes.is_empty() {
        return false;
    }
    let area = |ring: &[u32]| {
        let at = |vertex: u32| points[vertex as usize];
        ring.windows(2)
            .map(|pair| cross(at(ring[0]), at(pair[0]), at(pair[1])))
            .sum::<f64>()
    };
    let whole = area(&part.outer);
    for start in 0..n {
        // Swapping the inner two of four vertices crosses the ring where the diagonals of the four cross.
        let four = [0, 1, 2, 3].map(|step| (start + step) % n);
        let corners = four.map(|idx| points[part.outer[idx] as usize]);
        if !crosses([corners[0], corners[2]], [corners[1], corners[3]]) {
            continue;
        }
        part.outer.swap(four[1], four[2]);
        if area(&part.outer) > whole * 0.3 {
            return true;
        }
        part.outer.swap(four[1], four[2]);
    }
    false
}
