//! Filters over the index's columns, ready to be asked of 64 files at a time.

use crate::file_index::{BLOCK, Column, Range};

/// A filter that the index can answer for every file: may the file hold a row for which it is true?
#[derive(Debug)]
pub enum Node<'a> {
    /// Every file may.
    Always,
    /// No file does.
    Never,
    /// Those with a value in one of these ranges.
    Holds(&'a Column, Vec<Range>),
    /// Those with a NULL.
    HoldsNull(&'a Column),
    /// Those with a value that is not NULL.
    HoldsValue(&'a Column),
    /// Those that all of these keep.
    All(Vec<Node<'a>>),
    /// Those that any of these keeps.
    Any(Vec<Node<'a>>),
}

impl Node<'_> {
    /// False when no file of the block may.
    fn may_keep(&self, block: usize) -> bool {
        match self {
            Self::Always | Self::HoldsNull(_) | Self::HoldsValue(_) => true,
            Self::Never => false,
            Self::Holds(column, ranges) => column.block_may_hold(block, ranges),
            Self::All(nodes) => nodes.iter().all(|node| node.may_keep(block)),
            Self::Any(nodes) => nodes.iter().any(|node| node.may_keep(block)),
        }
    }

    /// The files of a block that may, as bits; beyond the last file they mean nothing.
    fn kept(&self, block: usize) -> u64 {
        match self {
            Self::Always => u64::MAX,
            Self::Never => 0,
            Self::Holds(column, ranges) => column.may_hold(block, ranges),
            Self::HoldsNull(column) => column.may_hold_null(block),
            Self::HoldsValue(column) => column.may_hold_value(block),
            Self::All(nodes) => nodes.iter().fold(u64::MAX, |word, node| {
                // What is decided is not asked again.
                if word == 0 { 0 } else { word & node.kept(block) }
            }),
            Self::Any(nodes) => nodes.iter().fold(0, |word, node| word | node.kept(block)),
        }
    }
}

/// The files, ascending, that all of these filters keep.
pub fn select(nodes: &[Node], n_files: usize) -> Vec<usize> {
    if nodes.is_empty() {
        return (0..n_files).collect();
    }
    let mut files = Vec::new();
    for block in 0..n_files.div_ceil(BLOCK) {
        if !nodes.iter().all(|node| node.may_keep(block)) {
            continue;
        }
        let mut word = nodes.iter().fold(u64::MAX, |word, node| word & node.kept(block));
        let n_live = n_files - block * BLOCK;
        if n_live < BLOCK {
            word &= (1 << n_live) - 1;
        }
        while word != 0 {
            files.push(block * BLOCK + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
    files
}
