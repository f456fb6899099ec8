//! Numbers, flags and texts of many files in as few bytes as they need.

/// Files that are looked at together: one bit of a word each.
pub const BLOCK: usize = 64;

/// Whole numbers as their distances from the smallest, in the narrowest width that holds them all.
#[derive(Debug)]
pub struct Packed {
    base: u64,
    distances: Distances,
}

#[derive(Debug)]
enum Distances {
    /// All numbers are the smallest.
    None,
    U8(Box<[u8]>),
    U16(Box<[u16]>),
    U32(Box<[u32]>),
    U64(Box<[u64]>),
}

impl Packed {
    /// Packs numbers; the place of a `None` holds an arbitrary number.
    pub fn new(numbers: &[Option<u64>]) -> Self {
        let base = numbers.iter().flatten().min().copied().unwrap_or_default();
        let largest = numbers.iter().flatten().max().map_or(0, |largest| largest - base);
        let distances = || numbers.iter().map(|number| number.map_or(0, |number| number - base));
        let distances = if largest == 0 {
            Distances::None
        } else if u8::try_from(largest).is_ok() {
            Distances::U8(distances().filter_map(|n| u8::try_from(n).ok()).collect())
        } else if u16::try_from(largest).is_ok() {
            Distances::U16(distances().filter_map(|n| u16::try_from(n).ok()).collect())
        } else if u32::try_from(largest).is_ok() {
            Distances::U32(distances().filter_map(|n| u32::try_from(n).ok()).collect())
        } else {
            Distances::U64(distances().collect())
        };
        Self { base, distances }
    }

    /// The number of a file.
    pub fn get(&self, idx: usize) -> u64 {
        self.base
            + match &self.distances {
                Distances::None => 0,
                Distances::U8(distances) => u64::from(distances[idx]),
                Distances::U16(distances) => u64::from(distances[idx]),
                Distances::U32(distances) => u64::from(distances[idx]),
                Distances::U64(distances) => distances[idx],
            }
    }

    /// The files of a block whose number is at most `limit`, as bits.
    pub fn at_most(&self, block: usize, limit: u64) -> u64 {
        let Some(limit) = limit.checked_sub(self.base) else {
            return 0;
        };
        match &self.distances {
            Distances::None => u64::MAX,
            Distances::U8(distances) => narrow(limit, u8::MAX, |limit| bits(distances, block, |n| n <= limit)),
            Distances::U16(distances) => narrow(limit, u16::MAX, |limit| bits(distances, block, |n| n <= limit)),
            Distances::U32(distances) => narrow(limit, u32::MAX, |limit| bits(distances, block, |n| n <= limit)),
            Distances::U64(distances) => bits(distances, block, |n| n <= limit),
        }
    }

    /// The files of a block whose number is at least `limit`, as bits.
    pub fn at_least(&self, block: usize, limit: u64) -> u64 {
        limit
            .checked_sub(1)
            .map_or(u64::MAX, |below| !self.at_most(block, below))
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        match &self.distances {
            Distances::None => 0,
            Distances::U8(distances) => size_of_val(distances.as_ref()),
            Distances::U16(distances) => size_of_val(distances.as_ref()),
            Distances::U32(distances) => size_of_val(distances.as_ref()),
            Distances::U64(distances) => size_of_val(distances.as_ref()),
        }
    }
}

/// Compares with a limit in a narrower type; beyond that type's end every number is at most the limit.
fn narrow<T: TryFrom<u64> + Copy>(limit: u64, end: T, compare: impl Fn(T) -> u64) -> u64 {
    compare(T::try_from(limit).unwrap_or(end))
}

/// The numbers of a block that pass a test, as bits. The loop has no branch, so that it becomes vector instructions.
fn bits<T: Copy>(numbers: &[T], block: usize, test: impl Fn(T) -> bool) -> u64 {
    let first = (block * BLOCK).min(numbers.len());
    let mut flags = [0_u8; BLOCK];
    for (flag, number) in flags.iter_mut().zip(&numbers[first..]) {
        *flag = u8::from(test(*number));
    }
    let mut word = 0;
    for (idx, eight) in flags.chunks_exact(8).enumerate() {
        let eight = eight.iter().rev().fold(0, |sum, flag| sum << 8 | u64::from(*flag));
        // Gathers the lowest bits of the eight bytes in the highest byte.
        word |= (eight.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * idx);
    }
    word
}

/// A flag per file.
#[derive(Debug)]
pub struct Bits(Box<[u64]>);

