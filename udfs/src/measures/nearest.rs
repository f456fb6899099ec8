//! The nearest points of two geometries, from their bytes.

use super::edge::{Nearest, Xy, edges, for_each_edge, squared_bounds_distance};
use super::edge_tree::EdgeTree;
use crate::geometry::{Bounds, Kind, Wkb};
use crate::relations::position::{Position, in_polygon};
use crate::{Error, Result};

/// Pairs of edges that are compared one by one; beyond, trees pay.
const FEW_PAIRS: usize = 4096;

/// The nearest points of two geometries that are nearer than `at_most`; `None` when there are none, or one is EMPTY.
/// Stops at the first two that are `enough` or less apart. Areas include what is inside of them.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is infinite.
pub fn nearest(one: &Wkb<'_>, other: &Wkb<'_>, at_most: f64, enough: f64) -> Result<Option<Nearest>> {
    if let (Some(one), Some(other)) = (one.point(), other.point()) {
        let found = Nearest::of_points((one.x, one.y), (other.x, other.y));
        return Ok(finite(found)?.filter(|found| found.squared < at_most * at_most));
    }
    let (Some(one_bounds), Some(other_bounds)) = (one.bounds(), other.bounds()) else {
        return Ok(None);
    };
    check_finite(&one_bounds)?;
    check_finite(&other_bounds)?;
    let nobody = (f64::NAN, f64::NAN);
    let worst = Nearest {
        squared: at_most * at_most,
        one: nobody,
        other: nobody,
    };
    if squared_bounds_distance(&one_bounds, &other_bounds) >= worst.squared {
        return Ok(None);
    }
    if one_bounds.intersects(&other_bounds) {
        let inside = part_inside(one, other).or_else(|| part_inside(other, one));
        if let Some(point) = inside {
            return Ok(Some(Nearest::of_points(point, point)));
        }
    }
    let n_pairs = n_coords(one).saturating_mul(n_coords(other));
    let found = if n_pairs <= FEW_PAIRS {
        nearest_of_few(one, &one_bounds, other, &other_bounds, worst, enough * enough)
    } else {
        let trees = (EdgeTree::build(edges(one)), EdgeTree::build(edges(other)));
        let (Some(one), Some(other)) = trees else {
            return Ok(None);
        };
        one.nearest(&other, worst, enough * enough)
    };
    Ok(Some(found).filter(|found| !found.one.0.is_nan()))
}

fn nearest_of_few(
    one: &Wkb<'_>,
    one_bounds: &Bounds,
    other: &Wkb<'_>,
    other_bounds: &Bounds,
    worst: Nearest,
    enough: f64,
) -> Nearest {
    if other.kind() == Kind::Point && one.kind() != Kind::Point {
        return nearest_of_few(other, other_bounds, one, one_bounds, worst, enough).swapped();
    }
    let mut best = worst;
    if let Some(point) = one.point() {
        for_each_edge(other, &mut |edge| {
            let found = edge.nearest_to((point.x, point.y));
            if found.squared < best.squared {
                best = found;
            }
        });
        return best;
    }
    let others = edges(other);
    for_each_edge(one, &mut |edge| {
        let bounds = edge.bounds();
        if best.squared <= enough || squared_bounds_distance(&bounds, other_bounds) >= best.squared {
            return;
        }
        for other in &others {
            if squared_bounds_distance(&bounds, &other.bounds()) < best.squared {
                let found = edge.nearest(other);
                if found.squared < best.squared {
                    best = found;
                }
            }
        }
    });
    best
}

/// The first coordinate of a part of `parts` that lies in a polygon of `areas`. A part that has its first coordinate outside
/// meets the border, or nothing.
fn part_inside(areas: &Wkb<'_>, parts: &Wkb<'_>) -> Option<Xy> {
    let mut found = None;
    areas.for_each_simple(&mut |area| {
        if area.kind() != Kind::Polygon || found.is_some() {
            return;
        }
        let Some(bounds) = area.bounds() else {
            return;
        };
        parts.for_each_simple(&mut |part| {
            let first = match part.kind() {
                Kind::Polygon => part.rings().next().and_then(|shell| shell.xy(0)),
                _ => part.coords().xy(0),
            };
            if let Some(point) = first
                && found.is_none()
                && bounds.covers_point(point.0, point.1)
                && in_polygon(point, &area) != Position::Outside
            {
                found = Some(point);
            }
        });
    });
    found
}

fn n_coords(geometry: &Wkb<'_>) -> usize {
    let mut count = 0;
    geometry.for_each_coords(&mut |coords| count += coords.len());
    count
}

fn check_finite(bounds: &Bounds) -> Result<()> {
    for (x, y) in [(bounds.xmin, bounds.ymin), (bounds.xmax, bounds.ymax)] {
        if !x.is_finite() || !y.is_finite() {
            return Err(Error::NotFinite { x, y });
        }
    }
    Ok(())
}

fn finite(found: Nearest) -> Result<Option<Nearest>> {
    for (x, y) in [found.one, found.other] {
        if !x.is_finite() || !y.is_finite() {
            return Err(Error::NotFinite { x, y });
        }
    }
    Ok(Some(found))
}
