//! Rows by where their geometry lies, and geometry made of geometry.

use sqlparser::ast::{BinaryOperator, Expr as Sql};
use sqlparser::tokenizer::Span as SqlSpan;

use super::options::Options;
use super::{DEGREES, Form, in_degrees, in_metres, wrong_at};
use crate::bind::aggregate::{Groups, made_name};
use crate::bind::expr::{LEFT, RIGHT};
use crate::bind::relation::Column;
use crate::bind::{Binder, Bound, Relation};
use crate::diagnostic::Diagnostic;
use crate::sql::{self, Meeting, Selection};
use crate::syntax::{Geo, Name, OptionValue};

/// How two geometries may lie to each other, and the function that tells.
const RELATIONS: [(&str, &str); 10] = [
    ("contains", "st_contains"),
    ("covers", "st_covers"),
    ("coveredby", "st_coveredby"),
    ("crosses", "st_crosses"),
    ("disjoint", "st_disjoint"),
    ("equals", "st_equals"),
    ("intersects", "st_intersects"),
    ("overlaps", "st_overlaps"),
    ("touches", "st_touches"),
    ("within", "st_within"),
];

/// What is computed of one geometry, and the function.
const COMPUTED: [(&str, &str); 12] = [
    ("area", "st_area"),
    ("boundary", "st_boundary"),
    ("centroid", "st_centroid"),
    ("convexhull", "st_convexhull"),
    ("envelope", "st_envelope"),
    ("geometrytype", "st_geometrytype"),
    ("isvalid", "st_isvalid"),
    ("length", "st_length"),
    ("makevalid", "st_makevalid"),
    ("npoints", "st_npoints"),
    ("perimeter", "st_perimeter"),
    ("pointonsurface", "st_pointonsurface"),
];

/// What is computed of two geometries, and the function.
const COMPUTED_OF_TWO: [(&str, &str); 5] = [
    ("difference", "st_difference"),
    ("distance", "st_distance"),
    ("intersection", "st_intersection"),
    ("symdifference", "st_symdifference"),
    ("union", "st_union"),
];

