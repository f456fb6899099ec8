//! Edges between numbered points, with what they mean to the two geometries of an operation.

use super::vertices::Vertices;

/// A straight piece of a line or ring.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Where it starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What it is to each of the two geometries.
    pub roles: [Role; 2],
    /// How many lines and rings run along it.
    pub n_strings: u32,
    /// True until it was compared with all others.
    pub is_fresh: bool,
}

/// What an edge is to one geometry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Role {
    /// How many more polygons there are on its left than on its right.
    pub winding: i32,
    /// Whether a ring runs along it.
    pub is_ring: bool,
    /// Whether a line runs along it; where one does, the edge has the line's direction.
    pub is_line: bool,
}

impl Edge {
    /// An edge of a ring that has the polygon on its left.
    pub fn of_ring(from: u32, to: u32, side: usize) -> Self {
        let role = Role {
            winding: 1,
            is_ring: true,
            is_line: false,
        };
        Self::of_one(from, to, side, role)
    }

    /// An edge of a line.
    pub fn of_line(from: u32, to: u32, side: usize) -> Self {
        let role = Role {
            winding: 0,
            is_ring: false,
            is_line: true,
        };
        Self::of_one(from, to, side, role)
    }

    fn of_one(from: u32, to: u32, side: usize, role: Role) -> Self {
        let mut roles = [Role::default(); 2];
        roles[side] = role;
        Self {
            from,
            to,
            roles,
            n_strings: 1,
            is_fresh: true,
        }
    }

    /// The same edge in the other direction.
    pub fn reversed(mut self) -> Self {
        (self.from, self.to) = (self.to, self.from);
        for role in &mut self.roles {
            role.winding = -role.winding;
        }
        self
    }
}

/// An edge that runs from left to right, or upward, and whether the lines along it do so.
#[derive(Clone, Copy, Debug)]
pub struct Rising {
    /// The edge.
    pub edge: Edge,
    /// False when the first line along it runs the other way.
    pub is_with_line: bool,
}

impl Rising {
    /// The edge in its rising direction.
    pub fn new(edge: Edge, vertices: &Vertices) -> Self {
        let is_rising = vertices.xy(edge.from) < vertices.xy(edge.to);
        let edge = if is_rising { edge } else { edge.reversed() };
        Self {
            edge,
            is_with_line: is_rising,
        }
    }

    /// The edge in the direction of its line.
    pub fn along_line(self) -> Edge {
        if self.is_with_line {
            self.edge
        } else {
            self.edge.reversed()
        }
    }
}

/// Makes one edge of those between the same points, and drops those from a point to itself.
pub fn merged(edges: Vec<Edge>, vertices: &Vertices) -> Vec<Edge> {
    let edges = edges.into_iter().filter(|edge| edge.from != edge.to);
    let mut rising: Vec<Rising> = edges.map(|edge| Rising::new(edge, vertices)).collect();
    // Stable, so that of several lines along an edge the first gives its direction.
    rising.sort_by_key(|rising| (rising.edge.from, rising.edge.to));
    let mut merged: Vec<Rising> = Vec::with_capacity(rising.len());
    for next in rising {
        match merged.last_mut() {
            Some(last) if (last.edge.from, last.edge.to) == (next.edge.from, next.edge.to) => last.take_in(&next),
            _ => merged.push(next),
        }
    }
    merged.into_iter().map(Rising::along_line).collect()
}

impl Rising {
    fn take_in(&mut self, other: &Self) {
        let has_line = |rising: &Self| rising.edge.roles.iter().any(|role| role.is_line);
        if !has_line(self) && has_line(other) {
            self.is_with_line = other.is_with_line;
        }
        for (role, more) in self.edge.roles.iter_mut().zip(&other.edge.roles) {
            role.winding += more.winding;
            role.is_ring |= more.is_ring;
            role.is_line |= more.is_line;
        }
        self.edge.n_strings += other.edge.n_strings;
        self.edge.is_fresh |= other.edge.is_fresh;
    }
}
