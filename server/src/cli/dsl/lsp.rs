//! `pilji dsl lsp`: what editors ask of a text in `PiljiQL`, over standard input and output.
//!
//! Mistakes of the text alone are told at once. Names of models and columns are a server's, where one answers; without one the
//! rest works all the same.

mod places;

use std::collections::HashMap;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{DidChangeTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics};
use lsp_types::request::{Completion, Formatting, HoverRequest, Request as _};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionOptions, CompletionParams, Diagnostic, DiagnosticSeverity,
    DidChangeTextDocumentParams, DidOpenTextDocumentParams, DocumentFormattingParams, Hover, HoverContents,
    HoverParams, HoverProviderCapability, MarkupContent, MarkupKind, NumberOrString, OneOf, PublishDiagnosticsParams,
    Range, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextEdit, Uri,
};
use pilji_dsl::{COMMANDS, CommandHelp, SOURCES, Severity};
use pilji_udfs::BjdTable;

use super::super::block_on;
use crate::client;
use crate::config::Config;
use crate::error::{Error, Result};

use places::Lines;

/// Districts that are offered at once.
const MOST_DISTRICTS: usize = 50;

/// Answers an editor until it says that it goes.
///
/// # Errors
///
/// [`Error::Protocol`] when what comes is not the protocol.
pub fn run(config: &Config) -> Result<()> {
    let (connection, threads) = Connection::stdio();
    let capabilities = ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["|", " ", "="].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    };
    let capabilities = serde_json::to_value(capabilities).map_err(|source| Error::Json { source })?;
    let failed = |reason: String| Error::Protocol {
        source: Box::new(arrow_flight::error::FlightError::DecodeError(reason)),
    };
    connection
        .initialize(capabilities)
        .map_err(|error| failed(error.to_string()))?;
    let mut editor = Editor {
        config,
        texts: HashMap::new(),
        connection: &connection,
    };
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection
                    .handle_shutdown(&request)
                    .map_err(|error| failed(error.to_string()))?
                {
                    break;
                }
                editor.answer(request);
            }
            Message::Notification(notification) => editor.notice(notification),
            Message::Response(_) => {}
        }
    }
    drop(connection);
    threads.join().map_err(|source| Error::Output {
        target: "standard output".to_owned(),
        source,
    })
}

/// The texts that an editor has open.
struct Editor<'a> {
    config: &'a Config,
    texts: HashMap<String, String>,
    connection: &'a Connection,
}

