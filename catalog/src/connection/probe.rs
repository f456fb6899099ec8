//! Trying a connection out, and saying in words what went wrong.

use std::error::Error as StdError;
use std::time::{Duration, Instant};

use futures::TryStreamExt;
use object_store::ObjectStoreExt as _;

use crate::{ConnectedStore, Connection, ConnectionConfig, Error, Result};

/// How many files are listed, which is one answer of an S3 store.
const PAGE: usize = 1000;

/// How many bytes are read.
const READ_BYTES: u64 = 4096;

/// What was found when a connection was tried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// How many files were listed.
    pub files: usize,
    /// Whether there are more files than were listed.
    pub more: bool,
    /// The file that was read from and how many bytes came; `None` when there was none to read.
    pub read: Option<(String, u64)>,
    /// How long listing and reading took.
    pub elapsed: Duration,
}

impl Probe {
    /// Lists one page and reads from its first file that has bytes.
    pub(super) async fn of(connection: &Connection, store: &ConnectedStore) -> Result<Self> {
        let started = Instant::now();
        let failed = |source| failure(connection, source);
        let mut listing = store.store.list(Some(&store.prefix));
        let mut files = 0;
        let mut first = None;
        let mut more = false;
        while let Some(file) = listing.try_next().await.map_err(failed)? {
            if files == PAGE {
                more = true;
                break;
            }
            files += 1;
            if first.is_none() && file.size > 0 {
                first = Some(file);
            }
        }
        let mut read = None;
        if let Some(file) = first {
            let range = 0..file.size.min(READ_BYTES);
            let bytes = store.store.get_range(&file.location, range).await.map_err(failed)?;
            read = Some((file.location.to_string(), bytes.len() as u64));
        }
        Ok(Self {
            files,
            more,
            read,
            elapsed: started.elapsed(),
        })
    }
}

/// What a store's failure means for the person who set up the connection.
pub fn failure(connection: &Connection, source: object_store::Error) -> Error {
    Error::Connection {
        name: connection.name.clone(),
        problem: problem(&connection.config, &source),
        source: Box::new(source),
    }
}

/// The failure in words. The stores' own errors are texts within texts, so that they are told apart by what they say.
fn problem(config: &ConnectionConfig, error: &object_store::Error) -> String {
    let text = whole_text(error);
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let s3 = match config {
        ConnectionConfig::Local { path } => {
            let path = path.display();
            return match error {
                _ if says(&["No such file", "not a directory", "Not a directory"]) => format!("no folder at {path}"),
                _ if says(&["Permission denied"]) => format!("no right to read in {path}"),
                _ => format!("cannot read in {path}"),
            };
        }
        ConnectionConfig::S3(s3) => s3,
    };
    let endpoint = s3.endpoint.as_deref().unwrap_or("Amazon S3");
    let bucket = &s3.bucket;
    if says(&["dns error", "failed to lookup address", "Name or service not known"]) {
        format!("the host of {endpoint} is not known (DNS): check --endpoint and --region")
    } else if says(&["Connection refused"]) {
        format!("nothing answers at {endpoint} (connection refused): check the host and port of --endpoint")
    } else if says(&["NoSuchBucket"]) {
        format!("{endpoint} has no bucket {bucket:?}")
    } else if says(&["InvalidAccessKeyId"]) {
        format!("{endpoint} does not know the access key: check --access-key-id")
    } else if says(&["SignatureDoesNotMatch"]) {
        format!("{endpoint} refuses the signature: the secret does not belong to the access key")
    } else if says(&["AuthorizationHeaderMalformed", "PermanentRedirect"]) {
        format!("the bucket {bucket:?} is in another region: set --region")
    } else if says(&["169.254.169.254", "169.254.170."]) {
        "no credentials: name an access key, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --anonymous"
            .to_owned()
    } else if says(&["certificate", "InvalidContentType", "corrupt message"]) {
        format!("no TLS with {endpoint}: its certificate is not trusted, or it speaks plain HTTP")
    } else if matches!(
        error,
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. }
    ) || says(&["403 Forbidden", "AccessDenied", "401 Unauthorized"])
    {
        format!("{endpoint} denies access to bucket {bucket:?} (403): check the key and its rights to list and read")
    } else if says(&["timed out", "operation timed out"]) {
        format!("{endpoint} does not answer in time")
    } else if matches!(error, object_store::Error::NotFound { .. }) {
        format!("not found in bucket {bucket:?}")
    } else {
        format!("cannot use bucket {bucket:?} at {endpoint}")
    }
}

/// The messages of an error and of its causes.
fn whole_text(error: &object_store::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
