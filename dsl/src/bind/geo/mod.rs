//! Commands on geometry.

mod attach;
mod export;
mod join;
mod nearest;
mod options;
mod shape;

use sqlparser::ast::Expr as Sql;

use super::relation::Column;
use super::{Binder, Bound};
use crate::diagnostic::{Diagnostic, Span};
use crate::sql;
use crate::syntax::{Geo, GeoVerb};

use options::Options;

/// The code of the coordinate system in which lengths are measured: metres, right for the whole country.
const METRES: u32 = 5186;

/// The code of the coordinate system of geometry without another: longitude and latitude.
const DEGREES: u32 = 4326;

impl Binder<'_> {
    /// A command on geometry.
    pub(super) fn geo(&mut self, geo: &Geo, word: &Span, span: &Span) -> Bound<()> {
        let options = Options::of(geo, word, span)?;
        match geo.verb {
            GeoVerb::Join => self.geo_join(geo, &options),
            GeoVerb::Map => self.geo_map(geo, &options),
            GeoVerb::Code => self.geo_code(&options),
            GeoVerb::Convert => self.geo_convert(&options),
            GeoVerb::Flip => self.geo_flip(&options),
            GeoVerb::Compute => self.geometric(geo, &options),
            GeoVerb::Relation => self.geo_relation(geo, &options),
            GeoVerb::Stats => self.geo_stats(geo, &options),
            GeoVerb::Bbox => self.bbox(geo, &options),
            GeoVerb::Nearest => self.nearest(geo, &options),
            GeoVerb::Buffer => self.buffer(geo, &options),
            GeoVerb::Simplify => self.simplify(geo, &options),
            GeoVerb::GeoJson => self.geojson(geo, &options),
            GeoVerb::Wkt => self.wkt(geo, &options),
            GeoVerb::Tile => self.tile(&options),
        }
    }

    /// The column of geometry that is named, or the one that there is.
    fn geometry_column(&self, options: &Options<'_>) -> Bound<Column> {
        if let Some(name) = options.name("geocol")? {
            return self.column(&name);
        }
        self.shown_geometry(options)
    }

    /// The column of geometry that there is, whatever is named.
    fn shown_geometry(&self, options: &Options<'_>) -> Bound<Column> {
        let geometries: Vec<&Column> = self.relation.visible().filter(|column| column.is_geometry()).collect();
        match geometries.as_slice() {
            [only] => Ok((*only).clone()),
            [] => match self.relation.find("geometry") {
                Some(column) => Ok(column.clone()),
                None => self.only_text(options),
            },
            several => {
                let usual = several.iter().find(|column| column.name() == "geometry");
                usual.copied().cloned().ok_or_else(|| {
                    let names: Vec<&str> = several.iter().map(|column| column.name()).collect();
                    options.wrong(
                        "E0602",
                        &format!("which column of geometry is meant? There are {}", names.join(", ")),
                        &format!("어느 도형 열인지 알 수 없습니다: {}", names.join(", ")),
                        "say it: `geocol=NAME`",
                        "`geocol=이름` 으로 쓰세요",
                    )
                })
            }
        }
    }

    /// The one column of text, when texts of geometry are read.
    fn only_text(&self, options: &Options<'_>) -> Bound<Column> {
        let texts: Vec<&Column> = self.relation.visible().filter(|column| column.is_text()).collect();
        match texts.as_slice() {
            [only] if options.text("intype").is_some() => Ok((*only).clone()),
            _ => Err(options.wrong(
                "E0601",
                "there is no column of geometry here",
                "여기에 도형 열이 없습니다",
                "say it: `geocol=NAME`, and `intype=WKT` for texts; or attach polygons with `geojoin`",
                "`geocol=이름`, 글자면 `intype=WKT` 로 쓰거나 `geojoin` 으로 도형을 붙이세요",
            )),
        }
    }

    /// Geometry as an expression: a column, a text that is read, or a point of two columns.
    fn geometry(&self, options: &Options<'_>) -> Bound<(Sql, Column, Form)> {
        let form = options.form()?;
        if form == Form::LongLat {
            let (Some(x), Some(y)) = (options.name("x_col")?, options.name("y_col")?) else {
                return Err(options.wrong(
                    "E0603",
                    "a point is made of two columns",
                    "점은 두 열로 만듭니다",
                    "as `intype=LONGLAT x_col=lon y_col=lat`",
                    "예: `intype=LONGLAT x_col=경도 y_col=위도`",
                ));
            };
            let (x, y) = (self.column(&x)?, self.column(&y)?);
            let point = sql::call(
                "st_point",
                vec![sql::own(x.name()), sql::own(y.name()), sql::number(DEGREES)],
            );
            return Ok((point, x, form));
        }
        let column = self.geometry_column(options)?;
        let own = sql::own(column.name());
        let form = if form == Form::Column && column.is_text() {
            Form::Wkt
        } else {
            form
        };
        let geometry = match form {
            _ if column.is_geometry() => own,
            Form::Wkt => sql::call("st_geomfromtext", vec![own, sql::number(DEGREES)]),
            Form::GeoJson => sql::call("st_geomfromgeojson", vec![own]),
            Form::Wkb => sql::call("st_geomfromwkb", vec![own, sql::number(DEGREES)]),
            Form::Column | Form::LongLat => own,
        };
        let form = match (column.is_geometry(), column.is_string()) {
            (true, true) => Form::Wkt,
            (true, false) => Form::Column,
            (false, _) => form,
        };
        Ok((geometry, column, form))
    }
}

/// In what form geometry comes, or is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As geometry.
    Column,
    /// Well-known text.
    Wkt,
    /// Well-known binary.
    Wkb,
    /// `GeoJSON`.
    GeoJson,
    /// Columns of longitude and latitude.
    LongLat,
}

impl Form {
    /// Geometry in this form.
    fn write(self, geometry: Sql) -> Sql {
        match self {
            Self::Column | Self::LongLat => geometry,
            Self::Wkt => sql::call("st_astext", vec![geometry]),
            Self::Wkb => sql::call("st_asbinary", vec![geometry]),
            Self::GeoJson => sql::call("st_asgeojson", vec![geometry]),
        }
    }
}

/// Geometry in metres.
fn in_metres(geometry: Sql) -> Sql {
    sql::call("st_transform", vec![geometry, sql::number(METRES)])
}

/// Geometry in degrees.
fn in_degrees(geometry: Sql) -> Sql {
    sql::call("st_transform", vec![geometry, sql::number(DEGREES)])
}

/// A wrong option at its place.
fn wrong_at(code: &'static str, span: &Span, english: &str, korean: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, span.clone(), english, korean))
}
