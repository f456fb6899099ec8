//! Administrative areas from parcels: what `pilji dataset derive-areas` does.
//!
//! One 시군구 after the other is asked for its 동 and 리, whose parcels the engine dissolves; 읍면동, 시군구 and 시도 are then
//! dissolved from the level below (`dissolve`), so that a country never is in memory as parcels. The areas go to a file
//! (`file`), which is ingested as any other.

mod dissolve;
mod file;

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use chrono::NaiveDate;
use futures::TryStreamExt;
use pilji_ingest::{AreaLevel, IngestOptions, Phase, Progress, Report};

use crate::engine::{Asked, Engine, Planned, Settings};
use crate::error::{Error, Result};

use dissolve::{Area, Upper};
use file::AreaFile;

/// What to derive.
#[derive(Debug, Clone)]
pub struct Request {
    /// The dataset of parcels.
    pub parcels: String,
    /// The dataset that the areas are published to, in place of what it holds.
    pub into: String,
    /// The first digits of the 법정동 codes to derive areas of; all when empty.
    pub codes: String,
    /// The date that the areas describe; the newest one of the parcels when `None`.
    pub vintage: Option<NaiveDate>,
}

/// Derives the areas of every level of a dataset of parcels and publishes them.
///
/// # Errors
///
/// Those of the queries and of the ingest; [`Error::NoParcels`] when there is nothing to derive from, [`Error::Areas`] when
/// geometry cannot be dissolved.
pub async fn derive(
    engine: &Engine,
    warehouse: &Path,
    request: Request,
    progress: Arc<dyn Progress>,
) -> Result<Report> {
    let Request {
        parcels,
        into,
        codes,
        vintage,
    } = request;
    // `LIKE` finds the files of a code by their bounds; digits need no quoting.
    let of_codes = |codes: &str| format!("\"{parcels}\" WHERE bjd_cd LIKE '{codes}%'");
    let sigungus = ask(
        engine,
        &format!(
            "SELECT substr(bjd_cd, 1, 5) AS sigungu, count(*) AS parcels, max(base_date) AS vintage FROM {} GROUP BY 1 ORDER BY 1",
            of_codes(&codes)
        ),
    )
    .await?;
    let sigungus: Vec<(String, i64, Option<NaiveDate>)> = sigungus.iter().flat_map(sigungu_rows).collect();
    let newest = sigungus.iter().filter_map(|(.., vintage)| *vintage).max();
    let n_parcels: i64 = sigungus.iter().map(|(_, n_parcels, _)| n_parcels).sum();
    if sigungus.is_empty() {
        return Err(Error::NoParcels {
            dataset: parcels.clone(),
            codes,
        });
    }
    let folder = tempfile::tempdir_in(warehouse).map_err(|source| Error::Output {
        target: warehouse.display().to_string(),
        source,
    })?;
    let path = folder.path().join(format!("{into}.parquet"));
    let mut out = AreaFile::create(&path)?;
    progress.begin(Phase::Dissolve, u64::try_from(n_parcels).unwrap_or_default());
    let mut sidos: Vec<Upper> = Vec::new();
    for (code, n_parcels, _) in &sigungus {
        let leaves = ask(
            engine,
            &format!(
                "SELECT bjd_cd, min(si_nm) AS si_nm, min(sgg_nm) AS sgg_nm, min(emd_nm) AS emd_nm, min(ri_nm) AS ri_nm, \
                 count(*) AS parcels, st_union_agg(geometry) AS geometry FROM {} GROUP BY bjd_cd ORDER BY bjd_cd",
                of_codes(code)
            ),
        )
        .await?;
        let mut emds: Vec<Upper> = Vec::new();
        for leaf in leaves.iter().flat_map(leaf_rows) {
            dissolve::add(&mut emds, AreaLevel::Emd, &leaf)?;
            if leaf.level == AreaLevel::Ri {
                out.push(leaf)?;
            }
        }
        let mut sigungu: Vec<Upper> = Vec::new();
        for emd in emds {
            let emd = emd.finish()?;
            dissolve::add(&mut sigungu, AreaLevel::Sigungu, &emd)?;
            out.push(emd)?;
        }
        for sigungu in sigungu {
            let sigungu = sigungu.finish()?;
            dissolve::add(&mut sidos, AreaLevel::Sido, &sigungu)?;
            out.push(sigungu)?;
        }
        progress.advance(u64::try_from(*n_parcels).unwrap_or_default(), 0);
    }
    for sido in sidos {
        out.push(sido.finish()?)?;
    }
    out.finish()?;
    progress.end();
    let options = IngestOptions {
        inputs: vec![path],
        warehouse: warehouse.to_owned(),
        dataset: into,
        vintage: vintage.or(newest),
        ..IngestOptions::default()
    };
    Ok(pilji_ingest::ingest(options, progress).await?)
}

async fn ask(engine: &Engine, sql: &str) -> Result<Vec<RecordBatch>> {
    let settings = Settings::default();
    match engine.plan(Asked::now(sql, &settings)).await? {
        Planned::Query(query) => {
            let (begun, _) = engine.begin(query, "areas", &settings.own)?;
            begun.rows().await?.try_collect().await
        }
        Planned::Statement(_) => Ok(Vec::new()),
    }
}

fn sigungu_rows(batch: &RecordBatch) -> Vec<(String, i64, Option<NaiveDate>)> {
    let (codes, counts) = (texts(batch, 0), batch.column(1).as_primitive::<Int64Type>());
    let vintages = batch.column(2).as_primitive::<Date32Type>();
    let rows = codes.into_iter().enumerate();
    rows.map(|(row, code)| {
        let vintage = (!vintages.is_null(row)).then(|| vintages.value_as_date(row)).flatten();
        (code.unwrap_or_default(), counts.value(row), vintage)
    })
    .collect()
}

fn leaf_rows(batch: &RecordBatch) -> Vec<Area> {
    let [codes, si, sgg, emd, ri] = [0, 1, 2, 3, 4].map(|column| texts(batch, column));
    let counts = batch.column(5).as_primitive::<Int64Type>();
    let geometries = batch.column(6).as_binary::<i32>();
    let area = |row: usize| {
        let code = codes[row].clone().unwrap_or_default();
        Area {
            level: if code.ends_with("00") {
                AreaLevel::Emd
            } else {
                AreaLevel::Ri
            },
            names: [&si, &sgg, &emd, &ri].map(|names| names[row].clone()),
            parcels: counts.value(row),
            geometry: geometries.value(row).to_vec(),
            code,
        }
    };
    (0..batch.num_rows()).map(area).collect()
}

fn texts(batch: &RecordBatch, column: usize) -> Vec<Option<String>> {
    let text = arrow::compute::cast(batch.column(column), &arrow::datatypes::DataType::Utf8);
    let text = text.ok();
    let values = text.iter().flat_map(|text| text.as_string::<i32>().iter());
    values.map(|value| value.map(str::to_owned)).collect()
}
