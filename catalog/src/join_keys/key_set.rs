//! Keys of different types as ordered bytes, and a set of them that answers whether it holds one within bounds.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;
use datafusion::execution::memory_pool::MemoryReservation;

/// How many bytes of a key are compared: a PNU whole, and eight Hangul syllables.
const CODE_BYTES: usize = 24;

/// A key as bytes that sort as the keys do.
///
/// Keys that begin alike may share a code; then neither sorts before the other. So a key within bounds has a code within
/// the codes of the bounds, which is all that pruning needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyCode([u8; CODE_BYTES]);

/// The types whose keys can be compared with bounds. Keys and bounds must be of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Text of any encoding, in the order of its bytes.
    Text,
    /// An integer of any width.
    Integer,
    /// A day.
    Date,
}

/// A sorted set of keys.
#[derive(Debug)]
pub struct KeySet {
    kind: KeyKind,
    codes: Vec<KeyCode>,
    /// The memory of the codes.
    reservation: MemoryReservation,
}

impl KeyCode {
    /// The memory of a code in bytes.
    pub const BYTES: usize = CODE_BYTES;

    fn of_bytes(bytes: &[u8]) -> Self {
        let mut code = [0; CODE_BYTES];
        let kept = bytes.len().min(CODE_BYTES);
        code[..kept].copy_from_slice(&bytes[..kept]);
        Self(code)
    }

    fn of_integer(value: i128) -> Self {
        let mut bytes = value.to_be_bytes();
        // Negative numbers sort first.
        bytes[0] ^= 0x80;
        Self::of_bytes(&bytes)
    }

    /// The code of a value; `None` for NULL and for values of another kind.
    pub fn of_scalar(value: &ScalarValue, kind: KeyKind) -> Option<Self> {
        if let ScalarValue::Dictionary(_, value) = value {
            return Self::of_scalar(value, kind);
        }
        if KeyKind::of(&value.data_type()) != Some(kind) {
            return None;
        }
        if let Some(text) = value.try_as_str() {
            return text.map(|text| Self::of_bytes(text.as_bytes()));
        }
        let value = match value {
            ScalarValue::Int8(value) => i128::from((*value)?),
            ScalarValue::Int16(value) => i128::from((*value)?),
            ScalarValue::Int32(value) | ScalarValue::Date32(value) => i128::from((*value)?),
            ScalarValue::Int64(value) => i128::from((*value)?),
            ScalarValue::UInt8(value) => i128::from((*value)?),
            ScalarValue::UInt16(value) => i128::from((*value)?),
            ScalarValue::UInt32(value) => i128::from((*value)?),
            ScalarValue::UInt64(value) => i128::from((*value)?),
            _ => return None,
        };
        Some(Self::of_integer(value))
    }

    /// The codes of an array whose type has a kind; `None` for NULL.
    pub fn of_array(array: &ArrayRef) -> Result<Vec<Option<Self>>, ArrowError> {
        let text = |value: Option<&str>| value.map(|value| Self::of_bytes(value.as_bytes()));
        Ok(match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().iter().map(text).collect(),
            DataType::LargeUtf8 => array.as_string::<i64>().iter().map(text).collect(),
            DataType::Utf8View => array.as_string_view().iter().map(text).collect(),
            DataType::Dictionary(_, values) => Self::of_array(&cast(array, values)?)?,
            DataType::UInt64 => {
                let values = array.as_primitive::<UInt64Type>();
                let code = |value: u64| Self::of_integer(i128::from(value));
                values.iter().map(|value| value.map(code)).collect()
            }
            DataType::Date32 => Self::of_array(&cast(array, &DataType::Int32)?)?,
            _ => {
                let values = cast(array, &DataType::Int64)?;
                let code = |value: i64| Self::of_integer(i128::from(value));
                values
                    .as_primitive::<Int64Type>()
                    .iter()
                    .map(|value| value.map(code))
                    .collect()
            }
        })
    }
}

impl KeyKind {
    /// The kind of a type; `None` for types whose keys do not prune.
    pub fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(Self::Text),
            DataType::Date32 => Some(Self::Date),
            DataType::Dictionary(_, values) => Self::of(values),
            integer if integer.is_integer() => Some(Self::Integer),
            _ => None,
        }
    }
}

impl KeySet {
    /// The set of these codes.
    pub fn new(kind: KeyKind, mut codes: Vec<KeyCode>, reservation: MemoryReservation) -> Self {
        codes.sort_unstable();
        codes.dedup();
        codes.shrink_to_fit();
        Self {
            kind,
            codes,
            reservation,
        }
    }

