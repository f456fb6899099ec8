//! What a function takes.

use arrow::datatypes::DataType;

use super::geometry_column::is_geometry_type;

/// One argument of a function.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// Its name in the documentation.
    pub name: &'static str,
    /// What it must be.
    pub kind: ArgumentKind,
    /// What it means, with its units.
    pub about: &'static str,
    /// Whether it, and all that follow, can be left out.
    pub is_optional: bool,
}

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A geometry: WKB, EWKB, text in WKT, or an array of `GeoArrow`'s own layouts.
    Geometry,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// A text.
    Text,
    /// A text, or a whole number that is written as one.
    TextOrInteger,
    /// True or false.
    Boolean,
    /// Bytes.
    Binary,
    /// A day.
    Date,
    /// A coordinate system: an EPSG code as number, or a text such as `EPSG:5186`, a PROJ string or PROJJSON.
    Crs,
    /// A list of geometries.
    Geometries,
    /// Anything; the function looks itself.
    Any,
}

impl Argument {
    /// An argument that must be given.
    #[must_use]
    pub const fn new(name: &'static str, kind: ArgumentKind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            about,
            is_optional: false,
        }
    }

    /// A geometry that must be given.
    #[must_use]
    pub const fn geometry(name: &'static str, about: &'static str) -> Self {
        Self::new(name, ArgumentKind::Geometry, about)
    }

    /// A number that must be given.
    #[must_use]
    pub const fn number(name: &'static str, about: &'static str) -> Self {
        Self::new(name, ArgumentKind::Number, about)
    }

    /// A whole number that must be given.
    #[must_use]
    pub const fn integer(name: &'static str, about: &'static str) -> Self {
        Self::new(name, ArgumentKind::Integer, about)
    }

    /// A text that must be given.
    #[must_use]
    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, ArgumentKind::Text, about)
    }

    /// The same argument, which can be left out.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }
}

impl ArgumentKind {
    /// The type that a value of `found` is brought to; `None` when it is no such value.
    pub(super) fn coerced(self, found: &DataType) -> Option<DataType> {
        if let DataType::Dictionary(_, values) = found {
            return self.coerced(values);
        }
        let is_null = *found == DataType::Null;
        match self {
            Self::Any => Some(found.clone()),
            Self::Geometry if is_null => Some(DataType::Binary),
            Self::Geometry => is_geometry_type(found).then(|| found.clone()),
            Self::Geometries => match found {
                DataType::List(_) => Some(found.clone()),
                _ => None,
            },
            Self::Number => (is_null || found.is_numeric()).then_some(DataType::Float64),
            Self::Integer => (is_null || found.is_integer()).then_some(DataType::Int64),
            Self::Boolean => (is_null || *found == DataType::Boolean).then_some(DataType::Boolean),
            Self::Binary => (is_null || found.is_binary()).then_some(DataType::Binary),
            Self::Date => (is_null || found.is_temporal() || found.is_string()).then_some(DataType::Date32),
            Self::Crs if found.is_integer() => Some(DataType::Int64),
            Self::TextOrInteger if found.is_integer() => Some(DataType::Utf8),
            Self::Text | Self::TextOrInteger | Self::Crs => (is_null || found.is_string()).then_some(DataType::Utf8),
        }
    }

    /// What it is called in a message.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Geometry => "a geometry",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Text => "a text",
            Self::TextOrInteger => "a text or a whole number",
            Self::Boolean => "true or false",
            Self::Binary => "bytes",
            Self::Date => "a day",
            Self::Crs => "an EPSG code or the text of a coordinate system",
            Self::Geometries => "a list of geometries",
            Self::Any => "a value",
        }
    }
}
