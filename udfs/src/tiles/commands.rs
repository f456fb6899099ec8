//! Geometries as the commands of a vector tile.
//!
//! # Source
//!
//! Mapbox, "Vector Tile Specification" 2.1, section 4.3.

use crate::geometry::{Coord, Kind, Wkb};
use crate::{Error, Result};

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// What a feature draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Points.
    Points = 1,
    /// Lines.
    Lines = 2,
    /// Areas.
    Polygons = 3,
}

/// A geometry in tile coordinates, which are rounded, as commands; `None` when nothing is to draw. Outer rings turn from x
/// to y, holes the other way, whichever way they came.
///
/// # Errors
///
/// [`Error::ArgumentValue`] for a collection and for coordinates beyond 30 bits, [`Error::NotFinite`] for NaN.
pub fn commands(geometry: &Wkb<'_>) -> Result<Option<(Drawn, Vec<u32>)>> {
    let kind = geometry.kind();
    let mut pen = Pen::default();
    let drawn = match kind.member().unwrap_or(kind) {
        Kind::Point => {
            let mut points = Vec::new();
            geometry.for_each_simple(&mut |part| points.extend(part.point()));
            pen.points(&cells(points)?);
            Drawn::Points
        }
        Kind::LineString => {
            for line in parts(geometry) {
                let mut line = cells(line.coords().iter())?;
                line.dedup();
                pen.line(&line);
            }
            Drawn::Lines
        }
        Kind::Polygon => {
            for polygon in parts(geometry) {
                for (idx, ring) in polygon.rings().enumerate() {
                    let is_drawn = pen.ring(cells(ring.iter())?, idx == 0);
                    if idx == 0 && !is_drawn {
                        break;
                    }
                }
            }
            Drawn::Polygons
        }
        _ => {
            return Err(Error::ArgumentValue {
                argument: "the row's geometry",
                expected: "points, lines or polygons of a tile, as st_asmvtgeom gives them",
                found: format!("a {}", kind.name()),
            });
        }
    };
    Ok((!pen.commands.is_empty()).then_some((drawn, pen.commands)))
}

fn parts<'a>(geometry: &Wkb<'a>) -> Vec<Wkb<'a>> {
    let mut parts = Vec::new();
    geometry.for_each_simple(&mut |part| parts.push(part));
    parts
}

type Cell = (i32, i32);

fn cells(coords: impl IntoIterator<Item = Coord>) -> Result<Vec<Cell>> {
    coords
        .into_iter()
        .map(|coord| Ok((cell(coord.x, &coord)?, cell(coord.y, &coord)?)))
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "within 30 bits")]
fn cell(number: f64, coord: &Coord) -> Result<i32> {
    const END: f64 = (1_u32 << 30) as f64;
    if number.is_nan() {
        return Err(Error::NotFinite { x: coord.x, y: coord.y });
    }
    if number.abs() < END {
        return Ok(number.round_ties_even() as i32);
    }
    Err(Error::ArgumentValue {
        argument: "the row's geometry",
        expected: "in tile coordinates, as st_asmvtgeom gives them",
        found: format!("({}, {})", coord.x, coord.y),
    })
}

/// Writes commands; each place is told by how far it is from the one before.
#[derive(Default)]
struct Pen {
    commands: Vec<u32>,
    at: Cell,
}

impl Pen {
    fn points(&mut self, points: &[Cell]) {
        if !points.is_empty() {
            self.command(MOVE_TO, points.len());
            self.go(points);
        }
    }

    fn line(&mut self, line: &[Cell]) {
        if let [start, rest @ ..] = line
            && !rest.is_empty()
        {
            self.command(MOVE_TO, 1);
            self.go(&[*start]);
            self.command(LINE_TO, rest.len());
            self.go(rest);
        }
    }

    /// Draws a ring unless it has no area.
    fn ring(&mut self, mut ring: Vec<Cell>, is_outer: bool) -> bool {
        ring.dedup();
        ring.pop();
        let twice_area = twice_area(&ring);
        if ring.len() < 3 || twice_area == 0 {
            return false;
        }
        if (twice_area > 0) != is_outer {
            ring.reverse();
        }
        self.line(&ring);
        self.command(CLOSE_PATH, 1);
        true
    }

    fn command(&mut self, command: u32, count: usize) {
        // A geometry of more points than this is beyond the 2 GiB of a column.
        let count = u32::try_from(count).unwrap_or_default();
        self.commands.push(count << 3 | command);
    }

    fn go(&mut self, points: &[Cell]) {
        for (x, y) in points {
            self.commands.push(zigzag(x - self.at.0));
            self.commands.push(zigzag(y - self.at.1));
            self.at = (*x, *y);
        }
    }
}

fn zigzag(number: i32) -> u32 {
    (number << 1 ^ number >> 31).cast_unsigned()
}

/// Twice the area of a ring whose last point is not repeated.
fn twice_area(ring: &[Cell]) -> i128 {
    let next = ring.iter().cycle().skip(1);
    let cross =
        |((x1, y1), (x2, y2)): (&Cell, &Cell)| i128::from(*x1) * i128::from(*y2) - i128::from(*x2) * i128::from(*y1);
    ring.iter().zip(next).map(cross).sum()
}
