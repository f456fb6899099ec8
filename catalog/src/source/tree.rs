//! Parquet files in a folder or a tree of folders: inspected, and opened with an index of their footers.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::ObjectStore;
use object_store::path::Path;
use tracing::{info, warn};

use super::columns::{Partition, check_readable, to_table, unify};
use super::geometry::{self, Declared};
use super::kept_index::{self, KnownFile, KnownFiles, bounded};
use super::listing::{self, ListedFile, Listing};
use super::live::{Look, Seen};
use super::{Format, FormatKind, Inspected, SAMPLE_ROWS, SourceOptions, SourceSpec, footers, levels};
use crate::covering::marked;
use crate::{DataFile, Error, FileIndex, FileSet, FileTable, Result, blocking};

/// How many footers are read to inspect a tree; opening it reads all.
const INSPECTED_FOOTERS: usize = 256;

/// How many files the sample is taken from.
const SAMPLED_FILES: usize = 16;

/// Inspects Parquet files.
pub(super) async fn inspect(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    options: &SourceOptions,
    mut remarks: Vec<String>,
) -> Result<Inspected> {
    let levels = levels::read(listing)?;
    let inspected = listing.spread(INSPECTED_FOOTERS);
    let footers = footers::read(store, listing, &inspected).await?;
    let schemas = footers.iter().zip(&inspected);
    let file_columns = unify(schemas.map(|(footer, file)| (&footer.schema, file.path.as_str())))?;
    let names: Vec<String> = file_columns.iter().map(|field| field.name().clone()).collect();
    let partition_columns = levels.columns(listing.root.as_ref(), &options.levels, &names)?;

    let schema = table_schema(&file_columns, &partition_columns, &mut remarks);
    let is_whole = inspected.len() == listing.files.len();
    if !is_whole {
        remarks.push(format!(
            "{} of {} files were looked into; opening the table looks into all",
            inspected.len(),
            listing.files.len()
        ));
    }
    let declared = declared(&footers, &mut remarks);
    let partitions: HashMap<&str, &Vec<Option<String>>> = listing
        .files
        .iter()
        .map(|file| file.path.as_str())
        .zip(&levels.values)
        .collect();
    let mut sample = Vec::new();
    for file in listing.spread(SAMPLED_FILES) {
        let values = partitions.get(file.path.as_str()).copied().cloned().unwrap_or_default();
        let partition: Partition = partition_columns.iter().cloned().zip(values).collect();
        let n_rows = SAMPLE_ROWS.div_ceil(SAMPLED_FILES.min(listing.files.len()));
        sample.extend(sample_of(store, listing, file, n_rows, &schema, &partition).await?);
    }
    let schema = geometry::mark(&schema, &declared, &sample, &mut remarks);
    let sample =
        geometry::with_schema(sample, &schema).map_err(|source| columns_error(listing.root.as_ref(), source))?;
    Ok(Inspected {
        format: Format::Parquet,
        schema,
        partition_columns,
        files: listing.files.len(),
        bytes: listing.bytes(),
        rows: is_whole.then(|| footers.iter().map(|footer| footer.footer.rows).sum()),
        row_bytes: None,
        sample,
        remarks,
    })
}

/// The columns of the files, without those that folders stand for, then the latter.
pub(super) fn table_schema(
    file_columns: &[FieldRef],
    partition_columns: &[String],
    remarks: &mut Vec<String>,
) -> SchemaRef {
    let mut fields: Vec<FieldRef> = Vec::new();
    for field in file_columns {
        let is_same = |column: &&String| column.to_lowercase() == field.name().to_lowercase();
        match partition_columns.iter().find(is_same) {
            Some(column) => remarks.push(format!(
                "column {column} is taken from the names of the folders; the files' own {} is not read",
                field.name()
            )),
            None => fields.push(Arc::clone(field)),
        }
    }
    let of_folders = partition_columns
        .iter()
        .map(|name| Arc::new(Field::new(name, DataType::Utf8, true)));
    fields.extend(of_folders);
    Arc::new(Schema::new(fields))
}

