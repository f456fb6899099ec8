//! A change of a dataset as the actions of a Delta commit.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use chrono::Utc;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::CommitData;
use deltalake_core::kernel::{Action, Add, Metadata, Protocol, Remove, new_metadata};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use serde_json::json;
use url::Url;

use crate::publish::{Change, Publication, commit_metadata};
use crate::vacuum::VacuumOptions;
use crate::{DataFile, Error, Replace, Result, delta_stats, log_schema};

/// Table properties of a dataset: its history is kept, and every leaf column has statistics.
const CONFIGURATION: [(&str, &str); 2] = [
    ("delta.enableExpiredLogCleanup", "false"),
    ("delta.dataSkippingNumIndexedCols", "-1"),
];

/// The table property that names how rows are distributed over files.
pub const LAYOUT_PROPERTY: &str = "pilji.layout";

/// The bytes of the log entry that makes the change of a dataset; the first entry also creates it.
pub fn commit_bytes(
    name: &str,
    dir: &Path,
    creates: bool,
    publication: &Publication,
    change: &Change,
) -> Result<Vec<u8>> {
    let failed = |source| Error::Log {
        action: "write",
        dataset: name.to_owned(),
        source: Box::new(source),
    };
    let mut actions = Vec::with_capacity(change.added.len() + change.removed.len() + 3);
    let operation = if creates {
        let (protocol, metadata) = table_actions(publication).map_err(failed)?;
        actions.push(Action::Protocol(protocol.clone()));
        actions.push(Action::Metadata(metadata.clone()));
        let location = Url::from_directory_path(dir)
            .map_err(|()| failed(DeltaTableError::InvalidTableLocation(dir.display().to_string())))?;
        DeltaOperation::Create {
            mode: SaveMode::ErrorIfExists,
            location,
            protocol,
            metadata,
        }
    } else {
        write_operation(publication, change)
    };
    for file in &change.removed {
        actions.push(Action::Remove(remove(file)));
    }
    for file in &change.added {
        actions.push(Action::Add(add(name, dir, file)?));
    }
    let commit = CommitData::new(actions, operation, commit_metadata(publication, change), Vec::new());
    let bytes = commit.get_bytes().map_err(|source| failed(source.into()))?;
    Ok(bytes.to_vec())
}

/// The bytes of the log entry of a vacuum, which is written before the first file goes: it names what nobody can rely on
/// from then on.
///
/// It has no `add` and no `remove`, as the files were removed from the dataset long ago; Delta's own vacuum writes
/// such entries, too, and every reader passes over them.
pub fn vacuum_bytes(name: &str, options: &VacuumOptions, files: &[String]) -> Result<Vec<u8>> {
    let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let operation = DeltaOperation::VacuumStart {
        retention_check_enabled: true,
        specified_retention_millis: Some(millis(options.grace)),
        default_retention_millis: millis(VacuumOptions::default().grace),
    };
    let keep: Vec<String> = options.keep.iter().map(ToString::to_string).collect();
    let vacuumed = json!({ "files": files, "keep": keep });
    let metadata = HashMap::from([("vacuumed".to_owned(), vacuumed)]);
    let commit = CommitData::new(Vec::new(), operation, metadata, Vec::new());
    let bytes = commit.get_bytes().map_err(|source| Error::Log {
        action: "write",
        dataset: name.to_owned(),
        source: Box::new(source.into()),
    })?;
    Ok(bytes.to_vec())
}

/// The schema as it comes back from the log: Delta has fewer types than Arrow.
pub fn stored_schema(schema: &Schema) -> Result<SchemaRef> {
    let unsupported = |detail: String| Error::ColumnType { detail };
    let mut fields = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let alone = Schema::new(vec![Field::clone(field)]);
        let stored = log_schema::to_log(&alone).and_then(|kernel| log_schema::from_log(&kernel));
        let Ok(stored) = stored else {
            return Err(unsupported(format!("{:?} is {}", field.name(), field.data_type())));
        };
        fields.extend(stored.fields().iter().cloned());
    }
    Ok(Schema::new(fields).into())
}

