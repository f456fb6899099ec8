//! The TOML text of a model: how it is read, and how it is written for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pilji_udfs::WGS84_PROJJSON;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::{ColumnType, FileSource, Model, ModelColumn, ModelSource, Place, Role};
use crate::source::{CsvFormat, Format, FormatKind};
use crate::{Error, Result, TextEncoding, name, toml_text};

/// The age, in seconds, at which the list of files is looked at again where nothing is said.
pub const REFRESH_SECS: u64 = 60;

/// Keys of a field's metadata that say that it is a geometry, and in which coordinate system.
const EXTENSION_NAME: &str = "ARROW:extension:name";
const EXTENSION_METADATA: &str = "ARROW:extension:metadata";

/// What a text says of the coordinate system in place of WGS 84 written out.
const WGS84: &str = "EPSG:4326";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelToml {
    comment: Option<String>,
    registered: Option<String>,
    #[serde(default)]
    remarks: Vec<String>,
    source: Spanned<SourceToml>,
    #[serde(default)]
    column: Vec<ColumnToml>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceToml {
    dataset: Option<String>,
    stored: Option<Vec<String>>,
    view: Option<String>,
    connection: Option<String>,
    path: Option<String>,
    format: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    header: Option<bool>,
    fields: Option<Vec<String>>,
    #[serde(default)]
    partition_columns: Vec<String>,
    row_bytes: Option<u64>,
    refresh_secs: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnToml {
    name: Spanned<String>,
    r#type: Spanned<String>,
    #[serde(default)]
    required: bool,
    comment: Option<String>,
    role: Option<Spanned<String>>,
    evidence: Option<String>,
    geometry: Option<String>,
    crs: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

/// A text with its place, for errors.
struct Text<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Text<'_> {
    fn error(&self, span: Range<usize>, message: impl Into<String>) -> Error {
        toml_text::error_at(self.path, self.text, Some(span), message.into())
    }
}

impl Model {
    /// Reads the TOML text of a model. `path` is what errors call the text.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`] with the line of what is wrong, and what is expected there.
    pub fn from_toml(owner: &str, name: &str, revision: u64, path: &Path, text: &str) -> Result<Self> {
        let file: ModelToml = toml_text::parse(path, text)?;
        let text = Text { path, text };
        let columns = columns(&text, file.column)?;
        let source_span = file.source.span();
        let source = source(&text, source_span.clone(), file.source.into_inner())?;
        if columns.is_empty() {
            return Err(text.error(
                source_span,
                "the model has no columns; expected at least one [[column]]",
            ));
        }
        if !matches!(source, ModelSource::Stored(_))
            && let Some((column, span)) = columns.iter().find(|(column, _)| column.required)
        {
            let message = format!(
                "{:?} cannot be `required`; expected that in tables whose rows Pilji keeps (`stored`) only",
                column.name
            );
            return Err(text.error(span.clone(), message));
        }
        if let ModelSource::Files(FileSource {
            format: Format::Csv(csv),
            partition_columns,
            ..
        }) = &source
        {
            let known = |name: &String| csv.columns.contains(name) || partition_columns.contains(name);
            if let Some(column) = columns.iter().find(|column| !known(&column.0.name)) {
                let message = format!(
                    "no column {:?} in the files; expected one of `fields` in [source]: {}",
                    column.0.name,
                    csv.columns.join(", ")
                );
                return Err(text.error(column.1.clone(), message));
            }
        }
        Ok(Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
            revision,
            comment: file.comment,
            registered: file.registered,
            source,
            columns: columns.into_iter().map(|(column, _)| column).collect(),
            remarks: file.remarks,
        })
    }

    /// The TOML text of the model.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# Model {0}. Change it with `pilji model edit {0}`; docs/models.md explains every line.\n",
            self.full_name()
        );
        let mut line = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {value}");
            }
        };
        line("comment", self.comment.as_deref().map(quoted));
        line("registered", self.registered.as_deref().map(quoted));
        line("remarks", list(&self.remarks, true));
        let _ = writeln!(text, "\n[source]");
        write_source(&mut text, &self.source);
        for column in &self.columns {
            let _ = writeln!(text, "\n[[column]]");
            write_column(&mut text, column);
        }
        text
    }
}

