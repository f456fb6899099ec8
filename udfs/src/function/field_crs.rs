//! The coordinate system that a column of geometries says it has.

use std::collections::HashMap;

use arrow::datatypes::{DataType, Field};
use serde_json::{Value, json};

use crate::{Crs, Error, Result, System, WGS84_PROJJSON};

const EXTENSION_NAME: &str = "ARROW:extension:name";
const EXTENSION_METADATA: &str = "ARROW:extension:metadata";
const GEOARROW_WKB: &str = "geoarrow.wkb";

/// A coordinate system as the metadata of `GeoArrow` columns have it.
#[derive(Clone, Debug)]
pub struct FieldCrs {
    /// PROJJSON, or a text such as `EPSG:5186` or a PROJ string.
    value: Value,
}

impl FieldCrs {
    /// The system that a field names; `None` for a field without one.
    #[must_use]
    pub fn of_field(field: &Field) -> Option<Self> {
        let metadata = field.metadata().get(EXTENSION_METADATA)?;
        let mut parsed: Value = serde_json::from_str(metadata).ok()?;
        let value = parsed.get_mut("crs")?.take();
        (!value.is_null()).then_some(Self { value })
    }

    /// A system of our table.
    #[must_use]
    pub fn known(crs: Crs) -> Self {
        let value = match crs.epsg() {
            4326 => serde_json::from_str(WGS84_PROJJSON).unwrap_or_else(|_| json!("EPSG:4326")),
            _ => json!(crs.to_string()),
        };
        Self { value }
    }

    /// The system of a number that PostGIS calls SRID: an EPSG code.
    ///
    /// # Errors
    ///
    /// [`Error::CrsCode`] when it is not in the table.
    pub fn from_srid(srid: i64) -> Result<Self> {
        Crs::from_epsg(u32::try_from(srid).unwrap_or_default()).map(Self::known)
    }

    /// Reads an EPSG code, a PROJ string, well-known text or PROJJSON.
    ///
    /// # Errors
    ///
    /// As [`System::parse`].
    pub fn parse(text: &str) -> Result<Self> {
        Ok(match System::parse(text)? {
            System::Known(crs) => Self::known(crs),
            System::Custom(_) => {
                let text = text.trim();
                let value = serde_json::from_str(text).ok().filter(Value::is_object);
                Self {
                    value: value.unwrap_or_else(|| json!(text)),
                }
            }
        })
    }

    /// The system of our table that this is, where it says which.
    #[must_use]
    pub fn crs(&self) -> Option<Crs> {
        if let Some(id) = self.value.get("id")
            && let Some(crs) = of_id(id)
        {
            return Some(crs);
        }
        match self.system() {
            Ok(System::Known(crs)) => Some(crs),
            _ => None,
        }
    }

    /// The system, of our table or by its parameters.
    ///
    /// # Errors
    ///
    /// As [`System::parse`].
    pub fn system(&self) -> Result<System> {
        if let Some(crs) = self.value.get("id").and_then(of_id) {
            return Ok(System::Known(crs));
        }
        match self.value.as_str() {
            Some(text) => System::parse(text),
            None => System::from_projjson(&self.value),
        }
    }

    /// What the system is called in a message.
    #[must_use]
    pub fn name(&self) -> String {
        if let Some(crs) = self.crs() {
            return crs.to_string();
        }
        if let Ok(system) = self.system() {
            return system.to_string();
        }
        let name = self.value.get("name").and_then(Value::as_str).or(self.value.as_str());
        name.map_or_else(
            || "a coordinate system without a name".to_owned(),
            |name| format!("\"{name}\""),
        )
    }

    /// The text or PROJJSON that was given.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The parameters of `GeoArrow`'s extension types that say it.
    #[must_use]
    pub fn parameters(&self) -> Value {
        const WKT2: [&str; 6] = [
            "PROJCRS",
            "GEOGCRS",
            "GEODCRS",
            "BOUNDCRS",
            "COMPOUNDCRS",
            "PROJECTEDCRS",
        ];
        let kind = match self.value.as_str() {
            None => "projjson",
            Some(text) if WKT2.iter().any(|keyword| text.starts_with(keyword)) => "wkt2:2019",
            Some(text) if text.contains(':') && !text.contains(['[', '+', ' ']) => "authority_code",
            // GeoArrow has no word for PROJ strings and the first edition of well-known text.
            Some(_) => return json!({ "crs": self.value }),
        };
        json!({ "crs": self.value, "crs_type": kind })
    }

    /// True when both are the same system.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.value == other.value || matches!((self.system(), other.system()), (Ok(one), Ok(other)) if one == other)
    }

    /// The one system of several columns; columns that name none, such as literals, go along with the others.
    ///
    /// # Errors
    ///
    /// [`Error::MixedCrs`] with the names of two that differ.
    pub fn common<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Result<Option<Self>> {
        let mut common: Option<Self> = None;
        for crs in fields.into_iter().filter_map(Self::of_field) {
            match &common {
                Some(first) if !first.is_same(&crs) => {
                    return Err(Error::MixedCrs {
                        one: first.name(),
                        other: crs.name(),
                    });
                }
                Some(_) => {}
                None => common = Some(crs),
            }
        }
        Ok(common)
    }
}

/// The system of a PROJJSON's identifier.
fn of_id(id: &Value) -> Option<Crs> {
    let code = id.get("code")?;
    match id.get("authority")?.as_str()? {
        "EPSG" => {
            let code = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
            Crs::from_epsg(u32::try_from(code).ok()?).ok()
        }
        "OGC" if code.as_str() == Some("CRS84") => Crs::from_epsg(4326).ok(),
        _ => None,
    }
}

/// A nullable column of well-known binary in a coordinate system.
#[must_use]
pub fn geometry_field(name: &str, crs: Option<&FieldCrs>) -> Field {
    let parameters = crs.map_or_else(|| json!({}), FieldCrs::parameters);
    let metadata = HashMap::from([
        (EXTENSION_NAME.to_owned(), GEOARROW_WKB.to_owned()),
        (EXTENSION_METADATA.to_owned(), parameters.to_string()),
    ]);
    Field::new(name, DataType::Binary, true).with_metadata(metadata)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_which_system_it_is_in() {
        for (crs, name) in [
            ("EPSG:5186", "EPSG:5186"),
            ("4326", "EPSG:4326"),
            ("OGC:CRS84", "EPSG:4326"),
        ] {
            let field = geometry_field("geometry", Some(&FieldCrs::parse(crs).unwrap()));
            assert_eq!(FieldCrs::of_field(&field).unwrap().name(), name);
        }
        assert!(FieldCrs::of_field(&geometry_field("geometry", None)).is_none());
        let custom = FieldCrs::parse("+proj=utm +zone=52").unwrap();
        let field = geometry_field("geometry", Some(&custom));
        assert!(FieldCrs::of_field(&field).unwrap().is_same(&custom));
    }

    #[test]
    fn mixed_systems_are_an_error_that_names_both() {
        let field = |code| geometry_field("geometry", Some(&FieldCrs::from_srid(code).unwrap()));
        let (one, other, none) = (field(5186), field(4326), geometry_field("geometry", None));
        let message = FieldCrs::common([&one, &none, &other]).unwrap_err().to_string();
        assert!(
            message.contains("EPSG:5186") && message.contains("EPSG:4326"),
            "{message}"
        );
        assert_eq!(FieldCrs::common([&none, &one]).unwrap().unwrap().name(), "EPSG:5186");
    }
}
