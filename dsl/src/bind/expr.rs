//! Expressions: columns are looked up, functions are known, and what cannot be compared is told before anything runs.

mod calls;
mod kind;

use sqlparser::ast::{BinaryOperator, Expr as Sql, UnaryOperator, Value};

use super::names::unknown;
use super::relation::{Column, Relation};
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql;
use crate::syntax::{Binary, Expr, ExprKind, Name, Unary};

pub use calls::unknown_type;
pub use kind::Kind;

/// Where columns of an expression are looked up.
#[derive(Clone, Copy)]
pub enum Scope<'s> {
    /// In the rows before.
    Rows(&'s Relation),
    /// In the rows before, called `l`, and in others, called `r`.
    Pair(&'s Relation, &'s Relation),
}

/// What functions an expression may call.
#[derive(Clone, Copy)]
pub enum Calls<'s> {
    /// Those that give a value for each row.
    Rows,
    /// Those that give a value for each group, beside the columns that tell the groups apart.
    Groups(&'s [String]),
    /// Those that give a value for each group, at each row of it: the group's keys.
    Over(&'s [Sql]),
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub struct Context<'s> {
    /// Where its columns are looked up.
    pub scope: Scope<'s>,
    /// What it may call.
    pub calls: Calls<'s>,
}

/// An expression and what kind of value it has.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The expression.
    pub sql: Sql,
    /// The kind of its value.
    pub kind: Kind,
}

/// The names of both sides of a join in its query.
pub const LEFT: &str = "l";
/// The names of both sides of a join in its query.
pub const RIGHT: &str = "r";

