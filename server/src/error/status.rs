//! What a client is told of an error: a gRPC status with a code and a message.

use arrow::error::ArrowError;
use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tracing::error;

use super::{Error, chain, details};

/// The one place that decides what a client is told. Causes that are ours are logged here and not told.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let code = code_of(&error);
        let message = match code {
            Code::Internal | Code::DataLoss => {
                error!(error = chain(&error), "request failed");
                told_of(&error).to_owned()
            }
            _ => message_of(&error),
        };
        Status::with_error_details(code, message, details::details(&error, code))
    }
}

fn code_of(error: &Error) -> Code {
    match error {
        Error::TableNotFound { .. } | Error::DatasetNotFound { .. } | Error::NoQuery { .. } => Code::NotFound,
        Error::Cancelled => Code::Cancelled,
        Error::Timeout { .. } => Code::DeadlineExceeded,
        Error::NotAuthenticated => Code::Unauthenticated,
        Error::Unsupported { .. } => Code::Unimplemented,
        Error::NotYours { .. } => Code::PermissionDenied,
        Error::DatasetInSql { .. }
        | Error::Clause { .. }
        | Error::FunctionArguments { .. }
        | Error::PiljiQl(_)
        | Error::AmbiguousColumn { .. }
        | Error::NotAQuery { .. }
        | Error::ManyStatements
        | Error::TicketForged
        | Error::TicketExpired { .. }
        | Error::Parameters { .. }
        | Error::Value { .. }
        | Error::Unbound { .. }
        | Error::UnknownOption { .. }
        | Error::OptionValue { .. }
        | Error::Request { .. } => Code::InvalidArgument,
        Error::View { cause, .. } => code_of(cause),
        Error::Query(source) => code_of_query(source),
        Error::Rows(source) => code_of_arrow(source),
        Error::Catalog(source) => code_of_catalog(source),
        Error::Answer { code, .. } => *code,
        Error::ConfigRead { .. }
        | Error::ConfigFile { .. }
        | Error::ConfigInvalid { .. }
        | Error::Json { .. }
        | Error::WarehouseNotSet
        | Error::GraceTooShort { .. }
        | Error::NotConfirmed { .. }
        | Error::LogFilter { .. }
        | Error::Threads { .. }
        | Error::Random
        | Error::TokenNeeded { .. }
        | Error::TokenText
        | Error::Listen { .. }
        | Error::Serve { .. }
        | Error::Signal { .. }
        | Error::Ingest(_)
        | Error::Crashed { .. }
        | Error::NoParcels { .. }
        | Error::Areas { .. }
        | Error::AreaFile { .. }
        | Error::TokenWanted
        | Error::Url { .. }
        | Error::Connect { .. }
        | Error::Protocol { .. }
        | Error::Output { .. }
        | Error::Usage { .. }
        | Error::Editor { .. }
        | Error::Draft { .. }
        | Error::ReadQuery { .. }
        | Error::InputText { .. }
        | Error::Format { .. }
        | Error::Geometry { .. } => Code::Internal,
    }
}

fn code_of_catalog(error: &pilji_catalog::Error) -> Code {
    use pilji_catalog::Error as Catalog;
    match error {
        Catalog::NoDataset { .. }
        | Catalog::NoVersion { .. }
        | Catalog::NoVintage { .. }
        | Catalog::Vacuumed { .. }
        | Catalog::LogIncomplete { .. }
        | Catalog::NoModel { .. }
        | Catalog::NoConnection { .. }
        | Catalog::SourceMissing { .. }
        | Catalog::SourceEmpty { .. }
        // Of a path that the client has named, which is within the roots.
        | Catalog::Io { action: "find", .. } => Code::NotFound,
        Catalog::DatasetName { .. }
        | Catalog::Name { .. }
        | Catalog::Location { .. }
        | Catalog::NoColumn { .. }
        | Catalog::ColumnType { .. }
        | Catalog::SourceOption { .. }
        | Catalog::SourceFormat { .. }
        | Catalog::SourceKind { .. }
        | Catalog::SourceTree { .. }
        | Catalog::SourceSchema { .. }
        | Catalog::SourceRow { .. }
        | Catalog::SourceValue(_)
        | Catalog::SourceParquet { .. }
        | Catalog::SourceColumns { .. }
        | Catalog::NotStored { .. }
        | Catalog::View { .. }
        | Catalog::StoredColumns { .. }
        | Catalog::StoredNull { .. }
        | Catalog::StoredValue { .. } => Code::InvalidArgument,
        Catalog::OutsideRoots { .. } => Code::PermissionDenied,
        Catalog::Exists { .. } => Code::AlreadyExists,
        Catalog::Changed { .. } => Code::Aborted,
        Catalog::Toml { .. } | Catalog::Secret { .. } | Catalog::Connection { .. } => Code::FailedPrecondition,
        _ => Code::Internal,
    }
}

fn code_of_query(error: &DataFusionError) -> Code {
    match error.find_root() {
        DataFusionError::SQL(..)
        | DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::Configuration(_)
        | DataFusionError::Execution(_) => Code::InvalidArgument,
        DataFusionError::NotImplemented(_) => Code::Unimplemented,
        DataFusionError::ResourcesExhausted(_) => Code::ResourceExhausted,
        DataFusionError::ArrowError(source, _) => code_of_arrow(source),
        DataFusionError::External(source) => source
            .downcast_ref::<pilji_catalog::Error>()
            .map_or(Code::Internal, code_of_catalog),
        // Files, faults, and wrappers, which `find_root` takes off.
        _ => Code::Internal,
    }
}

