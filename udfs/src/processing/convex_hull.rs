//! The convex hull of points.

use crate::geometry::Coord;
use crate::relations::position::side_of;

/// The corners of the smallest convex area that holds all points, counterclockwise from the leftmost one, none twice. Points in
/// line with two corners are none; of points that are all in line, the two ends are left.
///
/// # Source
///
/// Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979; orientation by Shewchuk's exact test.
pub fn convex_hull(mut points: Vec<Coord>) -> Vec<Coord> {
    points.sort_unstable_by(|one, other| one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y)));
    points.dedup_by(|one, other| xy(one) == xy(other));
    if points.len() < 3 {
        return points;
    }
    let mut hull = half(points.iter());
    let upper = half(points.iter().rev());
    // Each half ends where the other begins.
    hull.pop();
    hull.extend(upper.into_iter().rev().skip(1).rev());
    hull
}

/// The corners on the right of the way from the first to the last point.
fn half<'a>(points: impl Iterator<Item = &'a Coord>) -> Vec<Coord> {
    let mut half: Vec<Coord> = Vec::new();
    for point in points {
        while let [.., before, last] = half.as_slice()
            && side_of(xy(before), xy(last), xy(point)) <= 0.0
        {
            half.pop();
        }
        half.push(*point);
    }
    half
}

fn xy(coord: &Coord) -> (f64, f64) {
    (coord.x, coord.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(points: &[(f64, f64)], expected: &[(f64, f64)]) {
        let hull = convex_hull(points.iter().map(|(x, y)| Coord::xy(*x, *y)).collect());
        assert_eq!(hull.iter().map(xy).collect::<Vec<_>>(), expected, "{points:?}");
    }

    #[test]
    fn corners_come_once_and_counterclockwise() {
        check(&[], &[]);
        check(&[(1.0, 1.0), (1.0, 1.0)], &[(1.0, 1.0)]);
        check(&[(2.0, 2.0), (0.0, 0.0), (1.0, 1.0)], &[(0.0, 0.0), (2.0, 2.0)]);
        let square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)];
        check(
            &[
                (2.0, 2.0),
                (1.0, 1.0),
                (0.0, 0.0),
                (2.0, 0.0),
                (1.0, 0.0),
                (0.0, 2.0),
                (0.0, 0.0),
            ],
            &square,
        );
    }
}
