//! `nearest`: the rows that are nearest to a point, or for each row the parcels that are nearest to it.

use arrow_schema::DataType;
use sqlparser::ast::{BinaryOperator, Expr as Sql, SelectItem};
use sqlparser::tokenizer::Span as SqlSpan;

use super::attach::Level;
use super::options::Options;
use super::{DEGREES, in_metres};
use crate::bind::aggregate::made_name;
use crate::bind::expr::{LEFT, RIGHT};
use crate::bind::project::{Made, twice};
use crate::bind::relation::{Column, OrderKey, column_of};
use crate::bind::{Binder, Bound};
use crate::sql::{self, Meeting, Selection};
use crate::syntax::{Geo, Name, OptionValue};

/// The smallest length of a degree of longitude in the country, in metres, rounded down.
const METRES_OF_DEGREE: f64 = 85_000.0;

/// The column of the distance in metres.
const DISTANCE: &str = "distance_m";

/// Columns that a parcel is asked for.
const PNU: &str = "pnu";
const GEOMETRY: &str = "geometry";

impl Binder<'_> {
    /// `nearest k=5 lon=X lat=Y [within=500m]`: the rows that are nearest to a point; where X and Y are columns, the parcels
    /// that are nearest to each row. Both with their distance in metres.
    pub(super) fn nearest(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let is_number = |name| matches!(options.get(name), Some((OptionValue::Number(_), _)));
        match (options.get("lon"), options.get("lat")) {
            (Some(_), Some(_)) if is_number("lon") && is_number("lat") => self.nearest_rows(options),
            (Some(_), Some(_)) => self.nearest_parcels(geo, options),
            _ => Err(options.wrong(
                "E0623",
                "nearest to what? `lon=` and `lat=` are needed",
                "기준점 `lon=`, `lat=` 이 필요합니다",
                "as `nearest k=5 lon=126.98 lat=37.57 within=500m`",
                "예: `nearest k=5 lon=126.98 lat=37.57 within=500m`",
            )),
        }
    }

    fn nearest_rows(&mut self, options: &Options<'_>) -> Bound<()> {
        let coordinate = |name| options.number(name).map(Option::unwrap_or_default);
        let (lon, lat) = (coordinate("lon")?, coordinate("lat")?);
        let point = || point_of(sql::number(lon), sql::number(lat));
        let rows = count(options)?;
        let (geometry, ..) = self.geometry(options)?;
        let within = within(options)?;
        if let Some(metres) = within {
            let meets = sql::call("st_intersects", vec![geometry.clone(), around(point(), metres)]);
            self.keep_where(meets, options.span())?;
        }
        let distance = sql::call("st_distance", vec![in_metres(geometry), in_metres(point())]);
        let made = Self::with(self.same(), distance, &made_name(DISTANCE, options.word()));
        self.project(&made, options.span())?;
        if let Some(metres) = within {
            let is_near = sql::binary(sql::own(DISTANCE), BinaryOperator::LtEq, sql::number(metres));
            self.keep_where(is_near, options.span())?;
        }
        let keys = [DISTANCE, PNU]
            .into_iter()
            .filter(|key| self.relation.find(key).is_some());
        self.relation.order = keys
            .map(|column| OrderKey {
                column: column.to_owned(),
                descending: false,
            })
            .collect();
        self.head(rows)
    }

    fn nearest_parcels(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let Some(metres) = within(options)? else {
            return Err(options.wrong(
                "E0628",
                "how far are parcels looked for? `within=` is needed where `lon=` and `lat=` are columns",
                "`lon=`, `lat=` 이 열이면 찾을 거리 `within=` 이 필요합니다",
                "as `nearest k=1 lon=X lat=Y within=500m`",
                "예: `nearest k=1 lon=경도 lat=위도 within=500m`",
            ));
        };
        let rows = count(options)?;
        let word = options.word();
        let coordinate = |option| -> Bound<Sql> {
            let name = options.name(option)?.unwrap_or_else(|| made_name(option, word));
            Ok(sql::own(self.column(&name)?.name()))
        };
        let point = point_of(coordinate("lon")?, coordinate("lat")?);
        let right = self.polygons(Level::Parcel, options)?;
        let pnu = made_name(PNU, word);
        let keep = options.names("keep")?;
        let geometry = geo.alias.clone().unwrap_or_else(|| made_name(GEOMETRY, word));
        let mut taken: Vec<(Column, Name)> = Vec::new();
        for name in [&pnu].into_iter().chain(&keep) {
            if taken.iter().all(|(_, known)| known.text != name.text) {
                let column = right
                    .find(&name.text)
                    .cloned()
                    .ok_or_else(|| crate::bind::names::unknown(name, &right))?;
                taken.push((column, name.clone()));
            }
        }
        let shape = right
            .find(GEOMETRY)
            .cloned()
            .unwrap_or_else(|| column_of(GEOMETRY, DataType::Binary));
        taken.push((shape, geometry));
        let distance = made_name(DISTANCE, word);
        for name in taken.iter().map(|(_, name)| name).chain([&distance]) {
            if self.relation.find(&name.text).is_some() {
                return Err(twice(name));
            }
        }
        let number = sql::function_of("row_number", SqlSpan::empty(), Vec::new());
        let mut made = self.same();
        made.push(Made::New(
            sql::over(number, Vec::new(), Vec::new()),
            made_name("_row", word),
        ));
        made.push(Made::New(point, made_name("_point", word)));
        self.project(&made, options.span())?;
        let left = self.relation.clone();
        let of_left = |column: &str| sql::of(LEFT, column, SqlSpan::empty());
        let of_right = |column: &str| sql::of(RIGHT, column, SqlSpan::empty());
        let apart = || {
            let (theirs, ours) = (of_right(GEOMETRY), of_left("_point"));
            sql::call("st_distance", vec![in_metres(theirs), in_metres(ours)])
        };
        let mut items: Vec<SelectItem> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for column in left.columns.iter().filter(|column| column.name() != "_point") {
            items.push(sql::item(of_left(column.name()), column.name()));
            let mut column = column.clone();
            column.hidden |= column.name() == "_row";
            columns.push(column);
        }
        for (column, name) in &taken {
            items.push(sql::item(of_right(column.name()), &name.text));
            columns.push(column.renamed(&name.text));
        }
        items.push(sql::item(apart(), DISTANCE));
        columns.push(column_of(DISTANCE, DataType::Float64));
        let near = sql::call(
            "st_intersects",
            vec![of_right(GEOMETRY), around(of_left("_point"), metres)],
        );
        let is_near = sql::binary(apart(), BinaryOperator::LtEq, sql::number(metres));
        let from = sql::stage(&left.name, Some(LEFT));
        let to = sql::stage(&right.name, Some(RIGHT));
        let condition = sql::both(Some(near), Some(is_near));
        let query = Selection::of(from, items)
            .joined(sql::join(to, Meeting::Left, condition))
            .query();
        self.step(query, columns, Some(&[left.given(), right.given()]), options.span())?;
        let order: Vec<OrderKey> = [DISTANCE, PNU]
            .map(|column| OrderKey {
                column: column.to_owned(),
                descending: false,
            })
            .into();
        let number = Self::row_number(vec![sql::own("_row")], &order);
        self.keep_numbered(number, rows, options.span())?;
        if !self.relation.order.is_empty() {
            self.relation.order.extend(order);
        }
        Ok(())
    }
}

/// How many are wanted.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows; what is out of range becomes the nearest one"
)]
fn count(options: &Options<'_>) -> Bound<u64> {
    Ok(options.number("k")?.unwrap_or(1.0).round().max(0.0) as u64)
}

fn within(options: &Options<'_>) -> Bound<Option<f64>> {
    match options.get("within") {
        Some(_) => options.metres("within"),
        None => Ok(None),
    }
}

fn point_of(lon: Sql, lat: Sql) -> Sql {
    sql::call("st_point", vec![lon, lat, sql::number(DEGREES)])
}

/// A box that holds all that is so near to a point, and more.
fn around(point: Sql, metres: f64) -> Sql {
    sql::call("st_expand", vec![point, sql::number(metres / METRES_OF_DEGREE)])
}
