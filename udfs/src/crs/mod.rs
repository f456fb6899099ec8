//! Coordinate reference systems of Korean data and those that a text describes, and the way between them and EPSG:4326.

mod custom;
mod identify;
mod method;
mod proj_text;
mod projjson;
mod system;
mod table;
mod transform;
mod wkt;

use std::fmt;

use crate::error::{Error, Result};
use table::Definition;

pub use custom::Custom;
pub use system::System;
pub use transform::{FromWgs84, ToWgs84};

/// PROJJSON of EPSG:4326, for the metadata of `GeoParquet` files and of `geoarrow` columns.
///
/// Coordinates under it are nevertheless stored with the longitude first, as `GeoParquet` 1.1 and `GeoArrow` demand.
pub const WGS84_PROJJSON: &str = include_str!("../../data/epsg4326.projjson");

/// A coordinate reference system, one of those in which Korean data come.
///
/// Supported EPSG codes: 2096–2098, 4162, 5173–5178 (Bessel, Korean 1985); 4737, 5179–5188 (GRS80, Korea 2000);
/// 4166, 4326, 3857, 32651, 32652 (WGS 84). Axis order is always easting or longitude first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Crs {
    definition: &'static Definition,
}

impl Crs {
    /// The system of an EPSG code.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CrsCode`], naming the supported codes, on any other.
    pub fn from_epsg(epsg: u32) -> Result<Self> {
        let found = table::all().iter().find(|definition| definition.epsg == epsg);
        found.map(|definition| Self { definition }).ok_or_else(|| {
            let codes: Vec<_> = table::all()
                .iter()
                .map(|definition| definition.epsg.to_string())
                .collect();
            Error::CrsCode {
                epsg,
                supported: codes.join(", "),
            }
        })
    }

    /// Reads `EPSG:5186` (in any case) or `5186`.
    ///
    /// # Errors
    ///
    /// [`Error::CrsText`] when there is no code in the text; [`Error::CrsCode`] when the code is not supported.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let digits = match trimmed.split_at_checked(5) {
            Some((authority, digits)) if authority.eq_ignore_ascii_case("EPSG:") => digits,
            _ => trimmed,
        };
        let is_code = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(epsg) if is_code => Self::from_epsg(epsg),
            _ => Err(Error::CrsText { found: text.to_owned() }),
        }
    }

    /// Recognises the well-known text of a `.prj` file: ESRI's, OGC's WKT 1 or WKT 2.
    ///
    /// The system is found by the EPSG code of its outermost part, else by its name, else by its parameters (datum,
    /// ellipsoid, projection, origin, scale, offsets). A code or name must not contradict the parameters: central
    /// meridians 127° and 127.0028902777778° lie 255 m apart, and files exist that name one and mean the other.
    /// The order of axes in the text does not count, as in every reader of shapefiles.
    ///
    /// # Errors
    ///
    /// [`Error::PrjSyntax`] when the text is no well-known text, [`Error::PrjUnknown`] when the system is none of
    /// ours, [`Error::PrjConflict`] when it contradicts itself; each says to name the system with `--crs`.
    pub fn from_prj(text: &str) -> Result<Self> {
        identify::identify(&wkt::parse(text)?).map(|definition| Self { definition })
    }

    /// The EPSG code.
    #[must_use]
    pub fn epsg(&self) -> u32 {
        self.definition.epsg
    }

    /// The name in the EPSG registry, such as `Korean 1985 / Modified Central Belt`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.definition.name
    }

    /// Whether coordinates are degrees of longitude and latitude, not metres.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.definition.is_geographic()
    }

    /// The PROJ string, with the datum shift to WGS 84.
    #[must_use]
    pub fn proj_string(&self) -> &'static str {
        &self.definition.proj_string
    }

    /// The text to write into a `.prj` file, in ESRI's form.
    #[must_use]
    pub fn wkt_prj(&self) -> &'static str {
        &self.definition.esri_wkt
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("EPSG:{}", self.epsg()))
    }
}

impl fmt::Debug for Crs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Crs(EPSG:{})", self.epsg())
    }
}

impl std::str::FromStr for Crs {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}
