//! Reads whole inputs, as the pipeline does, for the tests of the readers.

use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef};
use arrow::util::display::array_value_to_string;
use pilji_ingest::error::Result;
use pilji_ingest::reject::Rejected;
use pilji_ingest::source::{Counts, ReadOptions, discover};
use pilji_udfs::System;

/// All that came out of an input.
#[derive(Debug, Default)]
pub struct Content {
    /// Part names without the folder of the input.
    pub parts: Vec<String>,
    pub notes: Vec<String>,
    pub columns: Vec<String>,
    /// EPSG codes; `None` also for a system that a file describes.
    pub crs: Vec<Option<u32>>,
    /// Row number, geometry as WKT, and the attributes as text with `-` for NULL.
    pub rows: Vec<(u64, Option<String>, Vec<String>)>,
    pub rejected: Vec<Rejected>,
    pub counts: Counts,
    /// Records that passed, deleted ones included.
    pub records: usize,
    pub bytes_read: u64,
    pub bytes: u64,
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/source")
        .join(name)
}

pub fn read(input: &Path) -> Result<Content> {
    read_with(input, &ReadOptions::default())
}

pub fn read_with(input: &Path, options: &ReadOptions) -> Result<Content> {
    let mut content = Content::default();
    let folder = input
        .parent()
        .map(|parent| format!("{}/", parent.display()))
        .unwrap_or_default();
    for part in discover(&[input.to_owned()])? {
        content.parts.push(part.name.replacen(&folder, "", 1));
        content.bytes += part.bytes;
        let open = part.open(options)?;
        content.notes.extend(open.notes.iter().cloned());
        content.crs.push(match &open.crs {
            Some(System::Known(crs)) => Some(crs.epsg()),
            Some(System::Custom(_)) | None => None,
        });
        content.columns = open.schema.fields().iter().map(|field| field.name().clone()).collect();
        for chunk in open.chunks() {
            let chunk = chunk?;
            content.records += chunk.records();
            content.bytes_read += chunk.bytes_read;
            let batch = chunk.decode();
            assert_eq!(batch.rows.len(), batch.attributes.num_rows());
            assert_eq!(batch.rows.len(), batch.geometry.len());
            content.counts += batch.counts;
            content.rejected.extend(batch.rejected);
            for (index, (row, geometry)) in batch.rows.iter().zip(&batch.geometry).enumerate() {
                let fields = batch
                    .attributes
                    .columns()
                    .iter()
                    .map(|column| text(column, index))
                    .collect();
                let wkt = geometry
                    .as_ref()
                    .and_then(|geometry| geozero::ToWkt::to_wkt(geometry).ok());
                content.rows.push((*row, wkt, fields));
            }
        }
    }
    Ok(content)
}

fn text(column: &ArrayRef, index: usize) -> String {
    if column.is_null(index) {
        return "-".to_owned();
    }
    array_value_to_string(column, index).unwrap_or_default()
}
