//! The order in which parcels are stored.

use crate::geometry::Bounds;

/// The curve halves each side so many times.
pub(crate) const ORDER: u32 = 20;
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

fn hilbert_position(x: u32, y: u32) -> u64 {
    let mut position = 0;
    let mut turn = 0;
    for level in (0..ORDER / LEVELS).rev() {
        let bits = |of: u32| (of >> (level * LEVELS)) as usize % SIDE;
        let step = STEPS[turn][bits(x) * SIDE + bits(y)];
        position = (position << (2 * LEVELS)) | u64::from(step.position);
        turn = step.turn as usize;
    }
    position
}

/// Levels of the curve that are walked in one step; [`ORDER`] is a multiple.
const LEVELS: u32 = 4;
/// Cells of a step to a side.
const SIDE: usize = 1 << LEVELS;

/// The way through some levels of the curve.
#[derive(Clone, Copy)]
struct Step {
    position: u8,
    /// How the curve below is turned: 1 for swapped axes, 2 for both of them running backwards.
    turn: u8,
}

/// The steps by how the curve is turned and by cell, column by column.
static STEPS: [[Step; SIDE * SIDE]; 4] = steps();

const fn steps() -> [[Step; SIDE * SIDE]; 4] {
    let mut steps = [[Step { position: 0, turn: 0 }; SIDE * SIDE]; 4];
    let mut turn = 0;
    while turn < steps.len() {
        let mut cell = 0;
        while cell < SIDE * SIDE {
            steps[turn][cell] = step(cell / SIDE, cell % SIDE, turn);
            cell += 1;
        }
        turn += 1;
    }
    steps
}

#[expect(clippy::cast_possible_truncation, reason = "a step has 256 cells and 4 turns")]
const fn step(x: usize, y: usize, mut turn: usize) -> Step {
    let mut position = 0_usize;
    let mut level = LEVELS;
    // Quadrant by quadrant, from the largest; the curve inside a quadrant is turned to fit its neighbours.
    while level > 0 {
        level -= 1;
        let (x, y) = ((x >> level) & 1, (y >> level) & 1);
        let (x, y) = if turn & 1 == 0 { (x, y) } else { (y, x) };
        let (right, upper) = (x ^ (turn >> 1), y ^ (turn >> 1));
        position = (position << 2)
            | match (right, upper) {
                (0, 0) => 0,
                (0, _) => 1,
                (_, 0) => 3,
                _ => 2,
            };
        if upper == 0 {
            turn ^= 1 | (right << 1);
        }
    }
    Step {
        position: position as u8,
        turn: turn as u8,
    }
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
