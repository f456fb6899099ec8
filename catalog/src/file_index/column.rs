//! What is known of one column in every file: bounds as ranks, and where there are NULLs.

use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type, UInt64Type};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;

use super::by_rank::FilesByRank;
use super::domain::{Cut, Domain, MAX_DIGITS, is_text, number_rank};
use super::packed::{BLOCK, Bits, Packed, Texts};

/// Bounds and NULLs of one column; a partition column has one value, or only NULLs, in each file.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    pub data_type: DataType,
    n_files: usize,
    domain: Domain,
    min: Packed,
    /// The upper bounds; `None` when they are the lower ones.
    max: Option<Packed>,
    /// The files with bounds; `None` when all have them.
    bounded: Option<Bits>,
    /// The files that hold only NULLs; `None` when there are none.
    only_null: Option<Bits>,
    nulls: Nulls,
    /// The smallest and the largest rank that a file of the block may hold.
    blocks: Box<[Range]>,
    /// The files of each rank; `None` for columns whose ranks are no places in a list, and for those with bounds.
    by_rank: Option<FilesByRank>,
}

/// Texts shorter than this are not cut: the protocol cuts at 32 characters, Parquet's writers at 64 bytes.
const CUT_TEXT_BYTES: usize = 32;

/// Numbers of NULLs.
#[derive(Debug)]
enum Nulls {
    /// No file has any.
    None,
    /// Of no file it is known.
    Unknown,
    /// One more than the number of NULLs; 0 when that is not known.
    Counts(Packed),
    /// All rows of a file are NULL, or none.
    Whole,
}

/// Statistics of one leaf column as arrays, one entry per file.
#[derive(Debug, Clone)]
pub struct LeafArrays {
    pub min: ArrayRef,
    pub max: ArrayRef,
    pub null_count: ArrayRef,
}

impl Column {
    /// A partition column, from its value in each file.
    pub fn partition(name: &str, values: &ArrayRef) -> Result<Self, ArrowError> {
        let data_type = values.data_type().clone();
        let (domain, ranks) = if is_text(&data_type) {
            let texts = cast(values, &DataType::Utf8)?;
            text_ranks(&[&texts])?
        } else if is_whole(&data_type) {
            (Domain::Number, whole_ranks(values)?)
        } else {
            value_ranks(values)?
        };
        let n_files = ranks.len();
        let only_null = Bits::from_fn(n_files, |idx| ranks[idx].is_none());
        let bounded = Bits::from_fn(n_files, |idx| ranks[idx].is_some());
        let has_nulls = !only_null.is_zero();
        Ok(Self {
            name: name.to_owned(),
            data_type,
            n_files,
            min: Packed::new(&ranks),
            max: None,
            blocks: block_bounds(n_files, |idx| ranks[idx].map(|rank| (rank, rank)).or(Some((1, 0)))),
            bounded: has_nulls.then_some(bounded),
            only_null: has_nulls.then_some(only_null),
            nulls: Nulls::Whole,
            by_rank: domain.n_ranks().map(|n_ranks| FilesByRank::new(&ranks, n_ranks)),
            domain,
        })
    }

