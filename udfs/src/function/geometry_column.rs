//! Columns of geometries in every form that they come in, read as well-known binary.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BinaryViewArray, LargeBinaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::array::from_arrow_array;
use geoarrow_array::cast::to_wkb;

use crate::geometry::Geometry;
use crate::{Error, Result};

/// A column of geometries as well-known binary, ISO's or EWKB.
#[derive(Debug, Clone)]
pub enum GeometryColumn {
    /// With 32-bit offsets.
    Binary(BinaryArray),
    /// With 64-bit offsets.
    LargeBinary(LargeBinaryArray),
    /// As views.
    BinaryView(BinaryViewArray),
}

/// True for types that can hold geometries: bytes (WKB), text (WKT) and `GeoArrow`'s nested layouts.
#[must_use]
pub fn is_geometry_type(data_type: &DataType) -> bool {
    data_type.is_binary() || data_type.is_string() || is_native(data_type)
}

fn is_native(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Struct(_)
            | DataType::FixedSizeList(..)
            | DataType::List(_)
            | DataType::LargeList(_)
            | DataType::Union(..)
    )
}

impl GeometryColumn {
    /// Reads a column; `field` tells the layout of `GeoArrow`'s own arrays.
    ///
    /// # Errors
    ///
    /// [`Error::Wkt`] when a text is no geometry, [`Error::GeometryType`] when the column holds none.
    pub fn read(array: &ArrayRef, field: &Field) -> Result<Self> {
        let wrong_type = || Error::GeometryType {
            found: array.data_type().to_string(),
        };
        Ok(match array.data_type() {
            DataType::Binary => Self::Binary(array.as_binary().clone()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary().clone()),
            DataType::BinaryView => Self::BinaryView(array.as_binary_view().clone()),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Binary(parse_texts(array)?),
            DataType::Null | DataType::Dictionary(..) => {
                let plain = cast(array, &DataType::Binary).map_err(|_| wrong_type())?;
                Self::Binary(plain.as_binary().clone())
            }
            native if is_native(native) => {
                let named = with_named_dimensions(native);
                let array = cast(array, &named).map_err(|_| wrong_type())?;
                let field = field.clone().with_data_type(named);
                let native = from_arrow_array(&array, &field).map_err(|_| wrong_type())?;
                let wkb = to_wkb::<i32>(&native).map_err(|_| wrong_type())?;
                Self::Binary(wkb.into_array_ref().as_binary().clone())
            }
            _ => return Err(wrong_type()),
        })
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Binary(array) => array.len(),
            Self::LargeBinary(array) => array.len(),
            Self::BinaryView(array) => array.len(),
        }
    }

    /// The number of NULLs.
    #[must_use]
    pub fn null_count(&self) -> usize {
        match self {
            Self::Binary(array) => array.null_count(),
            Self::LargeBinary(array) => array.null_count(),
            Self::BinaryView(array) => array.null_count(),
        }
    }

    /// True when there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of a row; `None` for NULL.
    ///
    /// # Panics
    ///
    /// When there is no such row.
    #[must_use]
    #[inline]
    pub fn bytes(&self, idx: usize) -> Option<&[u8]> {
        match self {
            Self::Binary(array) => array.is_valid(idx).then(|| array.value(idx)),
            Self::LargeBinary(array) => array.is_valid(idx).then(|| array.value(idx)),
            Self::BinaryView(array) => array.is_valid(idx).then(|| array.value(idx)),
        }
    }

    /// The bytes that the column takes in memory.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        match self {
            Self::Binary(array) => array.get_array_memory_size(),
            Self::LargeBinary(array) => array.get_array_memory_size(),
            Self::BinaryView(array) => array.get_array_memory_size(),
        }
    }
}

/// `GeoArrow` tells the dimensions of interleaved coordinates by the name of their numbers. Parquet calls these
/// `element`; then their count tells.
fn with_named_dimensions(data_type: &DataType) -> DataType {
    let of_item = |item: &FieldRef| {
        let inner = with_named_dimensions(item.data_type());
        Arc::new(item.as_ref().clone().with_data_type(inner))
    };
    match data_type {
        DataType::List(item) => DataType::List(of_item(item)),
        DataType::LargeList(item) => DataType::LargeList(of_item(item)),
        DataType::FixedSizeList(item, size) if !item.name().starts_with("xy") => {
            let name = match size {
                2 => "xy",
                3 => "xyz",
                4 => "xyzm",
                _ => item.name(),
            };
            DataType::FixedSizeList(Arc::new(item.as_ref().clone().with_name(name)), *size)
        }
        other => other.clone(),
    }
}

