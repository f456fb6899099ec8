//! Records of sqllogictest files, asked of a Flight SQL server one by one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type, Schema};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, DurationFormat, FormatOptions};
use arrow_flight::error::FlightError;
use arrow_flight::sql::client::FlightSqlServiceClient;
use async_trait::async_trait;
use futures::TryStreamExt;
use serde::Serialize;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Record, Runner, TestErrorKind};
use tonic::transport::{Channel, Endpoint};

use crate::error::{Error, Result};

/// Digits after the point that are compared, as `DataFusion`'s own runner does.
const FRACTION_DIGITS: usize = 12;

/// Time after which an answer is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// What became of a record.
#[derive(Debug, Serialize)]
pub struct Outcome {
    file: String,
    line: u32,
    /// The statement or query.
    sql: String,
    /// Whether the record expects an error.
    wants_error: bool,
    /// Why it failed; nothing when it passed.
    failure: Option<String>,
}

/// Asks the records of files, each file as a user of its own, and reports each outcome.
///
/// # Errors
///
/// [`Error::Connect`] when nobody answers, [`Error::Records`] for a file that cannot be read.
pub async fn ask(
    url: &str,
    root: &Path,
    files: &[PathBuf],
    report: &mut dyn FnMut(&Outcome) -> Result<()>,
) -> Result<()> {
    for file in files {
        let records = sqllogictest::parse_file::<DefaultColumnType>(file).map_err(|source| Error::Records {
            path: file.clone(),
            reason: source.to_string(),
        })?;
        let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
        let user = name.trim_end_matches(".slt").replace(['/', '.'], "_");
        let client = connect(url, &user).await?;
        let mut client = Some(Database { client });
        let mut runner = Runner::new(move || {
            let next = client.take();
            async move { next.ok_or(FlightError::NotYetImplemented("a second connection".to_owned())) }
        });
        runner.with_normalizer(trimmed);
        runner.with_validator(same_rows);
        runner.add_label("Datafusion");
        for record in records {
            let asked = match &record {
                Record::Statement { loc, sql, expected, .. } => Some((
                    loc.line(),
                    sql.clone(),
                    matches!(expected, sqllogictest::StatementExpect::Error(_)),
                )),
                Record::Query { loc, sql, expected, .. } => Some((
                    loc.line(),
                    sql.clone(),
                    matches!(expected, sqllogictest::QueryExpect::Error(_)),
                )),
                Record::Halt { .. } => break,
                _ => None,
            };
            let outcome = runner.run_async(record).await;
            if let Some((line, sql, wants_error)) = asked {
                let failure = outcome.err().and_then(|error| shown(&error.kind()));
                report(&Outcome {
                    file: name.clone(),
                    line,
                    sql,
                    wants_error,
                    failure,
                })?;
            }
        }
    }
    Ok(())
}

/// What a user would be told of a failure. An error where one is wanted is none: its words are the server's own.
fn shown(kind: &TestErrorKind) -> Option<String> {
    match kind {
        TestErrorKind::ErrorMismatch { .. } => None,
        TestErrorKind::Fail { err, .. } => Some(format!("error: {err}")),
        other => Some(other.to_string()),
    }
}

async fn connect(url: &str, user: &str) -> Result<FlightSqlServiceClient<Channel>> {
    let connect = async || Endpoint::from_shared(url.to_owned())?.connect().await;
    let channel = connect().await.map_err(|source| Error::Connect {
        url: url.to_owned(),
        source,
    })?;
    let mut client = FlightSqlServiceClient::new(channel);
    client.set_token(format!("{user}:"));
    Ok(client)
}

struct Database {
    client: FlightSqlServiceClient<Channel>,
}

impl Database {
    async fn ask(&mut self, sql: &str) -> std::result::Result<(Schema, Vec<RecordBatch>), FlightError> {
        let info = self.client.execute(sql.to_owned(), None).await?;
        let schema = info.clone().try_decode_schema()?;
        let mut batches = Vec::new();
        for ticket in info.endpoint.into_iter().filter_map(|endpoint| endpoint.ticket) {
            let mut more = self.client.do_get(ticket).await?.try_collect().await?;
            batches.append(&mut more);
        }
        Ok((schema, batches))
    }
}

#[async_trait]
impl AsyncDB for Database {
    type Error = FlightError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> std::result::Result<DBOutput<DefaultColumnType>, FlightError> {
        let keyword = sql.trim_start().get(..6).unwrap_or_default().to_ascii_uppercase();
        if keyword == "INSERT" {
            // The files have the number of rows as a row.
            let rows = self.client.execute_update(sql.to_owned(), None).await?;
            return Ok(DBOutput::Rows {
                types: vec![DefaultColumnType::Any],
                rows: vec![vec![rows.to_string()]],
            });
        }
        let asked = tokio::time::timeout(PATIENCE, self.ask(sql)).await;
        let (schema, batches) =
            asked.map_err(|_| FlightError::protocol(format!("no answer within {} s", PATIENCE.as_secs())))??;
        if ["CREATE", "DROP T", "DROP V"].contains(&keyword.as_str()) {
            // They count no rows, whatever a new table holds.
            return Ok(DBOutput::StatementComplete(0));
        }
        let mut rows = Vec::new();
        for batch in &batches {
            append(batch, &mut rows)?;
        }
        Ok(DBOutput::Rows {
            types: vec![DefaultColumnType::Any; schema.fields().len()],
            rows,
        })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &'static str {
        "Datafusion"
    }
}

