//! Coordinate systems that are not in the table: from the tree of a text to a PROJ string.

use std::fmt::Write;

use proj4rs::Proj;

use super::identify::{self, GEOGRAPHIC, PROJECTED, core_of, plain};
use super::method;
use super::wkt::{Arg, Node};
use crate::error::{Error, Result};

/// A system by its parameters.
#[derive(Clone, Debug)]
pub struct Custom {
    /// What it is called, or the whole PROJ string.
    pub name: String,
    /// The PROJ string, with the datum shift to WGS 84.
    pub proj_string: String,
    /// Whether coordinates are degrees.
    pub is_geographic: bool,
}

/// Systems of the same parameters are the same, whatever they are called.
impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        self.proj_string == other.proj_string
    }
}

impl Eq for Custom {}

/// Whether a text names an EPSG code that is not in the table: then it is none of ours, however like it looks.
pub fn has_foreign_code(root: &Node) -> bool {
    let core = core_of(root);
    let is_epsg = core.child(&["AUTHORITY", "ID"]).is_some_and(|id| {
        let authority = id.args.first();
        matches!(authority, Some(Arg::Text(text)) if text.eq_ignore_ascii_case("EPSG"))
    });
    is_epsg && identify::by_code(core).is_none()
}

impl Custom {
    /// The system of a tree.
    ///
    /// # Errors
    ///
    /// [`Error::CrsUnsupported`] naming the first part that cannot be computed.
    pub fn from_node(root: &Node) -> Result<Self> {
        let core = core_of(root);
        let name = core.name().to_owned();
        let parts = Parts {
            root,
            core,
            is_geographic: GEOGRAPHIC.contains(&core.keyword.as_str()),
        };
        let proj_string = parts
            .proj_string()
            .and_then(|text| match Proj::from_proj_string(&text) {
                Ok(_) => Ok(text),
                Err(source) => Err(source.to_string()),
            });
        match proj_string {
            Ok(proj_string) => Ok(Self {
                name,
                proj_string,
                is_geographic: parts.is_geographic,
            }),
            Err(part) => Err(Error::CrsUnsupported { crs: name, part }),
        }
    }
}

struct Parts<'a> {
    root: &'a Node,
    core: &'a Node,
    is_geographic: bool,
}