/// The columns, each with the place of its name.
fn columns(text: &Text<'_>, written: Vec<ColumnToml>) -> Result<Vec<(ModelColumn, Range<usize>)>> {
    let mut columns: Vec<(ModelColumn, Range<usize>)> = Vec::with_capacity(written.len());
    for column in written {
        let span = column.name.span();
        let name = column.name.into_inner();
        if columns.iter().any(|(other, _)| other.name == name) {
            return Err(text.error(span, format!("a second column {name:?}; expected each name once")));
        }
        let type_span = column.r#type.span();
        let data_type = ColumnType::parse(column.r#type.get_ref()).map_err(|message| text.error(type_span, message))?;
        let role = match column.role {
            None => None,
            Some(word) => {
                let role = Role::parse(word.get_ref()).ok_or_else(|| {
                    let message = format!("not a role: {:?}, expected one of {}", word.get_ref(), Role::words());
                    text.error(word.span(), message)
                })?;
                if let Some((other, _)) = columns.iter().find(|(other, _)| other.role == Some(role)) {
                    let message = format!(
                        "{:?} has the role {} already; expected one column a role",
                        other.name,
                        role.as_str()
                    );
                    return Err(text.error(word.span(), message));
                }
                Some(role)
            }
        };
        let mut metadata = column.metadata;
        if let Some(geometry) = column.geometry {
            metadata.insert(EXTENSION_NAME.to_owned(), format!("geoarrow.{geometry}"));
        }
        if let Some(crs) = column.crs {
            metadata.insert(EXTENSION_METADATA.to_owned(), extension_metadata(&crs));
        }
        let column = ModelColumn {
            name,
            data_type,
            required: column.required,
            comment: column.comment,
            role,
            evidence: column.evidence,
            metadata,
        };
        columns.push((column, span));
    }
    Ok(columns)
}

fn source(text: &Text<'_>, span: Range<usize>, written: SourceToml) -> Result<ModelSource> {
    if let Some(dataset) = written.dataset {
        if written.path.is_some() || written.connection.is_some() {
            return Err(text.error(span, "expected `dataset`, or `path`, or `connection` and `path`"));
        }
        return Ok(ModelSource::Dataset(dataset));
    }
    if let Some(files) = written.stored {
        if files.is_empty() || files.iter().any(|file| file.contains('/')) {
            return Err(text.error(span, "expected the names of the table's files in `stored`"));
        }
        return Ok(ModelSource::Stored(files));
    }
    if let Some(query) = written.view {
        return Ok(ModelSource::View(query));
    }
    let place = match (written.connection, written.path) {
        (Some(connection), path) => Place::Connection {
            connection: name::parse("connection", &connection)
                .map_err(|error| text.error(span.clone(), error.to_string()))?,
            path: path.unwrap_or_default().trim_matches('/').to_owned(),
        },
        (None, Some(path)) if Path::new(&path).is_absolute() => Place::Path(PathBuf::from(path)),
        (None, Some(_)) => return Err(text.error(span, "expected an absolute path in `path`, or a `connection`")),
        (None, None) => {
            return Err(text.error(
                span,
                "expected `path`, `connection`, `dataset`, `stored` or `view` in [source]",
            ));
        }
    };
    if let Place::Connection { path, .. } = &place
        && path.split('/').any(|part| part == ".." || part == ".")
    {
        return Err(text.error(span, "the path in a connection must not go up (`..`)"));
    }
    let Some(word) = written.format else {
        return Err(text.error(span, "expected `format` in [source]: parquet, delta, csv or json-lines"));
    };
    let kind = FormatKind::parse(word.get_ref()).ok_or_else(|| {
        let message = format!(
            "not a format: {:?}, expected parquet, delta, csv or json-lines",
            word.get_ref()
        );
        text.error(word.span(), message)
    })?;
    let format = match kind {
        FormatKind::Parquet => Format::Parquet,
        FormatKind::Delta => Format::Delta,
        FormatKind::JsonLines => Format::JsonLines,
        FormatKind::Csv => Format::Csv(CsvFormat {
            encoding: match written.encoding {
                None => TextEncoding::Utf8,
                Some(word) => TextEncoding::parse(word.get_ref()).ok_or_else(|| {
                    let message = format!("not an encoding: {:?}, expected utf-8 or cp949", word.get_ref());
                    text.error(word.span(), message)
                })?,
            },
            delimiter: match written.delimiter {
                None => b',',
                Some(word) => match word.get_ref().as_bytes() {
                    [one] if one.is_ascii() => *one,
                    _ => return Err(text.error(word.span(), "expected one ASCII character, such as \",\" or \"\\t\"")),
                },
            },
            header: written.header.unwrap_or(true),
            columns: written
                .fields
                .ok_or_else(|| text.error(span, "expected `fields`, the columns of the files in their order"))?,
        }),
    };
    Ok(ModelSource::Files(FileSource {
        place,
        format,
        partition_columns: written.partition_columns,
        row_bytes: written.row_bytes,
        refresh_secs: written.refresh_secs.unwrap_or(REFRESH_SECS),
    }))
}

fn write_source(text: &mut String, source: &ModelSource) {
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {value}");
        }
    };
    let files = match source {
        ModelSource::Dataset(dataset) => return line("dataset", Some(quoted(dataset))),
        ModelSource::Stored(files) => return line("stored", list(files, true)),
        ModelSource::View(query) => return line("view", Some(quoted(query))),
        ModelSource::Files(files) => files,
    };
    match &files.place {
        Place::Path(path) => line("path", Some(quoted(&path.to_string_lossy()))),
        Place::Connection { connection, path } => {
            line("connection", Some(quoted(connection)));
            line("path", Some(quoted(path)));
        }
    }
    let format = match files.format.kind() {
        FormatKind::Parquet => "parquet",
        FormatKind::Delta => "delta",
        FormatKind::Csv => "csv",
        FormatKind::JsonLines => "json-lines",
    };
    line("format", Some(quoted(format)));
    if let Format::Csv(csv) = &files.format {
        line("encoding", Some(quoted(&csv.encoding.name().to_lowercase())));
        line("delimiter", Some(quoted(&char::from(csv.delimiter).to_string())));
        line("header", Some(csv.header.to_string()));
        line(
            "fields",
            Some(list(&csv.columns, false).unwrap_or_else(|| "[]".to_owned())),
        );
    }
    line("partition_columns", list(&files.partition_columns, false));
    line("row_bytes", files.row_bytes.map(|bytes| bytes.to_string()));
    line(
        "refresh_secs",
        Some(files.refresh_secs)
            .filter(|secs| *secs != REFRESH_SECS)
            .map(|secs| secs.to_string()),
    );
}

