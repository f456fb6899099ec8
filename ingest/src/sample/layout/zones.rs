//! What the ground of a 동 or 리 is like: hills, fields, village, town.

use super::mesh::{Mesh, Point, cross};
use crate::sample::random::{Field, Random};

/// The character of a piece of ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Streets and building lots.
    Town,
    /// The houses of a village.
    Village,
    /// Paddies and dry fields.
    Farm,
    /// Wooded hills.
    Forest,
}

/// Which zone is where, and how large its parcels are.
#[derive(Debug)]
pub struct Ground {
    hills: Field,
    rough: Field,
    centre: Point,
    reach_m: f64,
    forest_above: f64,
    built_below: f64,
    is_town: bool,
    lot_area_m2: [f64; 4],
}

/// Shares of one kind of place: of the area and of the parcels.
struct Shares {
    forest: (f64, f64),
    built: (f64, f64),
}

impl Ground {
    /// Lays the zones out over the rings of a 동 or 리 with about `parcels` parcels.
    pub fn new(rings: &[Vec<Point>], area_m2: f64, parcels: f64, is_ri: bool, random: &mut Random) -> Self {
        let main = rings.first().map_or(&[][..], Vec::as_slice);
        let reach_m = area_m2.sqrt();
        let hills = Field {
            key: random.bits(),
            wavelength_m: (reach_m * 0.45).clamp(250.0, 2500.0),
        };
        let rough = Field {
            key: random.bits(),
            wavelength_m: hills.wavelength_m / 3.0,
        };
        let mut ground = Self {
            hills,
            rough,
            centre: centroid(main),
            reach_m,
            forest_above: f64::INFINITY,
            built_below: f64::INFINITY,
            is_town: !is_ri,
            lot_area_m2: [1.0; 4],
        };
        let shares = Shares::draw(area_m2, is_ri, random);
        let mut heights: Vec<f64> = inside(main, 400).iter().map(|point| ground.height(*point)).collect();
        heights.sort_by(f64::total_cmp);
        let quantile = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an index below 400"
            )]
            #[expect(clippy::cast_precision_loss, reason = "at most 400")]
            let idx = (share * heights.len() as f64) as usize;
            heights.get(idx).copied().unwrap_or(f64::INFINITY)
        };
        ground.forest_above = quantile(1.0 - shares.forest.0);
        ground.built_below = quantile(shares.built.0);
        let lot = |(area, count): (f64, f64)| area_m2 * area / (parcels * count).max(1.0);
        let farm = (
            1.0 - shares.forest.0 - shares.built.0,
            1.0 - shares.forest.1 - shares.built.1,
        );
        ground.lot_area_m2 = [lot(shares.built), lot(shares.built), lot(farm), lot(shares.forest)];
        ground
    }

    /// The zone at a point.
    pub fn zone(&self, point: Point) -> Zone {
        let height = self.height(point);
        if height >= self.forest_above {
            Zone::Forest
        } else if height >= self.built_below {
            Zone::Farm
        } else if self.is_town {
            Zone::Town
        } else {
            Zone::Village
        }
    }

    /// The typical area of a parcel in a zone, m2.
    pub fn lot_area_m2(&self, zone: Zone) -> f64 {
        self.lot_area_m2[zone as usize]
    }

    /// Height above the valley, without a unit: hills, and everything rises away from the centre.
    fn height(&self, point: Point) -> f64 {
        let away = (point[0] - self.centre[0]).hypot(point[1] - self.centre[1]) / self.reach_m;
        self.hills.at(point) + 0.25 * self.rough.at(point) + 0.9 * away
    }
}

impl Shares {
    fn draw(area_m2: f64, is_ri: bool, random: &mut Random) -> Self {
        let spread = random.between(0.75, 1.25);
        if is_ri {
            let forest = 0.5 * spread;
            return Self {
                forest: (forest, 0.15 * spread),
                built: (0.05 * spread, 0.2),
            };
        }
        // The larger a 동, the more of it is hills and fields.
        let km2 = area_m2 / 1e6;
        let wide = (km2 / 6.0).min(1.0) * spread;
        let forest = (0.05 * spread + 0.35 * wide).min(0.6);
        let farm = if km2 > 3.0 { 0.25 * wide } else { 0.02 };
        Self {
            forest: (forest, 0.01 + 0.06 * wide),
            built: (1.0 - forest - farm, 0.98 - 0.3 * wide),
        }
    }
}

/// The centre of gravity of a ring.
pub fn centroid(ring: &[Point]) -> Point {
    let Some(&base) = ring.first() else { return [0.0; 2] };
    let mut area = 0.0;
    let mut sum = [0.0; 2];
    for pair in ring.windows(2) {
        let wedge = cross(base, pair[0], pair[1]);
        area += wedge;
        for axis in 0..2 {
            sum[axis] += wedge * (pair[0][axis] + pair[1][axis] - 2.0 * base[axis]) / 3.0;
        }
    }
    if area == 0.0 {
        base
    } else {
        [base[0] + sum[0] / area, base[1] + sum[1] / area]
    }
}

/// The vertices of a face.
pub fn ring_of(mesh: &Mesh, face: super::mesh::EdgeId) -> Vec<Point> {
    mesh.ring(face).map(|edge| mesh.origin(edge)).collect()
}

/// Whether a point lies inside a ring.
pub fn contains(ring: &[Point], [x, y]: Point) -> bool {
    let Some(mut a) = ring.last().copied() else {
        return false;
    };
    let mut is_inside = false;
    for &b in ring {
        if (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
            is_inside = !is_inside;
        }
        a = b;
    }
    is_inside
}

/// About `count` points spread evenly over a ring.
fn inside(ring: &[Point], count: usize) -> Vec<Point> {
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for point in ring {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    // Two irrational steps (plastic number) fill a rectangle evenly without rows and columns.
    let mut share = [0.5_f64, 0.5];
    let mut points = Vec::with_capacity(count);
    for _ in 0..2 * count {
        share = [(share[0] + 0.754_877_666).fract(), (share[1] + 0.569_840_291).fract()];
        let point = [
            low[0] + share[0] * (high[0] - low[0]),
            low[1] + share[1] * (high[1] - low[1]),
        ];
        if contains(ring, point) {
            points.push(point);
        }
    }
    points
}
