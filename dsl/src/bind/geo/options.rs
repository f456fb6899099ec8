//! Options of commands on geometry: known ones only, of the kind that they have.

use super::{Form, wrong_at};
use crate::bind::Bound;
use crate::bind::names::nearest;
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::{Geo, GeoVerb, Name, OptionValue};

/// The options of a command, and where it stands.
pub struct Options<'g> {
    geo: &'g Geo,
    word: Span,
    span: Span,
}

impl<'g> Options<'g> {
    /// The options of a command.
    pub fn of(geo: &'g Geo, word: &Span, span: &Span) -> Bound<Self> {
        let known = known(geo.verb);
        for (idx, (name, ..)) in geo.options.iter().enumerate() {
            let folded = name.text.to_lowercase();
            if !known.contains(&folded.as_str()) {
                let listed = known.join(", ");
                let error = Diagnostic::error(
                    "E0604",
                    name.span.clone(),
                    format!("`{}` is no option here; options are {listed}", name.text),
                    format!("`{}` 은(는) 여기의 옵션이 아닙니다; 옵션: {listed}", name.text),
                );
                return Err(Box::new(match nearest(&folded, known.iter().copied()) {
                    Some(near) => error.fix(name.span.clone(), near),
                    None => error,
                }));
            }
            if geo
                .options
                .iter()
                .take(idx)
                .any(|(other, ..)| other.text.to_lowercase() == folded)
            {
                return Err(wrong_at(
                    "E0605",
                    &name.span,
                    &format!("`{}` stands twice", name.text),
                    &format!("`{}` 옵션이 두 번 있습니다", name.text),
                ));
            }
        }
        Ok(Self {
            geo,
            word: word.clone(),
            span: span.clone(),
        })
    }

    /// The word of the command.
    pub fn word(&self) -> &Span {
        &self.word
    }

    /// All of the command.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// An option and the place of its value.
    pub fn get(&self, name: &str) -> Option<(&'g OptionValue, &'g Span)> {
        let mut options = self.geo.options.iter();
        options
            .find(|(option, ..)| option.text.eq_ignore_ascii_case(name))
            .map(|(_, value, span)| (value, span))
    }

