//! Stages that make one row of many: `stats`, `eventstats`, `freq`, `count`, `summary`, `timeline`.

use arrow_schema::DataType;
use sqlparser::ast::{BinaryOperator, Expr as Sql, SelectItem};

use super::expr::{Calls, Context, Scope};
use super::project::twice;
use super::relation::{Column, OrderKey, Relation, column_of};
use super::time::{Step, Units};
use super::{Binder, Bound};
use crate::diagnostic::Span;
use crate::sql::{self, Selection};
use crate::syntax::{Expr, ExprKind, Name, Output};

/// Groups of rows, and what tells them apart.
pub struct Groups {
    /// Expressions and the names of their columns.
    pub keys: Vec<(Sql, Name)>,
    /// The columns before that are keys as they are.
    pub columns: Vec<String>,
}

impl Binder<'_> {
    /// `stats`: one row for each group.
    pub(super) fn stats(&mut self, aggregates: &[Output], keys: &[Output]) -> Bound<()> {
        let groups = self.groups(keys)?;
        let values = self.aggregates(aggregates, &groups)?;
        let span = span_of(aggregates, keys);
        self.grouped(&groups, values, None, &span)
    }

    /// What tells groups apart.
    pub(super) fn groups(&mut self, keys: &[Output]) -> Bound<Groups> {
        let mut groups = Groups {
            keys: Vec::with_capacity(keys.len()),
            columns: Vec::new(),
        };
        for key in keys {
            let typed = self.row_expr(&key.expr)?;
            if let Sql::Identifier(ident) = &typed.sql {
                groups.columns.push(ident.value.clone());
            }
            let name = key.name.clone().unwrap_or_else(|| self.default_name(&key.expr));
            groups.keys.push((typed.sql, name));
        }
        Ok(groups)
    }

    /// What is computed of groups.
    pub(super) fn aggregates(&mut self, outputs: &[Output], groups: &Groups) -> Bound<Vec<(Sql, Name)>> {
        let relation = self.relation.clone();
        let context = Context {
            scope: Scope::Rows(&relation),
            calls: Calls::Groups(&groups.columns),
        };
        let mut values = Vec::with_capacity(outputs.len());
        for output in outputs {
            let expr = self.counted(&output.expr);
            let name = output.name.clone().unwrap_or_else(|| self.default_name(&expr));
            values.push((self.typed(&expr, context)?.sql, name));
        }
        Ok(values)
    }

    /// A stage with a row for each group.
    pub(super) fn grouped(
        &mut self,
        groups: &Groups,
        values: Vec<(Sql, Name)>,
        filter: Option<Sql>,
        span: &Span,
    ) -> Bound<()> {
        let mut items = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for (expr, name) in groups.keys.iter().cloned().chain(values) {
            if columns
                .iter()
                .any(|column| column.name().to_lowercase() == name.text.to_lowercase())
            {
                return Err(twice(&name));
            }
            items.push(sql::item(expr, &name.text));
            columns.push(column_of(&name.text, DataType::Null));
        }
        let mut selection = Selection::from(&self.relation.name, items).filtered(filter);
        // By their places: an expression may have the name of a column.
        selection.groups = (1..=groups.keys.len()).map(sql::number).collect();
        self.anew(selection, columns, span)
    }

    /// A stage whose rows have nothing to do with those before but for being made of them: no order, no names.
    pub(super) fn anew(&mut self, selection: Selection, columns: Vec<Column>, span: &Span) -> Bound<()> {
        let given = [self.relation.given()];
        self.step(selection.query(), columns, Some(&given), span)?;
        self.relation = Relation {
            name: std::mem::take(&mut self.relation.name),
            columns: std::mem::take(&mut self.relation.columns),
            ..Relation::default()
        };
        Ok(())
    }

    /// `eventstats`: what `stats` computes, at every row.
    pub(super) fn event_stats(&mut self, aggregates: &[Output], keys: &[Output]) -> Bound<()> {
        let groups = self.groups(keys)?;
        let partition: Vec<Sql> = groups.keys.into_iter().map(|(expr, _)| expr).collect();
        let relation = self.relation.clone();
        let context = Context {
            scope: Scope::Rows(&relation),
            calls: Calls::Over(&partition),
        };
        let mut made = self.same();
        for output in aggregates {
            let expr = self.counted(&output.expr);
            let name = output.name.clone().unwrap_or_else(|| self.default_name(&expr));
            let value = self.typed(&expr, context)?;
            made = Self::with(made, value.sql, &name);
        }
        self.project(&made, &span_of(aggregates, keys))
    }

    /// `count`: the number of rows.
    pub(super) fn count(&mut self) -> Bound<()> {
        let selection = Selection::from(&self.relation.name, vec![sql::item(sql::count_all(), "count")]);
        self.anew(selection, vec![column_of("count", DataType::Int64)], &(0..0))
    }

    /// `freq`, `rare`, `value_counts`: how often values occur.
    pub(super) fn frequency(
        &mut self,
        limit: Option<u64>,
        names: &[Name],
        within: &[Name],
        is_rare: bool,
    ) -> Bound<()> {
        let outer = self.columns(within)?;
        let inner = self.columns(names)?;
        let span = names.first().map_or(0..0, |name| name.span.clone());
        let key = |column: &Column| (sql::own(column.name()), made_name(column.name(), &span));
        let groups = Groups {
            keys: outer.iter().chain(&inner).map(key).collect(),
            columns: Vec::new(),
        };
        self.grouped(
            &groups,
            vec![(sql::count_all(), made_name("count", &span))],
            None,
            &span,
        )?;
        let partition: Vec<Sql> = outer.iter().map(|column| sql::own(column.name())).collect();
        let sum = sql::function_of("sum", sqlparser::tokenizer::Span::empty(), vec![sql::own("count")]);
        let total = sql::over(sum, partition.clone(), Vec::new());
        let share = sql::binary(
            sql::binary(sql::number("100.0"), BinaryOperator::Multiply, sql::own("count")),
            BinaryOperator::Divide,
            total,
        );
        let double = sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None);
        let share = sql::cast(share, double, false);
        let made = Self::with(self.same(), share, &made_name("percent", &span));
        self.project(&made, &span)?;
        let ascending = |column: &Column| OrderKey {
            column: column.name().to_owned(),
            descending: false,
        };
        let mut order = vec![OrderKey {
            column: "count".to_owned(),
            descending: !is_rare,
        }];
        order.extend(inner.iter().map(ascending));
        if outer.is_empty() {
            self.relation.order = order;
            return limit.map_or(Ok(()), |limit| self.head(limit));
        }
        if let Some(limit) = limit {
            let number = Self::row_number(partition, &order);
            self.keep_numbered(number, limit, &span)?;
        }
        self.relation.order = outer.iter().map(ascending).chain(order).collect();
        Ok(())
    }

    /// `timeline`: rows counted by steps of time.
    pub(super) fn timeline(&mut self, column: &Name, step: &Expr, span: &Span) -> Bound<()> {
        let step = Step::of(step, Units::Clear)?;
        let time = self.column(column)?;
        let begin = step.begin(sql::column(time.name(), self.places.sql(&column.span)));
        let groups = Groups {
            keys: vec![(begin, made_name(time.name(), &column.span))],
            columns: Vec::new(),
        };
        self.grouped(&groups, vec![(sql::count_all(), made_name("count", span))], None, span)?;
        self.relation.order = vec![OrderKey {
            column: time.name().to_owned(),
            descending: false,
        }];
        Ok(())
    }

    /// `summary`: figures of every column, a row each.
    pub(super) fn summary(&mut self, word: &Span) -> Bound<()> {
        let mut queries = Vec::new();
        for (idx, column) in self.relation.visible().enumerate() {
            let value = sql::own(column.name());
            let call = |function: &str| sql::call(function, vec![value.clone()]);
            let text = |expr: Sql| sql::cast(expr, sql::text_type(), false);
            let double = |expr: Sql| {
                let double = sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None);
                sql::cast(expr, double, false)
            };
            let counted = sql::function_of("count", sqlparser::tokenizer::Span::empty(), vec![value.clone()]);
            let has_order = !column.is_geometry() && !column.field.data_type().is_nested();
            let no = || text(sql::null());
            let number = |function: &str| {
                double(if column.is_number() {
                    call(function)
                } else {
                    sql::null()
                })
            };
            let figures = [
                ("column", sql::text(column.name())),
                ("type", sql::text(&type_name(column))),
                ("count", call("count")),
                (
                    "nulls",
                    sql::binary(sql::count_all(), BinaryOperator::Minus, call("count")),
                ),
                (
                    "distinct",
                    if has_order {
                        Sql::Function(sql::distinct(counted))
                    } else {
                        sql::null()
                    },
                ),
                ("min", if has_order { text(call("min")) } else { no() }),
                ("max", if has_order { text(call("max")) } else { no() }),
                ("mean", number("avg")),
                ("stddev", number("stddev_samp")),
                ("_order_0", sql::number(idx)),
            ];
            let items: Vec<SelectItem> = figures.into_iter().map(|(name, expr)| sql::item(expr, name)).collect();
            queries.push(Selection::from(&self.relation.name, items));
        }
        let names = [
            "column", "type", "count", "nulls", "distinct", "min", "max", "mean", "stddev",
        ];
        let columns = names.iter().map(|name| column_of(name, DataType::Null)).collect();
        self.listed(sql::union(queries, true, false), columns, word)
    }

    /// `describe`: the columns and their types, a row each.
    pub(super) fn describe(&mut self) -> Bound<()> {
        let rows = self.relation.visible().enumerate().map(|(idx, column)| {
            let is_nullable = sqlparser::ast::Value::Boolean(column.field.is_nullable());
            vec![
                sql::text(column.name()),
                sql::text(&type_name(column)),
                sql::value(is_nullable, sqlparser::tokenizer::Span::empty()),
                sql::number(idx),
            ]
        });
        let names = ["column", "type", "nullable"];
        let all: Vec<String> = names.iter().copied().chain(["_order_0"]).map(str::to_owned).collect();
        let query = Selection::of(
            sql::derived(sql::values(rows.collect()), "_columns", &all),
            vec![sql::star()],
        )
        .query();
        let columns = names.iter().map(|name| column_of(name, DataType::Null)).collect();
        self.listed(query, columns, &(0..0))
    }

    /// A stage of rows in the order of their last column, which is hidden.
    fn listed(&mut self, query: sqlparser::ast::Query, columns: Vec<Column>, span: &Span) -> Bound<()> {
        let mut columns = columns;
        let mut last = column_of("_order_0", DataType::Null);
        last.hidden = true;
        columns.push(last);
        let given = [self.relation.given()];
        self.step(query, columns, Some(&given), span)?;
        self.relation.alias = None;
        self.relation.order = vec![OrderKey {
            column: "_order_0".to_owned(),
            descending: false,
        }];
        Ok(())
    }

    /// `count` alone is `count(*)`, unless a column has the name.
    pub(super) fn counted(&self, expr: &Expr) -> Expr {
        match &expr.kind {
            ExprKind::Column { relation: None, name }
                if name.text.eq_ignore_ascii_case("count") && self.relation.find(&name.text).is_none() =>
            {
                Expr {
                    kind: ExprKind::Call {
                        name: name.clone(),
                        arguments: Vec::new(),
                        star: true,
                        distinct: false,
                    },
                    span: expr.span.clone(),
                }
            }
            _ => expr.clone(),
        }
    }

    /// The name of a column that nobody named: as it is written.
    pub(super) fn default_name(&self, expr: &Expr) -> Name {
        let text = match &expr.kind {
            ExprKind::Column { name, .. } => name.text.clone(),
            ExprKind::Call { name, .. } if name.text.eq_ignore_ascii_case("date_group") => "dategroup".to_owned(),
            ExprKind::Call { name, star: true, .. } => name.text.to_lowercase(),
            _ => self.places.text().get(expr.span.clone()).unwrap_or("value").to_owned(),
        };
        Name {
            text,
            span: expr.span.clone(),
        }
    }
}

/// A name of ours at a place of the text.
pub fn made_name(text: &str, span: &Span) -> Name {
    Name {
        text: text.to_owned(),
        span: span.clone(),
    }
}

fn span_of(aggregates: &[Output], keys: &[Output]) -> Span {
    let mut all = aggregates.iter().chain(keys);
    let first = all.next().map_or(0..0, |output| output.expr.span.clone());
    let end = all.next_back().map_or(first.end, |output| output.expr.span.end);
    first.start..end.max(first.end)
}

/// The word of the language for a column's type.
pub fn type_name(column: &Column) -> String {
    if column.is_geometry() {
        return "geometry".to_owned();
    }
    match column.field.data_type() {
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => "integer".to_owned(),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint".to_owned(),
        DataType::Float32 | DataType::Float64 | DataType::Float16 => "real".to_owned(),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        _ if column.is_text() => "text".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}
