//! Expressions: operators by how tightly they bind.

use super::cursor::{Cursor, Parsed, unquoted};
use crate::syntax::{Binary, Expr, ExprKind, Name, Unary};
use crate::token::Kind;

/// Units of time spans, as they are written behind a number.
const UNITS: [&str; 10] = ["ms", "s", "min", "h", "d", "w", "mon", "q", "y", "m"];

/// Words that end an expression where an operand could stand.
const RESERVED: [&str; 17] = [
    "and",
    "or",
    "not",
    "in",
    "like",
    "between",
    "is",
    "as",
    "by",
    "on",
    "when",
    "then",
    "otherwise",
    "else",
    "end",
    "splitrow",
    "splitcol",
];

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const CONCAT: u8 = 5;
const ADD: u8 = 6;
const MULTIPLY: u8 = 7;

/// An expression.
pub fn expr(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    above(cursor, 0)
}

/// A step of time, and nothing behind it: `1d` or `'1d'`.
pub fn expr_step(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    prefix(cursor)
}

/// Conditions, between which nothing means `and`.
pub fn conditions(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let mut all = expr(cursor)?;
    while !cursor.is_at_end() && cursor.kind() != Kind::Close {
        cursor.count_operator()?;
        let next = expr(cursor)?;
        all = binary(all, Binary::And, next);
    }
    Ok(all)
}

fn above(cursor: &mut Cursor<'_>, least: u8) -> Parsed<Expr> {
    cursor.deeper(|cursor| {
        let mut left = prefix(cursor)?;
        while let Some((operator, strength)) = infix(cursor) {
            if strength < least {
                break;
            }
            cursor.count_operator()?;
            left = operator.join(cursor, left, strength)?;
        }
        Ok(left)
    })
}

/// What may stand behind an expression.
enum Infix {
    Operator(Binary),
    Between,
    In,
    Like,
    Is,
}

/// The operator that comes next, and how tightly it binds.
fn infix(cursor: &Cursor<'_>) -> Option<(Infix, u8)> {
    let operator = |operator, strength| Some((Infix::Operator(operator), strength));
    match cursor.kind() {
        Kind::Equal => operator(Binary::Equal, COMPARE),
        Kind::Unequal => operator(Binary::Unequal, COMPARE),
        Kind::Same => operator(Binary::Same, COMPARE),
        Kind::Less => operator(Binary::Less, COMPARE),
        Kind::AtMost => operator(Binary::AtMost, COMPARE),
        Kind::More => operator(Binary::More, COMPARE),
        Kind::AtLeast => operator(Binary::AtLeast, COMPARE),
        Kind::Concat => operator(Binary::Concat, CONCAT),
        Kind::Plus => operator(Binary::Plus, ADD),
        Kind::Minus => operator(Binary::Minus, ADD),
        Kind::Star => operator(Binary::Times, MULTIPLY),
        Kind::Slash => operator(Binary::Divide, MULTIPLY),
        Kind::Percent => operator(Binary::Modulo, MULTIPLY),
        Kind::Word => {
            let negated = usize::from(cursor.is_word("not"));
            if cursor.is_word_ahead(negated, "between") {
                Some((Infix::Between, COMPARE))
            } else if cursor.is_word_ahead(negated, "in") {
                Some((Infix::In, COMPARE))
            } else if cursor.is_word_ahead(negated, "like") {
                Some((Infix::Like, COMPARE))
            } else if cursor.is_word("is") {
                Some((Infix::Is, COMPARE))
            } else if cursor.is_word("and") {
                operator(Binary::And, AND)
            } else if cursor.is_word("or") {
                operator(Binary::Or, OR)
            } else {
                None
            }
        }
        _ => None,
    }
}

impl Infix {
    /// Reads what is on the right of the operator.
    fn join(self, cursor: &mut Cursor<'_>, left: Expr, strength: u8) -> Parsed<Expr> {
        let negated = !matches!(self, Self::Operator(_)) && cursor.eat_word("not");
        cursor.next();
        let start = left.span.start;
        let expr = Box::new(left);
        let kind = match self {
            Self::Operator(operator) => {
                let right = above(cursor, strength + 1)?;
                return Ok(binary(*expr, operator, right));
            }
            Self::Between => {
                let low = Box::new(above(cursor, COMPARE + 1)?);
                if !cursor.eat_word("and") {
                    return Err(cursor.expected("`and` and the upper bound of `between`", "`between` 의 `and` 와 상한"));
                }
                let high = Box::new(above(cursor, COMPARE + 1)?);
                ExprKind::Between {
                    expr,
                    negated,
                    low,
                    high,
                }
            }
            Self::In => {
                cursor.expect(Kind::Open, "`(` and a list of values", "`(` 와 값 목록")?;
                let list = list(cursor)?;
                ExprKind::In { expr, negated, list }
            }
            Self::Like => {
                let pattern = Box::new(above(cursor, COMPARE + 1)?);
                ExprKind::Like { expr, negated, pattern }
            }
            Self::Is => {
                let negated = cursor.eat_word("not");
                if !cursor.eat_word("null") {
                    return Err(cursor.expected("`null` or `not null`", "`null` 또는 `not null`"));
                }
                ExprKind::IsNull { expr, negated }
            }
        };
        let span = start..cursor.end_of_last();
        Ok(Expr { kind, span })
    }
}