fn code_of_arrow(error: &ArrowError) -> Code {
    match error {
        ArrowError::CastError(_)
        | ArrowError::ParseError(_)
        | ArrowError::ComputeError(_)
        | ArrowError::DivideByZero
        | ArrowError::ArithmeticOverflow(_)
        | ArrowError::InvalidArgumentError(_)
        | ArrowError::SchemaError(_)
        | ArrowError::OffsetOverflowError(_) => Code::InvalidArgument,
        ArrowError::NotYetImplemented(_) => Code::Unimplemented,
        ArrowError::MemoryError(_) => Code::ResourceExhausted,
        _ => Code::Internal,
    }
}

/// The message of an error that is the client's to mend.
fn message_of(error: &Error) -> String {
    match error {
        Error::Query(source) => query_message(source),
        Error::View { view, cause } => format!("the view {view} cannot be read: {}", message_of(cause)),
        error => chain(error),
    }
}

/// The innermost message, without the words that say which part of the planner it comes from.
fn query_message(error: &DataFusionError) -> String {
    match error.find_root() {
        DataFusionError::SQL(source, _) => match source.as_ref() {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.clone(),
            ParserError::RecursionLimitExceeded => "the text is nested too deeply".to_owned(),
        },
        DataFusionError::Plan(text) | DataFusionError::Execution(text) | DataFusionError::ResourcesExhausted(text) => {
            text.clone()
        }
        DataFusionError::NotImplemented(text) => format!("not implemented: {text}"),
        DataFusionError::SchemaError(source, _) => schema_message(source),
        DataFusionError::ArrowError(source, _) => source.to_string(),
        DataFusionError::External(source) => match source.downcast_ref::<pilji_catalog::Error>() {
            Some(error) => chain(error),
            None => source.to_string(),
        },
        root => root.strip_backtrace(),
    }
}

/// The message of a wrong name. `DataFusion`'s own names a setting that a client cannot reach.
fn schema_message(error: &SchemaError) -> String {
    let text = error.to_string();
    let SchemaError::FieldNotFound { valid_fields, .. } = error else {
        return text;
    };
    let first_line = text.lines().next().unwrap_or_default();
    if valid_fields.is_empty() {
        return first_line.to_owned();
    }
    let of_one_table = valid_fields
        .iter()
        .all(|column| column.relation == valid_fields[0].relation);
    let columns: Vec<String> = valid_fields
        .iter()
        .map(|column| {
            if of_one_table {
                Column::new_unqualified(column.name()).quoted_flat_name()
            } else {
                column.quoted_flat_name()
            }
        })
        .collect();
    let needs_quotes = columns.iter().any(|column| column.contains('"'));
    let hint = if needs_quotes {
        " (capitals need the double quotes)"
    } else {
        ""
    };
    format!("{first_line}\nColumns{hint}: {}", columns.join(", "))
}

/// What a client is told of a failure that is ours: no cause, because causes carry paths.
fn told_of(error: &Error) -> &'static str {
    match error {
        Error::Query(source) => match source.find_root() {
            DataFusionError::ParquetError(_) | DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => {
                "cannot read the dataset's files; the server's log says more"
            }
            _ => "the query failed on a fault of the server; its log says more",
        },
        Error::Catalog(_) => "cannot read the warehouse; the server's log says more",
        _ => "the request failed on a fault of the server; its log says more",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: Error, code: Code, message: &str) {
        let status = Status::from(error);
        assert_eq!(status.code(), code, "{status:?}");
        assert_eq!(status.message(), message);
    }

    #[test]
    fn errors_have_their_codes_and_say_what_was_found() {
        check(
            Error::TableNotFound {
                name: "parcels".to_owned(),
                known: vec!["parcel".to_owned()],
            },
            Code::NotFound,
            r#"table "parcels" not found; tables are parcel"#,
        );
        check(
            Error::Query(DataFusionError::Plan("no".to_owned()).context("while planning")),
            Code::InvalidArgument,
            "no",
        );
        check(
            Error::Query(DataFusionError::ResourcesExhausted("5 B".to_owned())),
            Code::ResourceExhausted,
            "5 B",
        );
        check(
            Error::Query(DataFusionError::ArrowError(Box::new(ArrowError::DivideByZero), None)),
            Code::InvalidArgument,
            "Divide by zero error",
        );
    }

    #[test]
    fn a_wrong_column_is_answered_with_the_columns_there_are() {
        let not_found = |field: &str, columns: &[&str]| {
            let valid_fields = columns
                .iter()
                .map(|name| Column::new(Some("dong"), (*name).to_owned()))
                .collect();
            let field = Box::new(Column::new_unqualified(field));
            let source = SchemaError::FieldNotFound { field, valid_fields };
            Error::Query(DataFusionError::SchemaError(Box::new(source), Box::new(None)))
        };
        check(
            not_found("emd_cd", &["geometry", "EMD_CD"]),
            Code::InvalidArgument,
            "No field named emd_cd. Did you mean 'dong.\"EMD_CD\"'?\n\
             Columns (capitals need the double quotes): geometry, \"EMD_CD\"",
        );
        check(
            not_found("pnuu", &["pnu", "jimok"]),
            Code::InvalidArgument,
            "No field named pnuu. Did you mean 'dong.pnu'?\nColumns: pnu, jimok",
        );
        check(not_found("x", &[]), Code::InvalidArgument, "No field named x.");
    }

    #[test]
    fn our_own_faults_leak_no_path() {
        let source = std::io::Error::other("/srv/pilji/secret.parquet is gone");
        check(
            Error::Query(DataFusionError::IoError(source)),
            Code::Internal,
            "cannot read the dataset's files; the server's log says more",
        );
    }
}
