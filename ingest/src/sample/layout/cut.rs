//! Cutting a face in two along a line that may bend.

use super::mesh::{EdgeId, Mesh, Point, crosses, distance, rounded};

/// The line along which a face is to be cut.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// A point on the line; of several stretches inside the face the one nearest to it is cut.
    pub through: Point,
    /// Direction of unit length.
    pub direction: Point,
    /// How the cut leaves the straight line.
    pub bend: Bend,
}

/// How a cut leaves the straight line between its ends.
#[derive(Debug, Clone, Copy)]
pub struct Bend {
    /// Height of the bow over the length of the cut, to the left.
    pub bow: f64,
    /// Height of the double bow (first left, then right) over the length of the cut.
    pub wave: f64,
    /// Distance of the vertices along the cut in metres; infinite for a straight cut.
    pub spacing_m: f64,
}

impl Bend {
    /// No bend at all.
    pub const NONE: Self = Self {
        bow: 0.0,
        wave: 0.0,
        spacing_m: f64::INFINITY,
    };
}

/// What a cut must respect.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Vertices nearer than this to an end of the cut are taken as the end.
    pub snap_m: f64,
    /// The cut keeps this distance from vertices and edges that it does not end on.
    pub clearance_m: f64,
    /// Neither part is smaller than this.
    pub min_area_m2: f64,
}

/// The two faces that a cut makes.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// An edge of the face to the left of the line, first on the cut.
    pub left: EdgeId,
    /// An edge of the face to the right of the line, first on the cut.
    pub right: EdgeId,
    /// Area on the left in m2.
    pub left_area_m2: f64,
    /// Area on the right in m2.
    pub right_area_m2: f64,
}

#[derive(Debug, Clone, Copy)]
struct End {
    edge: EdgeId,
    at: Point,
    along: f64,
    is_vertex: bool,
}

/// Cuts a face; `None`, and nothing changed, when the cut would break a limit.
pub fn cut(mesh: &mut Mesh, face: EdgeId, line: &Line, limits: &Limits) -> Option<Parts> {
    let (from, to) = ends(mesh, face, line, limits)?;
    let chain = chain(from.at, to.at, &line.bend);
    if !is_clear(mesh, face, from, to, &chain, limits.clearance_m) {
        return None;
    }
    let (left_area_m2, right_area_m2) = areas(mesh, from, to, &chain);
    if left_area_m2 < limits.min_area_m2 || right_area_m2 < limits.min_area_m2 {
        return None;
    }
    let edge_of = |mesh: &mut Mesh, end: End| {
        if end.is_vertex {
            end.edge
        } else {
            mesh.split_edge(end.edge, end.at)
        }
    };
    let from_edge = edge_of(mesh, from);
    let to_edge = edge_of(mesh, to);
    let (left, right) = mesh.split_face(from_edge, to_edge, &chain);
    Some(Parts {
        left,
        right,
        left_area_m2,
        right_area_m2,
    })
}

