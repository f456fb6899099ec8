//! What keeps a geometry from being valid.

use std::fmt;
use std::ops::{ControlFlow, Range};

use super::chains::{Chain, Meeting, Place, meetings};
use super::nesting::Ring;
use super::sets::Sets;
use super::turn::{is_crossing, is_left_of};
use crate::geometry::{Bounds, Coord, Shape};
use crate::overlay::edge_index::EdgeIndex;
use crate::overlay::operand::is_counterclockwise;
use crate::overlay::vertices::{Vertices, Xy};

/// Why a geometry is not valid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flaw {
    /// What is wrong.
    pub what: What,
    /// A point where it is.
    pub at: Xy,
}

/// What can be wrong with a geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A coordinate is NaN or infinite.
    Coordinate,
    /// A ring does not end where it begins.
    NotClosed,
    /// A line has fewer than two points that differ, or a ring fewer than four in a row.
    TooFewPoints,
    /// Edges cross or run along each other.
    SelfIntersection,
    /// A ring passes a point twice.
    RingSelfIntersection,
    /// A hole is not within its shell.
    HoleOutsideShell,
    /// A hole is within another one.
    NestedHoles,
    /// A polygon is within another one.
    NestedShells,
    /// Rings touch so that they cut the area in two.
    DisconnectedInterior,
}

impl fmt::Display for Flaw {
    /// In the words of PostGIS.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Coordinate => "Invalid Coordinate",
            What::NotClosed => "Ring is not closed",
            What::TooFewPoints => "Too few points in geometry component",
            What::SelfIntersection => "Self-intersection",
            What::RingSelfIntersection => "Ring Self-intersection",
            What::HoleOutsideShell => "Hole lies outside shell",
            What::NestedHoles => "Holes are nested",
            What::NestedShells => "Nested shells",
            What::DisconnectedInterior => "Interior is disconnected",
        };
        let (x, y) = self.at;
        write!(f, "{what}[{} {}]", digits(x), digits(y))
    }
}

/// A number as C's `%.15g` writes it.
fn digits(value: f64) -> String {
    if !value.is_finite() {
        return format!("{value}").to_lowercase();
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let short = |digits: &str| digits.trim_end_matches('0').trim_end_matches('.').to_owned();
    match exponent.parse::<i32>().unwrap_or(0) {
        exponent @ -4..15 => {
            let decimals = usize::try_from(14 - exponent).unwrap_or(0);
            let text = format!("{value:.decimals$}");
            if decimals == 0 { text } else { short(&text) }
        }
        exponent => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", short(mantissa), exponent.abs())
        }
    }
}

/// What a ring may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rings {
    /// Pass each point once, as the OGC wants it.
    Simple,
    /// Touch itself where that encloses a hole, as in ESRI's formats.
    TouchThemselves,
}

/// The first flaw of a geometry.
pub fn flaw(shape: &Shape, rings: Rings) -> Option<Flaw> {
    if let Some(at) = first_not_finite(shape) {
        return Some(Flaw {
            what: What::Coordinate,
            at,
        });
    }
    match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => None,
        Shape::LineString(coords) => too_few_points(coords, 2),
        Shape::MultiLineString(lines) => lines.iter().find_map(|coords| too_few_points(coords, 2)),
        Shape::Polygon(polygon) => flaw_of_areas(std::slice::from_ref(polygon), rings),
        Shape::MultiPolygon(polygons) => flaw_of_areas(polygons, rings),
        Shape::GeometryCollection(members) => members.iter().find_map(|member| flaw(member, rings)),
    }
}

fn first_not_finite(shape: &Shape) -> Option<Xy> {
    let mut found = None;
    shape.for_each(&mut |coord| {
        if !(coord.x.is_finite() && coord.y.is_finite()) {
            found = found.or(Some((coord.x, coord.y)));
        }
    });
    found
}

fn too_few_points(coords: &[Coord], at_least: usize) -> Option<Flaw> {
    let first = coords.first()?;
    (Chain::new(coords).points().len() < at_least).then_some(Flaw {
        what: What::TooFewPoints,
        at: (first.x, first.y),
    })
}

