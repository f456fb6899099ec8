//! The first stage: where rows come from.

use super::cursor::{Cursor, Parsed, unquoted};
use super::{address, expr, geo, legacy};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{FileSource, ModelSource, Name, OptionValue, Rows, Source, SqlText};
use crate::token::Kind;

/// Options of a model that say the same as conditions or the catalog do here, and have no meaning of their own any more.
const FORMER_OPTIONS: [&str; 4] = ["start_date", "end_date", "size", "sampling_rate"];

/// The source of a pipeline.
pub fn source(cursor: &mut Cursor<'_>) -> Parsed<Source> {
    let start = cursor.span().start;
    match cursor.kind() {
        Kind::End | Kind::Pipe => Err(cursor.expected(
            "a source: `model NAME`, `*`, a condition, `sql $$ … $$` or `mkdata [ … ]`",
            "데이터 출처: `model 이름`, `*`, 조건, `sql $$ … $$`, `mkdata [ … ]`",
        )),
        Kind::Star => {
            cursor.next();
            let condition = if cursor.is_at_end() {
                None
            } else {
                Some(expr::conditions(cursor)?)
            };
            let span = start..cursor.end_of_last();
            Ok(Source::All { condition, span })
        }
        Kind::Word if cursor.is_word("model") && cursor.kind_ahead(1) != Kind::Equal => {
            cursor.next();
            let ends = [Kind::Pipe, Kind::End, Kind::Semicolon, Kind::CloseBracket];
            if cursor.is_word("list") && ends.contains(&cursor.kind_ahead(1)) {
                return Ok(Source::Sql(models(cursor.next().span)));
            }
            Ok(Source::Model(model(cursor)?))
        }
        Kind::Word if cursor.is_word("mkdata") && cursor.kind_ahead(1) == Kind::OpenBracket => {
            cursor.next();
            Ok(Source::Rows(rows(cursor)?))
        }
        Kind::Word if cursor.is_word("sql") && is_text(cursor.kind_ahead(1)) => {
            cursor.next();
            Ok(Source::Sql(sql_text(cursor)?))
        }
        Kind::Word if cursor.is_word("file") && is_option(cursor) => {
            cursor.next();
            file(cursor).map(Source::File)
        }
        Kind::Word if cursor.is_word("db") && is_option(cursor) => {
            let word = cursor.next().span;
            Err(legacy::outside(cursor, "db", &word).unwrap_or_else(|| cursor.expected("a model", "모델")))
        }
        _ => {
            cursor.eat_word("search");
            let condition = Some(expr::conditions(cursor)?);
            let span = start..cursor.end_of_last();
            Ok(Source::All { condition, span })
        }
    }
}

/// All models and datasets, as the information schema lists them.
fn models(span: Span) -> SqlText {
    let text = "SELECT table_schema AS owner, table_name AS name, table_type AS type FROM information_schema.tables \
                WHERE table_schema <> 'information_schema' ORDER BY owner, name";
    SqlText {
        text: text.to_owned(),
        offset: span.start,
        span,
    }
}

/// `[connector_name=C] path=P`: connections have owners no more.
fn file(cursor: &mut Cursor<'_>) -> Parsed<FileSource> {
    let (mut connection, mut path) = (None, None);
    while !cursor.is_at_end() {
        let (name, value, span) = geo::option(cursor)?;
        let OptionValue::Text(text) = value else {
            return Err(cursor.expected("a text", "글자"));
        };
        match name.text.to_ascii_lowercase().as_str() {
            "connector_name" => connection = Some(text.text),
            "path" => path = Some((text.text, span)),
            "connector_owner" => {}
            _ => {
                return Err(Box::new(Diagnostic::error(
                    "E0604",
                    name.span,
                    format!("`{}` is no option here; options are connector_name, path", name.text),
                    format!(
                        "`{}` 은(는) 여기의 옵션이 아닙니다; 옵션: connector_name, path",
                        name.text
                    ),
                )));
            }
        }
    }
    let Some((path, span)) = path else {
        return Err(cursor.expected("`path=` and where the file is", "`path=` 와 파일의 위치"));
    };
    let location = match connection {
        Some(connection) => format!("{connection}:{path}"),
        None => path,
    };
    Ok(FileSource { location, span })
}

/// Whether `name =` stands behind the word that comes next.
fn is_option(cursor: &Cursor<'_>) -> bool {
    cursor.kind_ahead(1) == Kind::Word && cursor.kind_ahead(2) == Kind::Equal
}

/// Whether a token holds a text, or SQL.
pub fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Single | Kind::Double | Kind::Dollar)
}

