//! From edges around areas to polygons.

use std::cmp::Ordering;

use super::sweep::{NONE, below, order_of};
use super::vertices::{Vertices, Xy};
use crate::relations::position::side_of;
use crate::{Error, Result};

/// The rings of a polygon, the shell first, as the numbers of their points; the first point is not repeated.
pub type Rings = Vec<Vec<u32>>;

/// Joins edges that have an area on their left to polygons.
///
/// Rings do not touch themselves: where areas meet at a point only, shells are told apart, and holes are, too.
///
/// # Errors
///
/// [`Error::Unanswerable`] when the edges do not close.
pub fn polygons(edges: &[(u32, u32)], vertices: &Vertices) -> Result<Vec<Rings>> {
    let loops = Loops::trace(edges, vertices)?;
    let owners = loops.owners(edges, vertices)?;
    let mut polygons: Vec<Rings> = Vec::new();
    let mut places = vec![NONE; loops.loops.len()];
    for (idx, found) in loops.loops.iter().enumerate() {
        if found.is_shell {
            places[idx] = u32::try_from(polygons.len()).unwrap_or(NONE);
            polygons.push(vec![found.points(edges)]);
        }
    }
    for (found, owner) in loops.loops.iter().zip(owners) {
        if !found.is_shell {
            let polygon = polygons.get_mut(places[owner as usize] as usize);
            polygon.ok_or(Error::Unanswerable)?.push(found.points(edges));
        }
    }
    Ok(polygons)
}

/// A ring without a point that it passes twice.
struct Loop {
    edges: Vec<u32>,
    is_shell: bool,
    /// Loops that hang together at points and go around one area.
    outline: u32,
}

impl Loop {
    fn points(&self, edges: &[(u32, u32)]) -> Vec<u32> {
        self.edges.iter().map(|edge| edges[*edge as usize].0).collect()
    }
}

struct Loops {
    loops: Vec<Loop>,
    n_outlines: u32,
}

impl Loops {
    fn trace(edges: &[(u32, u32)], vertices: &Vertices) -> Result<Self> {
        let next = successors(edges, vertices)?;
        let mut traced = Self {
            loops: Vec::new(),
            n_outlines: 0,
        };
        let mut is_used = vec![false; edges.len()];
        // Where on the path a point is.
        let mut places = vec![NONE; vertices.len()];
        let mut path: Vec<u32> = Vec::new();
        for start in 0..edges.len() {
            let mut edge = start;
            while !is_used[edge] {
                is_used[edge] = true;
                let point = edges[edge].0 as usize;
                if places[point] != NONE {
                    let closed = path.split_off(places[point] as usize);
                    for edge in &closed {
                        places[edges[*edge as usize].0 as usize] = NONE;
                    }
                    traced.add(closed, edges, vertices);
                }
                places[point] = u32::try_from(path.len()).unwrap_or(NONE);
                path.push(u32::try_from(edge).unwrap_or(NONE));
                edge = next[edge] as usize;
            }
            if !path.is_empty() {
                for edge in &path {
                    places[edges[*edge as usize].0 as usize] = NONE;
                }
                traced.add(std::mem::take(&mut path), edges, vertices);
                traced.n_outlines += 1;
            }
        }
        Ok(traced)
    }

    fn add(&mut self, edges_of_loop: Vec<u32>, edges: &[(u32, u32)], vertices: &Vertices) {
        if edges_of_loop.len() < 3 {
            return;
        }
        let first = leftmost(&edges_of_loop, edges, vertices);
        let (before, at, after) = around(&edges_of_loop, first, edges, vertices);
        let is_shell = side_of(before, at, after) > 0.0;
        self.loops.push(Loop {
            edges: edges_of_loop,
            is_shell,
            outline: self.n_outlines,
        });
    }

