//! `pilji dataset list`.

use chrono::NaiveDate;
use pilji_catalog::{Dataset, Error as CatalogError, Warehouse};
use serde_json::{Value, json};

use super::text::{bytes, count, range, table};
use crate::error::Result;

/// A dataset in the list.
pub struct Listed {
    dataset: Dataset,
    /// Oldest and newest live vintage.
    vintages: Option<(NaiveDate, NaiveDate)>,
    /// Number of live 시군구; none for a plain dataset.
    sigungu: usize,
}

/// Reads the newest version of every dataset.
pub async fn read(warehouse: Warehouse) -> Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for name in warehouse.datasets().await? {
        // One that has just been dropped is no dataset.
        let Some(dataset) = warehouse.dataset(&name).await? else {
            continue;
        };
        let parts = match warehouse.live_sigungu(&name).await {
            Ok(parts) => parts,
            // A dataset of another program whose older entries are gone.
            Err(CatalogError::LogIncomplete { .. }) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let vintages = || parts.iter().filter_map(|part| part.vintage);
        listed.push(Listed {
            vintages: vintages().min().zip(vintages().max()),
            sigungu: parts.iter().filter(|part| part.sigungu.is_some()).count(),
            dataset,
        });
    }
    Ok(listed)
}

pub fn json(datasets: &[Listed]) -> Value {
    let entry = |listed: &Listed| {
        let dataset = &listed.dataset;
        json!({
            "name": dataset.name(),
            "version": dataset.version(),
            "rows": dataset.rows(),
            "files": dataset.files().len(),
            "bytes": dataset.bytes(),
            "sigungu": listed.sigungu,
            "oldest_vintage": listed.vintages.map(|(oldest, _)| oldest.to_string()),
            "newest_vintage": listed.vintages.map(|(_, newest)| newest.to_string()),
        })
    };
    datasets.iter().map(entry).collect()
}

pub fn text(datasets: &[Listed]) -> String {
    if datasets.is_empty() {
        return "no datasets; `pilji ingest` makes the first one\n".to_owned();
    }
    let rows = datasets.iter().map(|listed| {
        let dataset = &listed.dataset;
        vec![
            dataset.name().to_owned(),
            dataset.version().to_string(),
            count(dataset.rows()),
            count(dataset.files().len() as u64),
            bytes(dataset.bytes()),
            count(listed.sigungu as u64),
            range(listed.vintages),
        ]
    });
    let headings = ["name", "version", "rows", "files", "size", "시군구", "vintages"];
    table(&headings, &[1, 2, 3, 4, 5], rows.collect())
}
