//! Files of one kind in one store: what a table is made of.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::path::Path;

use crate::FileIndex;
use crate::covering::Covering;

/// Files of one kind in one store with what a scan selects them by. It never changes.
#[derive(Debug)]
pub struct FileSet {
    /// What plans and reports call it: `parcel@3`, `shared.shops`.
    pub name: String,
    /// The store that the files are in.
    pub store: ObjectStoreUrl,
    /// The folder in the store that the paths of the files are relative to.
    pub prefix: Path,
    /// The columns in the order in which users see them, partition columns in place, with their metadata.
    pub schema: SchemaRef,
    /// The columns whose values the files themselves need not hold, outermost folder first.
    pub partition_columns: Vec<String>,
    /// True when a file of this path and size holds the same at any time and in any store, as one that is named after
    /// its content does. Its footer is then read once.
    pub is_immutable: bool,
    /// Names of geometry columns, each with the column of boxes that covers it: a struct of `xmin`, `ymin`, `xmax` and
    /// `ymax`.
    pub coverings: Vec<(String, String)>,
    /// The files.
    pub index: FileIndex,
}

impl FileSet {
    /// The coverings that the schema has.
    pub(crate) fn coverings(&self) -> Vec<Covering> {
        let coverings = self.coverings.iter();
        coverings
            .filter_map(|(geometry, boxes)| Covering::of(&self.schema, geometry, boxes))
            .collect()
    }
}

/// Which file of a set a scanned file is: an extension of scanned files.
#[derive(Debug)]
pub(crate) struct IndexedFile {
    /// The set.
    pub files: Arc<FileSet>,
    /// The file's number in the index.
    pub idx: usize,
}