fn write_column(text: &mut String, column: &ModelColumn) {
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {value}");
        }
    };
    let mut metadata = column.metadata.clone();
    let geometry = metadata
        .get(EXTENSION_NAME)
        .and_then(|name| name.strip_prefix("geoarrow."))
        .map(str::to_owned);
    if geometry.is_some() {
        metadata.remove(EXTENSION_NAME);
    }
    let crs = metadata.get(EXTENSION_METADATA).and_then(|extension| crs_of(extension));
    if crs.is_some() {
        metadata.remove(EXTENSION_METADATA);
    }
    line("name", Some(quoted(&column.name)));
    line("type", Some(quoted(&column.data_type.to_string())));
    line("required", column.required.then(|| "true".to_owned()));
    line("comment", column.comment.as_deref().map(quoted));
    line("role", column.role.map(|role| quoted(role.as_str())));
    line("evidence", column.evidence.as_deref().map(quoted));
    line("geometry", geometry.as_deref().map(quoted));
    line("crs", crs.as_deref().map(quoted));
    if !metadata.is_empty() {
        let pairs: Vec<String> = metadata
            .iter()
            .map(|(key, value)| format!("{} = {}", quoted(key), quoted(value)))
            .collect();
        line("metadata", Some(format!("{{ {} }}", pairs.join(", "))));
    }
}

/// A text as TOML writes it, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// Texts as TOML writes them; `None` when there are none.
fn list(texts: &[String], one_a_line: bool) -> Option<String> {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    match quoted.len() {
        0 => None,
        _ if one_a_line => Some(format!("[\n    {},\n]", quoted.join(",\n    "))),
        _ => Some(format!("[{}]", quoted.join(", "))),
    }
}

/// The short form of an extension's parameters, when they hold a coordinate system and nothing else.
fn crs_of(extension: &str) -> Option<String> {
    let value: Value = serde_json::from_str(extension).ok()?;
    let crs = match value.as_object()?.iter().next()? {
        (key, crs) if key == "crs" && value.as_object()?.len() == 1 => crs,
        _ => return None,
    };
    let short = match crs {
        Value::String(text) if text != WGS84 => text.clone(),
        Value::Object(_) if *crs == wgs84() => WGS84.to_owned(),
        _ => return None,
    };
    (extension_metadata(&short) == extension).then_some(short)
}

/// The parameters of a geometry's extension type whose coordinate system is written short.
fn extension_metadata(crs: &str) -> String {
    let crs = if crs == WGS84 {
        wgs84()
    } else {
        Value::String(crs.to_owned())
    };
    serde_json::json!({ "crs": crs }).to_string()
}

