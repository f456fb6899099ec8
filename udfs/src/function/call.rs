//! The arguments of a call, and the columns of its answers.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayAccessor, ArrayRef, AsArray, BinaryBuilder, BooleanArray, Float64Array, Float64Builder, Int64Array,
    PrimitiveArray, StringArray, StringBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

use super::field_crs::FieldCrs;
use super::{Argument, ArgumentKind, GeometryColumn};
use crate::geometry::{Geometry, Wkb};
use crate::{Error, Result};

/// A call of a function on a batch of rows.
#[derive(Debug)]
pub struct Call<'a> {
    columns: Vec<Column>,
    fields: &'a [FieldRef],
    return_field: &'a Field,
    n_rows: usize,
    has_nulls: bool,
}

#[derive(Debug)]
struct Column {
    values: Values,
    /// A constant has one row for all.
    is_constant: bool,
}

#[derive(Debug)]
enum Values {
    Geometries(GeometryColumn),
    Numbers(Float64Array),
    Integers(Int64Array),
    Texts(StringArray),
    Booleans(BooleanArray),
    Days(PrimitiveArray<Date32Type>),
    Other(ArrayRef),
}

impl Values {
    fn is_null(&self, idx: usize) -> bool {
        match self {
            Self::Geometries(column) => column.bytes(idx).is_none(),
            Self::Numbers(array) => array.is_null(idx),
            Self::Integers(array) => array.is_null(idx),
            Self::Texts(array) => array.is_null(idx),
            Self::Booleans(array) => array.is_null(idx),
            Self::Days(array) => array.is_null(idx),
            Self::Other(array) => array.is_null(idx),
        }
    }

    fn has_nulls(&self) -> bool {
        let null_count = match self {
            Self::Geometries(column) => column.null_count(),
            Self::Numbers(array) => array.null_count(),
            Self::Integers(array) => array.null_count(),
            Self::Texts(array) => array.null_count(),
            Self::Booleans(array) => array.null_count(),
            Self::Days(array) => array.null_count(),
            Self::Other(array) => array.logical_null_count(),
        };
        null_count > 0
    }
}

impl<'a> Call<'a> {
    pub(super) fn new(arguments: &[Argument], args: &'a ScalarFunctionArgs) -> Result<Self> {
        let mut columns = Vec::with_capacity(args.args.len());
        for ((value, field), argument) in args.args.iter().zip(&args.arg_fields).zip(arguments) {
            let (array, is_constant) = match value {
                ColumnarValue::Array(array) => (Arc::clone(array), false),
                ColumnarValue::Scalar(scalar) => (one_row(scalar)?, true),
            };
            let values = read(argument, &array, field)?;
            columns.push(Column { values, is_constant });
        }
        let is_constant = columns.iter().all(|column| column.is_constant);
        Ok(Self {
            has_nulls: columns.iter().any(|column| column.values.has_nulls()),
            columns,
            fields: &args.arg_fields,
            return_field: &args.return_field,
            n_rows: if is_constant { 1 } else { args.number_rows },
        })
    }

    /// The number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The number of arguments that were given.
    #[must_use]
    pub fn n_arguments(&self) -> usize {
        self.columns.len()
    }

    /// The field of an argument.
    #[must_use]
    pub fn field(&self, argument: usize) -> Option<&Field> {
        self.fields.get(argument).map(AsRef::as_ref)
    }

    /// The field of the answer.
    #[must_use]
    pub fn return_field(&self) -> &Field {
        self.return_field
    }

    /// The CRS of the column of an argument, where it names one.
    #[must_use]
    pub fn crs(&self, argument: usize) -> Option<FieldCrs> {
        FieldCrs::of_field(self.field(argument)?)
    }

