//! Polygons beside rows that have keys: the join, and what becomes of rows that several fit.

use arrow_schema::DataType;
use sqlparser::ast::{BinaryOperator, Expr as Sql, SelectItem};
use sqlparser::tokenizer::Span as SqlSpan;

use super::options::Options;
use crate::bind::aggregate::made_name;
use crate::bind::expr::{LEFT, RIGHT};
use crate::bind::project::{Made, twice};
use crate::bind::relation::{Column, Relation, column_of};
use crate::bind::{Binder, Bound};
use crate::references::{AREA, PARCEL};
use crate::sql::{self, Meeting, Selection};
use crate::syntax::Name;

/// What says how a row was matched.
const STATUS: &str = "match_status";

/// Whose polygons are attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Parcels.
    Parcel,
    /// Areas of a level, and the digits of its codes.
    Area(&'static str, usize),
}

/// What a row is matched by.
#[expect(clippy::large_enum_variant, reason = "one is made for a stage")]
pub enum Key {
    /// A value that the polygons have, and the status of a row that matches.
    Value {
        /// The value.
        key: Sql,
        /// The status of a row that is matched.
        status: Sql,
        /// The status of one that is not.
        unmatched: Sql,
    },
    /// A point that lies in them.
    Point(Sql),
}

/// What becomes of rows that several polygons fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ambiguous {
    /// They get none of them.
    None,
    /// They get the first one.
    First,
    /// They are repeated for each.
    All,
    /// They are refused when they are met.
    Error,
}

/// How polygons are attached.
pub struct Plan {
    /// Whose.
    pub level: Level,
    /// What becomes of rows without one.
    pub meeting: Meeting,
    /// What becomes of rows that several fit.
    pub ambiguous: Ambiguous,
    /// Columns that are taken beside.
    pub keep: Vec<Name>,
    /// The name of the column of polygons.
    pub geometry: Name,
}