    /// Reserves the memory that the keys take.
    ///
    /// # Errors
    ///
    /// When the query may not use that much.
    pub fn reserve(&self) -> datafusion::error::Result<()> {
        self.reservation.try_resize(self.codes.capacity() * KeyCode::BYTES)
    }

    /// The kind of the keys.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The number of different keys, as far as their codes differ.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True unless all keys lie outside of the bounds. An unknown bound is beyond all keys.
    pub fn may_hold_between(&self, low: Option<KeyCode>, high: Option<KeyCode>) -> bool {
        let first = low.map_or(0, |low| self.codes.partition_point(|code| *code < low));
        self.codes
            .get(first)
            .is_some_and(|code| high.is_none_or(|high| *code <= high))
    }
}

impl KeySet {
    /// For each pair of bounds: true unless all keys lie outside of them. Bounds of another kind say nothing.
    ///
    /// # Errors
    ///
    /// [`ArrowError`] when the bounds cannot be read as their kind.
    pub fn may_hold_between_each(&self, low: &ArrayRef, high: &ArrayRef) -> Result<Vec<bool>, ArrowError> {
        if KeyKind::of(low.data_type()) != Some(self.kind) || KeyKind::of(high.data_type()) != Some(self.kind) {
            return Ok(vec![true; low.len()]);
        }
        let bounds = KeyCode::of_array(low)?.into_iter().zip(KeyCode::of_array(high)?);
        Ok(bounds.map(|(low, high)| self.may_hold_between(low, high)).collect())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use arrow::array::{Date32Array, Int8Array, StringArray, UInt64Array, make_array};
    use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool};

    use super::*;

    fn set(array: impl Array) -> KeySet {
        let array: ArrayRef = make_array(array.to_data());
        let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
        let kind = KeyKind::of(array.data_type()).unwrap();
        let codes = KeyCode::of_array(&array).unwrap().into_iter().flatten().collect();
        KeySet::new(kind, codes, MemoryConsumer::new("keys").register(&pool))
    }

    fn check(keys: &KeySet, low: impl Into<ScalarValue>, high: impl Into<ScalarValue>, expected: bool) {
        let code = |value: &ScalarValue| KeyCode::of_scalar(value, keys.kind());
        let (low, high) = (low.into(), high.into());
        assert_eq!(
            keys.may_hold_between(code(&low), code(&high)),
            expected,
            "{low} .. {high}"
        );
    }

    #[test]
    fn texts_are_compared_by_their_bytes() {
        let keys = set(StringArray::from(vec![
            Some("1111010100100010000"),
            None,
            Some("4117310100100010000"),
            Some("4117310100100010000"),
        ]));
        assert_eq!(keys.len(), 2);
        check(&keys, "1111010100100010000", "1111010100100010000", true);
        check(&keys, "1111010100100010001", "4117310100100009999", false);
        check(&keys, "1111", "1112", true);
        check(&keys, "2", "3", false);
        check(&keys, "5", "9", false);
        check(&keys, "0", "1", false);
        check(&keys, ScalarValue::Utf8(None), "1", false);
        check(&keys, "41", ScalarValue::Utf8(None), true);
    }

    #[test]
    fn long_texts_that_begin_alike_are_taken_for_equal() {
        let keys = set(StringArray::from(vec!["서울특별시 종로구 청운효자동"]));
        check(&keys, "서울특별시 종로구 가", "서울특별시 종로구 하", true);
        check(&keys, "서울특별시 중구", "서울특별시 중랑구", false);
    }

    #[test]
    fn integers_of_all_widths_are_in_one_order() {
        let keys = set(Int8Array::from(vec![-5, 7]));
        check(&keys, -6_i64, -5_i64, true);
        check(&keys, -4_i64, 6_i32, false);
        check(&keys, 7_u64, u64::MAX, true);
        let keys = set(UInt64Array::from(vec![u64::MAX]));
        check(&keys, i64::MAX, u64::MAX - 1, false);
        check(&keys, -1_i64, u64::MAX, true);
    }

    #[test]
    fn dates_are_not_integers() {
        let keys = set(Date32Array::from(vec![18_000]));
        check(
            &keys,
            ScalarValue::Date32(Some(18_001)),
            ScalarValue::Date32(None),
            false,
        );
        check(&keys, 18_001_i32, ScalarValue::Date32(None), true);
    }

    #[test]
    fn no_keys_lie_nowhere() {
        let keys = set(StringArray::new_null(3));
        assert_eq!(keys.len(), 0);
        check(&keys, ScalarValue::Utf8(None), ScalarValue::Utf8(None), false);
    }
}
