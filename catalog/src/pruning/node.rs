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

/// A filter on few values is answered from the list of their files when these are at most one in so many.
const SHORT: usize = 8;

/// The files, ascending, that all of these filters keep.
pub fn select(nodes: &[Node], n_files: usize) -> Vec<usize> {
    if nodes.is_empty() {
        return (0..n_files).collect();
    }
    match shortest_list(nodes, n_files) {
        Some((answered, candidates)) => select_among(&candidates, nodes, answered),
        None => select_in_blocks(nodes, n_files),
    }
}

/// The filter whose files are listed and fewest, with those files; `None` when none has a short list.
fn shortest_list(nodes: &[Node], n_files: usize) -> Option<(usize, Vec<usize>)> {
    let lists = nodes.iter().enumerate().filter_map(|(idx, node)| match node {
        Node::Holds(column, ranges) => Some((idx, column.by_rank()?, ranges)),
        _ => None,
    });
    let (length, (idx, by_rank, ranges)) = lists
        .map(|(idx, by_rank, ranges)| (by_rank.count(ranges), (idx, by_rank, ranges)))
        .min_by_key(|(length, _)| *length)?;
    (length <= n_files / SHORT).then(|| (idx, by_rank.files(ranges)))
}

/// Those of the candidates, ascending, that the filters keep; the one that named them is not asked again.
fn select_among(candidates: &[usize], nodes: &[Node], answered: usize) -> Vec<usize> {
    let mut files = Vec::with_capacity(candidates.len());
    for in_block in candidates.chunk_by(|one, other| one / BLOCK == other / BLOCK) {
        let block = in_block[0] / BLOCK;
        let listed = in_block.iter().fold(0, |word, idx| word | 1 << (idx % BLOCK));
        let others = nodes.iter().enumerate().filter(|(idx, _)| *idx != answered);
        let word = others.fold(
            listed,
            |word, (_, node)| if word == 0 { 0 } else { word & node.kept(block) },
        );
        push_files(block, word, &mut files);
    }
    files
}

fn select_in_blocks(nodes: &[Node], n_files: usize) -> Vec<usize> {
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
        push_files(block, word, &mut files);
    }
    files
}

/// Adds the files of a block whose bits are set.
fn push_files(block: usize, mut word: u64, files: &mut Vec<usize>) {
    while word != 0 {
        files.push(block * BLOCK + word.trailing_zeros() as usize);
        word &= word - 1;
    }
}
