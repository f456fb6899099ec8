//! Columns with names of districts, and with lot numbers.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chrono::NaiveDate;
use pilji_udfs::{BjdTable, Jibun};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::tally::{Candidate, counted};
use super::values::Values;
use super::{Column, NEARLY};
use crate::model::Role;

/// The levels of districts: role, Korean name, and what columns of it are called.
const LEVELS: [(Role, &str, &[&str]); 4] = [
    (
        Role::SiNm,
        "시도",
        &["sinm", "sidonm", "ctprvnnm", "sido", "시도명", "시도", "광역시도"],
    ),
    (
        Role::SggNm,
        "시군구",
        &[
            "sggnm",
            "sigungunm",
            "signgunm",
            "sigungu",
            "sgg",
            "시군구명",
            "시군구",
            "구군",
        ],
    ),
    (
        Role::EmdNm,
        "읍면동",
        &[
            "emdnm",
            "emd",
            "bjdongnm",
            "읍면동명",
            "읍면동",
            "법정동명",
            "법정동",
            "동명",
        ],
    ),
    (
        Role::RiNm,
        "리",
        &["rinm", "linm", "ri", "리명", "리", "법정리", "법정리명"],
    ),
];

const JIBUN_NAMES: [&str; 12] = [
    "jibun",
    "jibunaddr",
    "jibunaddress",
    "lotno",
    "lotnumber",
    "mnnmslno",
    "지번",
    "지번주소",
    "번지",
    "소재지지번",
    "소재지",
    "토지소재지",
];

/// The official names of districts without blanks, each with the levels at which it stands, as bits of [`LEVELS`].
static NAMES: LazyLock<HashMap<String, u8>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for date in [NaiveDate::MIN, NaiveDate::MAX] {
        for entry in BjdTable::at(date).entries() {
            let name = &entry.name;
            let levels = [Some(&name.si), name.sgg.as_ref(), name.emd.as_ref(), name.ri.as_ref()];
            for (level, name) in levels.into_iter().enumerate() {
                if let Some(name) = name {
                    *names.entry(without_blanks(name).into_owned()).or_default() |= 1 << level;
                }
            }
        }
    }
    names
});

/// Columns of names of 시도, 시군구, 읍면동 and 리.
pub fn levels(column: &Column<'_>, candidates: &mut Vec<Candidate>) {
    if !matches!(column.values, Values::Text(_)) {
        return;
    }
    let mut values = 0;
    let mut matched: [(usize, HashSet<&str>); 4] = Default::default();
    for text in column.texts() {
        values += 1;
        let levels = level_bits(text);
        for (level, (count, different)) in matched.iter_mut().enumerate() {
            if levels & (1 << level) != 0 {
                *count += 1;
                different.insert(text);
            }
        }
    }
    for ((role, level, names), (count, different)) in LEVELS.into_iter().zip(matched) {
        let tally = column.tally(count, values);
        if tally.share() >= NEARLY {
            candidates.push(Candidate {
                column: column.idx,
                role,
                tally,
                evidence: format!(
                    "an official {level} name in {}, {}",
                    tally.of_rows(),
                    counted(different.len(), "different one")
                ),
                is_named: column.is_called(names),
            });
        }
    }
}

/// Columns of lot numbers (지번), alone or at the end of an address.
pub fn jibun(column: &Column<'_>, candidates: &mut Vec<Candidate>) {
    let is_named = column.is_called(&JIBUN_NAMES);
    // Whole numbers are lot numbers only where somebody calls them so.
    if !is_named && !matches!(column.values, Values::Text(_)) {
        return;
    }
    let (mut values, mut bare, mut addresses) = (0, 0, 0);
    let (mut with_dash, mut with_sign) = (0, 0);
    for text in column.texts() {
        values += 1;
        let text = if is_nfc(text) {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.nfc().collect())
        };
        if let Some(lot) = lot(&text) {
            bare += 1;
            with_dash += usize::from(text.contains('-'));
            with_sign += usize::from(lot.san || lot.jimok.is_some());
        } else if ends_in_lot(&text) {
            addresses += 1;
        }
    }
    // Bare numbers could count anything: some must look like lots of the map.
    let looks_like_lots = with_sign > 0 || (with_dash > 0 && with_dash < bare);
    let bare_counts = is_named || looks_like_lots;
    let matched = addresses + if bare_counts { bare } else { 0 };
    let tally = column.tally(matched, values);
    if tally.share() < NEARLY {
        return;
    }
    let what = match (bare, addresses) {
        (_, 0) => "a lot number (지번) such as `435-3` or `산 49`",
        (0, _) => "an address that ends in 읍면동 or 리 and a lot number (지번)",
        _ => "a lot number (지번), alone or at the end of an address,",
    };
    candidates.push(Candidate {
        column: column.idx,
        role: Role::JibunAddress,
        tally,
        evidence: format!("{what} in {}", tally.of_rows()),
        is_named,
    });
}

/// The lot number that a text is, as maps and addresses write it.
fn lot(text: &str) -> Option<Jibun> {
    let text = text.strip_suffix("번지").unwrap_or(text).trim_end();
    let numbers = text.strip_prefix('산').unwrap_or(text).trim_start();
    // A lot number has no leading zeros; dates (2021-05) and telephone numbers have.
    let has_zeros = numbers.split('-').any(|part| {
        let part = part.trim_start();
        part.starts_with('0') && part[1..].starts_with(|character: char| character.is_ascii_digit())
    });
    if has_zeros {
        return None;
    }
    Jibun::parse(text).ok()
}

/// Whether a text is an address whose last words are the name of a 읍면동 or 리 and a lot number.
///
/// Addresses by street end in a number too; what stands before it is a street then.
fn ends_in_lot(text: &str) -> bool {
    let Some((before, last)) = text.rsplit_once(char::is_whitespace) else {
        return false;
    };
    if lot(last).is_none() {
        return false;
    }
    let mut before = before.trim_end();
    if let Some((further, "산")) = before.rsplit_once(char::is_whitespace) {
        before = further.trim_end();
    }
    let place = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    level_bits(place) & 0b1100 != 0
}

/// The levels at which a name stands.
fn level_bits(name: &str) -> u8 {
    NAMES.get(without_blanks(name).as_ref()).copied().unwrap_or_default()
}

/// A name composed and without blanks: some write 안양시동안구.
fn without_blanks(name: &str) -> Cow<'_, str> {
    if is_nfc(name) && !name.contains(char::is_whitespace) {
        return Cow::Borrowed(name);
    }
    name.nfc().filter(|character| !character.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_told_from_other_numbers() {
        for is_lot in [
            "435-3",
            "산 49",
            "산49-2",
            "1",
            "435-3 과",
            "산49도",
            "100번지",
            "0-1가",
            "461-0 도",
        ] {
            assert!(lot(is_lot).is_some(), "{is_lot}");
        }
        for is_none in ["2021-05", "031-123-4567", "02-1234", "007", "A-1", "12345", ""] {
            assert!(lot(is_none).is_none(), "{is_none}");
        }
    }

    #[test]
    fn an_address_by_street_is_no_lot() {
        assert!(ends_in_lot("서울특별시 종로구 청운동 1-3"));
        assert!(ends_in_lot("종로구 청운동 산 1"));
        assert!(ends_in_lot("서울특별시 종로구 세종로 1-68"));
        assert!(!ends_in_lot("서울특별시 종로구 자하문로 12"));
        assert!(!ends_in_lot("서울특별시 종로구 청운동"));
    }
}
