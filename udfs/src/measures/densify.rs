//! Vertices of geometries, with more of them along the edges.

use super::edge::Xy;
use crate::geometry::Wkb;
use crate::{Error, Result};

/// Vertices of one geometry.
const MOST_VERTICES: usize = 10_000_000;

/// The parts that a fraction of an edge's length cuts it into.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when the fraction is not above 0 and at most 1.
pub fn n_parts(fraction: f64) -> Result<usize> {
    if fraction > 0.0 && fraction <= 1.0 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 1; larger than usize is its end"
        )]
        return Ok((1.0 / fraction).round() as usize);
    }
    Err(Error::ArgumentValue {
        argument: "densify_fraction",
        expected: "above 0 and at most 1",
        found: fraction.to_string(),
    })
}

/// The vertices of a geometry, edges cut into so many parts.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when there would be more than ten millions.
pub fn densified(geometry: &Wkb<'_>, n_parts: usize) -> Result<Vec<Xy>> {
    let mut n_coords = 0_usize;
    geometry.for_each_coords(&mut |coords| n_coords += coords.len());
    if n_coords.saturating_mul(n_parts) > MOST_VERTICES.max(n_coords) {
        return Err(Error::ArgumentValue {
            argument: "densify_fraction",
            expected: "large enough to leave at most 10,000,000 vertices",
            found: format!("{n_parts} parts of each of {n_coords} edges"),
        });
    }
    let mut vertices = Vec::with_capacity(n_coords.saturating_mul(n_parts));
    geometry.for_each_coords(&mut |coords| {
        let mut before: Option<Xy> = None;
        coords.for_each_xy(|x, y| {
            if let Some((x0, y0)) = before {
                #[expect(clippy::cast_precision_loss, reason = "at most ten millions")]
                let inner = (1..n_parts).map(|part| {
                    let part = part as f64 / n_parts as f64;
                    (x0 + part * (x - x0), y0 + part * (y - y0))
                });
                vertices.extend(inner);
            }
            vertices.push((x, y));
            before = Some((x, y));
        });
    });
    Ok(vertices)
}
