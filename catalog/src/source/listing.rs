//! Which files of a path are data: listed once, in the order of their paths.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use super::{FormatKind, store_error};
use crate::{Error, Result};

/// The data files of a path.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// The folder that the files' paths are relative to; of a single file the folder that it is in.
    pub root: Path,
    /// The files, by path.
    pub files: Vec<ListedFile>,
    /// Files that are no data, such as a text beside Parquet files.
    pub left_out: Vec<String>,
}

/// A file as the store lists it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ListedFile {
    /// Path relative to the root, raw: not decoded and not composed, so that the store finds it.
    pub path: String,
    pub bytes: u64,
    pub modified: DateTime<Utc>,
    pub e_tag: Option<String>,
}

impl Listing {
    /// Where a file lies in the store.
    pub(super) fn location(&self, file: &ListedFile) -> Result<Path> {
        location(&self.root, &file.path)
    }

    /// Keeps these files only, by their paths.
    ///
    /// # Errors
    ///
    /// [`Error::SourceMissing`] when one of them is not there.
    pub(super) fn keep(&mut self, paths: &[String]) -> Result<()> {
        self.files.retain(|file| paths.contains(&file.path));
        match paths
            .iter()
            .find(|path| !self.files.iter().any(|file| file.path == **path))
        {
            None => Ok(()),
            Some(missing) => Err(Error::SourceMissing { path: missing.clone() }),
        }
    }

    /// The sum of the sizes.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// At most `n` files, spread evenly over all of them, the first among them.
    pub(super) fn spread(&self, n: usize) -> Vec<&ListedFile> {
        let step = self.files.len().div_ceil(n.max(1)).max(1);
        self.files.iter().step_by(step).collect()
    }
}

/// The place in the store of a path relative to a folder; not encoded, which would miss folders in Hangul.
pub(super) fn location(root: &Path, relative: &str) -> Result<Path> {
    let text = if root.is_root() {
        relative.to_owned()
    } else {
        format!("{root}/{relative}")
    };
    Path::parse(&text).map_err(|source| store_error("read", root, source.into()))
}

/// Lists the data files at a path: the file itself, or all files in and below the folder.
///
/// Of a folder with files of several kinds, those of the preferred kind are taken, else Parquet files, else the kind
/// with most files; the kind is what the extension says.
///
/// # Errors
///
/// [`Error::SourceMissing`] when there is no file; [`Error::SourceStore`] when the store fails.
pub(super) async fn list(store: &Arc<dyn ObjectStore>, path: &Path, preferred: Option<FormatKind>) -> Result<Listing> {
    if !path.is_root() {
        match store.head(path).await {
            Ok(meta) => return Ok(single(path, &meta)),
            // A folder; some stores have another word for it than "not found".
            Err(object_store::Error::NotFound { .. } | object_store::Error::Generic { .. }) => {}
            Err(source) => return Err(store_error("read", path, source)),
        }
    }
    let prefix = (!path.is_root()).then_some(path);
    let n_root_parts = path.parts_count();
    let mut by_kind: BTreeMap<u8, Vec<ListedFile>> = BTreeMap::new();
    let mut listed = store.list(prefix);
    while let Some(meta) = listed
        .try_next()
        .await
        .map_err(|source| store_error("list", path, source))?
    {
        let relative = relative(&meta.location, n_root_parts);
        if relative.is_empty() || !is_data(&relative) {
            continue;
        }
        let file = listed_file(relative, &meta);
        by_kind.entry(rank(kind_by_name(&file.path))).or_default().push(file);
    }
    let chosen = choose(&by_kind, preferred).ok_or_else(|| Error::SourceMissing { path: path.to_string() })?;
    let mut files = by_kind.remove(&chosen).unwrap_or_default();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Listing {
        root: path.clone(),
        files,
        left_out: by_kind.into_values().flatten().map(|file| file.path).collect(),
    })
}

fn single(path: &Path, meta: &ObjectMeta) -> Listing {
    Listing {
        root: path.parent().unwrap_or(Path::ROOT),
        files: vec![listed_file(path.filename().unwrap_or_default().to_owned(), meta)],
        left_out: Vec::new(),
    }
}

fn listed_file(path: String, meta: &ObjectMeta) -> ListedFile {
    ListedFile {
        path,
        bytes: meta.size,
        // To the microsecond, as it is kept.
        modified: meta.last_modified.trunc_subsecs(6),
        e_tag: meta.e_tag.clone(),
    }
}

/// The path below the root.
fn relative(location: &Path, n_root_parts: usize) -> String {
    let parts: Vec<_> = location.as_ref().split('/').skip(n_root_parts).collect();
    parts.join("/")
}

/// False for markers, check sums and whatever is hidden, as Spark and Hive have it.
fn is_data(relative: &str) -> bool {
    let is_hidden = |part: &str| {
        let is_marked = part.starts_with('_') && !part.contains('=') && part != super::levels::HIVE_NULL;
        part.starts_with('.') || is_marked
    };
    let has_extension = |extension: &str| {
        relative
            .rsplit_once('.')
            .is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
    };
    !relative.split('/').any(is_hidden) && !has_extension("crc")
}

/// The format that a file's extension promises.
pub(super) fn kind_by_name(path: &str) -> Option<FormatKind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    FormatKind::parse(name.rsplit_once('.')?.1).filter(|kind| *kind != FormatKind::Delta)
}

/// The order in which kinds are preferred among equals.
fn rank(kind: Option<FormatKind>) -> u8 {
    match kind {
        Some(FormatKind::Parquet | FormatKind::Delta) => 0,
        Some(FormatKind::Csv) => 1,
        Some(FormatKind::JsonLines) => 2,
        None => 3,
    }
}

fn choose(by_kind: &BTreeMap<u8, Vec<ListedFile>>, preferred: Option<FormatKind>) -> Option<u8> {
    let has = |kind: FormatKind| Some(rank(Some(kind))).filter(|rank| by_kind.contains_key(rank));
    // One that the extensions tell before one that they do not, however many of those there are.
    let most = by_kind
        .iter()
        .max_by_key(|(rank, files)| (**rank != self::rank(None), files.len(), u8::MAX - **rank));
    preferred
        .and_then(has)
        .or_else(|| has(FormatKind::Parquet))
        .or_else(|| most.map(|(rank, _)| *rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: bool) {
        assert_eq!(is_data(path), expected, "{path}");
    }

    #[test]
    fn markers_and_check_sums_are_no_data() {
        check("part-0.parquet", true);
        check("서울특별시/종로구/part-0.snappy.parquet", true);
        check("서울특별시/NULL/part-0.parquet", true);
        check("__HIVE_DEFAULT_PARTITION__/part-0.parquet", true);
        check("_year=2020/part-0.parquet", true);
        check("_SUCCESS", false);
        check("a/_SUCCESS", false);
        check("_temporary/0/part-0.parquet", false);
        check("a/.part-0.parquet.crc", false);
        check("a/part-0.parquet.crc", false);
        check(".DS_Store", false);
        check("_delta_log/00000000000000000000.json", false);
    }
}
