//! The order in which parcels are stored.

use crate::geometry::Bounds;

const ORDER: u32 = 20;
const WEST: f64 = 122.0;
const EAST: f64 = 134.0;
const SOUTH: f64 = 32.0;
const NORTH: f64 = 40.0;

/// The position of a point along a Hilbert curve over the country: points near each other mostly have near positions.
///
/// `lon` and `lat` are degrees, EPSG:4326. The curve has order 20 over 122–134° E and 32–40° N (cells of about 1 m),
/// so positions are below 2^40. Points outside take the position of the nearest cell; NaN counts as 122° E or 32° N.
#[must_use]
pub fn hilbert_index(lon: f64, lat: f64) -> u64 {
    hilbert_position(cell(lon, WEST, EAST), cell(lat, SOUTH, NORTH))
}

/// The position of a point along a Hilbert curve of order 20 over these bounds; points outside take that of the nearest cell.
pub(crate) fn hilbert_index_within(x: f64, y: f64, bounds: &Bounds) -> u64 {
    hilbert_position(cell(x, bounds.xmin, bounds.xmax), cell(y, bounds.ymin, bounds.ymax))
}

fn hilbert_position(mut x: u32, mut y: u32) -> u64 {
    let mut position = 0;
    // Quadrant by quadrant, from the largest; the curve inside a quadrant is turned to fit its neighbours.
    for bit in (0..ORDER).rev() {
        let side = 1 << bit;
        let (right, upper) = (x & side != 0, y & side != 0);
        let quadrant = match (right, upper) {
            (false, false) => 0,
            (false, true) => 1,
            (true, true) => 2,
            (true, false) => 3,
        };
        position = (position << 2) | quadrant;
        x &= side - 1;
        y &= side - 1;
        if !upper {
            if right {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    position
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the grid; NaN becomes 0"
)]
fn cell(coordinate: f64, low: f64, high: f64) -> u32 {
    let cells = f64::from(1 << ORDER);
    ((coordinate - low) / (high - low) * cells).clamp(0.0, cells - 1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The middle of a cell of the grid.
    fn at(x: u32, y: u32) -> u64 {
        let cells = f64::from(1 << ORDER);
        let lon = WEST + (f64::from(x) + 0.5) / cells * (EAST - WEST);
        let lat = SOUTH + (f64::from(y) + 0.5) / cells * (NORTH - SOUTH);
        hilbert_index(lon, lat)
    }

    #[test]
    fn consecutive_positions_are_neighbouring_cells() {
        let side = 64;
        let mut cells: Vec<_> = (0..side)
            .flat_map(|x| (0..side).map(move |y| (at(x, y), x, y)))
            .collect();
        cells.sort_unstable();
        for (position, cell) in cells.iter().enumerate() {
            assert_eq!(cell.0, position as u64);
        }
        for pair in cells.windows(2) {
            assert_eq!(
                pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2),
                1,
                "{pair:?}"
            );
        }
    }

    #[test]
    fn the_curve_runs_from_the_south_west_to_the_south_east() {
        let last = (1 << ORDER) - 1;
        assert_eq!(at(0, 0), 0);
        assert_eq!(at(last, 0), (1 << (2 * ORDER)) - 1);
    }

    #[test]
    fn points_outside_the_grid_take_its_edge() {
        assert_eq!(hilbert_index(-500.0, f64::NEG_INFINITY), at(0, 0));
        assert_eq!(hilbert_index(f64::INFINITY, 0.0), at((1 << ORDER) - 1, 0));
        assert_eq!(hilbert_index(f64::NAN, f64::NAN), at(0, 0));
    }
}
