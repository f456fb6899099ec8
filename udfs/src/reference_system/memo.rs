//! Points that were transformed before.

use crate::Result;

/// Remembers where points went. Neighbouring parcels share the corners of their border, and a projection costs forty times as
/// much as looking a corner up.
pub struct Memo {
    /// Each point has one place, where the last one that has it too is forgotten. Their number is a power of two.
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    /// The bits of x and y.
    from: (u64, u64),
    to: (f64, f64),
}

/// The bits of a NaN, which is never asked for.
const NOTHING: Entry = Entry {
    from: (u64::MAX, u64::MAX),
    to: (0.0, 0.0),
};

/// Entries that are still in the second cache of a processor.
const MAX_ENTRIES: usize = 1 << 14;

/// The entries that are worth their memory for a geometry of a few points.
const ENTRIES_PER_ROW: usize = 16;

impl Memo {
    /// A memory for the points of so many geometries.
    pub fn new(n_rows: usize) -> Self {
        let n_entries = n_rows.saturating_mul(ENTRIES_PER_ROW).clamp(2, MAX_ENTRIES);
        Self {
            entries: vec![NOTHING; n_entries.next_power_of_two()],
        }
    }

    /// Where a point went, or goes.
    pub fn point(&mut self, x: f64, y: f64, transform: impl FnOnce() -> Result<(f64, f64)>) -> Result<(f64, f64)> {
        let from = (x.to_bits(), y.to_bits());
        // Multipliers with irregular bits. Only the uppermost bits of a product depend on all bits of its factor: a whole
        // number has zeros at its lower end, and so has the product.
        let mixed =
            from.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ from.1.wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(29);
        let place = usize::try_from(mixed >> (u64::BITS - self.entries.len().ilog2())).unwrap_or_default();
        let entry = &mut self.entries[place];
        if entry.from != from {
            *entry = Entry { from, to: transform()? };
        }
        Ok(entry.to)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_point_goes_where_it_went_before() {
        let mut memo = Memo::new(4);
        let mut n_transformed = 0;
        for round in 0..3 {
            for n in 0..8 {
                let (x, y) = (f64::from(n), -0.5);
                let found = memo.point(x, y, || {
                    n_transformed += 1;
                    Ok((x * 2.0, y))
                });
                assert_eq!(found.unwrap(), (x * 2.0, y), "round {round}");
            }
        }
        assert!((8..24).contains(&n_transformed), "{n_transformed}");
        assert!(memo.point(0.25, 0.0, || Err(crate::Error::CrsUnknown)).is_err());
        assert_eq!(memo.point(0.25, 0.0, || Ok((1.0, 1.0))).unwrap(), (1.0, 1.0));
    }
}
