//! Points of the plane with numbers, the same number for the same point.

use datafusion::common::HashMap;

/// x and y.
pub type Xy = (f64, f64);

/// Points that are told apart by their number.
#[derive(Debug, Default)]
pub struct Vertices {
    coords: Vec<Xy>,
    numbers: HashMap<[u64; 2], u32>,
}

impl Vertices {
    /// The number of a point, which it gets now when it is new.
    pub fn number(&mut self, (x, y): Xy) -> u32 {
        // -0 and 0 are one place.
        let point = (x + 0.0, y + 0.0);
        let key = [point.0.to_bits(), point.1.to_bits()];
        // More points than 32 bits count would take 64 GiB.
        let next = u32::try_from(self.coords.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.coords.push(point);
        }
        number
    }

    /// The point of a number.
    #[inline]
    pub fn xy(&self, number: u32) -> Xy {
        self.coords[number as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.coords.len()
    }

    /// The largest coordinate, without its sign.
    pub fn magnitude(&self) -> f64 {
        let largest = |largest: f64, (x, y): &Xy| largest.max(x.abs()).max(y.abs());
        self.coords.iter().fold(0.0, largest)
    }
}