fn wgs84() -> Value {
    serde_json::from_str(WGS84_PROJJSON).unwrap_or(Value::Null)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const MODEL: &str = "\
comment = \"상가\"
[source]
path = \"/data/shops.csv\"
format = \"csv\"
encoding = \"cp949\"
fields = [\"PNU\", \"경도\"]
[[column]]
name = \"PNU\"
type = \"text\"
role = \"pnu\"
[[column]]
name = \"경도\"
type = \"float64\"
";

    fn parse(text: &str) -> Result<Model> {
        Model::from_toml("shared", "shops", 3, Path::new("shops.toml"), text)
    }

    fn check_refused(change: (&str, &str), expected: &str) {
        let text = MODEL.replacen(change.0, change.1, 1);
        assert_ne!(text, MODEL);
        let message = parse(&text).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut model = parse(MODEL).unwrap();
        model.registered = Some("2026-11-22T19:00:00Z".to_owned());
        model.remarks = vec!["a \"remark\" \\ with\nlines\u{1}".to_owned()];
        model.columns[1].comment = Some("경도 \t".to_owned());
        for extension in [
            serde_json::json!({ "crs": wgs84() }).to_string(),
            serde_json::json!({ "crs": "EPSG:5186" }).to_string(),
            serde_json::json!({ "crs": "EPSG:4326" }).to_string(),
            serde_json::json!({ "crs": "EPSG:5186", "edges": "planar" }).to_string(),
        ] {
            model.columns[1].metadata = BTreeMap::from([
                (EXTENSION_NAME.to_owned(), "geoarrow.wkb".to_owned()),
                (EXTENSION_METADATA.to_owned(), extension),
                ("other".to_owned(), "x".to_owned()),
            ]);
            assert_eq!(parse(&model.to_toml()).unwrap(), model, "{}", model.to_toml());
        }
    }

    #[test]
    fn every_source_is_written_and_read_again() {
        let mut model = parse(MODEL).unwrap();
        let files = |place: Place, format: Format| {
            ModelSource::Files(FileSource {
                place,
                format,
                partition_columns: vec!["SI_NM".to_owned()],
                row_bytes: Some(17),
                refresh_secs: 5,
            })
        };
        let place = Place::Connection {
            connection: "lake".to_owned(),
            path: "a/b c".to_owned(),
        };
        for source in [
            ModelSource::Dataset("parcel".to_owned()),
            ModelSource::Stored(vec!["a.parquet".to_owned(), "b.parquet".to_owned()]),
            ModelSource::View("SELECT 'a \\ \"b\"'\nFROM t".to_owned()),
            files(place.clone(), Format::Parquet),
            files(place.clone(), Format::Delta),
            files(place, Format::JsonLines),
        ] {
            model.source = source;
            assert_eq!(parse(&model.to_toml()).unwrap(), model, "{}", model.to_toml());
        }
    }

    #[test]
    fn a_mistake_is_answered_with_its_line_and_what_is_expected() {
        check_refused(
            ("type = \"text\"", "type = \"txet\""),
            "shops.toml:9: not a column type: \"txet\", expected text,",
        );
        check_refused(
            ("role = \"pnu\"", "role = \"pun\""),
            "shops.toml:10: not a role: \"pun\", expected one of pnu, bjd_cd",
        );
        check_refused(
            ("name = \"경도\"", "name = \"경\""),
            "shops.toml:12: no column \"경\" in the files; expected one of",
        );
        check_refused(
            ("name = \"경도\"", "name = \"PNU\""),
            "shops.toml:12: a second column \"PNU\"",
        );
        check_refused(
            ("type = \"float64\"", "type = \"text\"\nrole = \"pnu\""),
            "shops.toml:14: \"PNU\" has the role pnu already",
        );
        check_refused(
            ("encoding", "encodign"),
            "shops.toml:5: unknown field `encodign`, expected one of",
        );
        check_refused(
            ("cp949", "latin1"),
            "shops.toml:5: not an encoding: \"latin1\", expected utf-8 or cp949",
        );
        check_refused(
            ("\"csv\"", "\"xlsx\""),
            "shops.toml:4: not a format: \"xlsx\", expected parquet",
        );
        check_refused(
            ("path = \"/data/shops.csv\"", "path = \"shops.csv\""),
            "shops.toml:2: expected an absolute path",
        );
        check_refused(("[source]", "[source"), "shops.toml:2: ");
    }
}