impl Binder<'_> {
    /// `georelation`, `geofilter`: rows whose geometry lies so to another, or to one of other rows.
    pub(super) fn geo_relation(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let op = options.text("op").unwrap_or("intersects").to_lowercase();
        let Some((_, function)) = RELATIONS.iter().find(|(name, _)| *name == op) else {
            return Err(unknown_op(options, &op, RELATIONS.iter().map(|(name, _)| *name)));
        };
        let (geometry, ..) = self.geometry(options)?;
        if let Some(inner) = &geo.pipeline {
            let left = std::mem::take(&mut self.relation);
            self.inner(inner)?;
            let there = self.shown_geometry(options)?;
            let right = std::mem::replace(&mut self.relation, left);
            return self.semi(&right, geometry, &there, function, options);
        }
        let filter = filter(options)?;
        let condition = match options.number("circle_radius")? {
            Some(radius) => sql::call(
                "st_dwithin",
                vec![in_metres(geometry), in_metres(filter), sql::number(radius)],
            ),
            None => sql::call(function, vec![geometry, filter]),
        };
        self.keep_where(condition, options.span())
    }

    /// The rows before whose geometry lies so to that of one of other rows.
    fn semi(
        &mut self,
        right: &Relation,
        geometry: Sql,
        there: &Column,
        function: &str,
        options: &Options<'_>,
    ) -> Bound<()> {
        let here = match geometry {
            Sql::Identifier(ident) => ident.value,
            _ => {
                return Err(options.wrong(
                    "E0609",
                    "rows of two pipelines are compared by columns of geometry",
                    "두 파이프라인은 도형 열로 비교합니다",
                    "make one first: `eval g = st_geomfromtext(a, 4326)`",
                    "먼저 `eval g = st_geomfromtext(a, 4326)` 으로 만드세요",
                ));
            }
        };
        let left = self.relation.clone();
        let condition = sql::call(
            function,
            vec![
                sql::of(LEFT, &here, SqlSpan::empty()),
                sql::of(RIGHT, there.name(), SqlSpan::empty()),
            ],
        );
        let items = left
            .columns
            .iter()
            .map(|column| sql::item(sql::of(LEFT, column.name(), SqlSpan::empty()), column.name()))
            .collect();
        let from = sql::stage(&left.name, Some(LEFT));
        let to = sql::stage(&right.name, Some(RIGHT));
        let query = Selection::of(from, items)
            .joined(sql::join(to, Meeting::Semi, Some(condition)))
            .query();
        let given = [left.given(), right.given()];
        self.step(query, left.columns.clone(), Some(&given), options.span())
    }

    /// `geometric`: something computed of geometry, in a column of its own.
    pub(super) fn geometric(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let Some(op) = options.text("op").map(str::to_lowercase) else {
            return Err(unknown_op(
                options,
                "",
                COMPUTED.iter().chain(&COMPUTED_OF_TWO).map(|(name, _)| *name),
            ));
        };
        let (geometry, _, form) = self.geometry(options)?;
        // Of a column of geometry in degrees, lengths and areas are told in metres.
        let is_metric = form == Form::Column || form == Form::LongLat;
        let (value, name) = match op.as_str() {
            "area" if is_metric => (sql::call("area_m2", vec![geometry]), "area_m2".to_owned()),
            "length" | "perimeter" if is_metric => (
                sql::call(&format!("st_{op}"), vec![in_metres(geometry)]),
                format!("{op}_m"),
            ),
            "distance" if is_metric => {
                let filter = filter(options)?;
                (
                    sql::call("st_distance", vec![in_metres(geometry), in_metres(filter)]),
                    "distance_m".to_owned(),
                )
            }
            "buffer" => {
                let metres = needed_metres(options, "distance")?;
                (
                    in_degrees(sql::call("st_buffer", vec![in_metres(geometry), metres])),
                    op.clone(),
                )
            }
            "simplify" | "simplifypreservetopology" => {
                let metres = needed_metres(options, "tolerance")?;
                let function = format!("st_{op}");
                (
                    in_degrees(sql::call(&function, vec![in_metres(geometry), metres])),
                    op.clone(),
                )
            }
            other => {
                if let Some((_, function)) = COMPUTED.iter().find(|(name, _)| *name == other) {
                    (sql::call(function, vec![geometry]), op.clone())
                } else if let Some((_, function)) = COMPUTED_OF_TWO.iter().find(|(name, _)| *name == other) {
                    let filter = filter(options)?;
                    (sql::call(function, vec![geometry, filter]), op.clone())
                } else {
                    let known = COMPUTED.iter().chain(&COMPUTED_OF_TWO).map(|(name, _)| *name);
                    return Err(unknown_op(
                        options,
                        other,
                        known.chain(["buffer", "simplify", "simplifypreservetopology"]),
                    ));
                }
            }
        };
        let name = geo.alias.clone().unwrap_or_else(|| made_name(&name, options.word()));
        let made = Self::with(self.same(), value, &name);
        self.project(&made, options.span())
    }

    /// `buffer 50m`
    pub(super) fn buffer(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let metres = needed_metres(options, "distance")?;
        self.in_place(geo, options, |geometry| sql::call("st_buffer", vec![geometry, metres]))
    }

    /// `simplify 1m`
    pub(super) fn simplify(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let metres = needed_metres(options, "tolerance")?;
        self.in_place(geo, options, |geometry| {
            sql::call("st_simplifypreservetopology", vec![geometry, metres])
        })
    }

    /// Other geometry in the place of that before, computed in metres.
    fn in_place(&mut self, geo: &Geo, options: &Options<'_>, compute: impl FnOnce(Sql) -> Sql) -> Bound<()> {
        let (geometry, column, _) = self.geometry(options)?;
        let value = in_degrees(compute(in_metres(geometry)));
        let name = geo
            .alias
            .clone()
            .unwrap_or_else(|| made_name(column.name(), options.word()));
        let made = Self::with(self.same(), value, &name);
        self.project(&made, options.span())
    }

    /// `geoflip`: first and second coordinate change places.
    pub(super) fn geo_flip(&mut self, options: &Options<'_>) -> Bound<()> {
        let (geometry, column, form) = self.geometry(options)?;
        let flipped = form.write(sql::call("st_flipcoordinates", vec![geometry]));
        let made = Self::with(self.same(), flipped, &made_name(column.name(), options.word()));
        self.project(&made, options.span())
    }

    /// `bbox w,s,e,n`: rows whose geometry meets a box of longitude and latitude.
    pub(super) fn bbox(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let mut corners = Vec::with_capacity(4);
        for (value, span) in &geo.values {
            match value {
                OptionValue::Number(text) if text.parse::<f64>().is_ok() => corners.push(text.clone()),
                _ => {
                    return Err(wrong_at(
                        "E0621",
                        span,
                        "a corner is a number of degrees",
                        "모서리는 도 단위의 수입니다",
                    ));
                }
            }
        }
        let numbers: Vec<f64> = corners.iter().filter_map(|text| text.parse().ok()).collect();
        let is_box = matches!(numbers.as_slice(), [west, south, east, north] if west <= east && south <= north);
        if !is_box {
            return Err(options.wrong(
                "E0622",
                "a box has four numbers: west, south, east, north, in degrees",
                "상자는 서, 남, 동, 북 네 수(도)입니다",
                "as `bbox 126.97,37.56,126.99,37.58`",
                "예: `bbox 126.97,37.56,126.99,37.58`",
            ));
        }
        let (geometry, ..) = self.geometry(options)?;
        let mut arguments: Vec<Sql> = corners.iter().map(sql::number).collect();
        arguments.push(sql::number(DEGREES));
        let condition = sql::call("st_intersects", vec![geometry, sql::call("st_makeenvelope", arguments)]);
        self.keep_where(condition, options.span())
    }

    /// `geostats lat lon …`: points counted by cells of a map.
    pub(super) fn geo_stats(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let (Some(lat), Some(lon)) = (geo.names.first(), geo.names.get(1)) else {
            return Err(options.wrong(
                "E0624",
                "a column of latitude and one of longitude are needed",
                "위도 열과 경도 열이 필요합니다",
                "as `geostats lat lon count`",
                "예: `geostats 위도 경도 count`",
            ));
        };
        let (lat, lon) = (self.column(lat)?, self.column(lon)?);
        if let Some([south, west, north, east]) = options.bounds()? {
            let between = |column: &Column, low: f64, high: f64| Sql::Between {
                expr: Box::new(sql::own(column.name())),
                negated: false,
                low: Box::new(sql::number(low)),
                high: Box::new(sql::number(high)),
            };
            let lies_in = sql::both(Some(between(&lat, south, north)), Some(between(&lon, west, east)));
            self.keep_where(lies_in.unwrap_or_else(sql::null), options.span())?;
        }
        let level = options.number("level")?.unwrap_or(10.0);
        let cells = 2_f64.powf(level.clamp(0.0, 24.0).round());
        let double = || sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None);
        let number = |column: &Column| sql::cast(sql::own(column.name()), double(), false);
        let times = |left: Sql, right: f64| sql::binary(left, BinaryOperator::Multiply, sql::number(right));
        // Column and row of the cell, as the maps of the web number them.
        let x = sql::call(
            "floor",
            vec![times(
                sql::binary(number(&lon), BinaryOperator::Plus, sql::number(180)),
                cells / 360.0,
            )],
        );
        let mercator = sql::call(
            "asinh",
            vec![sql::call("tan", vec![sql::call("radians", vec![number(&lat)])])],
        );
        let y = sql::call(
            "floor",
            vec![times(
                sql::binary(
                    sql::number(1),
                    BinaryOperator::Minus,
                    sql::binary(mercator, BinaryOperator::Divide, sql::call("pi", Vec::new())),
                ),
                cells / 2.0,
            )],
        );
        let text = |expr: Sql| {
            let whole = sql::cast(expr, sqlparser::ast::DataType::BigInt(None), false);
            sql::cast(whole, sql::text_type(), false)
        };
        let level = sql::text(&format!("{level}/"));
        let cell = sql::call("concat", vec![level, text(x), sql::text("/"), text(y)]);
        let within = self.columns(&geo.within)?;
        let mut groups = Groups {
            keys: vec![(cell, made_name("cluster_id", options.word()))],
            columns: Vec::new(),
        };
        for column in &within {
            groups
                .keys
                .push((sql::own(column.name()), made_name(column.name(), options.word())));
            groups.columns.push(column.name().to_owned());
        }
        let mut values = vec![
            (
                sql::call("avg", vec![number(&lat)]),
                made_name("latitude", options.word()),
            ),
            (
                sql::call("avg", vec![number(&lon)]),
                made_name("longitude", options.word()),
            ),
        ];
        values.extend(self.aggregates(&geo.aggregates, &groups)?);
        // A text that all points of a cell share stays, so that a map can be attached by it.
        let taken: Vec<String> = values
            .iter()
            .chain(&groups.keys)
            .map(|(_, name)| name.text.clone())
            .collect();
        let others = self
            .relation
            .visible()
            .filter(|column| column.is_text() && !taken.contains(column.field.name()));
        let shared: Vec<(Sql, Name)> = others
            .map(|column| {
                let of = |function: &str| sql::call(function, vec![sql::own(column.name())]);
                let is_one = sql::binary(of("min"), BinaryOperator::Eq, of("max"));
                let value = sql::case(vec![(is_one, of("min"))], None);
                (value, made_name(column.name(), options.word()))
            })
            .collect();
        values.extend(shared);
        let is_known = [&lat, &lon].map(|column| Sql::IsNotNull(Box::new(sql::own(column.name()))));
        self.grouped(&groups, values, sql::all(is_known), options.span())
    }
}

