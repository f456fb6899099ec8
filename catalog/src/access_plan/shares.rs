//! Which partition of a scan reads what.

use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileGroup;

/// A partition that has less than this to read is not worth its task.
const LEAST_BYTES: u64 = 256 << 10;

/// A file with what is to be read of it.
#[derive(Debug, Clone)]
pub struct FileToRead {
    /// The file.
    pub file: PartitionedFile,
    /// The row groups with rows of interest; `None` when nobody has looked, so that all of the file counts.
    pub row_groups: Option<Vec<RowGroupToRead>>,
}

/// What is to be read of a row group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowGroupToRead {
    /// Where it begins in the file.
    pub start: u64,
    /// About how many bytes of it hold rows of interest.
    pub bytes: u64,
}

impl FileToRead {
    /// A file of which nothing is known.
    #[must_use]
    pub fn whole(file: PartitionedFile) -> Self {
        Self { file, row_groups: None }
    }

    /// What can be read by itself: where it begins and its bytes.
    fn pieces(&self) -> Vec<RowGroupToRead> {
        let whole = |bytes| vec![RowGroupToRead { start: 0, bytes }];
        match &self.row_groups {
            None => whole(self.file.object_meta.size),
            // A range of bytes stands for the row groups that begin in it.
            Some(row_groups) if row_groups.is_sorted_by_key(|row_group| row_group.start) => row_groups.clone(),
            Some(row_groups) => whole(row_groups.iter().map(|row_group| row_group.bytes).sum()),
        }
    }
}

/// Cuts files, and looked-at files at their row groups, into at most `n_groups` runs with about the same to read, in order.
#[must_use]
pub fn balance(files: Vec<FileToRead>, n_groups: usize) -> Vec<FileGroup> {
    let files: Vec<_> = files.into_iter().map(|file| (file.pieces(), file)).collect();
    let all_pieces = files.iter().flat_map(|(pieces, _)| pieces);
    let total: u64 = all_pieces.map(|piece| piece.bytes).sum();
    let n_groups = u64::try_from(n_groups.max(1)).unwrap_or(1);
    let share = total.div_ceil(n_groups).max(LEAST_BYTES);
    let mut groups: Vec<Vec<PartitionedFile>> = Vec::new();
    let mut bytes_before = 0;
    let mut last_share = None;
    for (pieces, FileToRead { file, row_groups }) in files {
        // The middle of a piece says in which share it lies, so that no group is far from the others.
        let mut shares = pieces.iter().map(|piece| {
            let middle = bytes_before + piece.bytes / 2;
            bytes_before += piece.bytes;
            (middle / share, piece.start)
        });
        let Some((mut of_share, _)) = shares.next() else {
            continue;
        };
        let mut start = 0;
        let ends = shares.chain([(u64::MAX, file.object_meta.size)]);
        for (next_share, end) in ends {
            if next_share == of_share {
                continue;
            }
            let mut part = file.clone();
            if row_groups.is_some() {
                part = part.with_range(signed(start), signed(end));
            }
            match groups.last_mut() {
                Some(group) if last_share == Some(of_share) => group.push(part),
                _ => groups.push(vec![part]),
            }
            last_share = Some(of_share);
            (of_share, start) = (next_share, end);
        }
    }
    groups.into_iter().map(FileGroup::new).collect()
}

fn signed(offset: u64) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1 << 20;

    fn file(path: &str, row_groups: Option<&[(u64, u64)]>) -> FileToRead {
        let row_groups = row_groups.map(|row_groups| {
            let row_groups = row_groups.iter();
            row_groups
                .map(|(start, bytes)| RowGroupToRead {
                    start: start * MB,
                    bytes: bytes * MB,
                })
                .collect()
        });
        FileToRead {
            file: PartitionedFile::new(path, 100 * MB),
            row_groups,
        }
    }

    /// A path and the range in it, in megabytes.
    type Part = (String, Option<(i64, i64)>);

    fn shares(files: Vec<FileToRead>, n_groups: usize) -> Vec<Vec<Part>> {
        let groups = balance(files, n_groups);
        let of_file = |file: &PartitionedFile| {
            let range = file.range.as_ref();
            let mb = |bytes: i64| bytes / signed(MB);
            (
                file.path().to_string(),
                range.map(|range| (mb(range.start), mb(range.end))),
            )
        };
        groups.iter().map(|group| group.iter().map(of_file).collect()).collect()
    }

    #[test]
    fn the_row_groups_of_a_file_are_shared() {
        let one = file("one", Some(&[(4, 10), (30, 10), (60, 5), (80, 5)]));
        let range = |from, to| vec![("one".to_owned(), Some((from, to)))];
        assert_eq!(shares(vec![one.clone()], 1), [range(0, 100)]);
        assert_eq!(shares(vec![one.clone()], 2), [range(0, 30), range(30, 100)]);
        assert_eq!(shares(vec![one], 3), [range(0, 30), range(30, 60), range(60, 100)]);
    }

    #[test]
    fn a_file_that_nobody_looked_at_stays_whole() {
        let files = vec![file("one", None), file("two", Some(&[(4, 50), (50, 150)]))];
        let whole = ("one".to_owned(), None);
        let two = |from, to| ("two".to_owned(), Some((from, to)));
        assert_eq!(shares(files, 2), [vec![whole, two(0, 50)], vec![two(50, 100)]]);
    }

    #[test]
    fn row_groups_out_of_order_are_not_torn_apart() {
        let files = vec![file("one", Some(&[(50, 10), (4, 10)]))];
        assert_eq!(shares(files, 2), [[("one".to_owned(), Some((0, 100)))]]);
    }

    #[test]
    fn little_is_read_by_one() {
        let mut little = file("one", Some(&[(4, 0), (50, 0)]));
        for row_group in little.row_groups.iter_mut().flatten() {
            row_group.bytes = 1000;
        }
        assert_eq!(balance(vec![little], 8).len(), 1);
    }
}
