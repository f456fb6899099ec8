//! A division of the plane into faces whose common edges are one and the same.

/// A point in metres, x first.
pub type Point = [f64; 2];

/// The absent neighbour of an edge on the outer border.
const OUTSIDE: u32 = u32::MAX;

/// Faces made of directed edges; every inner edge has a twin that runs the other way in the neighbouring face.
///
/// A vertex that is put on an edge is put into both faces, so neighbours share their borders vertex by vertex at all
/// times. Faces run counter-clockwise and are named by any of their edges.
#[derive(Debug, Default)]
pub struct Mesh {
    points: Vec<Point>,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    origin: u32,
    next: u32,
    prev: u32,
    twin: u32,
}

/// An edge of a [`Mesh`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeId(u32);

impl Mesh {
    /// Adds a face with a border that is not divided any further.
    pub fn add_ring(&mut self, ring: &[Point]) -> EdgeId {
        let first = count(self.edges.len());
        let first_point = count(self.points.len());
        let n = count(ring.len());
        self.points.extend_from_slice(ring);
        self.edges.extend((0..n).map(|idx| Edge {
            origin: first_point + idx,
            next: first + (idx + 1) % n,
            prev: first + (idx + n - 1) % n,
            twin: OUTSIDE,
        }));
        EdgeId(first)
    }

    /// The edges of a face, starting from `edge`.
    pub fn ring(&self, edge: EdgeId) -> impl Iterator<Item = EdgeId> {
        let mut at = Some(edge.0);
        std::iter::from_fn(move || {
            let this = at?;
            at = Some(self.edge(this).next).filter(|next| *next != edge.0);
            Some(EdgeId(this))
        })
    }

    /// Where an edge starts.
    pub fn origin(&self, edge: EdgeId) -> Point {
        self.points[self.edge(edge.0).origin as usize]
    }

    /// The number of the vertex where an edge starts.
    pub fn vertex(&self, edge: EdgeId) -> u32 {
        self.edge(edge.0).origin
    }

    /// The edge after `edge` in its face.
    pub fn next(&self, edge: EdgeId) -> EdgeId {
        EdgeId(self.edge(edge.0).next)
    }

    /// Whether an edge lies on the outer border.
    pub fn is_border(&self, edge: EdgeId) -> bool {
        self.edge(edge.0).twin == OUTSIDE
    }

    /// The number of vertices.
    pub fn n_points(&self) -> usize {
        self.points.len()
    }

    /// All vertices; [`Mesh::vertex`] counts in this list.
    pub fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// Puts a vertex on an inner edge; returns the edge that starts there, in the same face.
    pub fn split_edge(&mut self, edge: EdgeId, at: Point) -> EdgeId {
        let vertex = count(self.points.len());
        self.points.push(at);
        let (first, second) = (count(self.edges.len()), count(self.edges.len() + 1));
        let here = self.edge(edge.0);
        self.edges.push(Edge {
            origin: vertex,
            next: here.next,
            prev: edge.0,
            twin: here.twin,
        });
        self.edge_mut(here.next).prev = first;
        self.edge_mut(edge.0).next = first;
        if here.twin != OUTSIDE {
            let there = self.edge(here.twin);
            self.edges.push(Edge {
                origin: vertex,
                next: there.next,
                prev: here.twin,
                twin: edge.0,
            });
            self.edge_mut(there.next).prev = second;
            self.edge_mut(here.twin).next = second;
            self.edge_mut(here.twin).twin = first;
            self.edge_mut(edge.0).twin = second;
        }
        EdgeId(first)
    }

    /// Divides a face along a chain of new vertices from the origin of `from` to the origin of `to`.
    ///
    /// Returns an edge of the face to the left of the chain and one of the face to its right.
    pub fn split_face(&mut self, from: EdgeId, to: EdgeId, chain: &[Point]) -> (EdgeId, EdgeId) {
        let first_vertex = count(self.points.len());
        self.points.extend_from_slice(chain);
        let vertices = (0..count(chain.len())).map(|idx| first_vertex + idx);
        let origins: Vec<u32> = std::iter::once(self.vertex(from))
            .chain(vertices)
            .chain([self.vertex(to)])
            .collect();
        let n = count(chain.len()) + 1;
        let first = count(self.edges.len());
        // Edges first..first+n run from `from` to `to`, first+n..first+2n are their twins in the same order.
        for idx in 0..n {
            let along = Edge {
                origin: origins[idx as usize],
                next: if idx + 1 < n { first + idx + 1 } else { to.0 },
                prev: if idx > 0 {
                    first + idx - 1
                } else {
                    self.edge(from.0).prev
                },
                twin: first + n + idx,
            };
            self.edges.push(along);
        }
        for idx in 0..n {
            let back = Edge {
                origin: origins[idx as usize + 1],
                next: if idx > 0 { first + n + idx - 1 } else { from.0 },
                prev: if idx + 1 < n {
                    first + n + idx + 1
                } else {
                    self.edge(to.0).prev
                },
                twin: first + idx,
            };
            self.edges.push(back);
        }
        let (before_from, before_to) = (self.edge(from.0).prev, self.edge(to.0).prev);
        self.edge_mut(before_from).next = first;
        self.edge_mut(to.0).prev = first + n - 1;
        self.edge_mut(before_to).next = first + 2 * n - 1;
        self.edge_mut(from.0).prev = first + n;
        (EdgeId(first), EdgeId(first + n))
    }

    /// The area of a face in m2.
    pub fn area(&self, edge: EdgeId) -> f64 {
        let base = self.origin(edge);
        self.ring(edge)
            .map(|e| cross(base, self.origin(e), self.origin(self.next(e))))
            .sum::<f64>()
            / 2.0
    }

    fn edge(&self, edge: u32) -> Edge {
        self.edges[edge as usize]
    }

    fn edge_mut(&mut self, edge: u32) -> &mut Edge {
        &mut self.edges[edge as usize]
    }
}

/// Twice the area of the triangle `a`, `b`, `c`; positive when it runs counter-clockwise.
pub fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// The distance from a point to a segment, in metres.
pub fn distance(point: Point, [a, b]: [Point; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2;
    let along = if along.is_finite() { along.clamp(0.0, 1.0) } else { 0.0 };
    (a[0] + along * dx - point[0]).hypot(a[1] + along * dy - point[1])
}

/// Whether two segments cross in a point inside both.
pub fn crosses([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    cross(a, b, c) * cross(a, b, d) < 0.0 && cross(c, d, a) * cross(c, d, b) < 0.0
}

/// A point in whole millimetres, so that the last bits of a library's sine do not matter.
pub fn rounded([x, y]: Point) -> Point {
    [(x * 1e3).round() / 1e3, (y * 1e3).round() / 1e3]
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(OUTSIDE)
}
