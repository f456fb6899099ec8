//! One answer read by several streams: each scans a part of the files.

use serde::{Deserialize, Serialize};

use crate::FileIndex;

/// One of several parts of the files that a scan selects, all about as large. As an extension of a session's
/// configuration, it has every [`FileTable`](crate::FileTable) scan that part alone.
///
/// The parts of one selection have no file in common and leave none out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Which part, from 0.
    pub part: usize,
    /// Number of parts.
    pub of: usize,
}

impl Share {
    /// The parts of selected files that have a file, when there are to be `of`.
    pub(crate) fn all(index: &FileIndex, selected: &[usize], of: usize) -> Vec<Self> {
        let mut parts = parts(&sizes(index, selected), of);
        parts.dedup();
        parts.into_iter().map(|part| Self { part, of }).collect()
    }

    /// The files of this part, which are neighbours in the selection.
    pub(crate) fn take(self, index: &FileIndex, selected: &[usize]) -> Vec<usize> {
        let parts = parts(&sizes(index, selected), self.of);
        let files = selected.iter().zip(parts).filter(|(_, part)| *part == self.part);
        files.map(|(idx, _)| *idx).collect()
    }
}

fn sizes(index: &FileIndex, selected: &[usize]) -> Vec<u64> {
    selected.iter().map(|idx| index.bytes_of(*idx)).collect()
}

/// The part that each of the files is in, ascending: that in which its middle lies, by bytes.
fn parts(sizes: &[u64], of: usize) -> Vec<usize> {
    let total: u128 = sizes.iter().copied().map(u128::from).sum();
    let mut before = 0;
    let part = |size: &u64| {
        let middle = before + u128::from(*size / 2);
        before += u128::from(*size);
        let part = (middle * of as u128).checked_div(total).unwrap_or_default();
        usize::try_from(part).unwrap_or_default().min(of.saturating_sub(1))
    };
    sizes.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_neighbours_and_about_as_large() {
        for (sizes, of, expected) in [
            (vec![10, 10, 10], 3, vec![0, 1, 2]),
            (vec![10, 10, 10, 10], 2, vec![0, 0, 1, 1]),
            (vec![60, 20, 20], 3, vec![0, 2, 2]),
            (vec![1, 1, 98], 2, vec![0, 0, 1]),
            (vec![0, 0], 2, vec![0, 0]),
            (vec![7], 1, vec![0]),
            (vec![u64::MAX, u64::MAX], 2, vec![0, 1]),
            (vec![], 4, vec![]),
        ] {
            assert_eq!(parts(&sizes, of), expected, "{sizes:?} in {of}");
        }
    }
}
