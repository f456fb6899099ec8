//! A table for people: columns line up, also where Hangul takes two places a letter.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use indicatif::HumanCount;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::RowsWriter;
use super::geometry::with_wkt;
use super::json;
use super::output::Sink;
use crate::error::Result;
use crate::wire_schema::is_geometry;

/// Places that a cell may take; a longer one is cut.
const CELL_PLACES: usize = 60;
/// Places that the last cell of a row may take, which pushes no other aside.
const LAST_CELL_PLACES: usize = 240;
/// Places that a geometry may take.
const GEOMETRY_PLACES: usize = 40;

const NULL: &str = "NULL";
const CUT: char = '…';

/// Collects rows, up to a limit, and writes them when their widths are known.
pub struct TableWriter {
    sink: Sink,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    max_rows: Option<usize>,
    /// Whether there were more rows than the limit.
    cut: bool,
}

struct Column {
    name: String,
    places: usize,
    to_the_right: bool,
}

/// The lines of a cell.
type Cell = Vec<String>;

impl TableWriter {
    /// A table of at most `max_rows` rows; of all when `None`.
    pub fn new(sink: Sink, schema: &SchemaRef, max_rows: Option<usize>) -> Self {
        let last_idx = schema.fields().len().saturating_sub(1);
        let column = |(idx, field): (usize, &std::sync::Arc<arrow::datatypes::Field>)| Column {
            name: clean(field.name()),
            places: match idx {
                _ if is_geometry(field) => GEOMETRY_PLACES,
                idx if idx == last_idx => LAST_CELL_PLACES,
                _ => CELL_PLACES,
            },
            to_the_right: field.data_type().is_numeric(),
        };
        let columns = schema.fields().iter().enumerate().map(column).collect();
        Self {
            sink,
            columns,
            rows: Vec::new(),
            max_rows,
            cut: false,
        }
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.name.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.iter().map(|line| line.width()).fold(*width, usize::max);
            }
        }
        widths
    }

    fn put_row(&mut self, row: &[Cell], widths: &[usize]) -> Result<()> {
        let height = row.iter().map(Vec::len).max().unwrap_or(1);
        for line_idx in 0..height {
            let mut line = String::new();
            for (idx, cell) in row.iter().enumerate() {
                let text = cell.get(line_idx).map_or("", String::as_str);
                let padding = " ".repeat(widths[idx].saturating_sub(text.width()));
                line.push_str(if idx == 0 { "| " } else { " | " });
                if self.columns[idx].to_the_right {
                    line.push_str(&padding);
                    line.push_str(text);
                } else {
                    line.push_str(text);
                    line.push_str(&padding);
                }
            }
            self.sink.put(line + " |\n")?;
        }
        Ok(())
    }

    fn put_rule(&mut self, widths: &[usize]) -> Result<()> {
        let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
        self.sink.put(format!("+{}+\n", dashes.join("+")))
    }
}

impl RowsWriter for TableWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool> {
        let wanted = self.max_rows.map_or(usize::MAX, |max_rows| max_rows - self.rows.len());
        self.cut |= batch.num_rows() > wanted;
        let batch = batch.slice(0, batch.num_rows().min(wanted));
        let batch = with_wkt(&batch, self.rows.len() as u64)?;
        let options = FormatOptions::default();
        let mut cells: Vec<Vec<Cell>> = Vec::with_capacity(batch.num_columns());
        for ((column, field), values) in self.columns.iter().zip(batch.schema().fields()).zip(batch.columns()) {
            let texts: Vec<String> = if matches!(field.data_type(), DataType::Struct(_) | DataType::Map(..)) {
                json::values(field, values)?
            } else {
                let formatter = ArrayFormatter::try_new(values, &options)?;
                (0..values.len())
                    .map(|row| formatter.value(row).try_to_string())
                    .collect::<Result<_, _>>()?
            };
            let cell = |(row, text): (usize, String)| {
                if values.is_null(row) {
                    vec![NULL.to_owned()]
                } else {
                    cell(&text, column.places)
                }
            };
            cells.push(texts.into_iter().enumerate().map(cell).collect());
        }
        for row in 0..batch.num_rows() {
            self.rows.push(
                cells
                    .iter_mut()
                    .map(|column| std::mem::take(&mut column[row]))
                    .collect(),
            );
        }
        Ok(!self.cut)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let widths = self.widths();
        let names: Vec<Cell> = self.columns.iter().map(|column| vec![column.name.clone()]).collect();
        let rows = std::mem::take(&mut self.rows);
        self.put_rule(&widths)?;
        self.put_row(&names, &widths)?;
        self.put_rule(&widths)?;
        for row in &rows {
            self.put_row(row, &widths)?;
        }
        self.put_rule(&widths)?;
        let n_rows = HumanCount(rows.len() as u64);
        let summary = match (self.cut, rows.len()) {
            (true, _) => format!("(the first {n_rows} rows; --limit 0 shows all, --format csv writes all)\n"),
            (false, 1) => "(1 row)\n".to_owned(),
            (false, _) => format!("({n_rows} rows)\n"),
        };
        self.sink.put(summary)?;
        self.sink.finish()
    }
}

/// The lines of a text, each cut to a number of places.
fn cell(text: &str, places: usize) -> Cell {
    let lines: Cell = text.lines().map(|line| cut(&clean(line), places)).collect();
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// A line without the characters that move the cursor or change colours.
fn clean(line: &str) -> String {
    line.chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect()
}

fn cut(line: &str, places: usize) -> String {
    if line.width() <= places {
        return line.to_owned();
    }
    let mut width = 0;
    let mut text: String = line
        .chars()
        .take_while(|char| {
            width += char.width().unwrap_or(0);
            width < places
        })
        .collect();
    text.push(CUT);
    text
}
