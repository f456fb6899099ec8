//! What became of the 시군구 that were renamed, moved to another 시도 or divided.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

/// A city, county or district (시군구): its `si_nm` and `sgg_nm`; `None` for that of 세종, which has no name.
pub type Sigungu = (String, Option<String>);

/// 시도 whose name changed, with the new name; their 시군구 kept theirs.
const RENAMED_SIDO: [(&str, &str); 2] = [("강원도", "강원특별자치도"), ("전라북도", "전북특별자치도")];

/// A 시군구 that moved to another 시도 or was divided.
struct Change {
    from: (&'static str, &'static str),
    to: &'static [(&'static str, &'static str)],
}

const CHANGES: [Change; 3] = [
    Change {
        from: ("경상북도", "군위군"),
        to: &[("대구광역시", "군위군")],
    },
    Change {
        from: ("경기도", "부천시"),
        to: &[
            ("경기도", "부천시 소사구"),
            ("경기도", "부천시 오정구"),
            ("경기도", "부천시 원미구"),
        ],
    },
    Change {
        from: ("경기도", "화성시"),
        to: &[
            ("경기도", "화성시 동탄구"),
            ("경기도", "화성시 만세구"),
            ("경기도", "화성시 병점구"),
            ("경기도", "화성시 효행구"),
        ],
    },
];

/// The 시군구 that hold the land of a former one; none for one that is still there, and for a name that never was.
///
/// # Source
///
/// The 법정동 tables of 2021-05-01 and 2026-03-01 (`data/README.md`): every 시군구 of the first that the second does
/// not have, with those of the second that hold its 읍면동 and 리. A test derives them from the tables again.
#[must_use]
pub fn successors(sigungu: &Sigungu) -> Vec<Sigungu> {
    let (si, sgg) = sigungu;
    if let Some((_, new_si)) = RENAMED_SIDO.iter().find(|(old_si, _)| old_si == si) {
        return vec![((*new_si).to_owned(), sgg.clone())];
    }
    let change = CHANGES.iter().find(|change| is(sigungu, change.from));
    change.map_or_else(Vec::new, |change| change.to.iter().copied().map(owned).collect())
}

/// The former 시군구 whose land lies in this one, in whole or in part.
///
/// # Source
///
/// As [`successors`].
#[must_use]
pub fn predecessors(sigungu: &Sigungu) -> Vec<Sigungu> {
    let (si, sgg) = sigungu;
    let renamed = RENAMED_SIDO.iter().filter(|(_, new_si)| new_si == si);
    let renamed = renamed.map(|(old_si, _)| ((*old_si).to_owned(), sgg.clone()));
    let changed = CHANGES
        .iter()
        .filter(|change| change.to.iter().any(|to| is(sigungu, *to)));
    renamed.chain(changed.map(|change| owned(change.from))).collect()
}

/// The former 시군구 among these whose successors are all there, none with an older vintage: showing both would show
/// the same land twice.
///
/// As long as one successor is missing the former one stays, since it alone holds the rest of the land.
#[must_use]
pub fn superseded(vintages: &BTreeMap<Sigungu, NaiveDate>) -> BTreeSet<Sigungu> {
    let is_superseded = |(sigungu, vintage): &(&Sigungu, &NaiveDate)| {
        let successors = successors(sigungu);
        let is_newer = |successor| vintages.get(successor).is_some_and(|newer| newer >= *vintage);
        !successors.is_empty() && successors.iter().all(is_newer)
    };
    let found = vintages.iter().filter(is_superseded);
    found.map(|(sigungu, _)| sigungu.clone()).collect()
}

fn is((si, sgg): &Sigungu, (other_si, other_sgg): (&str, &str)) -> bool {
    si == other_si && sgg.as_deref() == Some(other_sgg)
}

fn owned((si, sgg): (&str, &str)) -> Sigungu {
    (si.to_owned(), Some(sgg.to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(vintages: &[(&str, &str, &str)], expected: &[(&str, &str)]) {
        let vintages = vintages
            .iter()
            .map(|(si, sgg, date)| (owned((si, sgg)), date.parse().unwrap()))
            .collect();
        let expected: BTreeSet<Sigungu> = expected.iter().copied().map(owned).collect();
        assert_eq!(superseded(&vintages), expected);
    }

    #[test]
    fn a_former_sigungu_goes_when_its_last_successor_comes() {
        let former = ("경기도", "부천시", "2021-05-01");
        let (one, two) = (
            ("경기도", "부천시 소사구", "2024-05-01"),
            ("경기도", "부천시 오정구", "2024-06-01"),
        );
        check(&[former], &[]);
        check(&[former, one, two], &[]);
        check(
            &[former, one, two, ("경기도", "부천시 원미구", "2024-05-01")],
            &[("경기도", "부천시")],
        );
    }

    #[test]
    fn an_older_successor_takes_no_place() {
        check(
            &[
                ("강원도", "춘천시", "2021-05-01"),
                ("강원특별자치도", "춘천시", "2020-05-01"),
            ],
            &[],
        );
        check(
            &[
                ("강원도", "춘천시", "2021-05-01"),
                ("강원특별자치도", "춘천시", "2021-05-01"),
            ],
            &[("강원도", "춘천시")],
        );
    }

    #[test]
    fn the_same_name_in_another_sido_is_another_sigungu() {
        check(
            &[
                ("경상남도", "고성군", "2021-05-01"),
                ("강원특별자치도", "고성군", "2026-03-01"),
            ],
            &[],
        );
        check(
            &[
                ("경상북도", "군위군", "2021-05-01"),
                ("대구광역시", "남구", "2026-03-01"),
            ],
            &[],
        );
    }

    #[test]
    fn a_sigungu_without_a_name_has_no_history() {
        let sejong = ("세종특별자치시".to_owned(), None);
        assert!(successors(&sejong).is_empty() && predecessors(&sejong).is_empty());
    }
}
