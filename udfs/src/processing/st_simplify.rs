//! `st_simplify`.

use super::collapse::{Role, with_lines};
use crate::function::{Argument, ArgumentKind, Returns, SpatialFunction};
use crate::geometry::{Coord, Geometry};
use crate::measures::edge::Edge;

/// The geometry with fewer points.
pub const ST_SIMPLIFY: SpatialFunction = SpatialFunction {
    name: "st_simplify",
    aliases: &[],
    about: "Returns the geometry without points that are no farther than a tolerance from the line without them (Douglas and Peucker); what collapses vanishes, NULL when nothing is left. The answer may cross itself. Z and M are kept.",
    example: "SELECT st_astext(st_simplify('LINESTRING(0 0,1 0.1,2 0)', 0.5))",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::number("tolerance", "Units of the CRS."),
        Argument::new(
            "preserve_collapsed",
            ArgumentKind::Boolean,
            "Whether lines and shells that would collapse are kept.",
        )
        .optional(),
    ],
    returns: Returns::Geometry,
    call: |call| call.geometries(|row| Ok(simplified(row.geometry(0)?, row.number(1), row.boolean(2)))),
};

/// The geometry with fewer points; `None` when it collapses.
///
/// # Source
///
/// Douglas and Peucker, "Algorithms for the reduction of the number of points required to represent a digitized line", 1973.
pub fn simplified(geometry: Geometry, tolerance: f64, preserve_collapsed: bool) -> Option<Geometry> {
    if geometry.is_empty() {
        return Some(geometry);
    }
    let simpler = with_lines(geometry, |coords, role| {
        let at_least = match role {
            Role::Line => 2,
            Role::Shell if preserve_collapsed => 4,
            Role::Shell | Role::Hole => 0,
        };
        let n_before = coords.len();
        let kept = simplify(coords, tolerance.max(0.0), at_least);
        let collapsed = role == Role::Line && n_before > 2 && kept.len() == 2 && same_place(kept[0], kept[1]);
        (preserve_collapsed || !collapsed).then_some(kept)
    });
    (!simpler.is_empty()).then_some(simpler)
}

fn same_place(one: Coord, other: Coord) -> bool {
    (one.x, one.y) == (other.x, other.y)
}

fn simplify(coords: Vec<Coord>, tolerance: f64, at_least: usize) -> Vec<Coord> {
    if coords.len() < 3 || coords.len() <= at_least {
        return coords;
    }
    let mut is_kept = vec![false; coords.len()];
    let mut n_kept = 2;
    let mut first = 0;
    let mut ends = Vec::new();
    let mut last = coords.len() - 1;
    is_kept[first] = true;
    is_kept[last] = true;
    loop {
        let limit = if n_kept < at_least { -1.0 } else { tolerance * tolerance };
        if let Some(middle) = farthest(&coords, first, last, limit) {
            is_kept[middle] = true;
            n_kept += 1;
            ends.push(last);
            last = middle;
            continue;
        }
        first = last;
        let Some(end) = ends.pop() else {
            break;
        };
        last = end;
    }
    let kept = coords.into_iter().zip(is_kept);
    kept.filter_map(|(coord, is_kept)| is_kept.then_some(coord)).collect()
}

/// The point between two that is farthest from the edge between them, where that is more than a limit.
fn farthest(coords: &[Coord], first: usize, last: usize, limit: f64) -> Option<usize> {
    let edge = Edge {
        start: (coords[first].x, coords[first].y),
        end: (coords[last].x, coords[last].y),
    };
    let mut found = None;
    let mut most = limit;
    for (idx, coord) in coords.iter().enumerate().take(last).skip(first + 1) {
        let squared = edge.nearest_to((coord.x, coord.y)).squared;
        if squared > most {
            most = squared;
            found = Some(idx);
        }
    }
    found
}