    /// An option that is one text or word.
    pub fn text(&self, name: &str) -> Option<&'g str> {
        match self.get(name)?.0 {
            OptionValue::Text(name) => Some(&name.text),
            OptionValue::Geometry(text) | OptionValue::Number(text) => Some(text),
            _ => None,
        }
    }

    /// An option that names a column.
    pub fn name(&self, option: &str) -> Bound<Option<Name>> {
        let Some((value, span)) = self.get(option) else {
            return Ok(None);
        };
        match value {
            OptionValue::Text(name) => Ok(Some(name.clone())),
            _ => Err(wrong_at(
                "E0606",
                span,
                &format!("`{option}=` takes a column"),
                &format!("`{option}=` 에는 열 이름이 와야 합니다"),
            )),
        }
    }

    /// An option that names columns; nothing where it is `*` or left out.
    pub fn names(&self, option: &str) -> Bound<Vec<Name>> {
        let Some((value, span)) = self.get(option) else {
            return Ok(Vec::new());
        };
        let one = |value: &OptionValue| match value {
            OptionValue::Text(name) => Ok(name.clone()),
            _ => Err(wrong_at(
                "E0606",
                span,
                &format!("`{option}=` takes columns, with commas between them"),
                &format!("`{option}=` 에는 쉼표로 나눈 열 이름이 와야 합니다"),
            )),
        };
        match value {
            OptionValue::List(values) => values.iter().map(one).collect(),
            OptionValue::All => Ok(Vec::new()),
            value => Ok(vec![one(value)?]),
        }
    }

    /// Whether an option is `*`.
    pub fn is_all(&self, option: &str) -> bool {
        matches!(self.get(option), Some((OptionValue::All, _)))
    }

    /// Four numbers in degrees: south, west, north, east.
    pub fn bounds(&self) -> Bound<Option<[f64; 4]>> {
        let Some((value, span)) = self.get("bounds") else {
            return Ok(None);
        };
        let number = |value: &OptionValue| match value {
            OptionValue::Number(text) => text.parse::<f64>().ok(),
            _ => None,
        };
        let numbers: Vec<f64> = match value {
            OptionValue::List(values) => values.iter().filter_map(number).collect(),
            _ => Vec::new(),
        };
        match numbers.try_into() {
            Ok(bounds) => Ok(Some(bounds)),
            Err(_) => Err(wrong_at(
                "E0606",
                span,
                "`bounds` takes four numbers: south, west, north, east",
                "`bounds` 에는 남, 서, 북, 동 네 수가 옵니다",
            )),
        }
    }

    /// An option that is a number.
    pub fn number(&self, option: &str) -> Bound<Option<f64>> {
        let Some((value, span)) = self.get(option) else {
            return Ok(None);
        };
        match value {
            OptionValue::Number(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(no_number(option, span)),
            },
            _ => Err(no_number(option, span)),
        }
    }

    /// A length in metres: an option, or the first value behind the word.
    pub fn metres(&self, option: &str) -> Bound<Option<f64>> {
        let first = self.geo.values.first().map(|(value, span)| (value, span));
        let Some((value, span)) = self.get(option).or(first) else {
            return Ok(None);
        };
        let metres = match value {
            OptionValue::Number(text) => text.parse().ok(),
            OptionValue::Quantity(text, unit) => {
                let factor = match unit.to_lowercase().as_str() {
                    "m" => Some(1.0),
                    "km" => Some(1000.0),
                    "cm" => Some(0.01),
                    _ => None,
                };
                factor.and_then(|factor| text.parse::<f64>().ok().map(|number| number * factor))
            }
            _ => None,
        };
        match metres {
            Some(metres) if metres.is_finite() => Ok(Some(metres)),
            _ => Err(wrong_at(
                "E0607",
                span,
                "a length is a number of metres, as `50m` or `1.5km`",
                "길이는 미터입니다, 예: `50m`, `1.5km`",
            )),
        }
    }

    /// In what form geometry comes.
    pub fn form(&self) -> Bound<Form> {
        self.form_of("intype")
    }

    /// The form that an option names.
    pub fn form_of(&self, option: &str) -> Bound<Form> {
        let Some((_, span)) = self.get(option) else {
            return Ok(Form::Column);
        };
        Ok(match self.text(option).map(str::to_lowercase).as_deref() {
            Some("wkt") => Form::Wkt,
            Some("wkb") => Form::Wkb,
            Some("geojson") => Form::GeoJson,
            Some("longlat" | "lonlat") => Form::LongLat,
            _ => {
                return Err(wrong_at(
                    "E0608",
                    span,
                    "forms are WKT, WKB, GEOJSON and LONGLAT",
                    "형식은 WKT, WKB, GEOJSON, LONGLAT 입니다",
                ));
            }
        })
    }

    /// That the command is wrong as a whole.
    pub fn wrong(
        &self,
        code: &'static str,
        english: &str,
        korean: &str,
        say_english: &str,
        say_korean: &str,
    ) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code, self.span.clone(), english, korean).saying(say_english, say_korean))
    }
}

/// That an option takes a number.
fn no_number(option: &str, span: &Span) -> Box<Diagnostic> {
    wrong_at(
        "E0606",
        span,
        &format!("`{option}=` takes a number"),
        &format!("`{option}=` 에는 수가 와야 합니다"),
    )
}

/// The options of a command.
fn known(verb: GeoVerb) -> &'static [&'static str] {
    match verb {
        GeoVerb::Join => &[
            "by",
            "pnu",
            "bjd",
            "si",
            "sgg",
            "emd",
            "ri",
            "bonbun",
            "bubon",
            "addr",
            "lon",
            "lat",
            "level",
            "type",
            "keep",
            "on_ambiguous",
        ],
        GeoVerb::Map => &["bounds"],
        GeoVerb::Code => &[
            "codetype", "country", "si", "gu", "dong", "doro", "coord", "zipcode", "ipcol", "type",
        ],
        GeoVerb::Convert => &["intype", "outtype", "geocol", "x_col", "y_col", "properties"],
        GeoVerb::Flip => &["intype", "geocol"],
        GeoVerb::Compute => &[
            "op",
            "intype",
            "geocol",
            "x_col",
            "y_col",
            "filter",
            "distance",
            "tolerance",
        ],
        GeoVerb::Relation => &["op", "intype", "geocol", "x_col", "y_col", "filter", "circle_radius"],
        GeoVerb::Stats => &["size", "level", "bounds"],
        GeoVerb::Bbox | GeoVerb::Wkt => &["geocol"],
        GeoVerb::Nearest => &["k", "lon", "lat", "within", "keep", "geocol"],
        GeoVerb::Buffer => &["distance", "geocol"],
        GeoVerb::Simplify => &["tolerance", "geocol"],
        GeoVerb::GeoJson => &["id", "properties", "geocol"],
        GeoVerb::Tile => &["z", "x", "y", "layer", "properties", "geocol"],
    }
}
