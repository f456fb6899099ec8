//! Where the legal 동 and 리 lie: the decoder of `data/boundaries.bin.gz`.

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use pilji_udfs::{BjdCode, FromWgs84, Result};

use super::layout::mesh::{Point, rounded};

static BOUNDARIES: LazyLock<Boundaries> =
    LazyLock::new(|| Boundaries::decode(include_bytes!("../../data/boundaries.bin.gz")).unwrap_or_default());

/// Metres per degree of latitude, good enough for areas.
const DEGREE_M: f64 = 111_000.0;

/// The outlines of all legal 동 and 리.
///
/// # Source
///
/// `data/README.md`; the format is described in `data/make_boundaries.py`.
#[derive(Debug, Default)]
pub struct Boundaries {
    outlines: Vec<Outline>,
    by_code: HashMap<u64, usize>,
}

/// The outline of one 동 or 리: simple rings, counter-clockwise, not closed, the largest first.
#[derive(Debug, Default)]
pub struct Outline {
    /// Longitude and latitude in 1e-6 degrees.
    rings: Vec<Vec<[i64; 2]>>,
}

impl Boundaries {
    /// The boundaries that come with the crate, decoded at the first call.
    pub fn shipped() -> &'static Self {
        &BOUNDARIES
    }

    /// The outline of a 동 or 리, by its code of 2021-05-01 or 2026-03-01.
    pub fn get(&self, code: &BjdCode) -> Option<&Outline> {
        let key: u64 = code.as_str().parse().ok()?;
        self.outlines.get(*self.by_code.get(&key)?)
    }

    fn decode(packed: &[u8]) -> Option<Self> {
        let mut bytes = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut bytes).ok()?;
        let mut numbers = Numbers(&bytes);
        let mut boundaries = Self::default();
        let mut code = 0_i64;
        let mut at = [127_000_000_i64, 37_000_000];
        for idx in 0..numbers.count()? {
            for _ in 0..numbers.count()? {
                code += numbers.signed()?;
                boundaries.by_code.insert(u64::try_from(code).ok()?, idx);
            }
            let step = i64::try_from(numbers.count()?).ok().filter(|step| *step > 0)?;
            let mut outline = Outline::default();
            at = at.map(|position| position.div_euclid(step));
            for _ in 0..numbers.count()? {
                let mut ring = Vec::new();
                for _ in 0..numbers.count()? {
                    at = [at[0] + numbers.signed()?, at[1] + numbers.signed()?];
                    ring.push(at.map(|position| position * step));
                }
                outline.rings.push(ring);
            }
            at = at.map(|position| position * step);
            boundaries.outlines.push(outline);
        }
        Some(boundaries)
    }
}

impl Outline {
    /// Number of rings: one, or more where there are islands.
    pub fn n_rings(&self) -> usize {
        self.rings.len()
    }

    /// Approximate area in m2.
    #[expect(clippy::cast_precision_loss, reason = "coordinates are below 2^28")]
    pub fn area_m2(&self) -> f64 {
        let mut twice = 0.0;
        let mut latitude = 36.0;
        for ring in &self.rings {
            let (Some(base), Some(mut a)) = (ring.first(), ring.last()) else {
                continue;
            };
            latitude = base[1] as f64 / 1e6;
            for b in ring {
                let [ax, ay, bx, by] = [a[0] - base[0], a[1] - base[1], b[0] - base[0], b[1] - base[1]];
                twice += (ax * by - ay * bx) as f64;
                a = b;
            }
        }
        twice / 2.0 * 1e-12 * DEGREE_M * DEGREE_M * latitude.to_radians().cos()
    }

    /// The rings in EPSG:5174, metres, with vertices every 8 to 20 m.
    ///
    /// A vertex is a function of the two ends of its edge alone, so neighbours get the same vertices.
    ///
    /// # Errors
    ///
    /// A point that the projection refuses.
    #[expect(clippy::cast_precision_loss, reason = "coordinates are below 2^28")]
    pub fn rings(&self, to_metres: &FromWgs84) -> Result<Vec<Vec<Point>>> {
        let mut rings = Vec::with_capacity(self.rings.len());
        for ring in &self.rings {
            let mut corners = Vec::with_capacity(ring.len());
            for [lon, lat] in ring {
                let (x, y) = to_metres.transform(*lon as f64 / 1e6, *lat as f64 / 1e6)?;
                corners.push(rounded([x, y]));
            }
            let mut vertices = Vec::new();
            for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                vertices.push(*a);
                between(*a, *b, &mut vertices);
            }
            rings.push(vertices);
        }
        Ok(rings)
    }
}

/// The vertices between two corners, the same ones whichever corner comes first.
fn between(a: Point, b: Point, vertices: &mut Vec<Point>) {
    let is_turned = (b[0], b[1]) < (a[0], a[1]);
    let (from, to) = if is_turned { (b, a) } else { (a, b) };
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length_m = dx.hypot(dy);
    let pieces = (length_m / (length_m / 20.0).clamp(8.0, 20.0)).ceil();
    let first = vertices.len();
    let mut piece = 1.0;
    while piece < pieces {
        vertices.push(rounded([from[0] + dx * piece / pieces, from[1] + dy * piece / pieces]));
        piece += 1.0;
    }
    if is_turned {
        vertices[first..].reverse();
    }
}

/// LEB128 numbers.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        let half = i64::try_from(value >> 1).ok()?;
        Some(if value & 1 == 0 { half } else { -half - 1 })
    }
}
