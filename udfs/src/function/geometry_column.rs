//! Columns of geometries in every form that they come in, read as well-known binary.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BinaryViewArray, LargeBinaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
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
                let native = from_arrow_array(array, field).map_err(|_| wrong_type())?;
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
