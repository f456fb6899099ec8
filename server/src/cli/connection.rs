//! `pilji connection`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use pilji_catalog::{Connection, ConnectionConfig, Connections, Error as CatalogError, S3Config, Warehouse};
use serde_json::{Value, json};

use super::aligned::aligned;
use super::{block_on, print, print_json, text, variables, warehouse};
use crate::config::{Config, Override};
use crate::error::{Result, chain};

/// What can be typed after `pilji connection`.
#[derive(Debug, Args)]
#[command(after_help = "\
A connection gives a name to a folder or a bucket with users' data; NAME:PATH then means a file in it. It is kept in
the warehouse, so every server on the warehouse has it. Secrets are not kept: a connection names the environment
variable or the file that holds one.

Examples:
  pilji connection add local data /srv/data
  pilji connection add s3 lake my-bucket/shops --region ap-northeast-2
  pilji connection add s3 minio shops --endpoint http://minio:9000 --allow-http --access-key-id KEY --secret-env MINIO_SECRET
  pilji connection test lake
  pilji model register lake:2025/shops.csv
")]
pub struct Arguments {
    /// Folder that holds the warehouse [environment: `PILJI_WAREHOUSE`].
    #[arg(long, global = true, value_name = "DIR")]
    warehouse: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Adds a connection.
    Add {
        #[command(subcommand)]
        kind: Kind,
    },
    /// Lists the connections.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one connection.
    Show {
        /// The connection.
        name: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Tries a connection out: lists files and reads from one, and says in words what fails.
    Test {
        /// The connection.
        name: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Removes a connection; models that use it stay, and cannot be read until it is back.
    Remove {
        /// The connection.
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// A folder of the machine on which the server runs.
    Local {
        /// Name of the connection: letters, digits, `_`, `-`.
        name: String,
        /// The folder.
        #[arg(value_name = "DIR")]
        path: PathBuf,
    },
    /// A bucket of Amazon S3, `MinIO` or another store that speaks S3.
    S3(Box<S3Arguments>),
}

#[derive(Debug, Args)]
struct S3Arguments {
    /// Name of the connection: letters, digits, `_`, `-`.
    name: String,
    /// The bucket, and the folder in it at which the connection begins.
    #[arg(value_name = "BUCKET[/FOLDER]")]
    bucket: String,
    /// URL of the service, where it is not Amazon's.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Region of the bucket; otherwise `AWS_REGION`, or us-east-1.
    #[arg(long)]
    region: Option<String>,
    /// Access key; otherwise Amazon's own variables (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, …) or the role of
    /// the machine.
    #[arg(long, value_name = "KEY")]
    access_key_id: Option<String>,
    /// Environment variable that holds the secret of the access key, where the server runs.
    #[arg(long, value_name = "VARIABLE", conflicts_with = "secret_file")]
    secret_env: Option<String>,
    /// File that holds the secret of the access key on its first line, where the server runs.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Use an endpoint without TLS (`http://`).
    #[arg(long)]
    allow_http: bool,
    /// Ask without a key, as for public buckets.
    #[arg(long)]
    anonymous: bool,
}

impl Arguments {
    /// The settings given by flags.
    pub fn overrides(&self) -> Vec<Override> {
        self.warehouse.iter().map(|dir| ("warehouse", text(dir))).collect()
    }
}

/// Does what was asked for, and prints what became of it.
///
/// # Errors
///
/// Those of the connections.
pub fn run(arguments: &Arguments, config: &Config) -> Result<()> {
    let dir = warehouse(config)?;
    let warehouse = match &arguments.action {
        Action::Add { .. } => Warehouse::create(dir)?,
        _ => Warehouse::open(dir)?,
    };
    let connections = Connections::new(&warehouse, variables());
    match &arguments.action {
        Action::Add { kind } => add(&connections, kind),
        Action::List { json } => list(&connections, *json),
        Action::Show { name, json } => show(&connections, name, *json),
        Action::Test { name, json } => test(&connections, name, *json),
        Action::Remove { name } => {
            block_on(async { Ok(connections.remove(name).await?) })?;
            print(&format!("connection {name} is removed\n"))
        }
    }
}

fn add(connections: &Connections, kind: &Kind) -> Result<()> {
    let (name, config) = match kind {
        Kind::Local { name, path } => (name, local(name, path)?),
        Kind::S3(s3) => (&s3.name, s3_config(s3)),
    };
    let added = block_on(async { Ok(connections.add(name, config).await?) })?;
    let name = &added.name;
    print(&format!(
        "connection {name} leads to {}\n`pilji connection test {name}` tries it out\n",
        added.config.target()
    ))
}

fn local(name: &str, path: &Path) -> Result<ConnectionConfig> {
    let resolved = path.canonicalize().ok().filter(|path| path.is_dir());
    let path = resolved.ok_or_else(|| CatalogError::ConnectionConfig {
        name: name.to_owned(),
        reason: format!("no folder at {}", path.display()),
    })?;
    Ok(ConnectionConfig::Local { path })
}

fn s3_config(arguments: &S3Arguments) -> ConnectionConfig {
    let place = arguments.bucket.strip_prefix("s3://").unwrap_or(&arguments.bucket);
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = prefix.trim_matches('/');
    ConnectionConfig::S3(S3Config {
        bucket: bucket.to_owned(),
        prefix: (!prefix.is_empty()).then(|| prefix.to_owned()),
        endpoint: arguments.endpoint.clone(),
        region: arguments.region.clone(),
        access_key_id: arguments.access_key_id.clone(),
        secret_env: arguments.secret_env.clone(),
        // The server may run in another folder.
        secret_file: arguments
            .secret_file
            .as_ref()
            .map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone())),
        allow_http: arguments.allow_http,
        anonymous: arguments.anonymous,
    })
}

fn list(connections: &Connections, as_json: bool) -> Result<()> {
    let listed = block_on(async { Ok(connections.list().await?) })?;
    if as_json {
        let values = listed.iter().map(|listed| match &listed.connection {
            Ok(connection) => json_of(connection),
            Err(error) => json!({ "name": listed.name, "error": chain(error) }),
        });
        return print_json(&Value::Array(values.collect()));
    }
    if listed.is_empty() {
        return print("no connections yet; `pilji connection add --help` shows how to add one\n");
    }
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|listed| match &listed.connection {
            Ok(connection) => vec![
                listed.name.clone(),
                connection.config.kind().to_owned(),
                connection.config.target(),
            ],
            Err(error) => vec![listed.name.clone(), "?".to_owned(), chain(error)],
        })
        .collect();
    print(&aligned(&["NAME", "KIND", "LEADS TO"], &rows))
}

