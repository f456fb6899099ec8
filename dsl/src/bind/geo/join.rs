//! `geojoin`, and the commands of the legacy that did the same: polygons beside the user's own rows.
//!
//! Every row says how it was matched: `exact` by its value as it is, `normalized` by what the value means, `ambiguous` when
//! several parcels or areas fit, `none` when no one does.

use sqlparser::ast::{BinaryOperator, Expr as Sql};
use sqlparser::tokenizer::Span as SqlSpan;

use super::attach::{Ambiguous, Key, Level, Plan};
use super::options::Options;
use super::{DEGREES, wrong_at};
use crate::bind::aggregate::made_name;
use crate::bind::expr::{LEFT, RIGHT};
use crate::bind::project::Made;
use crate::bind::relation::{Column, Relation};
use crate::bind::{Binder, Bound};
use crate::diagnostic::Diagnostic;
use crate::sql::{self, Meeting};
use crate::syntax::{Geo, Name};

impl Binder<'_> {
    /// `geojoin by=… […] [level=…] [type=…] [keep=…] [on_ambiguous=…] [as g]`
    pub(super) fn geo_join(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let by = options.text("by").unwrap_or_default().to_lowercase();
        let default = match by.as_str() {
            "name" => default_level(options),
            "bjd" => Level::Area("emd", 8),
            _ => Level::Parcel,
        };
        let plan = Plan {
            level: level(options, default)?,
            meeting: meeting(options)?,
            ambiguous: ambiguous(options)?,
            keep: options.names("keep")?,
            geometry: geo
                .alias
                .clone()
                .unwrap_or_else(|| made_name("geometry", options.word())),
        };
        let key = match by.as_str() {
            "pnu" => {
                let pnu = options.name("pnu")?.unwrap_or_else(|| made_name("pnu", options.word()));
                let column = self.column(&pnu)?;
                digits_of(&column)
            }
            "bjd" => {
                let bjd = options
                    .name("bjd")?
                    .unwrap_or_else(|| made_name("bjd_cd", options.word()));
                let column = self.column(&bjd)?;
                if plan.level == Level::Parcel {
                    return Err(options.wrong(
                        "E0611",
                        "the code of a district names no parcel",
                        "법정동 코드로는 필지를 알 수 없습니다",
                        "write `level=emd`, or join `by=pnu`",
                        "`level=emd` 로 쓰거나 `by=pnu` 로 붙이세요",
                    ));
                }
                digits_of(&column)
            }
            "name" => self.named(options)?,
            "jibun" => {
                let addr = options
                    .name("addr")?
                    .unwrap_or_else(|| made_name("addr", options.word()));
                let column = self.column(&addr)?;
                self.addressed(&sql::own(column.name()), plan.level)
            }
            "point" => {
                let lon = options.name("lon")?.unwrap_or_else(|| made_name("lon", options.word()));
                let lat = options.name("lat")?.unwrap_or_else(|| made_name("lat", options.word()));
                let (lon, lat) = (self.column(&lon)?, self.column(&lat)?);
                let point = vec![sql::own(lon.name()), sql::own(lat.name()), sql::number(DEGREES)];
                Key::Point(sql::call("st_point", point))
            }
            _ => {
                let span = options
                    .get("by")
                    .map_or_else(|| options.span().clone(), |(_, span)| span.clone());
                return Err(Box::new(
                    Diagnostic::error(
                        "E0610",
                        span,
                        "by what are the rows matched? `by=` takes pnu, bjd, name, jibun or point",
                        "무엇으로 붙일지 써야 합니다: `by=` pnu, bjd, name, jibun, point",
                    )
                    .saying(
                        "as `geojoin by=pnu pnu=C`, `geojoin by=jibun addr=C`",
                        "예: `geojoin by=pnu pnu=열`, `geojoin by=jibun addr=열`",
                    ),
                ));
            }
        };
        self.attach(&plan, key, options)
    }

    /// `geocode`: the legacy's words for the same.
    pub(super) fn geo_code(&mut self, options: &Options<'_>) -> Bound<()> {
        let mut plan = Plan {
            level: Level::Parcel,
            meeting: meeting(options)?,
            ambiguous: Ambiguous::None,
            keep: Vec::new(),
            geometry: made_name("GEOMETRY", options.word()),
        };
        let kind = options.text("codetype").unwrap_or("address").to_lowercase();
        let key = match kind.as_str() {
            "address" => {
                let mut parts = Vec::new();
                for (option, level) in [
                    ("si", Level::Area("sido", 2)),
                    ("gu", Level::Area("sigungu", 5)),
                    ("dong", Level::Area("emd", 8)),
                ] {
                    if let Some(name) = options.name(option)? {
                        parts.push(sql::own(self.column(&name)?.name()));
                        plan.level = level;
                    }
                }
                if parts.is_empty() {
                    return Err(options.wrong(
                        "E0612",
                        "no column of names is given",
                        "이름 열이 없습니다",
                        "as `geocode codetype=address SI=A GU=B DONG=C`",
                        "예: `geocode codetype=address SI=A GU=B DONG=C`",
                    ));
                }
                self.addressed(&joined(parts), plan.level)
            }
            "longlat" | "lonlat" => {
                let Some(name) = options.name("coord")? else {
                    return Err(options.wrong(
                        "E0612",
                        "no column of coordinates is given",
                        "좌표 열이 없습니다",
                        "as `geocode codetype=LONGLAT COORD=C`, longitude first",
                        "예: `geocode codetype=LONGLAT COORD=열`, 경도가 먼저",
                    ));
                };
                let column = self.column(&name)?;
                let part = |number: u64| {
                    let text = sql::call(
                        "split_part",
                        vec![sql::own(column.name()), sql::text(","), sql::number(number)],
                    );
                    let double = sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None);
                    sql::cast(sql::call("trim", vec![text]), double, true)
                };
                Key::Point(sql::call("st_point", vec![part(1), part(2), sql::number(DEGREES)]))
            }
            other => {
                let span = options
                    .get("codetype")
                    .map_or_else(|| options.span().clone(), |(_, span)| span.clone());
                return Err(Box::new(
                    Diagnostic::error(
                        "E0613",
                        span,
                        format!("there is no data to find places by `{other}`"),
                        format!("`{other}` (으)로 위치를 찾을 자료가 없습니다"),
                    )
                    .saying(
                        "use `codetype=address` or `codetype=LONGLAT`",
                        "`codetype=address`, `codetype=LONGLAT` 을 쓰세요",
                    ),
                ));
            }
        };
        self.attach(&plan, key, options)
    }

    /// `geomap COLLECTION FIELD [VALUE] [ALL]`: polygons of a level, or of a model, by a name.
    pub(super) fn geo_map(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let all = geo
            .names
            .last()
            .is_some_and(|name| name.text.eq_ignore_ascii_case("all"));
        let names = geo.names.get(..geo.names.len() - usize::from(all)).unwrap_or_default();
        let (Some(collection), Some(field)) = (names.first(), names.get(1)) else {
            return Err(options.wrong(
                "E0614",
                "a collection and a column are needed",
                "모음 이름과 열이 필요합니다",
                "as `geomap emd DONG`, or `geomap MODEL COLUMN`",
                "예: `geomap emd 동이름`, `geomap 모델 열`",
            ));
        };
        let meeting = if all { Meeting::Right } else { Meeting::Left };
        let here = self.column(field)?;
        let collected = Made::New(sql::text(&collection.text), made_name("collection", &collection.span));
        if let Some(level) = level_of(&collection.text) {
            let plan = Plan {
                level,
                meeting,
                ambiguous: Ambiguous::None,
                keep: Vec::new(),
                geometry: made_name("geometry", options.word()),
            };
            let key = self.addressed(&sql::own(here.name()), level);
            self.attach(&plan, key, options)?;
        } else {
            let left = std::mem::take(&mut self.relation);
            self.model_named(collection)?;
            let right = std::mem::replace(&mut self.relation, left);
            let key = match names.get(2) {
                Some(name) => right
                    .find(&name.text)
                    .cloned()
                    .ok_or_else(|| crate::bind::names::unknown(name, &right))?,
                None => key_of(&right, collection)?,
            };
            let Some(geometry) = right.visible().find(|column| column.is_geometry()).cloned() else {
                return Err(wrong_at(
                    "E0601",
                    &collection.span,
                    &format!("`{}` has no column of geometry", collection.text),
                    &format!("`{}` 모델에 도형 열이 없습니다", collection.text),
                ));
            };
            let condition = sql::binary(
                sql::of(LEFT, here.name(), SqlSpan::empty()),
                BinaryOperator::Eq,
                sql::of(RIGHT, key.name(), SqlSpan::empty()),
            );
            let taken = vec![(geometry, made_name("geometry", options.word()))];
            self.beside(
                &right,
                &collection.text,
                taken,
                (meeting, Some(condition)),
                options.span(),
            )?;
        }
        if let (Some([south, west, north, east]), Some(geometry)) = (options.bounds()?, self.relation.find("geometry"))
        {
            let corners = [west, south, east, north].map(sql::number);
            let corners = corners.into_iter().chain([sql::number(DEGREES)]).collect();
            let around = sql::call("st_makeenvelope", corners);
            let meets = sql::call("st_intersects", vec![sql::own(geometry.name()), around]);
            self.keep_where(meets, options.span())?;
        }
        let mut made = self.same();
        made.push(collected);
        self.project(&made, options.span())
    }

    /// What rows with names of districts are matched by.
    fn named(&mut self, options: &Options<'_>) -> Bound<Key> {
        let mut parts = Vec::new();
        for option in ["si", "sgg", "emd", "ri"] {
            if let Some(name) = options.name(option)? {
                parts.push(sql::own(self.column(&name)?.name()));
            }
        }
        if parts.is_empty() {
            return Err(options.wrong(
                "E0612",
                "no column of names is given",
                "이름 열이 없습니다",
                "as `geojoin by=name si=A sgg=B emd=C`",
                "예: `geojoin by=name si=A sgg=B emd=C`",
            ));
        }
        let mut wanted = Level::Area("", 0);
        if let Some(bonbun) = options.name("bonbun")? {
            let text = |column: &Column| sql::cast(sql::own(column.name()), sql::text_type(), false);
            let bonbun = text(&self.column(&bonbun)?);
            let lot = match options.name("bubon")? {
                Some(bubon) => {
                    let bubon = sql::call("coalesce", vec![text(&self.column(&bubon)?), sql::text("0")]);
                    sql::call("concat", vec![bonbun, sql::text("-"), bubon])
                }
                None => bonbun,
            };
            parts.push(lot);
            wanted = Level::Parcel;
        }
        let level = level(options, default_level(options))?;
        if level == Level::Parcel && wanted != Level::Parcel {
            return Err(options.wrong(
                "E0611",
                "names of districts name no parcel",
                "지역 이름으로는 필지를 알 수 없습니다",
                "add `bonbun=` and `bubon=`, or write `level=emd`",
                "`bonbun=`, `bubon=` 을 더하거나 `level=emd` 로 쓰세요",
            ));
        }
        Ok(self.addressed(&joined(parts), level))
    }

    /// What rows with addresses are matched by.
    fn addressed(&self, address: &Sql, level: Level) -> Key {
        let arguments = |address: &Sql| {
            let mut arguments = vec![address.clone()];
            if let Some(vintage) = self.catalog.vintage() {
                arguments.push(sql::cast(sql::text(&vintage), sqlparser::ast::DataType::Date, false));
            }
            arguments
        };
        let function = if level == Level::Parcel { "addr_pnu" } else { "addr_bjd" };
        let status = sql::call("addr_status", arguments(address));
        Key::Value {
            key: sql::call(function, arguments(address)),
            // Names that several districts have, and those that none has, find nothing.
            unmatched: sql::case(
                vec![(
                    sql::binary(status.clone(), BinaryOperator::Eq, sql::text("ambiguous")),
                    sql::text("ambiguous"),
                )],
                Some(sql::text("none")),
            ),
            status,
        }
    }
}

