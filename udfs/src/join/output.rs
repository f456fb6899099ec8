//! What a join gives out, by its type.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use datafusion::common::{JoinSide, JoinType};
use datafusion::error::Result;
use datafusion::physical_plan::joins::utils::ColumnIndex;

use super::build::BuildSide;
use super::pairs::{Pairs, Sides, columns, left_column, one_sided, places_of};

/// The type of a join with the columns that it gives out.
#[derive(Clone, Debug)]
pub struct Output {
    /// The type.
    pub join_type: JoinType,
    /// The columns' schema.
    pub schema: SchemaRef,
    /// Where each column comes from.
    pub places: Vec<ColumnIndex>,
}

impl Output {
    /// Whether it must be known at the end which left rows matched.
    pub fn tracks_left(&self) -> bool {
        matches!(
            self.join_type,
            JoinType::Left | JoinType::Full | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark
        )
    }

    /// Whether it must be known of a right batch which of its rows matched.
    pub fn tracks_right(&self) -> bool {
        matches!(
            self.join_type,
            JoinType::Right | JoinType::Full | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark
        )
    }

    /// Whether matching pairs themselves are given out.
    pub fn has_pairs(&self) -> bool {
        matches!(
            self.join_type,
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full
        )
    }

    /// The rows of matching pairs.
    pub fn pairs(&self, build: &BuildSide, right: &RecordBatch, pairs: &Pairs) -> Result<RecordBatch> {
        columns(Arc::clone(&self.schema), &self.places, &Sides { build, right, pairs })
    }

    /// What a right batch adds when all its pairs are known; `None` when that is nothing. With `among`, only rows for which
    /// that is true are added.
    pub fn right_end(
        &self,
        right: &RecordBatch,
        matched: &BooleanArray,
        among: Option<&BooleanArray>,
    ) -> Result<Option<RecordBatch>> {
        let wanted = match self.join_type {
            JoinType::Right | JoinType::Full | JoinType::RightAnti => Some(false),
            JoinType::RightSemi => Some(true),
            JoinType::RightMark => None,
            _ => return Ok(None),
        };
        let rows: UInt32Array = (0_u32..)
            .zip(matched.values())
            .filter(|(_, matched)| wanted.is_none_or(|wanted| wanted == *matched))
            .map(|(row, _)| row)
            .filter(|row| among.is_none_or(|among| among.value(*row as usize)))
            .collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let mark = match wanted {
            None => Some(take(matched, &rows, None)?.as_boolean().clone()),
            Some(_) => None,
        };
        let column = |place: usize, _: &_| Ok(take(right.column(place), &rows, None)?);
        one_sided(
            Arc::clone(&self.schema),
            &self.places,
            JoinSide::Right,
            rows.len(),
            column,
            mark.as_ref(),
        )
        .map(Some)
    }

    /// The numbers of the left rows that are given out when all right rows were seen.
    pub fn left_end_rows(&self, build: &BuildSide) -> Vec<u32> {
        let wanted = match self.join_type {
            JoinType::Left | JoinType::Full | JoinType::LeftAnti => Some(false),
            JoinType::LeftSemi => Some(true),
            JoinType::LeftMark => None,
            _ => return Vec::new(),
        };
        let n_rows = u32::try_from(build.rows.n_rows()).unwrap_or(u32::MAX);
        (0..n_rows)
            .filter(|row| wanted.is_none_or(|wanted| wanted == build.matches.has(*row)))
            .collect()
    }

    /// Some of these rows.
    pub fn left_end(&self, build: &BuildSide, rows: &[u32]) -> Result<RecordBatch> {
        let places = places_of(build, rows);
        let mark = (self.join_type == JoinType::LeftMark).then(|| {
            rows.iter()
                .map(|row| Some(build.matches.has(*row)))
                .collect::<BooleanArray>()
        });
        let column = |place: usize, data_type: &_| left_column(build, place, &places, data_type);
        one_sided(
            Arc::clone(&self.schema),
            &self.places,
            JoinSide::Left,
            rows.len(),
            column,
            mark.as_ref(),
        )
    }
}
