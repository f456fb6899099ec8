//! Addresses: `addr SI_NM=경기도 SGG_NM='안양시 *'`, or `addr '경기도/안양시 */관양동/*'`.

use super::cursor::{Cursor, Parsed, unquoted};
use super::source::is_text;
use crate::diagnostic::Diagnostic;
use crate::syntax::{Address, Name, Term, TermValue};
use crate::token::Kind;

/// The columns that the parts of a path mean.
pub const LEVELS: [&str; 4] = ["si_nm", "sgg_nm", "emd_nm", "ri_nm"];

/// Whether an address follows the word that comes next.
pub fn follows(cursor: &Cursor<'_>) -> bool {
    is_text(cursor.kind_ahead(1)) || (cursor.kind_ahead(1) == Kind::Word && cursor.kind_ahead(2) == Kind::Equal)
}

/// An address, behind its word.
pub fn address(cursor: &mut Cursor<'_>) -> Parsed<Address> {
    let start = cursor.span().start;
    let mut terms = Vec::new();
    while is_text(cursor.kind()) {
        terms.extend(path(cursor)?);
    }
    while cursor.kind() == Kind::Word && cursor.kind_ahead(1) == Kind::Equal {
        let column = cursor.word_as_name();
        cursor.next();
        let mut values = vec![value(cursor)?];
        while cursor.eat(Kind::Comma) {
            values.push(value(cursor)?);
        }
        terms.push(Term { column, values });
    }
    if terms.is_empty() {
        return Err(cursor.expected(
            "an address: `'경기도/안양시 */관양동'` or `SI_NM=경기도 SGG_NM='안양시 *'`",
            "주소: `'경기도/안양시 */관양동'` 또는 `SI_NM=경기도 SGG_NM='안양시 *'`",
        ));
    }
    let span = start..cursor.end_of_last();
    Ok(Address { terms, span })
}

/// A text with a part for each level from the top.
fn path(cursor: &mut Cursor<'_>) -> Parsed<Vec<Term>> {
    let text = unquoted(cursor.kind(), cursor.text());
    let span = cursor.next().span;
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    if parts.len() > LEVELS.len() || parts.iter().any(|part| part.is_empty()) {
        return Err(Box::new(
            Diagnostic::error(
                "E0111",
                span,
                "an address has up to four parts: 시도, 시군구, 읍면동, 리",
                "주소는 시도, 시군구, 읍면동, 리 네 부분까지입니다",
            )
            .saying(
                "as `'경기도/안양시 동안구/관양동'`, with `*` for any",
                "예: `'경기도/안양시 동안구/관양동'`, 아무 것이나는 `*`",
            ),
        ));
    }
    let term = |(level, part): (&&str, &str)| {
        let name = |text: &str| Name {
            text: text.to_owned(),
            span: span.clone(),
        };
        let value = if part.eq_ignore_ascii_case("null") {
            TermValue::Null(span.clone())
        } else {
            TermValue::Text(name(part))
        };
        Term {
            column: name(level),
            values: vec![value],
        }
    };
    Ok(LEVELS.iter().zip(parts).map(term).collect())
}

/// A value: a text, a word or a number, with `*` anywhere in it.
fn value(cursor: &mut Cursor<'_>) -> Parsed<TermValue> {
    let start = cursor.span().start;
    if cursor.is_word("null") {
        return Ok(TermValue::Null(cursor.next().span));
    }
    if is_text(cursor.kind()) {
        let text = unquoted(cursor.kind(), cursor.text());
        let span = cursor.next().span;
        return Ok(TermValue::Text(Name { text, span }));
    }
    let mut text = String::new();
    while text.is_empty() || cursor.is_adjacent() {
        match cursor.kind() {
            Kind::Word | Kind::Number | Kind::Star | Kind::Minus | Kind::Quoted => {
                text.push_str(&unquoted(cursor.kind(), cursor.text()));
                cursor.next();
            }
            _ => break,
        }
    }
    if text.is_empty() {
        return Err(cursor.expected(
            "a value, such as `경기도`, `'안양시 *'` or `null`",
            "값, 예: `경기도`, `'안양시 *'`, `null`",
        ));
    }
    let span = start..cursor.end_of_last();
    Ok(TermValue::Text(Name { text, span }))
}
