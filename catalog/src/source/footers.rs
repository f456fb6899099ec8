//! Parquet files on a store: their footers, many at once, and their first rows.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ParquetRecordBatchStreamBuilder;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::basic::LogicalType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::columns::plain_schema;
use super::listing::{ListedFile, Listing};
use crate::footer::{self, Footer};
use crate::{Error, Result};

/// Footers that are read at a time: enough to hide the latency of a remote store.
const CONCURRENT: usize = 32;

/// How much of a file's end is fetched at first; most footers are within it.
const FOOTER_BYTES: usize = 64 << 10;

/// What a footer says about a user's file.
#[derive(Debug)]
pub(super) struct SourceFooter {
    /// The file's columns in plain types.
    pub schema: SchemaRef,
    pub footer: Footer,
    /// The text under the key `geo`.
    pub geo: Option<String>,
    /// Columns of Parquet's own geometry type, and their CRS.
    pub geometry: Vec<(String, Option<String>)>,
}

/// Reads the footers of these files of a listing, in their order.
///
/// # Errors
///
/// [`Error::SourceEmpty`] on a file without a byte, [`Error::SourceParquet`] on one that is no whole Parquet file.
pub(super) async fn read(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    files: &[&ListedFile],
) -> Result<Vec<SourceFooter>> {
    // Decoding a footer takes as long as fetching it, so each has a task of its own.
    let permits = Arc::new(Semaphore::new(CONCURRENT));
    let mut tasks = JoinSet::new();
    for (idx, file) in files.iter().enumerate() {
        let (store, location, bytes) = (Arc::clone(store), listing.location(file)?, file.bytes);
        let permits = Arc::clone(&permits);
        tasks.spawn(async move {
            let _permit = permits.acquire_owned().await;
            (idx, read_one(store, location, bytes).await)
        });
    }
    let mut footers = Vec::with_capacity(files.len());
    while let Some(done) = tasks.join_next().await {
        let (idx, footer) = done.map_err(|source| Error::Worker { source })?;
        footers.push((idx, footer?));
    }
    footers.sort_by_key(|(idx, _)| *idx);
    Ok(footers.into_iter().map(|(_, footer)| footer).collect())
}

async fn read_one(store: Arc<dyn ObjectStore>, location: Path, bytes: u64) -> Result<SourceFooter> {
    let metadata = load(store, &location, bytes).await?;
    let schema = plain_schema(metadata.schema());
    let parquet = metadata.metadata();
    let key_values = parquet.file_metadata().key_value_metadata();
    let geo = key_values
        .into_iter()
        .flatten()
        .find(|entry| entry.key == "geo")
        .and_then(|entry| entry.value.clone());
    Ok(SourceFooter {
        footer: footer::of(parquet, schema.fields(), bytes),
        geometry: geometry_columns(parquet),
        geo,
        schema,
    })
}

async fn load(store: Arc<dyn ObjectStore>, location: &Path, bytes: u64) -> Result<ArrowReaderMetadata> {
    if bytes == 0 {
        return Err(Error::SourceEmpty {
            file: location.to_string(),
            what: "a Parquet file has a footer at least",
        });
    }
    let mut reader = StoreFile {
        store,
        location: location.clone(),
        bytes,
    };
    ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::new())
        .await
        .map_err(|source| parquet_error(location, source))
}

fn geometry_columns(parquet: &ParquetMetaData) -> Vec<(String, Option<String>)> {
    let columns = parquet.file_metadata().schema_descr().columns();
    let geometry = columns.iter().filter_map(|column| match column.logical_type_ref() {
        Some(LogicalType::Geometry(geometry)) => Some((column.path().string(), geometry.crs.clone())),
        _ => None,
    });
    geometry.collect()
}

/// The first rows of a file in the file's own types.
pub(super) async fn first_rows(
    store: &Arc<dyn ObjectStore>,
    location: &Path,
    bytes: u64,
    n_rows: usize,
) -> Result<Vec<RecordBatch>> {
    let metadata = load(Arc::clone(store), location, bytes).await?;
    let reader = StoreFile {
        store: Arc::clone(store),
        location: location.clone(),
        bytes,
    };
    let failed = |source| parquet_error(location, source);
    let rows = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, metadata)
        .with_limit(n_rows)
        .with_batch_size(n_rows.max(1))
        .build()
        .map_err(failed)?;
    rows.try_collect().await.map_err(failed)
}

fn parquet_error(location: &Path, source: ParquetError) -> Error {
    Error::SourceParquet {
        file: location.to_string(),
        source: Box::new(source),
    }
}

/// A file of a store as the Parquet library reads it.
struct StoreFile {
    store: Arc<dyn ObjectStore>,
    location: Path,
    bytes: u64,
}

fn external(source: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(source))
}

impl AsyncFileReader for StoreFile {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        self.store.get_range(&self.location, range).map_err(external).boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        async move { self.store.get_ranges(&self.location, &ranges).await.map_err(external) }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let bytes = self.bytes;
            let metadata = ParquetMetaDataReader::new()
                .with_arrow_reader_options(options)
                .with_prefetch_hint(Some(FOOTER_BYTES))
                .load_and_finish(self, bytes)
                .await?;
            Ok(Arc::new(metadata))
        }
        .boxed()
    }
}