fn flaw_of_areas(polygons: &[Vec<Vec<Coord>>], rings: Rings) -> Option<Flaw> {
    let mut areas = Areas::default();
    for (polygon, coords) in polygons
        .iter()
        .enumerate()
        .flat_map(|(idx, rings)| rings.iter().map(move |ring| (idx, ring)))
    {
        if !coords.is_empty() {
            if let Some(flaw) = flaw_of_ring(coords) {
                return Some(flaw);
            }
            areas.chains.push(Chain::new(coords));
            areas.polygon_of.push(polygon);
        }
    }
    let mut touches = Touches::default();
    let crossed = meetings(&areas.chains, |one, other, meeting| {
        match touches.judge(&areas, one, other, meeting, rings) {
            Some(flaw) => ControlFlow::Break(flaw),
            None => ControlFlow::Continue(()),
        }
    });
    if crossed.is_some() {
        return crossed;
    }
    let all: Vec<Ring<'_>> = areas.chains.iter().map(Ring::new).collect();
    let polygons: Vec<&[Ring<'_>]> = areas.polygons().map(|places| &all[places]).collect();
    let found = |what: What, at: Option<Xy>| at.map(|at| Flaw { what, at });
    found(
        What::HoleOutsideShell,
        polygons.iter().find_map(|rings| hole_outside(rings)),
    )
    .or_else(|| found(What::NestedHoles, polygons.iter().find_map(|rings| nested_hole(rings))))
    .or_else(|| found(What::NestedShells, nested_shell(&polygons)))
    .or_else(|| found(What::DisconnectedInterior, touches.cut(all.len())))
}

/// The rings of polygons, one polygon's after the other's.
#[derive(Debug, Default)]
struct Areas {
    chains: Vec<Chain>,
    /// The number of each ring's polygon.
    polygon_of: Vec<usize>,
}

impl Areas {
    /// The places of the rings of each polygon.
    fn polygons(&self) -> impl Iterator<Item = Range<usize>> {
        let mut first = 0;
        let polygons = self.polygon_of.chunk_by(|one, other| one == other);
        polygons.map(move |rings| {
            let places = first..first + rings.len();
            first = places.end;
            places
        })
    }

    fn is_shell(&self, ring: usize) -> bool {
        ring == 0 || self.polygon_of[ring] != self.polygon_of[ring - 1]
    }
}

fn flaw_of_ring(coords: &[Coord]) -> Option<Flaw> {
    let (first, last) = (coords.first()?, coords.last()?);
    if (first.x, first.y) != (last.x, last.y) {
        return Some(Flaw {
            what: What::NotClosed,
            at: (first.x, first.y),
        });
    }
    too_few_points(coords, 4)
}

/// Where rings touch without crossing.
#[derive(Debug, Default)]
struct Touches {
    vertices: Vertices,
    /// Numbers of rings, and of points that they share with others of their polygon.
    shared: Vec<(u32, u32)>,
    /// Where a ring that may touch itself leaves no way through its area.
    pinch: Option<Xy>,
}

impl Touches {
    /// The flaw that a meeting of two edges is, if it is one; other meetings are noted down.
    fn judge(&mut self, areas: &Areas, one: Place, other: Place, meeting: Meeting, rings: Rings) -> Option<Flaw> {
        let at = match meeting {
            Meeting::Crossing(at) | Meeting::Overlap(at) => {
                return Some(Flaw {
                    what: What::SelfIntersection,
                    at,
                });
            }
            Meeting::Touch(at) => at,
        };
        let is_one_ring = one.chain == other.chain;
        let apart = one.edge.abs_diff(other.edge);
        if is_one_ring && (apart == 1 || apart == areas.chains[one.chain].n_edges() - 1) {
            return None;
        }
        if is_one_ring && rings == Rings::Simple {
            return Some(Flaw {
                what: What::RingSelfIntersection,
                at,
            });
        }
        // Where an edge ends the next one begins, which meets the other one too.
        let way = |place: Place| {
            let chain = &areas.chains[place.chain];
            let (start, end) = (chain.points()[place.edge], chain.points()[place.edge + 1]);
            (at != end).then(|| {
                if at == start {
                    chain.around(place.edge)
                } else {
                    (start, end)
                }
            })
        };
        let (one_way, other_way) = (way(one)?, way(other)?);
        if is_crossing(at, one_way, other_way) {
            return Some(Flaw {
                what: What::SelfIntersection,
                at,
            });
        }
        if is_one_ring {
            // The area is on the left of a shell that runs counterclockwise.
            let ring = areas.chains[one.chain].points();
            let is_within =
                is_left_of(at, one_way, other_way.1) == Some(is_counterclockwise(ring) == areas.is_shell(one.chain));
            self.pinch = self.pinch.or(is_within.then_some(at));
        } else if areas.polygon_of[one.chain] == areas.polygon_of[other.chain] {
            let point = self.vertices.number(at);
            self.shared
                .extend([one, other].map(|place| (number(place.chain), point)));
        }
        None
    }

    /// A point where touching rings close a way around a part of the area.
    fn cut(mut self, n_rings: usize) -> Option<Xy> {
        self.shared.sort_unstable();
        self.shared.dedup();
        let mut sets = Sets::new(n_rings + self.vertices.len());
        // Rings and the points they share are a forest, unless there are two ways from one to another.
        let closing = self
            .shared
            .iter()
            .find(|(ring, point)| !sets.join(*ring, number(n_rings) + point));
        self.pinch.or(closing.map(|(_, point)| self.vertices.xy(*point)))
    }
}

/// Rings and points that are counted with 32 bits: more would take 64 GiB.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A hole that is not within its shell, the first of the rings.
fn hole_outside(rings: &[Ring<'_>]) -> Option<Xy> {
    let (shell, holes) = rings.split_first()?;
    let outside = holes.iter().find(|hole| !shell.encloses(hole));
    outside.map(Ring::start)
}

/// A hole that is within another one.
fn nested_hole(rings: &[Ring<'_>]) -> Option<Xy> {
    let (_, holes) = rings.split_first()?;
    let nested = nested(holes, |holder, held| holes[holder].encloses(&holes[held]))?;
    Some(holes[nested].start())
}

/// A polygon that is within the area of another one.
fn nested_shell(polygons: &[&[Ring<'_>]]) -> Option<Xy> {
    let shells = polygons.iter().map(|rings| &rings[0]);
    let nested = nested(shells, |holder, held| {
        let (holder, held) = (polygons[holder], &polygons[held][0]);
        holder[0].encloses(held) && !holder[1..].iter().any(|hole| hole.encloses(held))
    })?;
    Some(polygons[nested][0].start())
}

/// The first of some rings that lies within another one, by their numbers.
fn nested<'a>(
    rings: impl IntoIterator<Item = &'a Ring<'a>>,
    mut is_within: impl FnMut(usize, usize) -> bool,
) -> Option<usize> {
    let bounds: Vec<&Bounds> = rings.into_iter().map(Ring::bounds).collect();
    let corners = bounds
        .iter()
        .map(|bounds| ((bounds.xmin, bounds.ymin), (bounds.xmax, bounds.ymax)));
    let index = EdgeIndex::new(corners);
    (0..bounds.len()).find(|held| {
        let near = index.near(bounds[*held]);
        near.into_iter()
            .any(|holder| holder as usize != *held && is_within(holder as usize, *held))
    })
}
