//! The stages behind the first one, by the words that begin them.

use super::cursor::{Cursor, Parsed};
use super::source::{any_name, is_text, sql_text};
use super::{address, arguments, combine, expr, geo, legacy, reshape, text};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Command, Expr, ExprKind, Name, Stage, Totals};
use crate::token::Kind;

/// Rows that `head`, `freq`, `rare` and `top` keep where nobody says how many.
const DEFAULT_LIMIT: u64 = 10;

/// Every word that begins a stage, for suggestions; but for `value_counts`, which is near to none.
pub const WORDS: [&str; 62] = [
    "addr",
    "append",
    "bbox",
    "bucket",
    "buffer",
    "calculate",
    "case",
    "concat",
    "count",
    "dedup",
    "describe",
    "distinct",
    "eval",
    "eventstats",
    "explode",
    "fields",
    "fillna",
    "freq",
    "geocode",
    "geoconverter",
    "geofilter",
    "geoflip",
    "geojoin",
    "geojson",
    "geomap",
    "geometric",
    "georelation",
    "geostats",
    "head",
    "join",
    "lag",
    "lead",
    "limit",
    "lookup",
    "merge",
    "mkdata",
    "modeldata",
    "nearest",
    "numbering",
    "pivot",
    "rare",
    "regex",
    "rename",
    "replace",
    "round",
    "sampling",
    "search",
    "simplify",
    "sort",
    "sql",
    "stats",
    "substr",
    "summary",
    "tile",
    "timechart",
    "timeline",
    "top",
    "typecast",
    "union",
    "unpivot",
    "where",
    "wkt",
];

/// A stage.
pub fn stage(cursor: &mut Cursor<'_>) -> Parsed<Stage> {
    let word = cursor.span();
    if cursor.kind() != Kind::Word {
        return Err(cursor.expected("a command, such as `where` or `stats`", "명령, 예: `where`, `stats`"));
    }
    let name = cursor.text().to_ascii_lowercase();
    cursor.next();
    let command = command(cursor, &name, &word)?;
    let span = word.start..cursor.end_of_last();
    Ok(Stage { command, word, span })
}

fn command(cursor: &mut Cursor<'_>, name: &str, word: &Span) -> Parsed<Command> {
    match name {
        "where" | "search" => Ok(Command::Where(expr::conditions(cursor)?)),
        "fields" => fields(cursor),
        "rename" => rename(cursor),
        "eval" => eval(cursor),
        "calculate" => calculate(cursor),
        "case" => case(cursor),
        "stats" => {
            let (aggregates, keys) = arguments::grouped(cursor)?;
            Ok(Command::Stats { aggregates, keys })
        }
        "eventstats" => {
            let (aggregates, keys) = arguments::grouped(cursor)?;
            Ok(Command::EventStats { aggregates, keys })
        }
        "sort" | "top" => {
            let limit = arguments::count(cursor)?;
            let keys = arguments::order(cursor)?;
            let within = if cursor.eat_word("by") {
                arguments::order(cursor)?
            } else {
                Vec::new()
            };
            let limit = if name == "top" {
                Some(limit.unwrap_or(DEFAULT_LIMIT))
            } else {
                limit
            };
            Ok(Command::Sort { limit, keys, within })
        }
        "head" | "limit" => match arguments::count(cursor)? {
            Some(limit) => Ok(Command::Head(limit)),
            None if cursor.is_at_end() => Ok(Command::Head(DEFAULT_LIMIT)),
            None => Err(cursor.expected("a number of rows", "행의 수")),
        },
        "freq" | "rare" | "value_counts" => {
            let limit = arguments::count(cursor)?;
            let columns = arguments::names(cursor)?;
            let within = arguments::by(cursor)?;
            let limit = if name == "value_counts" {
                limit
            } else {
                Some(limit.unwrap_or(DEFAULT_LIMIT))
            };
            Ok(Command::Frequency {
                limit,
                columns,
                within,
                is_rare: name == "rare",
            })
        }
        "dedup" => {
            let limit = arguments::count(cursor)?.unwrap_or(1);
            let columns = arguments::names(cursor)?;
            let keys = if cursor.eat_word("by") {
                arguments::order(cursor)?
            } else {
                Vec::new()
            };
            Ok(Command::Dedup { limit, columns, keys })
        }
        "distinct" if cursor.kind() == Kind::Star => {
            cursor.next();
            Ok(Command::Distinct(Vec::new()))
        }
        "distinct" => Ok(Command::Distinct(arguments::names(cursor)?)),
        "count" => Ok(Command::Count),
        "fillna" => fill(cursor),
        "typecast" => typecast(cursor),
        "sql" if is_text(cursor.kind()) => Ok(Command::Sql(sql_text(cursor)?)),
        "sql" => Err(cursor.expected("SQL between `$$` and `$$`", "`$$` 와 `$$` 사이의 SQL")),
        "join" => combine::join(cursor),
        "merge" => combine::merge(cursor),
        "union" | "append" => combine::union(cursor, name == "append"),
        "lookup" => combine::lookup(cursor),
        "pivot" => reshape::pivot(cursor),
        "unpivot" => Ok(Command::Unpivot(reshape::loose_names(cursor)?)),
        "explode" => reshape::explode(cursor),
        "lag" | "lead" => reshape::shift(cursor, name == "lead"),
        "numbering" => Ok(Command::Numbering(reshape::optional_name(cursor)?)),
        "timeline" => reshape::timeline(cursor),
        "bucket" => reshape::bucket(cursor),
        "timechart" => reshape::time_chart(cursor),
        "addr" => Ok(Command::Address(address::address(cursor)?)),
        "sampling" => reshape::sampling(cursor),
        "summary" => Ok(Command::Summary),
        "describe" => Ok(Command::Describe),
        "mkdata" | "modeldata" => reshape::rows(cursor, name == "modeldata"),
        "concat" => text::concat(cursor),
        "replace" => text::replace(cursor),
        "substr" => text::substr(cursor),
        "round" => text::round(cursor),
        "regex" => text::regex(cursor),
        _ => match geo::verb(name) {
            Some(verb) => geo::geo(cursor, verb),
            None => Err(legacy::outside(cursor, name, word).unwrap_or_else(|| unknown(name, word))),
        },
    }
}

