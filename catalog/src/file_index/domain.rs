//! The values of a column as ranks: numbers in the order of the values.

use std::cmp::Ordering;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;

use super::packed::Texts;

/// How the values of a column become ranks and the ranks become values again.
#[derive(Debug)]
pub enum Domain {
    /// Nothing is known of the values.
    Unknown,
    /// Whole numbers, dates, times, fractions.
    Number,
    /// Texts of this many digits: the number that they write.
    Digits(u32),
    /// Any texts: their place in this sorted list.
    Texts(Texts),
    /// Values of any type that has an order: their place in this sorted list.
    Values(Box<[ScalarValue]>),
}

/// Where a value lies among the ranks, which need not have it.
///
/// Ranks up to `less_to` (exclusive) may be of smaller values, those in `equal` of equal ones, those from `greater_from`
/// of greater ones.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    pub less_to: u64,
    pub equal: (u64, u64),
    pub greater_from: u64,
}

impl Cut {
    /// The cut between the ranks below `from`, those equal to the value, and those from `to`.
    fn between(from: u64, to: u64) -> Self {
        Self {
            less_to: from,
            equal: (from, to),
            greater_from: to,
        }
    }
}

impl Domain {
    /// Where a value lies; `None` for a value of another type and for NULL.
    pub fn cut(&self, value: &ScalarValue, data_type: &DataType) -> Option<Cut> {
        match self {
            Self::Unknown => None,
            Self::Number => {
                let same_type = value.data_type() == *data_type || both_timestamps(&value.data_type(), data_type);
                let rank = number_rank(value).filter(|_| same_type)?;
                let mut cut = Cut::between(rank, rank.saturating_add(1));
                if is_zero_fraction(value) {
                    // The two zeros are neighbours. They are equal in SQL, and different in the order that arrow
                    // compares by; nothing is lost when each is taken for both.
                    let zero = number_rank(&positive_zero(value))?;
                    cut = Cut {
                        less_to: zero,
                        equal: (zero - 1, zero + 1),
                        greater_from: zero,
                    };
                }
                Some(cut)
            }
            Self::Digits(length) => Some(digits_cut(text(value)?, *length)),
            Self::Texts(texts) => {
                let value = text(value)?;
                let from = texts.partition_point(|text| text < value);
                let to = from + usize::from(from < texts.len() && texts.get(from) == value);
                Some(Cut::between(from as u64, to as u64))
            }
            Self::Values(values) => {
                // Fractions as partition values have too many notions of equality.
                if value.is_null() || value.data_type() != *data_type || data_type.is_floating() {
                    return None;
                }
                let before = |other: &ScalarValue, order: Ordering| other.partial_cmp(value) == Some(order);
                let from = values.partition_point(|other| before(other, Ordering::Less));
                let to = from + values[from..].partition_point(|other| before(other, Ordering::Equal));
                Some(Cut::between(from as u64, to as u64))
            }
        }
    }

    /// The ranks, from and to (exclusive), of texts that begin with this one; `None` when the values are no texts.
    pub fn prefix(&self, prefix: &str) -> Option<(u64, u64)> {
        match self {
            Self::Digits(length) => Some(digits_prefix(prefix, *length)),
            Self::Texts(texts) => {
                let from = texts.partition_point(|text| text < prefix);
                let to = texts.partition_point(|text| text < prefix || text.starts_with(prefix));
                Some((from as u64, to as u64))
            }
            Self::Unknown | Self::Number | Self::Values(_) => None,
        }
    }

    /// The value of a rank.
    pub fn value(&self, rank: u64, data_type: &DataType) -> Option<ScalarValue> {
        match self {
            Self::Unknown => None,
            Self::Number => number_value(rank, data_type),
            Self::Digits(length) => text_value(format!("{rank:0width$}", width = *length as usize), data_type),
            Self::Texts(texts) => text_value(texts.get(usize::try_from(rank).ok()?).to_owned(), data_type),
            Self::Values(values) => values.get(usize::try_from(rank).ok()?).cloned(),
        }
    }

    /// The number of ranks, where they are places in a list of values.
    pub fn n_ranks(&self) -> Option<usize> {
        match self {
            Self::Texts(texts) => Some(texts.len()),
            Self::Values(values) => Some(values.len()),
            Self::Unknown | Self::Number | Self::Digits(_) => None,
        }
    }

    /// By how many ranks an upper bound in a log may be too low: other writers cut times to milliseconds.
    pub fn slack(data_type: &DataType) -> u64 {
        match data_type {
            DataType::Timestamp(TimeUnit::Nanosecond, _) => 999_999,
            DataType::Timestamp(TimeUnit::Microsecond, _) => 999,
            _ => 0,
        }
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.heap_bytes(),
            Self::Values(values) => values.iter().map(ScalarValue::size).sum(),
            Self::Unknown | Self::Number | Self::Digits(_) => 0,
        }
    }
}

