//! Counting values that are what is looked for, and saying so.

use std::cmp::Ordering;

use super::Role;

/// How many of a column's values are what is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    /// The values that are.
    pub matched: usize,
    /// The values that are neither NULL nor blank.
    pub values: usize,
    /// The rows of the sample.
    pub rows: usize,
}

/// A column that may have a role.
#[derive(Debug)]
pub struct Candidate {
    pub column: usize,
    pub role: Role,
    pub tally: Tally,
    pub evidence: String,
    /// Whether the column is called so, too.
    pub is_named: bool,
}

impl Tally {
    /// The share of the values, from 0 to 1; 0 without values.
    pub fn share(&self) -> f64 {
        if self.values == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a sample is small")]
        let share = self.matched as f64 / self.values as f64;
        share
    }

    /// The share as people write it: `99.9 %`; `100 %` only where nothing is missing.
    pub fn percent(&self) -> String {
        let per_mille = (self.matched * 1000).checked_div(self.values).unwrap_or(0);
        match (per_mille / 10, per_mille % 10) {
            (whole, 0) => format!("{whole} %"),
            (whole, tenths) => format!("{whole}.{tenths} %"),
        }
    }

    /// The share with what it is of: `99.9 % of 10,000 rows`, `100 % of 9,000 values (1,000 rows have none)`.
    pub fn of_rows(&self) -> String {
        let none = self.rows.saturating_sub(self.values);
        let percent = self.percent();
        if none == 0 {
            return format!("{percent} of {}", counted(self.rows, "row"));
        }
        let verb = if none == 1 { "has" } else { "have" };
        format!(
            "{percent} of {} ({} {verb} none)",
            counted(self.values, "value"),
            counted(none, "row")
        )
    }
}

impl Candidate {
    /// Orders candidates: larger share, called so, more values, further left.
    pub fn better_first(&self, other: &Self) -> Ordering {
        // Shares within one percent are equal: a name says more then.
        let percent = |candidate: &Self| (candidate.tally.matched * 100).checked_div(candidate.tally.values);
        let key = |candidate: &Self| (percent(candidate), candidate.is_named, candidate.tally.values);
        key(other).cmp(&key(self)).then(self.column.cmp(&other.column))
    }
}

/// `1 row`, `10,000 rows`.
pub fn counted(count: usize, noun: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{grouped} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_not_rounded_up_to_all() {
        let tally = |matched, values, rows| Tally { matched, values, rows }.of_rows();
        assert_eq!(tally(10_000, 10_000, 10_000), "100 % of 10,000 rows");
        assert_eq!(tally(9_999, 10_000, 10_000), "99.9 % of 10,000 rows");
        assert_eq!(tally(1, 1, 2), "100 % of 1 value (1 row has none)");
        assert_eq!(tally(0, 0, 0), "0 % of 0 rows");
    }
}
