//! Streets, streams and the blocks between them.

use super::cut::{Bend, Limits, Line, Parts, cut};
use super::mesh::{EdgeId, Mesh, Point};
use super::zones::{Ground, Zone, centroid, ring_of};
use super::{Face, Use};
use crate::sample::random::Random;

/// A road piece is cut when it is longer than this.
const ROAD_PIECE_M: f64 = 160.0;
/// Roads and streams that stay in one piece, as a share of all.
const LONG_ROADS: f64 = 0.2;

/// Divides the faces of a 동 or 리 by roads and streams until every block holds a handful of parcels.
///
/// Returns the blocks, the road and stream pieces; `budget` bounds their number.
pub fn divide(
    mesh: &mut Mesh,
    outlines: Vec<EdgeId>,
    ground: &Ground,
    budget: usize,
    random: &mut Random,
) -> Vec<Face> {
    let mut faces = Vec::new();
    let mut open: Vec<(EdgeId, f64, u32)> = Vec::new();
    for outline in outlines.into_iter().rev() {
        open.push((outline, mesh.area(outline), 0));
    }
    let mut block = 0;
    while let Some((edge, area_m2, depth)) = open.pop() {
        let ring = ring_of(mesh, edge);
        let centre = centroid(&ring);
        let zone = ground.zone(centre);
        let lots = area_m2 / ground.lot_area_m2(zone);
        let is_full = faces.len() + open.len() + 4 > budget;
        if lots < block_lots(zone, random) || is_full {
            block += 1;
            faces.push(Face {
                edge,
                area_m2,
                zone,
                usage: block_use(zone, area_m2, lots, random),
                block,
                is_fixed: false,
            });
            continue;
        }
        let strip = strip_for(zone, lots, area_m2, depth, random);
        let frame = Frame::of(&ring);
        let Some(parts) = attempts(mesh, edge, &frame, centre, strip.as_ref(), random) else {
            block += 1;
            faces.push(Face {
                edge,
                area_m2,
                zone,
                usage: Use::of(zone),
                block,
                is_fixed: false,
            });
            continue;
        };
        open.extend(
            parts
                .rest
                .iter()
                .rev()
                .map(|(edge, area_m2)| (*edge, *area_m2, depth + 1)),
        );
        if let (Some(strip), Some((edge, area_m2))) = (strip, parts.strip) {
            block += 1;
            let face = Face {
                edge,
                area_m2,
                zone,
                usage: strip.usage,
                block,
                is_fixed: true,
            };
            if random.chance(LONG_ROADS) {
                faces.push(face);
            } else {
                shorten(mesh, face, strip.width_m, &mut faces);
            }
        }
    }
    faces
}

/// A road or stream between two blocks.
#[derive(Debug, Clone, Copy)]
struct Strip {
    usage: Use,
    width_m: f64,
}

/// A face cut in two or three, with or without a strip between.
struct Divided {
    rest: Vec<(EdgeId, f64)>,
    strip: Option<(EdgeId, f64)>,
}

/// The box around a face along its prevailing direction.
pub struct Frame {
    /// Direction of unit length along the longer side.
    pub long: Point,
    /// Length of the longer side in m.
    pub length_m: f64,
    /// Length of the shorter side in m.
    pub width_m: f64,
    /// The middle of the box.
    pub middle: Point,
}

impl Frame {
    /// Measures a ring; edges agree on a direction when they are parallel or at right angles.
    pub fn of(ring: &[Point]) -> Self {
        let mut votes = [0.0; 2];
        let mut a = ring.last().copied().unwrap_or_default();
        for &b in ring {
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let angle = 4.0 * dy.atan2(dx);
            let length = dx.hypot(dy);
            votes[0] += length * angle.cos();
            votes[1] += length * angle.sin();
            a = b;
        }
        let angle = votes[1].atan2(votes[0]) / 4.0;
        let (sin, cos) = angle.sin_cos();
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for point in ring {
            let turned = [point[0] * cos + point[1] * sin, point[1] * cos - point[0] * sin];
            for axis in 0..2 {
                low[axis] = low[axis].min(turned[axis]);
                high[axis] = high[axis].max(turned[axis]);
            }
        }
        let size = [high[0] - low[0], high[1] - low[1]];
        let middle = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
        let middle = [middle[0] * cos - middle[1] * sin, middle[0] * sin + middle[1] * cos];
        if size[0] >= size[1] {
            Self {
                long: [cos, sin],
                length_m: size[0],
                width_m: size[1],
                middle,
            }
        } else {
            Self {
                long: [-sin, cos],
                length_m: size[1],
                width_m: size[0],
                middle,
            }
        }
    }
}

/// How many parcels a block holds before it is divided by another road.
fn block_lots(zone: Zone, random: &mut Random) -> f64 {
    match zone {
        Zone::Town => random.between(12.0, 26.0),
        Zone::Village => random.between(8.0, 20.0),
        Zone::Farm => random.between(7.0, 16.0),
        Zone::Forest => random.between(3.0, 9.0),
    }
}

/// A block that is one parcel has a use of its own.
fn block_use(zone: Zone, area_m2: f64, lots: f64, random: &mut Random) -> Use {
    if zone == Zone::Town && lots > 4.0 && (1_000.0..60_000.0).contains(&area_m2) {
        return match random.weighted(&[0.93, 0.035, 0.02, 0.015]) {
            1 => Use::Park,
            2 => Use::School,
            3 => Use::Estate,
            _ => Use::House,
        };
    }
    Use::of(zone)
}

