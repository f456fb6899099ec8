//! Which of our coordinate systems a well-known text describes.

use std::fmt;

use super::table::{self, Datum, Definition, Projection};
use super::wkt::{Arg, Node};
use crate::error::{Error, Result};

/// Keywords of projected systems.
pub const PROJECTED: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
/// Keywords of systems of longitude and latitude.
pub const GEOGRAPHIC: [&str; 5] = ["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS"];
const WRAPPERS: [&str; 4] = ["COMPD_CS", "COMPOUNDCRS", "BOUNDCRS", "SOURCECRS"];

/// Finds the system: by code, else by name, else by parameters; code and name must agree with the parameters.
pub fn identify(root: &Node) -> Result<&'static Definition> {
    let core = core_of(root);
    let description = Description::of(core);
    let Some(claimed) = by_code(core).or_else(|| by_name(core)) else {
        let mut fitting = table::all()
            .iter()
            .filter(|definition| description.determines(definition));
        return fitting.next().ok_or_else(|| Error::PrjUnknown {
            found: description.to_string(),
        });
    };
    if !description.allows(claimed) {
        let (epsg, name) = (claimed.epsg, claimed.name.to_owned());
        return Err(Error::PrjConflict {
            epsg,
            name,
            found: description.to_string(),
        });
    }
    Ok(claimed)
}

/// The horizontal system inside compound and bound ones.
pub fn core_of(root: &Node) -> &Node {
    let mut node = root;
    while WRAPPERS.contains(&node.keyword.as_str())
        && let Some(inner) = node.children().next()
    {
        node = inner;
    }
    node
}

/// The system of the table whose EPSG code stands in the text.
pub fn by_code(core: &Node) -> Option<&'static Definition> {
    let [Arg::Text(authority), written, ..] = core.child(&["AUTHORITY", "ID"])?.args.as_slice() else {
        return None;
    };
    // WKT 1 quotes the code, WKT 2 does not.
    let digits = match written {
        Arg::Text(text) => text.trim().to_owned(),
        Arg::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_epsg = authority.eq_ignore_ascii_case("EPSG");
    table::all()
        .iter()
        .find(|definition| is_epsg && definition.epsg.to_string() == digits)
}

fn by_name(core: &Node) -> Option<&'static Definition> {
    let is_projected = PROJECTED.contains(&core.keyword.as_str());
    let name = plain(core.name());
    table::all().iter().find(|definition| {
        let mut names = definition.aliases.iter().copied().chain([definition.name]);
        definition.is_geographic() != is_projected && names.any(|known| plain(known) == name)
    })
}

/// A name without its case, blanks, underscores and strokes, which every writer sets differently.
pub fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// What a text says about the system, apart from its name; `None` where it is silent.
struct Description<'a> {
    name: &'a str,
    /// The name of the datum.
    datum_name: &'a str,
    datum: Option<Recognised<Datum>>,
    method: &'a str,
    projection: Option<Recognised<Projection>>,
    /// Whether angles are degrees from Greenwich and lengths metres.
    has_plain_units: bool,
}

/// A part of the text that is one of ours, or is not.
pub enum Recognised<T> {
    /// One of ours.
    Ours(T),
    /// Any other.
    Foreign,
}

impl<'a> Description<'a> {
    fn of(core: &'a Node) -> Self {
        let is_geographic = GEOGRAPHIC.contains(&core.keyword.as_str());
        let datum = core.find(&["DATUM", "ENSEMBLE", "GEODETICDATUM"]);
        let datum_name = datum.map_or("", Node::name);
        let method = method_of(core);
        let projection = if is_geographic {
            Some(Recognised::Ours(Projection::Geographic))
        } else if PROJECTED.contains(&core.keyword.as_str()) {
            (!method.is_empty()).then(|| projection_of(core, method))
        } else {
            Some(Recognised::Foreign)
        };
        Self {
            name: core.name(),
            datum_name,
            datum: core
                .find(&["SPHEROID", "ELLIPSOID"])
                .map(|ellipsoid| datum_of(datum_name, ellipsoid)),
            method,
            projection,
            has_plain_units: has_plain_units(core),
        }
    }

    /// Whether nothing in the text contradicts a system.
    fn allows(&self, definition: &Definition) -> bool {
        let datum_fits = match self.datum {
            Some(Recognised::Ours(datum)) => same_datum(datum, definition),
            Some(Recognised::Foreign) => false,
            None => true,
        };
        let projection_fits = match self.projection {
            Some(Recognised::Ours(projection)) => same_projection(projection, definition.projection),
            Some(Recognised::Foreign) => false,
            None => true,
        };
        datum_fits && projection_fits && self.has_plain_units
    }

    /// Whether the text says enough to mean this system and no other.
    fn determines(&self, definition: &Definition) -> bool {
        self.datum.is_some() && self.projection.is_some() && self.allows(definition)
    }
}

impl fmt::Display for Description<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} on datum {:?}", self.name, self.datum_name)?;
        match self.projection {
            Some(Recognised::Ours(Projection::TransverseMercator {
                lon_0,
                lat_0,
                k,
                x_0,
                y_0,
            })) => {
                write!(
                    formatter,
                    ", transverse Mercator lon_0={lon_0} lat_0={lat_0} k={k} x_0={x_0} y_0={y_0}"
                )?;
            }
            Some(Recognised::Ours(Projection::Geographic)) => formatter.write_str(", longitude and latitude")?,
            Some(_) if !self.method.is_empty() => write!(formatter, ", projection {:?}", self.method)?,
            _ => {}
        }
        if !self.has_plain_units {
            formatter.write_str(", units other than degrees from Greenwich and metres")?;
        }
        Ok(())
    }
}

