//! The closing report of a run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// What a run did, for people (`Display`) and programs (`Serialize`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The dataset.
    pub dataset: String,
    /// Its version after the run.
    pub version: u64,
    /// False when that version held these very rows before the run.
    pub changed: bool,
    /// Data files that became live.
    pub files_added: usize,
    /// Data files that are no longer live.
    pub files_removed: usize,
    /// One entry per part, in input order.
    pub parts: Vec<PartReport>,
    /// Records in all parts.
    pub rows_in: u64,
    /// Published rows; `rows_in - rejected`.
    pub published: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Rejected rows per code.
    pub reject_codes: BTreeMap<&'static str, u64>,
    /// The reject file, when there is a reject.
    pub rejects: Option<PathBuf>,
    /// What was kept although it is odd.
    pub notes: Notes,
    /// Remarks on the input: detected encodings, chosen CRS.
    pub remarks: Vec<String>,
    /// The replaced 시군구; empty for a plain dataset.
    pub sigungu: Vec<SigunguReport>,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Records per second.
    pub rows_per_second: f64,
}

/// What became of one part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartReport {
    /// `archive.zip/piece.shp`.
    pub file: String,
    /// Its layout: `official`, `lsmd`, `platform`, `pilji`, `areas` or `plain`.
    pub layout: &'static str,
    /// Records.
    pub rows_in: u64,
    /// Published rows.
    pub published: u64,
    /// Rejected rows.
    pub rejected: u64,
}

/// What was published for one 시군구.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SigunguReport {
    /// 시도, `경기도`.
    pub si: String,
    /// 시군구, `안양시 동안구`; none in 세종.
    pub sgg: Option<String>,
    /// Rows.
    pub rows: u64,
    /// Newest 데이터기준일자 of the rows.
    pub vintage: Option<NaiveDate>,
}

/// Rows that were published although something about them is odd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Notes {
    /// Damaged PNUs that were rebuilt.
    pub repaired_pnus: u64,
    /// Rows beyond the first with the same PNU.
    pub duplicate_pnus: u64,
    /// Up to five of the PNUs that occur more than once.
    pub duplicate_examples: Vec<String>,
    /// Geometries that break an OGC rule (a ring that crosses itself, …).
    pub invalid_geometries: u64,
    /// Rows whose 지번 text is not that of the PNU.
    pub jibun_disagrees: u64,
    /// Rows whose 지번 text cannot be read.
    pub jibun_unreadable: u64,
    /// Rows whose region name is not the official one of their code.
    pub names_differ: u64,
    /// Rings that were closed.
    pub rings_closed: u64,
    /// Rings that were turned because they ran against the rule of their format.
    pub rings_turned: u64,
    /// Rows whose heights (Z) or measures (M) were dropped.
    pub heights_dropped: u64,
    /// Rows marked as deleted in a DBF, which count as no rows.
    pub rows_deleted: u64,
    /// Rows of a plain dataset that have no geometry.
    pub without_geometry: u64,
    /// Rows that were a further piece of an administrative area, and have no row of their own.
    pub pieces_joined: u64,
}

impl Notes {
    /// Adds the counts of other rows.
    pub(crate) fn add(&mut self, other: &Self) {
        self.repaired_pnus += other.repaired_pnus;
        self.duplicate_pnus += other.duplicate_pnus;
        self.invalid_geometries += other.invalid_geometries;
        self.jibun_disagrees += other.jibun_disagrees;
        self.jibun_unreadable += other.jibun_unreadable;
        self.names_differ += other.names_differ;
        self.rings_closed += other.rings_closed;
        self.rings_turned += other.rings_turned;
        self.heights_dropped += other.heights_dropped;
        self.rows_deleted += other.rows_deleted;
        self.without_geometry += other.without_geometry;
        self.pieces_joined += other.pieces_joined;
        self.duplicate_examples.extend(other.duplicate_examples.iter().cloned());
    }