/// The column of a collection that names its polygons: `name`, else the only text.
fn key_of(right: &Relation, collection: &Name) -> Bound<Column> {
    let texts: Vec<&Column> = right.visible().filter(|column| column.is_text()).collect();
    let named = right.find("name").filter(|column| column.is_text());
    match (named, texts.as_slice()) {
        (Some(column), _) => Ok(column.clone()),
        (None, [only]) => Ok((*only).clone()),
        _ => Err(wrong_at(
            "E0615",
            &collection.span,
            &format!(
                "which column of `{0}` names its polygons? Write it as `geomap {0} FIELD NAME`",
                collection.text
            ),
            &format!(
                "`{0}` 에서 도형의 이름이 어느 열인지 `geomap {0} 열 이름열` 로 쓰세요",
                collection.text
            ),
        )),
    }
}

/// The level of the deepest name that is given.
fn default_level(options: &Options<'_>) -> Level {
    if options.get("bonbun").is_some() {
        return Level::Parcel;
    }
    let deepest = [("ri", "ri", 10), ("emd", "emd", 8), ("sgg", "sigungu", 5)];
    let found = deepest.iter().find(|(option, ..)| options.get(option).is_some());
    found.map_or(Level::Area("sido", 2), |(_, level, digits)| Level::Area(level, *digits))
}

