//! Publishing: one commit that replaces whole 시군구, or a whole dataset.

use std::collections::BTreeSet;

use arrow::datatypes::SchemaRef;
use chrono::NaiveDate;

use crate::DataFile;

/// What a writer wants to make visible in one commit. The files are already written below the dataset's folder.
#[derive(Debug, Clone)]
pub struct Publication {
    /// All columns in order, partition columns included; field metadata (`geoarrow.wkb`, CRS) is kept.
    pub schema: SchemaRef,
    /// The partition columns, outermost first. The files do not need to contain them.
    pub partition_columns: Vec<String>,
    /// What the publication takes the place of.
    pub replace: Replace,
    /// The files that hold the replaced part from now on; those that are live already stay as they are.
    pub files: Vec<DataFile>,
    /// 데이터기준일자 of the files that have no `base_date` column.
    pub vintage: Option<NaiveDate>,
    /// Where the data came from; kept in the commit as it is.
    pub provenance: serde_json::Value,
}

/// The part of a dataset whose place a publication takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replace {
    /// Everything.
    Dataset,
    /// These 시군구, as (`si_nm`, `sgg_nm`); `None` for the 시군구 of 세종, which has no name.
    Sigungu(BTreeSet<(String, Option<String>)>),
}

/// What a publication did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The version that holds the publication.
    pub version: u64,
    /// Files that became live.
    pub files_added: usize,
    /// Files that are no longer live; they stay on disk and in older versions.
    pub files_removed: usize,
    /// False when the publication was live already: nothing was committed.
    pub changed: bool,
}
