//! Finding the parts of the inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::shp::Shapefile;
use super::stream::Location;
use super::{Kind, Part, archive};
use crate::error::{Error, Result};

/// Folders in folders; more than that is a loop or a mistake.
const MAX_DEPTH: usize = 32;

pub(super) fn discover(inputs: &[PathBuf]) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut seen = BTreeSet::new();
    for input in inputs {
        let Ok(metadata) = fs::metadata(input) else {
            return Err(Error::InputMissing { path: input.clone() });
        };
        let found = if metadata.is_dir() {
            parts_of_folder(input)?
        } else {
            parts_of_file(input)?
        };
        for part in found {
            // One file given twice, say by itself and with its folder, holds its rows once.
            let file = fs::canonicalize(&part.file).unwrap_or_else(|_| part.file.clone());
            let piece = part
                .name
                .strip_prefix(&part.file.display().to_string())
                .unwrap_or_default()
                .to_owned();
            if seen.insert((file, piece)) {
                parts.push(part);
            }
        }
    }
    Ok(parts)
}

/// What a file is, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Zip,
    Shp,
    Table,
    Csv,
    Parquet,
    /// Pieces of a shapefile that are found through the `.shp`, and indexes that are not needed.
    Companion,
    Unknown,
}

impl FileKind {
    fn of(path: &Path) -> Self {
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "zip" => Self::Zip,
            "shp" => Self::Shp,
            "dbf" => Self::Table,
            "csv" | "tsv" => Self::Csv,
            "parquet" | "geoparquet" => Self::Parquet,
            "prj" | "cpg" | "shx" | "sbn" | "sbx" | "qix" | "qpj" | "qmd" => Self::Companion,
            _ => Self::Unknown,
        }
    }
}

fn parts_of_file(path: &Path) -> Result<Vec<Part>> {
    match FileKind::of(path) {
        FileKind::Zip => parts_of_zip(path),
        FileKind::Shp => Ok(vec![part_of_shp(path)?]),
        FileKind::Csv => Ok(vec![part_of_one_file(path, Kind::Csv)?]),
        FileKind::Parquet => Ok(vec![part_of_one_file(path, Kind::Parquet)?]),
        FileKind::Table => match sibling(path, "shp")? {
            Some(shp) => Ok(vec![part_of_shp(&shp.file)?]),
            None => Err(Error::CompanionMissing {
                name: path.display().to_string(),
                missing: ".shp",
            }),
        },
        FileKind::Companion | FileKind::Unknown => Err(Error::InputUnknown {
            name: path.display().to_string(),
        }),
    }
}

fn parts_of_folder(folder: &Path) -> Result<Vec<Part>> {
    let mut files = Vec::new();
    walk(folder, 0, &mut files)?;
    let mut parts = Vec::new();
    let mut ignored = Vec::new();
    for file in &files {
        match FileKind::of(file) {
            FileKind::Zip | FileKind::Shp | FileKind::Csv | FileKind::Parquet => parts.extend(parts_of_file(file)?),
            FileKind::Table if sibling(file, "shp")?.is_none() => {
                if sibling(file, "shx")?.is_some() {
                    return Err(Error::CompanionMissing {
                        name: file.display().to_string(),
                        missing: ".shp",
                    });
                }
                ignored.push(file.display().to_string());
            }
            FileKind::Table | FileKind::Companion => {}
            FileKind::Unknown => ignored.push(file.display().to_string()),
        }
    }
    let Some(first) = parts.first_mut() else {
        let found = if files.is_empty() {
            "no file".to_owned()
        } else {
            listing(&ignored)
        };
        let or = ", zips of shapefiles, CSV or Parquet files";
        return Err(Error::NothingInside {
            name: folder.display().to_string(),
            found,
            or,
        });
    };
    if !ignored.is_empty() {
        first.notes.push(format!(
            "{} of {} not read: {}",
            files_word(ignored.len()),
            folder.display(),
            listing(&ignored)
        ));
    }
    Ok(parts)
}

