//! The `DataFusion` table over a set of files.

use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, ScalarValue, Statistics, project_schema};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;
use object_store::path::Path;

use crate::access_plan::{AccessCounts, FileToRead, Footers, balance, restrict, struct_field_tests};
use crate::file_index::to_usize;
use crate::file_set::IndexedFile;
use crate::pruning::{Selection, Window, is_partition_filter, select_files, windows};
use crate::statistics::{self, MOST_FILES_WITH_STATISTICS};
use crate::{FileIndex, FileSet, ScanReport, ScanReports, Share};

/// Up to this many files for each partition are shared by their row groups. Cut by their bytes alone, as `DataFusion` cuts,
/// one partition of two may get 11 row groups of 20; what it cuts off from such a share is read by whoever is idle.
const FILES_TO_SHARE: usize = 2;
/// Above this many files their footers are not looked into before the scan opens them.
const MOST_FOOTERS: usize = 64;

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

    /// The parts in which a scan with these filters is best made: of so many rows, and no more than so many. None when
    /// there are not enough rows, or files, for two.
    ///
    /// # Errors
    ///
    /// When a filter cannot be evaluated.
    pub fn shares(&self, state: &dyn Session, filters: &[Expr], rows_each: u64, most: usize) -> Result<Vec<Share>> {
        let index = &self.files.index;
        let of = |rows: u64| to_usize(rows.checked_div(rows_each).unwrap_or_default()).min(most);
        if index.rows().is_some_and(|rows| of(rows) < 2) {
            return Ok(Vec::new());
        }
        let windows = windows(filters, &self.files.coverings(), state);
        let selection = select_files(&self.files, state, filters, &windows, false)?;
        let rows = selection.files.iter().filter_map(|idx| index.rows_of(*idx)).sum();
        let shares = Share::all(index, &selection.files, of(rows).min(selection.files.len()));
        Ok(if shares.len() < 2 { Vec::new() } else { shares })
    }

    /// The selected files as the scan wants them: of few files only those, and only the row groups and pages of them,
    /// that may pass the filters over fields of structs; where all of very few files is wanted, with their row groups, which
    /// the partitions then share. The counts come when something was left out.
    async fn partitioned_files(
        &self,
        state: &dyn Session,
        filters: &[Expr],
        windows: &[Window],
        selected: &[usize],
        is_all: bool,
    ) -> Result<(Vec<FileToRead>, Option<AccessCounts>)> {
        let whole = |files: Vec<PartitionedFile>| files.into_iter().map(FileToRead::whole).collect();
        let with_statistics = selected.len() <= MOST_FILES_WITH_STATISTICS;
        let mut files = Vec::with_capacity(selected.len());
        for idx in selected {
            files.push(self.partitioned_file(*idx, with_statistics)?);
        }
        if selected.len() > MOST_FOOTERS {
            return Ok((whole(files), None));
        }
        let mut tests = struct_field_tests(filters, state, &self.files)?;
        tests.extend(windows.iter().map(Window::test));
        let is_to_share = is_all && self.is_to_share(state, selected);
        if tests.is_empty() && !is_to_share {
            return Ok((whole(files), None));
        }
        let runtime = state.runtime_env();
        let cache = runtime.cache_manager.get_file_metadata_cache();
        let store = match runtime.object_store(&self.files.store) {
            Ok(store) => store,
            // To tell the error is up to the scan.
            Err(_) if tests.is_empty() => return Ok((whole(files), None)),
            Err(error) => return Err(error),
        };
        let footers = Footers {
            store,
            cache: Some(cache).filter(|_| self.files.is_immutable),
        };
        let (files, counts) = restrict(&footers, files, &tests).await;
        Ok((files, Some(counts).filter(|_| !tests.is_empty())))
    }

    /// Whether the partitions would share a file, and so few files that how they do it matters.
    fn is_to_share(&self, state: &dyn Session, selected: &[usize]) -> bool {
        let optimizer = &state.config_options().optimizer;
        let bytes = || selected.iter().map(|idx| self.files.index.bytes_of(*idx)).sum();
        selected.len() <= FILES_TO_SHARE * state.config().target_partitions()
            && optimizer.repartition_file_scans
            && to_usize(bytes()) >= optimizer.repartition_file_min_size
    }

    /// The stock scan over these files, which are the selected ones or fewer.
    fn scan_files(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        selection: &Selection,
        windows: &[Window],
        files: Vec<FileToRead>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let options = TableParquetOptions {
            global: state.config_options().execution.parquet.clone(),
            ..Default::default()
        };
        let mut source = ParquetSource::new(self.file_order.clone()).with_table_parquet_options(options);
        if let Some(overlaps) = overlaps(windows) {
            let schema = DFSchema::try_from(Arc::clone(self.file_order.table_schema()))?;
            let overlaps = state.create_physical_expr(overlaps, &schema)?;
            source = source.with_predicate(overlaps).with_pushdown_filters(true);
        }
        // Footers are kept by path, size and time. Of files that may be overwritten these say too little.
        let store = state.runtime_env().object_store(&self.files.store).ok();
        if let Some(store) = store.filter(|_| self.files.is_immutable) {
            let footers = state.runtime_env().cache_manager.get_file_metadata_cache();
            let readers = CachedParquetFileReaderFactory::new(store, footers);
            source = source.with_parquet_file_reader_factory(Arc::new(readers));
        }
        let columns: Vec<usize> = match projection {
            Some(columns) => columns
                .iter()
                .filter_map(|column| self.places.get(*column).copied())
                .collect(),
            None => self.places.clone(),
        };
        // With other filters or a limit the bounds of the files are not those of the rows.
        let exact_columns = if selection.is_exact && limit.is_none() {
            columns.as_slice()
        } else {
            &[]
        };
        let schema = self.file_order.table_schema();
        let mut statistics = statistics::of_files(&self.files.index, schema, &selection.files, exact_columns);
        if !selection.is_exact {
            statistics = statistics.to_inexact();
        }
        let config = FileScanConfigBuilder::new(self.files.store.clone(), Arc::new(source))
            .with_file_groups(balance(files, state.config().target_partitions()))
            .with_statistics(statistics)
            .with_projection_indices(Some(columns))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    /// A file as the scan wants it: its place, partition values, statistics.
    fn partitioned_file(&self, idx: usize, with_statistics: bool) -> Result<PartitionedFile> {
        let index = &self.files.index;
        let mut values = Vec::with_capacity(index.partitions().len());
        for column in index.partitions() {
            values.push(match column.bounds(idx) {
                Some((value, _)) => value,
                None => ScalarValue::try_new_null(&column.data_type)?,
            });
        }
        let mut partitioned =
            PartitionedFile::new_from_meta(object_meta(&self.files, idx)?).with_partition_values(values);
        let files = Arc::clone(&self.files);
        partitioned = partitioned.with_extension(IndexedFile { files, idx });
        if with_statistics {
            // Not by `with_statistics`, which takes partition values for never NULL and would hide files from `IS NULL`.
            let statistics = statistics::of_file(index, self.file_order.table_schema(), idx);
            partitioned.statistics = Some(Arc::new(statistics));
        }
        Ok(partitioned)
    }

    /// Tells what the scan decided, where somebody wants to know.
    fn report(&self, state: &dyn Session, selection: &Selection, files: &[FileToRead], access: Option<AccessCounts>) {
        if let Some(reports) = state.config().get_extension::<ScanReports>() {
            let index = &self.files.index;
            reports.push(ScanReport {
                table: self.files.name.clone(),
                files_kept: files.len(),
                files_total: index.len(),
                bytes_kept: files.iter().map(|to_read| to_read.file.object_meta.size).sum(),
                bytes_total: index.bytes(),
                steps: selection.steps.clone(),
                row_groups: access.map(|counts| (counts.row_groups_kept, counts.row_groups_total)),
                pages: access.map(|counts| (counts.pages_kept, counts.pages_total)),
            });
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
        let index = &self.files.index;
        let num_rows = index
            .rows()
            .map_or(Precision::Absent, |rows| Precision::Exact(to_usize(rows)));
        Some(Statistics {
            num_rows,
            total_byte_size: Precision::Inexact(to_usize(index.bytes())),
            column_statistics: Statistics::unknown_column(&self.files.schema),
        })
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let explain = state.config().get_extension::<ScanReports>().is_some();
        let windows = windows(filters, &self.files.coverings(), state);
        let mut selection = select_files(&self.files, state, filters, &windows, explain)?;
        if let Some(limit) = limit.filter(|_| selection.is_exact && self.files.index.rows().is_some()) {
            let n_files = n_files_for(&self.files.index, &selection.files, limit);
            if n_files < selection.files.len() {
                selection.files.truncate(n_files);
                selection.steps.push((format!("LIMIT {limit}"), n_files));
            }
        }
        if let Some(share) = state.config().get_extension::<Share>() {
            selection.files = share.take(&self.files.index, &selection.files);
        }
        let (files, access) = self
            .partitioned_files(state, filters, &windows, &selection.files, limit.is_none())
            .await?;
        if access.is_some() {
            selection
                .steps
                .push(("their row groups and pages".to_owned(), files.len()));
        }
        self.report(state, &selection, &files, access);
        if files.is_empty() {
            return Ok(Arc::new(EmptyExec::new(project_schema(&self.schema(), projection)?)));
        }
        self.scan_files(state, projection, &selection, &windows, files, limit)
    }
}

/// The filter that is true for the rows within all windows, by their boxes alone.
fn overlaps(windows: &[Window]) -> Option<Expr> {
    let each = windows
        .iter()
        .filter_map(|window| window.covering.overlaps(&window.bounds));
    each.reduce(Expr::and)
}

/// How many of the selected files, from the first, hold `limit` rows.
fn n_files_for(index: &FileIndex, selected: &[usize], limit: usize) -> usize {
    let mut rows = 0;
    for (n_files, idx) in selected.iter().enumerate() {
        if rows >= limit {
            return n_files;
        }
        rows = rows.saturating_add(to_usize(index.rows_of(*idx).unwrap_or_default()));
    }
    selected.len()
}

/// Where a file lies in its store. Its path is taken as it is: encoding it would miss the Hangul folders.
fn object_meta(set: &FileSet, idx: usize) -> Result<ObjectMeta> {
    let mut path = set.index.path(idx);
    if !set.prefix.as_ref().is_empty() {
        path.insert(0, '/');
        path.insert_str(0, set.prefix.as_ref());
    }
    Ok(ObjectMeta {
        location: Path::parse(path).map_err(|error| DataFusionError::External(Box::new(error)))?,
        // Files are never overwritten, so their age says nothing.
        last_modified: DateTime::<Utc>::UNIX_EPOCH,
        size: set.index.bytes_of(idx),
        e_tag: None,
        version: None,
    })
}
