//! Administrative dong (행정동), which are no legal ones (법정동): parcels do not know them, and people write them all the same.

use std::sync::LazyLock;

/// Digits of the 시군구, names, and the legal districts that are covered.
static TABLE: LazyLock<Vec<AdministrativeDong>> = LazyLock::new(|| {
    let lines = include_str!("../data/hdong_2021-05-01.txt").lines();
    lines
        .filter_map(|line| {
            let (name, covered) = line.split_once('\t')?;
            let (sigungu, name) = name.split_at_checked(5)?;
            Some(AdministrativeDong {
                sigungu,
                name,
                covered: covered.split(',').collect(),
            })
        })
        .collect()
});

/// An administrative dong whose name is no legal one of its 시군구.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministrativeDong {
    /// The five digits of its 시군구.
    pub sigungu: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The names of the legal districts whose land it has, in whole or in part.
    pub covered: Vec<&'static str>,
}

/// The administrative dong of a name, in every 시군구 that has one.
///
/// # Source
///
/// 행정기관(행정동) 및 관할구역(법정동), Ministry of the Interior and Safety, as of 2021-05-01; `data/README.md` names the file.
pub fn administrative_dong(name: &str) -> impl Iterator<Item = &'static AdministrativeDong> {
    TABLE.iter().filter(move |dong| dong.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrative_dong_cover_legal_ones() {
        let covered: Vec<_> = administrative_dong("관양1동").collect();
        assert!(
            matches!(covered.as_slice(), [dong] if dong.sigungu == "41173" && dong.covered == ["관양동"]),
            "{covered:?}"
        );
        assert_eq!(administrative_dong("관양동").count(), 0);
        assert!(
            TABLE
                .iter()
                .all(|dong| !dong.covered.is_empty() && !dong.name.is_empty())
        );
    }
}
