//! PROJJSON as the tree that well-known text becomes, so that both are understood by the same code.

use serde_json::Value;

use super::wkt::{Arg, Node};
use crate::error::{Error, Result};

const MAX_DEPTH: usize = 8;

/// The tree of a system.
///
/// # Errors
///
/// [`Error::CrsSyntax`] when it is no PROJJSON of a coordinate system.
pub fn to_node(json: &Value) -> Result<Node> {
    system(json, 0)
}

fn system(json: &Value, depth: usize) -> Result<Node> {
    let wrong = |reason: &str| Error::CrsSyntax {
        form: "PROJJSON",
        reason: reason.to_owned(),
    };
    if depth > MAX_DEPTH {
        return Err(wrong("expected fewer systems within systems"));
    }
    let Some(kind) = json["type"].as_str() else {
        return Err(wrong("expected a \"type\" such as \"ProjectedCRS\""));
    };
    let mut args = vec![Arg::Text(text(&json["name"]))];
    let keyword = match kind {
        "GeographicCRS" | "GeodeticCRS" => {
            args.extend(datum(json));
            args.extend(axes(json, "ANGLEUNIT"));
            let is_cartesian = json["coordinate_system"]["subtype"] == "Cartesian";
            if is_cartesian { "GEOCENTRICCRS" } else { "GEOGCRS" }
        }
        "ProjectedCRS" => {
            if json["base_crs"].is_object() {
                let mut base = json["base_crs"].clone();
                base["type"] = Value::from("GeographicCRS");
                args.push(Arg::Node(Node {
                    keyword: "BASEGEOGCRS".to_owned(),
                    args: system(&base, depth + 1)?.args,
                }));
            }
            if json["conversion"].is_object() {
                args.push(Arg::Node(operation("CONVERSION", &json["conversion"])));
            }
            args.extend(axes(json, "LENGTHUNIT"));
            "PROJCRS"
        }
        "CompoundCRS" => {
            args.push(Arg::Node(system(&json["components"][0], depth + 1)?));
            "COMPOUNDCRS"
        }
        "BoundCRS" => {
            let source = Node {
                keyword: "SOURCECRS".to_owned(),
                args: vec![Arg::Node(system(&json["source_crs"], depth + 1)?)],
            };
            args = vec![
                Arg::Node(source),
                Arg::Node(operation("ABRIDGEDTRANSFORMATION", &json["transformation"])),
            ];
            "BOUNDCRS"
        }
        // `custom` says that such a system is not supported.
        other => other,
    };
    args.extend(id(json));
    Ok(Node {
        keyword: keyword.to_ascii_uppercase(),
        args,
    })
}

fn datum(json: &Value) -> Vec<Arg> {
    let (keyword, datum) = match (&json["datum"], &json["datum_ensemble"]) {
        (datum @ Value::Object(_), _) => ("DATUM", datum),
        (_, ensemble @ Value::Object(_)) => ("ENSEMBLE", ensemble),
        _ => return Vec::new(),
    };
    let ellipsoid = &datum["ellipsoid"];
    let mut args = vec![Arg::Text(text(&datum["name"]))];
    if ellipsoid.is_object() {
        let axis = |name: &str| number(&ellipsoid[name], 1.0);
        let (semi_major, inverse_flattening) = match (axis("semi_major_axis"), axis("radius")) {
            (Some(axis_m), _) => {
                let of_minor = axis("semi_minor_axis").filter(|minor| *minor < axis_m);
                let given = ellipsoid["inverse_flattening"].as_f64();
                (axis_m, given.or(of_minor.map(|minor| axis_m / (axis_m - minor))))
            }
            (None, radius) => (radius.unwrap_or_default(), None),
        };
        args.push(Arg::Node(Node {
            keyword: "ELLIPSOID".to_owned(),
            args: vec![
                Arg::Text(text(&ellipsoid["name"])),
                Arg::Number(semi_major),
                Arg::Number(inverse_flattening.unwrap_or_default()),
            ],
        }));
    }
    let mut parts = vec![Arg::Node(Node {
        keyword: keyword.to_owned(),
        args,
    })];
    let meridian = [&datum["prime_meridian"], &json["prime_meridian"]];
    if let Some(meridian) = meridian.into_iter().find(|meridian| meridian.is_object()) {
        let degrees = number(&meridian["longitude"], 1_f64.to_radians()).unwrap_or_default();
        parts.push(Arg::Node(Node {
            keyword: "PRIMEM".to_owned(),
            args: vec![Arg::Text(text(&meridian["name"])), Arg::Number(degrees)],
        }));
    }
    parts
}

/// The unit of the axes; one that is not said is degrees or metres.
fn axes(json: &Value, keyword: &str) -> Option<Arg> {
    let unit = &json["coordinate_system"]["axis"][0]["unit"];
    (!unit.is_null()).then(|| unit_node(keyword, unit))
}

fn unit_node(keyword: &str, unit: &Value) -> Arg {
    let factor = match unit.as_str() {
        Some("degree") => 1_f64.to_radians(),
        Some(_) => 1.0,
        None => unit["conversion_factor"].as_f64().unwrap_or(f64::NAN),
    };
    let name = unit.as_str().map_or_else(|| text(&unit["name"]), str::to_owned);
    Arg::Node(Node {
        keyword: keyword.to_owned(),
        args: vec![Arg::Text(name), Arg::Number(factor)],
    })
}

fn operation(keyword: &str, json: &Value) -> Node {
    let mut args = vec![
        Arg::Text(text(&json["name"])),
        Arg::Node(Node {
            keyword: "METHOD".to_owned(),
            args: vec![Arg::Text(text(&json["method"]["name"]))],
        }),
    ];
    for parameter in json["parameters"].as_array().into_iter().flatten() {
        let mut of_parameter = vec![
            Arg::Text(text(&parameter["name"])),
            Arg::Number(parameter["value"].as_f64().unwrap_or(f64::NAN)),
        ];
        let unit = &parameter["unit"];
        let is_angle = unit == "degree" || unit["type"] == "AngularUnit";
        let is_scale = unit == "unity" || unit["type"] == "ScaleUnit";
        if !unit.is_null() {
            let keyword = match (is_angle, is_scale) {
                (true, _) => "ANGLEUNIT",
                (_, true) => "SCALEUNIT",
                _ => "LENGTHUNIT",
            };
            of_parameter.push(unit_node(keyword, unit));
        }
        args.push(Arg::Node(Node {
            keyword: "PARAMETER".to_owned(),
            args: of_parameter,
        }));
    }
    Node {
        keyword: keyword.to_owned(),
        args,
    }
}

fn id(json: &Value) -> Option<Arg> {
    let id = json.get("id")?;
    let code = match &id["code"] {
        Value::Number(code) => Arg::Number(code.as_f64()?),
        code => Arg::Text(text(code)),
    };
    Some(Arg::Node(Node {
        keyword: "ID".to_owned(),
        args: vec![Arg::Text(text(&id["authority"])), code],
    }))
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

/// A number, bare or with a unit, in units of `base`.
fn number(json: &Value, base: f64) -> Option<f64> {
    if let Some(number) = json.as_f64() {
        return Some(number);
    }
    let value = json["value"].as_f64()?;
    let factor = match &json["unit"] {
        Value::String(_) => return Some(value),
        unit => unit["conversion_factor"].as_f64()?,
    };
    Some(value * factor / base)
}