impl Binder<'_> {
    /// An expression over the rows before.
    pub(super) fn row_expr(&mut self, expr: &Expr) -> Bound<Typed> {
        let relation = self.relation.clone();
        self.typed(
            expr,
            Context {
                scope: Scope::Rows(&relation),
                calls: Calls::Rows,
            },
        )
    }

    /// A condition over the rows before.
    pub(super) fn condition(&mut self, expr: &Expr) -> Bound<Sql> {
        let relation = self.relation.clone();
        self.condition_in(
            expr,
            Context {
                scope: Scope::Rows(&relation),
                calls: Calls::Rows,
            },
        )
    }

    /// A condition wherever it stands.
    pub(super) fn condition_in(&mut self, expr: &Expr, context: Context<'_>) -> Bound<Sql> {
        let typed = self.typed(expr, context)?;
        if matches!(typed.kind, Kind::Bool | Kind::Null | Kind::Unknown) {
            return Ok(typed.sql);
        }
        let error = Diagnostic::error(
            "E0301",
            expr.span.clone(),
            format!("a condition is true or false, and this is {}", typed.kind.english()),
            format!("조건은 참/거짓이어야 하는데 이것은 {}입니다", typed.kind.korean()),
        );
        Err(Box::new(match &expr.kind {
            ExprKind::Text(text) => error.saying(
                format!("texts are looked for in a column: `column like '%{text}%'`"),
                format!("글자는 열에서 찾습니다: `열 like '%{text}%'`"),
            ),
            _ => error.saying("compare it with something, as `a = 1`", "비교식을 쓰세요, 예: `a = 1`"),
        }))
    }

    /// An expression wherever it stands.
    pub(super) fn typed(&mut self, expr: &Expr, context: Context<'_>) -> Bound<Typed> {
        let span = self.places.sql(&expr.span);
        // Of calls, parameters and spans of time only the planner knows the types.
        self.asks_planner |= matches!(
            expr.kind,
            ExprKind::Call { .. } | ExprKind::Param(_) | ExprKind::Duration(..) | ExprKind::Case { .. }
        );
        let of = |value: Value, kind: Kind| {
            Ok(Typed {
                sql: sql::value(value, span),
                kind,
            })
        };
        match &expr.kind {
            ExprKind::Null => of(Value::Null, Kind::Null),
            ExprKind::Bool(is_true) => of(Value::Boolean(*is_true), Kind::Bool),
            ExprKind::Number(text) => of(Value::Number(text.clone(), false), Kind::Number),
            ExprKind::Text(text) => of(Value::SingleQuotedString(text.clone()), Kind::TextLiteral),
            ExprKind::Duration(count, unit) => Self::duration(count, unit, &expr.span),
            ExprKind::Param(text) => of(Value::Placeholder(parameter(text)), Kind::Unknown),
            ExprKind::Column { relation, name } => self.column_expr(relation.as_ref(), name, context),
            ExprKind::Unary(Unary::Minus, inner) => {
                let inner = self.typed(inner, context)?;
                self.asks_planner |= inner.kind != Kind::Number;
                Ok(Typed {
                    sql: sql::unary(UnaryOperator::Minus, inner.sql),
                    kind: inner.kind,
                })
            }
            ExprKind::Unary(Unary::Not, inner) => {
                let inner = self.condition_in(inner, context)?;
                Ok(Typed::bool(sql::unary(UnaryOperator::Not, inner)))
            }
            ExprKind::Binary(left, operator, right) => self.binary(left, *operator, right, &expr.span, context),
            ExprKind::Between {
                expr: inner,
                negated,
                low,
                high,
            } => {
                let (low, high) = (
                    self.compared(inner, low, context)?,
                    self.compared(inner, high, context)?,
                );
                Ok(Typed::bool(Sql::Between {
                    expr: Box::new(sql::nested(low.0.sql)),
                    negated: *negated,
                    low: Box::new(sql::nested(low.1.sql)),
                    high: Box::new(sql::nested(high.1.sql)),
                }))
            }
            ExprKind::In {
                expr: inner,
                negated,
                list,
            } => self.in_list(inner, *negated, list, context),
            ExprKind::Like {
                expr: inner,
                negated,
                pattern,
            } => {
                let (inner, pattern) = (self.typed(inner, context)?, self.typed(pattern, context)?);
                self.asks_planner |= inner.kind != Kind::Text;
                Ok(Typed::bool(Sql::Like {
                    negated: *negated,
                    any: false,
                    expr: Box::new(sql::nested(inner.sql)),
                    pattern: Box::new(sql::nested(pattern.sql)),
                    escape_char: None,
                }))
            }
            ExprKind::IsNull { expr: inner, negated } => {
                let inner = Box::new(sql::nested(self.typed(inner, context)?.sql));
                Ok(Typed::bool(if *negated {
                    Sql::IsNotNull(inner)
                } else {
                    Sql::IsNull(inner)
                }))
            }
            ExprKind::Case { branches, otherwise } => self.case_expr(branches, otherwise.as_deref(), context),
            ExprKind::Call {
                name,
                arguments,
                star,
                distinct,
            } => self.call(name, arguments, *star, *distinct, &expr.span, context),
        }
    }

    /// A column, as the query of the context calls it.
    fn column_expr(&self, relation: Option<&Name>, name: &Name, context: Context<'_>) -> Bound<Typed> {
        let span = self.places.sql(&name.span);
        let (column, sql) = match context.scope {
            Scope::Rows(rows) => {
                let column = found(rows, relation, name)?;
                if let Calls::Groups(keys) = context.calls
                    && !keys.iter().any(|key| key == column.name())
                {
                    return Err(not_grouped(name));
                }
                (column, sql::column(column.name(), span))
            }
            Scope::Pair(left, right) => {
                let is_right = relation.is_some_and(|relation| {
                    right
                        .alias
                        .as_ref()
                        .is_some_and(|alias| alias.to_lowercase() == relation.text.to_lowercase())
                });
                let on_left = if is_right {
                    None
                } else {
                    found(left, relation, name).ok()
                };
                match on_left {
                    Some(column) => (column, sql::of(LEFT, column.name(), span)),
                    None if is_right || relation.is_none() => {
                        let column = right
                            .find(&name.text)
                            .ok_or_else(|| unknown(name, if is_right { right } else { left }))?;
                        (column, sql::of(RIGHT, column.name(), span))
                    }
                    None => return Err(unknown_relation(relation, name, left, Some(right))),
                }
            }
        };
        Ok(Typed {
            sql,
            kind: Kind::of(column),
        })
    }

    fn binary(
        &mut self,
        left: &Expr,
        operator: Binary,
        right: &Expr,
        span: &Span,
        context: Context<'_>,
    ) -> Bound<Typed> {
        let sql_operator = match operator {
            Binary::Or | Binary::And => {
                let (left, right) = (self.condition_in(left, context)?, self.condition_in(right, context)?);
                let operator = if operator == Binary::Or {
                    BinaryOperator::Or
                } else {
                    BinaryOperator::And
                };
                return Ok(Typed::bool(sql::binary(left, operator, right)));
            }
            Binary::Equal => BinaryOperator::Eq,
            Binary::Unequal => BinaryOperator::NotEq,
            Binary::Less => BinaryOperator::Lt,
            Binary::AtMost => BinaryOperator::LtEq,
            Binary::More => BinaryOperator::Gt,
            Binary::AtLeast => BinaryOperator::GtEq,
            Binary::Same => {
                let (left, right) = self.compared(left, right, context)?;
                let (left, right) = (Box::new(sql::nested(left.sql)), Box::new(sql::nested(right.sql)));
                return Ok(Typed::bool(Sql::IsNotDistinctFrom(left, right)));
            }
            Binary::Concat => {
                let (left, right) = (self.typed(left, context)?, self.typed(right, context)?);
                let sql = sql::binary(left.sql, BinaryOperator::StringConcat, right.sql);
                return Ok(Typed { sql, kind: Kind::Text });
            }
            Binary::Plus => return self.computed(left, BinaryOperator::Plus, right, span, context),
            Binary::Minus => return self.computed(left, BinaryOperator::Minus, right, span, context),
            Binary::Times => return self.computed(left, BinaryOperator::Multiply, right, span, context),
            Binary::Divide => return self.computed(left, BinaryOperator::Divide, right, span, context),
            Binary::Modulo => return self.computed(left, BinaryOperator::Modulo, right, span, context),
        };
        if matches!(right.kind, ExprKind::Null) || matches!(left.kind, ExprKind::Null) {
            self.note(
                Diagnostic::warning(
                    "W0302",
                    span.clone(),
                    "a comparison with NULL is never true",
                    "NULL 과 비교하면 참이 되지 않습니다",
                )
                .saying(
                    "write `is null`, `is not null` or `<=>`",
                    "`is null`, `is not null`, `<=>` 을(를) 쓰세요",
                ),
            );
        }
        if let ExprKind::Text(text) = &right.kind
            && text.contains('*')
        {
            self.note(
                Diagnostic::warning(
                    "W0303",
                    right.span.clone(),
                    "`*` is compared as it is here",
                    "여기서 `*` 는 글자 그대로 비교합니다",
                )
                .saying(
                    "for any text, write `like 'a%'`; districts are found by `addr`",
                    "아무 글자나 뜻하려면 `like 'a%'`; 주소는 `addr`",
                ),
            );
        }
        let (left, right) = self.compared(left, right, context)?;
        Ok(Typed::bool(sql::binary(left.sql, sql_operator, right.sql)))
    }

    /// Both sides of a comparison, when they can be compared.
    fn compared(&mut self, left: &Expr, right: &Expr, context: Context<'_>) -> Bound<(Typed, Typed)> {
        let (mut one, mut other) = (self.typed(left, context)?, self.typed(right, context)?);
        self.asks_planner |= !matches!(
            (one.kind, other.kind),
            (Kind::Number, Kind::Number) | (Kind::Text, Kind::Text | Kind::TextLiteral) | (Kind::Bool, Kind::Bool)
        );
        for (side, place, against, literal) in
            [(one.kind, left, other.kind, right), (other.kind, right, one.kind, left)]
        {
            let is_mixed = side == Kind::Text && against == Kind::Number;
            if !is_mixed || self.catalog.is_legacy() {
                continue;
            }
            let written = self.places.text().get(literal.span.clone()).unwrap_or_default();
            let mut error = Diagnostic::error(
                "E0302",
                literal.span.clone(),
                "a text is compared with a number",
                "글자를 수와 비교했습니다",
            )
            .saying("a number", "수")
            .and(place.span.clone(), "a text", "글자");
            if matches!(literal.kind, ExprKind::Number(_)) {
                error = error.fix(literal.span.clone(), format!("'{written}'"));
            }
            return Err(Box::new(error));
        }
        if self.catalog.is_legacy() {
            let number = |typed: Typed| Typed {
                sql: sql::cast(
                    typed.sql,
                    sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None),
                    true,
                ),
                kind: Kind::Number,
            };
            match (one.kind, other.kind) {
                (Kind::Text, Kind::Number) => one = number(one),
                (Kind::Number, Kind::Text) => other = number(other),
                _ => {}
            }
        }
        for (typed, place, against) in [(&one, left, other.kind), (&other, right, one.kind)] {
            if let (Kind::TextLiteral, Kind::Number, ExprKind::Text(text)) = (typed.kind, against, &place.kind)
                && text.trim().parse::<f64>().is_err()
            {
                return Err(Box::new(
                    Diagnostic::error(
                        "E0302",
                        place.span.clone(),
                        format!("a number is compared with {text:?}, which is no number"),
                        format!("수를 수가 아닌 {text:?} 와(과) 비교했습니다"),
                    )
                    .saying("a text", "글자"),
                ));
            }
        }
        Ok((one, other))
    }

    fn in_list(&mut self, inner: &Expr, negated: bool, list: &[Expr], context: Context<'_>) -> Bound<Typed> {
        if list.is_empty() {
            return Err(Box::new(
                Diagnostic::error(
                    "E0304",
                    inner.span.clone(),
                    "the list of `in` is empty",
                    "`in` 목록이 비어 있습니다",
                )
                .saying("compared with nothing", "비교할 값 없음"),
            ));
        }
        let mut values = Vec::with_capacity(list.len());
        let mut left = None;
        for one in list {
            let (inner, value) = self.compared(inner, one, context)?;
            left.get_or_insert(inner.sql);
            values.push(value.sql);
        }
        Ok(Typed::bool(Sql::InList {
            expr: Box::new(sql::nested(left.unwrap_or_else(sql::null))),
            list: values,
            negated,
        }))
    }

    /// Arithmetic.
    fn computed(
        &mut self,
        left: &Expr,
        operator: BinaryOperator,
        right: &Expr,
        span: &Span,
        context: Context<'_>,
    ) -> Bound<Typed> {
        let (one, other) = (self.typed(left, context)?, self.typed(right, context)?);
        let (one, other) = (self.operand(one, left, span)?, self.operand(other, right, span)?);
        self.asks_planner |= (one.kind, other.kind) != (Kind::Number, Kind::Number);
        let kind = match (one.kind, other.kind) {
            (Kind::Number, Kind::Number | Kind::Null) | (Kind::Null, Kind::Number) => Kind::Number,
            (Kind::Time, Kind::Interval) | (Kind::Interval, Kind::Time) => Kind::Time,
            _ => Kind::Unknown,
        };
        Ok(Typed {
            sql: sql::binary(one.sql, operator, other.sql),
            kind,
        })
    }

    /// What is computed with, which no text is.
    fn operand(&self, typed: Typed, place: &Expr, span: &Span) -> Bound<Typed> {
        if !matches!(typed.kind, Kind::Text | Kind::TextLiteral) {
            return Ok(typed);
        }
        if self.catalog.is_legacy() {
            let double = sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None);
            return Ok(Typed {
                sql: sql::cast(typed.sql, double, true),
                kind: Kind::Number,
            });
        }
        Err(Box::new(
            Diagnostic::error(
                "E0303",
                place.span.clone(),
                "a text cannot be computed with",
                "글자로는 계산할 수 없습니다",
            )
            .saying("a text", "글자")
            .and(
                span.clone(),
                "texts are joined by `||`; `typecast column real` makes numbers of them",
                "글자는 `||` 로 잇고, 수로 바꾸려면 `typecast 열 real`",
            ),
        ))
    }

    /// `case`, whose values become texts where some are and others are not.
    fn case_expr(&mut self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>, context: Context<'_>) -> Bound<Typed> {
        let mut bound = Vec::with_capacity(branches.len());
        for (condition, result) in branches {
            bound.push((self.condition_in(condition, context)?, self.typed(result, context)?));
        }
        let otherwise = otherwise.map(|expr| self.typed(expr, context)).transpose()?;
        let kinds: Vec<Kind> = bound
            .iter()
            .map(|(_, result)| result.kind)
            .chain(otherwise.iter().map(|one| one.kind))
            .collect();
        let has_text = kinds.iter().any(|kind| matches!(kind, Kind::Text | Kind::TextLiteral));
        let has_other = kinds
            .iter()
            .any(|kind| matches!(kind, Kind::Number | Kind::Bool | Kind::Time));
        let unified = |typed: Typed| {
            if has_text && has_other && !matches!(typed.kind, Kind::Text | Kind::TextLiteral | Kind::Null) {
                sql::cast(typed.sql, sql::text_type(), false)
            } else {
                typed.sql
            }
        };
        let kind = match kinds.iter().find(|kind| **kind != Kind::Null) {
            _ if has_text => Kind::Text,
            Some(kind) => *kind,
            None => Kind::Null,
        };
        let branches = bound
            .into_iter()
            .map(|(condition, result)| (condition, unified(result)))
            .collect();
        Ok(Typed {
            sql: sql::case(branches, otherwise.map(unified)),
            kind,
        })
    }
}

