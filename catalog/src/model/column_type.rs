//! Column types in words that people write.

use std::fmt;

use arrow::datatypes::{DataType, TimeUnit};

/// The words for the common types; the first word of a type is the one that is written.
const WORDS: [(&str, DataType); 27] = [
    ("text", DataType::Utf8),
    ("string", DataType::Utf8),
    ("varchar", DataType::Utf8),
    ("char", DataType::Utf8),
    ("boolean", DataType::Boolean),
    ("bool", DataType::Boolean),
    ("int8", DataType::Int8),
    ("tinyint", DataType::Int8),
    ("int16", DataType::Int16),
    ("smallint", DataType::Int16),
    ("int32", DataType::Int32),
    ("int", DataType::Int32),
    ("integer", DataType::Int32),
    ("int64", DataType::Int64),
    ("bigint", DataType::Int64),
    ("uint8", DataType::UInt8),
    ("uint16", DataType::UInt16),
    ("uint32", DataType::UInt32),
    ("uint64", DataType::UInt64),
    ("float32", DataType::Float32),
    ("real", DataType::Float32),
    ("float64", DataType::Float64),
    ("double", DataType::Float64),
    ("date", DataType::Date32),
    ("timestamp", DataType::Timestamp(TimeUnit::Microsecond, None)),
    ("binary", DataType::Binary),
    ("bytea", DataType::Binary),
];

/// What a text that is no type should have been.
const EXPECTED: &str = "text, boolean, int8, int16, int32, int64, uint8 … uint64, float32, float64, date, timestamp, \
                        decimal(18,2), binary, or a type as Arrow writes it";

/// The type of a column: an Arrow type that is read and written in common words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnType(DataType);

impl ColumnType {
    /// Reads a type: a common word, `decimal(18,2)`, or the type as Arrow writes it.
    ///
    /// # Errors
    ///
    /// What was found and what is expected, as one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let word = text.trim().to_lowercase();
        if let Some((_, data_type)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Ok(Self(data_type.clone()));
        }
        if let Some(decimal) = decimal(&word) {
            return Ok(Self(decimal));
        }
        let parsed = text.trim().parse::<DataType>();
        parsed
            .map(Self)
            .map_err(|_| format!("not a column type: {text:?}, expected {EXPECTED}"))
    }

    /// The Arrow type.
    #[must_use]
    pub fn arrow(&self) -> &DataType {
        &self.0
    }
}

impl From<&DataType> for ColumnType {
    fn from(data_type: &DataType) -> Self {
        Self(data_type.clone())
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((word, _)) = WORDS.iter().find(|(_, data_type)| *data_type == self.0) {
            return f.write_str(word);
        }
        match self.0 {
            DataType::Decimal128(precision, scale) => write!(f, "decimal({precision},{scale})"),
            _ => self.0.fmt(f),
        }
    }
}

/// `decimal(18,2)`, `numeric(18)`.
fn decimal(word: &str) -> Option<DataType> {
    let inside = word.strip_prefix("decimal").or_else(|| word.strip_prefix("numeric"))?;
    let numbers = inside.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (precision, scale) = numbers.split_once(',').unwrap_or((numbers, "0"));
    let (precision, scale) = (precision.trim().parse::<u8>().ok()?, scale.trim().parse::<i8>().ok()?);
    let fits = (1..=38).contains(&precision) && i16::from(scale) <= i16::from(precision) && scale >= 0;
    fits.then_some(DataType::Decimal128(precision, scale))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::Field;

    use super::*;

    fn check(text: &str, shown: &str) {
        let parsed = ColumnType::parse(text).unwrap();
        assert_eq!(parsed.to_string(), shown);
        assert_eq!(ColumnType::parse(shown).unwrap(), parsed);
    }

    #[test]
    fn types_are_read_and_written_in_common_words() {
        check("Text", "text");
        check("varchar", "text");
        check("Utf8", "text");
        check("bigint", "int64");
        check("INTEGER", "int32");
        check("double", "float64");
        check("numeric(18, 2)", "decimal(18,2)");
        check("Timestamp(ms, \"UTC\")", "Timestamp(ms, \"UTC\")");
    }

    #[test]
    fn nested_types_come_back_equal() {
        let corner = Field::new("xmin", DataType::Float64, true);
        let bbox = DataType::Struct(vec![corner].into());
        let tags = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)));
        for data_type in [bbox, tags, DataType::Decimal256(50, 3)] {
            let column_type = ColumnType::from(&data_type);
            assert_eq!(ColumnType::parse(&column_type.to_string()).unwrap(), column_type);
        }
    }

    #[test]
    fn what_is_no_type_is_answered_with_the_types_there_are() {
        let message = ColumnType::parse("txet").unwrap_err();
        assert!(
            message.starts_with("not a column type: \"txet\", expected text,"),
            "{message}"
        );
    }
}
