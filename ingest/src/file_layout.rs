//! How the parcels of a dataset are distributed over files.

use std::fmt;
use std::str::FromStr;

use pilji_catalog::Dataset;

use crate::error::{Error, Result};
use crate::region::{LEVELS, Region};

/// How the parcels of a dataset are distributed over files.
///
/// All layouts have the same rows and columns, and the same order of rows within a file: by 법정동 code, then along the
/// Hilbert curve. A dataset keeps the layout of its first publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileLayout {
    /// A file for each 시도.
    Sido,
    /// A file for each 시군구.
    #[default]
    Sigungu,
    /// A file for each 동 or 리.
    Leaf,
    /// Files of up to a million parcels within each 시도.
    Clustered,
}

impl FileLayout {
    /// All layouts, coarsest first.
    pub const ALL: [Self; 4] = [Self::Sido, Self::Clustered, Self::Sigungu, Self::Leaf];

    /// Its name, as it is typed and as it is kept with the dataset.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sido => "sido",
            Self::Sigungu => "sigungu",
            Self::Leaf => "leaf",
            Self::Clustered => "clustered",
        }
    }

    /// The levels that name folders, outermost first; the others are columns of the files.
    pub(crate) fn partition_columns(self) -> &'static [&'static str] {
        match self {
            Self::Sido | Self::Clustered => &LEVELS[..1],
            Self::Sigungu => &LEVELS[..2],
            Self::Leaf => &LEVELS,
        }
    }

    /// Whether a publication takes the place of whole 시도.
    pub(crate) fn replaces_sido(self) -> bool {
        matches!(self, Self::Sido | Self::Clustered)
    }

    /// The part of the dataset whose place the rows of a 시군구 take: the 시군구, or the whole 시도.
    pub(crate) fn part(self, si: &str, sgg: Option<&str>) -> (String, Option<String>) {
        let sgg = sgg.filter(|_| !self.replaces_sido());
        (si.to_owned(), sgg.map(str::to_owned))
    }

    /// The partition values of the rows of a region.
    pub(crate) fn partition(self, region: &Region) -> Vec<(String, Option<String>)> {
        let columns = self.partition_columns().iter().map(|column| (*column).to_owned());
        columns
            .zip(region.levels().map(|level| level.map(str::to_owned)))
            .collect()
    }

    /// The layout to write with: that of the dataset when there is one, else the one that was asked for.
    ///
    /// # Errors
    ///
    /// [`Error::OtherLayout`] when the dataset has another one than was asked for.
    pub(crate) fn choose(asked: Option<Self>, live: Option<&Dataset>) -> Result<Self> {
        let Some(dataset) = live else {
            return Ok(asked.unwrap_or_default());
        };
        let kept = Self::of(dataset);
        match asked {
            Some(asked) if asked != kept => Err(Error::OtherLayout {
                dataset: dataset.name().to_owned(),
                kept,
                asked,
            }),
            _ => Ok(kept),
        }
    }

    /// The layout of a dataset; told from its folders where none was kept with it.
    fn of(dataset: &Dataset) -> Self {
        let named = dataset.layout().and_then(|name| name.parse().ok());
        let n_levels = dataset.partition_columns().len();
        let by_folders = || {
            Self::ALL
                .into_iter()
                .find(|layout| layout.partition_columns().len() == n_levels)
        };
        named.or_else(by_folders).unwrap_or_default()
    }
}

impl fmt::Display for FileLayout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for FileLayout {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let layout = Self::ALL.into_iter().find(|layout| layout.name() == name);
        layout.ok_or("expected sido, sigungu, leaf or clustered")
    }
}

#[cfg(test)]
mod tests {
    use pilji_udfs::RegionName;

    use super::*;
    use crate::region::Regions;

    #[test]
    fn a_layout_is_known_by_its_name() {
        for layout in FileLayout::ALL {
            assert_eq!(layout.name().parse(), Ok(layout));
        }
        assert!("Sido".parse::<FileLayout>().is_err());
    }

    #[test]
    fn folders_are_named_after_the_outer_levels() -> pilji_udfs::Result<()> {
        let region = Regions::default().number(&RegionName::parse("세종특별자치시 조치원읍 원리")?);
        let values = |layout: FileLayout| -> Vec<Option<String>> {
            layout.partition(&region).into_iter().map(|(_, value)| value).collect()
        };
        let [si, emd, ri] = ["세종특별자치시", "조치원읍", "원리"].map(|name| Some(name.to_owned()));
        assert_eq!(values(FileLayout::Clustered), std::slice::from_ref(&si));
        assert_eq!(values(FileLayout::Sigungu), [si.clone(), None]);
        assert_eq!(values(FileLayout::Leaf), [si, None, emd, ri]);
        Ok(())
    }
}
