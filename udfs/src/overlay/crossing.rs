//! Where two edges cross.

use super::vertices::Xy;

/// The point that two crossing edges share, to the last digit but for rare ties.
///
/// # Source
///
/// The parameter form of two lines, in numbers of twice the digits: T. J. Dekker, "A floating-point technique for
/// extending the available precision", Numerische Mathematik 18 (1971).
pub fn crossing((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> Xy {
    let along = (Wide::difference(b.0, a.0), Wide::difference(b.1, a.1));
    let across = (Wide::difference(d.0, c.0), Wide::difference(d.1, c.1));
    let apart = (Wide::difference(c.0, a.0), Wide::difference(c.1, a.1));
    let cross = |one: (Wide, Wide), other: (Wide, Wide)| one.0.times(other.1).minus(one.1.times(other.0));
    let share = cross(apart, across).over(cross(along, across));
    let place = |start: f64, way: Wide, low: f64, high: f64| {
        let place = Wide::of(start).plus(share.times(way)).high;
        place.max(low).min(high)
    };
    // Rounding must not carry the point out of the bounds of the two.
    let low = |i: f64, j: f64, k: f64, l: f64| i.min(j).max(k.min(l));
    let high = |i: f64, j: f64, k: f64, l: f64| i.max(j).min(k.max(l));
    (
        place(a.0, along.0, low(a.0, b.0, c.0, d.0), high(a.0, b.0, c.0, d.0)),
        place(a.1, along.1, low(a.1, b.1, c.1, d.1), high(a.1, b.1, c.1, d.1)),
    )
}

/// The distance of a point to an edge, and how far along the edge its foot is, 0 to 1 within.
pub fn distance_and_share(point: Xy, (start, end): (Xy, Xy)) -> (f64, f64) {
    let way = (end.0 - start.0, end.1 - start.1);
    let to_point = (point.0 - start.0, point.1 - start.1);
    let squared = way.0 * way.0 + way.1 * way.1;
    let share = (to_point.0 * way.0 + to_point.1 * way.1) / squared;
    ((to_point.0 * way.1 - to_point.1 * way.0).abs() / squared.sqrt(), share)
}

/// A number of twice the digits: the sum of two.
#[derive(Clone, Copy)]
struct Wide {
    high: f64,
    low: f64,
}

impl Wide {
    fn of(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }

    /// Exact.
    fn sum(one: f64, other: f64) -> Self {
        let high = one + other;
        let part = high - one;
        let low = (one - (high - part)) + (other - part);
        Self { high, low }
    }

    fn difference(one: f64, other: f64) -> Self {
        Self::sum(one, -other)
    }

    /// Exact.
    fn product(one: f64, other: f64) -> Self {
        /// 2^27 + 1 cuts the 53 digits of a number in two.
        const CUT: f64 = 134_217_729.0;
        let halves = |value: f64| {
            let cut = CUT * value;
            let high = cut - (cut - value);
            (high, value - high)
        };
        let high = one * other;
        let ((one_high, one_low), (other_high, other_low)) = (halves(one), halves(other));
        let rest = ((one_high * other_high - high) + one_high * other_low + one_low * other_high) + one_low * other_low;
        Self { high, low: rest }
    }

    fn plus(self, other: Self) -> Self {
        let sum = Self::sum(self.high, other.high);
        Self::sum(sum.high, sum.low + self.low + other.low)
    }

    fn minus(self, other: Self) -> Self {
        self.plus(Self {
            high: -other.high,
            low: -other.low,
        })
    }

    fn times(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        Self::sum(
            product.high,
            product.low + self.high * other.low + self.low * other.high,
        )
    }

    fn over(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self.minus(Self::of(first).times(other));
        Self::sum(first, rest.high / other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_are_exact_where_they_can_be() {
        assert_eq!(crossing(((0.0, 0.0), (2.0, 2.0)), ((0.0, 2.0), (2.0, 0.0))), (1.0, 1.0));
        let (x0, y0) = (200_000.125, 500_000.25);
        let (one, other) = (((x0, y0), (x0 + 8.0, y0 + 8.0)), ((x0, y0 + 8.0), (x0 + 8.0, y0)));
        assert_eq!(crossing(one, other), (x0 + 4.0, y0 + 4.0));
        assert_eq!(crossing(other, one), (x0 + 4.0, y0 + 4.0));
    }
}
