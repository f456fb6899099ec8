//! Geometry as others want it: `GeoJSON`, well-known text, vector tiles.

use sqlparser::ast::{Expr as Sql, SelectItem};

use super::options::Options;
use super::{DEGREES, Form};
use crate::bind::aggregate::made_name;
use crate::bind::expr::Kind;
use crate::bind::project::Made;
use crate::bind::relation::{Column, column_of};
use crate::bind::{Binder, Bound};
use crate::diagnostic::Diagnostic;
use crate::sql::{self, Selection};
use crate::syntax::Geo;

/// Web Mercator.
const MERCATOR: u32 = 3857;

/// The deepest zoom of a tile.
const MAX_ZOOM: f64 = 24.0;

impl Binder<'_> {
    /// `geoconverter`: geometry in another form.
    pub(super) fn geo_convert(&mut self, options: &Options<'_>) -> Bound<()> {
        let (geometry, column, _) = self.geometry(options)?;
        match options.form_of("outtype")? {
            Form::GeoJson => {
                let properties = self.properties(options, &column)?;
                let feature = feature(geometry, None, &properties);
                let made = Self::with(self.same(), feature, &made_name("GEOJSON", options.word()));
                self.project(&made, options.span())
            }
            form @ (Form::Wkt | Form::Wkb) => {
                let name = if form == Form::Wkt { "WKT" } else { "WKB" };
                let made = Self::with(self.same(), form.write(geometry), &made_name(name, options.word()));
                self.project(&made, options.span())
            }
            Form::Column | Form::LongLat => Err(options.wrong(
                "E0626",
                "into what form? `outtype=` takes GEOJSON, WKT or WKB",
                "어떤 형식으로 바꿀지 `outtype=` GEOJSON, WKT, WKB 로 쓰세요",
                "as `geoconverter intype=WKT outtype=GEOJSON geocol=B`",
                "예: `geoconverter intype=WKT outtype=GEOJSON geocol=B`",
            )),
        }
    }

    /// `geojson [id=C] [properties=a,b|*]`: a feature for each row.
    pub(super) fn geojson(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let (geometry, column, _) = self.geometry(options)?;
        let id = match options.name("id")? {
            Some(name) => Some(self.column(&name)?),
            None => None,
        };
        let properties = self.properties(options, &column)?;
        let feature = feature(geometry, id.as_ref(), &properties);
        let name = geo
            .alias
            .clone()
            .unwrap_or_else(|| made_name("geojson", options.word()));
        self.project(&[Made::New(feature, name)], options.span())
    }

    /// The columns that become properties.
    fn properties(&self, options: &Options<'_>, geometry: &Column) -> Bound<Vec<Column>> {
        let names = options.names("properties")?;
        if options.is_all("properties") {
            let is_plain = |column: &&Column| {
                !column.is_geometry() && column.name() != geometry.name() && !column.field.data_type().is_nested()
            };
            return Ok(self.relation.visible().filter(is_plain).cloned().collect());
        }
        self.columns(&names)
    }

    /// `wkt`: geometry as well-known text.
    pub(super) fn wkt(&mut self, geo: &Geo, options: &Options<'_>) -> Bound<()> {
        let (geometry, column, _) = self.geometry(options)?;
        let name = geo
            .alias
            .clone()
            .unwrap_or_else(|| made_name(column.name(), options.word()));
        let made = Self::with(self.same(), Form::Wkt.write(geometry), &name);
        self.project(&made, options.span())
    }

    /// `tile z= x= y= [layer=…] [properties=…]`: one vector tile of all rows.
    pub(super) fn tile(&mut self, options: &Options<'_>) -> Bound<()> {
        let mut numbers = Vec::with_capacity(3);
        for option in ["z", "x", "y"] {
            let number = options.number(option)?;
            numbers.push(number.ok_or_else(|| no_tile(options))?);
        }
        let is_tile = match numbers.as_slice() {
            [z, x, y] => {
                let cells = 2_f64.powf(*z);
                numbers.iter().all(|number| number.fract() == 0.0)
                    && (0.0..=MAX_ZOOM).contains(z)
                    && (0.0..cells).contains(x)
                    && (0.0..cells).contains(y)
            }
            _ => false,
        };
        if !is_tile {
            return Err(no_tile(options));
        }
        let (geometry, column, _) = self.geometry(options)?;
        let properties = self.properties(options, &column)?;
        let tile: Vec<Sql> = numbers.iter().map(sql::number).collect();
        let envelope = sql::call("st_tileenvelope", tile.clone());
        // With the margin that features are cut at.
        let world = sql::call("st_tileenvelope", vec![sql::number(0), sql::number(0), sql::number(0)]);
        let wider = sql::call("st_tileenvelope", [tile, vec![world, sql::number("0.0625")]].concat());
        let lies_in = sql::call(
            "st_intersects",
            vec![
                geometry.clone(),
                sql::call("st_transform", vec![wider, sql::number(DEGREES)]),
            ],
        );
        self.keep_where(lies_in, options.span())?;
        let projected = sql::call("st_transform", vec![geometry, sql::number(MERCATOR)]);
        let mut made = vec![Made::New(
            sql::call("st_asmvtgeom", vec![projected, envelope]),
            made_name("geom", options.word()),
        )];
        made.extend(
            properties
                .iter()
                .filter(|column| column.name() != "geom")
                .map(Made::same),
        );
        self.project(&made, options.span())?;
        let mut fields: Vec<Sql> = Vec::new();
        for column in self.relation.visible() {
            fields.push(sql::text(column.name()));
            fields.push(sql::own(column.name()));
        }
        let layer = options.text("layer").unwrap_or("parcels");
        let row = sql::call("named_struct", fields);
        let tile = sql::call("st_asmvt", vec![row, sql::text(layer)]);
        let items: Vec<SelectItem> = vec![sql::item(tile, "tile")];
        let selection = Selection::from(&self.relation.name, items);
        self.anew(
            selection,
            vec![column_of("tile", arrow_schema::DataType::Binary)],
            options.span(),
        )
    }
}

