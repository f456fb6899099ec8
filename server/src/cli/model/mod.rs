//! `pilji model`.

mod edit;
mod shown;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use pilji_catalog::source::SourceOptions;
use pilji_catalog::{ColumnType, Models, Reach, RegisterRequest, SHARED_OWNER, Warehouse};
use serde_json::Value;

use super::{block_on, print, print_json, text, variables, warehouse};
use crate::config::{Config, Override};
use crate::error::Result;

/// What can be typed after `pilji model`.
#[derive(Debug, Args)]
#[command(after_help = "\
A model gives users' data a name, types, comments and roles; the data stays where it is. Registering looks into the
data (CSV in UTF-8 or cp949, TSV, Parquet, GeoParquet, JSON lines, Delta; files, folders, trees of folders) and writes
a TOML text that you can correct. Queries find it as OWNER.NAME. A running server sees changes at once.

Examples:
  pilji model register shops.csv --comment 상가업소
  pilji model register /spark/parcels --name parcels --levels si_nm,sgg_nm,emd_nm,ri_nm
  pilji model register lake:2025/trades.parquet --owner kim
  pilji model edit shared.shops --role 고유번호=pnu --type 우편번호=text
  pilji query \"SELECT * FROM shared.shops LIMIT 10\"
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
    /// Looks into data and makes a model of it.
    Register(Box<Register>),
    /// Lists the models.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows a model: where the data is, its columns, roles and why, remarks.
    Show {
        /// The model: OWNER.NAME, or NAME of a shared one.
        model: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Print the TOML text as it is kept.
        #[arg(long, conflicts_with = "json")]
        toml: bool,
    },
    /// Corrects a model: by flags, or the whole text in $EDITOR.
    Edit(edit::Arguments),
    /// Removes a model; the data stays where it is.
    Remove {
        /// The model: OWNER.NAME, or NAME of a shared one.
        model: String,
    },
}

#[derive(Debug, Args)]
struct Register {
    /// The data: a file or folder, CONNECTION:PATH, or dataset:NAME for another name of a dataset.
    location: String,
    /// Name of the model: letters, digits, `_`, `-`; otherwise that of the file or folder.
    #[arg(long)]
    name: Option<String>,
    /// Whose model it is.
    #[arg(long, default_value = SHARED_OWNER)]
    owner: String,
    /// Format: parquet, delta, csv (TSV too) or json (one object a line); otherwise told from the content.
    #[arg(long)]
    format: Option<String>,
    /// Encoding of text files: utf-8 or cp949; otherwise told from the content.
    #[arg(long)]
    encoding: Option<String>,
    /// Character between the fields of text files, or `tab`; otherwise told from the content.
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// Whether the first row of text files names the columns: true or false; otherwise told from the content.
    #[arg(long, value_name = "BOOLEAN")]
    header: Option<String>,
    /// Names of the folder levels of a tree whose folders are bare values, outermost first: `si_nm,sgg_nm`.
    #[arg(long, value_name = "NAME,…")]
    levels: Option<String>,
    /// What the data is.
    #[arg(long)]
    comment: Option<String>,
    /// Type of a column, where the one that was found is wrong: `zip=text`.
    #[arg(long = "type", value_name = "COLUMN=TYPE")]
    types: Vec<String>,
    /// Only say what the model would be.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
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
/// Those of the models.
pub fn run(arguments: &Arguments, config: &Config) -> Result<()> {
    let dir = warehouse(config)?;
    let warehouse = match &arguments.action {
        Action::Register(_) => Warehouse::create(dir)?,
        _ => Warehouse::open(dir)?,
    };
    let models = Models::new(&warehouse, variables());
    match &arguments.action {
        Action::Register(arguments) => register(&models, arguments),
        Action::List { json } => list(&models, *json),
        Action::Show { model, json, toml } => show(&models, model, *json, *toml),
        Action::Edit(arguments) => edit::run(&models, arguments),
        Action::Remove { model } => {
            let (owner, name) = owner_and_name(model);
            block_on(async { Ok(models.remove(owner, name).await?) })?;
            print(&format!("model {owner}.{name} is removed; its data is where it was\n"))
        }
    }
}

fn register(models: &Models, arguments: &Register) -> Result<()> {
    let mut options = SourceOptions::default();
    for (option, value) in [
        ("format", &arguments.format),
        ("encoding", &arguments.encoding),
        ("delimiter", &arguments.delimiter),
        ("header", &arguments.header),
        ("levels", &arguments.levels),
    ] {
        if let Some(value) = value {
            options.set(option, value)?;
        }
    }
    let mut types = Vec::new();
    for given in &arguments.types {
        let (column, data_type) = edit::assignment("--type", given)?;
        let data_type = ColumnType::parse(data_type).map_err(|message| edit::usage("--type", given, message))?;
        types.push((column.to_owned(), data_type.arrow().clone()));
    }
    let request = RegisterRequest {
        owner: arguments.owner.clone(),
        name: arguments.name.clone(),
        location: arguments.location.clone(),
        options,
        comment: arguments.comment.clone(),
        types,
        reach: Reach::Anywhere,
    };
    let registered = block_on(async {
        if arguments.dry_run {
            Ok(models.inspect(&request).await?)
        } else {
            Ok(models.register(&request).await?)
        }
    })?;
    if arguments.json {
        return print_json(&shown::json_of_registered(&registered));
    }
    let mut text = shown::registered(&registered);
    let name = registered.model.full_name();
    // Writing to a String does not fail.
    let _ = if arguments.dry_run {
        writeln!(text, "\nNothing was written. Without --dry-run, this becomes {name}.")
    } else {
        writeln!(
            text,
            "\nQuery it as {}. Is something wrong?\n  pilji model edit {name} --role COLUMN=ROLE --type COLUMN=TYPE \
             --column-comment COLUMN=TEXT\n  pilji model edit {name}    opens all of it in $EDITOR",
            shown::quoted(&registered.model)
        )
    };
    print(&text)
}

fn list(models: &Models, as_json: bool) -> Result<()> {
    let listed = block_on(async { Ok(models.list().await?) })?;
    if as_json {
        return print_json(&Value::Array(listed.iter().map(shown::json_of_listed).collect()));
    }
    if listed.is_empty() {
        return print("no models yet; `pilji model register --help` shows how to make one\n");
    }
    print(&shown::listed(&listed))
}

fn show(models: &Models, model: &str, as_json: bool, as_toml: bool) -> Result<()> {
    let (owner, name) = owner_and_name(model);
    if as_toml {
        let (_, text) = block_on(async { Ok(models.text(owner, name).await?) })?;
        return print(&text);
    }
    let model = block_on(async { Ok(models.get(owner, name).await?) })?;
    if as_json {
        return print_json(&shown::json_of(&model));
    }
    print(&shown::model(&model))
}

/// The owner and the name in `OWNER.NAME` or `NAME`.
fn owner_and_name(model: &str) -> (&str, &str) {
    model.split_once('.').unwrap_or((SHARED_OWNER, model))
}
