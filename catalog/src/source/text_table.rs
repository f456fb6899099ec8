//! Text files as a table: read as they are at every query, since nothing but reading tells what is in them.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, project_schema};
use datafusion::datasource::source::{DataSource, DataSourceExec};
use datafusion::error::{DataFusionError, Result as PlanResult};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::{DisplayFormatType, ExecutionPlan, Partitioning};
use object_store::ObjectStore;
use object_store::path::Path;

use super::columns::{Partition, constant};
use super::listing::{self, Listing};
use super::live::{Look, Seen};
use super::text_rows::TextRows;
use super::tree::{fingerprint, partition_values};
use super::{Format, SourceSpec};
use crate::file_index::to_usize;
use crate::{Error, Result};

/// How many bytes a row takes where nobody counted.
const ROW_BYTES: u64 = 100;

/// Text files that are looked at from time to time.
#[derive(Debug)]
pub(super) struct Texts {
    pub store: Arc<dyn ObjectStore>,
    pub path: Path,
    pub spec: SourceSpec,
    pub name: String,
}

#[async_trait]
impl Look for Texts {
    async fn look(&self, before: Option<&Seen>) -> Result<Seen> {
        let listing = listing::list(&self.store, &self.path, Some(self.spec.format.kind())).await?;
        let fingerprint = fingerprint(&listing);
        if let Some(before) = before.filter(|before| before.fingerprint == fingerprint) {
            return Ok(before.clone());
        }
        let table = TextTable {
            files: Arc::new(TextFiles::new(self, &listing)?),
        };
        Ok(Seen {
            table: Arc::new(table),
            fingerprint,
        })
    }
}

/// Text files of one table as they were at one moment.
#[derive(Debug)]
struct TextFiles {
    store: Arc<dyn ObjectStore>,
    name: String,
    format: Format,
    schema: SchemaRef,
    row_bytes: u64,
    files: Vec<TextFile>,
}

#[derive(Debug)]
struct TextFile {
    location: Path,
    bytes: u64,
    partition: Partition,
}

impl TextFiles {
    fn new(texts: &Texts, listing: &Listing) -> Result<Self> {
        let mut partitions = partition_values(listing, &texts.spec.partition_columns)?;
        let mut files = Vec::with_capacity(listing.files.len());
        for file in &listing.files {
            files.push(TextFile {
                location: listing.location(file)?,
                bytes: file.bytes,
                partition: partitions.remove(file.path.as_str()).unwrap_or_default(),
            });
        }
        Ok(Self {
            store: Arc::clone(&texts.store),
            name: texts.name.clone(),
            format: texts.spec.format.clone(),
            schema: Arc::clone(&texts.spec.schema),
            row_bytes: texts.spec.row_bytes.unwrap_or(ROW_BYTES).max(1),
            files,
        })
    }

    /// Estimates, by which a join takes the smaller side to build on.
    fn statistics<'a>(&self, files: impl Iterator<Item = &'a TextFile>, schema: &Schema) -> Statistics {
        let bytes: u64 = files.map(|file| file.bytes).sum();
        Statistics {
            num_rows: Precision::Inexact(to_usize(bytes / self.row_bytes)),
            total_byte_size: Precision::Inexact(to_usize(bytes)),
            column_statistics: Statistics::unknown_column(schema),
        }
    }
}

impl TextFile {
    /// Sends the wanted columns of the file, at most `left` rows; gives how many may still be sent.
    async fn send(
        &self,
        files: &TextFiles,
        schema: &SchemaRef,
        batch_rows: usize,
        mut left: usize,
        out: &tokio::sync::mpsc::Sender<PlanResult<RecordBatch>>,
    ) -> Result<usize> {
        let of_folder = |field: &FieldRef| self.partition.iter().find(|(name, _)| name == field.name());
        let columns: Vec<FieldRef> = schema
            .fields()
            .iter()
            .filter(|field| of_folder(field).is_none())
            .cloned()
            .collect();
        let mut rows = TextRows::open(
            &files.store,
            self.location.clone(),
            self.bytes,
            &files.format,
            columns,
            &files.name,
            batch_rows,
        )?;
        while left > 0 {
            let Some(read) = rows.next().await? else {
                break;
            };
            let read = if read.num_rows() > left {
                read.slice(0, left)
            } else {
                read
            };
            left -= read.num_rows();
            let batch = self
                .with_partition(&read, schema)
                .map_err(|source| Error::SourceColumns {
                    file: self.location.to_string(),
                    source,
                })?;
            // Nobody listens any more when the query was cancelled.
            if out.send(Ok(batch)).await.is_err() {
                return Ok(0);
            }
        }
        Ok(left)
    }

