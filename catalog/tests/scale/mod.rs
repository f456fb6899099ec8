//! A warehouse of one dataset as large as the country, without its data: a log with a file for every leaf of the
//! official 법정동 table, and the questions that are asked of it.

#![allow(dead_code, reason = "the example and the test use a part of it each")]

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use datafusion::catalog::TableProvider;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::prelude::{Expr, SessionConfig, SessionContext, col, lit};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use pilji_catalog::{Dataset, Warehouse, partition_folder};
use pilji_udfs::BjdTable;
use serde_json::{Value, json};

/// What a URI's path cannot hold as it is.
const IN_URI: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b'<').add(b'>').add(b'`');

/// The dataset's columns with their Delta types.
const COLUMNS: [(&str, &str); 14] = [
    ("geometry", "binary"),
    ("sgg_oid", "long"),
    ("pnu", "string"),
    ("bjd_cd", "string"),
    ("bjd_nm", "string"),
    ("si_nm", "string"),
    ("sgg_nm", "string"),
    ("emd_nm", "string"),
    ("ri_nm", "string"),
    ("bonbun", "integer"),
    ("bubon", "integer"),
    ("jimok", "string"),
    ("san", "boolean"),
    ("base_date", "date"),
];

/// Writes the log of a dataset of so many files: one for each leaf, then a second one for the last leaves, so that the
/// questions have the same answers over few files and over many.
pub fn write_log(warehouse: &Path, dataset: &str, n_files: usize) -> Result<(), Box<dyn Error>> {
    let corner = |name: &str| json!({ "name": name, "type": "double", "nullable": true, "metadata": {} });
    let corners = ["xmin", "ymin", "xmax", "ymax"].map(corner);
    let mut fields: Vec<Value> = COLUMNS
        .iter()
        .map(|(name, data_type)| json!({ "name": name, "type": data_type, "nullable": true, "metadata": {} }))
        .collect();
    let bbox = json!({ "type": "struct", "fields": corners });
    fields.push(json!({ "name": "bbox", "type": bbox, "nullable": true, "metadata": {} }));
    let schema = json!({ "type": "struct", "fields": fields }).to_string();
    let mut log = String::new();
    writeln!(
        log,
        "{}",
        json!({ "protocol": { "minReaderVersion": 1, "minWriterVersion": 2 } })
    )?;
    let metadata = json!({ "id": "scale", "format": { "provider": "parquet", "options": {} }, "schemaString": schema,
        "partitionColumns": ["si_nm", "sgg_nm", "emd_nm", "ri_nm"], "configuration": {}, "createdTime": 0 });
    writeln!(log, "{}", json!({ "metaData": metadata }))?;

    let date = NaiveDate::from_ymd_opt(2021, 5, 1).ok_or("no such day")?;
    let leaves: Vec<_> = BjdTable::at(date).leaves().collect();
    for number in 0..n_files {
        let place = if number < leaves.len() {
            number
        } else {
            2 * leaves.len() - 1 - number
        };
        let leaf = leaves[place];
        let levels = [
            Some(&leaf.name.si),
            leaf.name.sgg.as_ref(),
            leaf.name.emd.as_ref(),
            leaf.name.ri.as_ref(),
        ];
        let partition: Vec<(String, Option<String>)> = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"]
            .iter()
            .zip(levels)
            .map(|(column, level)| ((*column).to_owned(), level.cloned()))
            .collect();
        // Hashes in the names, as the ingest gives them.
        let hash = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let path = format!("{}/part-{hash:016x}.parquet", partition_folder(&partition));
        let code = leaf.code.as_str();
        let rows = 100 + hash % 5000;
        // Leaves that follow each other lie beside each other, in rows of 140.
        let x = 125.0 + f64::from(u32::try_from(place % 140)?) * 0.05 + f64::from(u32::try_from(hash % 997)?) * 1e-7;
        let y = 33.0 + f64::from(u32::try_from(place / 140)?) * 0.05 + f64::from(u32::try_from(hash % 991)?) * 1e-7;
        let oid = hash % 1_000_000;
        let min = json!({ "sgg_oid": oid, "pnu": format!("{code}100010000"), "bjd_cd": code, "bjd_nm": leaf.name.full_name(),
            "bonbun": 1, "bubon": 0, "jimok": "공", "base_date": "2021-05-01", "bbox": { "xmin": x, "ymin": y, "xmax": x + 0.001, "ymax": y + 0.001 } });
        let max = json!({ "sgg_oid": oid + rows, "pnu": format!("{code}2{:04}0003", rows), "bjd_cd": code, "bjd_nm": leaf.name.full_name(),
            "bonbun": rows, "bubon": hash % 200, "jimok": "황", "base_date": "2021-05-01",
            "bbox": { "xmin": x + 0.048, "ymin": y + 0.048, "xmax": x + 0.0491, "ymax": y + 0.0491 } });
        let nulls = json!({ "geometry": 0, "sgg_oid": 0, "pnu": 0, "bjd_cd": 0, "bjd_nm": 0, "bonbun": hash % 3, "bubon": hash % 3,
            "jimok": hash % 5, "san": 0, "base_date": 0, "bbox": { "xmin": 0, "ymin": 0, "xmax": 0, "ymax": 0 } });
        let stats = json!({ "numRecords": rows, "minValues": min, "maxValues": max, "nullCount": nulls }).to_string();
        let values: serde_json::Map<String, Value> = partition
            .into_iter()
            .map(|(column, value)| (column, Value::from(value)))
            .collect();
        let add = json!({ "path": utf8_percent_encode(&path, IN_URI).to_string(), "partitionValues": values,
            "size": rows * 500, "modificationTime": 0, "dataChange": true, "stats": stats });
        writeln!(log, "{}", json!({ "add": add }))?;
    }
    let dir = warehouse.join(dataset).join("_delta_log");
    fs::create_dir_all(&dir)?;
    fs::write(dir.join("00000000000000000000.json"), log)?;
    Ok(())
}

