//! Datasets partitioned by 시도 alone: a publication takes the place of a whole 시도, so it must hold all of it.
//!
//! Their files mix the 시군구 of a 시도. Rewriting the others when one is replaced would put several vintages into one
//! file, and then no choice of files shows every 시군구 as it was on a day. So nothing is rewritten, and a publication
//! that lacks a live 시군구 is refused.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use pilji_udfs::BjdTable;
use serde_json::{Value, json};

use crate::publish::{Publication, SIGUNGU_COLUMNS, Sigungu, listed, region_name};
use crate::{Commit, Dataset, Error, Replace, Result};

/// The key of a commit's metadata under which the 시군구 of its files stand, with their vintages.
pub const KEY: &str = "sigungu";

/// True when the publication replaces whole 시도.
pub fn applies(publication: &Publication) -> bool {
    let [_, sgg_nm] = SIGUNGU_COLUMNS;
    matches!(publication.replace, Replace::Sigungu(_))
        && !publication.partition_columns.iter().any(|column| column == sgg_nm)
}

/// Refuses a publication that lacks a live 시군구 of a 시도 that it replaces; one that no longer exists on the
/// publication's date is not missed.
pub fn check(dataset: &Dataset, publication: &Publication, history: &[Commit]) -> Result<()> {
    let Replace::Sigungu(replaced) = &publication.replace else {
        return Ok(());
    };
    for (si, _) in replaced {
        let missing: Vec<Sigungu> = live(si, history)
            .into_iter()
            .filter(|sigungu| !publication.sigungu.contains_key(sigungu) && exists(sigungu, publication))
            .collect();
        if let Some(first) = missing.first() {
            return Err(Error::PartOfSido {
                dataset: dataset.name().to_owned(),
                si: si.clone(),
                first: region_name(first),
                n_missing: missing.len(),
            });
        }
    }
    Ok(())
}

/// What a commit says about the 시군구 in its files.
pub fn metadata(publication: &Publication) -> Value {
    let entry = |((si_nm, sgg_nm), vintage): (&Sigungu, &NaiveDate)| json!({ "si_nm": si_nm, "sgg_nm": sgg_nm, "vintage": vintage.to_string() });
    publication.sigungu.iter().map(entry).collect()
}

/// The 시군구 of a 시도 by the newest commit that published any, and so all, of them.
fn live(si: &str, history: &[Commit]) -> BTreeSet<Sigungu> {
    let published = |commit: &Commit| -> BTreeSet<Sigungu> {
        let sigungu = listed(&commit.metadata, KEY).map(|(sigungu, _)| sigungu);
        sigungu.filter(|(of, _)| of == si).collect()
    };
    history
        .iter()
        .map(published)
        .find(|sigungu| !sigungu.is_empty())
        .unwrap_or_default()
}

/// Whether the official table has the 시군구 on the publication's date; one that it never knew exists always.
fn exists(sigungu: &Sigungu, publication: &Publication) -> bool {
    let date = publication.sigungu.values().max().copied().or(publication.vintage);
    let knows = |table: &BjdTable| {
        let mut entries = table.entries();
        entries.any(|entry| entry.name.si == sigungu.0 && entry.name.sgg == sigungu.1)
    };
    let table = BjdTable::at(date.unwrap_or(NaiveDate::MAX));
    knows(table) || !knows(BjdTable::at(NaiveDate::MIN))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn commit(version: u64, sigungu: &[(&str, &str)]) -> Commit {
        let entries: Vec<Value> = sigungu
            .iter()
            .map(|(si, sgg)| json!({ "si_nm": si, "sgg_nm": sgg, "vintage": "2021-05-01" }))
            .collect();
        Commit {
            version,
            timestamp: None,
            metadata: serde_json::Map::from_iter([(KEY.to_owned(), Value::Array(entries))]),
        }
    }

    #[test]
    fn the_newest_commit_of_a_sido_says_what_is_live_in_it() {
        let history = [
            commit(2, &[("부산광역시", "중구")]),
            commit(1, &[("서울특별시", "종로구"), ("서울특별시", "중구")]),
            commit(0, &[("서울특별시", "종로구")]),
        ];
        let found: Vec<String> = live("서울특별시", &history).iter().map(region_name).collect();
        assert_eq!(found, ["서울특별시 종로구", "서울특별시 중구"]);
        assert!(live("대구광역시", &history).is_empty());
    }

    #[test]
    fn a_sigungu_that_was_dissolved_is_not_missed() {
        let publication = |date: &str| Publication {
            schema: std::sync::Arc::new(arrow::datatypes::Schema::empty()),
            partition_columns: vec!["si_nm".to_owned()],
            replace: Replace::Sigungu(BTreeSet::new()),
            files: vec![],
            vintage: Some(date.parse().unwrap()),
            provenance: Value::Null,
            layout: None,
            sigungu: std::collections::BTreeMap::new(),
            unique: BTreeSet::new(),
        };
        let gunwi = ("경상북도".to_owned(), Some("군위군".to_owned()));
        assert!(exists(&gunwi, &publication("2021-05-01")));
        assert!(!exists(&gunwi, &publication("2026-05-01")));
        let unofficial = ("경상북도".to_owned(), Some("없는군".to_owned()));
        assert!(exists(&unofficial, &publication("2026-05-01")));
    }
}
