//! Commands that bring another relation in: `join`, `merge`, `union`, `append`, `lookup`.

use super::cursor::{Cursor, Parsed};
use super::source::{any_name, is_text, sql_text};
use super::{arguments, expr, pipeline};
use crate::syntax::{Command, Expr, Join, JoinKind, ModelSource, Right, SortKey};
use crate::token::Kind;

/// The words of kinds of joins, as the legacy writes them and in one word.
const KINDS: [(&str, JoinKind); 11] = [
    ("inner", JoinKind::Inner),
    ("left", JoinKind::Left),
    ("left_outer", JoinKind::Left),
    ("leftouter", JoinKind::Left),
    ("right", JoinKind::Right),
    ("right_outer", JoinKind::Right),
    ("rightouter", JoinKind::Right),
    ("full", JoinKind::Full),
    ("outer", JoinKind::Full),
    ("full_outer", JoinKind::Full),
    ("cross", JoinKind::Cross),
];

/// Options of a model in brackets that are no conditions.
const PERIOD: [&str; 2] = ["start_date", "end_date"];

/// `[kind] model [as x] [[on] condition]`; a pipeline in brackets may stand for the model.
pub fn join(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let kind = kind(cursor);
    let right = right(cursor)?;
    let alias = if cursor.eat_word("as") {
        Some(cursor.name("a name", "이름")?)
    } else {
        None
    };
    cursor.eat_word("on");
    let condition = if cursor.is_at_end() || cursor.kind() == Kind::CloseBracket {
        None
    } else {
        Some(expr::conditions(cursor)?)
    };
    Ok(Command::Join(Join {
        kind,
        right,
        alias,
        condition,
    }))
}

/// `[kind] (model start_date=… A=1) [as x] [on condition]`.
pub fn merge(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let kind = kind(cursor);
    cursor.expect(Kind::Open, "`(` and a model", "`(` 와 모델")?;
    let name = any_name(cursor)?;
    let mut condition: Option<Expr> = None;
    while cursor.kind() != Kind::Close {
        if PERIOD.iter().any(|word| cursor.is_word(word)) && cursor.kind_ahead(1) == Kind::Equal {
            // The period of the legacy's partitions, which a model here does not have.
            cursor.next();
            cursor.next();
            cursor.next();
            continue;
        }
        let next = expr::expr(cursor)?;
        condition = Some(match condition {
            Some(before) => expr::both(before, next),
            None => next,
        });
    }
    cursor.expect(Kind::Close, "`)`", "`)`")?;
    let model = ModelSource {
        name,
        owner: None,
        alias: None,
        condition,
        address: None,
    };
    let alias = if cursor.eat_word("as") {
        Some(cursor.name("a name", "이름")?)
    } else {
        None
    };
    let condition = if cursor.eat_word("on") {
        Some(expr::conditions(cursor)?)
    } else {
        None
    };
    Ok(Command::Join(Join {
        kind,
        right: Right::Model(model),
        alias,
        condition,
    }))
}

/// `[all] model`, `sql "…"` or `[pipeline]`, and `order by`.
pub fn union(cursor: &mut Cursor<'_>, is_append: bool) -> Parsed<Command> {
    let all = cursor.eat_word("all") || is_append;
    let right = right(cursor)?;
    let mut order = Vec::new();
    if cursor.is_word("order") && cursor.is_word_ahead(1, "by") {
        cursor.next();
        cursor.next();
        loop {
            let column = cursor.name("a column", "열")?;
            let in_brackets = cursor.eat(Kind::Open);
            let descending = cursor.eat_word("desc");
            if !descending {
                cursor.eat_word("asc");
            }
            if in_brackets {
                cursor.expect(Kind::Close, "`)`", "`)`")?;
            }
            order.push(SortKey {
                column,
                descending,
                is_signed: true,
            });
            if !cursor.eat(Kind::Comma) {
                break;
            }
        }
    }
    Ok(Command::Union {
        all,
        by_name: is_append,
        right,
        order,
    })
}

/// `table key [as column], … [output column [as name], …]`.
pub fn lookup(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let table = any_name(cursor)?;
    let mut keys = Vec::new();
    loop {
        let key = cursor.name("a column of the other relation", "상대 모델의 열")?;
        let here = if cursor.eat_word("as") {
            cursor.name("a column", "열")?
        } else {
            key.clone()
        };
        keys.push((key, here));
        if !cursor.eat(Kind::Comma) {
            break;
        }
    }
    let mut output = Vec::new();
    if cursor.eat_word("output") {
        loop {
            let column = cursor.name("a column", "열")?;
            let renamed = if cursor.eat_word("as") {
                Some(any_name(cursor)?)
            } else {
                None
            };
            output.push((column, renamed));
            if !cursor.eat(Kind::Comma) {
                break;
            }
        }
    }
    Ok(Command::Lookup { table, keys, output })
}

fn kind(cursor: &mut Cursor<'_>) -> Option<JoinKind> {
    // A model may be called as a kind is, when nothing else is there.
    let is_alone = matches!(cursor.kind_ahead(1), Kind::Pipe | Kind::End | Kind::Semicolon);
    let (_, kind) = KINDS.into_iter().find(|(word, _)| cursor.is_word(word) && !is_alone)?;
    cursor.next();
    if matches!(kind, JoinKind::Left | JoinKind::Right | JoinKind::Full) {
        cursor.eat_word("outer");
    }
    Some(kind)
}

fn right(cursor: &mut Cursor<'_>) -> Parsed<Right> {
    if cursor.is_word("sql") && is_text(cursor.kind_ahead(1)) {
        cursor.next();
        return Ok(Right::Sql(sql_text(cursor)?));
    }
    if cursor.eat(Kind::OpenBracket) {
        let inner = cursor.deeper(pipeline)?;
        cursor.expect(Kind::CloseBracket, "`]`", "`]`")?;
        return Ok(Right::Pipeline(Box::new(inner)));
    }
    cursor.eat_word("model");
    let mut owner = None;
    let mut name = any_name(cursor)?;
    if cursor.eat(Kind::Dot) {
        owner = Some(name);
        name = any_name(cursor)?;
    }
    Ok(Right::Model(ModelSource {
        name,
        owner,
        alias: None,
        condition: None,
        address: None,
    }))
}

/// A count with a name in front, as `count 2`.
pub fn counted(cursor: &mut Cursor<'_>, word: &str) -> Parsed<Option<u64>> {
    if !cursor.eat_word(word) {
        return Ok(None);
    }
    match arguments::count(cursor)? {
        Some(count) => Ok(Some(count)),
        None => Err(cursor.expected("a whole number", "정수")),
    }
}
