//! Commands on texts and numbers of columns: `concat`, `replace`, `substr`, `round`, `regex`.

use super::cursor::{Cursor, Parsed};
use super::expr;
use super::reshape::text;
use super::source::any_name;
use crate::syntax::{Columns, Command};
use crate::token::Kind;

/// `a, '-', b [as name]`.
pub fn concat(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut parts = Vec::new();
    loop {
        parts.push(expr::expr(cursor)?);
        if !cursor.eat(Kind::Comma) {
            break;
        }
    }
    let name = if cursor.eat_word("as") {
        Some(any_name(cursor)?)
    } else {
        None
    };
    Ok(Command::Concat { parts, name })
}

/// `A 'from' 'to'`.
pub fn replace(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let column = cursor.name("a column", "열")?;
    let from = text(cursor)?;
    cursor.eat(Kind::Comma);
    let to = text(cursor)?;
    Ok(Command::Replace { column, from, to })
}

/// `B start [length] [as name]`.
pub fn substr(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let column = cursor.name("a column", "열")?;
    cursor.eat(Kind::Comma);
    let is_negative = cursor.eat(Kind::Minus);
    let start: i64 = whole(cursor)?;
    let start = if is_negative { -start } else { start };
    cursor.eat(Kind::Comma);
    let length = if cursor.kind() == Kind::Number {
        Some(whole(cursor)?)
    } else {
        None
    };
    let name = if cursor.eat_word("as") {
        Some(any_name(cursor)?)
    } else {
        None
    };
    Ok(Command::Substr {
        column,
        start,
        length,
        name,
    })
}

/// `5 [col=A|[A, B]] [idx=[0]] [tostring=true]`; digits may be a list, one for each column.
pub fn round(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let digits = one_or_more(cursor, whole)?;
    let (mut columns, mut to_text) = (Columns::All, false);
    while !cursor.is_at_end() {
        let option = cursor.name("`col=`, `idx=` or `tostring=`", "`col=`, `idx=`, `tostring=` 중 하나")?;
        cursor.expect(Kind::Equal, "`=`", "`=`")?;
        match option.text.to_ascii_lowercase().as_str() {
            "col" => columns = Columns::Named(one_or_more(cursor, |cursor| cursor.name("a column", "열"))?),
            "idx" => columns = Columns::Numbered(one_or_more(cursor, whole)?),
            "tostring" => {
                to_text = cursor.is_word("true");
                if !to_text && !cursor.is_word("false") {
                    return Err(cursor.expected("`true` or `false`", "`true` 또는 `false`"));
                }
                cursor.next();
            }
            _ => return Err(cursor.expected("`col=`, `idx=` or `tostring=`", "`col=`, `idx=`, `tostring=` 중 하나")),
        }
    }
    Ok(Command::Round {
        digits,
        columns,
        to_text,
    })
}

/// `'pattern' [group(1)]`.
pub fn regex(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let pattern = text(cursor)?;
    let mut group = None;
    if cursor.eat_word("group") {
        cursor.expect(Kind::Open, "`(` and the number of a group", "`(` 와 그룹 번호")?;
        group = Some(whole(cursor)?);
        cursor.expect(Kind::Close, "`)`", "`)`")?;
    }
    Ok(Command::Regex { pattern, group })
}

fn whole<T: std::str::FromStr>(cursor: &mut Cursor<'_>) -> Parsed<T> {
    let number = if cursor.kind() == Kind::Number {
        cursor.text().parse().ok()
    } else {
        None
    };
    match number {
        Some(number) => {
            cursor.next();
            Ok(number)
        }
        None => Err(cursor.expected("a whole number", "정수")),
    }
}

/// One, or several in brackets.
fn one_or_more<T>(cursor: &mut Cursor<'_>, mut read: impl FnMut(&mut Cursor<'_>) -> Parsed<T>) -> Parsed<Vec<T>> {
    if !cursor.eat(Kind::OpenBracket) {
        return Ok(vec![read(cursor)?]);
    }
    let mut all = Vec::new();
    loop {
        all.push(read(cursor)?);
        if !cursor.eat(Kind::Comma) {
            cursor.expect(Kind::CloseBracket, "`,` or `]`", "`,` 또는 `]`")?;
            return Ok(all);
        }
    }
}