/// What the footers declare of geometry columns.
fn declared(footers: &[footers::SourceFooter], remarks: &mut Vec<String>) -> HashMap<String, Declared> {
    let mut declared = HashMap::new();
    for footer in footers {
        if let Some(geo) = &footer.geo {
            geometry::read_geo(geo, &mut declared, remarks);
        }
        for (column, crs) in &footer.geometry {
            declared
                .entry(column.clone())
                .or_insert_with(|| geometry::native(crs.as_deref()));
        }
    }
    remarks.dedup();
    declared
}

async fn sample_of(
    store: &Arc<dyn ObjectStore>,
    listing: &Listing,
    file: &ListedFile,
    n_rows: usize,
    schema: &SchemaRef,
    partition: &[(String, Option<String>)],
) -> Result<Vec<RecordBatch>> {
    let location = listing.location(file)?;
    let mut sample = Vec::new();
    for rows in footers::first_rows(store, &location, file.bytes, n_rows).await? {
        sample.push(to_table(&rows, schema, partition).map_err(|source| columns_error(location.as_ref(), source))?);
    }
    Ok(sample)
}

fn columns_error(file: &str, source: arrow::error::ArrowError) -> Error {
    Error::SourceColumns {
        file: file.to_owned(),
        source,
    }
}

/// A tree of Parquet files that is looked at from time to time.
#[derive(Debug)]
pub(super) struct Tree {
    pub store: Arc<dyn ObjectStore>,
    pub store_url: ObjectStoreUrl,
    pub path: Path,
    pub spec: SourceSpec,
    pub kept: Option<PathBuf>,
    pub name: String,
}

#[async_trait]
impl Look for Tree {
    async fn look(&self, before: Option<&Seen>) -> Result<Seen> {
        let mut listing = listing::list(&self.store, &self.path, Some(FormatKind::Parquet)).await?;
        if let Some(files) = &self.spec.files {
            listing.keep(files)?;
        }
        let fingerprint = fingerprint(&listing);
        if let Some(before) = before.filter(|before| before.fingerprint == fingerprint) {
            return Ok(before.clone());
        }
        let known = self.known(&listing).await?;
        let table = FileTable::new(Arc::new(self.file_set(&listing, known)?));
        Ok(Seen {
            table: Arc::new(table),
            fingerprint,
        })
    }
}

impl Tree {
    /// What is known of the listed files: kept from before, or read from the footers of new and changed ones.
    async fn known(&self, listing: &Listing) -> Result<KnownFiles> {
        let kept = self.read_kept(listing).await?;
        let mut known = KnownFiles {
            schemas: kept.schemas,
            files: Vec::with_capacity(listing.files.len()),
        };
        let n_kept = kept.files.len();
        let mut kept: HashMap<String, KnownFile> = kept
            .files
            .into_iter()
            .map(|file| (file.listed.path.clone(), file))
            .collect();
        let mut unknown: Vec<&ListedFile> = Vec::new();
        for file in &listing.files {
            match kept.remove(&file.path) {
                Some(of_before) if of_before.listed == *file => known.files.push(of_before),
                _ => unknown.push(file),
            }
        }
        let is_changed = !unknown.is_empty() || known.files.len() != n_kept;
        let footers = footers::read(&self.store, listing, &unknown).await?;
        for (file, footer) in unknown.iter().zip(footers) {
            let schema_idx = known.schema_idx(&footer.schema);
            known.files.push(KnownFile {
                listed: (*file).clone(),
                schema_idx,
                rows: footer.footer.rows,
                stats: bounded(footer.footer.stats),
            });
        }
        info!(
            table = self.name,
            files = listing.files.len(),
            footers_read = unknown.len(),
            "looked at the files"
        );
        if is_changed {
            self.write_kept(listing, known).await
        } else {
            Ok(known)
        }
    }