/// The geometry that is written behind `filter=`.
fn filter(options: &Options<'_>) -> Bound<Sql> {
    match options.text("filter") {
        Some(text) => Ok(sql::call(
            "st_geomfromtext",
            vec![sql::text(text), sql::number(DEGREES)],
        )),
        None => Err(options.wrong(
            "E0619",
            "what is it compared with?",
            "비교할 도형이 없습니다",
            "add `filter=POLYGON((…))`, longitude first",
            "`filter=POLYGON((…))` 을 더하세요, 경도가 먼저입니다",
        )),
    }
}

/// A length that must be given, in metres.
fn needed_metres(options: &Options<'_>, option: &str) -> Bound<Sql> {
    match options.metres(option)? {
        Some(metres) => Ok(sql::number(metres)),
        None => Err(options.wrong(
            "E0620",
            &format!("`{option}=` is missing"),
            &format!("`{option}=` 이 없습니다"),
            &format!("as `{option}=50m`"),
            &format!("예: `{option}=50m`"),
        )),
    }
}

fn unknown_op<'n>(options: &Options<'_>, op: &str, known: impl Iterator<Item = &'n str>) -> Box<Diagnostic> {
    let known: Vec<&str> = known.collect();
    let listed = known.join(", ");
    let span = options
        .get("op")
        .map_or_else(|| options.span().clone(), |(_, span)| span.clone());
    let error = Diagnostic::error(
        "E0625",
        span,
        format!("`op=` takes one of {listed}"),
        format!("`op=` 에는 다음이 옵니다: {listed}"),
    );
    Box::new(match crate::bind::names::nearest(op, known.into_iter()) {
        Some(near) => error.meaning(near),
        None => error,
    })
}
