//! The values of one column of a sample, as guessing looks at them.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Float64Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Float64Type};

/// The values of one column of a sample.
#[derive(Debug)]
pub enum Values {
    /// Texts, and numbers and dates as texts write them.
    Text(StringArray),
    /// Whole numbers, as texts and as numbers.
    Integer(StringArray, Float64Array),
    /// Numbers with a fraction.
    Float(Float64Array),
    /// Bytes.
    Binary(BinaryArray),
    /// What roles are not guessed from: nested values, dates, booleans.
    Other,
}

impl Values {
    /// The values of a column of a sample.
    pub fn of(sample: &[RecordBatch], column: usize, data_type: &DataType) -> Self {
        let arrays: Vec<&dyn Array> = sample.iter().map(|batch| batch.column(column).as_ref()).collect();
        let Ok(array) = concat(&arrays) else {
            return Self::Other;
        };
        Self::of_array(&array, data_type).unwrap_or(Self::Other)
    }

    fn of_array(array: &ArrayRef, data_type: &DataType) -> Option<Self> {
        let text = || Some(cast(array, &DataType::Utf8).ok()?.as_string::<i32>().clone());
        let float = || {
            Some(
                cast(array, &DataType::Float64)
                    .ok()?
                    .as_primitive::<Float64Type>()
                    .clone(),
            )
        };
        match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => text().map(Self::Text),
            DataType::Dictionary(_, values) => {
                let values = cast(array, values).ok()?;
                Self::of_array(&values, values.data_type())
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                let bytes = cast(array, &DataType::Binary).ok()?;
                Some(Self::Binary(bytes.as_binary::<i32>().clone()))
            }
            integer if integer.is_integer() => Some(Self::Integer(text()?, float()?)),
            DataType::Decimal128(_, 0) => Some(Self::Integer(text()?, float()?)),
            number if number.is_numeric() => float().map(Self::Float),
            _ => None,
        }
    }
}