/// A column as text.
fn text_of(column: &Column) -> Sql {
    let own = sql::own(column.name());
    if column.is_text() {
        own
    } else {
        sql::cast(own, sql::text_type(), false)
    }
}

/// A key of digits: a column that is one, or means one with other characters between.
fn digits_of(column: &Column) -> Key {
    let own = text_of(column);
    let meant = sql::call(
        "regexp_replace",
        vec![own.clone(), sql::text("[^0-9]"), sql::text(""), sql::text("g")],
    );
    let status = sql::case(
        vec![(sql::binary(own, BinaryOperator::Eq, meant.clone()), sql::text("exact"))],
        Some(sql::text("normalized")),
    );
    Key::Value {
        key: meant,
        status,
        unmatched: sql::text("none"),
    }
}

/// Texts with blanks between them; NULL is left out.
fn joined(parts: Vec<Sql>) -> Sql {
    sql::call("concat_ws", [vec![sql::text(" ")], parts].concat())
}

/// The level that a word means.
fn level_of(word: &str) -> Option<Level> {
    Some(match word.to_lowercase().as_str() {
        "parcel" | "필지" => Level::Parcel,
        "ri" | "리" => Level::Area("ri", 10),
        "emd" | "읍면동" => Level::Area("emd", 8),
        "sgg" | "sigungu" | "시군구" => Level::Area("sigungu", 5),
        "si" | "sido" | "시도" => Level::Area("sido", 2),
        _ => return None,
    })
}