impl Parts<'_> {
    /// The PROJ string; else the part that is not supported.
    fn proj_string(&self) -> Result<String, String> {
        let is_projected = PROJECTED.contains(&self.core.keyword.as_str());
        if !self.is_geographic && !is_projected {
            return Err(format!("a system of the kind {}", self.core.keyword));
        }
        let degrees = 1_f64.to_radians();
        let angle = self.angle_unit();
        if self.is_geographic {
            if (angle / degrees - 1.0).abs() > 1e-9 {
                return Err(format!("an angle unit of {angle} radians"));
            }
            return Ok(format!("+proj=longlat {}", self.datum(angle)?));
        }
        let length_m = self.length_unit();
        if !(length_m > 0.0 && length_m.is_finite()) {
            return Err(format!("a length unit of {length_m} m"));
        }
        let mut text = method::proj(self.core, angle, length_m)?;
        let datum = if text.contains("+nadgrids=@null") {
            String::new()
        } else {
            self.datum(angle)?
        };
        // Writing to a text cannot fail.
        if (length_m - 1.0).abs() > 1e-15 {
            let _ = write!(text, " +to_meter={length_m}");
        }
        let _ = write!(text, " {datum}");
        Ok(text.trim_end().to_owned())
    }

    /// The unit of angles, in radians.
    fn angle_unit(&self) -> f64 {
        let base = self.core.find(&["BASEGEOGCRS", "BASEGEODCRS", "GEOGCS"]);
        let geographic = if self.is_geographic { Some(self.core) } else { base };
        let unit = geographic.and_then(|node| unit_of(node, &["ANGLEUNIT", "UNIT"]));
        unit.unwrap_or(1_f64.to_radians())
    }

    /// The unit of coordinates, in m.
    fn length_unit(&self) -> f64 {
        unit_of(self.core, &["LENGTHUNIT", "UNIT"]).unwrap_or(1.0)
    }

    /// The parameters of ellipsoid, shift to WGS 84 and prime meridian.
    fn datum(&self, angle: f64) -> Result<String, String> {
        let datum = self.core.find(&["DATUM", "ENSEMBLE", "GEODETICDATUM"]);
        let name = datum.map_or("", Node::name);
        let Some(ellipsoid) = self.core.find(&["SPHEROID", "ELLIPSOID"]) else {
            return Err(format!("the datum {name:?} without an ellipsoid"));
        };
        let mut numbers = ellipsoid.numbers();
        let (axis_m, inverse_flattening) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        if !(axis_m > 0.0 && axis_m.is_finite() && inverse_flattening.is_finite() && inverse_flattening >= 0.0) {
            return Err(format!("the ellipsoid {:?}", ellipsoid.name()));
        }
        let shape = if inverse_flattening > 0.0 {
            format!("+a={axis_m} +rf={inverse_flattening}")
        } else {
            format!("+R={axis_m}")
        };
        let ours = match identify::datum_of(name, ellipsoid) {
            identify::Recognised::Ours(datum) => Some(datum),
            identify::Recognised::Foreign => None,
        };
        // All datums of these ellipsoids have been made to agree with WGS 84 within a metre or two.
        let is_geocentric = (axis_m - 6_378_137.0).abs() < 0.01 && (inverse_flattening - 298.257_222_8).abs() < 1e-3;
        let mut text = match (self.shift()?, ours) {
            (Some(shift), _) => format!("{shape} +towgs84={shift}"),
            (None, Some(datum)) => datum.proj().to_owned(),
            (None, None) if is_geocentric => format!("{shape} +towgs84=0,0,0"),
            (None, None) => {
                return Err(format!(
                    "the shift from the datum {name:?} to WGS 84, which is not said,"
                ));
            }
        };
        let meridian = self.core.find(&["PRIMEM", "PRIMEMERIDIAN"]);
        let longitude = meridian.and_then(|node| node.numbers().next()).unwrap_or_default();
        if longitude != 0.0 {
            let unit = meridian.and_then(|node| unit_of(node, &["ANGLEUNIT", "UNIT"]));
            let _ = write!(text, " +pm={}", (longitude * unit.unwrap_or(angle)).to_degrees());
        }
        Ok(text)
    }

    /// The numbers of a shift to WGS 84 that the text gives, as PROJ takes them.
    fn shift(&self) -> Result<Option<String>, String> {
        let join = |numbers: &[f64]| {
            let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            texts.join(",")
        };
        if let Some(node) = self.core.find(&["TOWGS84"]) {
            return Ok(Some(join(&node.numbers().collect::<Vec<_>>())));
        }
        let Some(transformation) = self.root.find(&["ABRIDGEDTRANSFORMATION"]) else {
            return Ok(None);
        };
        let method = transformation.child(&["METHOD"]).map_or("", Node::name);
        let kind = plain(method);
        let sign = if kind.starts_with("geocentrictranslations") || kind.starts_with("positionvector") {
            1.0
        } else if kind.starts_with("coordinateframe") {
            -1.0
        } else {
            return Err(format!("the transformation method {method:?}"));
        };
        let parameters = transformation.children().filter(|node| node.keyword == "PARAMETER");
        let mut numbers = Vec::new();
        for (idx, parameter) in parameters.enumerate() {
            let value = parameter.numbers().next().unwrap_or(f64::NAN);
            let unit = unit_of(parameter, &["ANGLEUNIT", "LENGTHUNIT", "SCALEUNIT", "UNIT"]);
            numbers.push(match idx {
                0..3 => value * unit.unwrap_or(1.0),
                // Seconds of arc, and parts per million.
                3..6 => sign * unit.map_or(value, |unit| (value * unit).to_degrees() * 3600.0),
                _ if unit.is_some_and(|unit| unit < 1e-3) => value * unit.unwrap_or(1e-6) * 1e6,
                // Well-known text writes the scale itself, PROJJSON its difference from 1.
                _ if (value - 1.0).abs() < 0.5 => (value - 1.0) * 1e6,
                _ => value,
            });
        }
        Ok(Some(join(&numbers)))
    }
}

/// The unit among the parts of a node, or of its first axis.
pub fn unit_of(node: &Node, keywords: &[&str]) -> Option<f64> {
    let of_axis = || node.child(&["AXIS"]).and_then(|axis| axis.child(keywords));
    node.child(keywords).or_else(of_axis)?.numbers().next()
}