    /// A leaf column of the files; `None` when nothing is known of it.
    pub fn leaf(
        name: &str,
        data_type: &DataType,
        arrays: &LeafArrays,
        rows: &UInt64Array,
    ) -> Result<Option<Self>, ArrowError> {
        let (domain, min, max) = leaf_ranks(data_type, arrays)?;
        let n_files = rows.len();
        let counts = arrays.null_count.as_primitive::<UInt64Type>();
        let count = |idx: usize| counts.is_valid(idx).then(|| counts.value(idx));
        // Bounds that contradict each other are those of a careless writer and say nothing.
        let bounds = |idx: usize| min[idx].zip(max[idx]).filter(|(min, max)| min <= max);
        let is_only_null = |idx: usize| rows.is_valid(idx) && count(idx) == Some(rows.value(idx));
        let bounded = Bits::from_fn(n_files, |idx| bounds(idx).is_some());
        let only_null = Bits::from_fn(n_files, |idx| bounds(idx).is_none() && is_only_null(idx));
        if bounded.is_zero() && counts.null_count() == n_files {
            return Ok(None);
        }
        let nulls = if counts.null_count() == n_files {
            Nulls::Unknown
        } else if (0..n_files).all(|idx| count(idx) == Some(0)) {
            Nulls::None
        } else {
            let counts: Vec<Option<u64>> = (0..n_files).map(|idx| Some(count(idx).map_or(0, |n| n + 1))).collect();
            Nulls::Counts(Packed::new(&counts))
        };
        let blocks = block_bounds(n_files, |idx| {
            bounds(idx).or_else(|| only_null.get(idx).then_some((1, 0)))
        });
        let lows: Vec<Option<u64>> = (0..n_files).map(|idx| Some(bounds(idx)?.0)).collect();
        let highs: Vec<Option<u64>> = (0..n_files).map(|idx| Some(bounds(idx)?.1)).collect();
        let all_bounded = (0..n_files).all(|idx| bounded.get(idx));
        Ok(Some(Self {
            name: name.to_owned(),
            data_type: data_type.clone(),
            n_files,
            domain,
            min: Packed::new(&lows),
            max: (lows != highs).then(|| Packed::new(&highs)),
            bounded: (!all_bounded).then_some(bounded),
            only_null: (!only_null.is_zero()).then_some(only_null),
            nulls,
            blocks,
            by_rank: None,
        }))
    }

    /// The values as ranks.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Where a value lies among the ranks; `None` for a value of another type and for NULL.
    pub fn cut(&self, value: &ScalarValue) -> Option<Cut> {
        self.domain.cut(value, &self.data_type)
    }

    /// By how many ranks the upper bounds may be too low.
    pub fn slack(&self) -> u64 {
        match self.nulls {
            Nulls::Whole => 0,
            _ => Domain::slack(&self.data_type),
        }
    }

    /// True for a bound that is a value of the file for sure. Other writers cut long texts and times, and leave out NaN.
    pub fn is_value(&self, rank: u64) -> bool {
        match &self.domain {
            _ if matches!(self.nulls, Nulls::Whole) => true,
            Domain::Number => !self.data_type.is_floating() && !matches!(self.data_type, DataType::Timestamp(..)),
            Domain::Digits(_) => true,
            Domain::Texts(texts) => usize::try_from(rank).is_ok_and(|rank| texts.get(rank).len() < CUT_TEXT_BYTES),
            Domain::Unknown | Domain::Values(_) => false,
        }
    }

    /// The ranks of a file's bounds.
    pub fn ranks(&self, idx: usize) -> Option<(u64, u64)> {
        let bounded = self.bounded.as_ref().is_none_or(|bounded| bounded.get(idx));
        let max = self.max.as_ref().unwrap_or(&self.min);
        bounded.then(|| (self.min.get(idx), max.get(idx)))
    }

    /// The value of a rank.
    pub fn value(&self, rank: u64) -> Option<ScalarValue> {
        self.domain.value(rank, &self.data_type)
    }

    /// The bounds of a file; `None` when they are not known or all values are NULL.
    pub fn bounds(&self, idx: usize) -> Option<(ScalarValue, ScalarValue)> {
        let (min, max) = self.ranks(idx)?;
        self.value(min).zip(self.value(max))
    }

    /// True when a file is known to hold no value but NULL in this column.
    pub fn is_only_null(&self, idx: usize) -> bool {
        self.only_null.as_ref().is_some_and(|only_null| only_null.get(idx))
    }

    /// The number of NULLs of a file that has `rows` rows, when known.
    pub fn null_count(&self, idx: usize, rows: Option<u64>) -> Option<u64> {
        match &self.nulls {
            Nulls::Unknown => None,
            Nulls::Counts(counts) => counts.get(idx).checked_sub(1),
            Nulls::Whole if self.is_only_null(idx) => rows,
            Nulls::None | Nulls::Whole => Some(0),
        }
    }

    /// The files by the values that they hold, where they are listed so: the others hold no value at all.
    pub fn by_rank(&self) -> Option<&FilesByRank> {
        self.by_rank.as_ref()
    }

