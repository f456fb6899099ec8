//! The types of text columns, inferred from the values of a sample, and values turned into them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use arrow::error::ArrowError;

/// Whole digits from which on a number is taken for a code: a double holds no more exactly.
const CODE_DIGITS: usize = 16;

/// Names that say that numbers of one length are codes.
const CODE_NAMES: [&str; 5] = ["코드", "번호", "pnu", "code", "_cd"];

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Decimal,
    Date,
    Time,
    /// Digits that a number would not keep: a leading zero, sixteen or more.
    Code,
    /// A number that Excel wrote in powers of ten, which has lost its digits.
    Rounded,
    Text,
}

const KINDS: [Kind; 8] = [
    Kind::Boolean,
    Kind::Integer,
    Kind::Decimal,
    Kind::Date,
    Kind::Time,
    Kind::Code,
    Kind::Rounded,
    Kind::Text,
];

/// What a value that is not blank looks like.
pub(super) fn kind_of(value: &str) -> Kind {
    let value = value.trim();
    if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") {
        return Kind::Boolean;
    }
    if is_date(value) {
        return Kind::Date;
    }
    if is_time(value) {
        return Kind::Time;
    }
    number(value).unwrap_or(Kind::Text)
}

fn number(value: &str) -> Option<Kind> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.parse::<i32>().ok()?)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return None;
    }
    let is_code = whole.len() >= CODE_DIGITS || (whole.len() > 1 && whole.starts_with('0'));
    Some(match (fraction, exponent) {
        _ if is_code => Kind::Code,
        (_, Some(exponent)) if exponent >= 10 => Kind::Rounded,
        (None, None) => Kind::Integer,
        _ => Kind::Decimal,
    })
}

fn is_date(value: &str) -> bool {
    value.len() == 10 && chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok()
}

fn is_time(value: &str) -> bool {
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    value.len() > 10
        && formats
            .iter()
            .any(|format| chrono::NaiveDateTime::parse_from_str(value, format).is_ok())
}

/// The type of a column, and a remark where a user might have expected another.
pub(super) fn infer<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> (DataType, Option<String>) {
    let mut counts = [0_usize; KINDS.len()];
    let mut first_text: Option<&str> = None;
    let mut lengths: Option<(usize, bool)> = None;
    for value in values.filter(|value| !value.trim().is_empty()) {
        let kind = kind_of(value);
        if let Some(idx) = KINDS.iter().position(|known| *known == kind) {
            counts[idx] += 1;
        }
        if kind == Kind::Text && first_text.is_none() {
            first_text = Some(value);
        }
        let (length, is_same) = lengths.unwrap_or((value.len(), true));
        lengths = Some((length, is_same && length == value.len()));
    }
    let all: usize = counts.iter().sum();
    let count = |kind: Kind| counts[KINDS.iter().position(|known| *known == kind).unwrap_or_default()];
    let only = |kinds: &[Kind]| kinds.iter().map(|kind| count(*kind)).sum::<usize>() == all;
    if count(Kind::Rounded) > 0 && count(Kind::Text) == 0 {
        let remark = format!(
            "{name} has numbers in powers of ten, as Excel writes long codes, whose last digits are lost; it is read \
             as text"
        );
        return (DataType::Utf8, Some(remark));
    }
    let lower = name.to_lowercase();
    let is_named_code = CODE_NAMES.iter().any(|part| lower.contains(part));
    if all == 0 || is_named_code && lengths.is_some_and(|(length, is_same)| is_same && length >= 5) {
        return (DataType::Utf8, None);
    }
    let data_type = if only(&[Kind::Boolean]) {
        DataType::Boolean
    } else if only(&[Kind::Integer]) {
        DataType::Int64
    } else if only(&[Kind::Integer, Kind::Decimal]) {
        DataType::Float64
    } else if only(&[Kind::Date]) {
        DataType::Date32
    } else if only(&[Kind::Date, Kind::Time]) {
        DataType::Timestamp(TimeUnit::Microsecond, None)
    } else {
        DataType::Utf8
    };
    let n_numbers = count(Kind::Integer) + count(Kind::Decimal);
    let remark = match (first_text, &data_type) {
        (Some(text), DataType::Utf8) if n_numbers * 2 >= all => Some(format!(
            "{name} has numbers and other text, such as {text:?}; it is read as text"
        )),
        _ => None,
    };
    (data_type, remark)
}

/// Texts as values of a type; a blank text is NULL, and text stays as it is.
///
/// The inner error is the place of the first text that does not fit.
pub(super) fn typed(texts: &ArrayRef, data_type: &DataType) -> Result<Result<ArrayRef, usize>, ArrowError> {
    if *data_type == DataType::Utf8 {
        return Ok(Ok(Arc::clone(texts)));
    }
    let Some(strings) = texts.as_any().downcast_ref::<StringArray>() else {
        return Ok(Ok(cast(texts, data_type)?));
    };
    let trimmed: StringArray = strings
        .iter()
        .map(|text| text.map(str::trim).filter(|text| !text.is_empty()))
        .collect();
    let values = cast(&trimmed, data_type)?;
    if values.null_count() > trimmed.null_count() {
        let misfit = (0..trimmed.len()).find(|idx| trimmed.is_valid(*idx) && values.is_null(*idx));
        return Ok(Err(misfit.unwrap_or_default()));
    }
    Ok(Ok(values))
}

/// A type in the words of messages.
pub(super) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "true or false".to_owned(),
        DataType::Date32 => "date such as 2021-05-01".to_owned(),
        DataType::Timestamp(..) => "time such as 2021-05-01 12:00:00".to_owned(),
        integer if integer.is_integer() => "whole number".to_owned(),
        float if float.is_floating() => "number".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, values: &[&str], expected: &DataType, has_remark: bool) {
        let (data_type, remark) = infer(name, values.iter().copied());
        assert_eq!(
            (&data_type, remark.is_some()),
            (expected, has_remark),
            "{name} {values:?} {remark:?}"
        );
    }

    #[test]
    fn types_are_those_that_keep_every_value() {
        check("a", &["1", "-20", "", "300"], &DataType::Int64, false);
        check("a", &["1", "2.5", "1e-3"], &DataType::Float64, false);
        check("lon", &["126.97796919999999"], &DataType::Float64, false);
        check("a", &["true", "False"], &DataType::Boolean, false);
        check("a", &["2021-05-01", " "], &DataType::Date32, false);
        check(
            "a",
            &["2021-05-01 12:00:00", "2021-05-01"],
            &DataType::Timestamp(TimeUnit::Microsecond, None),
            false,
        );
        check("a", &["", " "], &DataType::Utf8, false);
        check("a", &["가", "나"], &DataType::Utf8, false);
    }

    #[test]
    fn codes_stay_text() {
        check("필지", &["1111010100100010000"], &DataType::Utf8, false);
        check("a", &["01", "02"], &DataType::Utf8, false);
        check("전화", &["01012345678"], &DataType::Utf8, false);
        check("법정동코드", &["1111010100", "1111010200"], &DataType::Utf8, false);
        check("수량_cd", &["1", "20"], &DataType::Int64, false);
        check("pnu", &["1.11101E+18"], &DataType::Utf8, true);
        check("a", &["0", "1"], &DataType::Int64, false);
    }

    #[test]
    fn mixed_values_become_text_with_a_remark() {
        check("가격", &["1", "2", "미정"], &DataType::Utf8, true);
        check("가격", &["1,000", "2,000"], &DataType::Utf8, false);
        check("a", &["2021-05-01", "어제"], &DataType::Utf8, false);
    }
}
