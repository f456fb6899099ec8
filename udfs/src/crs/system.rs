//! A coordinate system that points can be brought from and to.

use std::fmt;

use proj4rs::Proj;
use serde_json::Value;

use super::custom::{self, Custom};
use super::wkt::{self, Node};
use super::{Crs, identify, proj_text, projjson};
use crate::error::{Error, Result};

/// One of the table, or one that a text describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum System {
    /// One of the table.
    Known(Crs),
    /// Any other, by its parameters.
    Custom(Custom),
}

impl System {
    /// Reads `EPSG:5186`, `OGC:CRS84`, a PROJ string, well-known text or PROJJSON.
    ///
    /// What a text describes is looked up in the table first, as [`Crs::from_prj`] does.
    ///
    /// # Errors
    ///
    /// [`Error::CrsText`] and [`Error::CrsCode`] when it names none, [`Error::CrsSyntax`] when it cannot be read,
    /// [`Error::CrsUnsupported`] naming the part that cannot be computed, [`Error::CrsContradiction`] when it
    /// calls itself what it is not.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let upper = trimmed.to_ascii_uppercase();
        if trimmed.starts_with('{') {
            let json = serde_json::from_str(trimmed).map_err(|error| Error::CrsSyntax {
                form: "PROJJSON",
                reason: error.to_string(),
            })?;
            return Self::from_projjson(&json);
        }
        if trimmed.starts_with('+') || trimmed.starts_with("proj=") {
            return proj_text::read(trimmed).map(Self::Custom);
        }
        if trimmed.contains(['[', '(']) {
            return Self::from_node(&wkt::parse(trimmed).map_err(of_wkt)?);
        }
        if upper.starts_with("OGC:") && upper.ends_with("CRS84") {
            return Crs::from_epsg(4326).map(Self::Known);
        }
        let code = upper.strip_prefix("URN:OGC:DEF:CRS:").unwrap_or(&upper);
        if code.starts_with("OGC:") && code.ends_with(":CRS84") {
            return Crs::from_epsg(4326).map(Self::Known);
        }
        let digits = code.rsplit(':').next().filter(|_| code.starts_with("EPSG:"));
        Crs::parse(digits.unwrap_or(text))
            .map(Self::Known)
            .map_err(|error| match error {
                Error::CrsText { .. } => Error::CrsText { found: text.to_owned() },
                other => other,
            })
    }

    /// Reads PROJJSON.
    ///
    /// # Errors
    ///
    /// As [`System::parse`].
    pub fn from_projjson(json: &Value) -> Result<Self> {
        Self::from_node(&projjson::to_node(json)?)
    }

    fn from_node(root: &Node) -> Result<Self> {
        if custom::has_foreign_code(root) {
            return Custom::from_node(root).map(Self::Custom);
        }
        match identify::identify(root) {
            Ok(definition) => Ok(Self::Known(Crs { definition })),
            Err(Error::PrjConflict { epsg, name, found }) => Err(Error::CrsContradiction { epsg, name, found }),
            Err(_) => Custom::from_node(root).map(Self::Custom),
        }
    }

    /// Whether coordinates are degrees of longitude and latitude.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        match self {
            Self::Known(crs) => crs.is_geographic(),
            Self::Custom(custom) => custom.is_geographic,
        }
    }

    /// The PROJ string.
    #[must_use]
    pub fn proj_string(&self) -> &str {
        match self {
            Self::Known(crs) => crs.proj_string(),
            Self::Custom(custom) => &custom.proj_string,
        }
    }

    /// The semi-major and the semi-minor axis of the ellipsoid in m.
    ///
    /// # Errors
    ///
    /// [`Error::CrsSetup`] when the projection library refuses the system.
    pub fn axes_m(&self) -> Result<(f64, f64)> {
        self.proj().map(|proj| proj.ellipse_parameters())
    }

    pub(super) fn proj(&self) -> Result<Proj> {
        Proj::from_proj_string(self.proj_string()).map_err(|source| Error::CrsSetup {
            crs: self.to_string(),
            source,
        })
    }
}

impl From<Crs> for System {
    fn from(crs: Crs) -> Self {
        Self::Known(crs)
    }
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(crs) => crs.fmt(formatter),
            Self::Custom(custom) => write!(formatter, "\"{}\"", custom.name),
        }
    }
}

fn of_wkt(error: Error) -> Error {
    match error {
        Error::PrjSyntax { reason, position } => Error::CrsSyntax {
            form: "well-known text",
            reason: format!("{reason} at character {position}"),
        },
        other => other,
    }
}
