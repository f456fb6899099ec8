//! Time: spans, and the beginnings of the steps that points of time lie in.

use sqlparser::ast::{BinaryOperator, DataType, Expr as Sql, TimezoneInfo};
use sqlparser::tokenizer::Span as SqlSpan;

use super::aggregate::{Groups, made_name};
use super::expr::{Kind, Typed};
use super::relation::{Column, OrderKey, column_of};
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql::{self, Meeting, Selection};
use crate::syntax::{Expr, ExprKind, Name, Output};

/// What letters mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// `min` and `mon`; the letter alone says nothing.
    Clear,
    /// `m` is a month and `M` a minute, as in `date_group` of the legacy.
    Legacy,
}

/// A step of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    count: u32,
    unit: &'static str,
}

impl Step {
    /// The step that an expression means: `1d`, or the same as a text.
    pub fn of(expr: &Expr, units: Units) -> Bound<Self> {
        let (count, unit) = match &expr.kind {
            ExprKind::Duration(count, unit) => (count.clone(), unit.clone()),
            ExprKind::Text(text) => {
                let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
                let (count, unit) = text.split_at(digits);
                (count.to_owned(), unit.trim().to_owned())
            }
            _ => return Err(no_step(&expr.span)),
        };
        Self::new(&count, &unit, units, &expr.span)
    }

    /// So many of a unit.
    pub fn new(count: &str, unit: &str, units: Units, span: &Span) -> Bound<Self> {
        let count: u32 = count.parse().map_err(|_| no_step(span))?;
        if count == 0 {
            return Err(no_step(span));
        }
        let unit = match (unit, units) {
            ("m", Units::Legacy) => "month",
            ("M", Units::Legacy) => "minute",
            ("m" | "M", Units::Clear) => {
                return Err(Box::new(
                    Diagnostic::error(
                        "E0306",
                        span.clone(),
                        format!("`{count}{unit}` may be minutes or months"),
                        format!("`{count}{unit}` 은(는) 분인지 월인지 알 수 없습니다"),
                    )
                    .saying(
                        format!("write `{count}min` or `{count}mon`"),
                        format!("`{count}min` 또는 `{count}mon` 으로 쓰세요"),
                    )
                    .fix(span.clone(), format!("{count}min")),
                ));
            }
            (other, _) => unit_of(other).ok_or_else(|| no_step(span))?,
        };
        Ok(Self { count, unit })
    }

    /// As a time span of SQL.
    pub fn interval(&self) -> Sql {
        match self.unit {
            "quarter" => sql::interval(&(self.count * 3).to_string(), "month"),
            unit => sql::interval(&self.count.to_string(), unit),
        }
    }

    /// The beginning of the step in which a point of time lies.
    pub fn begin(&self, time: Sql) -> Sql {
        let time = sql::cast(time, DataType::Timestamp(None, TimezoneInfo::None), false);
        match (self.count, self.unit) {
            (1, unit) if unit != "millisecond" => sql::call("date_trunc", vec![sql::text(unit), time]),
            _ => sql::call("date_bin", vec![self.interval(), time]),
        }
    }
}

fn unit_of(unit: &str) -> Option<&'static str> {
    Some(match unit.to_lowercase().as_str() {
        "ms" => "millisecond",
        "s" | "sec" => "second",
        "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mon" => "month",
        "q" => "quarter",
        "y" => "year",
        _ => return None,
    })
}

fn no_step(span: &Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            "E0104",
            span.clone(),
            "expected a step of time",
            "시간 간격이 와야 합니다",
        )
        .saying(
            "such as `10min`, `1h`, `1d`, `1w`, `1mon`, `1q` or `1y`",
            "예: `10min`, `1h`, `1d`, `1w`, `1mon`, `1q`, `1y`",
        ),
    )
}

