//! What the metadata of a `GeoParquet` file say of its geometries, held against each of them.
//!
//! # Source
//!
//! `GeoParquet` 1.1.0, `geometry_types`, `orientation` and `bbox`.

use pilji_udfs::geometry::{Bounds, Coords, Kind, Wkb};
use serde_json::{Map, Value};

/// What is said of all geometries of a column; what is not said holds for every one.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// `Polygon`, `Point Z`, …
    types: Vec<String>,
    bounds: Option<Bounds>,
    is_counterclockwise: bool,
}

impl Declared {
    /// Reads the metadata of a column.
    pub(super) fn read(column: &Map<String, Value>) -> Self {
        let texts = column.get("geometry_types").and_then(Value::as_array);
        let numbers = column.get("bbox").and_then(Value::as_array);
        let numbers: Vec<f64> = numbers.into_iter().flatten().filter_map(Value::as_f64).collect();
        let bounds = match numbers[..] {
            [west, south, east, north] | [west, south, _, east, north, _] => Some((west, south, east, north)),
            _ => None,
        };
        Self {
            types: texts
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            // A box over the date line has its west east of its east.
            bounds: bounds
                .filter(|(west, _, east, _)| west <= east)
                .map(|(west, south, east, north)| Bounds::of_corners((west, south), (east, north))),
            is_counterclockwise: column.get("orientation").and_then(Value::as_str) == Some("counterclockwise"),
        }
    }

    /// What a geometry has that the metadata deny; `None` also for bytes that are no geometry.
    pub(super) fn contradiction(&self, bytes: &[u8]) -> Option<String> {
        let wkb = Wkb::read(bytes).ok()?;
        let found = type_name(&wkb);
        // Files that are held to be sound say `LineString` of lines with heights.
        let is_declared = |declared: &String| *declared == found || declared == wkb.kind().name();
        if !self.types.is_empty() && !self.types.iter().any(is_declared) {
            return Some(format!(
                "is a {found}, but its geometry_types are {}",
                self.types.join(", ")
            ));
        }
        if let (Some(declared), Some(bounds)) = (&self.bounds, wkb.bounds())
            && !declared.grown(1e-6).intersects(&bounds)
        {
            let (x, y) = bounds.middle();
            return Some(format!("lies around ({x}, {y}), outside of its bbox"));
        }
        if self.is_counterclockwise && has_clockwise_shell(&wkb) {
            return Some("has a clockwise shell, but its orientation is counterclockwise".to_owned());
        }
        None
    }
}

fn type_name(wkb: &Wkb<'_>) -> String {
    let dims = wkb.dims();
    let suffix = match (dims.has_z, dims.has_m) {
        (false, false) => "",
        (true, false) => " Z",
        (false, true) => " M",
        (true, true) => " ZM",
    };
    format!("{}{suffix}", wkb.kind().name())
}

fn has_clockwise_shell(wkb: &Wkb<'_>) -> bool {
    let mut is_clockwise = false;
    wkb.for_each_simple(&mut |simple| {
        if simple.kind() == Kind::Polygon {
            is_clockwise |= simple.rings().next().is_some_and(|shell| double_area(&shell) < 0.0);
        }
    });
    is_clockwise
}

/// Twice the area of a ring, negative when it runs clockwise.
fn double_area(ring: &Coords<'_>) -> f64 {
    let Some((x0, y0)) = ring.iter_xy().next() else {
        return 0.0;
    };
    let from_first = ring.iter_xy().map(|(x, y)| (x - x0, y - y0));
    let next = from_first.clone().skip(1);
    from_first
        .zip(next)
        .map(|((x, y), (to_x, to_y))| x * to_y - to_x * y)
        .sum()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use pilji_udfs::geometry::Geometry;
    use serde_json::json;

    use super::*;

    fn check(column: &Value, wkt: &str, expected: Option<&str>) {
        let (geometry, _) = Geometry::from_wkt(wkt).unwrap();
        let declared = Declared::read(column.as_object().unwrap());
        let found = declared.contradiction(&geometry.to_wkb());
        assert_eq!(found.is_some(), expected.is_some(), "{wkt} {found:?}");
        assert!(found.is_none_or(|found| found.contains(expected.unwrap())), "{wkt}");
    }

    #[test]
    fn types_are_held_against_the_geometry() {
        let column = json!({"geometry_types": ["Polygon", "Point Z"]});
        check(&column, "POINT Z (1 2 3)", None);
        check(&column, "POLYGON EMPTY", None);
        check(
            &column,
            "POINT (1 2)",
            Some("is a Point, but its geometry_types are Polygon, Point Z"),
        );
        check(&column, "MULTIPOLYGON EMPTY", Some("is a MultiPolygon"));
        check(&column, "POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))", None);
        check(&json!({"geometry_types": []}), "POINT M (1 2 3)", None);
    }

    #[test]
    fn boxes_are_held_against_the_geometry() {
        check(&json!({"bbox": [0, 0, 1, 1]}), "LINESTRING (1 1, 5 5)", None);
        check(
            &json!({"bbox": [0, 0, 1, 1]}),
            "POINT (2 2)",
            Some("(2, 2), outside of its bbox"),
        );
        check(&json!({"bbox": [0, 0, 9, 1, 1, 10]}), "POINT (2 2)", Some("outside"));
        check(&json!({"bbox": [170, 0, -170, 1]}), "POINT (2 2)", None);
        check(&json!({"bbox": [0, 0, 1, 1]}), "POINT EMPTY", None);
    }

    #[test]
    fn directions_are_held_against_the_shell() {
        let column = json!({"orientation": "counterclockwise"});
        check(&column, "POLYGON ((0 0, 1 0, 1 1, 0 0))", None);
        check(
            &column,
            "MULTIPOLYGON (((0 0, 1 1, 1 0, 0 0)))",
            Some("clockwise shell"),
        );
        check(&json!({}), "POLYGON ((0 0, 1 1, 1 0, 0 0))", None);
    }
}