    fn with_partition(&self, read: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, arrow::error::ArrowError> {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let value = self.partition.iter().find(|(name, _)| name == field.name());
            arrays.push(match (value, read.column_by_name(field.name())) {
                (Some((_, value)), _) => constant(value.as_deref(), field.data_type(), read.num_rows())?,
                (None, Some(array)) => Arc::clone(array),
                (None, None) => constant(None, field.data_type(), read.num_rows())?,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(read.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
    }
}

/// A table over text files.
#[derive(Debug)]
struct TextTable {
    files: Arc<TextFiles>,
}

#[async_trait]
impl TableProvider for TextTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.files.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.files.statistics(self.files.files.iter(), &self.files.schema))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let scan = TextScan {
            files: Arc::clone(&self.files),
            groups: groups(&self.files.files, state.config().target_partitions()),
            schema: project_schema(&self.files.schema, projection)?,
            limit,
        };
        Ok(DataSourceExec::from_data_source(scan))
    }
}

/// Files for each partition: each goes to the one with the fewest bytes so far.
fn groups(files: &[TextFile], n_partitions: usize) -> Vec<Vec<usize>> {
    let n_groups = n_partitions.min(files.len()).max(1);
    let mut groups: Vec<(u64, Vec<usize>)> = vec![(0, Vec::new()); n_groups];
    for (idx, file) in files.iter().enumerate() {
        if let Some((bytes, group)) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            *bytes += file.bytes;
            group.push(idx);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A scan of some columns of text files.
#[derive(Debug, Clone)]
struct TextScan {
    files: Arc<TextFiles>,
    /// The files of each partition.
    groups: Vec<Vec<usize>>,
    schema: SchemaRef,
    /// The most rows that a partition gives.
    limit: Option<usize>,
}

impl TextScan {
    fn group(&self, partition: usize) -> impl Iterator<Item = &TextFile> {
        let group = self.groups.get(partition).into_iter().flatten();
        group.filter_map(|idx| self.files.files.get(*idx))
    }
}

impl DataSource for TextScan {
    fn open(&self, partition: usize, context: Arc<TaskContext>) -> PlanResult<SendableRecordBatchStream> {
        let scan = self.clone();
        let batch_rows = context.session_config().batch_size();
        let mut stream = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), 2);
        let out = stream.tx();
        stream.spawn(async move {
            let mut left = scan.limit.unwrap_or(usize::MAX);
            for file in scan.group(partition) {
                left = file
                    .send(&scan.files, &scan.schema, batch_rows, left, &out)
                    .await
                    .map_err(|error| DataFusionError::External(Box::new(error)))?;
            }
            Ok(())
        });
        Ok(stream.build())
    }

    fn fmt_as(&self, _kind: DisplayFormatType, formatter: &mut fmt::Formatter) -> fmt::Result {
        let columns: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        write!(
            formatter,
            "table={}, format={}, files={}, columns=[{}]",
            self.files.name,
            self.files.format.kind().name(),
            self.files.files.len(),
            columns.join(", ")
        )?;
        match self.limit {
            Some(limit) => write!(formatter, ", limit={limit}"),
            None => Ok(()),
        }
    }

    fn output_partitioning(&self) -> Partitioning {
        Partitioning::UnknownPartitioning(self.groups.len())
    }

    fn eq_properties(&self) -> EquivalenceProperties {
        EquivalenceProperties::new(Arc::clone(&self.schema))
    }

    fn partition_statistics(&self, partition: Option<usize>) -> PlanResult<Arc<Statistics>> {
        let statistics = match partition {
            Some(partition) => self.files.statistics(self.group(partition), &self.schema),
            None => self.files.statistics(self.files.files.iter(), &self.schema),
        };
        Ok(Arc::new(statistics))
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn DataSource>> {
        Some(Arc::new(Self { limit, ..self.clone() }))
    }

    fn fetch(&self) -> Option<usize> {
        self.limit
    }

    fn try_swapping_with_projection(&self, _projection: &ProjectionExprs) -> PlanResult<Option<Arc<dyn DataSource>>> {
        Ok(None)
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> PlanResult<TreeNodeRecursion>,
    ) -> PlanResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
}
