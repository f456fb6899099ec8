//! Files of stored tables while they are written.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::io;
use crate::{Error, Result, log};

/// A file that is being written; gone when it is dropped before its end.
pub(super) struct Draft {
    file: Written,
    writer: ArrowWriter<File>,
    pub(super) rows: u64,
}

/// A file that has been written; gone when it is dropped before somebody keeps it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) path: PathBuf,
    pub(super) name: String,
    is_kept: bool,
}

impl Draft {
    pub(super) fn create(dir: &Path, schema: &SchemaRef) -> Result<Self> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(dir).map_err(io("create", dir))?;
        // No two files of a table have ever the same name, so that a name stands for its content.
        let nanos = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        let (process, serial) = (std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        let name = format!("{nanos:018x}-{process:x}-{serial:x}.parquet");
        let path = dir.join(&name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = file.map_err(io("create", &path))?;
        let written = Written {
            path,
            name,
            is_kept: false,
        };
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(1 << 17))
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties));
        let writer = writer.map_err(|source| Error::StoredColumns {
            reason: source.to_string(),
        })?;
        Ok(Self {
            file: written,
            writer,
            rows: 0,
        })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer.write(batch).map_err(|source| self.file.failed(source))?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// The file, on disk, and its number of rows.
    pub(super) fn finish(self) -> Result<(Written, u64)> {
        let Self { file, writer, rows } = self;
        writer.into_inner().map_err(|source| file.failed(source))?;
        log::sync(&file.path)?;
        let folders = file.path.ancestors().skip(1).take(3);
        folders.map(log::sync).collect::<Result<Vec<()>>>()?;
        Ok((file, rows))
    }
}

impl Written {
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }

    fn failed(&self, source: ParquetError) -> Error {
        Error::StoredFile {
            path: PathBuf::from(&self.name),
            source: Box::new(source),
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.is_kept {
            // No table lists it; one that stays is swept later.
            let _ = fs::remove_file(&self.path);
        }
    }
}