    /// For each hole the loop that is its shell; shells have none.
    fn owners(&self, edges: &[(u32, u32)], vertices: &Vertices) -> Result<Vec<u32>> {
        let mut owners = vec![NONE; self.loops.len()];
        let mut shells = vec![(0_u32, NONE); self.n_outlines as usize];
        for (idx, found) in (0_u32..).zip(&self.loops) {
            if found.is_shell {
                let (n_shells, shell) = &mut shells[found.outline as usize];
                *n_shells += 1;
                *shell = idx;
                owners[idx as usize] = idx;
            }
        }
        for (idx, found) in self.loops.iter().enumerate() {
            if let (1, shell) = shells[found.outline as usize] {
                owners[idx] = shell;
            }
        }
        if owners.iter().all(|owner| *owner != NONE) {
            return Ok(owners);
        }
        let mut loop_of = vec![NONE; edges.len()];
        for (idx, found) in (0_u32..).zip(&self.loops) {
            found.edges.iter().for_each(|edge| loop_of[*edge as usize] = idx);
        }
        let rising: Vec<(u32, u32)> = edges.iter().map(|edge| rising(*edge, vertices)).collect();
        let below = below(&rising, vertices).below;
        for idx in 0..self.loops.len() {
            let mut chain = Vec::new();
            let mut at = idx;
            while owners[at] == NONE {
                chain.push(at);
                if chain.len() > self.loops.len() {
                    return Err(Error::Unanswerable);
                }
                // The area around a hole goes down to the next edge below it.
                let lowest = self.loops[at].lowest(edges, vertices);
                let edge_below = below[lowest as usize];
                let next = loop_of.get(edge_below as usize).copied().unwrap_or(NONE);
                if next == NONE {
                    return Err(Error::Unanswerable);
                }
                at = next as usize;
            }
            let owner = owners[at];
            for idx in chain {
                owners[idx] = owner;
            }
        }
        Ok(owners)
    }
}

impl Loop {
    /// The lower of the two edges at the leftmost point.
    fn lowest(&self, edges: &[(u32, u32)], vertices: &Vertices) -> u32 {
        let first = leftmost(&self.edges, edges, vertices);
        let (before, at, after) = around(&self.edges, first, edges, vertices);
        let previous = self.edges[(first + self.edges.len() - 1) % self.edges.len()];
        if side_of(at, before, after) > 0.0 {
            previous
        } else {
            self.edges[first]
        }
    }
}

fn rising((from, to): (u32, u32), vertices: &Vertices) -> (u32, u32) {
    if order_of(vertices.xy(from), vertices.xy(to)).is_lt() {
        (from, to)
    } else {
        (to, from)
    }
}

/// The place in a loop of the edge that starts at the leftmost point, the lowest of these.
fn leftmost(edges_of_loop: &[u32], edges: &[(u32, u32)], vertices: &Vertices) -> usize {
    let point = |edge: u32| vertices.xy(edges[edge as usize].0);
    let places = edges_of_loop.iter().enumerate();
    let first = places.min_by(|(_, one), (_, other)| order_of(point(**one), point(**other)));
    first.map_or(0, |(place, _)| place)
}

/// The point at a place of a loop with its neighbours.
fn around(edges_of_loop: &[u32], place: usize, edges: &[(u32, u32)], vertices: &Vertices) -> (Xy, Xy, Xy) {
    let n_edges = edges_of_loop.len();
    let edge = |place: usize| edges[edges_of_loop[place % n_edges] as usize];
    let (before, at) = (edge(place + n_edges - 1), edge(place));
    (vertices.xy(before.0), vertices.xy(at.0), vertices.xy(at.1))
}

/// For each edge the one that goes on along the same area.
fn successors(edges: &[(u32, u32)], vertices: &Vertices) -> Result<Vec<u32>> {
    // The edges that leave each point, counterclockwise.
    let mut leaving: Vec<u32> = (0_u32..).zip(edges).map(|(idx, _)| idx).collect();
    leaving.sort_by(|one, other| {
        let ((from, one), (other_from, other)) = (edges[*one as usize], edges[*other as usize]);
        let by_angle = || by_angle(vertices.xy(from), vertices.xy(one), vertices.xy(other));
        from.cmp(&other_from).then_with(by_angle)
    });
    let mut starts = vec![0_u32; vertices.len() + 1];
    let mut n_entering = vec![0_u32; vertices.len()];
    for (from, to) in edges {
        starts[*from as usize + 1] += 1;
        n_entering[*to as usize] += 1;
    }
    for point in 0..vertices.len() {
        if starts[point + 1] != n_entering[point] {
            return Err(Error::Unanswerable);
        }
        starts[point + 1] += starts[point];
    }
    let successor = |(from, to): &(u32, u32)| {
        let choices = &leaving[starts[*to as usize] as usize..starts[*to as usize + 1] as usize];
        let (at, back) = (vertices.xy(*to), vertices.xy(*from));
        // Clockwise from where we came from there is area up to the next edge.
        let place = choices.partition_point(|edge| by_angle(at, vertices.xy(edges[*edge as usize].1), back).is_lt());
        if place == 0 {
            choices[choices.len() - 1]
        } else {
            choices[place - 1]
        }
    };
    Ok(edges.iter().map(successor).collect())
}

/// The order of two directions from a point, counterclockwise from the right.
pub fn by_angle(from: Xy, one: Xy, other: Xy) -> Ordering {
    let is_below = |point: Xy| (point.1, point.0) < (from.1, from.0);
    is_below(one)
        .cmp(&is_below(other))
        .then_with(|| 0_f64.total_cmp(&(side_of(from, one, other) + 0.0)))
}
