//! How many rows `geojoin` has matched in which way, told beside an answer, so that nobody need count them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use serde_json::{Map, Value};

/// The column that says how a row was matched.
const COLUMN: &str = "match_status";

/// What it says.
const STATUSES: [&str; 4] = ["exact", "normalized", "ambiguous", "none"];

/// Rows of an answer by how they were matched. Clones count together.
#[derive(Debug, Clone)]
pub struct Matches {
    column: usize,
    counts: Arc<[AtomicU64; STATUSES.len()]>,
}

impl Matches {
    /// For an answer that says it of its rows.
    pub fn of(schema: &Schema) -> Option<Self> {
        let (column, field) = schema.column_with_name(COLUMN)?;
        (field.data_type() == &DataType::Utf8).then(|| Self {
            column,
            counts: Arc::default(),
        })
    }

    /// Counts more rows.
    pub fn count(&self, batch: &RecordBatch) {
        let mut counts = [0; STATUSES.len()];
        for said in batch.column(self.column).as_string::<i32>().iter().flatten() {
            if let Some(status) = STATUSES.iter().position(|status| *status == said) {
                counts[status] += 1;
            }
        }
        for (count, more) in self.counts.iter().zip(counts) {
            count.fetch_add(more, Ordering::Relaxed);
        }
    }

    /// The rows so far, by their status.
    pub fn counts(&self) -> Value {
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed).into());
        let by_status: Map<String, Value> = STATUSES.map(str::to_owned).into_iter().zip(counts).collect();
        by_status.into()
    }
}