/// Opens a dataset whose log was written, with the time that took.
pub async fn open(warehouse: &Warehouse, dataset: &str) -> Result<(Dataset, Duration), Box<dyn Error>> {
    let start = Instant::now();
    let dataset = warehouse.dataset(dataset).await?.ok_or("no such dataset")?;
    Ok((dataset, start.elapsed()))
}

/// A session as the server has one.
pub fn session(warehouse: &Warehouse) -> Result<SessionContext, Box<dyn Error>> {
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    warehouse.register(&ctx.runtime_env())?;
    Ok(ctx)
}

/// The questions: a name, and filters that few files answer, however many there are.
pub fn questions() -> Vec<(&'static str, Vec<Expr>)> {
    let corner = |name: &str| get_field(col("bbox"), name);
    let viewport = corner("xmin")
        .lt_eq(lit(125.12))
        .and(corner("xmax").gt_eq(lit(125.11)))
        .and(corner("ymin").lt_eq(lit(33.02)))
        .and(corner("ymax").gt_eq(lit(33.01)));
    let names = ["체부동", "신교동", "통의동"].map(lit).to_vec();
    vec![
        (
            "one 동",
            split_conjunction_owned(col("sgg_nm").eq(lit("종로구")).and(col("emd_nm").eq(lit("청운동")))),
        ),
        ("one PNU", vec![col("pnu").eq(lit("1111010100100010001"))]),
        ("one bbox", split_conjunction_owned(viewport)),
        ("emd_nm IN", vec![col("emd_nm").in_list(names, false)]),
        ("LIKE", vec![col("emd_nm").like(lit("청운동%"))]),
    ]
}

/// The times of planning one scan of each table, one after the other in turn, each sorted.
pub async fn measure(
    ctx: &SessionContext,
    tables: &[Arc<dyn TableProvider>],
    filters: &[Expr],
    rounds: usize,
) -> Result<Vec<Vec<Duration>>, Box<dyn Error>> {
    let state = ctx.state();
    let projection: Vec<usize> = vec![0, 2];
    let mut times = vec![Vec::with_capacity(rounds); tables.len()];
    for round in 0..rounds + 20 {
        for (table, times) in tables.iter().zip(&mut times) {
            let start = Instant::now();
            let plan = table.scan(&state, Some(&projection), filters, None).await?;
            let elapsed = start.elapsed();
            drop(plan);
            if round >= 20 {
                times.push(elapsed);
            }
        }
    }
    for times in &mut times {
        times.sort_unstable();
    }
    Ok(times)
}
