//! Which 동 and 리 are filled, and with how many parcels.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use pilji_udfs::{BjdEntry, BjdTable};

use super::SampleOptions;
use super::boundaries::{Boundaries, Outline};
use super::random::Random;
use crate::error::{Error, Result};

/// Without a choice of 시군구 these come first: their real boundaries are shipped.
const FIRST: [&str; 5] = ["11110", "41173", "36110", "50110", "43745"];
/// Parcels of a 동 of 1 km2 and of a 리 of 1 km2; both grow with the root of the area. They make 39 million of the
/// country, as it had in 2020.
const PARCELS_OF_DONG: f64 = 2_100.0;
const PARCELS_OF_RI: f64 = 815.0;
/// 시군구 that differ from the rule: 송파구 has 31,500 parcels and 제주시 517,000; 동안구 is denser than four large 동 suggest.
const DENSITY: [(&str, f64); 3] = [("11710", 0.72), ("50110", 1.55), ("41173", 1.5)];
/// Area per parcel, streets included, below which lots would get too small to draw, m2.
const LEAST_AREA_M2: f64 = 70.0;

/// One 동 or 리 that is filled.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    /// Its code and names.
    pub entry: &'static BjdEntry,
    /// Where it lies.
    pub outline: &'static Outline,
    /// How many rows it gets.
    pub n_parcels: usize,
    /// Rows of the 동 before it in its 시군구: its first object number less one.
    pub first_oid: usize,
    /// The start of its random numbers.
    pub key: u64,
}

/// The leaves to be filled, in the order of their codes.
///
/// # Errors
///
/// [`Error::SampleSigungu`] for a code that is no 시군구 of the vintage.
pub fn plan(options: &SampleOptions) -> Result<Vec<Leaf>> {
    let mut by_sigungu: BTreeMap<&str, Vec<Leaf>> = BTreeMap::new();
    let table = BjdTable::at(options.vintage);
    let boundaries = Boundaries::shipped();
    for entry in table.leaves() {
        if let Some(outline) = boundaries.get(&entry.code) {
            let leaves = by_sigungu.entry(entry.code.sigungu()).or_default();
            let first_oid = leaves.last().map_or(0, |leaf| leaf.first_oid + leaf.n_parcels);
            leaves.push(leaf(options, entry, outline, first_oid));
        }
    }
    let asked: BTreeSet<&str> = options.sigungu.iter().map(String::as_str).collect();
    for code in &asked {
        if !by_sigungu.contains_key(code) {
            return Err(Error::SampleSigungu {
                code: (*code).to_owned(),
                vintage: table.vintage(),
            });
        }
    }
    let ordered: Vec<Leaf> = if asked.is_empty() {
        one_after_another(&by_sigungu)
    } else {
        side_by_side(asked.iter().filter_map(|code| by_sigungu.get(code)))
    };
    let mut chosen = Vec::new();
    let mut n_parcels = 0;
    for leaf in ordered {
        if n_parcels as u64 >= options.parcels {
            break;
        }
        n_parcels += leaf.n_parcels;
        chosen.push(leaf);
    }
    chosen.sort_by_key(|leaf| leaf.entry.code);
    Ok(chosen)
}

fn leaf(options: &SampleOptions, entry: &'static BjdEntry, outline: &'static Outline, first_oid: usize) -> Leaf {
    let code = entry.code.as_str().parse().unwrap_or_default();
    let vintage = u64::from(options.vintage.num_days_from_ce().unsigned_abs());
    let mut random = Random::new(&[options.seed, vintage, code]);
    let area_m2 = outline.area_m2().max(1.0);
    let of_one_km2 = if entry.code.is_ri() {
        PARCELS_OF_RI
    } else {
        PARCELS_OF_DONG
    };
    let density = DENSITY
        .iter()
        .find(|(code, _)| *code == entry.code.sigungu())
        .map_or(1.0, |(_, factor)| *factor);
    // The sum of three is nearly normal; the spread is about a fifth.
    let spread = (0..3).map(|_| random.between(-0.2, 0.2)).sum::<f64>().exp();
    let wanted = (of_one_km2 * density * (area_m2 / 1e6).sqrt() * spread).clamp(24.0, 9_000.0);
    let n_parcels = wanted.min(area_m2 / LEAST_AREA_M2).max(12.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 12 and 9,000"
    )]
    let n_parcels = (n_parcels as usize).max(4 * outline.n_rings());
    Leaf {
        entry,
        outline,
        n_parcels,
        first_oid,
        key: random.bits(),
    }
}