impl Binder<'_> {
    /// Attaches polygons to the rows before.
    pub(super) fn attach(&mut self, plan: &Plan, key: Key, options: &Options<'_>) -> Bound<()> {
        let right = self.polygons(plan.level, options)?;
        let keep: Vec<Column> = plan
            .keep
            .iter()
            .map(|name| {
                right
                    .find(&name.text)
                    .cloned()
                    .ok_or_else(|| crate::bind::names::unknown(name, &right))
            })
            .collect::<Bound<_>>()?;
        for name in plan
            .keep
            .iter()
            .chain([&plan.geometry, &made_name(STATUS, options.word())])
        {
            if self.relation.find(&name.text).is_some() {
                return Err(twice(name));
            }
        }
        // Areas have one row for each code, and so have parcels where that is known.
        let is_one = match (&key, plan.level) {
            (Key::Point(_), _) => false,
            (_, Level::Area(..)) => true,
            (_, Level::Parcel) => self.catalog.is_unique(PARCEL, "pnu"),
        };
        let (condition, status, unmatched, key_column) = self.keyed(plan, key, is_one, options)?;
        self.matched(
            plan,
            &right,
            &keep,
            (condition, status, unmatched, key_column),
            is_one,
            options,
        )?;
        if plan.ambiguous == Ambiguous::Error {
            let told = vec![sql::own(STATUS), self.told(options)?];
            self.keep_where(sql::call("only_match", told), options.span())?;
        }
        Ok(())
    }

    /// What tells of a row by what it was matched, for messages.
    fn told(&self, options: &Options<'_>) -> Bound<Sql> {
        let mut parts = Vec::new();
        for option in [
            "pnu", "bjd", "si", "sgg", "emd", "ri", "bonbun", "bubon", "addr", "lon", "lat",
        ] {
            let column = match options.name(option)? {
                Some(name) => Some(self.column(&name)?),
                None => None,
            };
            parts.extend(column.map(|column| sql::cast(sql::own(column.name()), sql::text_type(), false)));
        }
        if parts.is_empty() {
            let usual = match options.text("by").unwrap_or_default().to_lowercase().as_str() {
                "pnu" => &["pnu"][..],
                "bjd" => &["bjd_cd"],
                "point" => &["lon", "lat"],
                _ => &["addr"],
            };
            let columns = usual.iter().filter_map(|name| self.relation.find(name));
            parts.extend(columns.map(|column| sql::cast(sql::own(column.name()), sql::text_type(), false)));
        }
        Ok(sql::call("concat_ws", [vec![sql::text(" ")], parts].concat()))
    }

    /// The polygons: those columns that are needed, of the level that is wanted.
    pub(super) fn polygons(&mut self, level: Level, options: &Options<'_>) -> Bound<Relation> {
        let (dataset, filter) = match level {
            Level::Parcel => (PARCEL, None),
            Level::Area(level, _) => (AREA, Some(level)),
        };
        let left = std::mem::take(&mut self.relation);
        let found = self.model_named(&made_name(dataset, options.word()));
        if let Err(error) = found {
            self.relation = left;
            return Err(match (dataset, error.code) {
                (AREA, "E0210") => Box::new(error.saying(
                    "make it with `pilji dataset derive-areas`, or load it with `pilji ingest --as admin_area`",
                    "`pilji dataset derive-areas` 로 만들거나 `pilji ingest --as admin_area` 로 넣으세요",
                )),
                _ => error,
            });
        }
        if let Some(level) = filter {
            let is_level = sql::binary(sql::own("level"), BinaryOperator::Eq, sql::text(level));
            self.keep_where(is_level, options.span())?;
        }
        Ok(std::mem::replace(&mut self.relation, left))
    }

    /// A step that computes the key of each row once, and a number for each row where several polygons may fit it. Gives the
    /// condition, the status of matched and of unmatched rows, and the column of polygons that is NULL where none fits.
    fn keyed(
        &mut self,
        plan: &Plan,
        key: Key,
        is_one: bool,
        options: &Options<'_>,
    ) -> Bound<(Sql, Sql, Sql, &'static str)> {
        let mut made = self.same();
        let mut hidden = Vec::new();
        if !is_one {
            let number = sql::function_of("row_number", SqlSpan::empty(), Vec::new());
            hidden.push((sql::over(number, Vec::new(), Vec::new()), "_row"));
        }
        let code = match plan.level {
            Level::Parcel => "pnu",
            Level::Area(..) => "code",
        };
        let bound = match key {
            Key::Value { key, status, unmatched } => {
                let key = match plan.level {
                    Level::Parcel => key,
                    Level::Area(_, digits) => {
                        let front = sql::call("substr", vec![key, sql::number(1), sql::number(digits)]);
                        sql::call("rpad", vec![front, sql::number(10), sql::text("0")])
                    }
                };
                hidden.push((key, "_key"));
                hidden.push((status, "_status"));
                hidden.push((unmatched, "_unmatched"));
                let condition = sql::binary(
                    sql::of(RIGHT, code, SqlSpan::empty()),
                    BinaryOperator::Eq,
                    sql::of(LEFT, "_key", SqlSpan::empty()),
                );
                (
                    condition,
                    sql::of(LEFT, "_status", SqlSpan::empty()),
                    sql::of(LEFT, "_unmatched", SqlSpan::empty()),
                    code,
                )
            }
            Key::Point(point) => {
                hidden.push((point, "_point"));
                let condition = sql::call(
                    "st_intersects",
                    vec![
                        sql::of(RIGHT, "geometry", SqlSpan::empty()),
                        sql::of(LEFT, "_point", SqlSpan::empty()),
                    ],
                );
                (condition, sql::text("exact"), sql::text("none"), code)
            }
        };
        for (expr, name) in hidden {
            made.push(Made::New(expr, made_name(name, options.word())));
        }
        self.project(&made, options.span())?;
        for column in &mut self.relation.columns {
            column.hidden |=
                ["_row", "_key", "_status", "_unmatched", "_point"].contains(&column.field.name().as_str());
        }
        Ok(bound)
    }

    /// The join itself, and what becomes of rows that several polygons fit.
    fn matched(
        &mut self,
        plan: &Plan,
        right: &Relation,
        keep: &[Column],
        (condition, status, unmatched, code): (Sql, Sql, Sql, &'static str),
        is_one: bool,
        options: &Options<'_>,
    ) -> Bound<()> {
        let left = self.relation.clone();
        let of_right = |column: &str| sql::of(RIGHT, column, SqlSpan::empty());
        let mut items: Vec<SelectItem> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let ours = ["_key", "_status", "_unmatched", "_point"];
        for column in left.columns.iter().filter(|column| !ours.contains(&column.name())) {
            items.push(sql::item(sql::of(LEFT, column.name(), SqlSpan::empty()), column.name()));
            columns.push(column.clone());
        }
        for (column, name) in keep.iter().zip(&plan.keep) {
            items.push(sql::item(of_right(column.name()), &name.text));
            columns.push(column.renamed(&name.text));
        }
        let geometry = right
            .find("geometry")
            .cloned()
            .unwrap_or_else(|| column_of("geometry", DataType::Binary));
        items.push(sql::item(of_right(geometry.name()), &plan.geometry.text));
        columns.push(geometry.renamed(&plan.geometry.text));
        let status = sql::case(vec![(Sql::IsNull(Box::new(of_right(code))), unmatched)], Some(status));
        items.push(sql::item(status, STATUS));
        columns.push(column_of(STATUS, DataType::Utf8));
        if !is_one {
            let partition = vec![sql::of(LEFT, "_row", SqlSpan::empty())];
            let count = sql::function_of("count", SqlSpan::empty(), vec![of_right(code)]);
            items.push(sql::item(sql::over(count, partition.clone(), Vec::new()), "_fitting"));
            let number = sql::function_of("row_number", SqlSpan::empty(), Vec::new());
            let order = vec![sql::order(of_right(code), false)];
            items.push(sql::item(sql::over(number, partition, order), "_number"));
            for name in ["_fitting", "_number"] {
                let mut column = column_of(name, DataType::Int64);
                column.hidden = true;
                columns.push(column);
            }
        }
        let from = sql::stage(&left.name, Some(LEFT));
        let to = sql::stage(&right.name, Some(RIGHT));
        let query = Selection::of(from, items)
            .joined(sql::join(to, plan.meeting, Some(condition)))
            .query();
        if plan.meeting == Meeting::Right {
            self.relation.order = Vec::new();
        }
        let given = [left.given(), right.given()];
        self.step(query, columns, Some(&given), options.span())?;
        if is_one {
            return Ok(());
        }
        let several = sql::binary(sql::own("_fitting"), BinaryOperator::Gt, sql::number(1));
        let status = sql::case(vec![(several.clone(), sql::text("ambiguous"))], Some(sql::own(STATUS)));
        let attached: Vec<&str> = plan
            .keep
            .iter()
            .chain([&plan.geometry])
            .map(|name| name.text.as_str())
            .collect();
        let made: Vec<Made> = self
            .same()
            .into_iter()
            .map(|one| {
                let name = one.name().clone();
                if name.text == STATUS {
                    Made::New(status.clone(), name)
                } else if plan.ambiguous == Ambiguous::None && attached.contains(&name.text.as_str()) {
                    let value = sql::case(vec![(several.clone(), sql::null())], Some(sql::own(&name.text)));
                    Made::New(value, name)
                } else {
                    one
                }
            })
            .collect();
        let first = sql::binary(sql::own("_number"), BinaryOperator::Eq, sql::number(1));
        // Polygons without a row, of a right join, are all kept.
        let first = match plan.meeting {
            Meeting::Right => sql::any([first, Sql::IsNull(Box::new(sql::own("_row")))]),
            _ => Some(first),
        };
        let filter = if plan.ambiguous == Ambiguous::All { None } else { first };
        self.project_where(&made, filter, None, options.span())
    }
}
