//! The `geo` metadata of `GeoParquet` files.
//!
//! # Source
//!
//! `GeoParquet` 1.1.0, "File metadata" and "Column metadata"; 2.0, which adds nothing to these that is read here.

use pilji_udfs::{Crs, System};
use serde_json::{Map, Value};

use super::ReadOptions;
use super::declared::Declared;
use crate::error::{Error, Result};

/// The encoding as well-known binary.
pub(super) const WKB: &str = "WKB";

/// The encodings in `GeoArrow`'s own layouts.
const NATIVE: [&str; 6] = [
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
];

/// What is read from the metadata.
#[derive(Debug)]
pub(super) struct GeoMetadata {
    /// The column with the geometry.
    pub column: String,
    pub crs: Option<System>,
    /// The layout of the geometry: [`WKB`], or one of [`NATIVE`].
    pub encoding: String,
    /// What is said of all geometries.
    pub declared: Declared,
    /// Columns that only hold the boxes of the geometry.
    pub coverings: Vec<String>,
    /// Other columns with geometry.
    pub others: Vec<String>,
}

impl GeoMetadata {
    /// Reads the value of the key `geo`; remarks go into `notes`.
    ///
    /// # Errors
    ///
    /// Anything but version 1 or 2 with a primary column in a known encoding and planar edges; a CRS that is not known, unless the
    /// options give one.
    pub(super) fn parse(text: &str, name: &str, options: &ReadOptions, notes: &mut Vec<String>) -> Result<Self> {
        let refused = |found: String| Error::NotGeoParquet {
            name: name.to_owned(),
            found,
        };
        let metadata: Value =
            serde_json::from_str(text).map_err(|source| refused(format!("its geo metadata is no JSON ({source})")))?;

        let Some(version) = metadata["version"].as_str() else {
            return Err(refused("its geo metadata has no version".to_owned()));
        };
        if !(version.starts_with("1.") || version.starts_with("2.")) {
            return Err(refused(format!("its version is {version}")));
        }
        let Some(column) = metadata["primary_column"].as_str() else {
            return Err(refused("its geo metadata has no primary_column".to_owned()));
        };
        let Some(columns) = metadata["columns"].as_object() else {
            return Err(refused("its geo metadata has no columns".to_owned()));
        };
        let Some(geometry) = columns.get(column).and_then(Value::as_object) else {
            return Err(refused(format!(
                "its geo metadata does not describe the primary column {column:?}"
            )));
        };
        let encoding = match geometry.get("encoding").and_then(Value::as_str) {
            Some(known) if known == WKB || NATIVE.contains(&known) => known.to_owned(),
            Some(other) => return Err(refused(format!("the encoding of {column:?} is {other:?}"))),
            None => return Err(refused(format!("the encoding of {column:?} is missing"))),
        };
        if let Some(edges) = geometry.get("edges").and_then(Value::as_str)
            && edges != "planar"
        {
            return Err(refused(format!(
                "its edges are {edges:?}, only planar ones can be kept"
            )));
        }
        if let Some(epoch) = geometry.get("epoch") {
            notes.push(format!(
                "the coordinate epoch {epoch} of {name} is not taken into account"
            ));
        }
        let crs = crs(geometry, name, options, notes)?;
        let others = columns.keys().filter(|other| *other != column).cloned().collect();
        Ok(Self {
            column: column.to_owned(),
            crs,
            encoding,
            declared: Declared::read(geometry),
            coverings: coverings(geometry),
            others,
        })
    }
}

/// The roots of the columns that cover the geometry with boxes.
fn coverings(geometry: &Map<String, Value>) -> Vec<String> {
    let Some(corners) = geometry
        .get("covering")
        .and_then(|covering| covering["bbox"].as_object())
    else {
        return Vec::new();
    };
    let mut roots: Vec<String> = corners
        .values()
        .filter_map(|path| path[0].as_str())
        .map(str::to_owned)
        .collect();
    roots.sort();
    roots.dedup();
    roots
}

/// Absent means OGC:CRS84; null means unknown.
fn crs(
    geometry: &Map<String, Value>,
    name: &str,
    options: &ReadOptions,
    notes: &mut Vec<String>,
) -> Result<Option<System>> {
    let declared = match geometry.get("crs") {
        None => System::parse("OGC:CRS84"),
        Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => System::parse(text),
        Some(projjson) => match epsg(projjson) {
            Ok(epsg) => epsg
                .and_then(|epsg| Crs::from_epsg(epsg).ok())
                .map_or_else(|| System::from_projjson(projjson), |crs| Ok(System::Known(crs))),
            Err(found) if options.crs.is_some() => {
                notes.push(format!(
                    "{name} declares a coordinate system {found}, which is not used"
                ));
                return Ok(None);
            }
            Err(found) => {
                return Err(Error::CrsUnnamed {
                    name: name.to_owned(),
                    found,
                });
            }
        },
    };
    match declared {
        Ok(crs) => Ok(Some(crs)),
        Err(source) if options.crs.is_some() => {
            notes.push(format!(
                "the coordinate system that {name} declares is not used: {source}"
            ));
            Ok(None)
        }
        Err(source) => Err(Error::CrsUnknown {
            name: name.to_owned(),
            source,
        }),
    }
}

