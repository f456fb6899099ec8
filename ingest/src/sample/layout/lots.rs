//! Parcels within the blocks, to an exact number.

use std::collections::BinaryHeap;

use super::blocks::Frame;
use super::cut::{Bend, Limits, Line, cut};
use super::mesh::{EdgeId, Mesh, Point, distance, rounded};
use super::zones::{Ground, Zone, centroid, contains, ring_of};
use super::{Face, Layout, Parcel, Part, Use};
use crate::sample::random::Random;

/// Parcels with a hole, as a share of all.
const HOLES: f64 = 0.003;
/// Multipart parcels, as a share of all.
const MULTIPARTS: f64 = 0.0006;
/// A face that waits to be divided, the largest for its zone first.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    size: f64,
    idx: usize,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.size.total_cmp(&other.size).then(other.idx.cmp(&self.idx))
    }
}

/// Divides the blocks until there are `n_parcels` parcels, some of them with holes or of several parts.
pub fn fill(mut mesh: Mesh, mut faces: Vec<Face>, ground: &Ground, n_parcels: usize, random: &mut Random) -> Layout {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let (n_holes, n_multiparts) = (
        random.about(n_parcels as f64 * HOLES),
        random.about(n_parcels as f64 * MULTIPARTS),
    );
    // Blocks differ in how finely they are divided.
    let n_blocks = faces.iter().map(|face| face.block as usize + 1).max().unwrap_or(0);
    let grain: Vec<f64> = (0..n_blocks)
        .map(|_| (random.between(-0.9, 0.9) + random.between(-0.5, 0.5)).exp())
        .collect();
    let size = |face: &Face, random: &mut Random| {
        let grain = grain.get(face.block as usize).copied().unwrap_or(1.0);
        face.area_m2 * grain * random.between(0.6, 1.6) / ground.lot_area_m2(face.zone)
    };
    let mut heap: BinaryHeap<Waiting> = BinaryHeap::new();
    for (idx, face) in faces.iter().enumerate() {
        let is_whole = face.is_fixed || !matches!(face.usage, Use::House | Use::Village | Use::Farm | Use::Forest);
        if !is_whole {
            heap.push(Waiting {
                size: size(face, random),
                idx,
            });
        }
    }
    let target = (n_parcels + n_multiparts).saturating_sub(n_holes);
    divide(&mut mesh, &mut faces, &mut heap, target, &size, random);
    let merges = pair_up(&mesh, &mut faces, n_multiparts, random);
    // A pair that was not found leaves one parcel too many; a hole less makes up for it.
    let n_holes = n_holes.saturating_sub(n_multiparts - merges.len());
    let enclaves = enclose(&mesh, &mut faces, n_holes, random);
    let target = (n_parcels + merges.len()).saturating_sub(enclaves.len());
    heap.retain(|waiting| !faces[waiting.idx].is_fixed);
    divide(&mut mesh, &mut faces, &mut heap, target, &size, random);
    collect(mesh, &faces, &merges, &enclaves)
}

fn divide(
    mesh: &mut Mesh,
    faces: &mut Vec<Face>,
    heap: &mut BinaryHeap<Waiting>,
    target: usize,
    size: &impl Fn(&Face, &mut Random) -> f64,
    random: &mut Random,
) {
    while faces.len() < target {
        let Some(Waiting { idx, .. }) = heap.pop() else { return };
        let face = faces[idx];
        let Some((left, right)) = halve(mesh, &face, random) else {
            continue;
        };
        faces[idx] = Face {
            edge: left.0,
            area_m2: left.1,
            ..face
        };
        let other = Face {
            edge: right.0,
            area_m2: right.1,
            ..face
        };
        heap.push(Waiting {
            size: size(&faces[idx], random),
            idx,
        });
        heap.push(Waiting {
            size: size(&other, random),
            idx: faces.len(),
        });
        faces.push(other);
    }
}

/// Cuts a lot across its longer side.
fn halve(mesh: &mut Mesh, face: &Face, random: &mut Random) -> Option<((EdgeId, f64), (EdgeId, f64))> {
    let ring = ring_of(mesh, face.edge);
    let frame = Frame::of(&ring);
    let centre = centroid(&ring);
    let (spacing_m, swing, p_bent) = match face.zone {
        Zone::Town => (random.between(5.0, 12.0), 0.035, 0.4),
        Zone::Village => (random.between(5.0, 12.0), 0.08, 0.35),
        Zone::Farm => (random.between(18.0, 30.0), 0.10, 0.2),
        Zone::Forest => (random.between(16.0, 30.0), 0.16, 1.0),
    };
    // Some borders were surveyed point by point.
    let p_surveyed = if face.zone == Zone::Town { 0.08 } else { 0.035 };
    let (spacing_m, p_bent) = if random.chance(p_surveyed) {
        (frame.width_m / (6.0 + 70.0 * random.unit().powi(2)), 1.0)
    } else {
        (spacing_m, p_bent)
    };
    let fineness_m = face.area_m2.sqrt();
    let limits = Limits {
        snap_m: (fineness_m * 0.06).clamp(0.4, 3.0),
        clearance_m: (fineness_m * 0.05).clamp(0.3, 3.0),
        min_area_m2: (face.area_m2 * 0.15).max(4.0),
    };
    for attempt in 0..5 {
        let turn: f64 = random.between(-0.05, 0.05) + if attempt > 1 { random.between(-0.6, 0.6) } else { 0.0 };
        let (sin, cos) = turn.sin_cos();
        let across = [-frame.long[1], frame.long[0]];
        let direction = [across[0] * cos - across[1] * sin, across[0] * sin + across[1] * cos];
        let shift = random.between(-0.1, 0.1) * frame.length_m;
        let through = [centre[0] + shift * frame.long[0], centre[1] + shift * frame.long[1]];
        let bend = if attempt < 3 && random.chance(p_bent) {
            Bend {
                bow: random.between(-swing, swing),
                wave: random.between(-swing, swing) / 2.0,
                spacing_m,
            }
        } else {
            Bend::NONE
        };
        if let Some(parts) = cut(
            mesh,
            face.edge,
            &Line {
                through,
                direction,
                bend,
            },
            &limits,
        ) {
            return Some(((parts.left, parts.left_area_m2), (parts.right, parts.right_area_m2)));
        }
    }
    None
}