/// What runs between the two halves of a face.
fn strip_for(zone: Zone, lots: f64, area_m2: f64, depth: u32, random: &mut Random) -> Option<Strip> {
    let room_m = area_m2.sqrt() * 0.14;
    let strip = match zone {
        Zone::Forest if depth > 1 && random.chance(0.85) => return None,
        Zone::Forest => Strip {
            usage: if random.chance(0.5) { Use::Road } else { Use::Ditch },
            width_m: 6.0,
        },
        _ if depth == 2 && area_m2 > 300_000.0 && random.chance(0.5) => Strip {
            usage: Use::Stream,
            width_m: random.between(14.0, 36.0),
        },
        Zone::Farm => match random.weighted(&[0.45, 0.35, 0.2]) {
            0 => Strip {
                usage: Use::Road,
                width_m: random.between(6.0, 8.0),
            },
            1 => Strip {
                usage: Use::Ditch,
                width_m: random.between(3.0, 6.0),
            },
            _ => return None,
        },
        _ if lots > 700.0 => Strip {
            usage: Use::Road,
            width_m: random.between(15.0, 20.0),
        },
        _ if lots > 150.0 => Strip {
            usage: Use::Road,
            width_m: random.between(9.0, 14.0),
        },
        _ => Strip {
            usage: Use::Road,
            width_m: random.between(6.0, 8.5),
        },
    };
    let least_m = if strip.usage == Use::Ditch { 2.5 } else { 6.0 };
    (room_m >= least_m).then_some(Strip {
        width_m: strip.width_m.min(room_m),
        ..strip
    })
}

/// Tries a few lines across a face until one can be cut.
fn attempts(
    mesh: &mut Mesh,
    face: EdgeId,
    frame: &Frame,
    centre: Point,
    strip: Option<&Strip>,
    random: &mut Random,
) -> Option<Divided> {
    for attempt in 0..6 {
        let is_wild = attempt >= 2;
        let turn: f64 = random.between(-0.06, 0.06) + if is_wild { random.between(-0.7, 0.7) } else { 0.0 };
        let (sin, cos) = turn.sin_cos();
        let across = [-frame.long[1], frame.long[0]];
        let direction = [across[0] * cos - across[1] * sin, across[0] * sin + across[1] * cos];
        let shift = random.between(-0.12, 0.12) * frame.length_m;
        let through = [centre[0] + shift * frame.long[0], centre[1] + shift * frame.long[1]];
        let is_natural = strip.is_none_or(|strip| strip.usage != Use::Road);
        let swing = if is_natural { 0.16 } else { 0.07 };
        let bend = if attempt == 5 || (!is_natural && random.chance(0.45)) {
            Bend::NONE
        } else {
            let spacing_m = random.between(8.0, 20.0);
            Bend {
                bow: random.between(-swing, swing),
                wave: random.between(-swing, swing) / 2.0,
                spacing_m,
            }
        };
        let line = Line {
            through,
            direction,
            bend,
        };
        if let Some(divided) = cut_with_strip(mesh, face, &line, strip) {
            return Some(divided);
        }
    }
    None
}

fn cut_with_strip(mesh: &mut Mesh, face: EdgeId, line: &Line, strip: Option<&Strip>) -> Option<Divided> {
    let limits = Limits {
        snap_m: 2.0,
        clearance_m: 1.5,
        min_area_m2: 60.0,
    };
    let Parts {
        left,
        right,
        left_area_m2,
        right_area_m2,
    } = cut(mesh, face, line, &limits)?;
    let plain = Divided {
        rest: vec![(left, left_area_m2), (right, right_area_m2)],
        strip: None,
    };
    let Some(strip) = strip else { return Some(plain) };
    let reach_m = (right_area_m2 + left_area_m2).sqrt();
    for widening in [1.0, 1.25, 1.6] {
        let width_m = strip.width_m * widening;
        let [x, y] = line.through;
        let through = [x + width_m * line.direction[1], y - width_m * line.direction[0]];
        let limits = Limits {
            snap_m: 1.0,
            clearance_m: 1.0,
            min_area_m2: width_m * 8.0,
        };
        let Some(parts) = cut(mesh, right, &Line { through, ..*line }, &limits) else {
            continue;
        };
        let beside = (parts.left, parts.left_area_m2);
        let mut rest = vec![(left, left_area_m2), (parts.right, parts.right_area_m2)];
        // The strip lies to the left of the second cut; where the face is ragged it may be no strip at all.
        if parts.left_area_m2 < width_m * 3.0 * reach_m {
            return Some(Divided {
                rest,
                strip: Some(beside),
            });
        }
        rest.insert(1, beside);
        return Some(Divided { rest, strip: None });
    }
    Some(plain)
}

/// Cuts a long road or stream across into pieces.
fn shorten(mesh: &mut Mesh, face: Face, width_m: f64, faces: &mut Vec<Face>) {
    let mut open = vec![face];
    while let Some(face) = open.pop() {
        let frame = Frame::of(&ring_of(mesh, face.edge));
        let is_long = face.area_m2 / width_m > ROAD_PIECE_M * 1.5;
        let line = Line {
            through: frame.middle,
            direction: [-frame.long[1], frame.long[0]],
            bend: Bend::NONE,
        };
        let limits = Limits {
            snap_m: 1.5,
            clearance_m: 0.8,
            min_area_m2: width_m * 20.0,
        };
        match is_long.then(|| cut(mesh, face.edge, &line, &limits)).flatten() {
            Some(parts) => {
                open.push(Face {
                    edge: parts.right,
                    area_m2: parts.right_area_m2,
                    ..face
                });
                open.push(Face {
                    edge: parts.left,
                    area_m2: parts.left_area_m2,
                    ..face
                });
            }
            None => faces.push(face),
        }
    }
}