    /// The kept index; one that cannot be read is made anew.
    async fn read_kept(&self, listing: &Listing) -> Result<KnownFiles> {
        let Some(dir) = self.kept.clone() else {
            return Ok(KnownFiles::default());
        };
        let (root, name) = (listing.root.to_string(), self.name.clone());
        let read = move || match kept_index::read(&dir, &root) {
            Ok(kept) => Ok(kept.unwrap_or_default()),
            Err(error) => {
                warn!(table = name, %error, "the kept index is not readable and is made anew");
                Ok(KnownFiles::default())
            }
        };
        blocking::run(read).await
    }

    async fn write_kept(&self, listing: &Listing, known: KnownFiles) -> Result<KnownFiles> {
        let Some(dir) = self.kept.clone() else {
            return Ok(known);
        };
        let root = listing.root.to_string();
        blocking::run(move || kept_index::write(&dir, &root, &known).map(|()| known)).await
    }

    fn file_set(&self, listing: &Listing, known: KnownFiles) -> Result<FileSet> {
        let root = listing.root.as_ref();
        let first_with = |idx: usize| {
            known
                .files
                .iter()
                .find(|file| usize::try_from(file.schema_idx) == Ok(idx))
        };
        // Only columns that some file has still: a schema may outlive its last file in the kept index.
        let live = known.schemas.iter().enumerate();
        let live = live.filter_map(|(idx, schema)| Some((schema, first_with(idx)?.listed.path.as_str())));
        let file_columns = unify(live.clone())?;
        let mut coverings = marked(&self.spec.schema);
        // A file without boxes has rows without boxes, and yet with geometry.
        coverings.retain(|(_, boxes)| live.clone().all(|(schema, _)| schema.field_with_name(boxes).is_ok()));
        let SourceSpec {
            schema,
            partition_columns,
            ..
        } = &self.spec;
        check_readable(schema, partition_columns, &file_columns, root)?;

        let partitions = partition_values(listing, partition_columns)?;
        let files = known.files.into_iter().map(|file| DataFile {
            partition: partitions.get(file.listed.path.as_str()).cloned().unwrap_or_default(),
            path: file.listed.path,
            bytes: file.listed.bytes,
            rows: file.rows,
            stats: file.stats,
        });
        let index = FileIndex::from_files(files, schema, partition_columns).map_err(|source| Error::Index {
            dataset: self.name.clone(),
            source,
        })?;
        Ok(FileSet {
            name: self.name.clone(),
            store: self.store_url.clone(),
            prefix: listing.root.clone(),
            schema: Arc::clone(schema),
            partition_columns: partition_columns.clone(),
            is_immutable: self.spec.files.is_some(),
            coverings,
            index,
        })
    }
}

/// The values of the partition columns by the paths of the files.
///
/// # Errors
///
/// [`Error::SourceTree`] when the folders are not those of these columns.
pub(super) fn partition_values<'a>(
    listing: &'a Listing,
    partition_columns: &[String],
) -> Result<HashMap<&'a str, Partition>> {
    let levels = levels::read(listing)?;
    let same = |(name, column): (&Option<String>, &String)| name.as_ref().is_none_or(|name| name == column);
    if levels.names.len() != partition_columns.len() || !levels.names.iter().zip(partition_columns).all(same) {
        return Err(Error::SourceTree {
            path: listing.root.to_string(),
            reason: format!(
                "its folders have no longer the levels {}; register it again",
                partition_columns.join(", ")
            ),
        });
    }
    let with_names = |values: Vec<Option<String>>| partition_columns.iter().cloned().zip(values).collect();
    Ok(listing
        .files
        .iter()
        .map(|file| file.path.as_str())
        .zip(levels.values.into_iter().map(with_names))
        .collect())
}

/// Differs when files come, go or change.
pub(super) fn fingerprint(listing: &Listing) -> u64 {
    let mut hasher = DefaultHasher::new();
    listing.files.hash(&mut hasher);
    hasher.finish()
}