impl Bits {
    /// The flags of `n_files` files.
    pub fn from_fn(n_files: usize, flag: impl Fn(usize) -> bool) -> Self {
        let word = |block: usize| {
            let files = block * BLOCK..n_files.min((block + 1) * BLOCK);
            files.fold(0, |word, idx| word | u64::from(flag(idx)) << (idx % BLOCK))
        };
        Self((0..n_files.div_ceil(BLOCK)).map(word).collect())
    }

    /// The flag of a file.
    pub fn get(&self, idx: usize) -> bool {
        self.0[idx / BLOCK] >> (idx % BLOCK) & 1 == 1
    }

    /// The flags of a block.
    pub fn word(&self, block: usize) -> u64 {
        self.0[block]
    }

    /// True when no flag is set.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        size_of_val(self.0.as_ref())
    }
}

/// Texts, one after the other.
#[derive(Debug)]
pub struct Texts {
    texts: Box<str>,
    ends: Box<[u32]>,
}

impl Texts {
    /// Puts texts together; `None` when they are more than 4 GiB.
    pub fn new<'a>(parts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut texts = String::new();
        let mut ends = Vec::new();
        for part in parts {
            texts.push_str(part);
            ends.push(u32::try_from(texts.len()).ok()?);
        }
        Some(Self {
            texts: texts.into(),
            ends: ends.into(),
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// One of them; empty when there are not that many.
    pub fn get(&self, idx: usize) -> &str {
        let end = |idx: usize| self.ends.get(idx).map_or(0, |end| *end as usize);
        let start = idx.checked_sub(1).map_or(0, end);
        self.texts.get(start..end(idx)).unwrap_or_default()
    }

    /// The first place whose text fails the test, when all that pass it come first.
    pub fn partition_point(&self, test: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if test(self.get(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.texts.len() + size_of_val(self.ends.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[u64]) {
        let optional: Vec<Option<u64>> = numbers.iter().copied().map(Some).collect();
        let packed = Packed::new(&optional);
        let limits = numbers
            .iter()
            .flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]);
        let limits: Vec<u64> = limits.chain([0, u64::MAX]).collect();
        for (idx, number) in numbers.iter().enumerate() {
            assert_eq!(packed.get(idx), *number);
            for limit in &limits {
                let bit = |word: u64| word >> (idx % BLOCK) & 1 == 1;
                assert_eq!(
                    bit(packed.at_most(idx / BLOCK, *limit)),
                    number <= limit,
                    "{number} <= {limit}"
                );
                assert_eq!(
                    bit(packed.at_least(idx / BLOCK, *limit)),
                    number >= limit,
                    "{number} >= {limit}"
                );
            }
        }
    }

    #[test]
    fn packed_numbers_compare_as_they_are() {
        check(&[7]);
        check(&[3, 3, 3]);
        check(&(0..200).map(|n| 1_000_000_000_000 + n * 3 % 256).collect::<Vec<u64>>());
        check(&[5, 5 + 0xFFFF, 5 + 0x1234]);
        check(&[1_111_010_100_100_010_000, 5_013_032_022_109_990_000]);
        check(&[0, u64::MAX, 1, u64::MAX - 1]);
        check(&(0..70).map(|n| n * 70_000).collect::<Vec<u64>>());
    }

    #[test]
    fn narrow_numbers_take_few_bytes() {
        let bytes = |numbers: [u64; 2]| Packed::new(&numbers.map(Some)).heap_bytes();
        assert_eq!(bytes([9, 9]), 0);
        assert_eq!(bytes([1 << 60, (1 << 60) + 255]), 2);
        assert_eq!(bytes([0, 256]), 4);
        assert_eq!(bytes([0, 65_536]), 8);
        assert_eq!(bytes([0, 1 << 32]), 16);
    }

    #[test]
    fn texts_and_flags_come_back() {
        let texts = Texts::new(["가", "", "나다"]).unwrap_or_else(|| unreachable!());
        assert_eq!(
            [texts.get(0), texts.get(1), texts.get(2), texts.get(3)],
            ["가", "", "나다", ""]
        );
        assert_eq!(texts.partition_point(|text| text < "나"), 2);
        let flags = Bits::from_fn(130, |idx| idx % 3 == 0);
        assert!((0..130).all(|idx| flags.get(idx) == (idx % 3 == 0)));
        assert_eq!(flags.word(2), 0b10);
    }
}
