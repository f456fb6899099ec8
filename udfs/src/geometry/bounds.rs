//! Rectangles along the axes.

/// The smallest and largest coordinates of something that is not empty, in the units of its CRS, x (easting, longitude) first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest x.
    pub xmin: f64,
    /// Smallest y.
    pub ymin: f64,
    /// Largest x.
    pub xmax: f64,
    /// Largest y.
    pub ymax: f64,
}

impl Bounds {
    /// Bounds of nothing: any point that is added becomes all of it.
    pub(crate) const NOTHING: Self = Self {
        xmin: f64::INFINITY,
        ymin: f64::INFINITY,
        xmax: f64::NEG_INFINITY,
        ymax: f64::NEG_INFINITY,
    };

    /// The bounds of two corners.
    #[must_use]
    pub fn of_corners(one: (f64, f64), other: (f64, f64)) -> Self {
        Self {
            xmin: one.0.min(other.0),
            ymin: one.1.min(other.1),
            xmax: one.0.max(other.0),
            ymax: one.1.max(other.1),
        }
    }

    /// True when no point was added.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.xmin > self.xmax || self.ymin > self.ymax
    }

    /// Takes a point in.
    pub fn add(&mut self, x: f64, y: f64) {
        self.xmin = self.xmin.min(x);
        self.ymin = self.ymin.min(y);
        self.xmax = self.xmax.max(x);
        self.ymax = self.ymax.max(y);
    }

    /// Takes other bounds in.
    pub fn add_bounds(&mut self, other: &Self) {
        self.xmin = self.xmin.min(other.xmin);
        self.ymin = self.ymin.min(other.ymin);
        self.xmax = self.xmax.max(other.xmax);
        self.ymax = self.ymax.max(other.ymax);
    }

    /// True when the two share a point, borders included.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.xmin <= other.xmax && other.xmin <= self.xmax && self.ymin <= other.ymax && other.ymin <= self.ymax
    }

    /// True when the other lies within, borders included.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.xmin <= other.xmin && other.xmax <= self.xmax && self.ymin <= other.ymin && other.ymax <= self.ymax
    }

    /// True when the point lies within, borders included.
    #[must_use]
    pub fn covers_point(&self, x: f64, y: f64) -> bool {
        self.xmin <= x && x <= self.xmax && self.ymin <= y && y <= self.ymax
    }

    /// The point in the middle.
    #[must_use]
    pub fn middle(&self) -> (f64, f64) {
        (f64::midpoint(self.xmin, self.xmax), f64::midpoint(self.ymin, self.ymax))
    }

    /// The bounds moved outward on every side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self {
            xmin: self.xmin - by,
            ymin: self.ymin - by,
            xmax: self.xmax + by,
            ymax: self.ymax + by,
        }
    }

    /// The smallest distance between points of the two; 0 where they touch.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f64 {
        let dx = (other.xmin - self.xmax).max(self.xmin - other.xmax).max(0.0);
        let dy = (other.ymin - self.ymax).max(self.ymin - other.ymax).max(0.0);
        dx.hypot(dy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Bounds = Bounds {
        xmin: 0.0,
        ymin: 0.0,
        xmax: 1.0,
        ymax: 1.0,
    };

    #[test]
    fn touching_bounds_intersect_and_nothing_intersects_nothing() {
        assert!(UNIT.intersects(&Bounds::of_corners((1.0, 1.0), (2.0, 2.0))));
        assert!(!UNIT.intersects(&Bounds::of_corners((1.1, 0.0), (2.0, 1.0))));
        assert!(!UNIT.intersects(&Bounds::NOTHING));
        assert!(Bounds::NOTHING.is_nothing());
    }

    #[test]
    fn distances_are_those_of_the_nearest_corners() {
        assert!((UNIT.distance(&Bounds::of_corners((4.0, 5.0), (9.0, 9.0))) - 5.0).abs() < 1e-12);
        assert!(UNIT.distance(&UNIT).abs() < 1e-12);
    }
}
