//! `pilji dsl`: texts in `PiljiQL`, without running them.

mod lsp;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{block_on, print};
use crate::client;
use crate::config::{Config, Override};
use crate::error::{Error, Result, WrongText};

/// What can be typed after `pilji dsl`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pilji dsl check report.pql            asks a server whether every name is there
  pilji dsl check --syntax -            reads standard input, needs no server
  pilji dsl explain report.pql          shows the SQL that it becomes
  pilji dsl fmt --write report.pql      a stage on each line
  pilji dsl lsp                         what an editor starts
")]
pub struct Arguments {
    /// Server to ask [environment: `PILJI_URL`] [default: `http://127.0.0.1:50051`].
    #[arg(long, global = true)]
    url: Option<String>,
    /// The server's token; `PILJI_TOKEN` keeps it out of the list of processes.
    #[arg(long, global = true)]
    token: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says what is wrong with a text, if anything; the exit code is 1 then.
    Check {
        /// Looks at the text alone, without the tables of a server.
        #[arg(long)]
        syntax: bool,
        /// A file; `-` reads standard input.
        file: PathBuf,
    },
    /// Prints the SQL that a text becomes, with its stages as comments.
    Explain {
        /// A file; `-` reads standard input.
        file: PathBuf,
    },
    /// Prints a text with a stage on each line.
    Fmt {
        /// Writes the file anew in place of printing.
        #[arg(long)]
        write: bool,
        /// A file; `-` reads standard input.
        file: PathBuf,
    },
    /// Serves an editor over standard input and output (Language Server Protocol).
    Lsp,
    /// Prints the page that describes the language.
    Reference,
    /// Writes a page for every code of what can be wrong into a folder.
    Errors {
        /// The folder; it is made where it is missing.
        folder: PathBuf,
    },
}

impl Arguments {
    /// The settings given by flags.
    pub fn overrides(&self) -> Vec<Override> {
        let url = self.url.iter().map(|url| ("url", url.clone()));
        let token = self.token.iter().map(|token| ("token", token.clone()));
        url.chain(token).collect()
    }
}

/// Does what was typed.
///
/// # Errors
///
/// [`Error::PiljiQl`] when a text is wrong, [`Error::InputText`] when it cannot be read, those of [`client::text`], and
/// [`Error::Output`].
pub fn run(arguments: &Arguments, config: &Config) -> Result<()> {
    match &arguments.command {
        Command::Check { syntax: true, file } => {
            let text = read(file)?;
            pilji_dsl::parse(&text)
                .map(|_| ())
                .map_err(|diagnostics| wrong(text, diagnostics))
        }
        Command::Check { syntax: false, file } => {
            let sql = explained(file, config)?;
            let warnings = sql.lines().filter_map(|line| line.strip_prefix("-- W"));
            for warning in warnings {
                // Nobody is left to tell when standard error is closed.
                let _ = writeln!(std::io::stderr(), "warning: W{warning}");
            }
            Ok(())
        }
        Command::Explain { file } => print(&format!("{}\n", explained(file, config)?)),
        Command::Fmt { write, file } => {
            let text = read(file)?;
            let formatted = pilji_dsl::format(&text).map_err(|diagnostics| wrong(text, diagnostics))?;
            if *write && file != Path::new("-") {
                std::fs::write(file, formatted).map_err(|source| Error::Output {
                    target: file.display().to_string(),
                    source,
                })
            } else {
                print(&formatted)
            }
        }
        Command::Lsp => lsp::run(config),
        Command::Reference => print(&pilji_dsl::reference()),
        Command::Errors { folder } => write_pages(folder),
    }
}

/// The SQL that a text becomes, as a server says.
fn explained(file: &Path, config: &Config) -> Result<String> {
    let text = read(file)?;
    pilji_dsl::parse(&text).map_err(|diagnostics| wrong(text.clone(), diagnostics))?;
    let query = format!("explain sql {text}");
    block_on(client::text(&config.url, config.token.as_ref(), &query))
}

fn write_pages(folder: &Path) -> Result<()> {
    let failed = |path: &Path, source| Error::Output {
        target: path.display().to_string(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    for code in pilji_dsl::CODES {
        let path = folder.join(format!("{}.md", code.code));
        std::fs::write(&path, pilji_dsl::page(code)).map_err(|source| failed(&path, source))?;
    }
    Ok(())
}

fn wrong(text: String, diagnostics: Vec<pilji_dsl::Diagnostic>) -> Error {
    Error::PiljiQl(Box::new(WrongText { text, diagnostics }))
}

fn read(file: &Path) -> Result<String> {
    let failed = |source| Error::InputText {
        file: file.to_path_buf(),
        source,
    };
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
        return Ok(text);
    }
    std::fs::read_to_string(file).map_err(failed)
}
