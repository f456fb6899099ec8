//! Random numbers that are the same on every machine and for ever: a sample is reproduced from its seed alone.

/// A stream of random numbers (`SplitMix64`).
///
/// # Source
///
/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). The streams of general-purpose crates may
/// change with a release, these may not.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for each list of keys.
    pub fn new(keys: &[u64]) -> Self {
        Self(
            keys.iter()
                .fold(0x9e37_79b9_7f4a_7c15, |state, key| mix(state ^ mix(*key))),
        )
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        unit(self.bits())
    }

    /// The next number in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// The next index below `count`; 0 when `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        let scaled = (u128::from(self.bits()) * count as u128) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// True with the probability `share`.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// `count` on average: its whole part, and one more with the probability of its fraction.
    pub fn about(&mut self, count: f64) -> usize {
        let whole = count.max(0.0).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small whole number"
        )]
        let whole_count = whole as usize;
        whole_count + usize::from(self.chance(count - whole))
    }

    /// An index drawn by weights; 0 when they are empty.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (idx, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return idx;
            }
        }
        weights.len().saturating_sub(1)
    }
}

/// A smooth field over the plane in [0, 1], with hills about `wavelength_m` apart.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Tells one field from another.
    pub key: u64,
    /// Distance from hill to hill in metres.
    pub wavelength_m: f64,
}

impl Field {
    /// The field's value at a point.
    pub fn at(&self, [x, y]: [f64; 2]) -> f64 {
        let (column, row) = (x / self.wavelength_m, y / self.wavelength_m);
        let (left, below) = (column.floor(), row.floor());
        let (across, up) = (ease(column - left), ease(row - below));
        let corner = |dx: f64, dy: f64| {
            let key = mix((left + dx).to_bits() ^ mix((below + dy).to_bits() ^ mix(self.key)));
            unit(key)
        };
        let lower = corner(0.0, 0.0) * (1.0 - across) + corner(1.0, 0.0) * across;
        let upper = corner(0.0, 1.0) * (1.0 - across) + corner(1.0, 1.0) * across;
        lower * (1.0 - up) + upper * up
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

fn ease(share: f64) -> f64 {
    share * share * (3.0 - 2.0 * share)
}
