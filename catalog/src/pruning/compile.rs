//! From SQL filters to what the index can answer.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{Between, InList, Like};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::node::Node;
use crate::file_index::{Column, FileIndex, Range, text};

/// The filter as the index answers it; `None` when it cannot.
///
/// With `exact`, the answer for partition columns must be the filter's own and not only never miss a file.
pub fn compile<'a>(filter: &Expr, index: &'a FileIndex, exact: bool) -> Option<Node<'a>> {
    match filter {
        Expr::Alias(alias) => compile(&alias.expr, index, exact),
        Expr::Literal(ScalarValue::Boolean(value), _) => Some(match value {
            Some(true) => Node::Always,
            Some(false) | None => Node::Never,
        }),
        Expr::BinaryExpr(BinaryExpr { op: Operator::And, .. }) => {
            let operands = operands(filter, Operator::And);
            let n_operands = operands.len();
            let parts: Vec<Node> = operands
                .into_iter()
                .filter_map(|operand| compile(operand, index, exact))
                .collect();
            // Some of the conditions alone keep all files that all of them keep, and more.
            let enough = if exact {
                parts.len() == n_operands
            } else {
                !parts.is_empty()
            };
            enough.then_some(Node::All(parts))
        }
        Expr::BinaryExpr(BinaryExpr { op: Operator::Or, .. }) => {
            let parts = operands(filter, Operator::Or)
                .into_iter()
                .map(|operand| compile(operand, index, exact));
            Some(Node::Any(parts.collect::<Option<_>>()?))
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            match (column(left, index), literal(right), literal(left), column(right, index)) {
                (Some(column), Some(value), ..) => compare(column, *op, value),
                (_, _, Some(value), Some(column)) => compare(column, op.swap()?, value),
                _ => None,
            }
        }
        Expr::Between(between) => between_node(between, index),
        Expr::InList(list) => in_list(list, index),
        Expr::Like(pattern) => like(pattern, index, exact),
        Expr::IsNull(expr) => Some(Node::HoldsNull(column(expr, index)?)),
        Expr::IsNotNull(expr) => Some(Node::HoldsValue(column(expr, index)?)),
        _ => None,
    }
}

/// What an operator joins, however many times it stands in a row; without recursion, since that can be thousands.
fn operands(expr: &Expr, operator: Operator) -> Vec<&Expr> {
    let mut operands = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match expr {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) if *op == operator => {
                open.push(right);
                open.push(left);
            }
            other => operands.push(other),
        }
    }
    operands
}

/// The dotted path of a column or of a field of one.
pub fn field_path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Column(column) => Some(column.name.clone()),
        Expr::ScalarFunction(access) if access.func.name() == "get_field" => {
            let (base, names) = access.args.split_first()?;
            let mut path = field_path(base)?;
            for name in names {
                path = format!("{path}.{}", text(literal(name)?)?);
            }
            Some(path)
        }
        _ => None,
    }
}

/// The column that an expression is; texts of another text type are the same texts.
fn column<'a>(expr: &Expr, index: &'a FileIndex) -> Option<&'a Column> {
    match expr {
        Expr::Column(column) => index.column(&column.name),
        Expr::Cast(cast) if cast.field.data_type().is_string() => {
            column(&cast.expr, index).filter(|column| column.data_type.is_string())
        }
        _ => index.column(&field_path(expr)?),
    }
}

fn literal(expr: &Expr) -> Option<&ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    }
}

fn compare<'a>(column: &'a Column, op: Operator, value: &ScalarValue) -> Option<Node<'a>> {
    let cut = column.cut(value)?;
    let below = |end: u64| end.checked_sub(1).map(|last| (0, last));
    let ranges: Vec<Range> = match op {
        Operator::Eq => equal(column, value)?.into_iter().collect(),
        Operator::NotEq => below(cut.less_to)
            .into_iter()
            .chain([(cut.greater_from, u64::MAX)])
            .collect(),
        Operator::Lt => below(cut.less_to).into_iter().collect(),
        Operator::LtEq => below(cut.equal.1).into_iter().collect(),
        Operator::Gt => vec![(cut.greater_from, u64::MAX)],
        Operator::GtEq => vec![(cut.equal.0, u64::MAX)],
        _ => return None,
    };
    Some(holds(column, ranges))
}

/// The range of one value; `Some(None)` when no file can hold it.
#[expect(
    clippy::option_option,
    reason = "a value of another type is not a value that no file holds"
)]
fn equal(column: &Column, value: &ScalarValue) -> Option<Option<Range>> {
    let (from, to) = column.cut(value)?.equal;
    Some(to.checked_sub(1).map(|last| (from, last)))
}

/// The filter that wants a value in one of these ranges; their ends ascend.
fn holds(column: &Column, mut ranges: Vec<Range>) -> Node<'_> {
    let slack = column.slack();
    for (from, _) in &mut ranges {
        *from = from.saturating_sub(slack);
    }
    Node::Holds(column, ranges)
}

fn between_node<'a>(between: &Between, index: &'a FileIndex) -> Option<Node<'a>> {
    let column = column(&between.expr, index)?;
    let (low, high) = (literal(&between.low)?, literal(&between.high)?);
    Some(if between.negated {
        let outside = [
            compare(column, Operator::Lt, low)?,
            compare(column, Operator::Gt, high)?,
        ];
        Node::Any(outside.into())
    } else {
        let inside = [
            compare(column, Operator::GtEq, low)?,
            compare(column, Operator::LtEq, high)?,
        ];
        Node::All(inside.into())
    })
}

fn in_list<'a>(list: &InList, index: &'a FileIndex) -> Option<Node<'a>> {
    let column = column(&list.expr, index)?;
    let mut cuts = Vec::with_capacity(list.list.len());
    let mut has_null = false;
    for value in &list.list {
        match literal(value)? {
            null if null.is_null() => has_null = true,
            value => cuts.push(column.cut(value)?),
        }
    }
    cuts.sort_unstable_by_key(|cut| cut.equal);
    if !list.negated {
        let mut ranges: Vec<Range> = cuts
            .iter()
            .filter_map(|cut| Some((cut.equal.0, cut.equal.1.checked_sub(1)?)))
            .collect();
        ranges.dedup();
        return Some(holds(column, ranges));
    }
    if has_null {
        return Some(Node::Never);
    }
    let mut ranges = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for cut in cuts {
        ranges.extend(cut.less_to.checked_sub(1).map(|last| (from, last)));
        from = cut.greater_from;
    }
    ranges.push((from, u64::MAX));
    Some(holds(column, ranges))
}

fn like<'a>(like: &Like, index: &'a FileIndex, exact: bool) -> Option<Node<'a>> {
    if like.negated || like.case_insensitive || like.escape_char.is_some() {
        return None;
    }
    let column = column(&like.expr, index)?;
    let pattern = text(literal(&like.pattern)?)?;
    if pattern.contains('\\') {
        return None;
    }
    let Some(wildcard) = pattern.find(['%', '_']) else {
        return compare(column, Operator::Eq, literal(&like.pattern)?);
    };
    let (prefix, rest) = pattern.split_at(wildcard);
    if exact && !rest.bytes().all(|byte| byte == b'%') {
        return None;
    }
    if prefix.is_empty() {
        return Some(Node::HoldsValue(column));
    }
    let (from, to) = column.domain().prefix(prefix)?;
    Some(holds(
        column,
        to.checked_sub(1).map(|last| (from, last)).into_iter().collect(),
    ))
}
