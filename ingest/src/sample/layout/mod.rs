//! Drawing the parcels of one 동 or 리.
//!
//! Reading order: [`mesh`] (faces with common borders), [`cut`] (dividing a face), [`zones`] (what the ground is like),
//! [`blocks`] (roads and blocks), [`lots`] (parcels).

mod blocks;
mod cut;
mod lots;
pub mod mesh;
mod zones;

use mesh::{EdgeId, Mesh, Point};
use zones::{Ground, Zone};

use super::random::Random;

/// What a parcel is used for, as far as its shape and place tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A building lot in a town.
    House,
    /// A building lot in a village.
    Village,
    /// A paddy or a field.
    Farm,
    /// Wooded hills.
    Forest,
    /// A piece of a road.
    Road,
    /// A piece of a stream.
    Stream,
    /// A piece of a ditch.
    Ditch,
    /// A park.
    Park,
    /// A school.
    School,
    /// A block with one owner: flats, a factory, a temple.
    Estate,
    /// A plot inside another: a grave, a pond.
    Enclave,
}

/// One parcel.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// What it is used for.
    pub usage: Use,
    /// The block it belongs to; its lot number follows from it.
    pub block: u32,
    /// Its polygons; more than one for a multipart.
    pub parts: Vec<Part>,
}

/// One polygon, as vertex numbers, counter-clockwise, not closed.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The outer ring.
    pub outer: Vec<u32>,
    /// The holes, counter-clockwise like the parcels that fill them.
    pub holes: Vec<Vec<u32>>,
}

/// The parcels of a 동 or 리.
#[derive(Debug)]
pub struct Layout {
    /// All vertices, EPSG:5174, in m, x (easting) first, in whole mm.
    pub points: Vec<Point>,
    /// The parcels, block by block.
    pub parcels: Vec<Parcel>,
}

/// A face of the mesh on its way to become a parcel.
#[derive(Debug, Clone, Copy)]
struct Face {
    edge: EdgeId,
    area_m2: f64,
    zone: Zone,
    usage: Use,
    block: u32,
    is_fixed: bool,
}

impl Use {
    fn of(zone: Zone) -> Self {
        match zone {
            Zone::Town => Self::House,
            Zone::Village => Self::Village,
            Zone::Farm => Self::Farm,
            Zone::Forest => Self::Forest,
        }
    }
}

impl Layout {
    /// Fills the rings (EPSG:5174, counter-clockwise, not closed, largest first) with `n_parcels` parcels.
    ///
    /// Border vertices are kept as they are and no vertex is added between them, so that two neighbours that are drawn
    /// from the same border vertices share their border exactly.
    pub fn draw(rings: &[Vec<Point>], n_parcels: usize, is_ri: bool, random: &mut Random) -> Self {
        let mut mesh = Mesh::default();
        let outlines: Vec<EdgeId> = rings.iter().map(|ring| mesh.add_ring(ring)).collect();
        let area_m2: f64 = outlines.iter().map(|outline| mesh.area(*outline)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let ground = Ground::new(rings, area_m2, n_parcels as f64, is_ri, random);
        let faces = blocks::divide(&mut mesh, outlines, &ground, n_parcels / 2, random);
        lots::fill(mesh, faces, &ground, n_parcels, random)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::mesh::cross;
    use super::*;

    fn area(points: &[Point], ring: &[u32]) -> f64 {
        let at = |vertex: u32| points[vertex as usize];
        ring.windows(2)
            .map(|pair| cross(at(ring[0]), at(pair[0]), at(pair[1])))
            .sum::<f64>()
            / 2.0
    }

    /// A rough 동 of 1.2 km x 0.8 km, its border in steps of about 10 m.
    fn outline() -> Vec<Point> {
        let corners = [
            [0.0, 0.0],
            [700.0, -120.0],
            [1200.0, 40.0],
            [1130.0, 640.0],
            [620.0, 560.0],
            [90.0, 800.0],
        ];
        let mut ring = Vec::new();
        for (idx, a) in corners.iter().enumerate() {
            let b = corners[(idx + 1) % corners.len()];
            for step in 0..60 {
                let share = f64::from(step) / 60.0;
                ring.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
            }
        }
        ring
    }

    #[test]
    fn parcels_tile_the_outline_edge_by_edge() {
        for (seed, is_ri) in [(1, false), (2, true), (3, false), (4, true)] {
            let ring = outline();
            let layout = Layout::draw(std::slice::from_ref(&ring), 700, is_ri, &mut Random::new(&[seed]));
            assert_eq!(layout.parcels.len(), 700);
            let mut edges = BTreeSet::new();
            let mut sum = 0.0;
            for part in layout.parcels.iter().flat_map(|parcel| &parcel.parts) {
                let holes = part
                    .holes
                    .iter()
                    .map(|hole| hole.iter().rev().copied().collect::<Vec<_>>());
                for ring in std::iter::once(part.outer.clone()).chain(holes) {
                    sum += area(&layout.points, &ring);
                    for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                        assert!(edges.insert((*from, *to)), "an edge belongs to one parcel");
                    }
                }
                assert!(area(&layout.points, &part.outer) > 3.0);
            }
            let alone = edges.iter().filter(|(from, to)| !edges.contains(&(*to, *from))).count();
            assert_eq!(alone, ring.len(), "only the border has a parcel on one side");
            let whole: Vec<u32> = (0..).take(ring.len()).collect();
            assert!((sum - area(&ring, &whole)).abs() < 1e-3);
        }
    }

    #[test]
    fn roads_hang_together_and_are_wide_enough() {
        let layout = Layout::draw(&[outline()], 900, false, &mut Random::new(&[5]));
        let roads: Vec<&Parcel> = layout
            .parcels
            .iter()
            .filter(|parcel| parcel.usage == Use::Road)
            .collect();
        assert!(roads.len() > 30, "{}", roads.len());
        let vertices = |parcel: &Parcel| parcel.parts[0].outer.iter().copied().collect::<BTreeSet<u32>>();
        let mut reached = vertices(roads[0]);
        let mut left: Vec<BTreeSet<u32>> = roads[1..].iter().map(|road| vertices(road)).collect();
        loop {
            let before = left.len();
            left.retain(|road| {
                let touches = !road.is_disjoint(&reached);
                if touches {
                    reached.extend(road);
                }
                !touches
            });
            if left.len() == before {
                break;
            }
        }
        assert!(
            left.len() * 10 <= roads.len(),
            "{} of {} road pieces hang alone",
            left.len(),
            roads.len()
        );
    }
}
