//! The CSV file of rejected rows, written as they come.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::reject::{RejectCode, Rejected};

const HEADER: [&str; 7] = ["file", "row", "code", "message", "value", "record", "wkt"];

/// Takes rejected rows from several threads; makes its file with the first one.
pub(crate) struct RejectFile {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    writer: Option<csv::Writer<BufWriter<File>>>,
    counts: BTreeMap<RejectCode, u64>,
}

impl RejectFile {
    /// A file that will be at `path`; its folder is made with it.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            state: Mutex::default(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends the rejected rows of the part named `file`.
    pub(crate) fn write(&self, file: &str, rejected: &[Rejected]) -> Result<()> {
        if rejected.is_empty() {
            return Ok(());
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { writer, counts } = &mut *state;
        let writer = match writer {
            Some(writer) => writer,
            None => writer.insert(self.create()?),
        };
        for row in rejected {
            *counts.entry(row.code).or_default() += 1;
            let number = row.row.to_string();
            let record = serde_json::Value::Object(row.record.clone()).to_string();
            let wkt = row.wkt.as_deref().unwrap_or_default();
            let fields = [file, &number, row.code.as_str(), &row.message, &row.value, &record, wkt];
            writer.write_record(fields).map_err(|source| self.failed(source))?;
        }
        Ok(())
    }

    /// Brings everything to the file and returns the counts per code.
    pub(crate) fn finish(&self) -> Result<BTreeMap<RejectCode, u64>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = &mut state.writer {
            writer.flush().map_err(Error::io("write", &self.path))?;
        }
        Ok(state.counts.clone())
    }

    fn create(&self) -> Result<csv::Writer<BufWriter<File>>> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        let file = File::create(&self.path).map_err(Error::io("create", &self.path))?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(HEADER).map_err(|source| self.failed(source))?;
        Ok(writer)
    }

    fn failed(&self, source: csv::Error) -> Error {
        Error::WriteCsv {
            path: self.path.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_with_their_record_and_counted() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("new/rejects.csv");
        let rejects = RejectFile::new(path.clone());
        let mut record = serde_json::Map::new();
        record.insert("A1".to_owned(), "11\"1, 산".into());
        let row = Rejected {
            row: 7,
            code: RejectCode::PnuMalformed,
            message: "expected 19 digits".to_owned(),
            value: "11\"1, 산".to_owned(),
            record,
            wkt: Some("POINT(1 2)".to_owned()),
        };
        rejects.write(
            "a.zip/b.shp",
            &[
                row.clone(),
                Rejected {
                    row: 8,
                    wkt: None,
                    ..row
                },
            ],
        )?;
        assert_eq!(rejects.finish()?, BTreeMap::from([(RejectCode::PnuMalformed, 2)]));

        let mut reader = csv::Reader::from_path(&path)?;
        assert_eq!(reader.headers()?, HEADER.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
        assert_eq!(rows.len(), 2);
        assert_eq!(&rows[0][0], "a.zip/b.shp");
        assert_eq!(&rows[0][1], "7");
        assert_eq!(&rows[0][2], "pnu_malformed");
        let record: serde_json::Value = serde_json::from_str(&rows[0][5])?;
        assert_eq!(record["A1"], "11\"1, 산");
        assert_eq!((&rows[0][6], &rows[1][6]), ("POINT(1 2)", ""));
        Ok(())
    }

    #[test]
    fn no_reject_makes_no_file() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("rejects.csv");
        let rejects = RejectFile::new(path.clone());
        rejects.write("a", &[])?;
        assert_eq!(rejects.finish()?, BTreeMap::new());
        assert!(!path.exists());
        Ok(())
    }
}