    /// False when no file of the block has a value in any of these ranges.
    pub fn block_may_hold(&self, block: usize, ranges: &[Range]) -> bool {
        match self.blocks[block] {
            UNKNOWN => true,
            (low, high) => overlaps(ranges, low, high),
        }
    }

    /// The files of a block that may hold a value in any of these ranges, as bits.
    pub fn may_hold(&self, block: usize, ranges: &[Range]) -> u64 {
        let bounded = self.bounded.as_ref().map_or(u64::MAX, |bounded| bounded.word(block));
        let overlap = match ranges {
            [] => 0,
            [(from, to)] => {
                let max = self.max.as_ref().unwrap_or(&self.min);
                self.min.at_most(block, *to) & max.at_least(block, *from)
            }
            _ => {
                let first = block * BLOCK;
                let files = first..self.n_files.min(first + BLOCK);
                files.fold(0, |word, idx| {
                    let holds = self.ranks(idx).is_some_and(|(low, high)| overlaps(ranges, low, high));
                    word | u64::from(holds) << (idx - first)
                })
            }
        };
        overlap & bounded | !bounded & !self.only_null_word(block)
    }

    /// The files of a block that may hold a NULL, as bits.
    pub fn may_hold_null(&self, block: usize) -> u64 {
        match &self.nulls {
            Nulls::None => 0,
            Nulls::Unknown => u64::MAX,
            Nulls::Counts(counts) => counts.at_most(block, 0) | counts.at_least(block, 2),
            Nulls::Whole => self.only_null_word(block),
        }
    }

    /// The files of a block that may hold a value other than NULL, as bits.
    pub fn may_hold_value(&self, block: usize) -> u64 {
        !self.only_null_word(block)
    }

    fn only_null_word(&self, block: usize) -> u64 {
        self.only_null.as_ref().map_or(0, |only_null| only_null.word(block))
    }

    /// Bytes in memory.
    pub fn memory_bytes(&self) -> usize {
        let flags = |bits: &Option<Bits>| bits.as_ref().map_or(0, Bits::heap_bytes);
        let nulls = match &self.nulls {
            Nulls::Counts(counts) => counts.heap_bytes(),
            Nulls::None | Nulls::Unknown | Nulls::Whole => 0,
        };
        size_of::<Self>()
            + self.name.capacity()
            + self.domain.heap_bytes()
            + self.min.heap_bytes()
            + self.max.as_ref().map_or(0, Packed::heap_bytes)
            + flags(&self.bounded)
            + flags(&self.only_null)
            + nulls
            + size_of_val(self.blocks.as_ref())
            + self.by_rank.as_ref().map_or(0, FilesByRank::heap_bytes)
    }
}

/// Values from a rank to a rank, both inclusive, as a file's bounds are compared with them: a file may hold one when its
/// lower bound is at most the second and its upper bound at least the first.
///
/// Values that lie between two neighbouring ranks, such as a text between two bounds, have the range `(rank + 1, rank)`.
pub type Range = (u64, u64);

/// The bounds of a block with a file of which nothing is known.
const UNKNOWN: Range = (0, u64::MAX);

/// True when values from `low` to `high` may be in one of these ranges, whose ends both ascend.
fn overlaps(ranges: &[Range], low: u64, high: u64) -> bool {
    let first = ranges.partition_point(|(_, to)| *to < low);
    ranges.get(first).is_some_and(|(from, _)| *from <= high)
}

/// The bounds of each block from those of its files; `None` for a file of which nothing is known, `(1, 0)` for one
/// without values.
fn block_bounds(n_files: usize, bounds: impl Fn(usize) -> Option<Range>) -> Box<[Range]> {
    let block = |block: usize| {
        let files = block * BLOCK..n_files.min((block + 1) * BLOCK);
        files.fold((u64::MAX, 0), |(low, high), idx| match bounds(idx) {
            Some((min, max)) if min <= max => (low.min(min), high.max(max)),
            Some(_) => (low, high),
            None => UNKNOWN,
        })
    };
    (0..n_files.div_ceil(BLOCK)).map(block).collect()
}

/// True for whole numbers, dates and times.
fn is_whole(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
}

type Ranks = Vec<Option<u64>>;