fn no_tile(options: &Options<'_>) -> Box<Diagnostic> {
    options.wrong(
        "E0627",
        "a tile has three whole numbers: its zoom, from 0 to 24, its column and its row",
        "타일은 정수 셋입니다: 0에서 24까지의 줌, 열, 행",
        "as `tile z=16 x=55880 y=25380`",
        "예: `tile z=16 x=55880 y=25380`",
    )
}

/// A feature of `GeoJSON`, as text.
fn feature(geometry: Sql, id: Option<&Column>, properties: &[Column]) -> Sql {
    let mut parts = vec![sql::text("{\"type\":\"Feature\"")];
    if let Some(id) = id {
        parts.push(sql::text(",\"id\":"));
        parts.push(json(id));
    }
    parts.push(sql::text(",\"geometry\":"));
    parts.push(sql::call(
        "coalesce",
        vec![sql::call("st_asgeojson", vec![geometry]), sql::text("null")],
    ));
    parts.push(sql::text(",\"properties\":{"));
    for (idx, column) in properties.iter().enumerate() {
        let comma = if idx == 0 { "" } else { "," };
        parts.push(sql::text(&format!("{comma}{}:", escaped(column.name()))));
        parts.push(json(column));
    }
    parts.push(sql::text("}}"));
    sql::call("concat", parts)
}

/// A value of a column as JSON.
fn json(column: &Column) -> Sql {
    let text = sql::cast(sql::own(column.name()), sql::text_type(), false);
    let value = match Kind::of(column) {
        Kind::Number | Kind::Bool => text,
        _ => {
            let mut quoted = text;
            for (from, to) in [
                ("\\", "\\\\"),
                ("\"", "\\\""),
                ("\n", "\\n"),
                ("\r", "\\r"),
                ("\t", "\\t"),
            ] {
                quoted = sql::call("replace", vec![quoted, sql::text(from), sql::text(to)]);
            }
            // What else JSON does not take in a text.
            let clean = vec![quoted, sql::text("[\\x00-\\x1f]"), sql::text(" "), sql::text("g")];
            let quoted = sql::call("regexp_replace", clean);
            sql::call("concat", vec![sql::text("\""), quoted, sql::text("\"")])
        }
    };
    let is_null = Sql::IsNull(Box::new(sql::own(column.name())));
    sql::case(vec![(is_null, sql::text("null"))], Some(value))
}

/// A name as a text of JSON.
fn escaped(name: &str) -> String {
    let mut text = String::from("\"");
    for char in name.chars() {
        match char {
            '"' | '\\' => text.extend(['\\', char]),
            char if char < ' ' => text.push(' '),
            char => text.push(char),
        }
    }
    text.push('"');
    text
}