/// The datum of a name and an ellipsoid.
pub fn datum_of(name: &str, ellipsoid: &Node) -> Recognised<Datum> {
    let name = plain(name);
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    // Writers of a bare ellipsoid name the datum after it, or unknown.
    let is_unnamed = name.is_empty() || has(&["unknown", "unnamed", "notspecified", "undefined"]);
    let mut numbers = ellipsoid.numbers();
    let (axis_m, inverse_flattening) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let is_near = |axis: f64, inverse: f64| (axis_m - axis).abs() < 0.01 && (inverse_flattening - inverse).abs() < 1e-3;
    let is_nearer_grs80 = (inverse_flattening - 298.257_222_101).abs() < (inverse_flattening - 298.257_223_563).abs();
    let datum = if is_near(6_377_397.155, 299.152_812_8) {
        (is_unnamed || has(&["korean1985", "koreandatum1985", "bessel"])).then_some(Datum::Korean1985)
    } else if !is_near(6_378_137.0, 298.257_222_8) {
        None
    } else if has(&["korean1995", "koreandatum1995"]) {
        Some(Datum::Korean1995)
    } else if has(&["wgs84", "wgs1984", "worldgeodeticsystem1984"]) || (is_unnamed && !is_nearer_grs80) {
        Some(Datum::Wgs84)
    } else {
        let is_korean = has(&["korea2000", "kgd2002", "geocentricdatumofkorea", "geodeticdatum2002"]);
        (is_korean || is_unnamed || has(&["itrf", "grs80", "grs1980"])).then_some(Datum::Korea2000)
    };
    datum.map_or(Recognised::Foreign, Recognised::Ours)
}

/// GRS 80 and WGS 84 differ by 0.1 mm and have no shift between them: projected coordinates are the same.
fn same_datum(datum: Datum, definition: &Definition) -> bool {
    let is_geocentric = |datum| matches!(datum, Datum::Korea2000 | Datum::Wgs84);
    let is_interchangeable = !definition.is_geographic() && is_geocentric(datum) && is_geocentric(definition.datum);
    datum == definition.datum || is_interchangeable
}

fn same_projection(found: Projection, known: Projection) -> bool {
    use Projection::TransverseMercator;
    match (found, known) {
        (
            TransverseMercator {
                lon_0,
                lat_0,
                k,
                x_0,
                y_0,
            },
            TransverseMercator {
                lon_0: lon_1,
                lat_0: lat_1,
                k: k_1,
                x_0: x_1,
                y_0: y_1,
            },
        ) => {
            let angles_fit = (lon_0 - lon_1).abs() < 1e-6 && (lat_0 - lat_1).abs() < 1e-6;
            angles_fit && (k - k_1).abs() < 1e-9 && (x_0 - x_1).abs() < 1e-3 && (y_0 - y_1).abs() < 1e-3
        }
        _ => found == known,
    }
}

/// The name of the projection; empty when there is none.
pub fn method_of(core: &Node) -> &str {
    let conversion = core.child(&["CONVERSION"]).unwrap_or(core);
    conversion.child(&["PROJECTION", "METHOD"]).map_or("", Node::name)
}

fn projection_of(core: &Node, method: &str) -> Recognised<Projection> {
    match plain(method).as_str() {
        "transversemercator" | "transversemercatorcomplex" | "gausskruger" => {
            let conversion = core.child(&["CONVERSION"]).unwrap_or(core);
            let parameter = |names: [&str; 2], default: f64| {
                let found = conversion
                    .children()
                    .find(|node| node.keyword == "PARAMETER" && names.contains(&plain(node.name()).as_str()));
                found.and_then(|node| node.numbers().next()).unwrap_or(default)
            };
            Recognised::Ours(Projection::TransverseMercator {
                lon_0: parameter(["centralmeridian", "longitudeofnaturalorigin"], f64::NAN),
                lat_0: parameter(["latitudeoforigin", "latitudeofnaturalorigin"], 0.0),
                k: parameter(["scalefactor", "scalefactoratnaturalorigin"], 1.0),
                x_0: parameter(["falseeasting", "falseeasting"], 0.0),
                y_0: parameter(["falsenorthing", "falsenorthing"], 0.0),
            })
        }
        "mercatorauxiliarysphere" | "popularvisualisationpseudomercator" => Recognised::Ours(Projection::WebMercator),
        // GDAL's WKT 1 has no word for it and adds a PROJ string.
        "mercator1sp" if extension_of(core).contains("+b=6378137") => Recognised::Ours(Projection::WebMercator),
        _ => Recognised::Foreign,
    }
}

/// The PROJ string that GDAL adds to well-known text; empty when there is none.
pub fn extension_of(core: &Node) -> &str {
    let texts = core.child(&["EXTENSION"]).map(|node| node.args.as_slice());
    if let Some([Arg::Text(_), Arg::Text(text), ..]) = texts {
        text
    } else {
        ""
    }
}

/// Whether every unit and the prime meridian are the usual ones, so that parameters can be compared as numbers.
fn has_plain_units(node: &Node) -> bool {
    let first = node.numbers().next();
    let is_near = |expected: f64| first.is_none_or(|factor| (factor / expected - 1.0).abs() < 1e-6);
    let is_plain = match node.keyword.as_str() {
        "PRIMEM" | "PRIMEMERIDIAN" => first.is_none_or(|longitude| longitude == 0.0),
        "ANGLEUNIT" => is_near(1_f64.to_radians()),
        "LENGTHUNIT" => is_near(1.0),
        "UNIT" => is_near(1.0) || is_near(1_f64.to_radians()),
        _ => true,
    };
    is_plain && node.children().all(has_plain_units)
}
