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
