//! The official tables of legal districts (법정동코드) that the crate ships.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use chrono::NaiveDate;

use crate::bjd_code::BjdCode;
use crate::region_name::RegionName;

static VINTAGES: LazyLock<[BjdTable; 2]> = LazyLock::new(|| {
    [
        BjdTable::decode(2021, 5, 1, include_str!("../data/bjd_2021-05-01.txt")),
        BjdTable::decode(2026, 3, 1, include_str!("../data/bjd_2026-03-01.txt")),
    ]
});

/// The legal districts in force on one day, all levels, sorted by code.
///
/// # Source
///
/// 법정동코드, Ministry of the Interior and Safety; `data/README.md` names the files. The split into levels is the
/// official one, not [`RegionName::parse`]'s.
#[derive(Debug)]
pub struct BjdTable {
    vintage: NaiveDate,
    entries: Vec<BjdEntry>,
    /// Places of entries by the last words of their names; made when it is first asked for.
    by_last_word: OnceLock<HashMap<String, Vec<usize>>>,
}

/// One legal district: a 시도, a 시군구, a 읍면동 or a 리.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BjdEntry {
    /// Its code.
    pub code: BjdCode,
    /// Its name with the names of the levels above.
    pub name: RegionName,
}

impl BjdTable {
    /// The newest table that is not after `date`; the oldest when all are.
    ///
    /// Decoding happens once a process, at the first call.
    #[must_use]
    pub fn at(date: NaiveDate) -> &'static Self {
        let [oldest, newer @ ..] = &*VINTAGES;
        newer.iter().rev().find(|table| table.vintage <= date).unwrap_or(oldest)
    }

    /// The day on which the table was in force.
    #[must_use]
    pub fn vintage(&self) -> NaiveDate {
        self.vintage
    }

    /// The district of a code, if it was in force.
    #[must_use]
    pub fn get(&self, code: &BjdCode) -> Option<&BjdEntry> {
        let idx = self.entries.binary_search_by_key(code, |entry| entry.code).ok()?;
        self.entries.get(idx)
    }

    /// Every district of every level, in the order of the codes.
    #[must_use]
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &BjdEntry> {
        self.entries.iter()
    }

    /// The districts whose names end with a word, in the order of the codes.
    pub(crate) fn with_last_word(&self, word: &str) -> impl Iterator<Item = &BjdEntry> {
        let index = self.by_last_word.get_or_init(|| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (idx, entry) in self.entries.iter().enumerate() {
                let name = entry.name.full_name();
                let last = name.rsplit(' ').next().unwrap_or_default();
                index.entry(last.to_owned()).or_default().push(idx);
            }
            index
        });
        let places = index.get(word).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|idx| self.entries.get(*idx))
    }

    /// The districts that hold parcels, in the order of the codes: each 리, and each 읍면동 without 리.
    pub fn leaves(&self) -> impl Iterator<Item = &BjdEntry> {
        self.entries.iter().enumerate().filter_map(|(idx, entry)| {
            let below = self.entries.get(idx + 1);
            let has_ri = below.is_some_and(|below| below.code.as_str()[..8] == entry.code.as_str()[..8]);
            let is_leaf = entry.code.is_ri() || (entry.name.emd.is_some() && !has_ri);
            is_leaf.then_some(entry)
        })
    }

    /// Decodes a table as `data/README.md` describes it; lines that are none are left out (a test counts them).
    fn decode(year: i32, month: u32, day: u32, text: &str) -> Self {
        let mut levels = [const { (String::new(), String::new()) }; 4];
        let entries = text.lines().filter_map(|line| decode_line(line, &mut levels)).collect();
        Self {
            vintage: NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(),
            entries,
            by_last_word: OnceLock::new(),
        }
    }
}

/// Decodes one line: as many blanks as levels above, the digits of the level, its name.
///
/// `levels` holds the digits and the name of the line and of those above it.
fn decode_line(line: &str, levels: &mut [(String, String); 4]) -> Option<BjdEntry> {
    let body = line.trim_start_matches(' ');
    let level = line.len() - body.len();
    let (digits, own) = body.split_at_checked(*[2, 3, 3, 2].get(level)?)?;
    // A name after `=` stands alone: the official table does not put it under the name above.
    let alone = own.strip_prefix('=');
    let (above, rest) = levels.split_at_mut(level);
    rest.fill((String::new(), String::new()));
    *rest.first_mut()? = (
        digits.to_owned(),
        if alone.is_some() { String::new() } else { own.to_owned() },
    );
    let code = above
        .iter()
        .map(|level| level.0.as_str())
        .chain([digits])
        .collect::<String>();
    let code = BjdCode::parse(&format!("{code:0<10}")).ok()?;
    let name = |level: usize| Some(levels[level].1.clone()).filter(|name| !name.is_empty());
    let name = match alone {
        Some(si) => RegionName {
            si: si.to_owned(),
            sgg: None,
            emd: None,
            ri: None,
        },
        None => RegionName {
            si: levels[0].1.clone(),
            sgg: name(1),
            emd: name(2),
            ri: name(3),
        },
    };
    Some(BjdEntry { code, name })
}
