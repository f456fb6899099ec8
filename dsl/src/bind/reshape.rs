//! Stages that turn rows into columns and columns into rows: `pivot`, `unpivot`, `explode`.

use arrow_schema::DataType;
use sqlparser::ast::{BinaryOperator, Expr as Sql};

use super::aggregate::made_name;
use super::names::quoted;
use super::relation::{Column, OrderKey, column_of};
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::lower;
use crate::sql::{self, Selection};
use crate::syntax::{ExprKind, Name, Pivot};

/// Values that may become columns where nobody names them.
const MOST_COLUMNS: usize = 200;

impl Binder<'_> {
    /// `pivot`: groups by rows and columns.
    pub(super) fn pivot(&mut self, pivot: &Pivot, word: &Span) -> Bound<()> {
        let filter = match &pivot.filter {
            Some(filter) => Some(self.condition(filter)?),
            None => None,
        };
        let groups = self.groups(&pivot.rows)?;
        let values = if pivot.columns.is_empty() {
            self.aggregates(&pivot.aggregates, &groups)?
        } else {
            let columns = self.columns(&pivot.columns)?;
            let across = joined(&columns);
            let mut values = Vec::new();
            for value in self.pivot_values(pivot, &across, filter.as_ref(), word)? {
                let fits = sql::binary(across.clone(), BinaryOperator::Eq, sql::text(&value.text));
                self.counted_rows = Some(fits);
                let made = self.aggregates(&pivot.aggregates, &groups);
                self.counted_rows = None;
                for (expr, name) in made? {
                    let text = if pivot.aggregates.len() == 1 {
                        value.text.clone()
                    } else {
                        format!("{}_{}", value.text, name.text)
                    };
                    values.push((expr, made_name(&text, &value.span)));
                }
            }
            values
        };
        self.grouped(&groups, values, filter, word)?;
        if let Some(descending) = pivot.descending {
            let keys = groups.keys.into_iter().map(|(_, name)| OrderKey {
                column: name.text,
                descending,
            });
            self.relation.order = keys.collect();
        }
        Ok(())
    }

    /// The values that become columns: those that are named, else those that there are.
    fn pivot_values(&mut self, pivot: &Pivot, across: &Sql, filter: Option<&Sql>, word: &Span) -> Bound<Vec<Name>> {
        if !pivot.values.is_empty() {
            return pivot
                .values
                .iter()
                .map(|value| match &value.kind {
                    ExprKind::Text(text) | ExprKind::Number(text) => Ok(made_name(text, &value.span)),
                    ExprKind::Column { name, relation: None } => Ok(name.clone()),
                    _ => Err(Box::new(
                        Diagnostic::error(
                            "E0420",
                            value.span.clone(),
                            "a value that becomes a column is a text or a number",
                            "열이 될 값은 글자나 수입니다",
                        )
                        .saying("as `splitcol a in ('x', 'y')`", "예: `splitcol a in ('x', 'y')`"),
                    )),
                })
                .collect();
        }
        let mut selection = Selection::from(&self.relation.name, vec![sql::item(across.clone(), "value")]);
        selection.distinct = true;
        selection = selection.filtered(sql::both(
            filter.cloned(),
            Some(Sql::IsNotNull(Box::new(sql::nested(across.clone())))),
        ));
        selection.order = vec![sql::order(sql::own("value"), false)];
        selection.limit = Some(MOST_COLUMNS as u64 + 1);
        let query = lower::with_steps(&self.steps, selection.query());
        let Some(values) = self.catalog.values(&query) else {
            self.wanted.get_or_insert(query);
            return Ok(Vec::new());
        };
        if values.len() > MOST_COLUMNS {
            return Err(Box::new(
                Diagnostic::error(
                    "E0421",
                    pivot
                        .columns
                        .first()
                        .map_or_else(|| word.clone(), |name| name.span.clone()),
                    format!("there are more than {MOST_COLUMNS} values that would become columns"),
                    format!("열이 될 값이 {MOST_COLUMNS}개보다 많습니다"),
                )
                .saying(
                    "name those that you want: `splitcol a in ('x', 'y')`",
                    "필요한 값을 쓰세요: `splitcol a in ('x', 'y')`",
                ),
            ));
        }
        Ok(values.iter().map(|value| made_name(value, word)).collect())
    }

    /// `unpivot`: columns become rows, with their names and values.
    pub(super) fn unpivot(&mut self, names: &[Name]) -> Bound<()> {
        let turned = self.columns(names)?;
        let others: Vec<Column> = self
            .relation
            .visible()
            .filter(|column| !turned.contains(column))
            .cloned()
            .collect();
        for new in ["key", "value"] {
            if others.iter().any(|column| column.name().to_lowercase() == new) {
                let span = names.first().map_or(0..0, |name| name.span.clone());
                return Err(super::project::twice(&made_name(new, &span)));
            }
        }
        let is_mixed = turned
            .windows(2)
            .any(|pair| matches!(pair, [one, other] if one.field.data_type() != other.field.data_type()));
        let all_numbers = turned.iter().all(Column::is_number);
        let queries = turned.iter().map(|column| {
            let mut items: Vec<_> = others
                .iter()
                .map(|other| sql::item(sql::own(other.name()), other.name()))
                .collect();
            items.push(sql::item(sql::text(column.name()), "key"));
            let value = sql::own(column.name());
            let value = if is_mixed && !all_numbers {
                sql::cast(value, sql::text_type(), false)
            } else {
                value
            };
            items.push(sql::item(value, "value"));
            Selection::from(&self.relation.name, items)
        });
        let query = sql::union(queries.collect(), true, false);
        let mut columns = others.clone();
        columns.push(column_of("key", DataType::Null));
        columns.push(column_of("value", DataType::Null));
        let given = [self.relation.given()];
        let span = names.first().map_or(0..0, |name| name.span.clone());
        self.step(query, columns, Some(&given), &span)?;
        self.relation.order = Vec::new();
        Ok(())
    }

    /// `explode`: a text becomes several rows.
    pub(super) fn explode(&mut self, name: &Name, separator: &str) -> Bound<()> {
        let column = self.column(name)?;
        if !column.is_text() {
            return Err(Box::new(
                Diagnostic::error(
                    "E0405",
                    name.span.clone(),
                    format!("`{}` holds no text", name.text),
                    format!("`{}` 열은 글자가 아닙니다", name.text),
                )
                .saying(
                    format!("`typecast {} text` makes text of it", quoted(&name.text)),
                    format!("`typecast {} text` 로 글자로 바꾸세요", quoted(&name.text)),
                ),
            ));
        }
        let parts = sql::call("string_to_array", vec![sql::own(column.name()), sql::text(separator)]);
        let made = Self::with(self.same(), sql::call("unnest", vec![parts]), name);
        self.project(&made, &name.span)
    }
}

/// The columns as one text, with `_` between them.
fn joined(columns: &[Column]) -> Sql {
    let text = |column: &Column| sql::cast(sql::own(column.name()), sql::text_type(), false);
    let mut parts = columns.iter().map(text);
    let first = parts.next().unwrap_or_else(sql::null);
    parts.fold(first, |all, part| {
        let spaced = sql::binary(all, BinaryOperator::StringConcat, sql::text("_"));
        sql::binary(spaced, BinaryOperator::StringConcat, part)
    })
}
