//! A square of the plane in which a projection is a polynomial.

/// Coefficients of u⁰…u³ times v⁰…v³.
type Coefficients = [[f64; 4]; 4];

/// Where the polynomial may leave the projection, in the units of the target.
const TOLERANCE: f64 = 1e-7;

/// A square in which both coordinates of a projection are polynomials of the third degree in each direction.
#[derive(Clone)]
pub struct Cell {
    centre: (f64, f64),
    half_size: f64,
    x: Coefficients,
    y: Coefficients,
}

impl Cell {
    /// Fits the polynomials to a projection at the Chebyshev nodes; `None` when the projection fails in the square, or
    /// is not met within the tolerance.
    pub fn fit(centre: (f64, f64), half_size: f64, project: impl Fn(f64, f64) -> Option<(f64, f64)>) -> Option<Self> {
        let nodes = [1.0, 3.0, 5.0, 7.0].map(|k: f64| (k * std::f64::consts::PI / 8.0).cos());
        let mut cell = Self {
            centre,
            half_size,
            x: Coefficients::default(),
            y: Coefficients::default(),
        };
        for u in nodes {
            for v in nodes {
                let (x, y) = project(centre.0 + u * half_size, centre.1 + v * half_size)?;
                let (along_u, along_v) = (weights(u), weights(v));
                for (row, weight) in along_u.iter().enumerate() {
                    for (column, other) in along_v.iter().enumerate() {
                        cell.x[row][column] += weight * other * x;
                        cell.y[row][column] += weight * other * y;
                    }
                }
            }
        }
        for (u, v) in [
            (0.0, 0.0),
            (-1.0, -1.0),
            (-1.0, 1.0),
            (1.0, -1.0),
            (1.0, 1.0),
            (0.5, -0.5),
        ] {
            let (x, y) = (centre.0 + u * half_size, centre.1 + v * half_size);
            let (expected, found) = (project(x, y)?, cell.point(x, y));
            let is_met = (expected.0 - found.0).abs() <= TOLERANCE && (expected.1 - found.1).abs() <= TOLERANCE;
            if !is_met {
                return None;
            }
        }
        Some(cell)
    }

    /// True when a point lies in the square.
    #[inline]
    pub fn holds(&self, x: f64, y: f64) -> bool {
        (x - self.centre.0).abs() <= self.half_size && (y - self.centre.1).abs() <= self.half_size
    }

    /// The projected point.
    #[inline]
    pub fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let u = (x - self.centre.0) / self.half_size;
        let v = (y - self.centre.1) / self.half_size;
        (value(&self.x, u, v), value(&self.y, u, v))
    }
}

#[inline]
fn value(coefficients: &Coefficients, u: f64, v: f64) -> f64 {
    polynomial(coefficients.map(|of_v| polynomial(of_v, v)), u)
}

#[inline]
fn polynomial(coefficients: [f64; 4], at: f64) -> f64 {
    coefficients
        .into_iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * at + coefficient)
}

/// What a value at a node adds to the coefficients of u⁰…u³: the Chebyshev polynomials there, written out in powers.
fn weights(node: f64) -> [f64; 4] {
    let t = [1.0, node, 2.0 * node * node - 1.0, (4.0 * node * node - 3.0) * node];
    let c = [t[0] / 4.0, t[1] / 2.0, t[2] / 2.0, t[3] / 2.0];
    [c[0] - c[2], c[1] - 3.0 * c[3], 2.0 * c[2], 4.0 * c[3]]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn cubics_are_met_and_corners_are_not() {
        let cubic = |x: f64, y: f64| Some((x.powi(3) - 2.0 * x * y + 7.0, y.powi(3) * x.powi(2) + 1.0));
        let cell = Cell::fit((1.0, 2.0), 0.5, cubic).unwrap();
        for (x, y) in [(0.6, 1.7), (1.0, 2.0), (1.4, 2.5)] {
            let (expected, found) = (cubic(x, y).unwrap(), cell.point(x, y));
            assert!((expected.0 - found.0).abs() < 1e-12 && (expected.1 - found.1).abs() < 1e-12);
        }
        assert!(cell.holds(1.5, 1.5) && !cell.holds(1.51, 2.0) && !cell.holds(f64::NAN, 2.0));
        assert!(Cell::fit((0.0, 0.0), 1.0, |x, y| Some((x.abs(), y))).is_none());
        assert!(Cell::fit((0.0, 0.0), 1.0, |x, y| (x < 0.5).then_some((x, y))).is_none());
    }
}