/// The text of a literal of any text type.
pub fn text(value: &ScalarValue) -> Option<&str> {
    match value {
        ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text) | ScalarValue::Utf8View(text) => text.as_deref(),
        _ => None,
    }
}

/// True for the three types of text.
pub fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn text_value(text: String, data_type: &DataType) -> Option<ScalarValue> {
    match data_type {
        DataType::Utf8 => Some(ScalarValue::Utf8(Some(text))),
        DataType::LargeUtf8 => Some(ScalarValue::LargeUtf8(Some(text))),
        DataType::Utf8View => Some(ScalarValue::Utf8View(Some(text))),
        _ => None,
    }
}

fn both_timestamps(one: &DataType, other: &DataType) -> bool {
    matches!((one, other), (DataType::Timestamp(one, a), DataType::Timestamp(other, b))
        if one == other && a.is_some() == b.is_some())
}

/// The longest digit text whose number fits a rank.
pub const MAX_DIGITS: u32 = 19;

/// Where any text lies among the texts of `length` digits, in the order of their bytes.
fn digits_cut(text: &str, length: u32) -> Cut {
    let bytes = text.as_bytes();
    let digits = bytes
        .iter()
        .take(length as usize)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (from, scale) = scaled(&bytes[..digits], length);
    match bytes.get(digits) {
        None if digits == length as usize => Cut::between(from, from + 1),
        // A text that ends, or goes on with less than a digit, comes before all that begin with its digits.
        None => Cut::between(from, from),
        Some(next) if digits < length as usize && *next < b'0' => Cut::between(from, from),
        Some(_) => Cut::between(from + scale, from + scale),
    }
}

/// The ranks, from and to (exclusive), of the texts of `length` digits that begin with `prefix`.
fn digits_prefix(prefix: &str, length: u32) -> (u64, u64) {
    if prefix.len() <= length as usize && prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        let (from, scale) = scaled(prefix.as_bytes(), length);
        return (from, from + scale);
    }
    let place = digits_cut(prefix, length).less_to;
    (place, place)
}

/// The smallest number of `length` digits that begins with these, and how many such numbers there are.
fn scaled(digits: &[u8], length: u32) -> (u64, u64) {
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let missing = length - u32::try_from(digits.len()).unwrap_or(length);
    let scale = 10_u64.pow(missing);
    (number * scale, scale)
}

