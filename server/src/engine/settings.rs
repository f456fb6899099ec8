//! What a query depends on besides its text: whose it is, and the options of its session.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::SHARED;
use crate::error::{Error, Result};

/// Longest time that may be asked for, so that it can be added to any point of time.
const MAX_TIMEOUT: Duration = Duration::from_hours(24 * 365);

/// Whose query it is, and the options of its session. Travels in tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The schema that is the caller's own: new tables are made there.
    pub own: String,
    /// The schema of the session's temporary tables; empty where there is no session.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub temporary: String,
    /// Options that the caller has set.
    pub options: Options,
}

/// Options of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Schema in which names without one are looked up before the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Time zone of timestamps that have one: `Asia/Seoul`, `+09:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Form in which geometry leaves the server.
    pub geometry_format: GeometryFormat,
    /// Language of texts that do not say it themselves.
    pub query_language: QueryLanguage,
    /// The model that `*` stands for in `PiljiQL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_model: Option<String>,
    /// Whether customs of the legacy hold in `PiljiQL`.
    pub compat: Compat,
    /// Milliseconds after which a query is broken off; 0 for never.
    pub statement_timeout_ms: u64,
    /// How rows are compressed on their way.
    pub compression: Compression,
}

/// Form in which columns of geometry leave the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GeometryFormat {
    /// Well-known binary, marked as `geoarrow.wkb`.
    #[default]
    Wkb,
    /// Well-known text.
    Wkt,
    /// `GeoJSON` geometries as text.
    GeoJson,
    /// `geoarrow.multipolygon` for the polygons of datasets, as they are; well-known binary for other geometries.
    GeoArrow,
}

/// How rows are compressed on their way; all clients of Arrow read all of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Not at all: the fastest on a fast network.
    #[default]
    None,
    /// Quick and light.
    Lz4,
    /// Smaller, for slow networks.
    Zstd,
}

/// Language of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QueryLanguage {
    /// SQL.
    #[default]
    Sql,
    /// `PiljiQL`. Statements of SQL that begin with a word of SQL are still read as such.
    PiljiQl,
}

/// How strict `PiljiQL` is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compat {
    /// What is not said is an error.
    #[default]
    None,
    /// As the legacy was: joins without a condition, NULL for what cannot be converted.
    Legacy,
}

/// The names of all options.
pub const OPTIONS: [&str; 9] = [
    "catalog",
    "schema",
    "time_zone",
    "geometry_format",
    "query_language",
    "default_model",
    "compat",
    "statement_timeout",
    "compression",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            own: SHARED.to_owned(),
            temporary: String::new(),
            options: Options::default(),
        }
    }
}

impl Settings {
    /// Settings of a caller who has set no options.
    #[must_use]
    pub fn of(own: impl Into<String>) -> Self {
        Self {
            own: own.into(),
            ..Self::default()
        }
    }

    /// The schemas in which a name without one is looked up, after the datasets.
    #[must_use]
    pub fn lookup(&self) -> Vec<&str> {
        let mut schemas = Vec::with_capacity(3);
        for schema in [self.options.schema.as_deref(), Some(self.own.as_str()), Some(SHARED)] {
            schemas.extend(schema.filter(|schema| !schemas.contains(schema)));
        }
        schemas
    }
}

