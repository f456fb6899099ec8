//! Functions: names of the legacy become those of SQL, unknown ones are told with what they are like, and aggregates stand
//! only where there are groups.

use sqlparser::ast::{DataType, Expr as Sql, Function};

use super::{Calls, Context, Kind, Typed};
use crate::bind::names::nearest;
use crate::bind::time::{Step, Units};
use crate::bind::{Binder, Bound};
use crate::catalog::FunctionKind;
use crate::diagnostic::{Diagnostic, Span};
use crate::sql;
use crate::syntax::{Expr, ExprKind, Name};

/// Names of the legacy and of other pipe languages, and SQL's.
const OTHER_NAMES: [(&str, &str); 14] = [
    ("variance", "var_samp"),
    ("var", "var_samp"),
    ("std", "stddev_samp"),
    ("stdev", "stddev_samp"),
    ("ifnull", "coalesce"),
    ("nvl", "coalesce"),
    ("len", "char_length"),
    ("length", "char_length"),
    ("ucase", "upper"),
    ("lcase", "lower"),
    ("first", "first_value"),
    ("last", "last_value"),
    ("values", "array_agg"),
    ("list", "array_agg"),
];

/// Functions that take a part of a point of time by their own name.
const PARTS: [&str; 9] = [
    "year", "quarter", "month", "week", "day", "hour", "minute", "second", "dow",
];

/// Functions whose value is a number, whatever they are given.
const NUMBERS: [&str; 12] = [
    "count",
    "avg",
    "stddev_samp",
    "stddev_pop",
    "stddev",
    "var_samp",
    "var_pop",
    "row_number",
    "rank",
    "char_length",
    "st_area",
    "area_m2",
];