impl Typed {
    fn bool(sql: Sql) -> Self {
        Self { sql, kind: Kind::Bool }
    }
}

/// A column by its name, and the relation that it came from where that is written.
fn found<'r>(rows: &'r Relation, relation: Option<&Name>, name: &Name) -> Bound<&'r Column> {
    match relation {
        None => rows.find(&name.text).ok_or_else(|| unknown(name, rows)),
        Some(of) => rows
            .find_of(&of.text, &name.text)
            .ok_or_else(|| unknown_relation(Some(of), name, rows, None)),
    }
}

/// That no relation has that name here.
fn unknown_relation(
    relation: Option<&Name>,
    name: &Name,
    left: &Relation,
    right: Option<&Relation>,
) -> Box<Diagnostic> {
    let Some(relation) = relation else {
        return unknown(name, left);
    };
    let mut known: Vec<&str> = left.alias.as_deref().into_iter().collect();
    known.extend(
        left.visible()
            .filter_map(|column| column.origin.as_ref())
            .map(|(of, _)| of.as_str()),
    );
    known.extend(right.and_then(|right| right.alias.as_deref()));
    known.dedup();
    if known
        .iter()
        .any(|known| known.to_lowercase() == relation.text.to_lowercase())
    {
        return unknown(name, left);
    }
    let listed = super::names::listed(&known);
    let near = super::names::nearest(&relation.text, known.iter().copied()).map(super::names::quoted);
    let diagnostic = Diagnostic::error(
        "E0203",
        relation.span.clone(),
        format!(
            "nothing is called `{}` here; relations here are {listed}",
            relation.text
        ),
        format!(
            "`{}` (이)라는 모델이 여기에 없습니다; 여기의 이름: {listed}",
            relation.text
        ),
    );
    Box::new(match near {
        Some(near) => diagnostic.meaning(&near).fix(relation.span.clone(), near),
        None => diagnostic.saying("not a relation here", "여기에 없는 이름"),
    })
}

/// That a column has many values in a group.
fn not_grouped(name: &Name) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            "E0209",
            name.span.clone(),
            format!("`{}` may have many values in a group", name.text),
            format!("한 그룹에 `{}` 값이 여럿일 수 있습니다", name.text),
        )
        .saying(
            format!(
                "compute one of them, as `max({0})`, or group by it: `by {0}`",
                name.text
            ),
            format!("`max({0})` 처럼 하나를 구하거나 `by {0}` 로 묶으세요", name.text),
        ),
    )
}

/// The planner's name of a parameter: `${name}` is `$name`.
fn parameter(text: &str) -> String {
    match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => format!("${}", name.trim()),
        None => text.to_owned(),
    }
}