/// The protocol and metadata of a new dataset: as low a protocol as the columns allow, so that every reader can read it.
fn table_actions(publication: &Publication) -> Result<(Protocol, Metadata), DeltaTableError> {
    let local_time = publication
        .schema
        .fields()
        .iter()
        .any(|field| has_local_time(field.data_type()));
    let protocol = if local_time {
        json!({ "minReaderVersion": 3, "minWriterVersion": 7,
                "readerFeatures": ["timestampNtz"], "writerFeatures": ["timestampNtz"] })
    } else {
        json!({ "minReaderVersion": 1, "minWriterVersion": 2 })
    };
    let schema = log_schema::to_log(&publication.schema)?;
    let layout = publication.layout.as_deref().map(|layout| (LAYOUT_PROPERTY, layout));
    let configuration = CONFIGURATION.into_iter().chain(layout);
    let metadata = new_metadata(&schema, &publication.partition_columns, configuration)?;
    Ok((serde_json::from_value(protocol)?, metadata))
}

/// True for a timestamp without time zone, which is a reader feature of its own in Delta.
fn has_local_time(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(_, None) => true,
        DataType::Struct(children) => children.iter().any(|child| has_local_time(child.data_type())),
        DataType::List(item) | DataType::LargeList(item) | DataType::Map(item, _) => has_local_time(item.data_type()),
        _ => false,
    }
}

fn write_operation(publication: &Publication, change: &Change) -> DeltaOperation {
    let predicate = match &publication.replace {
        Replace::Dataset => None,
        Replace::Sigungu(regions) => {
            let terms: Vec<String> = regions
                .union(&change.succeeded)
                .map(|(si_nm, sgg_nm)| match sgg_nm {
                    Some(sgg_nm) => format!("(si_nm = {} AND sgg_nm = {})", quoted(si_nm), quoted(sgg_nm)),
                    None => format!("(si_nm = {} AND sgg_nm IS NULL)", quoted(si_nm)),
                })
                .collect();
            Some(terms.join(" OR "))
        }
    };
    let partition_by = Some(publication.partition_columns.clone());
    DeltaOperation::Write {
        mode: SaveMode::Overwrite,
        partition_by,
        predicate,
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The `add` of a file, which must lie there as it was inspected.
fn add(name: &str, dir: &Path, file: &DataFile) -> Result<Add> {
    let path = dir.join(&file.path);
    let io = |source| Error::Io {
        action: "read",
        path: path.clone(),
        source,
    };
    let metadata = std::fs::metadata(&path).map_err(io)?;
    if metadata.len() != file.bytes {
        let reason = format!(
            "file {} has {} bytes, had {} when inspected",
            file.path,
            metadata.len(),
            file.bytes
        );
        return Err(Error::Publication {
            dataset: name.to_owned(),
            reason,
        });
    }
    let age = metadata
        .modified()
        .map_err(io)?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Ok(Add {
        path: file.path.clone(),
        partition_values: partition_values(file),
        size: i64::try_from(file.bytes).unwrap_or(i64::MAX),
        modification_time: i64::try_from(age.as_millis()).unwrap_or(i64::MAX),
        data_change: true,
        stats: Some(delta_stats::to_json(file)),
        ..Add::default()
    })
}

fn remove(file: &DataFile) -> Remove {
    Remove {
        path: file.path.clone(),
        data_change: true,
        deletion_timestamp: Some(Utc::now().timestamp_millis()),
        extended_file_metadata: Some(true),
        size: Some(i64::try_from(file.bytes).unwrap_or(i64::MAX)),
        partition_values: Some(partition_values(file)),
        ..Remove::default()
    }
}

fn partition_values(file: &DataFile) -> HashMap<String, Option<String>> {
    file.partition.iter().cloned().collect()
}