fn append(batch: &RecordBatch, rows: &mut Vec<Vec<String>>) -> std::result::Result<(), FlightError> {
    let options = FormatOptions::new()
        .with_null("NULL")
        .with_date_format(Some("%Y-%m-%d"))
        .with_datetime_format(Some("%Y-%m-%dT%H:%M:%S%.f"))
        .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.f"))
        .with_time_format(Some("%H:%M:%S%.f"))
        .with_duration_format(DurationFormat::Pretty);
    let formatters: Vec<ArrayFormatter> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
        .collect::<std::result::Result<_, _>>()?;
    for row in 0..batch.num_rows() {
        let cells = batch.columns().iter().zip(&formatters);
        let mut cells: Vec<String> = cells.map(|(column, formatter)| cell(column, row, formatter)).collect();
        // The lines of a text in the last column are rows of their own, with their numbers.
        let last = cells.pop().unwrap_or_default();
        if last.contains('\n') {
            rows.push(cells);
            for (idx, line) in last.split('\n').enumerate() {
                let content = line.trim_start();
                let depth = "-".repeat(line.len() - content.len());
                rows.push(vec![format!("{:02}){depth}{content}", idx + 1)]);
            }
        } else {
            cells.push(last);
            rows.push(cells);
        }
    }
    Ok(())
}

/// A value as such files write it.
fn cell(column: &dyn Array, row: usize, formatter: &ArrayFormatter) -> String {
    if column.is_null(row) {
        return "NULL".to_owned();
    }
    match column.data_type() {
        DataType::Float16 => number(
            f64::from(column.as_primitive::<Float16Type>().value(row)),
            formatter,
            row,
        ),
        DataType::Float32 => number(
            f64::from(column.as_primitive::<Float32Type>().value(row)),
            formatter,
            row,
        ),
        DataType::Float64 => {
            let value = column.as_primitive::<Float64Type>().value(row);
            if value.is_finite() {
                rounded(value)
            } else {
                number(value, formatter, row)
            }
        }
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            without_zeros(&formatter.value(row).to_string())
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => match formatter.value(row).to_string().as_str() {
            "" => "(empty)".to_owned(),
            text => text.trim_end_matches('\n').replace('\0', "\\0"),
        },
        _ => formatter.value(row).to_string(),
    }
}

fn number(value: f64, formatter: &ArrayFormatter, row: usize) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        // What the narrow type itself writes, without an exponent.
        let text = formatter.value(row).to_string();
        text.parse::<f64>().map_or(text, rounded)
    }
}

/// A number with at most so many digits after the point.
fn rounded(value: f64) -> String {
    let text = format!("{value}");
    let is_long = text
        .split_once('.')
        .is_some_and(|(_, fraction)| fraction.len() > FRACTION_DIGITS);
    without_zeros(&if is_long {
        format!("{value:.FRACTION_DIGITS$}")
    } else {
        text
    })
}

/// A decimal text without zeros at its end.
fn without_zeros(text: &str) -> String {
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[expect(clippy::ptr_arg, reason = "the library wants it so")]
fn trimmed(text: &String) -> String {
    text.trim_end().to_owned()
}

/// Whether rows are those that are expected, of which parts may be left open.
fn same_rows(normalizer: sqllogictest::Normalizer, actual: &[Vec<String>], expected: &[String]) -> bool {
    const OPEN: &str = "<slt:ignore>";
    let expected: Vec<String> = expected.iter().map(normalizer).collect();
    let actual: Vec<String> = actual.iter().map(|cells| normalizer(&cells.join(" "))).collect();
    if !expected.iter().any(|line| line.contains(OPEN)) {
        return actual == expected;
    }
    let (expected, actual) = (expected.join("\n"), actual.join("\n"));
    let mut rest = actual.as_str();
    for (idx, part) in expected.split(OPEN).enumerate() {
        match rest.find(part) {
            Some(at) if idx > 0 || at == 0 => rest = &rest[at + part.len()..],
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_the_files() {
        for (value, expected) in [
            (0.1 + 0.2, "0.3"),
            (1.0, "1"),
            (-0.0, "0"),
            (1e21, "1000000000000000000000"),
            (0.999_999_999_999_9, "1"),
            (-2.5, "-2.5"),
            (1e-13, "0"),
            (-1e-13, "0"),
        ] {
            assert_eq!(rounded(value), expected);
        }
        assert_eq!(without_zeros("1.500"), "1.5");
        assert_eq!(without_zeros("100"), "100");
    }
}
