//! The formats of users' files, and how content tells them apart.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Error, Result, TextEncoding};

/// How a source's files are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Format {
    /// Parquet, with or without `geo` metadata.
    Parquet,
    /// A Delta table.
    Delta,
    /// Fields separated by a character: CSV, TSV.
    Csv(CsvFormat),
    /// One JSON object a line.
    JsonLines,
}

/// How the fields of a text file are separated and encoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvFormat {
    /// The encoding of the text; a byte order mark of UTF-8 is skipped.
    pub encoding: TextEncoding,
    /// The character between fields, ASCII.
    #[serde(serialize_with = "write_delimiter", deserialize_with = "read_delimiter")]
    pub delimiter: u8,
    /// Whether the first row names the columns.
    pub header: bool,
    /// The names of the columns in the order of the file, made unique; a schema may have some of them only.
    pub columns: Vec<String>,
}

/// A format without its particulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormatKind {
    /// Parquet.
    Parquet,
    /// Delta.
    Delta,
    /// CSV, TSV and the like.
    Csv,
    /// JSON lines.
    JsonLines,
}

impl Format {
    /// The format without its particulars.
    #[must_use]
    pub fn kind(&self) -> FormatKind {
        match self {
            Self::Parquet => FormatKind::Parquet,
            Self::Delta => FormatKind::Delta,
            Self::Csv(_) => FormatKind::Csv,
            Self::JsonLines => FormatKind::JsonLines,
        }
    }
}

impl FormatKind {
    /// The format that a word means, in any case: as after `STORED AS`, or as a file's extension.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "parquet" | "geoparquet" | "parq" | "pq" => Some(Self::Parquet),
            "delta" | "deltatable" => Some(Self::Delta),
            "csv" | "tsv" | "txt" | "tab" | "psv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" | "json-lines" | "jsonlines" | "geojsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The name used in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Delta => "Delta",
            Self::Csv => "CSV",
            Self::JsonLines => "JSON lines",
        }
    }
}

/// Beginnings of files that are not read: the bytes, what the file is, what to do about it.
const REFUSED: [(&[u8], &str, &str); 14] = [
    (b"%PDF", "is a PDF document", OTHER_FORMAT),
    (b"\xD0\xCF\x11\xE0", "is an old Excel or 한글 document", SAVE_AS_CSV),
    (b"\x1F\x8B", "is gzip-compressed", UNPACK),
    (b"\x28\xB5\x2F\xFD", "is zstd-compressed", UNPACK),
    (b"7z\xBC\xAF\x27\x1C", "is a 7z archive", UNPACK),
    (b"Rar!", "is a RAR archive", UNPACK),
    (b"SQLite format 3", "is an SQLite or GeoPackage database", OTHER_FORMAT),
    (b"\x00\x00\x27\x0A", "is a part of a shapefile", INGEST),
    (b"ARROW1", "is an Arrow IPC file", OTHER_FORMAT),
    (b"ORC", "is an ORC file", OTHER_FORMAT),
    (b"PARE", "is an encrypted Parquet file", OTHER_FORMAT),
    (b"\x89PNG", "is an image", OTHER_FORMAT),
    (b"\xFF\xD8\xFF", "is an image", OTHER_FORMAT),
    (b"Obj\x01", "is an Avro file", OTHER_FORMAT),
];
const OTHER_FORMAT: &str = "Parquet, Delta, CSV, TSV and JSON lines can be read";
const SAVE_AS_CSV: &str = "save the sheet as CSV (UTF-8) and take that";
const UNPACK: &str = "unpack it and take what is inside";
const INGEST: &str = "load it with `pilji ingest`";

