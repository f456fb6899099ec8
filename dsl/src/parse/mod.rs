//! From tokens to the tree: recursive descent, a stage at a time. What is wrong in one stage does not hide what is wrong in
//! the next.

mod address;
mod arguments;
mod combine;
mod cursor;
mod expr;
mod geo;
mod legacy;
mod reshape;
mod source;
mod stages;
mod text;

use cursor::{Cursor, Parsed};
pub use stages::WORDS;

use crate::diagnostic::Diagnostic;
use crate::syntax::Pipeline;
use crate::token::{Kind, tokens};

/// Bytes that a text may have. Rows of that number are data, which is registered or sent by other ways.
const MOST_BYTES: usize = 256 << 10;

/// The tree of a text; what is wrong with it otherwise, in the order of the text.
///
/// # Errors
///
/// At least one diagnostic of an error.
pub fn parse(text: &str) -> Result<Pipeline, Vec<Diagnostic>> {
    if text.len() > MOST_BYTES {
        return Err(vec![Diagnostic::error(
            "E0003",
            0..0,
            format!("the text has {} bytes; at most {MOST_BYTES} are read", text.len()),
            format!("질의가 {}바이트입니다; {MOST_BYTES}바이트까지 읽습니다", text.len()),
        )]);
    }
    let (tokens, mut wrong) = tokens(text);
    let mut cursor = Cursor::new(text, tokens);
    let source = match source::source(&mut cursor) {
        Ok(source) => Some(source),
        Err(error) => {
            wrong.push(Diagnostic {
                stage: Some(1),
                ..*error
            });
            None
        }
    };
    let mut stages = Vec::new();
    let mut number = 1;
    loop {
        if !cursor.is_between_stages() {
            if wrong.iter().all(|one| one.stage != Some(number)) {
                wrong.push(Diagnostic {
                    stage: Some(number),
                    ..*cursor.expected("`|` or the end", "`|` 또는 끝")
                });
            }
            cursor.skip_stage();
        }
        match cursor.kind() {
            Kind::Pipe => {}
            Kind::Semicolon if cursor.kind_ahead(1) == Kind::End => break,
            Kind::Semicolon => {
                wrong.push(Diagnostic {
                    stage: Some(number),
                    ..*cursor.expected("one query only; put `|` between stages", "질의 하나; 단계 사이에는 `|`")
                });
                break;
            }
            _ => break,
        }
        cursor.next();
        number += 1;
        cursor.begin_stage();
        match stages::stage(&mut cursor) {
            Ok(stage) => stages.push(stage),
            Err(error) => wrong.push(Diagnostic {
                stage: Some(number),
                ..*error
            }),
        }
    }
    match source {
        Some(source) if wrong.is_empty() => Ok(Pipeline { source, stages }),
        _ => {
            wrong.sort_by_key(|one| one.span().start);
            Err(wrong)
        }
    }
}

/// A pipeline inside of a stage, up to the bracket that closes it.
fn pipeline(cursor: &mut Cursor<'_>) -> Parsed<Pipeline> {
    let source = source::source(cursor)?;
    let mut stages = Vec::new();
    while cursor.eat(Kind::Pipe) {
        stages.push(stages::stage(cursor)?);
    }
    Ok(Pipeline { source, stages })
}

/// Whether a word begins a stage.
#[must_use]
pub fn is_command(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    WORDS.contains(&folded.as_str()) || folded == "value_counts"
}
