//! The columns of a row as properties of a feature.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type, UInt64Type};

use super::message::Value;
use crate::{Error, Result};

/// A column of properties, in one of the types that tiles have.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    values: ArrayRef,
}

impl Property {
    /// A column as properties: whole numbers, numbers, true and false as such, decimals as numbers, anything else as text.
    ///
    /// # Errors
    ///
    /// [`Error::ArgumentType`] when the column has no such form.
    pub fn new(name: &str, column: &ArrayRef) -> Result<Self> {
        let fault = || Error::ArgumentType {
            argument: "the row",
            expected: "of texts, numbers, days, true and false",
            found: format!("{name} of type {}", column.data_type()),
        };
        let wanted = tile_type(column.data_type());
        if !can_cast_types(column.data_type(), &wanted) {
            return Err(fault());
        }
        Ok(Self {
            name: name.to_owned(),
            values: cast(column, &wanted).map_err(|_| fault())?,
        })
    }

    /// The value of a row; `None` for NULL.
    pub fn value(&self, idx: usize) -> Option<Value> {
        if self.values.is_null(idx) {
            return None;
        }
        let mut value = Value::default();
        match self.values.data_type() {
            DataType::Boolean => value.bool = Some(self.values.as_boolean().value(idx)),
            DataType::Float32 => value.float = Some(self.values.as_primitive::<Float32Type>().value(idx)),
            DataType::Float64 => value.double = Some(self.values.as_primitive::<Float64Type>().value(idx)),
            DataType::UInt64 => value.uint = Some(self.values.as_primitive::<UInt64Type>().value(idx)),
            DataType::Int64 => {
                let number = self.values.as_primitive::<Int64Type>().value(idx);
                value.uint = u64::try_from(number).ok();
                value.sint = value.uint.is_none().then_some(number);
            }
            _ => value.string = Some(self.values.as_string::<i32>().value(idx).to_owned()),
        }
        Some(value)
    }
}

fn tile_type(found: &DataType) -> DataType {
    match found {
        DataType::Dictionary(_, values) => tile_type(values),
        DataType::Boolean => DataType::Boolean,
        DataType::UInt64 => DataType::UInt64,
        whole if whole.is_integer() => DataType::Int64,
        DataType::Float16 | DataType::Float32 => DataType::Float32,
        number if number.is_numeric() => DataType::Float64,
        _ => DataType::Utf8,
    }
}