    fn lines(&self) -> Vec<(u64, String)> {
        let duplicates = if self.duplicate_examples.is_empty() {
            "rows repeat a PNU".to_owned()
        } else {
            format!("rows repeat a PNU ({}, …)", self.duplicate_examples.join(", "))
        };
        let lines = [
            (self.repaired_pnus, "damaged PNUs rebuilt".to_owned()),
            (self.duplicate_pnus, duplicates),
            (
                self.invalid_geometries,
                "invalid geometries kept as they are".to_owned(),
            ),
            (self.jibun_disagrees, "지번 texts that differ from the PNU".to_owned()),
            (
                self.jibun_unreadable,
                "지번 texts unreadable, taken from the PNU".to_owned(),
            ),
            (
                self.names_differ,
                "region names that differ from the official table".to_owned(),
            ),
            (self.rings_closed, "open rings closed".to_owned()),
            (self.rings_turned, "rings turned".to_owned()),
            (self.heights_dropped, "rows lost their heights (Z, M)".to_owned()),
            (self.rows_deleted, "rows marked as deleted left out".to_owned()),
            (self.without_geometry, "rows without a geometry".to_owned()),
            (
                self.pieces_joined,
                "rows joined to another one of the same area".to_owned(),
            ),
        ];
        lines.into_iter().filter(|(count, _)| *count > 0).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![[
            "file".to_owned(),
            "rows".to_owned(),
            "published".to_owned(),
            "rejected".to_owned(),
        ]];
        for part in &self.parts {
            rows.push([
                part.file.clone(),
                thousands(part.rows_in),
                thousands(part.published),
                thousands(part.rejected),
            ]);
        }
        if self.parts.len() > 1 {
            rows.push([
                "all".to_owned(),
                thousands(self.rows_in),
                thousands(self.published),
                thousands(self.rejected),
            ]);
        }
        write_table(f, &rows)?;
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        for (count, text) in self.notes.lines() {
            writeln!(f, "{:>12}  {text}", thousands(count))?;
        }
        for (code, count) in &self.reject_codes {
            writeln!(f, "{:>12}  rejected: {code}", thousands(*count))?;
        }
        if let Some(rejects) = &self.rejects {
            writeln!(f, "rejected rows are in {}", rejects.display())?;
        }
        let Self { dataset, version, .. } = self;
        if self.changed {
            write!(f, "dataset {dataset} is now at version {version}: ")?;
            if !self.sigungu.is_empty() {
                write!(f, "{} 시군구, ", thousands(self.sigungu.len() as u64))?;
            }
            writeln!(
                f,
                "{} added, {} removed",
                counted_files(self.files_added),
                self.files_removed
            )?;
        } else {
            writeln!(
                f,
                "nothing changed: version {version} of dataset {dataset} already holds these rows"
            )?;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate of rows is small and positive"
        )]
        let rate = self.rows_per_second as u64;
        write!(f, "{:.1} s, {} rows/s", self.seconds, thousands(rate))
    }
}

/// First column to the left, the others to the right; Hangul counts as two columns.
fn write_table<const N: usize>(f: &mut fmt::Formatter<'_>, rows: &[[String; N]]) -> fmt::Result {
    let width_of = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width_of);
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let blanks = " ".repeat(width - cell.width());
            match column {
                0 => write!(f, "{cell}{blanks}")?,
                _ => write!(f, "  {blanks}{cell}")?,
            }
        }
        writeln!(f)?;
    }
    Ok(())
}

/// `1 file`, `90 files`.
fn counted_files(number: usize) -> String {
    let noun = if number == 1 { "file" } else { "files" };
    format!("{} {noun}", thousands(number as u64))
}

/// `1234567` as `1,234,567`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let part = |file: &str, rows_in, rejected| PartReport {
            file: file.to_owned(),
            layout: "official",
            rows_in,
            published: rows_in - rejected,
            rejected,
        };
        Report {
            dataset: "parcel".to_owned(),
            version: 3,
            changed: true,
            files_added: 61,
            files_removed: 0,
            parts: vec![
                part("AL_D002_11.zip/조각.shp", 1_000_000, 0),
                part("b.zip/b(2).shp", 1234, 4),
            ],
            rows_in: 1_001_234,
            published: 1_001_230,
            rejected: 4,
            reject_codes: BTreeMap::from([("pnu_malformed", 4)]),
            rejects: Some(PathBuf::from("w/_rejects/parcel.csv")),
            notes: Notes {
                repaired_pnus: 2,
                ..Notes::default()
            },
            remarks: vec![],
            sigungu: vec![],
            seconds: 2.0,
            rows_per_second: 500_617.0,
        }
    }

    #[test]
    fn the_table_lines_up_with_hangul_in_it() {
        let text = report().to_string();
        let widths: Vec<usize> = text.lines().take(4).map(UnicodeWidthStr::width).collect();
        assert_eq!(widths, [widths[0]; 4], "{text}");
        assert!(
            text.contains("all                      1,001,234  1,001,230         4\n"),
            "{text}"
        );
        assert!(text.contains("           4  rejected: pnu_malformed\n"), "{text}");
        assert!(text.ends_with("\n2.0 s, 500,617 rows/s"), "{text}");
    }

    #[test]
    fn a_rerun_says_that_nothing_changed() {
        let text = Report {
            changed: false,
            ..report()
        }
        .to_string();
        assert!(
            text.contains("nothing changed: version 3 of dataset parcel already holds these rows\n"),
            "{text}"
        );
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (39_870_653, "39,870,653")] {
            assert_eq!(thousands(number), expected);
        }
    }

    #[test]
    fn the_report_is_json_for_programs() -> serde_json::Result<()> {
        let json = serde_json::to_value(report())?;
        assert_eq!(json["parts"][1]["rejected"], 4);
        assert_eq!(json["reject_codes"]["pnu_malformed"], 4);
        assert_eq!(json["notes"]["repaired_pnus"], 2);
        Ok(())
    }
}