fn level(options: &Options<'_>, default: Level) -> Bound<Level> {
    let Some((_, span)) = options.get("level") else {
        return Ok(default);
    };
    options.text("level").and_then(level_of).ok_or_else(|| {
        wrong_at(
            "E0616",
            span,
            "levels are parcel, ri, emd, sgg and si",
            "단위는 parcel, ri, emd, sgg, si 입니다",
        )
    })
}

fn meeting(options: &Options<'_>) -> Bound<Meeting> {
    let Some((_, span)) = options.get("type") else {
        return Ok(Meeting::Left);
    };
    match options.text("type").map(str::to_lowercase).as_deref() {
        Some("left") => Ok(Meeting::Left),
        Some("inner") => Ok(Meeting::Inner),
        Some("right") => Ok(Meeting::Right),
        _ => Err(wrong_at(
            "E0617",
            span,
            "types are left, inner and right",
            "종류는 left, inner, right 입니다",
        )),
    }
}

fn ambiguous(options: &Options<'_>) -> Bound<Ambiguous> {
    let Some((_, span)) = options.get("on_ambiguous") else {
        return Ok(Ambiguous::None);
    };
    match options.text("on_ambiguous").map(str::to_lowercase).as_deref() {
        Some("null") => Ok(Ambiguous::None),
        Some("first") => Ok(Ambiguous::First),
        Some("all") => Ok(Ambiguous::All),
        Some("error") => Ok(Ambiguous::Error),
        _ => Err(wrong_at(
            "E0618",
            span,
            "`on_ambiguous=` takes null, first, all or error",
            "`on_ambiguous=` 에는 null, first, all, error 가 옵니다",
        )),
    }
}