/// Both conditions.
pub fn both(left: Expr, right: Expr) -> Expr {
    binary(left, Binary::And, right)
}

fn binary(left: Expr, operator: Binary, right: Expr) -> Expr {
    let span = left.span.start..right.span.end;
    Expr {
        kind: ExprKind::Binary(Box::new(left), operator, Box::new(right)),
        span,
    }
}

/// The rest of a list whose bracket is read.
pub fn list(cursor: &mut Cursor<'_>) -> Parsed<Vec<Expr>> {
    let mut list = Vec::new();
    if cursor.eat(Kind::Close) {
        return Ok(list);
    }
    loop {
        list.push(expr(cursor)?);
        if !cursor.eat(Kind::Comma) {
            cursor.expect(Kind::Close, "`,` or `)`", "`,` 또는 `)`")?;
            return Ok(list);
        }
    }
}

/// An operand, with what stands before it.
fn prefix(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let start = cursor.span().start;
    let kind = match cursor.kind() {
        Kind::Minus => {
            cursor.next();
            ExprKind::Unary(Unary::Minus, Box::new(above(cursor, MULTIPLY + 1)?))
        }
        Kind::Plus => {
            cursor.next();
            return above(cursor, MULTIPLY + 1);
        }
        Kind::Number => number(cursor),
        Kind::Single | Kind::Double => {
            let text = unquoted(cursor.kind(), cursor.text());
            cursor.next();
            ExprKind::Text(text)
        }
        Kind::Param => {
            let text = cursor.text().to_owned();
            cursor.next();
            ExprKind::Param(text)
        }
        Kind::Open => {
            cursor.next();
            let inner = expr(cursor)?;
            cursor.expect(Kind::Close, "`)`", "`)`")?;
            return Ok(inner);
        }
        Kind::Word if cursor.is_word("not") => {
            cursor.next();
            ExprKind::Unary(Unary::Not, Box::new(above(cursor, NOT)?))
        }
        Kind::Word if cursor.is_word("case") && cursor.is_word_ahead(1, "when") => {
            cursor.next();
            case(cursor)?
        }
        Kind::Word if cursor.kind_ahead(1) != Kind::Dot && RESERVED.iter().any(|word| cursor.is_word(word)) => {
            return Err(cursor.expected("a column or a value", "열 또는 값"));
        }
        Kind::Word | Kind::Quoted => word(cursor)?,
        _ => return Err(cursor.expected("a column or a value", "열 또는 값")),
    };
    let span = start..cursor.end_of_last();
    Ok(Expr { kind, span })
}

/// A number, or a time span: a number and a unit without a blank between them.
fn number(cursor: &mut Cursor<'_>) -> ExprKind {
    let number = cursor.text().to_owned();
    cursor.next();
    let unit = cursor.text();
    let is_unit = cursor.kind() == Kind::Word && UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known));
    if is_unit && cursor.is_adjacent() {
        cursor.next();
        ExprKind::Duration(number, unit.to_owned())
    } else {
        ExprKind::Number(number)
    }
}

/// The branches of a `case`, up to its end.
pub fn case(cursor: &mut Cursor<'_>) -> Parsed<ExprKind> {
    let mut branches = Vec::new();
    while cursor.eat_word("when") {
        let condition = expr(cursor)?;
        if !cursor.eat_word("then") {
            return Err(cursor.expected("`then` and a value", "`then` 과 값"));
        }
        branches.push((condition, expr(cursor)?));
    }
    if branches.is_empty() {
        return Err(cursor.expected("`when`, a condition, `then` and a value", "`when` 조건 `then` 값"));
    }
    let otherwise = if cursor.eat_word("otherwise") || cursor.eat_word("else") {
        Some(Box::new(expr(cursor)?))
    } else {
        None
    };
    cursor.eat_word("end");
    Ok(ExprKind::Case { branches, otherwise })
}

/// A column, a function, or a word that is a value.
fn word(cursor: &mut Cursor<'_>) -> Parsed<ExprKind> {
    let is_plain = cursor.kind() == Kind::Word;
    let name = cursor.word_as_name();
    if is_plain && cursor.kind() == Kind::Open {
        return call(cursor, name);
    }
    if cursor.kind() == Kind::Dot && matches!(cursor.kind_ahead(1), Kind::Word | Kind::Quoted) {
        cursor.next();
        let column = cursor.word_as_name();
        return Ok(ExprKind::Column {
            relation: Some(name),
            name: column,
        });
    }
    Ok(match name.text.to_ascii_lowercase().as_str() {
        "null" if is_plain => ExprKind::Null,
        "true" if is_plain => ExprKind::Bool(true),
        "false" if is_plain => ExprKind::Bool(false),
        _ => ExprKind::Column { relation: None, name },
    })
}

fn call(cursor: &mut Cursor<'_>, name: Name) -> Parsed<ExprKind> {
    cursor.next();
    let mut star = false;
    let mut arguments = Vec::new();
    let distinct = cursor.is_word("distinct") && cursor.kind_ahead(1) != Kind::Close && cursor.eat_word("distinct");
    if cursor.kind() == Kind::Star && cursor.kind_ahead(1) == Kind::Close {
        cursor.next();
        cursor.next();
        star = true;
    } else {
        arguments = list(cursor)?;
    }
    Ok(ExprKind::Call {
        name,
        arguments,
        star,
        distinct,
    })
}
