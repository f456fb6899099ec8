//! Columns with coordinates and geometries.

use super::tally::Candidate;
use super::values::Values;
use super::{Column, ENOUGH, NEARLY};
use crate::model::Role;

/// Degrees between which Korea lies.
const LON_DEGREES: std::ops::RangeInclusive<f64> = 124.0..=132.0;
const LAT_DEGREES: std::ops::RangeInclusive<f64> = 33.0..=39.0;

/// Metres that projected coordinates have in Korea.
const METRES: std::ops::RangeInclusive<f64> = 10_000.0..=2_500_000.0;

const LON_NAMES: [&str; 12] = [
    "lon",
    "lng",
    "long",
    "longitude",
    "x",
    "경도",
    "xcoord",
    "coordx",
    "wgs84x",
    "posx",
    "경도값",
    "x좌표",
];
const LAT_NAMES: [&str; 11] = [
    "lat",
    "latitude",
    "y",
    "위도",
    "ycoord",
    "coordy",
    "wgs84y",
    "posy",
    "위도값",
    "y좌표",
    "latitud",
];
const GEOMETRY_NAMES: [&str; 8] = ["geometry", "geom", "wkt", "wkb", "shape", "thegeom", "도형", "공간정보"];

/// Words with which a geometry begins in WKT.
const WKT_WORDS: [&str; 7] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
];

/// A column whose numbers are degrees of one axis.
struct Axis<'a> {
    column: &'a Column<'a>,
    candidate: Candidate,
}

/// Columns of longitude and latitude. They come in pairs; one alone needs the name too.
pub fn coordinates(columns: &[Column<'_>], candidates: &mut Vec<Candidate>, remarks: &mut Vec<String>) {
    let lons = axes(columns, Role::Lon, &LON_DEGREES, "124° to 132°", &LON_NAMES);
    let lats = axes(columns, Role::Lat, &LAT_DEGREES, "33° to 39°", &LAT_NAMES);
    let is_sure = |axis: &Axis<'_>| axis.candidate.tally.share() >= ENOUGH;
    let (has_lon, has_lat) = (lons.iter().any(is_sure), lats.iter().any(is_sure));
    for (axes, has_other, wrong_names, is) in [
        (lons, has_lat, &LAT_NAMES[..], "longitudes"),
        (lats, has_lon, &LON_NAMES[..], "latitudes"),
    ] {
        for axis in axes {
            if axis.column.is_called(wrong_names) && has_other && axis.candidate.tally.share() >= ENOUGH {
                remarks.push(format!(
                    "`{}` holds {is}, whatever it is called: the two coordinates look swapped",
                    axis.column.name
                ));
            }
            if has_other || axis.candidate.is_named {
                candidates.push(axis.candidate);
            }
        }
    }
    for column in columns {
        if !column.is_called(&LON_NAMES) && !column.is_called(&LAT_NAMES) {
            continue;
        }
        let numbers = numbers(column);
        let metres = numbers.iter().filter(|number| METRES.contains(&number.abs())).count();
        let tally = column.tally(metres, numbers.len());
        if tally.share() >= ENOUGH {
            remarks.push(format!(
                "`{}` looks like metres of a projection such as EPSG:5186 ({}), not like degrees; no role",
                column.name,
                tally.of_rows()
            ));
        }
    }
}

fn axes<'a>(
    columns: &'a [Column<'a>],
    role: Role,
    degrees: &std::ops::RangeInclusive<f64>,
    shown: &str,
    names: &[&str],
) -> Vec<Axis<'a>> {
    let mut axes = Vec::new();
    for column in columns {
        let Values::Float(_) = &column.values else { continue };
        let numbers = numbers(column);
        let matched = numbers.iter().filter(|number| degrees.contains(number)).count();
        // Coordinates have decimals; temperatures and percentages have one or two.
        let precise = numbers
            .iter()
            .filter(|number| (*number * 100.0).fract().abs() > 1e-6)
            .count();
        let tally = column.tally(matched, numbers.len());
        if tally.share() < NEARLY || precise * 2 < numbers.len() {
            continue;
        }
        axes.push(Axis {
            column,
            candidate: Candidate {
                column: column.idx,
                role,
                tally,
                evidence: format!("within Korea's {shown} in {}", tally.of_rows()),
                is_named: column.is_called(names),
            },
        });
    }
    axes
}

