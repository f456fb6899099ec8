//! Reprojection that remembers: neighbouring parcels share most of their vertices.

use pilji_udfs::ToWgs84;

/// Vertices that are remembered, a power of two; some hundred parcels have as many.
const SLOTS: usize = 1 << 13;

/// Converts vertices to degrees, EPSG:4326. The result depends on the vertex alone, so shared vertices stay shared.
pub(crate) struct Reprojector<'a> {
    to_wgs84: &'a ToWgs84,
    /// Vertices and their degrees, each in the slot that its bits give; empty until the first use.
    known: Vec<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    source: (u64, u64),
    degrees: (f64, f64),
}

impl<'a> Reprojector<'a> {
    pub(crate) fn new(to_wgs84: &'a ToWgs84) -> Self {
        Self {
            to_wgs84,
            known: Vec::new(),
        }
    }

    /// Puts the degrees of `source` into `degrees`.
    ///
    /// # Errors
    ///
    /// Fails on the first vertex that has no counterpart.
    pub(crate) fn convert(&mut self, source: &[(f64, f64)], degrees: &mut Vec<(f64, f64)>) -> pilji_udfs::Result<()> {
        if self.known.is_empty() {
            // No vertex is NaN: the empty slots match nothing.
            let source = (f64::NAN.to_bits(), f64::NAN.to_bits());
            let degrees = (f64::NAN, f64::NAN);
            self.known = vec![Known { source, degrees }; SLOTS];
        }
        degrees.clear();
        for &(x, y) in source {
            let bits = (x.to_bits(), y.to_bits());
            let slot = &mut self.known[slot(bits)];
            if slot.source != bits {
                let degrees = self.to_wgs84.transform(x, y)?;
                *slot = Known { source: bits, degrees };
            }
            degrees.push(slot.degrees);
        }
        Ok(())
    }
}

/// Multiplicative hashing: the top bits of the product depend on all bits of both coordinates.
fn slot((x, y): (u64, u64)) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (x.wrapping_mul(ODD) ^ y).wrapping_mul(ODD);
    #[expect(clippy::cast_possible_truncation, reason = "the shift leaves 13 bits")]
    {
        (mixed >> (u64::BITS - SLOTS.trailing_zeros())) as usize
    }
}

#[cfg(test)]
mod tests {
    use pilji_udfs::Crs;

    use super::*;

    #[test]
    fn remembered_vertices_equal_computed_ones() -> pilji_udfs::Result<()> {
        let to_wgs84 = ToWgs84::new(&Crs::from_epsg(5174)?)?;
        let mut reprojector = Reprojector::new(&to_wgs84);
        // More vertices than slots, twice each, so that slots are kept, replaced and filled again.
        let vertices: Vec<(f64, f64)> = (0..30_000_u32)
            .map(|number| {
                (
                    200_000.0 + f64::from(number % 173) * 3.7,
                    450_000.0 + f64::from(number) * 0.9,
                )
            })
            .flat_map(|vertex| [vertex, vertex])
            .collect();
        let mut degrees = Vec::new();
        for _ in 0..2 {
            reprojector.convert(&vertices, &mut degrees)?;
            assert_eq!(degrees.len(), vertices.len());
            for (&(x, y), degrees) in vertices.iter().zip(&degrees) {
                assert_eq!(*degrees, to_wgs84.transform(x, y)?);
            }
        }
        assert!(reprojector.convert(&[(f64::INFINITY, 0.0)], &mut degrees).is_err());
        Ok(())
    }

    #[test]
    fn neighbouring_vertices_take_different_slots() {
        let mut taken = vec![0; SLOTS];
        for row in 0..64_u32 {
            for column in 0..64_u32 {
                let vertex = (200_000.0 + f64::from(column) * 10.0, 450_000.0 + f64::from(row) * 10.0);
                taken[slot((vertex.0.to_bits(), vertex.1.to_bits()))] += 1;
            }
        }
        // 4,096 vertices in 8,192 slots: at random, some 20 % fall on a taken slot.
        let alone = taken.iter().filter(|count| **count > 0).count();
        assert!(alone > 2_800, "{alone}");
    }
}