/// Where the line enters and leaves the face.
fn ends(mesh: &Mesh, face: EdgeId, line: &Line, limits: &Limits) -> Option<(End, End)> {
    let [ox, oy] = line.through;
    let [dx, dy] = line.direction;
    let side = |[x, y]: Point| (y - oy) * dx - (x - ox) * dy;
    let along = |[x, y]: Point| (x - ox) * dx + (y - oy) * dy;
    let mut crossings: Vec<(f64, EdgeId, Point)> = Vec::new();
    for edge in mesh.ring(face) {
        let (a, b) = (mesh.origin(edge), mesh.origin(mesh.next(edge)));
        let (side_a, side_b) = (side(a), side(b));
        if (side_a >= 0.0) != (side_b >= 0.0) {
            let share = side_a / (side_a - side_b);
            let at = [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
            crossings.push((along(at), edge, at));
        }
    }
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let gap = |pair: &[(f64, EdgeId, Point)]| {
        if pair[0].0 > 0.0 {
            pair[0].0
        } else {
            (-pair[1].0).max(0.0)
        }
    };
    let pair = crossings.chunks_exact(2).min_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    let end = |(_, edge, at): (f64, EdgeId, Point)| {
        let after = mesh.next(edge);
        let (a, b) = (mesh.origin(edge), mesh.origin(after));
        let (to_a, to_b) = ((at[0] - a[0]).hypot(at[1] - a[1]), (at[0] - b[0]).hypot(at[1] - b[1]));
        let (nearest, vertex, distance) = if to_a <= to_b {
            (edge, a, to_a)
        } else {
            (after, b, to_b)
        };
        if mesh.is_border(edge) || distance < limits.snap_m {
            End {
                edge: nearest,
                at: vertex,
                along: along(vertex),
                is_vertex: true,
            }
        } else {
            let at = rounded(at);
            End {
                edge,
                at,
                along: along(at),
                is_vertex: false,
            }
        }
    };
    let (from, to) = (end(pair[0]), end(pair[1]));
    (from.edge != to.edge && from.along < to.along).then_some((from, to))
}

/// The vertices between the ends.
fn chain(from: Point, to: Point, bend: &Bend) -> Vec<Point> {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let pieces = (dx.hypot(dy) / bend.spacing_m).round().clamp(1.0, 200.0);
    let mut points = Vec::new();
    let mut piece = 1.0;
    while piece < pieces {
        let share = piece / pieces;
        let angle = share * std::f64::consts::PI;
        let height = bend.bow * angle.sin() + bend.wave * (2.0 * angle).sin();
        points.push(rounded([
            from[0] + share * dx - height * dy,
            from[1] + share * dy + height * dx,
        ]));
        piece += 1.0;
    }
    points
}

/// Whether the cut keeps its distance from everything in the face but its own ends.
fn is_clear(mesh: &Mesh, face: EdgeId, from: End, to: End, chain: &[Point], clearance_m: f64) -> bool {
    let path: Vec<Point> = std::iter::once(from.at)
        .chain(chain.iter().copied())
        .chain([to.at])
        .collect();
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for point in &path {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis] - clearance_m);
            high[axis] = high[axis].max(point[axis] + clearance_m);
        }
    }
    let last = path.len() - 2;
    for edge in mesh.ring(face) {
        let border = [mesh.origin(edge), mesh.origin(mesh.next(edge))];
        let outside = (0..2).any(|axis| {
            border[0][axis].max(border[1][axis]) < low[axis] || border[0][axis].min(border[1][axis]) > high[axis]
        });
        if outside {
            continue;
        }
        let touches = |end: End| edge == end.edge || (end.is_vertex && mesh.next(edge) == end.edge);
        let (at_from, at_to) = (touches(from), touches(to));
        let is_end_vertex = (from.is_vertex && edge == from.edge) || (to.is_vertex && edge == to.edge);
        for (idx, pair) in path.windows(2).enumerate() {
            let segment = [pair[0], pair[1]];
            if !is_end_vertex && distance(border[0], segment) < clearance_m {
                return false;
            }
            let meets_here = (at_from && idx == 0) || (at_to && idx == last);
            if !meets_here && crosses(segment, border) {
                return false;
            }
            if idx > 0 && !at_from && !at_to && distance(segment[0], border) < clearance_m {
                return false;
            }
        }
    }
    true
}

/// The areas to the left and to the right of the cut.
fn areas(mesh: &Mesh, from: End, to: End, chain: &[Point]) -> (f64, f64) {
    let base = from.at;
    let wedge = |a: Point, b: Point| (a[0] - base[0]) * (b[1] - base[1]) - (a[1] - base[1]) * (b[0] - base[0]);
    let path = || chain.iter().copied().chain([to.at]);
    let along: f64 = std::iter::once(from.at)
        .chain(path())
        .zip(path())
        .map(|(a, b)| wedge(a, b))
        .sum();
    let walk = |start: End, stop: End| {
        let mut at = start.at;
        let mut sum = 0.0;
        let mut edge = if start.is_vertex {
            start.edge
        } else {
            mesh.next(start.edge)
        };
        if start.is_vertex {
            edge = mesh.next(edge);
        }
        let last = stop.edge;
        loop {
            let point = mesh.origin(edge);
            let is_stop_vertex = stop.is_vertex && edge == last;
            sum += wedge(at, point);
            at = point;
            if is_stop_vertex {
                return sum;
            }
            if !stop.is_vertex && edge == last {
                return sum + wedge(at, stop.at);
            }
            edge = mesh.next(edge);
        }
    };
    let twice_left = walk(to, from) + along;
    let twice_right = walk(from, to) - along;
    (twice_left * 0.5, twice_right * 0.5)
}
