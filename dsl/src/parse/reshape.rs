//! Commands that give rows another form: `pivot`, `unpivot`, `explode`, `lag`, `lead`, `timeline`, `sampling`, `mkdata`.

use super::combine::counted;
use super::cursor::{Cursor, Parsed, unquoted};
use super::source::{self, any_name};
use super::{arguments, expr};
use crate::diagnostic::Diagnostic;
use crate::syntax::{Command, Expr, ExprKind, Name, Pivot, Rows, Sample, Shift};
use crate::token::Kind;

/// `f() [as n], … splitrow a, … [splitcol b, … [in (…)]] [filter e] [sortrow asc|desc]`.
pub fn pivot(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut pivot = Pivot {
        aggregates: arguments::outputs(cursor)?,
        rows: Vec::new(),
        columns: Vec::new(),
        values: Vec::new(),
        filter: None,
        descending: None,
    };
    while !cursor.is_at_end() {
        if cursor.eat_word("splitrow") {
            pivot.rows = arguments::outputs(cursor)?;
        } else if cursor.eat_word("splitcol") {
            pivot.columns = arguments::names(cursor)?;
            if cursor.eat_word("in") {
                cursor.expect(Kind::Open, "`(` and values", "`(` 와 값")?;
                pivot.values = expr::list(cursor)?;
            }
        } else if cursor.eat_word("filter") {
            pivot.filter = Some(expr::expr(cursor)?);
        } else if cursor.eat_word("sortrow") {
            let descending = cursor.eat_word("desc");
            if !descending && !cursor.eat_word("asc") {
                return Err(cursor.expected("`asc` or `desc`", "`asc` 또는 `desc`"));
            }
            pivot.descending = Some(descending);
        } else {
            return Err(cursor.expected(
                "`splitrow`, `splitcol`, `filter` or `sortrow`",
                "`splitrow`, `splitcol`, `filter`, `sortrow` 중 하나",
            ));
        }
    }
    Ok(Command::Pivot(pivot))
}

/// Columns with or without commas between them.
pub fn loose_names(cursor: &mut Cursor<'_>) -> Parsed<Vec<Name>> {
    let mut names = vec![cursor.name("a column", "열")?];
    while !cursor.is_at_end() {
        cursor.eat(Kind::Comma);
        names.push(cursor.name("a column", "열")?);
    }
    Ok(names)
}

/// `col=C sep=','`, in either order.
pub fn explode(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let (mut column, mut separator) = (None, None);
    while !cursor.is_at_end() {
        let is_column = cursor.is_word("col");
        if (!is_column && !cursor.is_word("sep")) || cursor.kind_ahead(1) != Kind::Equal {
            return Err(cursor.expected("`col=` a column and `sep=` what separates", "`col=` 열, `sep=` 구분자"));
        }
        cursor.next();
        cursor.next();
        if is_column {
            column = Some(cursor.name("a column", "열")?);
        } else {
            separator = Some(text(cursor)?);
        }
    }
    match (column, separator) {
        (Some(column), Some(separator)) => Ok(Command::Explode { column, separator }),
        _ => Err(cursor.expected("`col=` a column and `sep=` what separates", "`col=` 열, `sep=` 구분자")),
    }
}

/// `B by A [count n] [partition C, …] [default v] [as name]`.
pub fn shift(cursor: &mut Cursor<'_>, is_lead: bool) -> Parsed<Command> {
    let column = cursor.name("a column", "열")?;
    if !cursor.eat_word("by") {
        return Err(cursor.expected("`by` and a column that orders the rows", "`by` 와 행을 정렬할 열"));
    }
    let mut shift = Shift {
        is_lead,
        column,
        by: cursor.name("a column that orders the rows", "행을 정렬할 열")?,
        count: 1,
        within: Vec::new(),
        default: None,
        name: None,
    };
    while !cursor.is_at_end() {
        if let Some(count) = counted(cursor, "count")? {
            shift.count = count;
        } else if cursor.eat_word("partition") {
            shift.within = arguments::names(cursor)?;
        } else if cursor.eat_word("default") {
            shift.default = Some(expr::expr(cursor)?);
        } else if cursor.eat_word("as") {
            shift.name = Some(any_name(cursor)?);
        } else {
            return Err(cursor.expected(
                "`count`, `partition`, `default` or `as`",
                "`count`, `partition`, `default`, `as` 중 하나",
            ));
        }
    }
    Ok(Command::Shift(shift))
}