fn show(connections: &Connections, name: &str, as_json: bool) -> Result<()> {
    let connection = block_on(async { Ok(connections.get(name).await?) })?;
    if as_json {
        return print_json(&json_of(&connection));
    }
    let mut text = String::new();
    let Value::Object(fields) = json_of(&connection) else {
        return Ok(());
    };
    for (field, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = writeln!(text, "{:<14} {shown}", field.replace('_', " "));
    }
    print(&text)
}

fn test(connections: &Connections, name: &str, as_json: bool) -> Result<()> {
    let probe = block_on(async { Ok(connections.test(name).await?) })?;
    let millis = probe.elapsed.as_millis();
    if as_json {
        return print_json(&json!({
            "files": probe.files,
            "more": probe.more,
            "read": probe.read.as_ref().map(|(file, _)| file),
            "bytes": probe.read.as_ref().map(|(_, bytes)| bytes),
            "millis": u64::try_from(millis).unwrap_or(u64::MAX),
        }));
    }
    let files = match (probe.files, probe.more) {
        (0, _) => "it is empty".to_owned(),
        (1, _) => "it holds 1 file".to_owned(),
        (files, false) => format!("it holds {files} files"),
        (files, true) => format!("the first {files} files were listed"),
    };
    let read = probe.read.map_or_else(
        || "no file had bytes to read".to_owned(),
        |(file, bytes)| format!("{bytes} bytes of {file} were read"),
    );
    print(&format!("connection {name} works: {files}, {read} ({millis} ms)\n"))
}

/// What is known of a connection; the secret is not.
fn json_of(connection: &Connection) -> Value {
    let mut value = json!({
        "name": connection.name,
        "revision": connection.revision,
        "kind": connection.config.kind(),
        "target": connection.config.target(),
    });
    if let ConnectionConfig::S3(s3) = &connection.config {
        value["bucket"] = json!(s3.bucket);
        value["prefix"] = json!(s3.prefix);
        value["endpoint"] = json!(s3.endpoint);
        value["region"] = json!(s3.region);
        value["access_key_id"] = json!(s3.access_key_id);
        value["secret_env"] = json!(s3.secret_env);
        value["secret_file"] = json!(s3.secret_file);
        value["allow_http"] = json!(s3.allow_http);
        value["anonymous"] = json!(s3.anonymous);
    }
    value
}
