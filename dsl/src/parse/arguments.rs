//! Arguments that several commands take: counts, names, orders, groups.

use super::cursor::{Cursor, Parsed};
use super::expr;
use super::source::any_name;
use crate::diagnostic::Diagnostic;
use crate::syntax::{Name, Output, Pattern, SortKey};
use crate::token::Kind;

/// A number of rows, where one stands.
pub fn count(cursor: &mut Cursor<'_>) -> Parsed<Option<u64>> {
    if cursor.kind() != Kind::Number {
        return Ok(None);
    }
    let (text, span) = (cursor.text(), cursor.span());
    match text.parse() {
        Ok(count) => {
            cursor.next();
            Ok(Some(count))
        }
        Err(_) => Err(Box::new(Diagnostic::error(
            "E0102",
            span,
            format!("expected a whole number of rows, found {text}"),
            format!("행의 수는 정수여야 하는데 {text} 이(가) 있습니다"),
        ))),
    }
}

/// Columns, separated by commas.
pub fn names(cursor: &mut Cursor<'_>) -> Parsed<Vec<Name>> {
    let mut names = Vec::new();
    loop {
        names.push(cursor.name("a column", "열")?);
        if !cursor.eat(Kind::Comma) {
            return Ok(names);
        }
    }
}

/// The columns behind `by`, where it stands.
pub fn by(cursor: &mut Cursor<'_>) -> Parsed<Vec<Name>> {
    if cursor.eat_word("by") {
        names(cursor)
    } else {
        Ok(Vec::new())
    }
}

/// Columns with `+` or `-` in front.
pub fn order(cursor: &mut Cursor<'_>) -> Parsed<Vec<SortKey>> {
    let mut keys = Vec::new();
    loop {
        let descending = cursor.eat(Kind::Minus);
        let is_signed = descending || cursor.eat(Kind::Plus);
        let (english, korean) = (
            "a column to sort by, with `+` or `-` in front",
            "정렬할 열, 앞에 `+` 또는 `-`",
        );
        if cursor.is_word("by") {
            return Err(cursor.expected(english, korean));
        }
        let column = cursor.name(english, korean)?;
        keys.push(SortKey {
            column,
            descending,
            is_signed,
        });
        if !cursor.eat(Kind::Comma) {
            return Ok(keys);
        }
    }
}

/// What is computed, and behind `by` what tells groups apart.
pub fn grouped(cursor: &mut Cursor<'_>) -> Parsed<(Vec<Output>, Vec<Output>)> {
    let aggregates = outputs(cursor)?;
    let keys = if cursor.eat_word("by") {
        outputs(cursor)?
    } else {
        Vec::new()
    };
    Ok((aggregates, keys))
}

/// Expressions with names, separated by commas.
pub fn outputs(cursor: &mut Cursor<'_>) -> Parsed<Vec<Output>> {
    let mut outputs = Vec::new();
    loop {
        let expr = expr::expr(cursor)?;
        let name = if cursor.eat_word("as") {
            Some(any_name(cursor)?)
        } else {
            None
        };
        outputs.push(Output { expr, name });
        if !cursor.eat(Kind::Comma) {
            return Ok(outputs);
        }
    }
}

/// A name in which `*` may stand, without blanks between its parts.
pub fn pattern(cursor: &mut Cursor<'_>) -> Parsed<Pattern> {
    let start = cursor.span().start;
    let mut text = String::new();
    loop {
        match cursor.kind() {
            Kind::Star => {
                cursor.next();
                text.push('*');
            }
            Kind::Word | Kind::Quoted if !cursor.is_word("as") || text.is_empty() => {
                text.push_str(&cursor.word_as_name().text);
            }
            _ if text.is_empty() => return Err(cursor.expected("a column", "열")),
            _ => break,
        }
        if !cursor.is_adjacent() {
            break;
        }
    }
    let span = start..cursor.end_of_last();
    Ok(Pattern { text, span })
}