impl Binder<'_> {
    /// A function.
    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[Expr],
        star: bool,
        distinct: bool,
        span: &Span,
        context: Context<'_>,
    ) -> Bound<Typed> {
        let folded = name.text.to_lowercase();
        if let Some(typed) = self.special(&folded, name, arguments, span, context)? {
            return Ok(typed);
        }
        let counts_distinct = matches!(folded.as_str(), "countdistinct" | "count_distinct" | "dc");
        let function = match folded.as_str() {
            _ if counts_distinct => "count",
            other => OTHER_NAMES
                .iter()
                .find(|(one, _)| *one == other)
                .map_or(other, |(_, sql)| sql),
        };
        let place = self.places.sql(&name.span);
        let kind = self
            .catalog
            .function(function)
            .ok_or_else(|| self.unknown_function(name))?;
        let is_plain_count = function == "count" && arguments.is_empty();
        let is_aggregate = kind == FunctionKind::Aggregate;
        // Arguments of an aggregate are of rows, whatever is around it.
        let inside = match (is_aggregate, context.calls) {
            (true, _) => Calls::Rows,
            (false, calls) => calls,
        };
        let inner = Context {
            calls: inside,
            ..context
        };
        let mut made = if star || is_plain_count {
            sql::function_of_all(function, place)
        } else {
            let mut bound = Vec::with_capacity(arguments.len());
            for argument in arguments {
                bound.push(self.typed(argument, inner)?.sql);
            }
            sql::function_of(function, place, bound)
        };
        if distinct || counts_distinct {
            made = sql::distinct(made);
        }
        let kind_of_value = if NUMBERS.contains(&function) {
            Kind::Number
        } else {
            Kind::Unknown
        };
        Ok(Typed {
            sql: self.placed(made, kind, name, context)?,
            kind: kind_of_value,
        })
    }

    /// A function where it may stand: an aggregate in groups, or over those of a window.
    fn placed(&self, mut function: Function, kind: FunctionKind, name: &Name, context: Context<'_>) -> Bound<Sql> {
        match (kind, context.calls) {
            (FunctionKind::Scalar, _) => Ok(Sql::Function(function)),
            (FunctionKind::Aggregate, Calls::Groups(_)) => {
                function.filter = self.counted_rows.clone().map(Box::new);
                Ok(Sql::Function(function))
            }
            (FunctionKind::Aggregate | FunctionKind::Window, Calls::Over(partition)) => {
                Ok(sql::over(function, partition.to_vec(), Vec::new()))
            }
            (FunctionKind::Aggregate, Calls::Rows) => Err(Box::new(
                Diagnostic::error(
                    "E0205",
                    name.span.clone(),
                    format!(
                        "`{}` computes one value of many rows, which is done by `stats` and `eventstats`",
                        name.text
                    ),
                    format!(
                        "`{}` 은(는) 여러 행에서 하나의 값을 구하는 함수로, `stats` 나 `eventstats` 에서 씁니다",
                        name.text
                    ),
                )
                .saying("as `stats sum(a) as total by b`", "예: `stats sum(a) as 합계 by b`"),
            )),
            (FunctionKind::Window, _) => Err(Box::new(
                Diagnostic::error(
                    "E0206",
                    name.span.clone(),
                    format!("`{}` needs an order of rows", name.text),
                    format!("`{}` 은(는) 행의 순서가 필요합니다", name.text),
                )
                .saying(
                    "use `numbering`, `lag` or `lead`",
                    "`numbering`, `lag`, `lead` 를 쓰세요",
                ),
            )),
        }
    }

    /// Functions that are more than a name in SQL.
    fn special(
        &mut self,
        folded: &str,
        name: &Name,
        arguments: &[Expr],
        span: &Span,
        context: Context<'_>,
    ) -> Bound<Option<Typed>> {
        let place = self.places.sql(&name.span);
        let unknown = |sql: Sql| {
            Ok(Some(Typed {
                sql,
                kind: Kind::Unknown,
            }))
        };
        match (folded, arguments) {
            ("date_group", [time, step]) => {
                let step = Step::of(step, Units::Legacy)?;
                let time = self.typed(time, context)?;
                Ok(Some(Typed {
                    sql: step.begin(time.sql),
                    kind: Kind::Time,
                }))
            }
            ("if", [condition, yes, no]) => {
                let branches = [(condition.clone(), yes.clone())];
                self.case_expr(&branches, Some(no), context).map(Some)
            }
            ("isnull" | "isnotnull", [inner]) => {
                let inner = Box::new(sql::nested(self.typed(inner, context)?.sql));
                let sql = if folded == "isnull" {
                    Sql::IsNull(inner)
                } else {
                    Sql::IsNotNull(inner)
                };
                Ok(Some(Typed::bool(sql)))
            }
            ("quantile" | "percentile", [value, percent]) => {
                let share = percent_of(percent)?;
                let sql = self.percentile(value, share, name, context)?;
                Ok(Some(Typed {
                    sql,
                    kind: Kind::Number,
                }))
            }
            ("iqr", [value]) => {
                let (high, low) = (
                    self.percentile(value, "0.75".to_owned(), name, context)?,
                    self.percentile(value, "0.25".to_owned(), name, context)?,
                );
                let sql = sql::binary(high, sqlparser::ast::BinaryOperator::Minus, low);
                Ok(Some(Typed {
                    sql,
                    kind: Kind::Number,
                }))
            }
            (part, [time]) if PARTS.contains(&part) && self.catalog.function(part).is_none() => {
                let time = self.typed(time, context)?;
                let whole = sql::function_of("date_part", place, vec![sql::text(part), time.sql]);
                Ok(Some(Typed {
                    sql: sql::cast(Sql::Function(whole), DataType::BigInt(None), false),
                    kind: Kind::Number,
                }))
            }
            ("cast", [value, data_type]) => {
                let value = self.typed(value, context)?;
                let (ExprKind::Text(word)
                | ExprKind::Column {
                    name: Name { text: word, .. },
                    ..
                }) = &data_type.kind
                else {
                    return Err(unknown_type("?", &data_type.span));
                };
                let data_type = sql::type_of(word).ok_or_else(|| unknown_type(word, &data_type.span))?;
                unknown(sql::cast(value.sql, data_type, self.catalog.is_legacy()))
            }
            ("date_group" | "if" | "quantile" | "iqr", _) => Err(Box::new(
                Diagnostic::error(
                    "E0207",
                    span.clone(),
                    format!("`{}` does not take {} arguments", name.text, arguments.len()),
                    format!("`{}` 의 인수가 {}개일 수 없습니다", name.text, arguments.len()),
                )
                .saying(
                    "`date_group(t, '1d')`, `if(a > 1, b, c)`, `quantile(x, 25)`, `iqr(x)`",
                    "`date_group(t, '1d')`, `if(a > 1, b, c)`, `quantile(x, 25)`, `iqr(x)`",
                ),
            )),
            _ => Ok(None),
        }
    }

    /// `percentile_cont(share) WITHIN GROUP (ORDER BY value)`
    fn percentile(&mut self, value: &Expr, share: String, name: &Name, context: Context<'_>) -> Bound<Sql> {
        let inner = Context {
            calls: Calls::Rows,
            ..context
        };
        let value = self.typed(value, inner)?;
        let mut function = sql::function_of("percentile_cont", self.places.sql(&name.span), vec![sql::number(share)]);
        let mut order = sql::order(value.sql, false);
        order.options.asc = None;
        order.options.nulls_first = None;
        function.within_group = vec![order];
        self.placed(function, FunctionKind::Aggregate, name, context)
    }

    fn unknown_function(&self, name: &Name) -> Box<Diagnostic> {
        let names = self.catalog.functions();
        let more = ["date_group", "if", "quantile", "iqr", "countDistinct"];
        let near = nearest(&name.text, names.iter().map(String::as_str).chain(more));
        let error = Diagnostic::error(
            "E0204",
            name.span.clone(),
            format!("there is no function `{}`", name.text),
            format!("`{}` 함수가 없습니다", name.text),
        );
        Box::new(match near {
            Some(near) => error.meaning(near).fix(name.span.clone(), near),
            None => error.saying(
                "docs/functions.md lists all of them",
                "docs/functions.md 에 모두 있습니다",
            ),
        })
    }
}

/// That a word is no type.
pub fn unknown_type(word: &str, span: &Span) -> Box<Diagnostic> {
    const TYPES: [&str; 7] = ["text", "integer", "bigint", "real", "boolean", "date", "timestamp"];
    let error = Diagnostic::error(
        "E0305",
        span.clone(),
        format!("`{word}` is no type; types are {}", TYPES.join(", ")),
        format!("`{word}` 은(는) 자료형이 아닙니다; 자료형: {}", TYPES.join(", ")),
    );
    Box::new(match nearest(word, TYPES.into_iter()) {
        Some(near) => error.fix(span.clone(), near),
        None => error,
    })
}

/// A share of a hundred, as one of one.
fn percent_of(percent: &Expr) -> Bound<String> {
    if let ExprKind::Number(text) = &percent.kind
        && let Ok(number) = text.parse::<f64>()
        && (0.0..=100.0).contains(&number)
    {
        return Ok((number / 100.0).to_string());
    }
    Err(Box::new(
        Diagnostic::error(
            "E0207",
            percent.span.clone(),
            "the second argument is a percentage from 0 to 100",
            "둘째 인수는 0에서 100까지의 백분율입니다",
        )
        .saying("as `quantile(x, 25)`", "예: `quantile(x, 25)`"),
    ))
}