/// A name, where one stands.
pub fn optional_name(cursor: &mut Cursor<'_>) -> Parsed<Option<Name>> {
    cursor.eat_word("as");
    if cursor.is_at_end() {
        Ok(None)
    } else {
        any_name(cursor).map(Some)
    }
}

/// `T 1d`.
pub fn timeline(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let column = cursor.name("a column of times", "시간 열")?;
    let step = expr::expr_step(cursor)?;
    Ok(Command::Timeline { column, step })
}

/// `T span=1mon [as name]`.
pub fn bucket(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let column = cursor.name("a column of times", "시간 열")?;
    let step = span(cursor)?;
    let name = if cursor.eat_word("as") {
        Some(any_name(cursor)?)
    } else {
        None
    };
    Ok(Command::Bucket { column, step, name })
}

/// `[T] span=1d f() [as n], … [by k, …]`.
pub fn time_chart(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let is_span = cursor.is_word("span") && cursor.kind_ahead(1) == Kind::Equal;
    let column = if is_span {
        None
    } else {
        Some(cursor.name("a column of times, or `span=`", "시간 열 또는 `span=`")?)
    };
    let step = span(cursor)?;
    let aggregates = arguments::outputs(cursor)?;
    let keys = arguments::by(cursor)?;
    Ok(Command::TimeChart {
        column,
        step,
        aggregates,
        keys,
    })
}

/// `span=1d`.
fn span(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    if !cursor.eat_word("span") {
        return Err(cursor.expected(
            "`span=` and a step, such as `span=1d`",
            "`span=` 과 간격, 예: `span=1d`",
        ));
    }
    cursor.expect(
        Kind::Equal,
        "`=` and a step, such as `span=1d`",
        "`=` 과 간격, 예: `span=1d`",
    )?;
    expr::expr_step(cursor)
}

/// `count n` or `ratio r`.
pub fn sampling(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    if let Some(count) = counted(cursor, "count")? {
        return Ok(Command::Sampling(Sample::Count(count)));
    }
    if cursor.eat_word("ratio") && cursor.kind() == Kind::Number {
        let ratio = cursor.text().to_owned();
        cursor.next();
        return Ok(Command::Sampling(Sample::Ratio(ratio)));
    }
    Err(cursor.expected(
        "`count` and a number of rows, or `ratio` and a share",
        "`count` 와 행의 수, 또는 `ratio` 와 비율",
    ))
}

/// Rows that are written down. `modeldata` has the names of columns in its first row.
pub fn rows(cursor: &mut Cursor<'_>, named_first: bool) -> Parsed<Command> {
    let mut rows = source::rows(cursor)?;
    if named_first {
        name_by_first(&mut rows)?;
    }
    Ok(Command::Rows(rows))
}

fn name_by_first(rows: &mut Rows) -> Parsed<()> {
    if rows.rows.is_empty() {
        return Ok(());
    }
    for value in rows.rows.remove(0) {
        let Expr { kind, span } = value;
        let text = match kind {
            ExprKind::Column { name, .. } => name.text,
            ExprKind::Text(text) => text,
            _ => {
                return Err(Box::new(Diagnostic::error(
                    "E0105",
                    span,
                    "the first row of `modeldata` holds the names of the columns",
                    "`modeldata` 의 첫 행은 열 이름입니다",
                )));
            }
        };
        rows.columns.push((Name { text, span }, None));
    }
    Ok(())
}

/// A text in quotes.
pub fn text(cursor: &mut Cursor<'_>) -> Parsed<String> {
    match cursor.kind() {
        Kind::Single | Kind::Double => {
            let text = unquoted(cursor.kind(), cursor.text());
            cursor.next();
            Ok(text)
        }
        _ => Err(cursor.expected("a text in quotes", "따옴표로 묶은 글자")),
    }
}