impl Options {
    /// The text of an option; `None` for one that there is not.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        Some(match name {
            "catalog" => super::CATALOG.to_owned(),
            "schema" => self.schema.clone().unwrap_or_else(|| super::SCHEMA.to_owned()),
            "time_zone" => self.time_zone.clone().unwrap_or_default(),
            "geometry_format" => self.geometry_format.to_string(),
            "query_language" => self.query_language.to_string(),
            "default_model" => self.default_model.clone().unwrap_or_default(),
            "compat" => self.compat.to_string(),
            "statement_timeout" => self.statement_timeout_ms.to_string(),
            "compression" => self.compression.to_string(),
            _ => return None,
        })
    }

    /// Sets an option; an empty text takes it back.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownOption`], [`Error::OptionValue`].
    pub fn set(&mut self, name: &str, text: &str) -> Result<()> {
        let text = text.trim();
        let name = name.to_lowercase();
        let wrong = |expected: &str| Error::OptionValue {
            name: name.clone(),
            value: text.to_owned(),
            expected: expected.to_owned(),
        };
        match name.as_str() {
            "catalog" if text.is_empty() || text == super::CATALOG => {}
            "catalog" => return Err(wrong("the one catalog, pilji")),
            "schema" => self.schema = Some(text.to_owned()).filter(|text| !text.is_empty()),
            "time_zone" => self.time_zone = time_zone(text).map_err(|()| wrong("Asia/Seoul, UTC or +09:00"))?,
            "geometry_format" => {
                self.geometry_format = match text.to_lowercase().as_str() {
                    "" | "wkb" => GeometryFormat::Wkb,
                    "wkt" => GeometryFormat::Wkt,
                    "geojson" => GeometryFormat::GeoJson,
                    "geoarrow" => GeometryFormat::GeoArrow,
                    _ => return Err(wrong("wkb, wkt, geojson or geoarrow")),
                };
            }
            "query_language" => {
                self.query_language = match text.to_lowercase().as_str() {
                    "" | "sql" => QueryLanguage::Sql,
                    "piljiql" | "dsl" => QueryLanguage::PiljiQl,
                    _ => return Err(wrong("sql or piljiql")),
                };
            }
            "default_model" => self.default_model = Some(text.to_owned()).filter(|text| !text.is_empty()),
            "compat" => {
                self.compat = match text.to_lowercase().as_str() {
                    "" | "none" => Compat::None,
                    "legacy" => Compat::Legacy,
                    _ => return Err(wrong("none or legacy")),
                };
            }
            "statement_timeout" => {
                self.statement_timeout_ms = milliseconds(text)
                    .ok_or_else(|| wrong("milliseconds, or a number with ms, s, min or h; 0 for none"))?;
            }
            "compression" => {
                self.compression = match text.to_lowercase().as_str() {
                    "" | "none" => Compression::None,
                    "lz4" => Compression::Lz4,
                    "zstd" => Compression::Zstd,
                    _ => return Err(wrong("none, lz4 or zstd")),
                };
            }
            _ => {
                return Err(Error::UnknownOption {
                    name,
                    known: OPTIONS.map(str::to_owned).to_vec(),
                });
            }
        }
        Ok(())
    }

    /// Time after which a query is broken off.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        (self.statement_timeout_ms > 0).then(|| Duration::from_millis(self.statement_timeout_ms))
    }
}

/// A zone that Arrow can compute with.
fn time_zone(text: &str) -> Result<Option<String>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<arrow::array::timezone::Tz>() {
        Ok(_) => Ok(Some(text.to_owned())),
        Err(_) => Err(()),
    }
}

fn milliseconds(text: &str) -> Option<u64> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim().to_lowercase().as_str() {
        "" | "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let milliseconds = number.checked_mul(unit)?;
    (u128::from(milliseconds) <= MAX_TIMEOUT.as_millis()).then_some(milliseconds)
}

impl fmt::Display for GeometryFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wkb => "wkb",
            Self::Wkt => "wkt",
            Self::GeoJson => "geojson",
            Self::GeoArrow => "geoarrow",
        })
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        })
    }
}

impl fmt::Display for QueryLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sql => "sql",
            Self::PiljiQl => "piljiql",
        })
    }
}

impl fmt::Display for Compat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Legacy => "legacy",
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_people_write_them() {
        let mut options = Options::default();
        for (name, text, shown) in [
            ("catalog", "pilji", "pilji"),
            ("schema", "kim", "kim"),
            ("schema", "", "public"),
            ("TIME_ZONE", "Asia/Seoul", "Asia/Seoul"),
            ("time_zone", "+09:00", "+09:00"),
            ("geometry_format", "WKT", "wkt"),
            ("geometry_format", "GeoArrow", "geoarrow"),
            ("query_language", "SQL", "sql"),
            ("query_language", "dsl", "piljiql"),
            ("default_model", "내토지", "내토지"),
            ("compat", "LEGACY", "legacy"),
            ("statement_timeout", "1500", "1500"),
            ("statement_timeout", "2 min", "120000"),
            ("statement_timeout", "30s", "30000"),
            ("statement_timeout", "0", "0"),
        ] {
            options.set(name, text).unwrap();
            assert_eq!(
                options.get(&name.to_lowercase()).as_deref(),
                Some(shown),
                "{name} = {text}"
            );
        }
        assert_eq!(options.get("colour"), None);
    }

    #[test]
    fn a_wrong_option_says_what_there_is() {
        let mut options = Options::default();
        for (name, text, words) in [
            ("colour", "red", "schema, time_zone"),
            ("catalog", "other", "pilji"),
            ("time_zone", "Seoul", "Asia/Seoul"),
            ("geometry_format", "svg", "wkb, wkt, geojson or geoarrow"),
            ("query_language", "cobol", "sql or piljiql"),
            ("compat", "splunk", "none or legacy"),
            ("statement_timeout", "soon", "milliseconds"),
            ("statement_timeout", "99999999999999999999", "milliseconds"),
            ("statement_timeout", "9999999999h", "milliseconds"),
        ] {
            let message = options.set(name, text).unwrap_err().to_string();
            assert!(message.contains(words), "{name} = {text}: {message}");
        }
        assert_eq!(options, Options::default());
    }
}
