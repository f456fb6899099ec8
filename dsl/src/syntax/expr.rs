//! Expressions.

use super::Name;
use crate::diagnostic::Span;

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// NULL.
    Null,
    /// Truth.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A time span: how many, and of what.
    Duration(String, String),
    /// A parameter: `?`, `$1` or `${name}`, as it is written.
    Param(String),
    /// A column, perhaps of a relation with a name.
    Column {
        /// The relation.
        relation: Option<Name>,
        /// The column.
        name: Name,
    },
    /// `-x` or `not x`.
    Unary(Unary, Box<Expr>),
    /// Two, and what joins them.
    Binary(Box<Expr>, Binary, Box<Expr>),
    /// `x [not] between a and b`.
    Between {
        /// What is looked at.
        expr: Box<Expr>,
        /// Whether it must not be.
        negated: bool,
        /// From here.
        low: Box<Expr>,
        /// To here.
        high: Box<Expr>,
    },
    /// `x [not] in (a, b)`.
    In {
        /// What is looked at.
        expr: Box<Expr>,
        /// Whether it must not be.
        negated: bool,
        /// The values.
        list: Vec<Expr>,
    },
    /// `x [not] like 'a%'`.
    Like {
        /// What is looked at.
        expr: Box<Expr>,
        /// Whether it must not be.
        negated: bool,
        /// The pattern.
        pattern: Box<Expr>,
    },
    /// `x is [not] null`.
    IsNull {
        /// What is looked at.
        expr: Box<Expr>,
        /// Whether it must not be.
        negated: bool,
    },
    /// `case when a then b … otherwise c`.
    Case {
        /// Conditions and values.
        branches: Vec<(Expr, Expr)>,
        /// The value where none is true.
        otherwise: Option<Box<Expr>>,
    },
    /// A function.
    Call {
        /// Its name.
        name: Name,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// Whether its argument is `*`.
        star: bool,
        /// Whether equal arguments count once.
        distinct: bool,
    },
}

/// What stands before one expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-`
    Minus,
    /// `not`
    Not,
}

/// What stands between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `<=>`
    Same,
    /// `||`
    Concat,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}