fn leaf_ranks(data_type: &DataType, arrays: &LeafArrays) -> Result<(Domain, Ranks, Ranks), ArrowError> {
    if is_whole(data_type) {
        return Ok((Domain::Number, whole_ranks(&arrays.min)?, whole_ranks(&arrays.max)?));
    }
    if is_text(data_type) {
        let (min, max) = (cast(&arrays.min, &DataType::Utf8)?, cast(&arrays.max, &DataType::Utf8)?);
        let (domain, mut min_ranks) = match digit_ranks(&[&min, &max]) {
            Some(ranks) => ranks,
            None => text_ranks(&[&min, &max])?,
        };
        let max_ranks = min_ranks.split_off(min.len());
        return Ok((domain, min_ranks, max_ranks));
    }
    let fractions = |array: &ArrayRef| -> Option<Ranks> {
        Some(match data_type {
            DataType::Float32 => {
                let values = array.as_primitive::<Float32Type>().iter();
                values.map(|value| number_rank(&ScalarValue::Float32(value))).collect()
            }
            DataType::Float64 => {
                let values = array.as_primitive::<Float64Type>().iter();
                values.map(|value| number_rank(&ScalarValue::Float64(value))).collect()
            }
            _ => return None,
        })
    };
    let unknown = || vec![None; arrays.min.len()];
    Ok(match fractions(&arrays.min).zip(fractions(&arrays.max)) {
        Some((min, max)) => (Domain::Number, min, max),
        None => (Domain::Unknown, unknown(), unknown()),
    })
}

/// Ranks of whole numbers, dates and times.
fn whole_ranks(values: &ArrayRef) -> Result<Ranks, ArrowError> {
    if values.data_type().is_unsigned_integer() {
        let wide = cast(values, &DataType::UInt64)?;
        return Ok(wide.as_primitive::<UInt64Type>().iter().collect());
    }
    let wide = cast(values, &DataType::Int64)?;
    let ranks = wide.as_primitive::<Int64Type>().iter();
    Ok(ranks.map(|value| number_rank(&ScalarValue::Int64(value))).collect())
}

/// Ranks of texts that are all digits of one length; `None` for others.
fn digit_ranks(arrays: &[&ArrayRef]) -> Option<(Domain, Ranks)> {
    let texts = || arrays.iter().flat_map(|array| array.as_string::<i32>().iter());
    let length = u32::try_from(texts().flatten().next()?.len()).ok()?;
    let is_digits = |text: &str| text.len() == length as usize && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=MAX_DIGITS).contains(&length) || !texts().flatten().all(is_digits) {
        return None;
    }
    let ranks = texts().map(|text| text?.parse().ok()).collect();
    Some((Domain::Digits(length), ranks))
}

/// Ranks of any texts: their place in the sorted list of them.
fn text_ranks(arrays: &[&ArrayRef]) -> Result<(Domain, Ranks), ArrowError> {
    let texts = || arrays.iter().flat_map(|array| array.as_string::<i32>().iter());
    let mut sorted: Vec<&str> = texts().flatten().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |text: &str| sorted.binary_search(&text).ok().map(|rank| rank as u64);
    let ranks = texts().map(|text| rank(text?)).collect();
    let texts = Texts::new(sorted)
        .ok_or_else(|| ArrowError::InvalidArgumentError("the file index has more than 4 GiB of texts".to_owned()))?;
    Ok((Domain::Texts(texts), ranks))
}

/// Ranks of values of any other type.
fn value_ranks(values: &ArrayRef) -> Result<(Domain, Ranks), ArrowError> {
    let external = |error| ArrowError::ExternalError(Box::new(error));
    let order = arrow::compute::sort_to_indices(values, None, None)?;
    let mut sorted: Vec<ScalarValue> = Vec::new();
    let mut ranks = vec![None; values.len()];
    for idx in order.values() {
        let idx = *idx as usize;
        if values.is_null(idx) {
            continue;
        }
        let value = ScalarValue::try_from_array(values, idx).map_err(external)?;
        if sorted.last() != Some(&value) {
            sorted.push(value);
        }
        ranks[idx] = Some(sorted.len() as u64 - 1);
    }
    Ok((Domain::Values(sorted.into()), ranks))
}
