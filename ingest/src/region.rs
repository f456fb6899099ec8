//! The regions of a run, numbered as they are met.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::NaiveDate;
use pilji_udfs::{RegionName, Sigungu};

/// The partition columns of a cadastral dataset, outermost first.
pub(crate) const PARTITION_COLUMNS: [&str; 4] = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"];

/// A 동 or 리 that has rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// Its number.
    pub(crate) group: u32,
    /// The number of its 시군구.
    pub(crate) bucket: u32,
    /// Its name by levels.
    pub(crate) name: RegionName,
    /// Its name in full.
    pub(crate) full_name: String,
}

impl Region {
    /// The partition values of its rows.
    pub(crate) fn partition(&self) -> Vec<(String, Option<String>)> {
        let RegionName { si, sgg, emd, ri } = self.name.clone();
        PARTITION_COLUMNS
            .map(str::to_owned)
            .into_iter()
            .zip([Some(si), sgg, emd, ri])
            .collect()
    }
}

/// Numbers regions; shared by the converting threads.
#[derive(Debug, Default)]
pub(crate) struct Regions {
    vintages: Mutex<BTreeMap<Sigungu, NaiveDate>>,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    regions: Vec<Arc<Region>>,
    by_name: HashMap<String, Arc<Region>>,
    buckets: HashMap<(String, Option<String>), u32>,
}

impl Regions {
    /// The region of this name.
    pub(crate) fn number(&self, name: &RegionName) -> Arc<Region> {
        let full_name = name.full_name();
        if let Some(region) = self
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .by_name
            .get(&full_name)
        {
            return Arc::clone(region);
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(region) = state.by_name.get(&full_name) {
            return Arc::clone(region);
        }
        #[expect(clippy::cast_possible_truncation, reason = "there are some 20,000 regions")]
        let (group, next_bucket) = (state.regions.len() as u32, state.buckets.len() as u32);
        let bucket = *state
            .buckets
            .entry((name.si.clone(), name.sgg.clone()))
            .or_insert(next_bucket);
        let region = Arc::new(Region {
            group,
            bucket,
            name: name.clone(),
            full_name: full_name.clone(),
        });
        state.regions.push(Arc::clone(&region));
        state.by_name.insert(full_name, Arc::clone(&region));
        region
    }

    /// Notes the newest dates of some rows.
    pub(crate) fn note_dates(&self, dates: &[(Arc<Region>, NaiveDate)]) {
        let mut vintages = self.vintages.lock().unwrap_or_else(PoisonError::into_inner);
        for (region, date) in dates {
            let sigungu = (region.name.si.clone(), region.name.sgg.clone());
            let newest = vintages.entry(sigungu).or_insert(*date);
            *newest = (*newest).max(*date);
        }
    }

    /// The vintage of each 시군구 so far: the newest date of its rows.
    pub(crate) fn vintages(&self) -> BTreeMap<Sigungu, NaiveDate> {
        self.vintages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All regions by number.
    pub(crate) fn all(&self) -> Vec<Arc<Region>> {
        self.state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .regions
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number_and_regions_of_a_sigungu_share_a_bucket() -> pilji_udfs::Result<()> {
        let regions = Regions::default();
        let number = |name: &str| Ok::<_, pilji_udfs::Error>(regions.number(&RegionName::parse(name)?));
        let first = number("서울특별시 종로구 청운동")?;
        assert_eq!(first, number(" 서울특별시  종로구 청운동")?);
        let second = number("서울특별시 종로구 신교동")?;
        assert!(first.group != second.group && first.bucket == second.bucket);
        let sejong = number("세종특별자치시 조치원읍 원리")?;
        assert_ne!(sejong.bucket, first.bucket);
        assert_eq!(sejong.partition()[1], ("sgg_nm".to_owned(), None));
        assert_eq!(regions.all(), [first, second, sejong]);
        Ok(())
    }
}
