//! Stages that keep some rows, and those that mend values of rows.

use sqlparser::ast::{BinaryOperator, Expr as Sql};

use super::project::Made;
use super::relation::OrderKey;
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql::{self, Selection};
use crate::syntax::{Expr, Name, Sample, SortKey};

impl Binder<'_> {
    /// `where`: the rows for which it is true.
    pub(super) fn keep_rows(&mut self, condition: &Expr) -> Bound<()> {
        self.asks_planner = false;
        let filter = self.condition(condition)?;
        if self.asks_planner {
            return self.keep_where(filter, &condition.span);
        }
        let query = self.all().filtered(Some(filter)).query();
        let columns = self.relation.columns.clone();
        self.step(query, columns, None, &condition.span)
    }

    /// The rows for which a condition of SQL is true.
    pub(super) fn keep_where(&mut self, filter: Sql, span: &Span) -> Bound<()> {
        let query = self.all().filtered(Some(filter)).query();
        let columns = self.relation.columns.clone();
        let given = [self.relation.given()];
        let before = columns.clone();
        self.step(query, columns, Some(&given), span)?;
        // The types are those before; the planner was only asked whether the condition makes sense.
        self.relation.columns = before;
        Ok(())
    }

    /// `dedup`: so many rows of those that are equal in columns.
    pub(super) fn dedup(&mut self, limit: u64, names: &[Name], keys: &[SortKey], word: &Span) -> Bound<()> {
        let columns = self.columns(names)?;
        let partition: Vec<Sql> = columns.iter().map(|column| sql::own(column.name())).collect();
        let order = if keys.is_empty() {
            self.relation.order.clone()
        } else {
            self.order_keys(keys)?
        };
        if order.is_empty() {
            self.note(
                Diagnostic::warning(
                    "W0401",
                    word.clone(),
                    "which of the equal rows stay is by chance, for nothing orders them",
                    "정렬이 없어서 같은 행 중 어느 것이 남을지 정해지지 않습니다",
                )
                .saying(
                    "add `by +column`, or `| sort` in front",
                    "`by +열` 을 쓰거나 앞에 `| sort` 를 두세요",
                ),
            );
        }
        let number = Self::row_number(partition, &order);
        self.keep_numbered(number, limit, word)
    }

    /// The number of each row within a group.
    pub(super) fn row_number(partition: Vec<Sql>, order: &[OrderKey]) -> Sql {
        let function = sql::function_of("row_number", sqlparser::tokenizer::Span::empty(), Vec::new());
        let order = order
            .iter()
            .map(|key| sql::order(sql::own(&key.column), key.descending))
            .collect();
        sql::over(function, partition, order)
    }

    /// The rows with numbers up to a limit.
    pub(super) fn keep_numbered(&mut self, number: Sql, limit: u64, span: &Span) -> Bound<()> {
        let mut selection = self.all();
        selection.qualify = Some(sql::binary(number, BinaryOperator::LtEq, sql::number(limit)));
        let columns = self.relation.columns.clone();
        self.step(selection.query(), columns, None, span)
    }

    /// `distinct`: each combination of values once.
    pub(super) fn distinct(&mut self, names: &[Name]) -> Bound<()> {
        let columns = if names.is_empty() {
            self.relation.visible().cloned().collect()
        } else {
            self.columns(names)?
        };
        let made: Vec<Made> = columns.iter().map(Made::same).collect();
        let items = made
            .iter()
            .map(|one| sql::item(sql::own(&one.name().text), &one.name().text))
            .collect();
        let mut selection = Selection::from(&self.relation.name, items);
        selection.distinct = true;
        // An order by what is still there stays.
        let kept = |key: &OrderKey| columns.iter().any(|column| column.name() == key.column);
        let still = self
            .relation
            .order
            .iter()
            .take_while(|key| kept(key))
            .cloned()
            .collect();
        self.relation.order = still;
        self.step(selection.query(), columns, None, &(0..0))
    }

    /// `fillna`: values in the place of NULL, or rows with NULL dropped.
    pub(super) fn fill(&mut self, columns: &[(Name, Option<Expr>)]) -> Bound<()> {
        let mut made = self.same();
        let mut conditions = Vec::new();
        let mut span = 0..0;
        for (name, value) in columns {
            span = name.span.clone();
            let column = self.column(name)?;
            match value {
                None => conditions.push(Sql::IsNotNull(Box::new(sql::own(column.name())))),
                Some(value) => {
                    let value = self.row_expr(value)?;
                    let filled = sql::call("coalesce", vec![sql::own(column.name()), value.sql]);
                    made = Self::with(made, filled, name);
                }
            }
        }
        self.project_where(&made, sql::all(conditions), None, &span)
    }

    /// `sampling`: some of the rows.
    pub(super) fn sampling(&mut self, sample: &Sample, span: &Span) -> Bound<()> {
        let random = sql::call("random", Vec::new());
        let mut selection = self.all();
        match sample {
            Sample::Count(count) => {
                selection.order = vec![sql::order(random, false)];
                selection.limit = Some(*count);
            }
            Sample::Ratio(ratio) => {
                let is_share = ratio.parse::<f64>().is_ok_and(|ratio| (0.0..=1.0).contains(&ratio));
                if !is_share {
                    return Err(Box::new(
                        Diagnostic::error(
                            "E0402",
                            span.clone(),
                            format!("a share is from 0 to 1, and {ratio} is not"),
                            format!("비율은 0에서 1까지인데 {ratio} 입니다"),
                        )
                        .saying("as `sampling ratio 0.1`", "예: `sampling ratio 0.1`"),
                    ));
                }
                selection = selection.filtered(Some(sql::binary(random, BinaryOperator::Lt, sql::number(ratio))));
            }
        }
        let columns = self.relation.columns.clone();
        self.step(selection.query(), columns, None, span)
    }
}
