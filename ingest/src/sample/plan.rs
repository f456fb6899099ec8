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
/// country and about 31,000 of a 시군구 like 송파구.
const PARCELS_OF_DONG: f64 = 1_950.0;
const PARCELS_OF_RI: f64 = 850.0;

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
            return Err(Error::SampleSigungu { code: (*code).to_owned(), vintage: table.vintage() });
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
    let per_km2 = if entry.code.is_ri() { PARCELS_OF_RI } else { PARCELS_OF_DONG };
    // The sum of three is nearly normal; the spread is about a third.
    let spread = (0..3).map(|_| random.between(-0.35, 0.35)).sum::<f64>().exp();
    let wanted = (per_km2 * (area_m2 / 1e6).sqrt() * spread).clamp(24.0, 9_000.0);
    // Not more than fit on lots of 90 m2 with their streets.
    let n_parcels = wanted.min(area_m2 / 90.0).max(12.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 12 and 9,000")]
    let n_parcels = n_parcels as usize;
    Leaf { entry, outline, n_parcels, first_oid, key: random.bits() }
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
