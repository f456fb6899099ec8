//! Geometries in the cells of a tile.

use std::collections::HashSet;

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::{Precision, Solver};
use i_overlay::i_float::int::point::IntPoint;

use super::grid::Grid;
use super::{line_clip, ring_clip};
use crate::geometry::{Bounds, Coord, Geometry, Kind, Shape, Wkb};
use crate::{Error, Result};

type Xy = (f64, f64);

/// The geometry in whole cells of the grid, cut to its window; `None` when nothing of it is left.
///
/// Polygons stay valid: where rounding makes their borders touch or cross, they are rebuilt on the grid, and what has no
/// area is gone. Of a collection, the members of the largest dimension are taken.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is NaN or infinite.
pub fn snapped(geometry: &Wkb<'_>, grid: &Grid) -> Result<Option<Geometry>> {
    let Some(bounds) = geometry.bounds() else {
        return Ok(None);
    };
    if !geometry.is_finite() {
        return Err(Error::NotFinite {
            x: bounds.xmin,
            y: bounds.ymin,
        });
    }
    let mut simple = Vec::new();
    geometry.for_each_simple(&mut |part| simple.push(part));
    simple.retain(|part| !part.is_empty());
    let Some(kind) = simple.iter().map(Wkb::kind).max() else {
        return Ok(None);
    };
    let is_dot = kind != Kind::Point && grid.is_dot(&bounds);
    if is_dot || (grid.is_clipped() && !grid.window().intersects(&cells(&bounds, grid).grown(1.0))) {
        return Ok(None);
    }
    simple.retain(|part| part.kind() == kind);
    let shape = match kind {
        Kind::Point => points(&simple, grid),
        Kind::LineString => lines(&simple, grid),
        _ => polygons(&simple, grid),
    };
    Ok(shape.map(Geometry::xy))
}

fn cells(bounds: &Bounds, grid: &Grid) -> Bounds {
    Bounds::of_corners(
        grid.place(&Coord::xy(bounds.xmin, bounds.ymin)),
        grid.place(&Coord::xy(bounds.xmax, bounds.ymax)),
    )
}

/// Each cell once.
fn points(simple: &[Wkb<'_>], grid: &Grid) -> Option<Shape> {
    let mut seen = HashSet::new();
    let mut points = Vec::new();
    for coord in simple.iter().filter_map(Wkb::point) {
        let (x, y) = rounded(grid.place(&coord));
        if grid.window().covers_point(x, y) && seen.insert((x.to_bits(), y.to_bits())) {
            points.push(Some(Coord::xy(x, y)));
        }
    }
    match points.as_slice() {
        [] => None,
        [point] => Some(Shape::Point(*point)),
        _ => Some(Shape::MultiPoint(points)),
    }
}

fn lines(simple: &[Wkb<'_>], grid: &Grid) -> Option<Shape> {
    let mut lines: Vec<Vec<Coord>> = Vec::new();
    for part in simple {
        let mut line: Vec<Xy> = part.coords().iter().map(|coord| rounded(grid.place(&coord))).collect();
        line.dedup();
        for piece in line_clip::clipped(&line, grid.window()) {
            let mut piece: Vec<Coord> = piece.into_iter().map(rounded).map(|(x, y)| Coord::xy(x, y)).collect();
            piece.dedup();
            lines.extend((piece.len() > 1).then_some(piece));
        }
    }
    match lines.len() {
        0 => None,
        1 => lines.pop().map(Shape::LineString),
        _ => Some(Shape::MultiLineString(lines)),
    }
}

fn polygons(simple: &[Wkb<'_>], grid: &Grid) -> Option<Shape> {
    let options = IntOverlayOptions::ogc();
    let solver = Solver::with_precision(Precision::ABSOLUTE);
    let mut overlay = Overlay::new_custom(64, options, solver);
    let window = grid.window();
    for part in simple {
        for (idx, ring) in part.rings().enumerate() {
            let mut ring: Vec<Xy> = ring.iter().map(|coord| grid.place(&coord)).collect();
            ring.pop();
            if (twice_area(&ring) < 0.0) == (idx == 0) {
                ring.reverse();
            }
            // Cut before rounding: what is rounded afterwards stays within the window, whose sides are whole numbers.
            let is_within = ring.iter().all(|(x, y)| window.covers_point(*x, *y));
            let ring = if is_within {
                ring
            } else {
                ring_clip::clipped(&ring, window)
            };
            let contour: Vec<IntPoint> = ring.into_iter().map(int_point).collect();
            overlay.add_contour(&contour, ShapeType::Subject);
        }
    }
    let shapes = overlay.overlay(OverlayRule::Subject, FillRule::NonZero);
    let closed = |contour: Vec<IntPoint>| -> Vec<Coord> {
        let first = contour.first().copied();
        let points = contour.into_iter().chain(first);
        points
            .map(|point| Coord::xy(f64::from(point.x), f64::from(point.y)))
            .collect()
    };
    let mut polygons: Vec<Vec<Vec<Coord>>> = Vec::new();
    for contours in shapes {
        polygons.push(contours.into_iter().map(closed).collect());
    }
    match polygons.len() {
        0 => None,
        1 => polygons.pop().map(Shape::Polygon),
        _ => Some(Shape::MultiPolygon(polygons)),
    }
}

/// Above 0 when the ring, whose last point is not repeated, turns from x to y.
fn twice_area(ring: &[Xy]) -> f64 {
    let Some((x0, y0)) = ring.first().copied() else {
        return 0.0;
    };
    let mut sum = 0.0;
    for edge in ring.windows(2) {
        if let [(x1, y1), (x2, y2)] = *edge {
            sum += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
        }
    }
    sum
}

fn rounded((x, y): Xy) -> Xy {
    // Adding 0 makes 0 of -0.
    (x.round_ties_even() + 0.0, y.round_ties_even() + 0.0)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "cut to the window, which is within 32 bits"
)]
fn int_point(place: Xy) -> IntPoint {
    let (x, y) = rounded(place);
    IntPoint::new(x as i32, y as i32)
}
