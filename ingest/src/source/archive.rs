//! What a zip holds.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use pilji_catalog::TextEncoding;
use zip::{CompressionMethod, ZipArchive};

use super::stream::{Entry, Location};
use crate::error::{Error, Result};

/// The files of a zip, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Pieces of shapefiles (`.shp`, `.dbf`, `.prj`, `.cpg`).
    pub pieces: Vec<Location>,
    /// Names of all others.
    pub others: Vec<String>,
}

/// Lists the files of a zip.
///
/// Names are UTF-8 when they are valid as such, else cp949, which Windows programs in Korea write without a flag.
/// Resource forks of macOS (`__MACOSX/`) are left out.
///
/// # Errors
///
/// The file is no zip or a truncated one, two of its files have one name, or it holds another zip.
pub(super) fn list(path: &Path) -> Result<Contents> {
    let archive_name = path.display().to_string();
    let unreadable = |source| Error::ZipUnreadable {
        name: archive_name.clone(),
        source,
    };
    let file = File::open(path).map_err(Error::io("open", path))?;
    let archive_bytes = file.metadata().map_err(Error::io("read", path))?.len();
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    if archive.has_duplicate_names() {
        let found = "holds two files of the same name".to_owned();
        return Err(Error::ZipUnsupported {
            name: archive_name,
            found,
        });
    }

    let mut contents = Contents::default();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(unreadable)?;
        let entry_name = decode_name(entry.name_raw());
        if entry.is_dir() || is_resource_fork(&entry_name) {
            continue;
        }
        let name = format!("{archive_name}/{entry_name}");
        if has_extension(&entry_name, "zip") {
            let found = format!("holds another zip, {entry_name}");
            return Err(Error::ZipUnsupported {
                name: archive_name,
                found,
            });
        }
        if !is_shapefile_piece(&entry_name) {
            contents.others.push(entry_name);
            continue;
        }
        if entry.encrypted() {
            return Err(Error::ZipUnsupported {
                name,
                found: "is encrypted".to_owned(),
            });
        }
        let is_deflated = match entry.compression() {
            CompressionMethod::Deflated => true,
            CompressionMethod::Stored => false,
            other => {
                let found = format!("is compressed with {other}, only deflate is read");
                return Err(Error::ZipUnsupported { name, found });
            }
        };
        let start = entry.data_start().unwrap_or(0);
        let stored_bytes = entry.compressed_size();
        let lies_inside = start.checked_add(stored_bytes).is_some_and(|end| end <= archive_bytes);
        if start == 0 || !lies_inside {
            return Err(Error::Damaged {
                name,
                found: "its content lies outside the zip".to_owned(),
            });
        }
        let place = Entry {
            start,
            stored_bytes,
            crc32: entry.crc32(),
            is_deflated,
        };
        contents.pieces.push(Location {
            name,
            file: path.to_owned(),
            bytes: entry.size(),
            entry: Some(place),
        });
    }
    contents.pieces.sort_by(|a, b| a.name.cmp(&b.name));
    contents.others.sort();
    Ok(contents)
}

fn decode_name(raw: &[u8]) -> String {
    let text = TextEncoding::Utf8
        .decode(raw)
        .or_else(|| TextEncoding::Cp949.decode(raw));
    text.map_or_else(|| TextEncoding::Cp949.escape(raw), std::borrow::Cow::into_owned)
        .replace('\\', "/")
}

fn is_resource_fork(name: &str) -> bool {
    name.starts_with("__MACOSX/")
        || name
            .rsplit('/')
            .next()
            .is_some_and(|file_name| file_name.starts_with("._"))
}

fn is_shapefile_piece(name: &str) -> bool {
    ["shp", "dbf", "prj", "cpg"]
        .iter()
        .any(|extension| has_extension(name, extension))
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