impl Editor<'_> {
    fn notice(&mut self, notification: Notification) {
        let changed = match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let params: Option<DidOpenTextDocumentParams> = serde_json::from_value(notification.params).ok();
                params.map(|params| (params.text_document.uri, params.text_document.text))
            }
            DidChangeTextDocument::METHOD => {
                let params: Option<DidChangeTextDocumentParams> = serde_json::from_value(notification.params).ok();
                params.and_then(|mut params| Some((params.text_document.uri, params.content_changes.pop()?.text)))
            }
            _ => None,
        };
        if let Some((uri, text)) = changed {
            self.tell(&uri, &text);
            self.texts.insert(uri.as_str().to_owned(), text);
        }
    }

    /// Tells what is wrong with a text.
    fn tell(&self, uri: &Uri, text: &str) {
        let params = PublishDiagnosticsParams {
            uri: uri.clone(),
            diagnostics: self.diagnostics(text),
            version: None,
        };
        let notification = Notification::new(PublishDiagnostics::METHOD.to_owned(), params);
        // An editor that has gone away needs no telling.
        let _ = self.connection.sender.send(Message::Notification(notification));
    }

    fn diagnostics(&self, text: &str) -> Vec<Diagnostic> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let lines = Lines::new(text);
        match pilji_dsl::parse(text) {
            Err(wrong) => wrong
                .iter()
                .map(|one| {
                    let message = match one.labels.first() {
                        Some(label) if !label.english.is_empty() => {
                            format!("{}\n{}\n{}", one.english, label.english, one.korean)
                        }
                        _ => format!("{}\n{}", one.english, one.korean),
                    };
                    told(
                        one.code,
                        one.severity == Severity::Error,
                        lines.range(&one.span()),
                        message,
                    )
                })
                .collect(),
            Ok(_) => self.of_server(text, &lines),
        }
    }

    /// What a server says of the names in a text; nothing where no server answers.
    fn of_server(&self, text: &str, lines: &Lines<'_>) -> Vec<Diagnostic> {
        let asked = self.ask(&format!("explain sql {text}"));
        let Err(Error::Answer {
            diagnostics: Some(json),
            ..
        }) = asked
        else {
            return Vec::new();
        };
        let wrong: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap_or_default();
        // Places are those of the whole text, with what stands in front of it.
        let front = "explain sql ".len();
        wrong
            .iter()
            .map(|one| {
                let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                let byte = |key: &str| {
                    let at = one["labels"][0]["span"][key].as_u64().unwrap_or_default();
                    usize::try_from(at).unwrap_or_default().saturating_sub(front)
                };
                let label = one["labels"][0]["english"].as_str().unwrap_or_default();
                let message = [word("english"), label.to_owned(), word("korean")];
                let message: Vec<String> = message.into_iter().filter(|line| !line.is_empty()).collect();
                let range = lines.range(&(byte("start")..byte("end")));
                told(&word("code"), word("severity") == "error", range, message.join("\n"))
            })
            .collect()
    }

    fn ask(&self, query: &str) -> Result<String> {
        block_on(client::text(&self.config.url, self.config.token.as_ref(), query))
    }

    fn answer(&self, request: Request) {
        let id = request.id.clone();
        let result = match request.method.as_str() {
            Completion::METHOD => self.with(request.params, Self::complete),
            HoverRequest::METHOD => self.with(request.params, Self::hover),
            Formatting::METHOD => self.with(request.params, Self::formatted),
            other => {
                let message = format!("{other} is not known");
                let response = Response::new_err(id, ErrorCode::MethodNotFound as i32, message);
                let _ = self.connection.sender.send(Message::Response(response));
                return;
            }
        };
        let response = Response::new_ok(id, result);
        let _ = self.connection.sender.send(Message::Response(response));
    }

    /// The answer to a request, as JSON; NULL for one that makes no sense.
    fn with<P, R>(&self, params: serde_json::Value, answer: impl Fn(&Self, &P) -> Option<R>) -> serde_json::Value
    where
        P: serde::de::DeserializeOwned,
        R: serde::Serialize,
    {
        let params: Option<P> = serde_json::from_value(params).ok();
        let answered = params.and_then(|params| answer(self, &params));
        serde_json::to_value(answered).unwrap_or_default()
    }

    fn formatted(&self, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        let text = self.texts.get(params.text_document.uri.as_str())?;
        let new_text = pilji_dsl::format(text).ok()?;
        let range = Lines::new(text).range(&(0..text.len()));
        Some(vec![TextEdit { range, new_text }])
    }

    fn hover(&self, params: &HoverParams) -> Option<Hover> {
        let at = &params.text_document_position_params;
        let text = self.texts.get(at.text_document.uri.as_str())?;
        let byte = Lines::new(text).byte(at.position);
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '*';
        let front = text.get(..byte)?;
        let begin = front.rfind(|c: char| !is_part(c)).map_or(0, |at| at + 1);
        let begin = (begin..=byte).find(|at| text.is_char_boundary(*at))?;
        let rest = text.get(begin..)?;
        let word = rest
            .get(..rest.find(|c: char| !is_part(c)).unwrap_or(rest.len()))?
            .to_lowercase();
        let command = commands().find(|command| command.words.contains(&word.as_str()))?;
        Some(Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: described(command),
            }),
            range: None,
        })
    }

    /// Commands behind a bar, models behind `model`, districts within an address, else columns.
    fn complete(&self, params: &CompletionParams) -> Option<Vec<CompletionItem>> {
        let at = &params.text_document_position;
        let text = self.texts.get(at.text_document.uri.as_str())?;
        let front = text.get(..Lines::new(text).byte(at.position))?;
        let stage = front.rsplit('|').next()?.trim_start();
        let typed = stage.split_whitespace().next().unwrap_or_default().to_lowercase();
        let is_first_word = !stage.contains(char::is_whitespace);
        let is_source = !front.contains('|');
        if is_first_word {
            let words = if is_source { SOURCES } else { COMMANDS };
            let items = words.iter().flat_map(|command| {
                command.words.iter().map(|word| CompletionItem {
                    detail: Some(command.english.to_owned()),
                    ..item(word, CompletionItemKind::KEYWORD)
                })
            });
            return Some(items.collect());
        }
        if typed == "model" || ["join", "merge", "union", "append", "lookup"].contains(&typed.as_str()) {
            let names = self.ask(
                "SELECT string_agg(table_name, chr(10)) FROM information_schema.tables WHERE table_schema <> 'information_schema'",
            );
            return Some(listed(&names.ok()?, CompletionItemKind::CLASS));
        }
        if typed == "addr" {
            let word = stage.rsplit(['=', '/', '\'', ',']).next().unwrap_or_default().trim();
            return Some(districts(word));
        }
        let before = front.rsplit_once('|')?.0;
        let query = format!("SELECT string_agg(\"column\", chr(10)) FROM dsl($lsp$ {before} | describe $lsp$)");
        Some(listed(&self.ask(&query).ok()?, CompletionItemKind::FIELD))
    }
}

fn commands() -> impl Iterator<Item = &'static CommandHelp> {
    SOURCES.iter().chain(COMMANDS)
}

fn described(command: &CommandHelp) -> String {
    let usage = command.usage.join("\n");
    format!(
        "```\n{usage}\n```\n{}\n\n{}\n\n```\n{}\n```",
        command.english, command.korean, command.example
    )
}

fn told(code: &str, is_error: bool, range: Range, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(if is_error {
            DiagnosticSeverity::ERROR
        } else {
            DiagnosticSeverity::WARNING
        }),
        code: Some(NumberOrString::String(code.to_owned())),
        source: Some("piljiql".to_owned()),
        message,
        ..Diagnostic::default()
    }
}

fn item(label: &str, kind: CompletionItemKind) -> CompletionItem {
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        ..CompletionItem::default()
    }
}

fn listed(names: &str, kind: CompletionItemKind) -> Vec<CompletionItem> {
    names.lines().map(|name| item(name, kind)).collect()
}

/// The names of districts that begin so, each once.
fn districts(word: &str) -> Vec<CompletionItem> {
    let mut names: Vec<&str> = BjdTable::at(chrono::NaiveDate::MAX)
        .entries()
        .flat_map(|entry| {
            let name = &entry.name;
            [Some(&name.si), name.sgg.as_ref(), name.emd.as_ref(), name.ri.as_ref()]
        })
        .flatten()
        .map(String::as_str)
        .filter(|name| name.starts_with(word))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(MOST_DISTRICTS);
    names.iter().map(|name| item(name, CompletionItemKind::VALUE)).collect()
}
