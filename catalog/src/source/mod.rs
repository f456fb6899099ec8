//! Users' files where they are: read as tables, in place, on any object store, never written.
//!
//! [`inspect`] looks at a file, a folder or a tree of folders and says what it holds; the [`SourceSpec`] that it ends
//! in is what [`open`] needs to read the same files as a table, today or a year later.
//!
//! Reading order: `format` (what can be read, and how content tells it), `listing` and `levels` (which files of a
//! folder are data, and what their folders say), then a file a format.

mod blocks;
mod columns;
mod delimited;
mod delta;
mod footers;
mod format;
mod geometry;
mod infer;
mod json;
mod kept_index;
mod levels;
mod listing;
mod live;
mod options;
mod quotes;
mod shapes;
mod spec;
mod text_inspect;
mod text_rows;
mod text_table;
mod tree;

use std::any::Any;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use datafusion::catalog::TableProvider;
use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, ObjectStoreExt};

use self::listing::Listing;
use self::live::LiveTable;
use crate::{Error, Result};

pub(crate) use columns::plain_schema;
pub use format::{CsvFormat, Format, FormatKind};
pub use options::SourceOptions;
pub use spec::{Inspected, SourceSpec};

/// The number of rows that types are inferred from.
pub const SAMPLE_ROWS: usize = 10_000;

/// Looks at the files of a path: format, columns and types, partition columns, and a sample of the rows.
///
/// `path` is one file, a folder of files or a tree of folders; folders and files whose names begin with `.` or `_`,
/// and check sums, do not count. Nothing is written.
///
/// # Errors
///
/// [`Error::SourceMissing`] and [`Error::SourceEmpty`] where there is nothing to read, [`Error::SourceKind`] on
/// content that is none of the formats, [`Error::SourceTree`] and [`Error::SourceSchema`] on files that do not make
/// one table, [`Error::SourceRow`] on a broken row; else what the store or a file's reader said.
pub async fn inspect(store: Arc<dyn ObjectStore>, path: &StorePath, options: &SourceOptions) -> Result<Inspected> {
    let asks_for = |kind| options.format.is_none_or(|asked| asked == kind);
    if asks_for(FormatKind::Delta) && delta::is_delta(&store, path).await? {
        return delta::inspect(&store, path).await;
    }
    let listing = listing::list(&store, path, options.format).await?;
    let Some(first) = listing.files.first() else {
        return Err(Error::SourceMissing { path: path.to_string() });
    };
    let location = listing.location(first)?;
    let kind = format::sniff(location.as_ref(), &head(&store, &location, first.bytes).await?)?;
    if let Some(asked) = options.format.filter(|asked| *asked != kind) {
        return Err(Error::SourceFormat {
            file: location.to_string(),
            found: kind.name(),
            asked: asked.name(),
        });
    }
    let remarks = remarks(&listing, kind);
    match kind {
        FormatKind::Parquet => tree::inspect(&store, &listing, options, remarks).await,
        text => text_inspect::inspect(&store, &listing, text, options, remarks).await,
    }
}

/// Opens the files of a path as a table whose columns are those of `spec`.
///
/// `store_url` is where queries find `store` in their runtime. `kept` is a folder, made when needed, in which the
/// index of a tree is kept: each footer is read once, later only those of new and changed files. The list of files
/// is looked at again when it is older than [`SourceSpec::refresh_secs`]. `name` is the table's name in plans and
/// messages.
///
/// # Errors
///
/// As [`inspect`], and [`Error::SourceSchema`] when the files have no longer the columns of `spec`.
pub async fn open(
    store: Arc<dyn ObjectStore>,
    store_url: ObjectStoreUrl,
    path: &StorePath,
    spec: &SourceSpec,
    kept: Option<&Path>,
    name: &str,
) -> Result<Arc<dyn TableProvider>> {
    let max_age = Duration::from_secs(spec.refresh_secs);
    let schema = Arc::clone(&spec.schema);
    let table = match spec.format {
        Format::Parquet => {
            let tree = tree::Tree {
                store,
                store_url,
                path: path.clone(),
                spec: spec.clone(),
                kept: kept.map(Path::to_owned),
                name: name.to_owned(),
            };
            LiveTable::open(tree, schema, max_age).await?
        }
        Format::Delta => {
            let log = delta::Log {
                store,
                store_url,
                path: path.clone(),
                spec: spec.clone(),
                name: name.to_owned(),
            };
            LiveTable::open(log, schema, max_age).await?
        }
        Format::Csv(_) | Format::JsonLines => {
            let texts = text_table::Texts {
                store,
                path: path.clone(),
                spec: spec.clone(),
                name: name.to_owned(),
            };
            LiveTable::open(texts, schema, max_age).await?
        }
    };
    Ok(Arc::new(table))
}

/// Looks at the files of a table made by [`open`] now, whatever the age of its list; other tables are left alone.
///
/// # Errors
///
/// As [`open`].
pub async fn refresh(table: &dyn TableProvider) -> Result<()> {
    let table: &dyn Any = table;
    match table.downcast_ref::<LiveTable>() {
        Some(live) => live.refresh().await,
        None => Ok(()),
    }
}

/// How much of a file is looked at to tell its format.
const HEAD_BYTES: u64 = 64 << 10;

async fn head(store: &Arc<dyn ObjectStore>, location: &StorePath, bytes: u64) -> Result<Bytes> {
    if bytes == 0 {
        return Ok(Bytes::new());
    }
    let range = 0..bytes.min(HEAD_BYTES);
    let read = store.get_range(location, range).await;
    read.map_err(|source| store_error("read", location, source))
}

/// What a user should know of the files before what is in them.
fn remarks(listing: &Listing, kind: FormatKind) -> Vec<String> {
    let mut remarks = Vec::new();
    let promised = listing.files.first().and_then(|file| listing::kind_by_name(&file.path));
    if let Some(promised) = promised.filter(|promised| *promised != kind) {
        remarks.push(format!(
            "the files are named like {} and are {}",
            promised.name(),
            kind.name()
        ));
    }
    if let Some(first) = listing.left_out.first() {
        remarks.push(format!(
            "{} other files are left out, such as {first}",
            listing.left_out.len()
        ));
    }
    remarks
}

/// A failure of a store.
fn store_error(action: &'static str, path: &StorePath, source: object_store::Error) -> Error {
    Error::SourceStore {
        action,
        path: path.to_string(),
        source: Box::new(source),
    }
}
