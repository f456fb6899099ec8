//! The `DataFusion` table over a set of files.

use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ScalarValue, Statistics, project_schema};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;
use object_store::path::Path;

use crate::file_index::to_usize;
use crate::pruning::{is_partition_filter, select_files};
use crate::{DataFile, FileIndex, FileSet};

/// A table over a set of files, such as those of one version of a dataset.
///
/// A scan selects its files from the index and emits a stock `DataSourceExec`; it lists no folder.
#[derive(Debug)]
pub struct FileTable {
    files: Arc<FileSet>,
    /// The columns as the files and folders have them: file columns first, partition columns last.
    file_order: TableSchema,
    /// The place in `file_order` of each column of the table.
    places: Vec<usize>,
}

impl FileTable {
    /// The table over these files.
    #[must_use]
    pub fn new(files: Arc<FileSet>) -> Self {
        let schema = &files.schema;
        let is_partition = |field: &FieldRef| files.partition_columns.contains(field.name());
        let file_fields: Vec<FieldRef> = schema
            .fields()
            .iter()
            .filter(|field| !is_partition(field))
            .cloned()
            .collect();
        let partition_fields: Vec<FieldRef> = files
            .partition_columns
            .iter()
            .filter_map(|name| schema.fields().iter().find(|field| field.name() == name).cloned())
            .collect();
        let file_order = TableSchema::builder(Arc::new(Schema::new(file_fields)))
            .with_table_partition_cols(partition_fields)
            .build();
        let ordered = file_order.table_schema();
        let places = schema
            .fields()
            .iter()
            .filter_map(|field| ordered.index_of(field.name()).ok())
            .collect();
        Self {
            files,
            file_order,
            places,
        }
    }

    /// The files that the table reads.
    #[must_use]
    pub fn file_set(&self) -> &Arc<FileSet> {
        &self.files
    }

    /// The stock scan over these files.
    fn scan_files(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        selected: &[usize],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut partitioned = Vec::with_capacity(selected.len());
        for idx in selected {
            partitioned.push(self.partitioned_file(*idx)?);
        }
        let options = TableParquetOptions {
            global: state.config_options().execution.parquet.clone(),
            ..Default::default()
        };
        let source = ParquetSource::new(self.file_order.clone()).with_table_parquet_options(options);
        let columns = match projection {
            Some(columns) => columns
                .iter()
                .filter_map(|column| self.places.get(*column).copied())
                .collect(),
            None => self.places.clone(),
        };
        let config = FileScanConfigBuilder::new(self.files.store.clone(), Arc::new(source))
            .with_file_groups(balance(partitioned, state.config().target_partitions()))
            .with_statistics(self.statistics_of(selected, self.file_order.table_schema()))
            .with_projection_indices(Some(columns))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    /// A file as the scan wants it: its place, partition values, statistics.
    fn partitioned_file(&self, idx: usize) -> Result<PartitionedFile> {
        let index = &self.files.index;
        let file = index.file(idx);
        let partitions = index.partitions().columns().iter();
        let values: Vec<ScalarValue> = partitions
            .map(|values| ScalarValue::try_from_array(values, idx))
            .collect::<Result<_>>()?;
        let mut partitioned =
            PartitionedFile::new_from_meta(object_meta(&self.files, &file)?).with_partition_values(values);
        // Not by `with_statistics`, which takes partition values for never NULL and would hide files from `IS NULL`.
        partitioned.statistics = index.scan_statistics(idx, self.file_order.table_schema()).map(Arc::new);
        Ok(partitioned)
    }

    /// Rows and bytes of these files; exact rows answer `count(*)` without reading.
    fn statistics_of(&self, selected: &[usize], schema: &SchemaRef) -> Statistics {
        let index = &self.files.index;
        let files = || selected.iter().map(|idx| index.file(*idx));
        let num_rows = if index.rows_known() {
            Precision::Exact(to_usize(files().map(|file| file.rows).sum()))
        } else {
            Precision::Absent
        };
        let total_byte_size = Precision::Inexact(to_usize(files().map(|file| file.bytes).sum()));
        Statistics {
            num_rows,
            total_byte_size,
            column_statistics: Statistics::unknown_column(schema),
        }
    }
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.files.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let support = |filter: &&Expr| {
            if is_partition_filter(filter, &self.files.partition_columns) {
                TableProviderFilterPushDown::Exact
            } else {
                TableProviderFilterPushDown::Inexact
            }
        };
        Ok(filters.iter().map(support).collect())
    }

    fn statistics(&self) -> Option<Statistics> {
        let all: Vec<usize> = (0..self.files.index.len()).collect();
        Some(self.statistics_of(&all, &self.files.schema))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut selected = select_files(&self.files, state, filters)?;
        let all_exact = filters
            .iter()
            .all(|filter| is_partition_filter(filter, &self.files.partition_columns));
        if let Some(limit) = limit.filter(|_| all_exact && self.files.index.rows_known()) {
            selected.truncate(n_files_for(&self.files.index, &selected, limit));
        }
        if selected.is_empty() {
            return Ok(Arc::new(EmptyExec::new(project_schema(&self.schema(), projection)?)));
        }
        self.scan_files(state, projection, &selected, limit)
    }
}

/// How many of the selected files, from the first, hold `limit` rows.
fn n_files_for(index: &FileIndex, selected: &[usize], limit: usize) -> usize {
    let mut rows = 0;
    for (n_files, idx) in selected.iter().enumerate() {
        if rows >= limit {
            return n_files;
        }
        rows += to_usize(index.file(*idx).rows);
    }
    selected.len()
}

/// Cuts the files into at most `n_groups` runs of about the same number of bytes, in order.
fn balance(files: Vec<PartitionedFile>, n_groups: usize) -> Vec<FileGroup> {
    let total: u64 = files.iter().map(|file| file.object_meta.size).sum();
    let share = total.div_ceil(u64::try_from(n_groups.max(1)).unwrap_or(1)).max(1);
    let mut groups: Vec<Vec<PartitionedFile>> = Vec::new();
    let mut bytes_before = 0;
    let mut current_share = None;
    for file in files {
        // The middle of a file says in which share it lies, so that no group is far from the others.
        let file_share = (bytes_before + file.object_meta.size / 2) / share;
        bytes_before += file.object_meta.size;
        match groups.last_mut() {
            Some(group) if current_share == Some(file_share) => group.push(file),
            _ => groups.push(vec![file]),
        }
        current_share = Some(file_share);
    }
    groups.into_iter().map(FileGroup::new).collect()
}

/// Where a file lies in its store. Its path is taken as it is: encoding it would miss the Hangul folders.
fn object_meta(set: &FileSet, file: &DataFile) -> Result<ObjectMeta> {
    let path = if set.prefix.as_ref().is_empty() {
        file.path.clone()
    } else {
        format!("{}/{}", set.prefix, file.path)
    };
    let location = Path::parse(path).map_err(|error| DataFusionError::External(Box::new(error)))?;
    // Files are never overwritten, so their age says nothing.
    let last_modified = DateTime::<Utc>::UNIX_EPOCH;
    Ok(ObjectMeta {
        location,
        last_modified,
        size: file.bytes,
        e_tag: None,
        version: None,
    })
}
