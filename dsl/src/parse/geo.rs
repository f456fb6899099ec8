//! Commands on geometry: a word, names, options.

use super::cursor::{Cursor, Parsed, unquoted};
use super::source::any_name;
use super::{arguments, pipeline};
use crate::diagnostic::Span;
use crate::syntax::{Command, Geo, GeoVerb, Name, OptionValue};
use crate::token::Kind;

/// The command that a word means.
pub fn verb(word: &str) -> Option<GeoVerb> {
    Some(match word {
        "geomap" => GeoVerb::Map,
        "geocode" => GeoVerb::Code,
        "geoconverter" => GeoVerb::Convert,
        "geoflip" => GeoVerb::Flip,
        "geometric" => GeoVerb::Compute,
        "georelation" | "geofilter" => GeoVerb::Relation,
        "geostats" => GeoVerb::Stats,
        "geojoin" => GeoVerb::Join,
        "bbox" => GeoVerb::Bbox,
        "nearest" => GeoVerb::Nearest,
        "buffer" => GeoVerb::Buffer,
        "simplify" => GeoVerb::Simplify,
        "geojson" => GeoVerb::GeoJson,
        "wkt" => GeoVerb::Wkt,
        "tile" => GeoVerb::Tile,
        _ => return None,
    })
}

/// What stands behind the word.
pub fn geo(cursor: &mut Cursor<'_>, verb: GeoVerb) -> Parsed<Command> {
    let mut geo = Geo {
        verb,
        names: Vec::new(),
        values: Vec::new(),
        options: Vec::new(),
        pipeline: None,
        alias: None,
        aggregates: Vec::new(),
        within: Vec::new(),
    };
    if verb == GeoVerb::Stats {
        stats(cursor, &mut geo)?;
    }
    while !cursor.is_at_end() {
        let start = cursor.span().start;
        match cursor.kind() {
            Kind::Word if cursor.is_word("as") => {
                cursor.next();
                geo.alias = Some(any_name(cursor)?);
            }
            Kind::Word | Kind::Quoted => {
                let name = cursor.word_as_name();
                if cursor.kind() == Kind::Open {
                    // `bounds(s, w, n, e)`, as the legacy writes it.
                    let start = cursor.next().span.start;
                    let value = value(cursor)?;
                    cursor.expect(Kind::Close, "`,` or `)`", "`,` 또는 `)`")?;
                    geo.options.push((name, value, start..cursor.end_of_last()));
                } else if cursor.eat(Kind::Equal) {
                    let start = cursor.span().start;
                    let value = value(cursor)?;
                    geo.options.push((name, value, start..cursor.end_of_last()));
                } else {
                    geo.names.push(name);
                }
            }
            Kind::Number | Kind::Minus => {
                let value = single(cursor)?;
                geo.values.push((value, start..cursor.end_of_last()));
                cursor.eat(Kind::Comma);
            }
            Kind::OpenBracket if geo.pipeline.is_none() => {
                cursor.next();
                let inner = cursor.deeper(pipeline)?;
                cursor.expect(Kind::CloseBracket, "`]`", "`]`")?;
                geo.pipeline = Some(Box::new(inner));
            }
            _ => {
                return Err(cursor.expected("an option, such as `op=intersects`", "옵션, 예: `op=intersects`"));
            }
        }
    }
    Ok(Command::Geo(geo))
}

/// `lat lon count, sum(x) [by g]`, before options.
fn stats(cursor: &mut Cursor<'_>, geo: &mut Geo) -> Parsed<()> {
    for _ in 0..2 {
        geo.names
            .push(cursor.name("a column of latitude and one of longitude", "위도 열과 경도 열")?);
    }
    let is_option = |cursor: &Cursor<'_>| cursor.kind_ahead(1) == Kind::Equal || cursor.is_word("bounds");
    while !cursor.is_at_end() && !cursor.is_word("by") && !is_option(cursor) {
        geo.aggregates.extend(arguments::outputs(cursor)?);
    }
    geo.within = arguments::by(cursor)?;
    Ok(())
}

/// `key=value`.
pub fn option(cursor: &mut Cursor<'_>) -> Parsed<(Name, OptionValue, Span)> {
    let name = cursor.name("an option, such as `path='a.csv'`", "옵션, 예: `path='a.csv'`")?;
    cursor.expect(Kind::Equal, "`=` and a value", "`=` 와 값")?;
    let start = cursor.span().start;
    let value = value(cursor)?;
    Ok((name, value, start..cursor.end_of_last()))
}

/// A value, or several with commas between them.
fn value(cursor: &mut Cursor<'_>) -> Parsed<OptionValue> {
    let mut values = vec![single(cursor)?];
    while cursor.eat(Kind::Comma) {
        values.push(single(cursor)?);
    }
    Ok(match values.pop() {
        Some(only) if values.is_empty() => only,
        last => OptionValue::List(values.into_iter().chain(last).collect()),
    })
}

fn single(cursor: &mut Cursor<'_>) -> Parsed<OptionValue> {
    match cursor.kind() {
        Kind::Star => {
            cursor.next();
            Ok(OptionValue::All)
        }
        Kind::Number | Kind::Minus => {
            let start = cursor.span().start;
            cursor.eat(Kind::Minus);
            cursor.expect(Kind::Number, "a number", "수")?;
            let text = cursor.source.get(start..cursor.end_of_last()).unwrap_or_default();
            let number = text.replace(' ', "");
            if cursor.kind() == Kind::Word && cursor.is_adjacent() {
                let unit = cursor.text().to_owned();
                cursor.next();
                return Ok(OptionValue::Quantity(number, unit));
            }
            Ok(OptionValue::Number(number))
        }
        Kind::Single | Kind::Double => {
            let text = unquoted(cursor.kind(), cursor.text());
            let span = cursor.next().span;
            Ok(OptionValue::Text(Name { text, span }))
        }
        Kind::Word if cursor.kind_ahead(1) == Kind::Open => geometry(cursor),
        _ => {
            let name = cursor.name("a value", "값")?;
            Ok(OptionValue::Text(name))
        }
    }
}

/// Well-known text without quotes, up to the bracket that closes it.
fn geometry(cursor: &mut Cursor<'_>) -> Parsed<OptionValue> {
    let start = cursor.span().start;
    cursor.next();
    let mut open = 0_usize;
    loop {
        match cursor.kind() {
            Kind::Open => open += 1,
            Kind::Close if open == 1 => {
                cursor.next();
                let text = cursor.source.get(start..cursor.end_of_last()).unwrap_or_default();
                return Ok(OptionValue::Geometry(text.to_owned()));
            }
            Kind::Close => open = open.saturating_sub(1),
            Kind::Number | Kind::Minus | Kind::Comma | Kind::Word => {}
            _ => return Err(cursor.expected("a coordinate, `,` or `)`", "좌표, `,` 또는 `)`")),
        }
        cursor.next();
    }
}
