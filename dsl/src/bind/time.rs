//! Time: spans, and the beginnings of the steps that points of time lie in.

use sqlparser::ast::{DataType, Expr as Sql, TimezoneInfo};

use super::expr::{Kind, Typed};
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql;
use crate::syntax::{Expr, ExprKind};

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
    /// A time span in an expression.
    pub(super) fn duration(&self, count: &str, unit: &str, span: &Span) -> Bound<Typed> {
        let step = Step::new(count, unit, Units::Clear, span)?;
        Ok(Typed {
            sql: step.interval(),
            kind: Kind::Interval,
        })
    }
}
