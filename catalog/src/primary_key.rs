//! The primary key of a version, which nothing in a file says: the PNU, where every writer of a part found none twice.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::ScalarValue;
use pilji_udfs::Sigungu;

use crate::publish::{listed, sigungu};
use crate::{Dataset, Result};

/// The key of a commit's metadata under which the 시군구 stand in which no PNU occurs twice.
pub const KEY: &str = "unique_pnu";

/// The column of parcel numbers.
const PNU: &str = "pnu";

impl Dataset {
    /// The column that tells the rows of this version apart: `pnu`, when no 시군구 has one twice by what its writer has
    /// found, and no two 시군구 have numbers in the same range by the statistics of their files. `None` when that is not known.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Io`] when a log entry cannot be read.
    pub async fn primary_key(&self) -> Result<Option<&'static str>> {
        let Some(mut open) = self.disjoint_parts().filter(|parts| !parts.is_empty()) else {
            return Ok(None);
        };
        // The newest commit that wrote a 시군구 says what is in it.
        for commit in self.history().await? {
            let unique: BTreeSet<Sigungu> = listed(&commit.metadata, KEY).map(|(part, _)| part).collect();
            for (part, _) in listed(&commit.metadata, "replaced") {
                if open.remove(&part) && !unique.contains(&part) {
                    return Ok(None);
                }
            }
            if open.is_empty() {
                return Ok(Some(PNU));
            }
        }
        Ok(None)
    }

    /// The 시군구 of this version, when each has parcel numbers of its own.
    fn disjoint_parts(&self) -> Option<BTreeSet<Sigungu>> {
        let mut ranges: BTreeMap<Sigungu, (String, String)> = BTreeMap::new();
        for file in self.files() {
            let stats = file.stats.column(PNU).filter(|stats| stats.null_count == Some(0))?;
            let (min, max) = (text(&stats.min)?, text(&stats.max)?);
            let range = ranges
                .entry(sigungu(&file)?)
                .or_insert_with(|| (min.to_owned(), max.to_owned()));
            if min < range.0.as_str() {
                min.clone_into(&mut range.0);
            }
            if max > range.1.as_str() {
                max.clone_into(&mut range.1);
            }
        }
        let mut ordered: Vec<&(String, String)> = ranges.values().collect();
        ordered.sort_unstable();
        let are_disjoint = ordered.windows(2).all(|pair| pair[0].1 < pair[1].0);
        are_disjoint.then(|| ranges.into_keys().collect())
    }
}

fn text(value: &ScalarValue) -> Option<&str> {
    value.try_as_str().flatten()
}
