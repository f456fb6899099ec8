//! Addresses as people write them: which legal district (법정동) they name, and which lot in it.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use crate::{BjdEntry, BjdTable, Jibun, RegionName, predecessors, successors};

/// Short and former names of 시도 that are names of no other district, and the full ones.
///
/// A 시도 that was renamed is here with both, for the table at hand has one of them.
const SIDO: [(&str, &[&str]); 26] = [
    ("서울", &["서울특별시"]),
    ("서울시", &["서울특별시"]),
    ("부산", &["부산광역시"]),
    ("부산시", &["부산광역시"]),
    ("대구", &["대구광역시"]),
    ("대구시", &["대구광역시"]),
    ("인천", &["인천광역시"]),
    ("인천시", &["인천광역시"]),
    ("대전", &["대전광역시"]),
    ("대전시", &["대전광역시"]),
    ("울산", &["울산광역시"]),
    ("울산시", &["울산광역시"]),
    ("세종", &["세종특별자치시"]),
    ("세종시", &["세종특별자치시"]),
    ("경기", &["경기도"]),
    ("강원", &["강원특별자치도", "강원도"]),
    ("강원도", &["강원특별자치도"]),
    ("충북", &["충청북도"]),
    ("충남", &["충청남도"]),
    ("전북", &["전북특별자치도", "전라북도"]),
    ("전라북도", &["전북특별자치도"]),
    ("전남", &["전라남도"]),
    ("경북", &["경상북도"]),
    ("경남", &["경상남도"]),
    ("제주", &["제주특별자치도"]),
    ("제주도", &["제주특별자치도"]),
];

/// What an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'t> {
    /// A district, by its full name.
    Exact(&'t BjdEntry),
    /// A district, by a short, former or partial name that only it has.
    Normalized(&'t BjdEntry),
    /// Several districts.
    Ambiguous,
    /// No legal district.
    Nothing,
}

impl<'t> Named<'t> {
    /// The district, when it is one.
    #[must_use]
    pub fn entry(self) -> Option<&'t BjdEntry> {
        match self {
            Self::Exact(entry) | Self::Normalized(entry) => Some(entry),
            Self::Ambiguous | Self::Nothing => None,
        }
    }

    /// In a word: `exact`, `normalized`, `ambiguous` or `none`.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Self::Exact(_) => "exact",
            Self::Normalized(_) => "normalized",
            Self::Ambiguous => "ambiguous",
            Self::Nothing => "none",
        }
    }
}

/// An address taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'t> {
    /// The district that it names.
    pub district: Named<'t>,
    /// The lot behind it (지번), where there is one.
    pub jibun: Option<Jibun>,
}

impl Address<'static> {
    /// Takes an address apart, by the names of a day.
    ///
    /// A full name is found as it is. So is one whose upper levels are left out or shortened (`경기 안양시 관양동`), when only
    /// one district fits; a 시도 or 시군구 that was renamed, moved or divided is found by its former name too. Blanks do
    /// not count, and texts are NFC-normalised. Behind the name a lot may stand, `산 12-3` or `1588-1번지`.
    #[must_use]
    pub fn parse(text: &str, date: NaiveDate) -> Self {
        let composed: String = text.nfc().collect();
        let words: Vec<&str> = composed
            .split(|c: char| c.is_whitespace() || c == ',' || c == '/')
            .filter(|word| !word.is_empty())
            .collect();
        let table = BjdTable::at(date);
        for n_words in lot_lengths(&words) {
            let (names, lot) = words.split_at(words.len() - n_words);
            let lot = lot.concat();
            let jibun = Jibun::parse(lot.strip_suffix("번지").unwrap_or(&lot)).ok();
            if jibun.is_some() && !names.is_empty() {
                return Self {
                    district: district(table, names),
                    jibun,
                };
            }
        }
        Self {
            district: district(table, &words),
            jibun: None,
        }
    }
}

/// How many words at the end may be a lot, the longest first: those that begin with 산 or a digit.
fn lot_lengths(words: &[&str]) -> impl Iterator<Item = usize> {
    let begins = |word: &&&str| word.starts_with(|c: char| c == '산' || c.is_ascii_digit());
    let fits = words.iter().rev().take(2).map(|word| begins(&word)).collect::<Vec<_>>();
    let two = fits == [true, true];
    let one = fits.first() == Some(&true);
    [(two, 2), (one, 1)]
        .into_iter()
        .filter_map(|(fits, n)| fits.then_some(n))
}

