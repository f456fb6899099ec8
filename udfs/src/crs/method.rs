//! The projections of well-known text and PROJJSON, and PROJ's names of them.

use std::fmt::Write;

use super::custom::unit_of;
use super::identify::{extension_of, method_of, plain};
use super::wkt::Node;

/// A projection: its names without blanks and strokes, PROJ's name, what its parameters are called otherwise than in
/// [`PARAMETERS`], and what PROJ must be told besides.
type Method = (
    &'static [&'static str],
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

#[rustfmt::skip]
const METHODS: [Method; 20] = [
    (&["transversemercator", "transversemercatorcomplex", "gausskruger"], "tmerc", &[], ""),
    (&["mercatorvarianta", "mercator1sp"], "merc", &[], ""),
    (&["mercatorvariantb", "mercator2sp", "mercator"], "merc", &[("lat_1", "lat_ts")], ""),
    (&["lambertconicconformal1sp", "lambertconformalconic1sp"], "lcc", &[("lat_0", "lat_1=lat_0")], ""),
    (&["lambertconicconformal2sp", "lambertconformalconic2sp"], "lcc", &[], ""),
    (&["albersequalarea", "albersconicequalarea", "albers"], "aea", &[], ""),
    (&["lambertazimuthalequalarea"], "laea", &[], ""),
    (&["obliquestereographic", "doublestereographic"], "sterea", &[], ""),
    (&["polarstereographicvarianta"], "stere", &[], ""),
    (&["polarstereographicvariantb"], "stere", &[("lat_ts", "pole")], ""),
    (&["equidistantcylindrical", "equirectangular"], "eqc", &[("lat_1", "lat_ts")], ""),
    (&["lambertcylindricalequalarea", "cylindricalequalarea"], "cea", &[("lat_1", "lat_ts")], ""),
    (&["cassinisoldner", "cassini"], "cass", &[], ""),
    (&["equidistantconic"], "eqdc", &[], ""),
    (&["azimuthalequidistant", "modifiedazimuthalequidistant"], "aeqd", &[], ""),
    (&["americanpolyconic", "polyconic"], "poly", &[], ""),
    (&["hotineobliquemercatorvarianta", "hotineobliquemercator"], "omerc", &[("lon_0", "lonc")], " +no_uoff"),
    (&["hotineobliquemercatorvariantb", "hotineobliquemercatorazimuthcenter"], "omerc", &[("lon_0", "lonc")], ""),
    (&["sinusoidal"], "sinu", &[], ""),
    (&["equalearth"], "eqearth", &[], ""),
];

/// Names of parameters without blanks and strokes, and PROJ's.
#[rustfmt::skip]
const PARAMETERS: [(&str, &[&str]); 10] = [
    ("lat_0", &["latitudeofnaturalorigin", "latitudeoforigin", "latitudeofcenter", "latitudeofcentre", "latitudeoffalseorigin", "latitudeofprojectioncentre"]),
    ("lon_0", &["longitudeofnaturalorigin", "centralmeridian", "longitudeofcenter", "longitudeofcentre", "longitudeoffalseorigin", "longitudeofprojectioncentre", "longitudeoforigin"]),
    ("lat_1", &["latitudeof1ststandardparallel", "standardparallel1"]),
    ("lat_2", &["latitudeof2ndstandardparallel", "standardparallel2"]),
    ("lat_ts", &["latitudeofstandardparallel"]),
    ("k_0", &["scalefactor", "scalefactoratnaturalorigin", "scalefactoratprojectioncentre", "scalefactorattheprojectioncentre"]),
    ("x_0", &["falseeasting", "eastingatfalseorigin", "eastingatprojectioncentre"]),
    ("y_0", &["falsenorthing", "northingatfalseorigin", "northingatprojectioncentre"]),
    ("alpha", &["azimuth", "azimuthofinitialline", "azimuthatprojectioncentre"]),
    ("gamma", &["rectifiedgridangle", "anglefromrectifiedtoskewgrid"]),
];

/// The PROJ parameters of a projected system's projection; else the part that is not supported.
///
/// `angle` in radians and `length_m` are the units of parameters that name none.
pub fn proj(core: &Node, angle: f64, length_m: f64) -> Result<String, String> {
    let method = method_of(core);
    let kind = plain(method);
    let is_web = matches!(
        kind.as_str(),
        "popularvisualisationpseudomercator" | "mercatorauxiliarysphere"
    ) || extension_of(core).contains("+nadgrids=@null");
    // ESRI writes both forms of Lambert's cone under one name.
    let has_second = || find(core, "lat_2").is_some();
    let kind = match kind.as_str() {
        "lambertconformalconic" if has_second() => "lambertconformalconic2sp",
        "lambertconformalconic" => "lambertconformalconic1sp",
        other => other,
    };
    let known = METHODS.iter().find(|(names, ..)| names.contains(&kind));
    let (proj, renamed, more) = match known {
        _ if is_web => ("merc", &[][..], " +a=6378137 +b=6378137 +nadgrids=@null"),
        Some((_, proj, renamed, more)) => (*proj, *renamed, *more),
        None => return Err(format!("the projection {method:?}")),
    };
    let mut text = format!("+proj={proj}{more}");
    for parameter in parameters(core) {
        let name = plain(parameter.name());
        let value = parameter.numbers().next().unwrap_or(f64::NAN);
        let Some(key) = key_of(&name) else {
            let is_without_effect = value == 0.0 || is_web;
            if is_without_effect {
                continue;
            }
            return Err(format!(
                "the parameter {:?} of the projection {method:?}",
                parameter.name()
            ));
        };
        if !value.is_finite() {
            return Err(format!("the value of the parameter {:?}", parameter.name()));
        }
        let unit = unit_of(parameter, &["ANGLEUNIT", "LENGTHUNIT", "SCALEUNIT", "UNIT"]);
        let value = match key {
            "k_0" => value * unit.unwrap_or(1.0),
            "x_0" | "y_0" => value * unit.unwrap_or(length_m),
            _ => degrees(value, unit.unwrap_or(angle)),
        };
        let renamed = renamed.iter().find(|(from, _)| *from == key).map_or(key, |(_, to)| to);
        // Writing to a text cannot fail.
        let _ = match renamed {
            "lat_1=lat_0" => write!(text, " +lat_1={value} +lat_0={value}"),
            "pole" => write!(text, " +lat_0={} +lat_ts={value}", 90_f64.copysign(value)),
            key => write!(text, " +{key}={value}"),
        };
    }
    Ok(text)
}

/// Degrees as they were written, where they were degrees.
fn degrees(value: f64, unit: f64) -> f64 {
    let one = 1_f64.to_radians();
    if (unit / one - 1.0).abs() < 1e-9 {
        value
    } else {
        (value * unit).to_degrees()
    }
}

fn key_of(name: &str) -> Option<&'static str> {
    let found = PARAMETERS.iter().find(|(_, names)| names.contains(&name));
    found.map(|(key, _)| *key)
}

fn parameters(core: &Node) -> impl Iterator<Item = &Node> {
    let conversion = core.child(&["CONVERSION"]).unwrap_or(core);
    conversion.children().filter(|node| node.keyword == "PARAMETER")
}

fn find<'a>(core: &'a Node, key: &str) -> Option<&'a Node> {
    parameters(core).find(|parameter| key_of(&plain(parameter.name())) == Some(key))
}