/// That there is no such command, with what was meant.
fn unknown(name: &str, word: &Span) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(
        "E0120",
        word.clone(),
        format!("there is no command `{name}`"),
        format!("`{name}` 이라는 명령은 없습니다"),
    );
    Box::new(match nearest(name) {
        Some(meant) => diagnostic
            .saying(format!("did you mean `{meant}`?"), format!("혹시 `{meant}` 인가요?"))
            .fix(word.clone(), meant),
        None => diagnostic,
    })
}

/// The command whose word is like this one.
fn nearest(name: &str) -> Option<&'static str> {
    let distance = |word: &&str| strsim::damerau_levenshtein(name, word);
    let best = WORDS.iter().min_by_key(|word| distance(word))?;
    (distance(best) <= 1 + name.chars().count() / 4).then_some(*best)
}

/// `[+|-] a, b as c`; `*` in a name stands for any characters.
fn fields(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let drops = cursor.eat(Kind::Minus);
    if !drops {
        cursor.eat(Kind::Plus);
    }
    let mut columns = Vec::new();
    loop {
        let pattern = arguments::pattern(cursor)?;
        let renamed = if cursor.eat_word("as") {
            Some(any_name(cursor)?)
        } else {
            None
        };
        columns.push((pattern, renamed));
        if !cursor.eat(Kind::Comma) {
            return Ok(Command::Fields { drops, columns });
        }
    }
}

/// `OLD NEW, OLD2 NEW2`, with or without `as`.
fn rename(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut names = Vec::new();
    loop {
        let old = cursor.name("a column", "열")?;
        cursor.eat_word("as");
        names.push((old, any_name(cursor)?));
        if !cursor.eat(Kind::Comma) {
            return Ok(Command::Rename(names));
        }
    }
}

/// `a = x, b = y`.
fn eval(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut columns = Vec::new();
    loop {
        let name = cursor.name("a column that is to be made", "만들 열")?;
        cursor.expect(Kind::Equal, "`=` and an expression", "`=` 와 식")?;
        columns.push((name, expr::expr(cursor)?));
        if !cursor.eat(Kind::Comma) {
            return Ok(Command::Eval(columns));
        }
    }
}

/// `expression [as name]`, or `add all`.
fn calculate(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    if cursor.is_word("add") {
        let totals = [("all", Totals::All), ("row", Totals::Row), ("col", Totals::Column)];
        let meant = totals.into_iter().find(|(what, _)| cursor.is_word_ahead(1, what));
        if let Some((_, totals)) = meant {
            cursor.next();
            cursor.next();
            return Ok(Command::Totals(totals));
        }
    }
    let expr = expr::expr(cursor)?;
    let name = if cursor.eat_word("as") {
        any_name(cursor)?
    } else {
        made_name("calculated", &expr)
    };
    Ok(Command::Eval(vec![(name, expr)]))
}

/// `when … then … otherwise … [as name]`.
fn case(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let start = cursor.span().start;
    let kind = expr::case(cursor)?;
    let span = start..cursor.end_of_last();
    let expr = Expr { kind, span };
    let name = if cursor.eat_word("as") {
        any_name(cursor)?
    } else {
        made_name("result", &expr)
    };
    Ok(Command::Eval(vec![(name, expr)]))
}

fn made_name(text: &str, of: &Expr) -> Name {
    Name {
        text: text.to_owned(),
        span: of.span.clone(),
    }
}

/// `A 10, B`: a value for NULL, or no rows with NULL.
fn fill(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut columns = Vec::new();
    loop {
        let name = cursor.name("a column", "열")?;
        let value = if cursor.is_at_end() || cursor.kind() == Kind::Comma {
            None
        } else {
            Some(expr::expr(cursor)?)
        };
        if let Some(Expr {
            kind: ExprKind::Column { .. },
            span,
        }) = &value
        {
            return Err(Box::new(Diagnostic::error(
                "E0123",
                span.clone(),
                "the value of `fillna` is a text, a number or a date, not a column; `eval a = coalesce(a, b)` takes a column",
                "`fillna` 의 값은 글자, 수, 날짜입니다; 열은 `eval a = coalesce(a, b)` 로 쓰세요",
            )));
        }
        columns.push((name, value));
        if !cursor.eat(Kind::Comma) {
            return Ok(Command::FillNa(columns));
        }
    }
}

/// `A real, B date`; a format behind a type is read and not needed.
fn typecast(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut columns = Vec::new();
    loop {
        let column = any_name(cursor)?;
        let data_type = cursor.name(
            "a type, such as `integer`, `real`, `text` or `date`",
            "자료형, 예: `integer`, `real`, `text`, `date`",
        )?;
        if is_text(cursor.kind()) {
            // The format of the legacy: dates are read in every form that a cast knows.
            cursor.next();
        }
        columns.push((column, data_type));
        if !cursor.eat(Kind::Comma) {
            return Ok(Command::TypeCast(columns));
        }
    }
}
