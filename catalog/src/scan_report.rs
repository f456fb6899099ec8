//! What scans decided, for `EXPLAIN`.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Collects the reports of the scans of one query.
///
/// A scan adds one when the session's configuration has the extension `Arc<ScanReports>`.
#[derive(Debug, Default)]
pub struct ScanReports(Mutex<Vec<ScanReport>>);

impl ScanReports {
    /// Adds a report.
    pub fn push(&self, report: ScanReport) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    }

    /// Takes the reports out, in the order in which the scans were planned.
    #[must_use]
    pub fn take(&self) -> Vec<ScanReport> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What one scan decided before it reads, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanReport {
    /// What is scanned: `parcel@3`.
    pub table: String,
    /// Files that the scan opens.
    pub files_kept: usize,
    /// Files that there are.
    pub files_total: usize,
    /// Their size in bytes.
    pub bytes_kept: u64,
    /// The size of all files in bytes.
    pub bytes_total: u64,
    /// The filters and other reasons that files were left out for, with the number of files left after each.
    pub steps: Vec<(String, usize)>,
    /// Row groups of the kept files that are read, and all of them, when they were looked at.
    pub row_groups: Option<(usize, usize)>,
    /// Pages of the kept row groups that are read, and all of them, when they were looked at.
    pub pages: Option<(usize, usize)>,
}

impl fmt::Display for ScanReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} of {} files, {} of {}",
            self.table,
            self.files_kept,
            self.files_total,
            Size(self.bytes_kept),
            Size(self.bytes_total)
        )?;
        if let Some((kept, total)) = self.row_groups {
            write!(f, ", {kept} of {total} row groups")?;
        }
        if let Some((kept, total)) = self.pages {
            write!(f, ", {kept} of {total} pages")?;
        }
        for (reason, n_files) in &self.steps {
            write!(f, "\n  {n_files} after {reason}")?;
        }
        Ok(())
    }
}

/// Bytes as people write them.
struct Size(u64);

impl fmt::Display for Size {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut amount = self.0 as f64;
        let mut units = ["KiB", "MiB", "GiB", "TiB"].into_iter();
        let mut unit = "bytes";
        while amount >= 1024.0 {
            let Some(larger) = units.next() else { break };
            amount /= 1024.0;
            unit = larger;
        }
        if unit == "bytes" {
            write!(f, "{} bytes", self.0)
        } else {
            write!(f, "{amount:.1} {unit}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_line_and_its_reasons() {
        let report = ScanReport {
            table: "parcel@3".to_owned(),
            files_kept: 1,
            files_total: 18_863,
            bytes_kept: 900,
            bytes_total: 3 << 29,
            steps: vec![("emd_nm = 청운동".to_owned(), 1)],
            row_groups: Some((2, 8)),
            pages: None,
        };
        let expected = "parcel@3: 1 of 18863 files, 900 bytes of 1.5 GiB, 2 of 8 row groups\n  1 after emd_nm = 청운동";
        assert_eq!(report.to_string(), expected);
        let reports = ScanReports::default();
        reports.push(report);
        assert_eq!((reports.take().len(), reports.take().len()), (1, 0));
    }
}
