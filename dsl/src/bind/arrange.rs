//! Stages about the order of rows: it is carried along, and taken where it matters.

use sqlparser::ast::{Expr as Sql, OrderByExpr};

use super::project::Made;
use super::relation::OrderKey;
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql;
use crate::syntax::{Name, Shift, SortKey};

impl Binder<'_> {
    /// Columns to order by.
    pub(super) fn order_keys(&self, keys: &[SortKey]) -> Bound<Vec<OrderKey>> {
        let mut order: Vec<OrderKey> = Vec::with_capacity(keys.len());
        for key in keys {
            let column = self.column(&key.column)?.name().to_owned();
            if order.iter().all(|other| other.column != column) {
                order.push(OrderKey {
                    column,
                    descending: key.descending,
                });
            }
        }
        Ok(order)
    }

    /// The order of the rows before, as SQL.
    pub(super) fn carried(&self) -> Vec<OrderByExpr> {
        let keys = self.relation.order.iter();
        keys.map(|key| sql::order(sql::own(&key.column), key.descending))
            .collect()
    }

    /// `sort`: an order, and how many rows of it, or of each group.
    pub(super) fn sort(&mut self, limit: Option<u64>, keys: &[SortKey], within: &[SortKey]) -> Bound<()> {
        let mut order = self.order_keys(keys)?;
        if within.is_empty() {
            // Rows that are equal here keep the order that they had.
            let before = self.relation.order.iter();
            let more: Vec<OrderKey> = before
                .filter(|key| order.iter().all(|other| other.column != key.column))
                .cloned()
                .collect();
            order.extend(more);
            self.relation.order = order;
            return match limit {
                Some(limit) => self.head(limit),
                None => Ok(()),
            };
        }
        let groups = self.order_keys(within)?;
        let partition: Vec<Sql> = groups.iter().map(|group| sql::own(&group.column)).collect();
        let mut whole = groups.clone();
        whole.extend(
            order
                .iter()
                .filter(|key| groups.iter().all(|group| group.column != key.column))
                .cloned(),
        );
        if let Some(limit) = limit {
            let number = Self::row_number(partition, &order);
            let span = within.first().map_or(0..0, |key| key.column.span.clone());
            self.keep_numbered(number, limit, &span)?;
        }
        self.relation.order = whole;
        Ok(())
    }

    /// Says that `top` without a sign gives the smallest: elsewhere it gives the most frequent, or the largest.
    pub(super) fn note_unsigned(&mut self, keys: &[SortKey], word: &Span) {
        let is_top = self
            .places
            .text()
            .get(word.clone())
            .is_some_and(|word| word.eq_ignore_ascii_case("top"));
        let Some(key) = keys.first().filter(|key| is_top && !key.is_signed) else {
            return;
        };
        let span = key.column.span.clone();
        let written = self.places.text().get(span.clone()).unwrap_or_default();
        let (largest, smallest) = (format!("-{written}"), format!("+{written}"));
        self.note(
            Diagnostic::warning(
                "W0404",
                span.clone(),
                format!("the smallest come first; `{largest}` gives the largest, `freq` the most frequent"),
                format!("작은 값이 먼저 옵니다; 큰 값은 `{largest}`, 자주 나온 값은 `freq` 입니다"),
            )
            .saying(
                format!("`{smallest}` says so"),
                format!("`{smallest}` 로 분명히 쓸 수 있습니다"),
            )
            .fix(span, largest),
        );
    }

    /// `head`: the first rows.
    pub(super) fn head(&mut self, limit: u64) -> Bound<()> {
        let mut selection = self.all();
        selection.order = self.carried();
        selection.limit = Some(limit);
        let columns = self.relation.columns.clone();
        self.step(selection.query(), columns, None, &(0..0))
    }

    /// `lag`, `lead`: the value some rows before or behind.
    pub(super) fn shift(&mut self, shift: &Shift) -> Bound<()> {
        let column = self.column(&shift.column)?;
        let by = self.column(&shift.by)?;
        let partition = self
            .columns(&shift.within)?
            .iter()
            .map(|column| sql::own(column.name()))
            .collect();
        let mut arguments = vec![sql::own(column.name()), sql::number(shift.count)];
        if let Some(default) = &shift.default {
            arguments.push(self.row_expr(default)?.sql);
        }
        let function = if shift.is_lead { "lead" } else { "lag" };
        let function_sql = sql::function_of(function, self.places.sql(&shift.column.span), arguments);
        let order = vec![sql::order(sql::own(by.name()), false)];
        let name = shift.name.clone().unwrap_or_else(|| Name {
            text: format!("{function}_{}", column.name()),
            span: shift.column.span.clone(),
        });
        let made = Self::with(self.same(), sql::over(function_sql, partition, order), &name);
        self.project(&made, &shift.column.span)
    }

    /// `numbering`: the number of each row.
    pub(super) fn numbering(&mut self, name: Option<&Name>, word: &Span) -> Bound<()> {
        let order = self.relation.order.clone();
        if order.is_empty() {
            self.note(
                Diagnostic::warning(
                    "W0403",
                    word.clone(),
                    "the rows are numbered by chance, for nothing orders them",
                    "정렬이 없어서 번호가 임의로 붙습니다",
                )
                .saying("add `| sort` in front", "앞에 `| sort` 를 두세요"),
            );
        }
        let name = name.cloned().unwrap_or_else(|| Name {
            text: "numbering".to_owned(),
            span: word.clone(),
        });
        let number = Self::row_number(Vec::new(), &order);
        // In front, where a number is looked for.
        let mut made = vec![Made::New(number, name.clone())];
        made.extend(self.same());
        self.project(&made, word)
    }
}