/// Reads WKT, and the hexadecimal digits of WKB as PostGIS prints them.
fn parse_texts(array: &ArrayRef) -> Result<BinaryArray> {
    let wrong_type = |_| Error::GeometryType {
        found: array.data_type().to_string(),
    };
    let texts = cast(array, &DataType::Utf8).map_err(wrong_type)?;
    let mut builder = BinaryBuilder::with_capacity(texts.len(), 0);
    for text in texts.as_string::<i32>() {
        match text {
            Some(text) => builder.append_value(parse_text(text)?),
            None => builder.append_null(),
        }
    }
    Ok(builder.finish())
}

fn parse_text(text: &str) -> Result<Vec<u8>> {
    let trimmed = text.trim();
    let is_hexadecimal = trimmed.starts_with("00") || trimmed.starts_with("01");
    if is_hexadecimal && trimmed.len().is_multiple_of(2) && trimmed.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let digits = trimmed.as_bytes().chunks_exact(2);
        let bytes = digits.map(|pair| {
            let pair = std::str::from_utf8(pair).unwrap_or_default();
            u8::from_str_radix(pair, 16).unwrap_or_default()
        });
        return Ok(bytes.collect());
    }
    let (geometry, srid) = Geometry::from_wkt(text)?;
    Ok(if srid.is_some() {
        geometry.to_ewkb(srid)
    } else {
        geometry.to_wkb()
    })
}

impl From<GeometryColumn> for ArrayRef {
    fn from(column: GeometryColumn) -> Self {
        match column {
            GeometryColumn::Binary(array) => Arc::new(array),
            GeometryColumn::LargeBinary(array) => Arc::new(array),
            GeometryColumn::BinaryView(array) => Arc::new(array),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use arrow::array::{FixedSizeListArray, Float64Array, StructArray};

    use super::*;
    use crate::geometry::Wkb;

    fn field(name: &str, array: &ArrayRef) -> Field {
        let metadata = [("ARROW:extension:name".to_owned(), name.to_owned())];
        Field::new("geometry", array.data_type().clone(), true).with_metadata(metadata.into())
    }

    fn numbers(item: &str, size: i32) -> ArrayRef {
        let item = Arc::new(Field::new(item, DataType::Float64, false));
        let numbers = Float64Array::from_iter_values((1..=size).map(f64::from));
        Arc::new(FixedSizeListArray::new(item, size, Arc::new(numbers), None))
    }

    fn check(name: &str, array: &ArrayRef, expected: &str) {
        let column = GeometryColumn::read(array, &field(name, array)).unwrap();
        let wkb = Wkb::read(column.bytes(0).unwrap()).unwrap();
        assert_eq!(Geometry::from(wkb).to_wkt(15), expected);
    }

    #[test]
    fn layouts_of_geoarrow_are_read() {
        let separated = ["x", "y"].map(|name| {
            let numbers: ArrayRef = Arc::new(Float64Array::from(vec![f64::from(u8::from(name == "y")) + 1.0]));
            (Arc::new(Field::new(name, DataType::Float64, false)), numbers)
        });
        let separated: ArrayRef = Arc::new(StructArray::from(separated.to_vec()));
        check("geoarrow.point", &separated, "POINT(1 2)");
        check("geoarrow.point", &numbers("xy", 2), "POINT(1 2)");
        check("geoarrow.point", &numbers("element", 2), "POINT(1 2)");
        check("geoarrow.point", &numbers("element", 3), "POINT Z (1 2 3)");
        check("geoarrow.point", &numbers("xyzm", 4), "POINT ZM (1 2 3 4)");
    }

    #[test]
    fn what_is_no_layout_is_an_error() {
        let plain = numbers("xy", 2);
        let plain_field = Field::new("geometry", plain.data_type().clone(), true);
        for (field, array) in [
            (plain_field, plain.clone()),
            (field("geoarrow.polygon", &plain), plain),
            (field("geoarrow.point", &numbers("element", 5)), numbers("element", 5)),
        ] {
            let message = GeometryColumn::read(&array, &field).unwrap_err().to_string();
            assert!(message.contains("expected geometries"), "{message}");
        }
    }
}
