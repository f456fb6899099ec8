//! Numbers, dates and tables as people read them.

use chrono::{DateTime, NaiveDate, Utc};
use indicatif::HumanCount;
use unicode_width::UnicodeWidthStr;

use crate::cli::aligned::aligned;

/// A table whose columns named in `to_the_right` line up at their right edge, as numbers do.
pub fn table(headings: &[&str], to_the_right: &[usize], mut rows: Vec<Vec<String>>) -> String {
    let mut headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    for column in to_the_right {
        let cells = || {
            std::iter::once(&headings)
                .chain(&rows)
                .filter_map(|row| row.get(*column))
        };
        let width = cells().map(|cell| cell.width()).max().unwrap_or_default();
        for row in std::iter::once(&mut headings).chain(&mut rows) {
            if let Some(cell) = row.get_mut(*column) {
                *cell = " ".repeat(width.saturating_sub(cell.width())) + cell;
            }
        }
    }
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    aligned(&headings, &rows)
}

/// `1,234,567`.
pub fn count(number: u64) -> String {
    HumanCount(number).to_string()
}

/// `1 file`, `90 files`.
pub fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number as u64))
}

/// `12.3 MB`, in powers of ten as file managers count.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut value = bytes as f64 / 1000.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for larger in units {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    format!("{value:.1} {unit}")
}

/// `2026-11-22 19:32:07 UTC`, or nothing when unknown.
pub fn time(time: Option<DateTime<Utc>>) -> String {
    time.map_or_else(String::new, |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// `2021-05-01`, `2021-05-01 to 2026-03-01`, or nothing when unknown.
pub fn range(dates: Option<(NaiveDate, NaiveDate)>) -> String {
    match dates {
        None => String::new(),
        Some((oldest, newest)) if oldest == newest => oldest.to_string(),
        Some((oldest, newest)) => format!("{oldest} to {newest}"),
    }
}

/// The first few of some names and how many more there are.
pub fn some_of(names: &[String], most: usize) -> String {
    let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", count(more as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_line_up_at_their_right_edge_beside_hangul() {
        let rows = vec![
            vec!["종로구".to_owned(), "5".to_owned()],
            vec!["x".to_owned(), "1,000".to_owned()],
        ];
        assert_eq!(
            table(&["name", "rows"], &[1], rows),
            "name     rows\n종로구      5\nx       1,000\n"
        );
    }

    #[test]
    fn sizes_are_short() {
        for (size, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_999, "1.0 MB"),
            (12_345_678_901, "12.3 GB"),
            (9_000_000_000_000_000, "9000.0 TB"),
        ] {
            assert_eq!(bytes(size), expected);
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let names = ["가", "나", "다"].map(str::to_owned);
        assert_eq!(some_of(&names, 3), "가, 나, 다");
        assert_eq!(some_of(&names, 1), "가 and 2 more");
    }
}
