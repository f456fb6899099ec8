//! From edges to lines.

use super::edge::Edge;
use super::sweep::NONE;
use super::vertices::Vertices;

/// Points at which lines end: ends of the lines that came in, and wherever lines and rings meet.
pub fn ends(edges: &[Edge], line_ends: &[u32], vertices: &Vertices) -> Vec<bool> {
    let mut n_strings = vec![0_u32; vertices.len()];
    for edge in edges {
        n_strings[edge.from as usize] += edge.n_strings;
        n_strings[edge.to as usize] += edge.n_strings;
    }
    let mut is_end: Vec<bool> = n_strings.into_iter().map(|n_strings| n_strings != 2).collect();
    for end in line_ends {
        is_end[*end as usize] = true;
    }
    is_end
}

/// Joins edges to lines, up to the points where lines end.
pub fn joined(edges: &[Edge], is_end: &[bool]) -> Vec<Vec<u32>> {
    // The one or two edges at points where lines do not end.
    let mut at_points = vec![[NONE; 2]; is_end.len()];
    for (idx, edge) in (0_u32..).zip(edges) {
        for point in [edge.from, edge.to] {
            let places = &mut at_points[point as usize];
            if !is_end[point as usize] {
                let place = usize::from(places[0] != NONE);
                places[place] = idx;
            }
        }
    }
    let next = |edge: u32, point: u32| {
        let places = at_points[point as usize];
        let other = if places[0] == edge { places[1] } else { places[0] };
        (other != NONE && !is_end[point as usize]).then_some(other)
    };
    let mut is_used = vec![false; edges.len()];
    let mut lines = Vec::new();
    for (idx, edge) in (0_u32..).zip(edges) {
        if is_used[idx as usize] {
            continue;
        }
        is_used[idx as usize] = true;
        let mut extended = |from: u32| {
            let mut points = vec![from];
            let (mut edge_idx, mut point) = (idx, from);
            while let Some(next_idx) = next(edge_idx, point) {
                if is_used[next_idx as usize] {
                    break;
                }
                is_used[next_idx as usize] = true;
                let next_edge = &edges[next_idx as usize];
                point = if next_edge.from == point {
                    next_edge.to
                } else {
                    next_edge.from
                };
                points.push(point);
                edge_idx = next_idx;
            }
            points
        };
        let ahead = extended(edge.to);
        let mut line = extended(edge.from);
        line.reverse();
        line.extend(ahead);
        lines.push(line);
    }
    lines
}
