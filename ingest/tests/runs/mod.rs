//! Inputs, runs of the ingest, and what they published, for the tests of whole runs.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use chrono::NaiveDate;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use pilji_catalog::{Dataset, Warehouse};
use pilji_ingest::{Error, IngestOptions, Report, Silent};
use tempfile::TempDir;

pub const HEADER: &str = "WKT,SGG_OID,PNU,BJD_CD,BJD_NM,SI_NM,SGG_NM,EMD_NM,RI_NM,BONBUN,BUBON,JIMOK\n";

/// Code and name of 동 in two 시군구.
pub const JONGNO: [(&str, &str); 2] = [
    ("1111010100", "서울특별시 종로구 청운동"),
    ("1111010200", "서울특별시 종로구 신교동"),
];
pub const SEJONG: [(&str, &str); 1] = [("3611025021", "세종특별자치시 조치원읍 원리")];

pub fn square(x: f64, y: f64) -> String {
    let (right, top) = (x + 0.001, y + 0.001);
    format!("\"MULTIPOLYGON ((({x} {y}, {right} {y}, {right} {top}, {x} {top}, {x} {y})))\"")
}

/// A CSV as the platform writes it, `n` parcels in each 동.
pub fn platform_csv(regions: &[(&str, &str)], n: u16) -> String {
    let mut csv = HEADER.to_owned();
    for (code, name) in regions {
        for lot in 1..=n {
            let wkt = square(
                126.9 + f64::from(lot * 7919 % 100) / 1000.0,
                37.5 + f64::from(lot * 104 % 97) / 1000.0,
            );
            writeln!(csv, "{wkt},{lot},{code}1{lot:04}0003,{code},{name},,,,,{lot},3,대").unwrap();
        }
    }
    csv
}

pub struct Fixture {
    pub dir: TempDir,
}

impl Fixture {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn warehouse(&self) -> PathBuf {
        self.dir.path().join("warehouse")
    }

    pub fn options(&self, inputs: &[&PathBuf]) -> IngestOptions {
        IngestOptions {
            inputs: inputs.iter().map(|path| (*path).clone()).collect(),
            warehouse: self.warehouse(),
            vintage: NaiveDate::from_ymd_opt(2021, 5, 1),
            ..IngestOptions::default()
        }
    }

    pub fn dataset(&self, name: &str) -> Option<Dataset> {
        if !self.warehouse().exists() {
            return None;
        }
        block_on(async { Warehouse::open(self.warehouse()).unwrap().dataset(name).await.unwrap() })
    }

    pub fn rows(&self, name: &str) -> u64 {
        self.dataset(name).map_or(0, |dataset| dataset.rows())
    }

    /// Relative paths and contents of a dataset's files.
    pub fn contents(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let dir = self.warehouse().join(name);
        let dataset = self.dataset(name).unwrap();
        dataset
            .files()
            .map(|file| (file.path.clone(), std::fs::read(dir.join(&file.path)).unwrap()))
            .collect()
    }
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

pub fn run(options: IngestOptions) -> Result<Report, Error> {
    block_on(pilji_ingest::ingest(options, Arc::new(Silent)))
}

/// The error's message with those of its causes.
pub fn failure(options: IngestOptions) -> String {
    let error = run(options).unwrap_err();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        write!(text, ": {error}").unwrap();
        cause = error.source();
    }
    text
}

pub fn read(path: &Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap())
        .unwrap()
        .build()
        .unwrap();
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().unwrap();
    arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
}
