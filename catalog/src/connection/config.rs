//! What is kept of a connection.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, Result, toml_text};

/// Where a connection leads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionConfig {
    /// A folder of the server's file system.
    Local {
        /// The folder, absolute.
        path: PathBuf,
    },
    /// A bucket of an S3-compatible store.
    S3(S3Config),
}

/// A bucket of an S3-compatible store, and how to ask for what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct S3Config {
    /// The bucket.
    pub bucket: String,
    /// The folder in the bucket at which the connection begins; the bucket itself when unset.
    pub prefix: Option<String>,
    /// URL of the service; Amazon's own when unset.
    pub endpoint: Option<String>,
    /// Region; `AWS_REGION` or `us-east-1` when unset.
    pub region: Option<String>,
    /// Access key. When unset, Amazon's own variables (`AWS_ACCESS_KEY_ID`, …) or the machine's role are asked.
    pub access_key_id: Option<String>,
    /// Environment variable that holds the secret of the access key.
    pub secret_env: Option<String>,
    /// File that holds the secret of the access key, on its first line.
    pub secret_file: Option<PathBuf>,
    /// Whether an endpoint without TLS (`http://`) may be used.
    pub allow_http: bool,
    /// Whether requests go out without a signature, as for public buckets.
    pub anonymous: bool,
}

/// The TOML text of a connection, all kinds in one.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionToml {
    kind: Kind,
    path: Option<PathBuf>,
    bucket: Option<String>,
    prefix: Option<String>,
    endpoint: Option<String>,
    region: Option<String>,
    access_key_id: Option<String>,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "is_false")]
    allow_http: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    anonymous: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Local,
    S3,
}

impl ConnectionConfig {
    /// The kind as it is typed: `local` or `s3`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Local { .. } => "local",
            Self::S3(_) => "s3",
        }
    }

    /// Where it leads, in one line: `/srv/data`, `s3://bucket/prefix at http://127.0.0.1:9000`.
    #[must_use]
    pub fn target(&self) -> String {
        match self {
            Self::Local { path } => path.display().to_string(),
            Self::S3(s3) => {
                let mut text = format!("s3://{}", s3.bucket);
                if let Some(part) = &s3.prefix {
                    let _ = write!(text, "/{part}");
                }
                if let Some(endpoint) = &s3.endpoint {
                    let _ = write!(text, " at {endpoint}");
                }
                text
            }
        }
    }

    /// Reads the TOML text of a connection; `path` is for the error.
    pub(super) fn from_toml(path: &Path, text: &str) -> Result<Self> {
        let file: ConnectionToml = toml_text::parse(path, text)?;
        let missing = |what: &str| toml_text::error_at(path, text, None, format!("expected `{what} = \"…\"`"));
        match file.kind {
            Kind::Local => {
                let folder = file.path.ok_or_else(|| missing("path"))?;
                Ok(Self::Local { path: folder })
            }
            Kind::S3 => Ok(Self::S3(S3Config {
                bucket: file.bucket.ok_or_else(|| missing("bucket"))?,
                prefix: file.prefix,
                endpoint: file.endpoint,
                region: file.region,
                access_key_id: file.access_key_id,
                secret_env: file.secret_env,
                secret_file: file.secret_file,
                allow_http: file.allow_http,
                anonymous: file.anonymous,
            })),
        }
    }

    /// The TOML text of the connection.
    pub(super) fn to_toml(&self) -> Result<String> {
        let empty = S3Config::default();
        let (kind, path, s3) = match self {
            Self::Local { path } => (Kind::Local, Some(path), &empty),
            Self::S3(s3) => (Kind::S3, None, s3),
        };
        let file = ConnectionToml {
            kind,
            path: path.cloned(),
            bucket: Some(s3.bucket.clone()).filter(|bucket| !bucket.is_empty()),
            prefix: s3.prefix.clone(),
            endpoint: s3.endpoint.clone(),
            region: s3.region.clone(),
            access_key_id: s3.access_key_id.clone(),
            secret_env: s3.secret_env.clone(),
            secret_file: s3.secret_file.clone(),
            allow_http: s3.allow_http,
            anonymous: s3.anonymous,
        };
        toml::to_string(&file).map_err(|source| Error::TomlWrite { source })
    }

    /// Checks what can be checked without a look at the place.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let refuse = |reason: &str| {
            Err(Error::ConnectionConfig {
                name: name.to_owned(),
                reason: reason.to_owned(),
            })
        };
        let Self::S3(s3) = self else { return Ok(()) };
        let names_secret = s3.secret_env.is_some() || s3.secret_file.is_some();
        if s3.bucket.is_empty() || s3.bucket.contains('/') {
            return refuse("the bucket's name must not be empty or hold a `/`");
        }
        if s3.secret_env.is_some() && s3.secret_file.is_some() {
            return refuse("the secret is in a variable or in a file, not in both");
        }
        if s3.anonymous && (names_secret || s3.access_key_id.is_some()) {
            return refuse("an anonymous connection has no access key");
        }
        if s3.access_key_id.is_some() != names_secret {
            return refuse(
                "an access key and its secret go together: `--access-key-id KEY --secret-env VARIABLE` (or \
                 `--secret-file FILE`), or neither, for Amazon's own variables",
            );
        }
        match s3.endpoint.as_deref() {
            Some(endpoint) if endpoint.starts_with("http://") && !s3.allow_http => {
                refuse("its endpoint has no TLS; add `--allow-http` if the network between is trusted")
            }
            Some(endpoint) if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") => {
                refuse("its endpoint must begin with https:// or http://")
            }
            _ => Ok(()),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
