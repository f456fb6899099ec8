//! The areas that edges cut the plane into.

use std::cmp::Ordering;

use super::sets::Sets;
use crate::overlay::edge::{Edge, Rising};
use crate::overlay::rings::by_angle;
use crate::overlay::sweep::{NONE, below};
use crate::overlay::vertices::Vertices;

/// An edge, and how many edges must be crossed to come from outside to the areas on its two sides.
#[derive(Clone, Copy, Debug)]
pub struct Depths {
    /// Where the edge starts; it runs from left to right, or upward.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// On its left.
    pub above: u32,
    /// On its right.
    pub below: u32,
}

/// The depths on both sides of edges that share nothing but their ends.
pub fn depths(edges: Vec<Edge>, vertices: &Vertices) -> Vec<Depths> {
    let rising = edges.into_iter().map(|edge| Rising::new(edge, vertices).edge);
    let edges: Vec<(u32, u32)> = rising.map(|edge| (edge.from, edge.to)).collect();
    let mut faces = Faces::new(&edges, vertices);
    let depths = faces.depths();
    let sides = edges.iter().zip(depths.chunks_exact(2));
    sides
        .map(|((from, to), depths)| Depths {
            from: *from,
            to: *to,
            above: depths[0],
            below: depths[1],
        })
        .collect()
}

/// The sides of edges, those of one area in one set: an edge's left side has twice its number, its right side one more, and
/// behind all of them comes what is outside.
struct Faces {
    sides: Sets,
    n_sides: u32,
}

impl Faces {
    fn new(edges: &[(u32, u32)], vertices: &Vertices) -> Self {
        let n_sides = u32::try_from(2 * edges.len()).unwrap_or(NONE);
        let mut sides = Sets::new(2 * edges.len() + 1);
        for (edge, under) in (0_u32..).zip(below(edges, vertices).below) {
            sides.join(2 * edge + 1, if under == NONE { n_sides } else { 2 * under });
        }
        // Around a point each edge shares an area with the next one.
        let ends = (0_u32..)
            .zip(edges)
            .flat_map(|(idx, (from, to))| [(*from, *to, idx, 0), (*to, *from, idx, 1)]);
        let mut leaving: Vec<(u32, u32, u32, u32)> = ends.collect();
        leaving.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| around(one, other, vertices)));
        for edges in leaving.chunk_by(|one, other| one.0 == other.0) {
            for (place, one) in edges.iter().enumerate() {
                let next = edges[(place + 1) % edges.len()];
                // On the left of the one that leaves, and on the right of the next.
                sides.join(2 * one.2 + one.3, 2 * next.2 + 1 - next.3);
            }
        }
        Self { sides, n_sides }
    }

    /// The depth of each side.
    fn depths(&mut self) -> Vec<u32> {
        let outside = self.sides.find(self.n_sides);
        let faces: Vec<u32> = (0..self.n_sides).map(|side| self.sides.find(side)).collect();
        let mut sides_of: Vec<(u32, u32)> = faces.iter().copied().zip(0_u32..).collect();
        sides_of.sort_unstable();
        let mut depths = vec![NONE; faces.len() + 1];
        depths[outside as usize] = 0;
        let mut reached = vec![outside];
        let mut next = 0;
        while let Some(face) = reached.get(next).copied() {
            next += 1;
            let first = sides_of.partition_point(|(other, _)| *other < face);
            for (_, side) in sides_of[first..].iter().take_while(|(other, _)| *other == face) {
                let across = faces[(side ^ 1) as usize];
                if depths[across as usize] == NONE {
                    depths[across as usize] = depths[face as usize] + 1;
                    reached.push(across);
                }
            }
        }
        faces.iter().map(|face| depths[*face as usize]).collect()
    }
}

fn around(one: &(u32, u32, u32, u32), other: &(u32, u32, u32, u32), vertices: &Vertices) -> Ordering {
    by_angle(vertices.xy(one.0), vertices.xy(one.1), vertices.xy(other.1))
}