fn numbers(column: &Column<'_>) -> Vec<f64> {
    let (Values::Float(numbers) | Values::Integer(_, numbers)) = &column.values else {
        return Vec::new();
    };
    numbers.iter().flatten().filter(|number| number.is_finite()).collect()
}

/// Columns of geometries: `GeoArrow`, WKB, WKT.
pub fn geometry(column: &Column<'_>, candidates: &mut Vec<Candidate>, remarks: &mut Vec<String>) {
    let (matched, values, what) = match &column.values {
        Values::Binary(bytes) => {
            let matched = bytes.iter().flatten().filter(|bytes| is_wkb(bytes)).count();
            (matched, bytes.iter().flatten().count(), "WKB")
        }
        Values::Text(_) => {
            let matched = column.texts().filter(|text| is_wkt(text)).count();
            (matched, column.texts().count(), "WKT")
        }
        _ => (0, 0, ""),
    };
    let tally = column.tally(matched, values);
    let evidence = match column.extension {
        Some(extension) if extension.starts_with("geoarrow.") => {
            if values > 0 && tally.share() < ENOUGH {
                remarks.push(format!(
                    "`{}` is said to be {extension}, but is {what} in {} only",
                    column.name,
                    tally.of_rows()
                ));
                return;
            }
            match values {
                0 => format!("{extension} by the files' metadata"),
                _ => format!("{extension} by the files' metadata, {what} in {}", tally.of_rows()),
            }
        }
        _ => format!("{what} in {}", tally.of_rows()),
    };
    let is_declared = column
        .extension
        .is_some_and(|extension| extension.starts_with("geoarrow."));
    if tally.share() >= NEARLY || is_declared {
        let tally = if values == 0 { column.tally(1, 1) } else { tally };
        candidates.push(Candidate {
            column: column.idx,
            role: Role::Geometry,
            tally,
            evidence,
            is_named: column.is_called(&GEOMETRY_NAMES),
        });
        return;
    }
    let hex = column.texts().filter(|text| is_hex_wkb(text)).count();
    let tally = column.tally(hex, values);
    if tally.share() >= ENOUGH {
        remarks.push(format!(
            "`{}` holds WKB written as hexadecimal text in {}, which is not read as a geometry; no role: write WKT or \
             binary WKB",
            column.name,
            tally.of_rows()
        ));
    }
}

/// Whether bytes begin like well-known binary: byte order, then a type of geometry.
fn is_wkb(bytes: &[u8]) -> bool {
    let (Some(order), Some(code)) = (bytes.first(), bytes.get(1..5)) else {
        return false;
    };
    let Ok(code) = <[u8; 4]>::try_from(code) else {
        return false;
    };
    let code = match order {
        0 => u32::from_be_bytes(code),
        1 => u32::from_le_bytes(code),
        _ => return false,
    };
    // The upper bits are the flags of extended WKB; thousands stand for Z and M.
    let kind = code & 0x0FFF_FFFF;
    bytes.len() >= 9 && kind / 1000 <= 3 && (1..=17).contains(&(kind % 1000))
}

fn is_wkt(text: &str) -> bool {
    let end = text.find(|character: char| !character.is_ascii_alphabetic());
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    if word.eq_ignore_ascii_case("srid") {
        return rest
            .split_once(';')
            .is_some_and(|(_, geometry)| is_wkt(geometry.trim_start()));
    }
    let is_geometry = WKT_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    is_geometry && (rest.contains('(') || rest.trim().to_ascii_uppercase().ends_with("EMPTY"))
}

fn is_hex_wkb(text: &str) -> bool {
    text.len() >= 18
        && text.len().is_multiple_of(2)
        && (text.starts_with("00") || text.starts_with("01"))
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
