//! `pilji model edit`.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use clap::Args;
use pilji_catalog::{ColumnType, Error as CatalogError, Model, Models, Role};

use super::{owner_and_name, shown};
use crate::cli::{block_on, print, print_json};
use crate::error::{Error, Result, chain};

/// What is started where neither VISUAL nor EDITOR is set.
const DEFAULT_EDITOR: &str = "vi";

/// What can be typed after `pilji model edit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Roles: pnu, bjd_cd, si_nm, sgg_nm, emd_nm, ri_nm, jibun_address, lon, lat, geometry.
Types: text, boolean, int8 … int64, uint8 … uint64, float32, float64, date, timestamp, decimal(18,2), binary.

Examples:
  pilji model edit shared.shops --role 고유번호=pnu --type 우편번호=text
  pilji model edit shared.shops --role 고유번호=
  pilji model edit shared.shops --comment '상가업소, 2025년 1분기' --column-comment 업종='상권업종 소분류명'
  EDITOR=nano pilji model edit shared.shops
")]
pub struct Arguments {
    /// The model: OWNER.NAME, or NAME of a shared one.
    model: String,
    /// Gives a column a role; nothing after the `=` takes its role away.
    #[arg(long = "role", value_name = "COLUMN=ROLE")]
    roles: Vec<String>,
    /// Gives a column a type.
    #[arg(long = "type", value_name = "COLUMN=TYPE")]
    types: Vec<String>,
    /// Says what the data is; an empty text takes the comment away.
    #[arg(long)]
    comment: Option<String>,
    /// Says what a column holds; nothing after the `=` takes the comment away.
    #[arg(long = "column-comment", value_name = "COLUMN=TEXT")]
    column_comments: Vec<String>,
    /// Print the model as JSON.
    #[arg(long)]
    json: bool,
}

/// Corrects a model and prints what it is now.
///
/// # Errors
///
/// Those of the models; [`Error::Usage`] on a flag that cannot be understood; [`Error::Editor`] and [`Error::Draft`]
/// around the editor.
pub fn run(models: &Models, arguments: &Arguments) -> Result<()> {
    let (owner, name) = owner_and_name(&arguments.model);
    let by_flags = arguments.comment.is_some()
        || !arguments.roles.is_empty()
        || !arguments.types.is_empty()
        || !arguments.column_comments.is_empty();
    let edited = if by_flags {
        Some(edit_by_flags(models, owner, name, arguments)?)
    } else {
        edit_by_hand(models, owner, name)?
    };
    let Some(edited) = edited else {
        return print("nothing was changed\n");
    };
    // What is wrong with the data's place is no reason to refuse the text, and a reason to say so.
    if let Err(error) = block_on(async { Ok(models.table(&edited).await?) }) {
        let _ = writeln!(
            std::io::stderr(),
            "warning: {} cannot be read as it is now: {}",
            edited.full_name(),
            chain(&error)
        );
    }
    if arguments.json {
        print_json(&shown::json_of(&edited))
    } else {
        print(&shown::model(&edited))
    }
}

fn edit_by_flags(models: &Models, owner: &str, name: &str, arguments: &Arguments) -> Result<Arc<Model>> {
    let found = block_on(async { Ok(models.get(owner, name).await?) })?;
    let mut model = Model::clone(&found);
    for given in &arguments.roles {
        let (column, word) = assignment("--role", given)?;
        let role = match word {
            "" => None,
            word => Some(Role::parse(word).ok_or_else(|| {
                let message = format!("not a role: {word:?}, expected one of {}", Role::words());
                usage("--role", given, message)
            })?),
        };
        model.set_role(column, role)?;
    }
    for given in &arguments.types {
        let (column, word) = assignment("--type", given)?;
        let data_type = ColumnType::parse(word).map_err(|message| usage("--type", given, message))?;
        model.set_type(column, data_type)?;
    }
    for given in &arguments.column_comments {
        let (column, comment) = assignment("--column-comment", given)?;
        model.set_column_comment(column, (!comment.is_empty()).then(|| comment.to_owned()))?;
    }
    if let Some(comment) = &arguments.comment {
        model.comment = (!comment.is_empty()).then(|| comment.clone());
    }
    block_on(async { Ok(models.update(&model).await?) })
}

/// The two sides of `COLUMN=VALUE`.
pub fn assignment<'a>(flag: &'static str, given: &'a str) -> Result<(&'a str, &'a str)> {
    match given.split_once('=') {
        Some((column, value)) if !column.trim().is_empty() => Ok((column.trim(), value.trim())),
        _ => Err(usage(flag, given, "expected COLUMN=…".to_owned())),
    }
}

/// The error of a flag that cannot be understood.
pub fn usage(flag: &'static str, given: &str, message: String) -> Error {
    Error::Usage {
        flag,
        given: given.to_owned(),
        message,
    }
}

/// Opens the model's text in an editor until it is right or given up; `None` when it stays as it was.
fn edit_by_hand(models: &Models, owner: &str, name: &str) -> Result<Option<Arc<Model>>> {
    let (revision, text) = block_on(async { Ok(models.text(owner, name).await?) })?;
    let draft = write_draft(owner, name, &text)?;
    loop {
        open_editor(&draft)?;
        let edited = fs::read_to_string(&draft).map_err(|source| Error::Output {
            target: draft.display().to_string(),
            source,
        })?;
        if edited == text {
            let _ = fs::remove_file(&draft);
            return Ok(None);
        }
        let kept = block_on(async { Ok(models.update_text(owner, name, revision, edited).await?) });
        let error = match kept {
            Ok(model) => {
                let _ = fs::remove_file(&draft);
                return Ok(Some(model));
            }
            Err(error) => error,
        };
        let may_be_mended = matches!(error, Error::Catalog(CatalogError::Toml { .. }));
        if may_be_mended && ask_again(&error) {
            continue;
        }
        return Err(Error::Draft {
            path: draft,
            source: Box::new(error),
        });
    }
}

/// Writes the text to a file that only this person can read.
fn write_draft(owner: &str, name: &str, text: &str) -> Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("pilji-{owner}.{name}-{}.toml", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| Error::Output {
            target: path.display().to_string(),
            source,
        })?;
    Ok(path)
}

/// Waits for the editor. It may be a command with flags, so a shell starts it, as Git does.
fn open_editor(draft: &Path) -> Result<()> {
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let editor = set("VISUAL")
        .or_else(|| set("EDITOR"))
        .unwrap_or_else(|| DEFAULT_EDITOR.to_owned());
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(draft)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::Editor {
            editor,
            reason: status.to_string(),
        }),
        Err(source) => Err(Error::Editor {
            editor,
            reason: source.to_string(),
        }),
    }
}

/// Shows what is wrong and asks whether to open the editor again; no where nobody can answer.
fn ask_again(error: &Error) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    let _ = write!(std::io::stderr(), "error: {}\nEdit it again? [Y/n] ", chain(error));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok_and(|bytes| bytes > 0) && !answer.trim().to_lowercase().starts_with('n')
}