impl Binder<'_> {
    /// `bucket`: the beginning of the step in which a time lies.
    pub(super) fn bucket(&mut self, column: &Name, step: &Expr, name: Option<&Name>) -> Bound<()> {
        let time = self.column(column)?;
        let step = Step::of(step, Units::Clear)?;
        let begin = step.begin(sql::column(time.name(), self.places.sql(&column.span)));
        let name = name.cloned().unwrap_or_else(|| made_name(time.name(), &column.span));
        let made = Self::with(self.same(), begin, &name);
        self.project(&made, &column.span)
    }

    /// `timechart`: what is computed of steps of time, those without rows among them.
    pub(super) fn time_chart(
        &mut self,
        column: Option<&Name>,
        step: &Expr,
        aggregates: &[Output],
        keys: &[Name],
        span: &Span,
    ) -> Bound<()> {
        let step = Step::of(step, Units::Clear)?;
        let time = match column {
            Some(name) => self.column(name)?,
            None => self.only_time(span)?,
        };
        let keys = self.columns(keys)?;
        let time_name = made_name(time.name(), span);
        let mut groups = Groups {
            keys: vec![(step.begin(sql::own(time.name())), time_name)],
            columns: Vec::new(),
        };
        for key in &keys {
            groups.keys.push((sql::own(key.name()), made_name(key.name(), span)));
            groups.columns.push(key.name().to_owned());
        }
        let values = self.aggregates(aggregates, &groups)?;
        // What counts is 0 where there is nothing.
        let counts: Vec<bool> = values
            .iter()
            .map(|(expr, _)| matches!(expr, Sql::Function(function) if function.name.to_string() == "count"))
            .collect();
        let is_timed = Sql::IsNotNull(Box::new(sql::own(time.name())));
        self.grouped(&groups, values, Some(is_timed), span)?;
        let filled = self.relation.clone();

        let bound = |function: &str| sql::call(function, vec![sql::own(time.name())]);
        let all = sql::call("generate_series", vec![bound("min"), bound("max"), step.interval()]);
        let series = column_of("_steps", arrow_schema::DataType::Null);
        self.anew(
            Selection::from(&filled.name, vec![sql::item(all, "_steps")]),
            vec![series],
            span,
        )?;
        let unnested = sql::item(sql::call("unnest", vec![sql::own("_steps")]), time.name());
        let steps = column_of(time.name(), arrow_schema::DataType::Null);
        self.anew(Selection::from(&self.relation.name, vec![unnested]), vec![steps], span)?;
        let steps = self.relation.clone();
        let mut items = vec![sql::item(sql::of("t", time.name(), SqlSpan::empty()), time.name())];
        let mut selection = Selection::of(sql::stage(&steps.name, Some("t")), Vec::new());
        let mut condition = vec![sql::binary(
            sql::of("t", time.name(), SqlSpan::empty()),
            BinaryOperator::Eq,
            sql::of("f", time.name(), SqlSpan::empty()),
        )];
        let mut given = vec![filled.given(), steps.given()];
        if !keys.is_empty() {
            let mut distinct = Selection::from(
                &filled.name,
                keys.iter()
                    .map(|key| sql::item(sql::own(key.name()), key.name()))
                    .collect(),
            );
            distinct.distinct = true;
            self.relation = filled.clone();
            self.anew(distinct, keys.clone(), span)?;
            given.push(self.relation.given());
            let groups = sql::stage(&self.relation.name, Some("k"));
            selection = selection.joined(sql::join(groups, Meeting::Cross, None));
            for key in &keys {
                let side = |relation: &str| Box::new(sql::of(relation, key.name(), SqlSpan::empty()));
                condition.push(sql::nested(Sql::IsNotDistinctFrom(side("k"), side("f"))));
                items.push(sql::item(*side("k"), key.name()));
            }
        }
        let values = filled.columns.iter().skip(1 + keys.len());
        for (column, counts) in values.zip(counts) {
            let value = sql::of("f", column.name(), SqlSpan::empty());
            let value = if counts {
                sql::call("coalesce", vec![value, sql::number(0)])
            } else {
                value
            };
            items.push(sql::item(value, column.name()));
        }
        selection.items = items;
        let table = sql::stage(&filled.name, Some("f"));
        let selection = selection.joined(sql::join(table, Meeting::Left, sql::all(condition)));
        self.step(selection.query(), filled.columns.clone(), Some(&given), span)?;
        let key = |name: &str| OrderKey {
            column: name.to_owned(),
            descending: false,
        };
        self.relation.order = filled
            .columns
            .iter()
            .take(1 + keys.len())
            .map(|column| key(column.name()))
            .collect();
        Ok(())
    }

    /// The one column of times that there is.
    fn only_time(&self, span: &Span) -> Bound<Column> {
        let times: Vec<&Column> = self
            .relation
            .visible()
            .filter(|column| Kind::of(column) == Kind::Time)
            .collect();
        match times.as_slice() {
            [time] => Ok((*time).clone()),
            others => {
                let names: Vec<&str> = others.iter().map(|column| column.name()).collect();
                let listed = super::names::listed(&names);
                Err(Box::new(
                    Diagnostic::error(
                        "E0411",
                        span.clone(),
                        format!("which column of times is meant? There are {listed}"),
                        format!("어느 시간 열인지 알 수 없습니다: {listed}"),
                    )
                    .saying("as `timechart t span=1d count`", "예: `timechart 시각 span=1d count`"),
                ))
            }
        }
    }

    /// A time span in an expression.
    pub(super) fn duration(count: &str, unit: &str, span: &Span) -> Bound<Typed> {
        let step = Step::new(count, unit, Units::Clear, span)?;
        Ok(Typed {
            sql: step.interval(),
            kind: Kind::Interval,
        })
    }
}
