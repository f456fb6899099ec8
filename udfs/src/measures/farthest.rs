//! The two points of two geometries that are farthest from each other.

use super::edge::{Nearest, Xy};
use crate::geometry::{Coord, Wkb};
use crate::processing::convex_hull;

/// The points of two geometries that are farthest from each other; `None` when one is EMPTY.
///
/// # Source
///
/// They are corners of the convex hulls, and their difference is a corner of the Minkowski sum of the one hull and the other
/// turned by 180°, whose corners are met by going around both at once (de Berg et al., "Computational Geometry", 13.3).
pub fn farthest(one: &Wkb<'_>, other: &Wkb<'_>) -> Option<Nearest> {
    let (one, other) = (corners(one), corners(other));
    let mut best = Nearest::of_points(*one.first()?, *other.first()?);
    let mut take = |one: Xy, other: Xy| {
        let found = Nearest::of_points(one, other);
        if found.squared > best.squared {
            best = found;
        }
    };
    // Seen from above, both begin at the edge that leaves the lowest corner; the other one is turned around.
    let (mut idx, mut other_idx) = (lowest(&one, 1.0), lowest(&other, -1.0));
    let (mut n_steps, mut n_other_steps) = (0, 0);
    let way = |corners: &[Xy], idx: usize, sign: f64| {
        let (start, end) = (corners[idx % corners.len()], corners[(idx + 1) % corners.len()]);
        ((end.0 - start.0) * sign, (end.1 - start.1) * sign)
    };
    while n_steps <= one.len() || n_other_steps <= other.len() {
        let (at, other_at) = (one[idx % one.len()], other[other_idx % other.len()]);
        // Neighbours are taken, too: the order of nearly parallel edges is a matter of rounding.
        take(at, other_at);
        take(one[(idx + 1) % one.len()], other_at);
        take(at, other[(other_idx + 1) % other.len()]);
        let (ahead, other_ahead) = (way(&one, idx, 1.0), way(&other, other_idx, -1.0));
        let turn = ahead.0 * other_ahead.1 - ahead.1 * other_ahead.0;
        if n_other_steps > other.len() || (turn >= 0.0 && n_steps <= one.len()) {
            (idx, n_steps) = (idx + 1, n_steps + 1);
        }
        if n_steps > one.len() || (turn <= 0.0 && n_other_steps <= other.len()) {
            (other_idx, n_other_steps) = (other_idx + 1, n_other_steps + 1);
        }
    }
    Some(best)
}

/// The corners of the convex hull, counterclockwise.
fn corners(geometry: &Wkb<'_>) -> Vec<Xy> {
    let mut coords = Vec::new();
    geometry.for_each_coords(&mut |part| part.for_each_xy(|x, y| coords.push(Coord::xy(x, y))));
    convex_hull(coords)
        .into_iter()
        .map(|coord| (coord.x, coord.y))
        .collect()
}

/// The lowest corner, the leftmost of them, of the hull or of the hull turned around.
fn lowest(corners: &[Xy], sign: f64) -> usize {
    let key = |idx: &usize| (corners[*idx].1 * sign, corners[*idx].0 * sign);
    let lowest = (0..corners.len()).min_by(|one, other| {
        let (one, other) = (key(one), key(other));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    lowest.unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Shape};

    #[test]
    fn the_farthest_corners_are_those_that_comparing_all_finds() {
        let mut state = 7_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 60).unwrap())
        };
        for round in 0..3000_usize {
            let mut some = |count: usize| -> Vec<Coord> { (0..count).map(|_| Coord::xy(random(), random())).collect() };
            let (one, other) = (some(1 + round % 9), some(1 + round % 7));
            let pairs = one
                .iter()
                .flat_map(|one| other.iter().map(|other| (one.x - other.x).hypot(one.y - other.y)));
            let expected = pairs.fold(0.0, f64::max);
            let bytes =
                |coords: &[Coord]| Geometry::xy(Shape::MultiPoint(coords.iter().copied().map(Some).collect())).to_wkb();
            let (one_bytes, other_bytes) = (bytes(&one), bytes(&other));
            let found = farthest(&Wkb::read(&one_bytes).unwrap(), &Wkb::read(&other_bytes).unwrap()).unwrap();
            assert!(
                (found.distance() - expected).abs() < 1e-9,
                "{one:?} {other:?} {found:?} {expected}"
            );
        }
    }
}
