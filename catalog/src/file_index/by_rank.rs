//! The files of each value of a partition column, so that a filter on few values looks at their files only.

use super::column::Range;
use super::packed::Packed;
use super::to_usize;

/// The files in the order of their ranks.
#[derive(Debug)]
pub struct FilesByRank {
    /// The files' numbers, those of a rank ascending; files without a value are not among them.
    files: Packed,
    /// Where the files of each rank begin, and behind the last rank where they end.
    starts: Packed,
    n_ranks: usize,
}

impl FilesByRank {
    /// Lists files by ranks that lie below `n_ranks`.
    pub fn new(ranks: &[Option<u64>], n_ranks: usize) -> Self {
        let mut listed: Vec<(u64, u64)> = Vec::with_capacity(ranks.len());
        listed.extend((0..).zip(ranks).filter_map(|(file, rank)| Some(((*rank)?, file))));
        listed.sort_unstable();
        let start = |rank: usize| listed.partition_point(|(other, _)| *other < rank as u64);
        let starts: Vec<Option<u64>> = (0..=n_ranks).map(|rank| Some(start(rank) as u64)).collect();
        let files: Vec<Option<u64>> = listed.iter().map(|(_, file)| Some(*file)).collect();
        Self {
            files: Packed::new(&files),
            starts: Packed::new(&starts),
            n_ranks,
        }
    }

    /// The number of files with a rank in these ranges.
    pub fn count(&self, ranges: &[Range]) -> usize {
        ranges.iter().map(|range| self.places(*range).len()).sum()
    }

    /// The files with a rank in these ranges, ascending.
    pub fn files(&self, ranges: &[Range]) -> Vec<usize> {
        let places = ranges.iter().flat_map(|range| self.places(*range));
        let mut files: Vec<usize> = places.map(|place| to_usize(self.files.get(place))).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.files.heap_bytes() + self.starts.heap_bytes()
    }

    fn places(&self, (from, to): Range) -> std::ops::Range<usize> {
        let start = |rank: u64| to_usize(self.starts.get(to_usize(rank).min(self.n_ranks)));
        let from_place = start(from);
        from_place..start(to.saturating_add(1)).max(from_place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_by_their_ranks() {
        let by_rank = FilesByRank::new(&[Some(2), Some(0), None, Some(2), Some(1)], 3);
        assert_eq!(by_rank.files(&[(0, 0)]), [1]);
        assert_eq!(by_rank.files(&[(0, 0), (2, 2)]), [0, 1, 3]);
        assert_eq!(by_rank.files(&[(1, u64::MAX)]), [0, 3, 4]);
        assert_eq!(by_rank.count(&[(0, 1)]), 2);
        // A value between two ranks, one beyond the last, and no value at all.
        assert_eq!(by_rank.count(&[(2, 1)]), 0);
        assert_eq!(by_rank.count(&[(3, 9)]), 0);
        assert_eq!(by_rank.count(&[]), 0);
        assert_eq!(FilesByRank::new(&[], 0).count(&[(0, u64::MAX)]), 0);
    }
}
