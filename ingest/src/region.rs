//! The regions of a run, numbered as they are met.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::NaiveDate;
use pilji_udfs::{RegionName, Sigungu};

use crate::file_layout::FileLayout;

/// The columns that name the levels of a place, outermost first.
pub(crate) const LEVELS: [&str; 4] = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"];

/// A 동 or 리 that has rows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// Its number.
    pub(crate) number: u32,
    /// A number that its name alone gives it, unlike `number`; as good as unique.
    pub(crate) name_hash: u32,
    /// The number of its 시군구 or 시도, whose rows are brought together.
    pub(crate) bucket: u32,
    /// Its name by levels.
    pub(crate) name: RegionName,
    /// Its name in full.
    pub(crate) full_name: String,
}

impl Region {
    /// The values of [`LEVELS`].
    pub(crate) fn levels(&self) -> [Option<&str>; 4] {
        let RegionName { si, sgg, emd, ri } = &self.name;
        [Some(si), sgg.as_deref(), emd.as_deref(), ri.as_deref()]
    }
}

/// Numbers regions; shared by the converting threads.
#[derive(Debug, Default)]
pub(crate) struct Regions {
    vintages: Mutex<BTreeMap<Sigungu, NaiveDate>>,
    layout: FileLayout,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    regions: Vec<Arc<Region>>,
    by_name: HashMap<String, Arc<Region>>,
    buckets: HashMap<(String, Option<String>), u32>,
}

impl Regions {
    /// Regions whose buckets are what the files of a layout are made of.
    pub(crate) fn new(layout: FileLayout) -> Self {
        Self {
            layout,
            ..Self::default()
        }
    }

    /// How their rows are distributed over files.
    pub(crate) fn layout(&self) -> FileLayout {
        self.layout
    }

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
        let (number, next_bucket) = (state.regions.len() as u32, state.buckets.len() as u32);
        let part = self.layout.part(&name.si, name.sgg.as_deref());
        let bucket = *state.buckets.entry(part).or_insert(next_bucket);
        let region = Arc::new(Region {
            number,
            name_hash: hash(&full_name),
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

    /// The vintage so far of each 시군구, or 시도 where files hold whole ones: the newest date of its rows.
    pub(crate) fn replaced_vintages(&self) -> BTreeMap<Sigungu, NaiveDate> {
        let vintages = self.vintages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut replaced = BTreeMap::new();
        for ((si, sgg), date) in &*vintages {
            let part = self.layout.part(si, sgg.as_deref());
            let newest = replaced.entry(part).or_insert(*date);
            *newest = (*newest).max(*date);
        }
        replaced
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

/// FNV-1a: the same in every run and on every machine.
fn hash(text: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    text.bytes().fold(2_166_136_261, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigungu_of_a_sido_share_a_bucket_where_files_hold_whole_sido() -> pilji_udfs::Result<()> {
        let regions = Regions::new(FileLayout::Sido);
        let number = |name: &str| Ok::<_, pilji_udfs::Error>(regions.number(&RegionName::parse(name)?));
        let (jongno, jung) = (
            number("서울특별시 종로구 청운동")?,
            number("서울특별시 중구 을지로1가")?,
        );
        assert_eq!(jongno.bucket, jung.bucket);
        assert_ne!(jongno.bucket, number("부산광역시 중구 중앙동1가")?.bucket);
        Ok(())
    }

    #[test]
    fn a_name_has_one_number_and_regions_of_a_sigungu_share_a_bucket() -> pilji_udfs::Result<()> {
        let regions = Regions::default();
        let number = |name: &str| Ok::<_, pilji_udfs::Error>(regions.number(&RegionName::parse(name)?));
        let first = number("서울특별시 종로구 청운동")?;
        assert_eq!(first, number(" 서울특별시  종로구 청운동")?);
        let second = number("서울특별시 종로구 신교동")?;
        assert!(first.number != second.number && first.bucket == second.bucket);
        let sejong = number("세종특별자치시 조치원읍 원리")?;
        assert_ne!(sejong.bucket, first.bucket);
        assert_eq!(
            sejong.levels(),
            [Some("세종특별자치시"), None, Some("조치원읍"), Some("원리")]
        );
        assert_eq!(regions.all(), [first, second, sejong]);
        Ok(())
    }
}
