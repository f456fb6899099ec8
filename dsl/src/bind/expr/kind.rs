//! Kinds of values: as much of their types as mistakes of people depend on.

use arrow_schema::DataType;

use crate::bind::relation::Column;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// NULL.
    Null,
    /// Truth.
    Bool,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A text that is written down; it may stand for a date or a number.
    TextLiteral,
    /// A date or a point of time.
    Time,
    /// A time span.
    Interval,
    /// Geometry.
    Geometry,
    /// What only the planner knows.
    Unknown,
}

impl Kind {
    /// The kind of a column's values.
    pub fn of(column: &Column) -> Self {
        if column.is_geometry() {
            return Self::Geometry;
        }
        match column.field.data_type() {
            DataType::Boolean => Self::Bool,
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Self::Time,
            DataType::Interval(_) | DataType::Duration(_) => Self::Interval,
            data_type if data_type.is_numeric() => Self::Number,
            _ if column.is_text() => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// What it is, in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text | Self::TextLiteral => "a text",
            Self::Time => "a time",
            Self::Interval => "a time span",
            Self::Geometry => "a geometry",
            Self::Unknown => "something else",
        }
    }

    /// What it is, in Korean.
    pub fn korean(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool => "참/거짓",
            Self::Number => "수",
            Self::Text | Self::TextLiteral => "글자",
            Self::Time => "시각",
            Self::Interval => "시간 간격",
            Self::Geometry => "도형",
            Self::Unknown => "다른 값",
        }
    }
}
