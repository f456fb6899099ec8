//! Heights of the points of an answer, from the geometries that it was made of.

use std::collections::HashMap;

use super::crossing::distance_and_share;
use super::edge_index::EdgeIndex;
use super::vertices::Xy;
use crate::geometry::{Bounds, Coord, Dims, Geometry, Shape};

/// How far off an edge a rounded point of it may be, as a share of the largest coordinate.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Gives the points of an answer heights when one of the inputs has them; measures are left out.
///
/// A point of an input keeps its height. A crossing gets the mean of those on the edges through it, and any other point
/// the mean of the heights around it, as PostGIS does.
pub fn with_heights(shape: Shape, inputs: &[&Geometry]) -> Geometry {
    if inputs.iter().all(|input| !input.dims.has_z) {
        return Geometry::xy(shape);
    }
    let known = Known::new(inputs);
    let dims = Dims {
        has_z: true,
        has_m: false,
    };
    Geometry { dims, shape }.map(|coord| Coord {
        z: known.height((coord.x, coord.y)),
        ..coord
    })
}

struct Known {
    at_points: HashMap<[u64; 2], f64>,
    edges: Vec<(Coord, Coord)>,
    index: EdgeIndex,
    tolerance: f64,
    cells: Cells,
}

impl Known {
    fn new(inputs: &[&Geometry]) -> Self {
        let mut at_points = HashMap::new();
        let mut edges = Vec::new();
        let mut bounds = Bounds::NOTHING;
        let mut magnitude: f64 = 0.0;
        for input in inputs {
            input.shape.for_each(&mut |coord| {
                bounds.add(coord.x, coord.y);
                magnitude = magnitude.max(coord.x.abs()).max(coord.y.abs());
            });
        }
        let mut cells = Cells::new(bounds);
        for input in inputs.iter().filter(|input| input.dims.has_z) {
            input.shape.for_each(&mut |coord| {
                at_points.entry(key((coord.x, coord.y))).or_insert(coord.z);
                cells.add(coord);
            });
            add_edges(&input.shape, &mut edges);
        }
        let ends = edges
            .iter()
            .map(|(start, end): &(Coord, Coord)| ((start.x, start.y), (end.x, end.y)));
        let index = EdgeIndex::new(ends);
        Self {
            at_points,
            edges,
            index,
            tolerance: ROUNDING * magnitude,
            cells,
        }
    }

    fn height(&self, point: Xy) -> f64 {
        if let Some(height) = self.at_points.get(&key(point)) {
            return *height;
        }
        let (mut sum, mut count) = (0.0, 0.0);
        for idx in self.index.near(&Bounds::of_corners(point, point).grown(self.tolerance)) {
            let (start, end) = self.edges[idx as usize];
            let (distance, share) = distance_and_share(point, ((start.x, start.y), (end.x, end.y)));
            if distance <= self.tolerance && (0.0..=1.0).contains(&share) {
                sum += start.z + share * (end.z - start.z);
                count += 1.0;
            }
        }
        if count > 0.0 {
            sum / count
        } else {
            self.cells.height(point)
        }
    }
}

fn key((x, y): Xy) -> [u64; 2] {
    [(x + 0.0).to_bits(), (y + 0.0).to_bits()]
}

fn add_edges(shape: &Shape, edges: &mut Vec<(Coord, Coord)>) {
    let mut add = |coords: &[Coord]| edges.extend(coords.windows(2).map(|ends| (ends[0], ends[1])));
    match shape {
        Shape::Point(_) | Shape::MultiPoint(_) => {}
        Shape::LineString(coords) => add(coords),
        Shape::Polygon(rings) | Shape::MultiLineString(rings) => rings.iter().for_each(|ring| add(ring)),
        Shape::MultiPolygon(polygons) => polygons.iter().flatten().for_each(|ring| add(ring)),
        Shape::GeometryCollection(members) => members.iter().for_each(|member| add_edges(member, edges)),
    }
}

/// Mean heights in nine cells.
struct Cells {
    bounds: Bounds,
    sums: [(f64, f64); 9],
}

impl Cells {
    fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            sums: [(0.0, 0.0); 9],
        }
    }

    fn add(&mut self, coord: &Coord) {
        if !coord.z.is_nan() {
            let (sum, count) = &mut self.sums[self.cell((coord.x, coord.y))];
            *sum += coord.z;
            *count += 1.0;
        }
    }

    fn cell(&self, (x, y): Xy) -> usize {
        let place = |value: f64, low: f64, high: f64| {
            let share = 3.0 * (value - low) / (high - low);
            if share >= 2.0 { 2 } else { usize::from(share >= 1.0) }
        };
        3 * place(y, self.bounds.ymin, self.bounds.ymax) + place(x, self.bounds.xmin, self.bounds.xmax)
    }

    fn height(&self, point: Xy) -> f64 {
        let (sum, count) = self.sums[self.cell(point)];
        if count > 0.0 {
            return sum / count;
        }
        let means = self
            .sums
            .iter()
            .filter(|(_, count)| *count > 0.0)
            .map(|(sum, count)| sum / count);
        let (sum, count) = means.fold((0.0, 0.0), |(sum, count), mean| (sum + mean, count + 1.0));
        sum / count
    }
}
