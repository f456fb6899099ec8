//! The shipped tables of legal districts, and the splitting of every official name.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::NaiveDate;
use pilji_udfs::{BjdCode, BjdTable, RegionName, Sigungu, predecessors, successors};
use sha2::{Digest, Sha256};

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn tables() -> [(&'static BjdTable, usize, usize, &'static str); 2] {
    // Codes, leaves, and the digest of the official columns that data/make_bjd.py prints.
    [
        (
            BjdTable::at(date(2021, 5, 1)),
            20_561,
            18_863,
            "1d32367dfadb9909bc59bd40ccf63b97e0b8ff2496841758dae40c56eaeb698d",
        ),
        (
            BjdTable::at(date(2026, 3, 1)),
            20_570,
            18_868,
            "6e1d619f1d44226267c666fc757adf6b43434629c5c19de25c420034ae8913f8",
        ),
    ]
}

#[test]
fn the_tables_hold_the_official_columns_and_nothing_else() {
    for (table, n_codes, n_leaves, digest) in tables() {
        let mut columns = String::new();
        for entry in table.entries() {
            let [sgg, emd, ri] =
                [&entry.name.sgg, &entry.name.emd, &entry.name.ri].map(|level| level.as_deref().unwrap_or_default());
            writeln!(columns, "{}\t{}\t{sgg}\t{emd}\t{ri}", entry.code, entry.name.si).unwrap();
        }
        let found = Sha256::digest(&columns)
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(table.entries().len(), n_codes, "{}", table.vintage());
        assert_eq!(table.leaves().count(), n_leaves, "{}", table.vintage());
        assert_eq!(found, digest, "{}", table.vintage());
        assert!(
            table
                .entries()
                .zip(table.entries().skip(1))
                .all(|(code, next)| code.code < next.code)
        );
    }
}

#[test]
fn every_official_name_is_split_as_the_official_columns_are() {
    for (table, n_codes, ..) in tables() {
        let mismatches: Vec<_> = table
            .entries()
            .filter(|entry| RegionName::parse(&entry.name.full_name()).ok().as_ref() != Some(&entry.name))
            .collect();
        assert!(
            mismatches.is_empty(),
            "{} of {n_codes}: {:?}",
            mismatches.len(),
            mismatches.first()
        );
    }
}

#[test]
fn leaves_are_counted_by_province() {
    let mut counts = BTreeMap::<&str, usize>::new();
    for leaf in BjdTable::at(date(2021, 5, 1)).leaves() {
        *counts.entry(&leaf.name.si).or_default() += 1;
    }
    let expected = [
        ("강원도", 1335),
        ("경기도", 2021),
        ("경상남도", 2181),
        ("경상북도", 3079),
        ("광주광역시", 202),
        ("대구광역시", 290),
        ("대전광역시", 177),
        ("부산광역시", 249),
        ("서울특별시", 467),
        ("세종특별자치시", 140),
        ("울산광역시", 190),
        ("인천광역시", 258),
        ("전라남도", 2743),
        ("전라북도", 1715),
        ("제주특별자치도", 203),
        ("충청남도", 2096),
        ("충청북도", 1517),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_table_of_a_day_is_the_newest_not_after_it() {
    for (asked, vintage) in [
        (date(1999, 1, 1), date(2021, 5, 1)),
        (date(2021, 5, 1), date(2021, 5, 1)),
        (date(2026, 2, 28), date(2021, 5, 1)),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2040, 1, 1), date(2026, 3, 1)),
    ] {
        assert_eq!(BjdTable::at(asked).vintage(), vintage, "{asked}");
    }
}

#[test]
fn a_code_gives_its_name_of_that_day() {
    fn check(table: &BjdTable, code: &str, name: Option<&str>) {
        let found = table
            .get(&BjdCode::parse(code).unwrap())
            .map(|entry| entry.name.full_name());
        assert_eq!(found.as_deref(), name, "{code} at {}", table.vintage());
    }
    let [(old, ..), (new, ..)] = tables();
    check(old, "1111010100", Some("서울특별시 종로구 청운동"));
    check(old, "4117300000", Some("경기도 안양시 동안구"));
    check(old, "3611025021", Some("세종특별자치시 조치원읍 원리"));
    check(old, "4211000000", Some("강원도 춘천시"));
    check(new, "4211000000", None);
    check(new, "5111000000", Some("강원특별자치도 춘천시"));
    check(old, "4110500000", Some("북부출장소"));
    check(old, "9999999999", None);
}

/// The 읍면동 and 리 of a 시군구.
type Places = BTreeSet<(Option<String>, Option<String>)>;

/// The 시군구 of a table that hold parcels, each with the names of its 읍면동 and 리.
fn sigungu(table: &BjdTable) -> BTreeMap<Sigungu, Places> {
    let mut sigungu = BTreeMap::<Sigungu, BTreeSet<_>>::new();
    for leaf in table.leaves() {
        let RegionName { si, sgg, emd, ri } = leaf.name.clone();
        sigungu.entry((si, sgg)).or_default().insert((emd, ri));
    }
    sigungu
}

#[test]
fn the_successors_of_a_sigungu_are_those_that_hold_its_land_in_the_newer_table() {
    let [(old, ..), (new, ..)] = tables();
    let (old, new) = (sigungu(old), sigungu(new));
    let gone: Vec<_> = old.iter().filter(|(name, _)| !new.contains_key(*name)).collect();
    let came: Vec<_> = new.iter().filter(|(name, _)| !old.contains_key(*name)).collect();
    assert_eq!((gone.len(), came.len()), (36, 41));
    for (name, leaves) in &gone {
        // Two 시군구 may have a 중앙동 each, but not half of their names in common.
        let holds_its_land = |names: &BTreeSet<_>| names.intersection(leaves).count() * 2 > names.len();
        let holders: Vec<Sigungu> = came
            .iter()
            .filter(|(_, names)| holds_its_land(names))
            .map(|(name, _)| (*name).clone())
            .collect();
        assert_eq!(successors(name), holders, "{name:?}");
        assert!(predecessors(name).is_empty(), "{name:?}");
    }
    for (name, leaves) in &came {
        let predecessors = predecessors(name);
        assert_eq!(predecessors.len(), 1, "{name:?}");
        assert!(old[&predecessors[0]].len() >= leaves.len(), "{name:?}");
        assert!(successors(name).is_empty(), "{name:?}");
    }
    // Those that are in both tables are their own successors.
    for name in old.keys().filter(|name| new.contains_key(*name)) {
        assert!(successors(name).is_empty() && predecessors(name).is_empty(), "{name:?}");
    }
}