/// Tells a file's format from its first bytes, whatever its name says. Delta is a folder and never the answer.
///
/// # Errors
///
/// [`Error::SourceEmpty`] without a byte but blanks, [`Error::SourceKind`] on content that is none of the formats.
pub(super) fn sniff(file: &str, head: &[u8]) -> Result<FormatKind> {
    let refuse = |found, remedy| {
        Err(Error::SourceKind {
            file: file.to_owned(),
            found,
            remedy,
        })
    };
    if head.starts_with(b"PAR1") {
        return Ok(FormatKind::Parquet);
    }
    if head.starts_with(b"PK\x03\x04") {
        let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
        return if has(b"[Content_Types].xml") || has(b"xl/") {
            refuse("is an Excel workbook", SAVE_AS_CSV)
        } else {
            refuse(
                "is a zip archive",
                "unpack it; one of cadastral files goes to `pilji ingest` as it is",
            )
        };
    }
    if let Some((_, found, remedy)) = REFUSED.iter().find(|(start, ..)| head.starts_with(start)) {
        return refuse(found, remedy);
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return refuse("is text in UTF-16", "save it as UTF-8");
    }
    if head.contains(&0) {
        return refuse("is neither text nor Parquet", OTHER_FORMAT);
    }
    let text = head.strip_prefix(UTF8_BOM).unwrap_or(head).trim_ascii_start();
    let start = text.get(..64).unwrap_or(text).to_ascii_lowercase();
    if [&b"<!doctype"[..], b"<html", b"<table", b"<head", b"<meta"]
        .iter()
        .any(|tag| start.starts_with(tag))
    {
        return refuse("is a page of HTML", "export the table as CSV and take that");
    }
    match text.first() {
        None => Err(Error::SourceEmpty {
            file: file.to_owned(),
            what: "not one row",
        }),
        Some(b'<') => refuse("is XML", OTHER_FORMAT),
        Some(b'[') if matches!(text[1..].trim_ascii_start().first(), Some(b'{' | b']')) => {
            refuse("is one JSON array", ONE_PER_LINE)
        }
        Some(b'{') => {
            let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let is_whole = line.len() < text.len() || line.trim_ascii_end().ends_with(b"}");
            if is_whole && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err() {
                return refuse("is one JSON document over several lines", ONE_PER_LINE);
            }
            if start.starts_with(b"{\"type\":\"featurecollection\"")
                || start.starts_with(b"{\"type\": \"featurecollection\"")
            {
                return refuse("is GeoJSON", "convert it to GeoParquet, or to one feature a line");
            }
            Ok(FormatKind::JsonLines)
        }
        Some(_) => Ok(FormatKind::Csv),
    }
}

const ONE_PER_LINE: &str = "write one JSON object a line";

/// The byte order mark that Excel puts before UTF-8.
pub(super) const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn write_delimiter<S: Serializer>(delimiter: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_char(char::from(*delimiter))
}

fn read_delimiter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let character = char::deserialize(deserializer)?;
    u8::try_from(character)
        .ok()
        .filter(u8::is_ascii)
        .ok_or_else(|| serde::de::Error::custom("the delimiter must be an ASCII character"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], expected: FormatKind) {
        assert_eq!(sniff("a.bin", head).ok(), Some(expected), "{head:?}");
    }

    fn check_refused(head: &[u8], expected: &str) {
        let message = sniff("a.csv", head).map_or_else(|error| error.to_string(), |kind| kind.name().to_owned());
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn content_tells_the_format() {
        check(b"PAR1\x15\x04", FormatKind::Parquet);
        check(b"a,b\n1,2\n", FormatKind::Csv);
        check(b"\xEF\xBB\xBFa,b\n", FormatKind::Csv);
        check(b"\xC1\xBE\xB7\xCE\n", FormatKind::Csv);
        check(b" {\"a\": 1}\n{\"a\": 2}\n", FormatKind::JsonLines);
        check(b"[a],b\n", FormatKind::Csv);
    }

    #[test]
    fn what_is_not_read_is_named() {
        check_refused(b"PK\x03\x04\x14\0\0\0[Content_Types].xml", "Excel");
        check_refused(b"PK\x03\x04\x14\0\0\0a.csv", "zip archive");
        check_refused(b"%PDF-1.7", "PDF");
        check_refused(b"\xD0\xCF\x11\xE0\xA1\xB1", "old Excel");
        check_refused(b"<!DOCTYPE html><html>", "HTML");
        check_refused(b"\xFF\xFEa\0", "UTF-16");
        check_refused(b"\x1F\x8B\x08", "gzip");
        check_refused(b"{\n  \"a\": 1\n}", "several lines");
        check_refused(b"[\n {\"a\": 1}]", "array");
        check_refused(b"", "empty");
        check_refused(b" \r\n", "empty");
        check_refused(b"a\0b", "neither text");
    }
}
