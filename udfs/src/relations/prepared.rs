//! A geometry that is compared with many others.

use std::sync::OnceLock;

use super::edge_index::EdgeIndex;
use super::relation::Relation;
use crate::Result;
use crate::geometry::{Bounds, Wkb};

/// Below so many coordinates a geometry is compared faster as it is.
const MIN_COORDS: usize = 24;

/// A geometry with its bounds and, where that is worth it, with its edges by rows.
#[derive(Debug)]
pub struct Prepared<'a> {
    wkb: Wkb<'a>,
    bounds: Option<Bounds>,
    is_large: bool,
    edges: OnceLock<EdgeIndex>,
}

impl<'a> Prepared<'a> {
    /// Prepares a geometry in well-known binary.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Wkb`] when the bytes are none.
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        let wkb = Wkb::read(bytes)?;
        Ok(Self {
            wkb,
            bounds: wkb.bounds(),
            is_large: EdgeIndex::n_coords(&wkb) >= MIN_COORDS,
            edges: OnceLock::new(),
        })
    }

    /// Whether the relation holds from this geometry to the other one.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn holds(&self, relation: Relation, other: &Wkb<'_>) -> Result<bool> {
        let (true, Some(bounds), Some(other_bounds)) = (self.is_large, self.bounds, other.bounds()) else {
            return relation.holds(&self.wkb, other);
        };
        if !relation.is_possible(&bounds, &other_bounds) {
            return Ok(false);
        }
        let edges = self.edges.get_or_init(|| EdgeIndex::new(&self.wkb, bounds));
        edges.holds(relation, &self.wkb, other, &other_bounds)
    }
}
