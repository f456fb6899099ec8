//! PROJ strings: only what the projection library computes as PROJ does.
//!
//! The library leaves out what it does not know, so that a string with an unknown parameter would be another system.

use proj4rs::Proj;
use proj4rs::errors::Error as ProjError;

use super::custom::Custom;
use crate::error::{Error, Result};

const GEOGRAPHIC: [&str; 4] = ["longlat", "latlong", "lonlat", "latlon"];

/// Projections that agree with PROJ, which a test of the repository asks.
const PROJECTIONS: [&str; 25] = [
    "aea", "aeqd", "cass", "cea", "eqc", "eqdc", "eqearth", "etmerc", "gnom", "laea", "lcc", "merc", "mill", "moll",
    "omerc", "ortho", "poly", "robin", "sinu", "somerc", "stere", "sterea", "tmerc", "utm", "webmerc",
];

/// Parameters with a number or an angle.
const NUMBERS: [&str; 26] = [
    "R",
    "a",
    "alpha",
    "b",
    "e",
    "es",
    "f",
    "gamma",
    "k",
    "k_0",
    "lat_0",
    "lat_1",
    "lat_2",
    "lat_ts",
    "lon_0",
    "lon_1",
    "lon_2",
    "lonc",
    "pm",
    "rf",
    "to_meter",
    "vto_meter",
    "x_0",
    "y_0",
    "zone",
    "towgs84",
];

/// Parameters with a name.
const NAMES: [&str; 5] = ["datum", "ellps", "proj", "units", "vunits"];

/// Parameters without a value.
const FLAGS: [&str; 6] = ["no_off", "no_uoff", "no_rot", "over", "south", "approx"];

/// Parameters that say nothing about the coordinates.
const REMARKS: [&str; 4] = ["no_defs", "wktext", "type", "title"];

/// Reads a PROJ string.
///
/// # Errors
///
/// [`Error::CrsUnsupported`] naming the first part that cannot be computed.
pub fn read(text: &str) -> Result<Custom> {
    let unsupported = |part: &str| Error::CrsUnsupported {
        crs: text.to_owned(),
        part: part.to_owned(),
    };
    if !text.is_ascii() {
        return Err(unsupported("a letter that is not ASCII"));
    }
    let mut kept: Vec<String> = Vec::new();
    let mut projection = None;
    for written in text.split_ascii_whitespace() {
        let parameter = written.trim_start_matches('+');
        let (name, value) = match parameter.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (parameter, None),
        };
        if REMARKS.contains(&name) {
            continue;
        }
        let is_computed = match value {
            None => FLAGS.contains(&name),
            Some("") => false,
            Some(value) if name == "proj" => {
                projection.get_or_insert(value);
                GEOGRAPHIC.contains(&value) || PROJECTIONS.contains(&value)
            }
            // The grids of North America's old datum are not at hand.
            Some("NAD27") if name == "datum" => false,
            Some(value) if name == "axis" => value == "enu",
            Some(value) if name == "nadgrids" => value == "@null",
            Some(value) => (NUMBERS.contains(&name) || NAMES.contains(&name)) && !value.starts_with('"'),
        };
        if !is_computed {
            return Err(unsupported(&format!("+{parameter}")));
        }
        if name != "axis" {
            kept.push(match (name, value) {
                ("proj", Some("lonlat" | "latlon")) => "+proj=longlat".to_owned(),
                _ => format!("+{parameter}"),
            });
        }
    }
    let Some(projection) = projection else {
        return Err(unsupported("a string without +proj="));
    };
    let proj_string = kept.join(" ");
    if let Err(source) = Proj::from_proj_string(&proj_string) {
        let part = |name: &str| {
            let begins = format!("+{name}=");
            let found = kept.iter().find(|parameter| parameter.starts_with(&begins));
            found.map_or_else(|| source.to_string(), Clone::clone)
        };
        return Err(unsupported(&match &source {
            ProjError::InvalidEllipsoid => part("ellps"),
            ProjError::InvalidDatum => part("datum"),
            ProjError::InvalidToWGS84String => part("towgs84"),
            ProjError::InvalidUtmZone => part("zone"),
            ProjError::InvalidParameterValue("Invalid units") => part("units"),
            ProjError::ParameterValueError(name) => part(name),
            other => other.to_string(),
        }));
    }
    Ok(Custom {
        name: text.to_owned(),
        is_geographic: GEOGRAPHIC.contains(&projection),
        proj_string,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_read_or_its_unsupported_part_is_named() {
        fn check(text: &str, part: &str) {
            let error = read(text).unwrap_err().to_string();
            assert!(error.ends_with(&format!("{part} is not supported")), "{error}");
        }
        let read_back = read("+proj=tmerc  +lat_0=38 +lon_0=127 +ellps=GRS80 +axis=enu +no_defs +type=crs").unwrap();
        assert_eq!(read_back.proj_string, "+proj=tmerc +lat_0=38 +lon_0=127 +ellps=GRS80");
        assert!(!read_back.is_geographic);
        assert!(read("proj=lonlat ellps=bessel").unwrap().is_geographic);
        check("+proj=igh +lon_0=0", "+proj=igh");
        check("+proj=geocent +ellps=GRS80", "+proj=geocent");
        check("+proj=pipeline +step +proj=utm", "+proj=pipeline");
        check("+proj=longlat +nadgrids=kr.gsb", "+nadgrids=kr.gsb");
        check("+proj=longlat +geoidgrids=egm96.gtx", "+geoidgrids=egm96.gtx");
        check("+proj=longlat +datum=NAD27", "+datum=NAD27");
        check("+proj=longlat +datum=mars", "+datum=mars");
        check("+proj=longlat +ellps=egg", "+ellps=egg");
        check("+proj=tmerc +units=cubit", "+units=cubit");
        check("+proj=tmerc +lat_0=north", "+lat_0=north");
        check("+proj=tmerc +axis=neu", "+axis=neu");
        check("+proj=tmerc +lat_0=38°30'", "a letter that is not ASCII");
        check("+init=epsg:5186", "+init=epsg:5186");
        check("+ellps=GRS80", "a string without +proj=");
        check("+proj=longlat +towgs84=1,2", "+towgs84=1,2");
        check("+proj=utm +zone=61", "+zone=61");
    }
}
