//! The geometry of one `.shp` record.
//!
//! Parsing is our own: the `shapefile` crate reserves what a record's counts declare before it looks at the record's
//! length, and gives rings no longer as found.
//!
//! # Source
//!
//! ESRI Shapefile Technical Description (1998), "Main File Record Contents".

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, Point};

use crate::source::batch::Fault;
use crate::source::{Counts, rings};

const NULL_SHAPE: i32 = 0;
const POINT_BYTES: usize = 16;

/// The two-dimensional shape that a type of the format has, whatever other dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShapeType {
    code: i32,
    plane: Plane,
    has_heights: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plane {
    Null,
    Point,
    Line,
    Polygon,
    MultiPoint,
}

impl ShapeType {
    /// The type of a code; `None` for those that are not read (31, multipatch) and for unknown ones.
    pub(super) fn of(code: i32) -> Option<Self> {
        let plane = match code {
            NULL_SHAPE => Plane::Null,
            1 | 11 | 21 => Plane::Point,
            3 | 13 | 23 => Plane::Line,
            5 | 15 | 25 => Plane::Polygon,
            8 | 18 | 28 => Plane::MultiPoint,
            _ => return None,
        };
        Some(Self {
            code,
            plane,
            has_heights: code > 10,
        })
    }
}

/// Reads a record's content; `None` for a null shape and one without vertices.
///
/// # Errors
///
/// A type other than the file's, counts and indexes that do not fit the record's length, and broken rings.
pub(super) fn read(content: &[u8], file_type: ShapeType, counts: &mut Counts) -> Result<Option<Geometry<f64>>, Fault> {
    let code = integer(content, 0).ok_or_else(|| too_short(content))?;
    if code == NULL_SHAPE {
        return Ok(None);
    }
    if code != file_type.code {
        let message = format!("the shape is of type {code}, but the file's type is {}", file_type.code);
        return Err(Fault::geometry(message, code.to_string()));
    }
    let geometry = match file_type.plane {
        Plane::Null => None,
        Plane::Point => {
            let coords = points(content, 4, 1).ok_or_else(|| too_short(content))?;
            check_finite(&coords)?;
            coords.first().map(|coord| Geometry::Point(Point(*coord)))
        }
        Plane::MultiPoint => {
            let count = integer(content, 36).and_then(size).ok_or_else(|| too_short(content))?;
            let coords = points(content, 40, count).ok_or_else(|| too_short(content))?;
            check_finite(&coords)?;
            let members: Vec<Point<f64>> = coords.into_iter().map(Point).collect();
            (!members.is_empty()).then_some(Geometry::MultiPoint(MultiPoint(members)))
        }
        Plane::Line => {
            let parts = parts(content)?;
            for part in &parts {
                check_finite(part)?;
            }
            let mut lines: Vec<LineString<f64>> = parts.into_iter().map(LineString).collect();
            if lines.len() > 1 {
                Some(Geometry::MultiLineString(MultiLineString(lines)))
            } else {
                lines.pop().map(Geometry::LineString)
            }
        }
        Plane::Polygon => rings::group(parts(content)?, counts)?,
    };
    counts.heights_dropped += u64::from(file_type.has_heights && geometry.is_some());
    Ok(geometry)
}

/// The parts of a polyline or the rings of a polygon: box, counts, first vertex of each part, vertices.
fn parts(content: &[u8]) -> Result<Vec<Vec<Coord<f64>>>, Fault> {
    const INDEXES_AT: usize = 44;
    let n_parts = integer(content, 36).and_then(size).ok_or_else(|| too_short(content))?;
    let n_points = integer(content, 40).and_then(size).ok_or_else(|| too_short(content))?;
    let points_at = n_parts.checked_mul(4).and_then(|bytes| bytes.checked_add(INDEXES_AT));
    let fits = points_at
        .zip(n_points.checked_mul(POINT_BYTES))
        .and_then(|(start, bytes)| start.checked_add(bytes))
        .is_some_and(|end| end <= content.len());
    let (Some(points_at), true) = (points_at, fits) else {
        return Err(too_short(content));
    };

    let mut parts = Vec::with_capacity(n_parts);
    let mut starts = (0..n_parts).map(|part| integer(content, INDEXES_AT + 4 * part).and_then(size));
    let mut start = starts.next().unwrap_or(Some(n_points));
    if start != Some(0) && n_points > 0 {
        return Err(Fault::geometry(
            "the first part does not begin at the first vertex",
            shown(start),
        ));
    }
    for _ in 0..n_parts {
        let end = starts.next().unwrap_or(Some(n_points));
        let (Some(from), Some(to)) = (start, end) else {
            return Err(Fault::geometry("a part begins at a negative vertex", ""));
        };
        if from > to || to > n_points {
            let message = format!("a part runs from vertex {from} to {to} of {n_points}");
            return Err(Fault::geometry(message, to.to_string()));
        }
        // A part without vertices adds nothing to the shape.
        if from < to {
            parts.push(points(content, points_at + from * POINT_BYTES, to - from).ok_or_else(|| too_short(content))?);
        }
        start = end;
    }
    Ok(parts)
}

fn points(content: &[u8], at: usize, count: usize) -> Option<Vec<Coord<f64>>> {
    let end = count.checked_mul(POINT_BYTES)?.checked_add(at)?;
    let (pairs, _) = content.get(at..end)?.as_chunks::<POINT_BYTES>();
    let coords = pairs.iter().map(|pair| {
        let (x, y) = pair.split_at(8);
        Coord {
            x: double(x),
            y: double(y),
        }
    });
    Some(coords.collect())
}

fn check_finite(coords: &[Coord<f64>]) -> Result<(), Fault> {
    rings::check_finite(coords).map_err(|message| Fault::geometry(message, ""))
}

fn integer(content: &[u8], at: usize) -> Option<i32> {
    content.get(at..)?.first_chunk().map(|bytes| i32::from_le_bytes(*bytes))
}

fn double(bytes: &[u8]) -> f64 {
    bytes.first_chunk().map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes))
}

fn size(number: i32) -> Option<usize> {
    usize::try_from(number).ok()
}

fn shown(number: Option<usize>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn too_short(content: &[u8]) -> Fault {
    let length = content.len();
    Fault::geometry(
        format!("the shape's counts do not fit its {length} bytes"),
        length.to_string(),
    )
}
