//! Which roles columns have, told from what is in them.
//!
//! Every column is held against every role; a share of [`ENOUGH`] of its values makes a role, a share of [`NEARLY`]
//! a remark. What a column is called only decides between columns that are equally good. A role goes to one column.
//!
//! Reading order: `values` (what is looked at), `codes`, `names`, `points` (what is looked for), [`roles`] (who gets
//! which role).

mod codes;
mod names;
mod points;
mod tally;
mod values;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::{Role, comments};
use tally::{Candidate, Tally};
use values::Values;

/// The share of a column's values from which on it has a role.
const ENOUGH: f64 = 0.9;

/// The share of a column's values from which on a role is mentioned.
const NEARLY: f64 = 0.5;

/// Key of a field's metadata that names its extension type.
const EXTENSION_NAME: &str = "ARROW:extension:name";

/// What was guessed of the columns of a sample.
#[derive(Debug, Default)]
pub struct Guess {
    /// For every column, its role.
    pub columns: Vec<Option<GuessedRole>>,
    /// What nearly was a role, and what else a person should know.
    pub remarks: Vec<String>,
}

/// A role, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct GuessedRole {
    pub role: Role,
    pub evidence: String,
}

/// A column of the sample.
struct Column<'a> {
    idx: usize,
    name: &'a str,
    /// The name as it is compared.
    plain: String,
    /// The column's extension type.
    extension: Option<&'a str>,
    rows: usize,
    values: Values,
}

/// Guesses the roles of the columns.
pub fn roles(schema: &SchemaRef, sample: &[RecordBatch]) -> Guess {
    let rows = sample.iter().map(RecordBatch::num_rows).sum();
    let columns: Vec<Column<'_>> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(idx, field)| Column {
            idx,
            name: field.name(),
            plain: comments::plain(field.name()),
            extension: field.metadata().get(EXTENSION_NAME).map(String::as_str),
            rows,
            values: Values::of(sample, idx, field.data_type()),
        })
        .collect();
    let mut candidates = Vec::new();
    let mut remarks = Vec::new();
    for column in &columns {
        codes::pnu(column, &mut candidates, &mut remarks);
        codes::bjd(column, &mut candidates, &mut remarks);
        names::levels(column, &mut candidates);
        names::jibun(column, &mut candidates);
        points::geometry(column, &mut candidates, &mut remarks);
    }
    points::coordinates(&columns, &mut candidates, &mut remarks);
    assign(&columns, candidates, remarks)
}

/// Gives every role to the best of its candidates, and mentions the others.
fn assign(columns: &[Column<'_>], mut candidates: Vec<Candidate>, mut remarks: Vec<String>) -> Guess {
    candidates.sort_by(Candidate::better_first);
    let mut given: Vec<Option<GuessedRole>> = vec![None; columns.len()];
    let mut holders: Vec<(Role, usize)> = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.tally.share() >= ENOUGH) {
        let is_free = !holders.iter().any(|(role, _)| *role == candidate.role);
        if is_free && given[candidate.column].is_none() {
            holders.push((candidate.role, candidate.column));
            given[candidate.column] = Some(GuessedRole {
                role: candidate.role,
                evidence: candidate.evidence.clone(),
            });
        }
    }
    for candidate in &candidates {
        if given[candidate.column].is_some() || candidate.tally.share() < NEARLY {
            continue;
        }
        let (name, role, evidence) = (
            columns[candidate.column].name,
            candidate.role.as_str(),
            &candidate.evidence,
        );
        let holder = holders.iter().find(|(role, _)| *role == candidate.role);
        remarks.push(match holder {
            Some((_, holder)) if candidate.tally.share() >= ENOUGH => {
                format!(
                    "`{name}` looks like {role} too ({evidence}); the role went to `{}`",
                    columns[*holder].name
                )
            }
            _ => format!("`{name}` may be {role}, but not surely ({evidence}); `--role {name}={role}` says that it is"),
        });
    }
    Guess {
        columns: given,
        remarks,
    }
}

impl Column<'_> {
    /// The values as texts without blanks around them, empty ones left out; nothing where texts make no sense.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = match &self.values {
            Values::Text(texts) | Values::Integer(texts, _) => Some(texts),
            _ => None,
        };
        let values = texts.into_iter().flat_map(|texts| texts.iter().flatten());
        values.map(str::trim).filter(|text| !text.is_empty())
    }

    /// A tally of this column's values.
    fn tally(&self, matched: usize, values: usize) -> Tally {
        Tally {
            matched,
            values,
            rows: self.rows,
        }
    }

    /// Whether the column is called one of these.
    fn is_called(&self, names: &[&str]) -> bool {
        names.contains(&self.plain.as_str())
    }
}

#[cfg(test)]
mod tests;
