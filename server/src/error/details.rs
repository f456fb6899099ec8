//! What programs are told of an error beside its message: a reason that stays the same, and where in the text it is.
//!
//! It travels as `google.rpc.ErrorInfo` in the status details, which every gRPC library reads; `docs/sql.md` lists the
//! reasons.

use std::collections::HashMap;

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use tonic::Code;
use tonic_types::ErrorDetails;

use super::Error;

/// Who gives the reasons.
pub const DOMAIN: &str = "pilji";

/// The details of an error that is answered with a code.
pub fn details(error: &Error, code: Code) -> ErrorDetails {
    let mut metadata = HashMap::new();
    if let Some((line, column)) = position(error) {
        metadata.insert("line".to_owned(), line.to_string());
        metadata.insert("column".to_owned(), column.to_string());
    }
    if let Some(diagnostics) = diagnostics(error) {
        metadata.insert("diagnostics".to_owned(), diagnostics);
    }
    ErrorDetails::with_error_info(reason(error, code), DOMAIN, metadata)
}

/// The reason, as a word that programs can compare.
fn reason(error: &Error, code: Code) -> &'static str {
    match error {
        Error::TableNotFound { .. } | Error::DatasetNotFound { .. } => "TABLE_NOT_FOUND",
        Error::NoQuery { .. } => "QUERY_NOT_FOUND",
        Error::AmbiguousColumn { .. } => "COLUMN_AMBIGUOUS",
        Error::NotAQuery { .. } => "STATEMENT_NOT_ACCEPTED",
        Error::ManyStatements => "STATEMENTS_TOO_MANY",
        Error::Clause { .. } => "CLAUSE_NOT_SUPPORTED",
        Error::FunctionArguments { .. } => "FUNCTION_ARGUMENTS_WRONG",
        Error::PiljiQl(_) => "PILJIQL_WRONG",
        Error::Parameters { .. } | Error::Unbound { .. } => "PARAMETERS_WRONG",
        Error::Value { .. } => "VALUE_WRONG",
        Error::UnknownOption { .. } | Error::OptionValue { .. } => "OPTION_WRONG",
        Error::TicketForged => "TICKET_FORGED",
        Error::TicketExpired { .. } => "TICKET_EXPIRED",
        Error::NotYours { .. } | Error::DatasetInSql { .. } => "TABLE_NOT_YOURS",
        Error::View { cause, .. } => reason(cause, code),
        Error::Query(source) => reason_of_query(source, code),
        _ => reason_of_code(code),
    }
}

fn reason_of_query(error: &DataFusionError, code: Code) -> &'static str {
    match error.find_root() {
        DataFusionError::SQL(..) => "SYNTAX_WRONG",
        DataFusionError::SchemaError(source, _) => match source.as_ref() {
            SchemaError::FieldNotFound { .. } => "COLUMN_NOT_FOUND",
            SchemaError::AmbiguousReference { .. } => "COLUMN_AMBIGUOUS",
            _ => "QUERY_WRONG",
        },
        _ => reason_of_code(code),
    }
}

fn reason_of_code(code: Code) -> &'static str {
    match code {
        Code::Cancelled => "QUERY_CANCELLED",
        Code::DeadlineExceeded => "QUERY_TIMEOUT",
        Code::ResourceExhausted => "MEMORY_EXHAUSTED",
        Code::InvalidArgument => "QUERY_WRONG",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::Aborted => "CHANGED_MEANWHILE",
        Code::PermissionDenied => "NOT_PERMITTED",
        Code::Unauthenticated => "NOT_AUTHENTICATED",
        Code::Unimplemented => "NOT_SUPPORTED",
        Code::FailedPrecondition => "MODEL_BROKEN",
        _ => "FAULT",
    }
}

/// What is wrong with a text in `PiljiQL`, as JSON.
fn diagnostics(error: &Error) -> Option<String> {
    match error {
        Error::PiljiQl(wrong) => serde_json::to_string(&wrong.diagnostics).ok(),
        Error::View { cause, .. } => diagnostics(cause),
        _ => None,
    }
}

/// Line and column of the text, both from 1, where they are known.
fn position(error: &Error) -> Option<(u64, u64)> {
    if let Error::PiljiQl(wrong) = error {
        let (line, column) = pilji_dsl::Places::new(&wrong.text).at(wrong.diagnostics.first()?.span().start);
        return Some((line as u64, column as u64));
    }
    let Error::Query(error) = error else { return None };
    if let Some(span) = error.diagnostic().and_then(|diagnostic| diagnostic.span) {
        return Some((span.start.line, span.start.column));
    }
    let DataFusionError::SQL(source, _) = error.find_root() else {
        return None;
    };
    let (ParserError::ParserError(text) | ParserError::TokenizerError(text)) = source.as_ref() else {
        return None;
    };
    // The parser's messages end with " at Line: 1, Column: 8".
    let (_, place) = text.rsplit_once("Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    Some((line.parse().ok()?, column.trim().parse().ok()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::prelude::SessionContext;

    use super::*;

    async fn said(sql: &str) -> (String, Option<String>, Option<String>) {
        let mut config = datafusion::prelude::SessionConfig::new();
        config.options_mut().sql_parser.collect_spans = true;
        let context = SessionContext::new_with_config(config);
        let error = Error::Query(context.sql(sql).await.unwrap_err());
        let details = details(&error, Code::InvalidArgument);
        let info = details.error_info().unwrap();
        let place = |key: &str| info.metadata.get(key).cloned();
        (info.reason.clone(), place("line"), place("column"))
    }

    #[tokio::test]
    async fn wrong_texts_are_told_with_their_place() {
        let at = |line: &str, column: &str| (Some(line.to_owned()), Some(column.to_owned()));
        for (sql, reason, (line, column)) in [
            ("SELECT (1\nFROM t", "SYNTAX_WRONG", at("2", "1")),
            ("SELECT 'a", "SYNTAX_WRONG", at("1", "8")),
            (
                "SELECT 1,\n  nothing FROM (VALUES (1)) t(a)",
                "COLUMN_NOT_FOUND",
                at("2", "3"),
            ),
        ] {
            assert_eq!(said(sql).await, (reason.to_owned(), line, column), "{sql}");
        }
    }
}