/// A model's name, its options, and the conditions behind it.
fn model(cursor: &mut Cursor<'_>) -> Parsed<ModelSource> {
    let mut owner = None;
    let name = if cursor.is_word("name") && cursor.kind_ahead(1) == Kind::Equal {
        cursor.next();
        cursor.next();
        any_name(cursor)?
    } else {
        any_name(cursor)?
    };
    let (name, mut alias) = if cursor.eat(Kind::Dot) {
        owner = Some(name);
        (any_name(cursor)?, None)
    } else {
        (name, None)
    };
    let (mut condition, mut address) = (None, None);
    while !cursor.is_at_end() && cursor.kind() != Kind::CloseBracket {
        if cursor.is_word("addr") && address.is_none() && address::follows(cursor) {
            cursor.next();
            address = Some(address::address(cursor)?);
        } else if cursor.eat_word("as") {
            alias = Some(cursor.name("a name", "이름")?);
        } else if cursor.is_word("model_owner") && cursor.kind_ahead(1) == Kind::Equal {
            cursor.next();
            cursor.next();
            owner = Some(any_name(cursor)?);
        } else if FORMER_OPTIONS.iter().any(|option| cursor.is_word(option)) && cursor.kind_ahead(1) == Kind::Equal {
            let option = cursor.text().to_ascii_lowercase();
            let span = cursor.span();
            return Err(Box::new(
                Diagnostic::error(
                    "E0110",
                    span,
                    format!("`{option}=` is no option of a model; write a condition on its column"),
                    format!("`{option}=` 은(는) 모델 옵션이 아닙니다; 열에 대한 조건으로 쓰세요"),
                )
                .saying(
                    "as `where base_date >= DATE '2026-01-01'`",
                    "예: `where base_date >= DATE '2026-01-01'`",
                ),
            ));
        } else {
            condition = Some(expr::conditions(cursor)?);
        }
    }
    Ok(ModelSource {
        name,
        owner,
        alias,
        condition,
        address,
    })
}

/// A name that may also stand in quotes of a text, as the legacy has it for names with blanks.
pub fn any_name(cursor: &mut Cursor<'_>) -> Parsed<Name> {
    match cursor.kind() {
        Kind::Single | Kind::Double => {
            let text = unquoted(cursor.kind(), cursor.text());
            let span = cursor.next().span;
            Ok(Name { text, span })
        }
        _ => cursor.name("a name", "이름"),
    }
}

/// Rows that are written down: objects, or lists with the names of their columns behind them or in the first one.
pub fn rows(cursor: &mut Cursor<'_>) -> Parsed<Rows> {
    let start = cursor.span().start;
    let mut columns: Vec<(Name, Option<Name>)> = Vec::new();
    let mut rows = Vec::new();
    cursor.expect(Kind::OpenBracket, "`[`", "`[`")?;
    loop {
        if cursor.eat(Kind::OpenBrace) {
            let mut row = Vec::new();
            loop {
                let name = any_name(cursor)?;
                cursor.expect(Kind::Colon, "`:` and a value", "`:` 와 값")?;
                let value = expr::expr(cursor)?;
                let place = columns.iter().position(|(known, _)| known.text == name.text);
                let place = place.unwrap_or_else(|| {
                    columns.push((name, None));
                    columns.len() - 1
                });
                row.push((place, value));
                if !cursor.eat(Kind::Comma) {
                    break;
                }
            }
            cursor.expect(Kind::CloseBrace, "`,` or `}`", "`,` 또는 `}`")?;
            rows.push(row);
        } else {
            cursor.expect(
                Kind::OpenBracket,
                "a row: `[1, 'a']` or `{'A': 1}`",
                "행: `[1, 'a']` 또는 `{'A': 1}`",
            )?;
            let mut row = Vec::new();
            while !cursor.eat(Kind::CloseBracket) {
                row.push((row.len(), expr::expr(cursor)?));
                if !cursor.eat(Kind::Comma) {
                    cursor.expect(Kind::CloseBracket, "`,` or `]`", "`,` 또는 `]`")?;
                    break;
                }
            }
            rows.push(row);
        }
        if !cursor.eat(Kind::Comma) {
            break;
        }
    }
    cursor.expect(Kind::CloseBracket, "`,` or `]`", "`,` 또는 `]`")?;
    if cursor.eat(Kind::OpenBracket) {
        loop {
            let name = any_name(cursor)?;
            let data_type = if cursor.eat(Kind::Colon) {
                Some(cursor.name("a type", "자료형")?)
            } else {
                None
            };
            columns.push((name, data_type));
            if !cursor.eat(Kind::Comma) {
                break;
            }
        }
        cursor.expect(Kind::CloseBracket, "`,` or `]`", "`,` 또는 `]`")?;
    }
    let span = start..cursor.end_of_last();
    let null = |at: usize| crate::syntax::Expr {
        kind: crate::syntax::ExprKind::Null,
        span: at..at,
    };
    let width = columns.len().max(rows.iter().map(Vec::len).max().unwrap_or_default());
    let rows = rows
        .into_iter()
        .map(|row| {
            let mut values: Vec<_> = (0..width).map(|_| null(span.end)).collect();
            for (place, value) in row {
                if let Some(slot) = values.get_mut(place) {
                    *slot = value;
                }
            }
            values
        })
        .collect();
    Ok(Rows { columns, rows, span })
}

/// SQL in a literal.
pub fn sql_text(cursor: &mut Cursor<'_>) -> Parsed<SqlText> {
    let (kind, text, span) = (cursor.kind(), cursor.text(), cursor.span());
    if !is_text(kind) {
        return Err(cursor.expected("SQL between `$$` and `$$`", "`$$` 와 `$$` 사이의 SQL"));
    }
    cursor.next();
    let tag = match kind {
        Kind::Dollar => text.get(1..).and_then(|rest| rest.find('$')).map_or(2, |end| end + 2),
        _ => 1,
    };
    let inner = text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default();
    let text = if kind == Kind::Dollar {
        inner.to_owned()
    } else {
        unquoted(kind, text)
    };
    Ok(SqlText {
        text,
        offset: span.start + tag,
        span,
    })
}