    /// The row that stands for all rows of a constant argument; `None` when it varies, is NULL or left out.
    #[must_use]
    pub fn constant(&self, argument: usize) -> Option<Row<'_>> {
        let column = self.columns.get(argument)?;
        (column.is_constant && !column.values.is_null(0)).then_some(Row { call: self, idx: 0 })
    }

    /// The rows in order, `None` for those with a NULL among the arguments.
    pub fn rows(&self) -> impl Iterator<Item = Option<Row<'_>>> {
        (0..self.n_rows).map(|idx| {
            let row = Row { call: self, idx };
            let is_null = |column: &Column| column.values.is_null(row.place(column));
            let has_null = self.has_nulls && self.columns.iter().any(is_null);
            (!has_null).then_some(row)
        })
    }

    /// All rows in order, for functions in which a NULL does not make the answer NULL.
    pub fn rows_with_nulls(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.n_rows).map(|idx| Row { call: self, idx })
    }

    /// A column of numbers.
    ///
    /// # Errors
    ///
    /// The first error of the function.
    pub fn numbers(&self, mut value: impl FnMut(Row<'_>) -> Result<Option<f64>>) -> Result<ArrayRef> {
        let mut builder = Float64Builder::with_capacity(self.n_rows);
        for row in self.rows() {
            builder.append_option(row.map_or(Ok(None), &mut value)?);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A column of numbers that follow from the first argument, a geometry, alone: [`Call::numbers`] without a look at the
    /// other arguments for each row, of which measuring a small parcel takes no longer.
    ///
    /// # Errors
    ///
    /// The first error of the function; [`Error::Wkb`] when bytes are no geometry.
    #[inline]
    pub fn numbers_of_geometry(&self, value: impl FnMut(&Wkb<'_>) -> Result<Option<f64>>) -> Result<ArrayRef> {
        match self.columns.first().map(|column| &column.values) {
            Some(Values::Geometries(GeometryColumn::Binary(array))) => numbers_of(array, value),
            Some(Values::Geometries(GeometryColumn::LargeBinary(array))) => numbers_of(array, value),
            Some(Values::Geometries(GeometryColumn::BinaryView(array))) => numbers_of(array, value),
            _ => Err(no_geometry()),
        }
    }

    /// A column of whole numbers.
    ///
    /// # Errors
    ///
    /// The first error of the function.
    pub fn integers(&self, mut value: impl FnMut(Row<'_>) -> Result<Option<i64>>) -> Result<ArrayRef> {
        let values = self.rows().map(|row| row.map_or(Ok(None), &mut value));
        Ok(Arc::new(values.collect::<Result<Int64Array>>()?))
    }

    /// A column of true and false.
    ///
    /// # Errors
    ///
    /// The first error of the function.
    pub fn booleans(&self, mut value: impl FnMut(Row<'_>) -> Result<Option<bool>>) -> Result<ArrayRef> {
        let values = self.rows().map(|row| row.map_or(Ok(None), &mut value));
        Ok(Arc::new(values.collect::<Result<BooleanArray>>()?))
    }

    /// A column of texts.
    ///
    /// # Errors
    ///
    /// The first error of the function; [`Error::TooLarge`] when the column passes 2 GiB.
    pub fn texts(&self, mut value: impl FnMut(Row<'_>) -> Result<Option<String>>) -> Result<ArrayRef> {
        let mut builder = StringBuilder::with_capacity(self.n_rows, 0);
        let mut n_bytes = 0;
        for row in self.rows() {
            let text = row.map_or(Ok(None), &mut value)?;
            n_bytes = grown(n_bytes, text.as_ref().map_or(0, String::len))?;
            builder.append_option(text);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A column of bytes.
    ///
    /// # Errors
    ///
    /// The first error of the function; [`Error::TooLarge`] when the column passes 2 GiB.
    pub fn binaries(&self, mut value: impl FnMut(Row<'_>) -> Result<Option<Vec<u8>>>) -> Result<ArrayRef> {
        let mut builder = BinaryBuilder::with_capacity(self.n_rows, 0);
        let mut n_bytes = 0;
        for row in self.rows() {
            let bytes = row.map_or(Ok(None), &mut value)?;
            n_bytes = grown(n_bytes, bytes.as_ref().map_or(0, Vec::len))?;
            builder.append_option(bytes);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// A column of geometries.
    ///
    /// # Errors
    ///
    /// The first error of the function; [`Error::TooLarge`] when the column passes 2 GiB.
    pub fn geometries(&self, mut value: impl FnMut(Row<'_>) -> Result<Option<Geometry>>) -> Result<ArrayRef> {
        self.binaries(|row| Ok(value(row)?.map(|geometry| geometry.to_wkb())))
    }
}

/// The arguments in one row; none of them is NULL.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    call: &'a Call<'a>,
    idx: usize,
}

impl<'a> Row<'a> {
    /// The number of the row, from 0.
    #[must_use]
    pub fn idx(&self) -> usize {
        self.idx
    }

    /// True when an argument is NULL; only rows of [`Call::rows_with_nulls`] have such.
    #[must_use]
    pub fn is_null(&self, argument: usize) -> bool {
        self.value(argument).is_some_and(|(values, idx)| values.is_null(idx))
    }

    /// True when an optional argument was given.
    #[must_use]
    pub fn is_given(&self, argument: usize) -> bool {
        argument < self.call.columns.len()
    }

    /// A geometry, looked at where it lies.
    ///
    /// # Errors
    ///
    /// [`Error::Wkb`] when its bytes are none.
    #[inline]
    pub fn wkb(&self, argument: usize) -> Result<Wkb<'a>> {
        match self.value(argument) {
            Some((Values::Geometries(column), idx)) => Wkb::read(column.bytes(idx).unwrap_or_default()),
            _ => Err(no_geometry()),
        }
    }

    /// The bytes of a geometry as they came.
    #[must_use]
    pub fn bytes(&self, argument: usize) -> &'a [u8] {
        match self.value(argument) {
            Some((Values::Geometries(column), idx)) => column.bytes(idx).unwrap_or_default(),
            Some((Values::Other(array), idx)) => array.as_binary_opt::<i32>().map_or(&[], |array| array.value(idx)),
            _ => &[],
        }
    }

    /// A geometry as an owned value.
    ///
    /// # Errors
    ///
    /// [`Error::Wkb`] when its bytes are none.
    pub fn geometry(&self, argument: usize) -> Result<Geometry> {
        self.wkb(argument).map(Geometry::from)
    }

    /// A number; 0 when the argument was left out.
    #[must_use]
    pub fn number(&self, argument: usize) -> f64 {
        match self.value(argument) {
            Some((Values::Numbers(array), idx)) => array.value(idx),
            _ => 0.0,
        }
    }

    /// A whole number; 0 when the argument was left out.
    #[must_use]
    pub fn integer(&self, argument: usize) -> i64 {
        match self.value(argument) {
            Some((Values::Integers(array), idx)) => array.value(idx),
            _ => 0,
        }
    }

    /// A text; empty when the argument was left out.
    #[must_use]
    pub fn text(&self, argument: usize) -> &'a str {
        match self.value(argument) {
            Some((Values::Texts(array), idx)) => array.value(idx),
            _ => "",
        }
    }

    /// True or false; false when the argument was left out.
    #[must_use]
    pub fn boolean(&self, argument: usize) -> bool {
        match self.value(argument) {
            Some((Values::Booleans(array), idx)) => array.value(idx),
            _ => false,
        }
    }

    /// A day, counted from 1970-01-01; `None` when the argument was left out.
    #[must_use]
    pub fn day(&self, argument: usize) -> Option<i32> {
        match self.value(argument) {
            Some((Values::Days(array), idx)) => Some(array.value(idx)),
            _ => None,
        }
    }

    /// The array of an argument of kind [`ArgumentKind::Any`] or [`ArgumentKind::Geometries`], and the place in it.
    #[must_use]
    pub fn other(&self, argument: usize) -> Option<(&'a ArrayRef, usize)> {
        match self.value(argument) {
            Some((Values::Other(array), idx)) => Some((array, idx)),
            _ => None,
        }
    }

    #[inline]
    fn value(&self, argument: usize) -> Option<(&'a Values, usize)> {
        let column = self.call.columns.get(argument)?;
        Some((&column.values, self.place(column)))
    }

    fn place(&self, column: &Column) -> usize {
        if column.is_constant { 0 } else { self.idx }
    }
}

fn one_row(scalar: &ScalarValue) -> Result<ArrayRef> {
    scalar.to_array().map_err(|_| Error::GeometryType {
        found: scalar.data_type().to_string(),
    })
}

fn read(argument: &Argument, array: &ArrayRef, field: &Field) -> Result<Values> {
    let plain = |data_type: &DataType| {
        cast(array, data_type).map_err(|_| Error::ArgumentType {
            argument: argument.name,
            expected: argument.kind.name(),
            found: array.data_type().to_string(),
        })
    };
    let kind = match argument.kind {
        ArgumentKind::Crs if array.data_type().is_integer() => ArgumentKind::Integer,
        ArgumentKind::Crs => ArgumentKind::Text,
        kind => kind,
    };
    Ok(match kind {
        ArgumentKind::Geometry => Values::Geometries(GeometryColumn::read(array, field)?),
        ArgumentKind::Number => Values::Numbers(plain(&DataType::Float64)?.as_primitive::<Float64Type>().clone()),
        ArgumentKind::Integer => Values::Integers(plain(&DataType::Int64)?.as_primitive::<Int64Type>().clone()),
        ArgumentKind::Text | ArgumentKind::TextOrInteger | ArgumentKind::Crs => {
            Values::Texts(plain(&DataType::Utf8)?.as_string::<i32>().clone())
        }
        ArgumentKind::Boolean => Values::Booleans(plain(&DataType::Boolean)?.as_boolean().clone()),
        ArgumentKind::Date => Values::Days(plain(&DataType::Date32)?.as_primitive::<Date32Type>().clone()),
        ArgumentKind::Binary => Values::Other(plain(&DataType::Binary)?),
        ArgumentKind::Geometries | ArgumentKind::Any => Values::Other(Arc::clone(array)),
    })
}

fn no_geometry() -> Error {
    Error::GeometryType {
        found: "nothing".to_owned(),
    }
}

#[inline]
fn numbers_of<'a>(
    array: impl ArrayAccessor<Item = &'a [u8]> + Copy,
    mut value: impl FnMut(&Wkb<'_>) -> Result<Option<f64>>,
) -> Result<ArrayRef> {
    let mut builder = Float64Builder::with_capacity(array.len());
    for idx in 0..array.len() {
        if array.is_null(idx) {
            builder.append_null();
        } else {
            builder.append_option(Wkb::look(array.value(idx), &mut value)?);
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// The bytes of a column with another value, which 32-bit offsets must hold.
fn grown(n_bytes: usize, more: usize) -> Result<usize> {
    let grown = n_bytes.saturating_add(more);
    if i32::try_from(grown).is_err() {
        return Err(Error::TooLarge);
    }
    Ok(grown)
}
