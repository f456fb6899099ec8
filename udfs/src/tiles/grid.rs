//! The grid of a tile.

use crate::geometry::{Bounds, Coord};
use crate::{Error, Result};

/// The largest extent and buffer: what is clipped to them stays far within 32 bits.
const MAX_CELLS: i64 = 1 << 26;
/// Where tile coordinates end that are not clipped to the tile.
const FAR_CELLS: f64 = (1_u32 << 28) as f64;

/// Cells that a rectangle of the map is divided into, x eastward and y southward from its north-west corner.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    bounds: Bounds,
    x_scale: f64,
    y_scale: f64,
    window: Bounds,
    is_clipped: bool,
}

impl Grid {
    /// A grid of `extent` cells on each side. Geometries are cut `buffer` cells around it, where they are cut.
    ///
    /// # Errors
    ///
    /// [`Error::ArgumentValue`] when the rectangle has no area, the extent is not above 0, or one of the numbers is too
    /// large.
    pub fn new(bounds: Option<Bounds>, extent: i64, buffer: i64, is_clipped: bool) -> Result<Self> {
        let has_area = |bounds: &Bounds| bounds.xmin < bounds.xmax && bounds.ymin < bounds.ymax;
        let bounds = bounds.filter(has_area).ok_or_else(|| Error::ArgumentValue {
            argument: "bounds",
            expected: "a geometry with width and height",
            found: "one without".to_owned(),
        })?;
        let extent = cells("extent", "above 0 and at most 67108864", extent, 1)?;
        let buffer = cells("buffer", "at least 0 and at most 67108864", buffer, 0)?;
        let window = if is_clipped {
            Bounds::of_corners((0.0, 0.0), (extent, extent)).grown(buffer)
        } else {
            Bounds::of_corners((-FAR_CELLS, -FAR_CELLS), (FAR_CELLS, FAR_CELLS))
        };
        Ok(Self {
            bounds,
            x_scale: extent / (bounds.xmax - bounds.xmin),
            y_scale: extent / (bounds.ymax - bounds.ymin),
            window,
            is_clipped,
        })
    }

    /// A coordinate in cells, not yet rounded.
    pub fn place(&self, coord: &Coord) -> (f64, f64) {
        (
            (coord.x - self.bounds.xmin) * self.x_scale,
            (self.bounds.ymax - coord.y) * self.y_scale,
        )
    }

    /// Where geometries are cut, in cells.
    pub fn window(&self) -> &Bounds {
        &self.window
    }

    /// Whether what lies outside is wanted: then the window is only what numbers of 32 bits hold.
    pub fn is_clipped(&self) -> bool {
        self.is_clipped
    }

    /// True for what is less than half a cell wide and high: it would be a dot.
    pub fn is_dot(&self, bounds: &Bounds) -> bool {
        (bounds.xmax - bounds.xmin) * self.x_scale < 0.5 && (bounds.ymax - bounds.ymin) * self.y_scale < 0.5
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 2^26")]
fn cells(argument: &'static str, expected: &'static str, found: i64, least: i64) -> Result<f64> {
    if (least..=MAX_CELLS).contains(&found) {
        return Ok(found as f64);
    }
    Err(Error::ArgumentValue {
        argument,
        expected,
        found: found.to_string(),
    })
}
