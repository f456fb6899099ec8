//! What a person types to say where data is.

use std::path::{Path, PathBuf};

use super::Place;
use crate::{Error, Result, name};

/// Where data is, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A dataset of the warehouse: `dataset:parcel`.
    Dataset(String),
    /// Files: `/data/shops.csv`, `lake:shops/2025.csv`.
    Files(Place),
}

impl Location {
    /// Reads a location.
    ///
    /// A path that could be mistaken for a connection begins with `./` or `/`. Paths become absolute; whether there is
    /// anything is not looked at.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |reason: &str| Error::Location {
            location: text.to_owned(),
            reason: reason.to_owned(),
        };
        if let Some(path) = text.strip_prefix("file://") {
            return Ok(Self::Files(Place::Path(absolute(text, path)?)));
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(refuse(match scheme {
                "s3" | "s3a" | "http" | "https" => {
                    "stores are read through connections: add one (`pilji connection add s3 NAME BUCKET`) and name the \
                     data NAME:PATH"
                }
                _ => "expected a path, or CONNECTION:PATH",
            }));
        }
        match text.split_once(':') {
            Some(("dataset", dataset)) => Ok(Self::Dataset(dataset.trim().to_owned())),
            Some((connection, path)) if name::parse("connection", connection).is_ok() => {
                let path = path.trim_matches('/');
                let goes_up = path.split('/').any(|part| part == ".." || part == ".");
                if goes_up {
                    return Err(refuse("the path in a connection must not go up (`..`)"));
                }
                Ok(Self::Files(Place::Connection {
                    connection: name::parse("connection", connection)?,
                    path: path.to_owned(),
                }))
            }
            _ if text.trim().is_empty() => Err(refuse("expected a path, or CONNECTION:PATH")),
            _ => Ok(Self::Files(Place::Path(absolute(text, text)?))),
        }
    }

    /// The name that data of this place gets when nobody gives it one: that of the file or folder.
    pub fn default_name(&self) -> Option<String> {
        let last = match self {
            Self::Dataset(dataset) => return name::from_text(dataset),
            Self::Files(Place::Path(path)) => path.file_name()?.to_str()?,
            Self::Files(Place::Connection { connection, path }) if path.is_empty() => connection,
            Self::Files(Place::Connection { path, .. }) => path.rsplit('/').next()?,
        };
        let extensions = [
            "csv",
            "tsv",
            "txt",
            "tab",
            "parquet",
            "geoparquet",
            "json",
            "jsonl",
            "ndjson",
        ];
        let stem = match last.rsplit_once('.') {
            Some((stem, extension)) if extensions.contains(&extension.to_lowercase().as_str()) => stem,
            _ => last,
        };
        name::from_text(stem)
    }
}

/// The path from the root on. Links stay as they are, so that one that is moved to newer data leads there.
fn absolute(location: &str, path: &str) -> Result<PathBuf> {
    let absolute = std::path::absolute(path).map_err(|source| Error::Io {
        action: "find",
        path: Path::new(path).to_owned(),
        source,
    })?;
    let goes_up = absolute
        .components()
        .any(|part| matches!(part, std::path::Component::ParentDir));
    if !goes_up {
        return Ok(absolute);
    }
    absolute.canonicalize().map_err(|_| Error::Location {
        location: location.to_owned(),
        reason: "there is nothing at this path".to_owned(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn connection(connection: &str, path: &str) -> Location {
        Location::Files(Place::Connection {
            connection: connection.to_owned(),
            path: path.to_owned(),
        })
    }

    #[test]
    fn paths_connections_and_datasets_are_told_apart() {
        assert_eq!(
            Location::parse("lake:shops/2025/").unwrap(),
            connection("lake", "shops/2025")
        );
        assert_eq!(Location::parse("호수:").unwrap(), connection("호수", ""));
        assert_eq!(
            Location::parse("/data/a:b.csv").unwrap(),
            Location::Files(Place::Path("/data/a:b.csv".into()))
        );
        assert_eq!(
            Location::parse("dataset:parcel").unwrap(),
            Location::Dataset("parcel".to_owned())
        );
        let Location::Files(Place::Path(path)) = Location::parse("a.csv").unwrap() else {
            unreachable!("not a path");
        };
        assert!(path.is_absolute());
    }

    #[test]
    fn what_is_no_location_is_answered_with_what_is() {
        for (text, words) in [
            ("s3://bucket/a.csv", "connection add"),
            ("lake:../a.csv", "must not go up"),
            ("", "expected a path"),
        ] {
            let message = Location::parse(text).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn data_is_named_after_its_file() {
        let name = |text: &str| Location::parse(text).unwrap().default_name().unwrap_or_default();
        assert_eq!(name("/data/상가 정보.CSV"), "상가_정보");
        assert_eq!(name("/data/v1.2"), "v1_2");
        assert_eq!(name("lake:"), "lake");
        assert_eq!(name("lake:a/b.parquet"), "b");
    }
}
