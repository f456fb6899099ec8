//! The nearest points of two geometries in degrees, whose edges are great circles.

use super::edge::{Edge, Xy, edges};
use super::spheroid::{Direction, latitude_at, longitude_way};
use crate::geometry::{Kind, Wkb};

/// An edge with its ends as directions and, unless it is a point, what stands across its plane.
struct Arc {
    start: Direction,
    end: Direction,
    normal: Option<Direction>,
}

/// Two directions and their squared chord.
#[derive(Clone, Copy)]
struct Pair {
    squared: f64,
    one: Direction,
    other: Direction,
}

/// The nearest places of two geometries; `None` when one is EMPTY. Areas include what is inside of them.
///
/// As in PostGIS, places are nearest on a sphere with the ellipsoid's degrees.
pub fn nearest_on_sphere(one: &Wkb<'_>, other: &Wkb<'_>) -> Option<(Xy, Xy)> {
    let (one_edges, other_edges) = (edges(one), edges(other));
    let (first, other_first) = (one_edges.first()?.start, other_edges.first()?.start);
    if let (Some(_), Some(_)) = (one.point(), other.point()) {
        return Some((first, other_first));
    }
    if let Some(place) = place_inside(one, other).or_else(|| place_inside(other, one)) {
        return Some((place, place));
    }
    let arcs = |edges: &[Edge]| edges.iter().map(Arc::of_edge).collect::<Vec<_>>();
    let (one, other) = (arcs(&one_edges), arcs(&other_edges));
    let mut best = Pair::of(one[0].start, other[0].start);
    for one in &one {
        for other in &other {
            let found = one.nearest(other);
            if found.squared < best.squared {
                best = found;
            }
        }
        if best.squared == 0.0 {
            break;
        }
    }
    Some((best.one.degrees(), best.other.degrees()))
}

impl Pair {
    fn of(one: Direction, other: Direction) -> Self {
        Self {
            squared: one.squared_chord(other),
            one,
            other,
        }
    }
}

impl Arc {
    fn of_edge(edge: &Edge) -> Self {
        let (start, end) = (Direction::of_degrees(edge.start), Direction::of_degrees(edge.end));
        Self {
            start,
            end,
            normal: start.normal(end),
        }
    }

    /// True when a direction in the plane of the edge lies between its ends.
    fn spans(&self, place: Direction) -> bool {
        let whole = self.start.dot(self.end);
        place.dot(self.start) >= whole && place.dot(self.end) >= whole
    }

    /// The place on the edge nearest to another one, which becomes `one` of the pair.
    fn nearest_to(&self, place: Direction) -> Pair {
        let foot = self
            .normal
            .and_then(|normal| place.onto(normal))
            .filter(|foot| self.spans(*foot));
        let candidates = [Some(self.start), Some(self.end), foot];
        let pairs = candidates
            .into_iter()
            .flatten()
            .map(|candidate| Pair::of(place, candidate));
        pairs.fold(Pair::of(place, self.start), |best, pair| {
            if pair.squared < best.squared { pair } else { best }
        })
    }

    fn nearest(&self, other: &Self) -> Pair {
        if let Some(place) = self.crossing(other) {
            return Pair {
                squared: 0.0,
                one: place,
                other: place,
            };
        }
        let swapped = |pair: Pair| Pair {
            one: pair.other,
            other: pair.one,
            ..pair
        };
        let pairs = [
            swapped(self.nearest_to(other.start)),
            swapped(self.nearest_to(other.end)),
            other.nearest_to(self.start),
            other.nearest_to(self.end),
        ];
        pairs.into_iter().fold(
            pairs[0],
            |best, pair| if pair.squared < best.squared { pair } else { best },
        )
    }

    fn crossing(&self, other: &Self) -> Option<Direction> {
        let place = self.normal?.normal(other.normal?)?;
        [place, place.opposite()]
            .into_iter()
            .find(|place| self.spans(*place) && other.spans(*place))
    }
}

/// The first place of a part of `parts` that lies in a polygon of `areas`.
fn place_inside(areas: &Wkb<'_>, parts: &Wkb<'_>) -> Option<Xy> {
    let mut found = None;
    areas.for_each_simple(&mut |area| {
        if area.kind() == Kind::Polygon && found.is_none() {
            parts.for_each_simple(&mut |part| {
                let first = match part.kind() {
                    Kind::Polygon => part.rings().next().and_then(|shell| shell.xy(0)),
                    _ => part.coords().xy(0),
                };
                found = found.or(first.filter(|place| !place.0.is_nan() && is_inside(*place, &area)));
            });
        }
    });
    found
}

/// True when a place lies in a polygon that does not go around a pole: edges cross its meridian to the north an odd number of
/// times.
fn is_inside(place: Xy, polygon: &Wkb<'_>) -> bool {
    let mut is_inside = false;
    for ring in polygon.rings() {
        let mut before = ring.xy(0).unwrap_or_default();
        for at in ring.iter_xy() {
            let (west, east) = (longitude_way(place.0, before.0), longitude_way(place.0, at.0));
            let is_straddling = (west > 0.0) != (east > 0.0) && (west - east).abs() < 180.0;
            if is_straddling && latitude_at(before, at, place.0) > place.1 {
                is_inside = !is_inside;
            }
            before = at;
        }
    }
    is_inside
}