/// The district that words name, from the top of the country downwards.
fn district(table: &'static BjdTable, words: &[&str]) -> Named<'static> {
    let Some(last) = words.last() else {
        return Named::Nothing;
    };
    let whole = words.join(" ");
    let mut candidates: Vec<&'static BjdEntry> = table.with_last_word(last).collect();
    for full in expanded(last) {
        candidates.extend(table.with_last_word(full));
    }
    let mut fitting = Vec::new();
    for entry in candidates {
        let full = entry.name.full_name();
        if full == whole {
            return Named::Exact(entry);
        }
        if fits(&full, words) || former_names(&entry.name).iter().any(|former| fits(former, words)) {
            fitting.push(entry);
        }
    }
    // A 시도 alone may be short.
    if fitting.is_empty() && words.len() == 1 {
        fitting.extend(expanded(last).filter_map(|si| table.entries().find(|entry| entry.name.full_name() == si)));
    }
    match fitting.as_slice() {
        [] => Named::Nothing,
        [entry] => Named::Normalized(entry),
        _ => Named::Ambiguous,
    }
}

/// Whether words are words of a full name in its order, the last one its last.
fn fits(full: &str, words: &[&str]) -> bool {
    let mut names = full.split(' ').rev();
    let mut words = words.iter().rev();
    let Some(last) = words.next() else { return false };
    if !names.next().is_some_and(|name| same(name, last)) {
        return false;
    }
    words.all(|word| names.any(|name| same(name, word)))
}

fn same(name: &str, word: &str) -> bool {
    name == word || expanded(word).any(|full| full == name)
}

/// The full names of a short or former 시도.
fn expanded(word: &str) -> impl Iterator<Item = &'static str> {
    let found = SIDO.iter().find(|(short, _)| *short == word);
    found.into_iter().flat_map(|(_, full)| full.iter().copied())
}

/// The full names that a district would have under the former names of its 시군구.
fn former_names(name: &RegionName) -> Vec<String> {
    let now = (name.si.clone(), name.sgg.clone());
    let formers = predecessors(&now);
    let renamed = formers.into_iter().filter(|former| successors(former).contains(&now));
    renamed
        .map(|(si, sgg)| {
            let former = RegionName {
                si,
                sgg,
                ..name.clone()
            };
            former.full_name()
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn named(text: &str, date: (i32, u32, u32)) -> (String, &'static str) {
        let (year, month, day) = date;
        let address = Address::parse(text, NaiveDate::from_ymd_opt(year, month, day).unwrap());
        let name = address.district.entry().map(|entry| entry.name.full_name());
        (name.unwrap_or_default(), address.district.status())
    }

    const THEN: (i32, u32, u32) = (2021, 5, 1);
    const NOW: (i32, u32, u32) = (2026, 6, 1);

    #[test]
    fn every_official_name_is_found_as_it_is() {
        for (year, month, day) in [THEN, NOW] {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let mut seen = std::collections::HashMap::new();
            for entry in BjdTable::at(date).entries() {
                *seen.entry(entry.name.full_name()).or_insert(0) += 1;
            }
            for entry in BjdTable::at(date).entries() {
                let full = entry.name.full_name();
                let found = Address::parse(&full, date).district;
                let is_it = match found {
                    Named::Exact(other) => other.name == entry.name,
                    _ => false,
                };
                assert!(is_it, "{full}: {found:?}");
            }
        }
    }

    #[test]
    fn short_partial_and_former_names_are_normalized() {
        for (text, date, full) in [
            ("경기 안양시 동안구 관양동", NOW, "경기도 안양시 동안구 관양동"),
            ("경기도  안양시 관양동", NOW, "경기도 안양시 동안구 관양동"),
            ("서울 종로구 청운동", NOW, "서울특별시 종로구 청운동"),
            ("관양동", NOW, "경기도 안양시 동안구 관양동"),
            ("강원도 춘천시 봉의동", NOW, "강원특별자치도 춘천시 봉의동"),
            ("전라북도", NOW, "전북특별자치도"),
            ("강원", THEN, "강원도"),
            ("경상북도 군위군", NOW, "대구광역시 군위군"),
            ("서울", NOW, "서울특별시"),
        ] {
            assert_eq!(named(text, date), (full.to_owned(), "normalized"), "{text}");
        }
    }

    #[test]
    fn what_several_districts_are_called_is_ambiguous_and_the_rest_is_nothing() {
        assert_eq!(named("중앙동", NOW).1, "ambiguous");
        assert_eq!(named("서울 중앙동", NOW).1, "none");
        assert_eq!(named("", NOW).1, "none");
        assert_eq!(named("경기도 안양시 동만구", NOW).1, "none");
        // An administrative 동, which is no legal one.
        assert_eq!(named("경기도 안양시 동안구 관양1동", NOW).1, "none");
    }

    #[test]
    fn lots_stand_behind_names() {
        let date = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        for (text, san, bonbun, bubon) in [
            ("경기도 안양시 동안구 관양동 1588-1", false, 1588, 1),
            ("경기 안양시 동안구 관양동 산 12-3", true, 12, 3),
            ("관양동 산12번지", true, 12, 0),
        ] {
            let address = Address::parse(text, date);
            let jibun = address.jibun.unwrap();
            assert_eq!((jibun.san, jibun.bonbun, jibun.bubon), (san, bonbun, bubon), "{text}");
            assert_eq!(address.district.entry().unwrap().code.as_str(), "4117310200", "{text}");
        }
        assert_eq!(Address::parse("관양동", date).jibun, None);
    }
}