/// Pairs of faces that become one parcel of two parts: the same use, different blocks, no common vertex.
fn pair_up(mesh: &Mesh, faces: &mut [Face], count: usize, random: &mut Random) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for _ in 0..count * 20 {
        if pairs.len() == count || faces.is_empty() {
            break;
        }
        let (a, b) = (random.below(faces.len()), random.below(faces.len()));
        let (low, high) = (a.min(b), a.max(b));
        let [one, two] = [faces[low], faces[high]];
        let is_near = one.block != two.block && one.block.abs_diff(two.block) < 6;
        let is_pair = is_near && one.usage == two.usage && !one.is_fixed && !two.is_fixed;
        let touch = || {
            mesh.ring(one.edge)
                .any(|e| mesh.ring(two.edge).any(|f| mesh.vertex(e) == mesh.vertex(f)))
        };
        if is_pair && !touch() {
            faces[low].is_fixed = true;
            faces[high].is_fixed = true;
            pairs.push((low, high));
        }
    }
    pairs
}

/// Small rings inside of large parcels, with the index of the parcel.
fn enclose(mesh: &Mesh, faces: &mut [Face], count: usize, random: &mut Random) -> Vec<(usize, Vec<Point>)> {
    let mut enclaves = Vec::new();
    for _ in 0..count * 30 {
        if enclaves.len() == count || faces.is_empty() {
            break;
        }
        let idx = random.below(faces.len());
        let face = faces[idx];
        let is_ground = matches!(
            face.usage,
            Use::House | Use::Village | Use::Farm | Use::Forest | Use::Park
        );
        if !is_ground || face.is_fixed {
            continue;
        }
        let ring = ring_of(mesh, face.edge);
        let centre = centroid(&ring);
        let edges = ring.iter().zip(ring.iter().cycle().skip(1));
        let room_m = edges
            .map(|(a, b)| distance(centre, [*a, *b]))
            .fold(f64::INFINITY, f64::min);
        if room_m < 4.0 || !contains(&ring, centre) {
            continue;
        }
        let radius_m = room_m.min(40.0) * random.between(0.3, 0.6);
        let n_corners = 5 + random.below(6);
        let start = random.between(0.0, 1.0);
        let mut hole = Vec::with_capacity(n_corners);
        for corner in 0..n_corners {
            #[expect(clippy::cast_precision_loss, reason = "at most ten")]
            let angle = (corner as f64 + start) / n_corners as f64 * std::f64::consts::TAU;
            let reach_m = radius_m * random.between(0.8, 1.2);
            hole.push(rounded([
                centre[0] + reach_m * angle.cos(),
                centre[1] + reach_m * angle.sin(),
            ]));
        }
        faces[idx].is_fixed = true;
        enclaves.push((idx, hole));
    }
    enclaves
}

/// Turns faces into parcels, block by block.
fn collect(mesh: Mesh, faces: &[Face], merges: &[(usize, usize)], enclaves: &[(usize, Vec<Point>)]) -> Layout {
    let mut order: Vec<usize> = (0..faces.len())
        .filter(|idx| merges.iter().all(|pair| pair.1 != *idx))
        .collect();
    order.sort_by_key(|idx| (faces[*idx].block, *idx));
    let outer = |idx: usize| {
        mesh.ring(faces[idx].edge)
            .map(|edge| mesh.vertex(edge))
            .collect::<Vec<u32>>()
    };
    let mut parcels = Vec::with_capacity(order.len() + enclaves.len());
    let mut holes: Vec<Point> = Vec::new();
    let n_vertices = mesh.n_points();
    for idx in order {
        let Face { usage, block, .. } = faces[idx];
        let mut parcel = Parcel {
            usage,
            block,
            parts: vec![Part {
                outer: outer(idx),
                holes: Vec::new(),
            }],
        };
        if let Some((_, other)) = merges.iter().find(|pair| pair.0 == idx) {
            parcel.parts.push(Part {
                outer: outer(*other),
                holes: Vec::new(),
            });
        }
        let mut inner = None;
        if let Some((_, hole)) = enclaves.iter().find(|enclave| enclave.0 == idx) {
            let first = n_vertices + holes.len();
            holes.extend_from_slice(hole);
            let ring: Vec<u32> = (first..n_vertices + holes.len())
                .filter_map(|at| u32::try_from(at).ok())
                .collect();
            parcel.parts[0].holes.push(ring.clone());
            inner = Some(Parcel {
                usage: Use::Enclave,
                block,
                parts: vec![Part {
                    outer: ring,
                    holes: Vec::new(),
                }],
            });
        }
        parcels.push(parcel);
        parcels.extend(inner);
    }
    let mut points = mesh.into_points();
    points.extend(holes);
    Layout { points, parcels }
}
