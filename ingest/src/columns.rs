//! Reading values of input columns, whatever type the file gave them.

use std::borrow::Cow;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// A column reduced to one of five types.
pub(crate) enum Column {
    Text(StringArray),
    Int(Int64Array),
    Float(Float64Array),
    Date(Date32Array),
    Bool(BooleanArray),
}

impl Column {
    /// Takes over a column of any type that can be cast to text.
    pub(crate) fn new(array: &ArrayRef) -> Result<Self, ArrowError> {
        let data_type = array.data_type();
        let column = match data_type {
            DataType::Boolean => Self::Bool(array.as_boolean().clone()),
            _ if data_type.is_integer() => {
                Self::Int(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            _ if data_type.is_floating() => {
                Self::Float(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
                Self::Date(cast(array, &DataType::Date32)?.as_primitive::<Date32Type>().clone())
            }
            _ => Self::Text(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()),
        };
        Ok(column)
    }

    /// The value as text without blanks around it; `None` for NULL and blank.
    pub(crate) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        if self.is_null(row) {
            return None;
        }
        let text = match self {
            Self::Text(array) => Cow::Borrowed(array.value(row).trim()),
            Self::Int(array) => Cow::Owned(array.value(row).to_string()),
            Self::Float(array) => Cow::Owned(array.value(row).to_string()),
            Self::Date(array) => Cow::Owned(array.value_as_date(row)?.to_string()),
            Self::Bool(array) => Cow::Owned(array.value(row).to_string()),
        };
        (!text.is_empty()).then_some(text)
    }

    /// The value as a whole number; `None` for NULL and blank.
    ///
    /// # Errors
    ///
    /// The value itself when it is no whole number.
    pub(crate) fn int(&self, row: usize) -> Result<Option<i64>, String> {
        if let Self::Int(array) = self {
            return Ok((!array.is_null(row)).then(|| array.value(row)));
        }
        let Some(text) = self.text(row) else { return Ok(None) };
        // Numbers that went through a table of floats end in ".0".
        let digits = text.strip_suffix(".0").unwrap_or(&text);
        digits.parse().map(Some).map_err(|_| text.clone().into_owned())
    }

    /// The value as a date, written 20210501 or 2021-05-01; `None` for NULL and blank.
    ///
    /// # Errors
    ///
    /// The value itself when it is no date.
    pub(crate) fn date(&self, row: usize) -> Result<Option<NaiveDate>, String> {
        if let Self::Date(array) = self {
            return Ok((!array.is_null(row)).then(|| array.value_as_date(row)).flatten());
        }
        let Some(text) = self.text(row) else { return Ok(None) };
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(&text, "%Y%m%d"));
        date.map(Some).map_err(|_| text.into_owned())
    }

    /// The value as true or false; `None` for NULL and anything else.
    pub(crate) fn bool(&self, row: usize) -> Option<bool> {
        match self {
            Self::Bool(array) => (!array.is_null(row)).then(|| array.value(row)),
            _ => self.text(row)?.to_ascii_lowercase().parse().ok(),
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Text(array) => array.is_null(row),
            Self::Int(array) => array.is_null(row),
            Self::Float(array) => array.is_null(row),
            Self::Date(array) => array.is_null(row),
            Self::Bool(array) => array.is_null(row),
        }
    }
}

/// A row as a JSON object, for the reject file.
pub(crate) fn row_as_json(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let fields = batch.schema_ref().fields();
    let value = |column: &ArrayRef| {
        if column.is_null(row) {
            return Value::Null;
        }
        match column.data_type() {
            DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
            DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into(),
            _ => array_value_to_string(column, row).unwrap_or_default().into(),
        }
    };
    fields
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| (field.name().clone(), value(column)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn texts(values: &[Option<&str>]) -> Column {
        Column::Text(StringArray::from(values.to_vec()))
    }

    #[test]
    fn numbers_are_whole_or_an_error() {
        let column = texts(&[Some("3"), Some(" 3.0 "), Some(""), None, Some("3.5"), Some("x")]);
        let expected = [
            Ok(Some(3)),
            Ok(Some(3)),
            Ok(None),
            Ok(None),
            Err("3.5".to_owned()),
            Err("x".to_owned()),
        ];
        for (row, expected) in expected.into_iter().enumerate() {
            assert_eq!(column.int(row), expected);
        }
        let floats = Column::Float(Float64Array::from(vec![164_661.0, 0.5]));
        assert_eq!(
            (floats.int(0), floats.int(1)),
            (Ok(Some(164_661)), Err("0.5".to_owned()))
        );
    }

    #[test]
    fn dates_have_two_spellings() {
        let column = texts(&[
            Some("20210501"),
            Some("2021-05-01"),
            Some("  "),
            Some("20210532"),
            Some("2021"),
        ]);
        let date = NaiveDate::from_ymd_opt(2021, 5, 1);
        let expected = [
            Ok(date),
            Ok(date),
            Ok(None),
            Err("20210532".to_owned()),
            Err("2021".to_owned()),
        ];
        for (row, expected) in expected.into_iter().enumerate() {
            assert_eq!(column.date(row), expected);
        }
    }

    #[test]
    fn other_types_are_reduced() -> Result<(), ArrowError> {
        let narrow: ArrayRef = Arc::new(arrow::array::Int16Array::from(vec![Some(7), None]));
        let column = Column::new(&narrow)?;
        assert_eq!(
            (column.int(0), column.int(1), column.text(0)),
            (Ok(Some(7)), Ok(None), Some("7".into()))
        );
        let view: ArrayRef = Arc::new(arrow::array::StringViewArray::from(vec![" 대 "]));
        assert_eq!(Column::new(&view)?.text(0), Some("대".into()));
        Ok(())
    }
}