/// All files below a folder in the order of their names; hidden ones and folders behind links are left out.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        entries.push(entry.map_err(Error::io("read", folder))?);
    }
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_folder = entry.file_type().map_err(Error::io("read", &path))?.is_dir();
        if is_hidden {
            continue;
        }
        if is_folder && depth < MAX_DEPTH {
            walk(&path, depth + 1, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn part_of_one_file(path: &Path, kind: Kind) -> Result<Part> {
    let location = location(path)?;
    let name = location.name.clone();
    let files = vec![path.to_owned()];
    Ok(Part {
        name,
        file: path.to_owned(),
        bytes: location.bytes,
        kind,
        files,
        notes: Vec::new(),
    })
}

fn part_of_shp(path: &Path) -> Result<Part> {
    let shp = location(path)?;
    let Some(dbf) = sibling(path, "dbf")? else {
        return Err(Error::CompanionMissing {
            name: shp.name,
            missing: ".dbf",
        });
    };
    let pieces = Shapefile {
        shp,
        dbf,
        prj: sibling(path, "prj")?,
        cpg: sibling(path, "cpg")?,
    };
    let mut files = vec![pieces.shp.file.clone(), pieces.dbf.file.clone()];
    files.extend(
        [&pieces.prj, &pieces.cpg]
            .into_iter()
            .flatten()
            .map(|companion| companion.file.clone()),
    );
    Ok(part_of_shapefile(pieces, files))
}

fn part_of_shapefile(pieces: Shapefile, files: Vec<PathBuf>) -> Part {
    Part {
        name: pieces.shp.name.clone(),
        file: pieces.shp.file.clone(),
        bytes: pieces.shp.disk_bytes() + pieces.dbf.disk_bytes(),
        kind: Kind::Shapefile(Box::new(pieces)),
        files,
        notes: Vec::new(),
    }
}

fn parts_of_zip(path: &Path) -> Result<Vec<Part>> {
    location(path)?;
    let contents = archive::list(path)?;
    // Windows pays no regard to case, so the pieces of one shapefile may differ in it.
    let mut sets: BTreeMap<String, BTreeMap<String, Location>> = BTreeMap::new();
    for piece in contents.pieces {
        let Some((stem, extension)) = piece.name.rsplit_once('.') else {
            continue;
        };
        let (stem, extension) = (stem.to_lowercase(), extension.to_ascii_lowercase());
        if let Some(other) = sets.entry(stem).or_default().insert(extension, piece) {
            let found = format!("holds {} twice, differing in case only", other.name);
            return Err(Error::ZipUnsupported {
                name: path.display().to_string(),
                found,
            });
        }
    }
    let mut parts = Vec::new();
    for mut set in sets.into_values() {
        let (shp, dbf, prj, cpg) = (
            set.remove("shp"),
            set.remove("dbf"),
            set.remove("prj"),
            set.remove("cpg"),
        );
        match (shp, dbf) {
            (Some(shp), Some(dbf)) => {
                parts.push(part_of_shapefile(
                    Shapefile { shp, dbf, prj, cpg },
                    vec![path.to_owned()],
                ));
            }
            (Some(shp), None) => {
                return Err(Error::CompanionMissing {
                    name: shp.name,
                    missing: ".dbf",
                });
            }
            (None, Some(dbf)) => {
                return Err(Error::CompanionMissing {
                    name: dbf.name,
                    missing: ".shp",
                });
            }
            (None, None) => {}
        }
    }
    if parts.is_empty() {
        let found = listing(&contents.others);
        return Err(Error::NothingInside {
            name: path.display().to_string(),
            found,
            or: "",
        });
    }
    Ok(parts)
}

fn location(path: &Path) -> Result<Location> {
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    let name = path.display().to_string();
    if metadata.len() == 0 {
        return Err(Error::InputEmpty { name });
    }
    Ok(Location {
        name,
        file: path.to_owned(),
        bytes: metadata.len(),
        entry: None,
    })
}

/// The file beside `path` with the same name and another extension, in any case.
fn sibling(path: &Path, extension: &str) -> Result<Option<Location>> {
    let exact = path.with_extension(extension);
    if exact.is_file() {
        return location(&exact).map(Some);
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let candidate = entry.map_err(Error::io("read", folder))?.path();
        let has_extension = candidate
            .extension()
            .is_some_and(|found| found.eq_ignore_ascii_case(extension));
        if has_extension && candidate.file_stem() == path.file_stem() && candidate.is_file() {
            return location(&path.with_file_name(candidate.file_name().unwrap_or_default())).map(Some);
        }
    }
    Ok(None)
}

fn files_word(count: usize) -> String {
    if count == 1 {
        "1 file".to_owned()
    } else {
        format!("{count} files")
    }
}

/// The first few names, and how many more there are.
fn listing(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 if names.is_empty() => "no file".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