/// 시군구 by 시군구: the ones with real boundaries, then all others in a fixed order that mixes the country.
fn one_after_another(by_sigungu: &BTreeMap<&str, Vec<Leaf>>) -> Vec<Leaf> {
    let mut codes: Vec<&str> = by_sigungu.keys().copied().collect();
    codes.sort_by_key(|code| {
        let place = FIRST.iter().position(|first| first == code).unwrap_or(FIRST.len());
        (place, Random::new(&[code.parse().unwrap_or_default()]).bits())
    });
    codes.iter().flat_map(|code| by_sigungu[code].iter().copied()).collect()
}

/// All 시군구 at once: after each 동 all of them are filled to about the same share.
fn side_by_side<'a>(sigungu: impl Iterator<Item = &'a Vec<Leaf>>) -> Vec<Leaf> {
    let mut ordered: Vec<(f64, Leaf)> = Vec::new();
    for leaves in sigungu {
        let total = leaves.last().map_or(0, |leaf| leaf.first_oid + leaf.n_parcels);
        #[expect(clippy::cast_precision_loss, reason = "at most a few hundred thousand")]
        let filled = |leaf: &Leaf| leaf.first_oid as f64 / total as f64;
        ordered.extend(leaves.iter().map(|leaf| (filled(leaf), *leaf)));
    }
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.entry.code.cmp(&b.1.entry.code)));
    ordered.into_iter().map(|(_, leaf)| leaf).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::sample::Format;

    fn options(year: i32, parcels: u64, sigungu: &[&str]) -> SampleOptions {
        SampleOptions {
            out: "unused".into(),
            parcels,
            sigungu: sigungu.iter().map(|code| (*code).to_owned()).collect(),
            vintage: NaiveDate::from_ymd_opt(year, 5, 1).unwrap(),
            seed: 1,
            format: Format::Official,
            piece_rows: 1_000_000,
        }
    }

    fn by_sigungu(leaves: &[Leaf]) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for leaf in leaves {
            *counts.entry(leaf.entry.code.sigungu()).or_default() += leaf.n_parcels;
        }
        counts
    }

    #[test]
    fn the_country_has_all_leaves_and_39_million_parcels() {
        let leaves = plan(&options(2021, u64::MAX, &[])).unwrap();
        assert_eq!(leaves.len(), 18_863);
        let counts = by_sigungu(&leaves);
        let total: usize = counts.values().sum();
        assert!((38_500_000..39_500_000).contains(&total), "{total}");
        assert!((30_500..32_500).contains(&counts["11710"]), "{}", counts["11710"]);
        assert!((490_000..545_000).contains(&counts["50110"]), "{}", counts["50110"]);
    }

    #[test]
    fn every_leaf_of_the_newer_table_has_a_place() {
        let options = options(2026, u64::MAX, &[]);
        assert_eq!(
            plan(&options).unwrap().len(),
            BjdTable::at(options.vintage).leaves().count()
        );
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    fn listed_sigungu_are_filled_side_by_side() {
        let all = by_sigungu(&plan(&options(2021, u64::MAX, &["11110", "41173"])).unwrap());
        for parcels in [20_000, 50_000, 100_000] {
            let leaves = plan(&options(2021, parcels, &["41173", "11110"])).unwrap();
            let counts = by_sigungu(&leaves);
            assert!(counts.values().sum::<usize>() as u64 >= parcels);
            let share = |code| counts[code] as f64 / all[code] as f64;
            assert!((share("11110") - share("41173")).abs() < 0.35, "{parcels}: {counts:?}");
        }
    }

    #[test]
    fn more_parcels_are_more_leaves_not_other_ones() {
        let few = plan(&options(2021, 30_000, &[])).unwrap();
        let many = plan(&options(2021, 400_000, &[])).unwrap();
        let plan_of = |leaf: &Leaf| (leaf.entry.code, leaf.n_parcels, leaf.first_oid, leaf.key);
        let many: BTreeSet<_> = many.iter().map(plan_of).collect();
        assert!(few.iter().all(|leaf| many.contains(&plan_of(leaf))));
        assert!(few.iter().all(|leaf| leaf.entry.code.sigungu() == "11110"));
        assert!(by_sigungu(&plan(&options(2021, 400_000, &[])).unwrap()).len() >= 4);
    }

    #[test]
    fn a_sigungu_that_there_is_not_is_refused() {
        let error = plan(&options(2021, 1, &["11999"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no 시군구 11999 on 2021-05-01: expected the first five digits of a 법정동 code, such as 11110 for 종로구"
        );
    }
}
