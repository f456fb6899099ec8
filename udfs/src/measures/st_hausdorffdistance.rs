//! `st_hausdorffdistance`.

use super::densify::{densified, n_parts};
use super::edge::{Xy, edges};
use super::edge_tree::EdgeTree;
use crate::Result;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Wkb;

/// How far two geometries are from being the same, in units of their CRS.
pub const ST_HAUSDORFFDISTANCE: SpatialFunction = SpatialFunction {
    name: "st_hausdorffdistance",
    aliases: &[],
    about: "Returns the discrete Hausdorff distance in units of the CRS: the largest distance from a vertex of either \
            geometry to the other one, where polygons count by their borders; NULL when one is EMPTY.",
    example: "SELECT st_hausdorffdistance('LINESTRING(0 0,2 0)', 'LINESTRING(0 1,1 0,2 1)')",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
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
            hausdorff_distance(&row.wkb(0)?, &row.wkb(1)?, fraction)
        })
    },
};

/// The discrete Hausdorff distance; `None` when one is EMPTY.
///
/// # Errors
///
/// [`crate::Error::ArgumentValue`] when the fraction is not above 0 and at most 1, or asks for too many vertices.
pub fn hausdorff_distance(one: &Wkb<'_>, other: &Wkb<'_>, fraction: f64) -> Result<Option<f64>> {
    let n_parts = n_parts(fraction)?;
    let (one_vertices, other_vertices) = (densified(one, n_parts)?, densified(other, n_parts)?);
    let trees = (EdgeTree::build(edges(one)), EdgeTree::build(edges(other)));
    let (Some(one), Some(other)) = trees else {
        return Ok(None);
    };
    let there = oriented(&one_vertices, &other, 0.0);
    Ok(Some(oriented(&other_vertices, &one, there).sqrt()))
}

/// The largest squared distance from a vertex to the edges, or `at_least`.
fn oriented(vertices: &[Xy], edges: &EdgeTree, at_least: f64) -> f64 {
    vertices.iter().fold(at_least, |largest, vertex| {
        largest.max(edges.squared_distance_to(*vertex, largest))
    })
}