/// The EPSG code of a PROJJSON object that has one; longitude comes first in `GeoParquet` whatever the axes say.
fn epsg(projjson: &Value) -> Result<Option<u32>, &'static str> {
    if projjson["type"].as_str().is_none() {
        return Err("that is not PROJJSON");
    }
    let id = &projjson["id"];
    let code = match &id["code"] {
        Value::Number(number) => number.as_u64().and_then(|code| u32::try_from(code).ok()),
        Value::String(text) if text.eq_ignore_ascii_case("CRS84") => return Ok(Some(4326)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let is_epsg = id["authority"]
        .as_str()
        .is_some_and(|authority| authority.eq_ignore_ascii_case("EPSG"));
    Ok(code.filter(|_| is_epsg))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SOUND: &str = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB",
        "geometry_types":["Polygon"],"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],
        "xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}},"centre":{"encoding":"WKB","geometry_types":[]}}}"#;

    fn parse(text: &str) -> Result<GeoMetadata> {
        GeoMetadata::parse(text, "a.parquet", &ReadOptions::default(), &mut Vec::new())
    }

    /// The metadata with the member `crs` of that text.
    fn with_crs(crs: &str) -> String {
        SOUND.replacen(r#""encoding":"WKB","#, &format!(r#""encoding":"WKB","crs":{crs},"#), 1)
    }

    fn known(epsg: u32) -> System {
        Crs::from_epsg(epsg).unwrap().into()
    }

    fn check_crs(crs: &str, expected: Option<u32>) {
        let found = parse(&with_crs(crs)).unwrap().crs;
        assert_eq!(found, expected.map(known), "{crs}");
    }

    fn check_error(text: &str, message: &str) {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.starts_with("a.parquet") && error.contains(message), "{error}");
    }

    #[test]
    fn columns_are_told_apart() {
        let metadata = parse(SOUND).unwrap();
        assert_eq!(metadata.column, "geometry");
        assert_eq!(metadata.coverings, ["bbox"]);
        assert_eq!(metadata.others, ["centre"]);
    }

    #[test]
    fn the_crs_is_read_as_the_specification_says() {
        assert_eq!(parse(SOUND).unwrap().crs, Some(known(4326)));
        check_crs("null", None);
        check_crs(
            r#"{"type":"GeographicCRS","id":{"authority":"OGC","code":"CRS84"}}"#,
            Some(4326),
        );
        check_crs(
            r#"{"type":"ProjectedCRS","id":{"authority":"EPSG","code":5186}}"#,
            Some(5186),
        );
        check_crs(
            r#"{"type":"ProjectedCRS","id":{"authority":"EPSG","code":"5174"}}"#,
            Some(5174),
        );
        check_crs(r#""EPSG:5179""#, Some(5179));
    }

    #[test]
    fn a_crs_may_be_described() {
        let belt = "+proj=tmerc +lat_0=38 +lon_0=126 +x_0=200000 +y_0=600000 +ellps=GRS80 +units=m";
        let found = parse(&with_crs(&format!("{belt:?}"))).unwrap().crs;
        assert_eq!(found, System::parse(belt).ok());
        assert!(matches!(found, Some(System::Custom(_))));
    }

    #[test]
    fn an_unknown_crs_needs_one_from_the_user() {
        let unnamed = with_crs(r#"{"type":"ProjectedCRS","name":"mine"}"#);
        let unknown = with_crs(r#"{"type":"ProjectedCRS","id":{"authority":"EPSG","code":28992}}"#);
        for text in [&unnamed, &unknown] {
            check_error(text, "--crs");
            let options = ReadOptions {
                crs: Crs::from_epsg(5186).ok(),
                ..ReadOptions::default()
            };
            let mut notes = Vec::new();
            let metadata = GeoMetadata::parse(text, "a.parquet", &options, &mut notes).unwrap();
            assert_eq!(metadata.crs, None);
            assert_eq!(notes.len(), 1);
        }
    }

    #[test]
    fn what_is_not_a_known_version_and_encoding_is_refused() {
        check_error("{,}", "no JSON");
        check_error("{}", "no version");
        check_error(&SOUND.replace("1.1.0", "0.4.0"), "0.4.0");
        check_error(&SOUND.replace("1.1.0", "99.0.0"), "99.0.0");
        check_error(&SOUND.replace("primary_column", "primary"), "primary_column");
        check_error(
            &SOUND.replace(r#""primary_column":"geometry""#, r#""primary_column":"shape""#),
            "shape",
        );
        check_error(&SOUND.replace("WKB", "WKT"), "WKT");
        check_error(
            &SOUND.replace(r#""encoding":"WKB","#, r#""encoding":"WKB","edges":"spherical","#),
            "spherical",
        );
    }
}
