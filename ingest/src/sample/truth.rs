//! What a sample holds, counted while it is written.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use pilji_udfs::Pnu;
use serde::{Deserialize, Serialize};

use super::attributes::Record;
use super::format::Format;
use super::layout::Parcel;
use super::platform_csv;
use super::shapes::Rings;

/// The contents of a sample; stands beside it as `truth.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Layout of the files.
    pub format: Format,
    /// EPSG code of the coordinates.
    pub epsg: u32,
    /// 데이터기준일자.
    pub vintage: NaiveDate,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Number of parcels asked for; `counts.rows` is the true one.
    pub asked: u64,
    /// The files, in the order of their names.
    pub files: Vec<FileTruth>,
    /// All rows together.
    pub counts: Counts,
    /// How many points the parcels have.
    pub points: Points,
    /// Counts per 시군구 code.
    pub sigungu: BTreeMap<String, RegionTruth>,
    /// Counts per 동 or 리 code.
    pub leaves: BTreeMap<String, RegionTruth>,
}

/// The contents of one file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileTruth {
    /// File name.
    pub file: String,
    /// Its rows.
    pub rows: usize,
    /// Its shapefiles, or the CSV itself.
    pub pieces: Vec<PieceTruth>,
}

/// The contents of one shapefile or CSV.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceTruth {
    /// Its name within the file.
    pub name: String,
    /// Its rows.
    pub rows: usize,
}

/// The contents of one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RegionTruth {
    /// Official name.
    pub name: String,
    /// What it holds.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Rows, and what is special about them. All but `rows`, `malformed_pnus`, `damaged_pnus` and `rejected` count the rows
/// that are expected to be published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All rows.
    pub rows: usize,
    /// Rows that ingestion is expected to publish.
    pub published: usize,
    /// Rows that ingestion is expected to reject, by reject code.
    pub rejected: BTreeMap<String, usize>,
    /// Different PNUs (those repaired by ingestion as repaired).
    pub distinct_pnus: usize,
    /// Rows beyond the first of their PNU.
    pub duplicate_pnus: usize,
    /// Rows whose PNU is not 19 digits.
    pub malformed_pnus: usize,
    /// Rows whose PNU a floating-point number changed.
    pub damaged_pnus: usize,
    /// Damaged rows that can be repaired.
    pub repairable_pnus: usize,
    /// Rows whose JIBUN names another lot than their PNU.
    pub jibun_disagrees: usize,
    /// Rows whose ring crosses itself.
    pub invalid_rings: usize,
    /// Rows with a hole.
    pub with_holes: usize,
    /// Rows of more than one polygon.
    pub multiparts: usize,
    /// Rows in the forest ledger (산).
    pub san: usize,
    /// Rows without a 지목.
    pub without_jimok: usize,
    /// Rows per 지목 sign.
    pub jimok: BTreeMap<String, usize>,
}

/// Points per parcel, closing points included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Sum over all parcels.
    pub total: usize,
    /// Average.
    pub mean: f64,
    /// Half of the parcels have at most as many.
    pub median: usize,
    /// 90 % of the parcels have at most as many.
    pub p90: usize,
    /// 99 % of the parcels have at most as many.
    pub p99: usize,
    /// The most.
    pub max: usize,
}

/// Counts the rows of one 동.
#[derive(Debug, Default)]
pub struct Tally {
    /// The counts so far.
    pub counts: Counts,
    /// Number of parcels by number of points.
    pub by_points: BTreeMap<usize, usize>,
    pnus: HashSet<Pnu>,
}

impl Tally {
    /// Counts one row.
    pub fn add(&mut self, format: Format, parcel: &Parcel, record: &Record, rings: &Rings) {
        *self.by_points.entry(rings.n_points()).or_default() += 1;
        let counts = &mut self.counts;
        counts.rows += 1;
        let Ok(pnu) = &record.pnu else {
            counts.malformed_pnus += 1;
            *counts.rejected.entry("pnu_malformed".to_owned()).or_default() += 1;
            return;
        };
        let written = if format == Format::Csv {
            platform_csv::damaged(pnu)
        } else {
            pnu.to_string()
        };
        if written != pnu.as_str() {
            counts.damaged_pnus += 1;
            let rebuilt = Pnu::rebuild_float_damaged(&written, pnu.bjd(), record.bonbun, record.bubon);
            if rebuilt != Some(*pnu) {
                *counts.rejected.entry("pnu_damaged".to_owned()).or_default() += 1;
                return;
            }
            counts.repairable_pnus += 1;
        }
        counts.published += 1;
        if self.pnus.insert(*pnu) {
            counts.distinct_pnus += 1;
        } else {
            counts.duplicate_pnus += 1;
        }
        counts.jibun_disagrees += usize::from(record.disagrees);
        counts.invalid_rings += usize::from(record.is_crossed);
        counts.with_holes += usize::from(rings.is_hole.contains(&true));
        counts.multiparts += usize::from(parcel.parts.len() > 1);
        counts.san += usize::from(pnu.is_san());
        match record.jimok {
            Some(sign) => *counts.jimok.entry(sign.to_owned()).or_default() += 1,
            None => counts.without_jimok += 1,
        }
    }
}

impl Counts {
    /// Adds the counts of another region; no PNU is in both.
    pub fn merge(&mut self, other: &Self) {
        let pairs = [
            (&mut self.rows, other.rows),
            (&mut self.published, other.published),
            (&mut self.distinct_pnus, other.distinct_pnus),
            (&mut self.duplicate_pnus, other.duplicate_pnus),
            (&mut self.malformed_pnus, other.malformed_pnus),
            (&mut self.damaged_pnus, other.damaged_pnus),
            (&mut self.repairable_pnus, other.repairable_pnus),
            (&mut self.jibun_disagrees, other.jibun_disagrees),
            (&mut self.invalid_rings, other.invalid_rings),
            (&mut self.with_holes, other.with_holes),
            (&mut self.multiparts, other.multiparts),
            (&mut self.san, other.san),
            (&mut self.without_jimok, other.without_jimok),
        ];
        for (count, more) in pairs {
            *count += more;
        }
        for (mine, theirs) in [(&mut self.rejected, &other.rejected), (&mut self.jimok, &other.jimok)] {
            for (key, more) in theirs {
                *mine.entry(key.clone()).or_default() += more;
            }
        }
    }
}

impl Points {
    /// Summarises numbers of parcels by number of points.
    #[must_use]
    pub fn of(by_points: &BTreeMap<usize, usize>) -> Self {
        let parcels: usize = by_points.values().sum();
        let total: usize = by_points.iter().map(|(points, parcels)| points * parcels).sum();
        let quantile = |percent: usize| {
            let mut below = 0;
            let reached = by_points.iter().find(|(_, parcels)| {
                below += **parcels;
                below * 100 >= percent * by_points.values().sum::<usize>()
            });
            reached.map_or(0, |(points, _)| *points)
        };
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let mean = (total as f64 / parcels.max(1) as f64 * 100.0).round() / 100.0;
        Self {
            total,
            mean,
            median: quantile(50),
            p90: quantile(90),
            p99: quantile(99),
            max: quantile(100),
        }
    }
}
