//! Geometries one behind the other, as the steps of an aggregate pass them on.

use crate::geometry::Geometry;
use crate::{Error, Result};

/// A length before the bytes of each geometry.
const LENGTH_BYTES: usize = size_of::<u32>();

/// Geometries as WKB, each with its length in front.
#[derive(Debug, Default)]
pub struct GeometryList {
    bytes: Vec<u8>,
}

impl GeometryList {
    /// Adds a geometry.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above 2 GiB.
    pub fn push(&mut self, geometry: &Geometry) -> Result<()> {
        let wkb = geometry.to_wkb();
        let length = u32::try_from(wkb.len()).map_err(|_| Error::TooLarge)?;
        self.bytes.extend(length.to_le_bytes());
        self.append(&wkb)
    }

    /// Adds the bytes of another list.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above 2 GiB.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend(bytes);
        i32::try_from(self.bytes.len()).map(drop).map_err(|_| Error::TooLarge)
    }

    /// The geometries, in their order.
    ///
    /// # Errors
    ///
    /// [`Error::Wkb`] when bytes that were appended are none of a list.
    pub fn geometries(&self) -> Result<Vec<Geometry>> {
        let mut geometries = Vec::new();
        let mut rest = self.bytes.as_slice();
        while let Some((length, behind)) = rest.split_first_chunk::<LENGTH_BYTES>() {
            let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Error::TooLarge)?;
            let (wkb, behind) = behind.split_at_checked(length).ok_or(Error::TooLarge)?;
            geometries.push(Geometry::from_wkb(wkb)?);
            rest = behind;
        }
        Ok(geometries)
    }

    /// The bytes, for [`GeometryList::append`].
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The bytes that it takes in memory.
    pub fn memory_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}
