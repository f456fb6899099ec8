//! `st_frechetdistance`.

use super::densify::{densified, n_parts};
use super::edge::{Xy, squared_distance};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Wkb;
use crate::{Error, Result};

/// Pairs of vertices that are compared at most: some seconds.
const MOST_PAIRS: usize = 1_000_000_000;

/// How far two lines are from running alike, in units of their CRS.
pub const ST_FRECHETDISTANCE: SpatialFunction = SpatialFunction {
    name: "st_frechetdistance",
    aliases: &[],
    about: "Returns the discrete Fréchet distance in units of the CRS: the shortest leash with which two can walk along the \
            vertices of the two geometries, each from first to last; NULL when one is EMPTY. Fails when the numbers of \
            vertices multiply to more than 10^9.",
    example: "SELECT st_frechetdistance('LINESTRING(0 0,100 0)', 'LINESTRING(0 0,50 50,100 0)')",
    arguments: &[
        Argument::geometry("geometry", "Any geometry, mostly a line."),
        Argument::geometry("other", "Another one, in the same CRS."),
        Argument::number(
            "densify_fraction",
            "Above 0, at most 1: edges are cut into parts of this fraction of their length, whose ends count as vertices.",
        )
        .optional(),
    ],
    returns: Returns::Number,
    call: |call| {
        call.numbers(|row| {
            let fraction = if row.is_given(2) { row.number(2) } else { 1.0 };
            frechet_distance(&row.wkb(0)?, &row.wkb(1)?, fraction)
        })
    },
};

/// The discrete Fréchet distance; `None` when one is EMPTY.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when the fraction is not above 0 and at most 1, or when there are too many vertices.
///
/// # Source
///
/// Eiter and Mannila, "Computing discrete Fréchet distance", CD-TR 94/64, of which one row is kept at a time.
pub fn frechet_distance(one: &Wkb<'_>, other: &Wkb<'_>, fraction: f64) -> Result<Option<f64>> {
    let n_parts = n_parts(fraction)?;
    let (one, other) = (densified(one, n_parts)?, densified(other, n_parts)?);
    if one.len().saturating_mul(other.len()) > MOST_PAIRS {
        return Err(Error::ArgumentValue {
            argument: "other",
            expected: "of at most 10^9 pairs of vertices with the first geometry",
            found: format!("{} and {} vertices", one.len(), other.len()),
        });
    }
    let mut leash: Vec<f64> = Vec::new();
    for vertex in &one {
        leash = longer(&leash, *vertex, &other);
    }
    Ok(leash.last().map(|squared| squared.sqrt()))
}

/// The squared leashes up to a vertex of the one and every vertex of the other, from those up to the vertex before.
fn longer(before: &[f64], vertex: Xy, other: &[Xy]) -> Vec<f64> {
    let mut row = Vec::with_capacity(other.len());
    for (idx, other_vertex) in other.iter().enumerate() {
        let here = squared_distance(vertex, *other_vertex);
        let left = row.last().copied();
        let above = before.get(idx).copied();
        let corner = idx.checked_sub(1).and_then(|idx| before.get(idx).copied());
        let shortest = [left, above, corner].into_iter().flatten().reduce(f64::min);
        row.push(shortest.map_or(here, |shortest| shortest.max(here)));
    }
    row
}