fn signed(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

fn unsigned(rank: u64) -> i64 {
    (rank ^ (1 << 63)).cast_signed()
}

fn fraction(bits: u64) -> u64 {
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn fraction_bits(rank: u64) -> u64 {
    if rank >> 63 == 1 { rank ^ 1 << 63 } else { !rank }
}

/// The rank of a number, date or time; `None` for NULL, NaN and other types.
pub fn number_rank(value: &ScalarValue) -> Option<u64> {
    Some(match value {
        ScalarValue::Int8(value) => signed(i64::from((*value)?)),
        ScalarValue::Int16(value) => signed(i64::from((*value)?)),
        ScalarValue::Int32(value) | ScalarValue::Date32(value) => signed(i64::from((*value)?)),
        ScalarValue::Int64(value)
        | ScalarValue::Date64(value)
        | ScalarValue::TimestampSecond(value, _)
        | ScalarValue::TimestampMillisecond(value, _)
        | ScalarValue::TimestampMicrosecond(value, _)
        | ScalarValue::TimestampNanosecond(value, _) => signed((*value)?),
        ScalarValue::UInt8(value) => u64::from((*value)?),
        ScalarValue::UInt16(value) => u64::from((*value)?),
        ScalarValue::UInt32(value) => u64::from((*value)?),
        ScalarValue::UInt64(value) => (*value)?,
        // A narrower fraction is a wider one too, in the same order.
        ScalarValue::Float32(value) => fraction(f64::from((*value)?).to_bits()),
        ScalarValue::Float64(value) => fraction((*value)?.to_bits()),
        _ => return None,
    })
    .filter(|_| !is_nan(value))
}

fn is_nan(value: &ScalarValue) -> bool {
    match value {
        ScalarValue::Float32(Some(value)) => value.is_nan(),
        ScalarValue::Float64(Some(value)) => value.is_nan(),
        _ => false,
    }
}

fn is_zero_fraction(value: &ScalarValue) -> bool {
    match value {
        ScalarValue::Float32(Some(value)) => value.abs().to_bits() == 0,
        ScalarValue::Float64(Some(value)) => value.abs().to_bits() == 0,
        _ => false,
    }
}

fn positive_zero(value: &ScalarValue) -> ScalarValue {
    match value {
        ScalarValue::Float32(_) => ScalarValue::Float32(Some(0.0)),
        _ => ScalarValue::Float64(Some(0.0)),
    }
}

/// The number, date or time of a rank.
fn number_value(rank: u64, data_type: &DataType) -> Option<ScalarValue> {
    let number = unsigned(rank);
    Some(match data_type {
        DataType::Int8 => ScalarValue::Int8(Some(i8::try_from(number).ok()?)),
        DataType::Int16 => ScalarValue::Int16(Some(i16::try_from(number).ok()?)),
        DataType::Int32 => ScalarValue::Int32(Some(i32::try_from(number).ok()?)),
        DataType::Date32 => ScalarValue::Date32(Some(i32::try_from(number).ok()?)),
        DataType::Int64 => ScalarValue::Int64(Some(number)),
        DataType::Date64 => ScalarValue::Date64(Some(number)),
        DataType::Timestamp(TimeUnit::Second, zone) => ScalarValue::TimestampSecond(Some(number), zone.clone()),
        DataType::Timestamp(TimeUnit::Millisecond, zone) => {
            ScalarValue::TimestampMillisecond(Some(number), zone.clone())
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            ScalarValue::TimestampMicrosecond(Some(number), zone.clone())
        }
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => ScalarValue::TimestampNanosecond(Some(number), zone.clone()),
        DataType::UInt8 => ScalarValue::UInt8(Some(u8::try_from(rank).ok()?)),
        DataType::UInt16 => ScalarValue::UInt16(Some(u16::try_from(rank).ok()?)),
        DataType::UInt32 => ScalarValue::UInt32(Some(u32::try_from(rank).ok()?)),
        DataType::UInt64 => ScalarValue::UInt64(Some(rank)),
        #[expect(clippy::cast_possible_truncation, reason = "it was one of the narrower type")]
        DataType::Float32 => ScalarValue::Float32(Some(f64::from_bits(fraction_bits(rank)) as f32)),
        DataType::Float64 => ScalarValue::Float64(Some(f64::from_bits(fraction_bits(rank)))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a cut against the order of all texts of two digits.
    fn check_digits(literal: &str) {
        let cut = digits_cut(literal, 2);
        for rank in 0..100_u64 {
            let text = format!("{rank:02}");
            assert_eq!(rank < cut.less_to, text.as_str() < literal, "{text} < {literal}");
            assert_eq!(
                cut.equal.0 <= rank && rank < cut.equal.1,
                text == literal,
                "{text} = {literal}"
            );
            assert_eq!(rank >= cut.greater_from, text.as_str() > literal, "{text} > {literal}");
        }
    }

    #[test]
    fn any_text_has_its_place_among_digits() {
        for literal in [
            "", "0", "1", "9", "12", "00", "99", "120", "999", "1a", "a", "가", "1가", "!", "1!", "12!", "12a", "9:",
        ] {
            check_digits(literal);
        }
    }

    #[test]
    fn prefixes_of_digits() {
        let domain = Domain::Digits(19);
        let first = 1_111_010_100_000_000_000;
        assert_eq!(domain.prefix("1111010100"), Some((first, first + 1_000_000_000)));
        assert_eq!(domain.prefix(""), Some((0, 10_000_000_000_000_000_000)));
        assert_eq!(domain.prefix("11a"), domain.prefix("12").map(|(next, _)| (next, next)));
        assert_eq!(Domain::Digits(2).prefix("123"), Some((13, 13)));
    }

    #[test]
    fn numbers_keep_their_order_and_come_back() {
        let fractions = [f64::MIN, -1.5, -0.0, 0.0, 1e-300, 127.5, f64::MAX];
        let ranks: Vec<u64> = fractions
            .iter()
            .filter_map(|value| number_rank(&ScalarValue::Float64(Some(*value))))
            .collect();
        assert!(ranks.is_sorted() && ranks.len() == fractions.len());
        let wholes = [i32::MIN, -1, 0, 7, i32::MAX].map(|value| ScalarValue::Int32(Some(value)));
        for value in &wholes {
            let rank = number_rank(value).unwrap_or_default();
            assert_eq!(number_value(rank, &DataType::Int32).as_ref(), Some(value));
        }
        for (value, rank) in fractions.iter().zip(ranks) {
            assert_eq!(
                number_value(rank, &DataType::Float64),
                Some(ScalarValue::Float64(Some(*value)))
            );
        }
        let narrow = ScalarValue::Float32(Some(0.1));
        let rank = number_rank(&narrow).unwrap_or_default();
        assert_eq!(number_value(rank, &DataType::Float32), Some(narrow));
        assert_eq!(number_rank(&ScalarValue::Float64(Some(f64::NAN))), None);
    }
}
