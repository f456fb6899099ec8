//! Models on the terminal and as JSON.

use std::fmt::Write as _;

use indicatif::{HumanBytes, HumanCount};
use pilji_catalog::source::Format;
use pilji_catalog::{ListedModel, Model, ModelSource, Registered};
use serde_json::{Value, json};

use crate::cli::aligned::aligned;
use crate::error::chain;

/// A model that came about, with what it was made from.
pub fn registered(registered: &Registered) -> String {
    let mut text = String::new();
    let files = match registered.files {
        1 => "1 file".to_owned(),
        files => format!("{} files", HumanCount(files as u64)),
    };
    let rows = match registered.rows {
        Some(rows) => format!("{} rows in {files}", HumanCount(rows)),
        None => files,
    };
    let _ = writeln!(
        text,
        "{}: {rows} ({}); roles guessed from {} rows\n",
        registered.model.full_name(),
        HumanBytes(registered.bytes),
        HumanCount(registered.sampled_rows as u64)
    );
    body(&mut text, &registered.model);
    text
}

/// A model as it is kept.
pub fn model(model: &Model) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}, revision {}", model.full_name(), model.revision);
    if let Some(registered) = &model.registered {
        let _ = write!(text, ", registered {registered}");
    }
    text.push_str("\n\n");
    body(&mut text, model);
    text
}

fn body(text: &mut String, model: &Model) {
    if let Some(comment) = &model.comment {
        let _ = writeln!(text, "{comment}");
    }
    let _ = writeln!(text, "{}\n", source(model));
    let rows: Vec<Vec<String>> = model
        .columns
        .iter()
        .map(|column| {
            vec![
                column.name.clone(),
                column.data_type.to_string(),
                column.role.map_or("", |role| role.as_str()).to_owned(),
                column.comment.clone().unwrap_or_default(),
                column.evidence.clone().unwrap_or_default(),
            ]
        })
        .collect();
    text.push_str(&aligned(&["COLUMN", "TYPE", "ROLE", "COMMENT", "WHY THE ROLE"], &rows));
    if !model.remarks.is_empty() {
        text.push_str("\nRemarks:\n");
    }
    for remark in &model.remarks {
        let _ = writeln!(text, "- {remark}");
    }
}

/// Where a model's data is and how it is read, in one line.
fn source(model: &Model) -> String {
    let files = match &model.source {
        ModelSource::Dataset(dataset) => return format!("dataset {dataset}"),
        ModelSource::Stored(files) => {
            let n = files.len();
            return format!("rows of its own ({n} file{})", if n == 1 { "" } else { "s" });
        }
        ModelSource::View(_) => return "view".to_owned(),
        ModelSource::Files(files) => files,
    };
    let mut text = format!("{} ({}", files.place.shown(), files.format.kind().name());
    if let Format::Csv(csv) = &files.format {
        let delimiter = match csv.delimiter {
            b'\t' => "tabs".to_owned(),
            other => format!("`{}`", char::from(other)),
        };
        let header = if csv.header {
            "with a header"
        } else {
            "without a header"
        };
        let _ = write!(text, ", {}, fields between {delimiter}, {header}", csv.encoding.name());
    }
    if !files.partition_columns.is_empty() {
        let _ = write!(text, "; folders are {}", files.partition_columns.join(", "));
    }
    text.push(')');
    text
}

/// The models in a table.
pub fn listed(listed: &[ListedModel]) -> String {
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|listed| {
            let name = format!("{}.{}", listed.owner, listed.name);
            match &listed.model {
                Ok(model) => vec![
                    name,
                    model.columns.len().to_string(),
                    model.comment.clone().unwrap_or_default(),
                    source(model),
                ],
                Err(error) => vec![name, "?".to_owned(), String::new(), chain(error)],
            }
        })
        .collect();
    aligned(&["MODEL", "COLUMNS", "COMMENT", "DATA"], &rows)
}

/// A model's name as queries must write it.
pub fn quoted(model: &Model) -> String {
    let quote = |name: &str| {
        let is_plain = name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
            && !name.starts_with(|character: char| character.is_ascii_digit());
        if is_plain {
            name.to_owned()
        } else {
            format!("\"{name}\"")
        }
    };
    format!("{}.{}", quote(&model.owner), quote(&model.name))
}

/// A model as JSON.
pub fn json_of(model: &Model) -> Value {
    let source = match &model.source {
        ModelSource::Dataset(dataset) => json!({ "dataset": dataset }),
        ModelSource::Stored(files) => json!({ "stored": files }),
        ModelSource::View(query) => json!({ "view": query }),
        ModelSource::Files(files) => {
            let mut source = json!({
                "location": files.place.shown(),
                "format": files.format.kind(),
                "partition_columns": files.partition_columns,
            });
            if let Format::Csv(csv) = &files.format {
                source["encoding"] = json!(csv.encoding);
                source["delimiter"] = json!(char::from(csv.delimiter));
                source["header"] = json!(csv.header);
            }
            source
        }
    };
    let columns: Vec<Value> = model
        .columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "type": column.data_type.to_string(),
                "comment": column.comment,
                "role": column.role.map(pilji_catalog::Role::as_str),
                "evidence": column.evidence,
            })
        })
        .collect();
    json!({
        "owner": model.owner,
        "name": model.name,
        "revision": model.revision,
        "comment": model.comment,
        "registered": model.registered,
        "source": source,
        "columns": columns,
        "remarks": model.remarks,
    })
}

/// A model that came about as JSON.
pub fn json_of_registered(registered: &Registered) -> Value {
    let mut value = json_of(&registered.model);
    value["files"] = json!(registered.files);
    value["bytes"] = json!(registered.bytes);
    value["rows"] = json!(registered.rows);
    value["sampled_rows"] = json!(registered.sampled_rows);
    value
}

/// A model of a list as JSON; one that cannot be read has an `error`.
pub fn json_of_listed(listed: &ListedModel) -> Value {
    match &listed.model {
        Ok(model) => json_of(model),
        Err(error) => json!({ "owner": listed.owner, "name": listed.name, "error": chain(error) }),
    }
}
