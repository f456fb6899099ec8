//! From what is kept of a connection to the store that it leads to.

use std::sync::Arc;
use std::time::Duration;

use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::probe;
use crate::{Connection, ConnectionConfig, Error, Result, S3Config, Variables};

/// How long a connection to a store may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long one request may take; a large file is read in many.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// How often, and for how long, a request that failed on the way is sent again.
const RETRIES: usize = 3;
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

/// An open store, as queries read from it.
#[derive(Debug, Clone)]
pub struct ConnectedStore {
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// What plans call the store; says nothing of where it is.
    pub url: ObjectStoreUrl,
    /// The folder in the store at which the connection begins.
    pub prefix: Path,
}

impl ConnectedStore {
    /// Opens the store of a connection; waits for the disk, and does not ask the store anything yet.
    pub(super) fn open(connection: &Connection, variables: &Variables) -> Result<Self> {
        let name = &connection.name;
        let failed = |source| probe::failure(connection, source);
        let (store, prefix): (Arc<dyn ObjectStore>, Path) = match &connection.config {
            ConnectionConfig::Local { path } => {
                let store = LocalFileSystem::new_with_prefix(path).map_err(failed)?;
                (Arc::new(store), Path::default())
            }
            ConnectionConfig::S3(s3) => {
                let prefix = Path::parse(s3.prefix.as_deref().unwrap_or_default())
                    .map_err(|source| failed(object_store::Error::InvalidPath { source }))?;
                let store = s3_builder(name, s3, variables)?.build().map_err(failed)?;
                (Arc::new(store), prefix)
            }
        };
        // The revision is part of the name: a connection that is added again is another store.
        let url =
            ObjectStoreUrl::parse(format!("pilji-connection://{name}-{}", connection.revision)).map_err(|source| {
                Error::StoreUrl {
                    source: Box::new(source),
                }
            })?;
        Ok(Self { store, url, prefix })
    }
}

fn s3_builder(name: &str, s3: &S3Config, variables: &Variables) -> Result<AmazonS3Builder> {
    let options = ClientOptions::new()
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_timeout(REQUEST_TIMEOUT);
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: RETRIES,
        retry_timeout: RETRY_TIMEOUT,
    };
    let mut builder = AmazonS3Builder::new().with_client_options(options).with_retry(retry);
    if s3.access_key_id.is_none() && !s3.anonymous {
        for (variable, value) in variables.starting_with("AWS_") {
            if let Ok(key) = variable.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
    }
    builder = builder
        .with_bucket_name(&s3.bucket)
        .with_allow_http(s3.allow_http)
        .with_skip_signature(s3.anonymous);
    let region = s3.region.as_deref().or_else(|| variables.get("AWS_REGION"));
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = &s3.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(access_key_id) = &s3.access_key_id {
        builder = builder
            .with_access_key_id(access_key_id)
            .with_secret_access_key(secret(name, s3, variables)?);
    }
    Ok(builder)
}

/// The secret of an access key, from where the connection says that it is.
fn secret(name: &str, s3: &S3Config, variables: &Variables) -> Result<String> {
    let missing = |reason: String| Error::Secret {
        name: name.to_owned(),
        reason,
    };
    if let Some(variable) = &s3.secret_env {
        let value = variables.get(variable).filter(|value| !value.is_empty());
        return value.map(str::to_owned).ok_or_else(|| {
            missing(format!(
                "the environment variable {variable} is not set where this program runs"
            ))
        });
    }
    let Some(path) = &s3.secret_file else {
        return Err(missing("neither a variable nor a file is named".to_owned()));
    };
    let text = std::fs::read_to_string(path)
        .map_err(|source| missing(format!("the file {} cannot be read ({source})", path.display())))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(missing(format!("the first line of {} is empty", path.display()))),
    }
}
