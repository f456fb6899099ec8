//! The curves around a geometry.

use super::concave::without_dents;
use super::offset::{Hand, Pen};
use super::style::{Side, Style};
use crate::Result;
use crate::geometry::{Bounds, Coord, Shape};
use crate::measures::edge::Edge as Segment;
use crate::overlay::edge::Edge;
use crate::overlay::operand::{Operands, finite, twice_area};
use crate::overlay::vertices::Xy;

/// Dents of a line that are shallower than this share of the distance are left out.
const DENT: f64 = 0.01;
/// Rings of fewer points, the last one included, are looked at for curves that have turned inside out,
const FEW_POINTS: usize = 9;
/// unless the curve has more than so many times the points.
const MANY_TIMES: usize = 4;
/// Points of a curve are this share of the distance away from the ring, unless it has turned inside out.
const NEARLY: f64 = 0.99;

/// Collects curves.
///
/// # Source
///
/// `OffsetCurveBuilder` and `OffsetCurveSetBuilder` of JTS and GEOS: which curves there are decides the corners of the answer.
#[derive(Debug)]
pub struct Curves<'a> {
    distance: f64,
    style: &'a Style,
    operands: Operands,
}

impl<'a> Curves<'a> {
    /// No curves yet, at a distance. The right side of lines is the left one of a negative distance, and areas shrink with it.
    pub fn new(distance: f64, style: &'a Style) -> Self {
        Self {
            distance: if style.side == Side::Right { -distance } else { distance },
            style,
            operands: Operands::default(),
        }
    }

    /// The curves as rings with the area that they enclose.
    pub fn into_operands(self) -> Operands {
        self.operands
    }

    /// Adds the curves around a geometry.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotFinite`] when a coordinate is NaN or infinite.
    pub fn add(&mut self, shape: &Shape) -> Result<()> {
        match shape {
            Shape::Point(coord) => self.add_point(coord.as_ref()),
            Shape::MultiPoint(points) => points.iter().try_for_each(|coord| self.add_point(coord.as_ref())),
            Shape::LineString(coords) => self.add_line(coords),
            Shape::MultiLineString(lines) => lines.iter().try_for_each(|coords| self.add_line(coords)),
            Shape::Polygon(rings) => self.add_polygon(rings),
            Shape::MultiPolygon(polygons) => polygons.iter().try_for_each(|rings| self.add_polygon(rings)),
            Shape::GeometryCollection(members) => members.iter().try_for_each(|member| self.add(member)),
        }
    }

    fn add_point(&mut self, coord: Option<&Coord>) -> Result<()> {
        let Some(coord) = coord else {
            return Ok(());
        };
        let point = finite(coord)?;
        if self.distance > 0.0 {
            let curve = self.point_curve(point, self.distance);
            self.enclose(&curve, Hand::Right);
        }
        Ok(())
    }

    fn point_curve(&self, point: Xy, distance: f64) -> Vec<Xy> {
        let mut pen = Pen::new(distance, self.style);
        pen.around(point);
        pen.closed()
    }

    fn add_line(&mut self, coords: &[Coord]) -> Result<()> {
        let points = distinct(coords)?;
        let is_one_sided = self.style.side != Side::Both;
        if points.is_empty() || self.distance == 0.0 || (self.distance < 0.0 && !is_one_sided) {
            return Ok(());
        }
        if let [point] = points.as_slice() {
            let curve = self.point_curve(*point, self.distance.abs());
            self.enclose(&curve, Hand::Right);
            return Ok(());
        }
        if is_one_sided {
            self.add_one_side(&points, self.distance > 0.0);
            return Ok(());
        }
        // A ring needs no ends, and no curve on the inside where nothing is left.
        if points.len() >= 4 && points.first() == points.last() {
            self.add_ring(&points, self.distance, Hand::Left, Hand::Right);
            if !is_eroded(&points, self.distance) {
                self.add_ring(&points, self.distance, Hand::Right, Hand::Left);
            }
            return Ok(());
        }
        let curve = self.line_curve(&points, self.distance);
        self.enclose(&curve, Hand::Right);
        Ok(())
    }

    /// The curve around a line.
    fn line_curve(&self, points: &[Xy], distance: f64) -> Vec<Xy> {
        let mut pen = Pen::new(distance, self.style);
        draw_side(&mut pen, &without_dents(points, distance * DENT));
        let mut back = without_dents(points, -distance * DENT);
        back.reverse();
        draw_side(&mut pen, &back);
        pen.closed()
    }

    /// The area between a line and a curve on one side of it.
    fn add_one_side(&mut self, points: &[Xy], is_left: bool) {
        let distance = self.distance.abs();
        let mut pen = Pen::new(distance, self.style);
        let tolerance = distance * DENT;
        let mut way = without_dents(points, if is_left { tolerance } else { -tolerance });
        let mut outline: Vec<Xy> = points.to_vec();
        if is_left {
            outline.reverse();
        } else {
            way.reverse();
        }
        pen.begin(way[0], way[1], Hand::Left);
        pen.start_edge();
        way[2..].iter().for_each(|point| pen.go_on(*point, true));
        pen.end_edge();
        // The line backwards, then the curve along it.
        outline.extend(pen.open());
        outline.extend(outline.first().copied());
        self.enclose(&outline, Hand::Right);
    }

    fn add_polygon(&mut self, rings: &[Vec<Coord>]) -> Result<()> {
        let (distance, hand) = (
            self.distance.abs(),
            if self.distance < 0.0 { Hand::Right } else { Hand::Left },
        );
        for (idx, coords) in rings.iter().enumerate() {
            let points = distinct(coords)?;
            if points.is_empty() {
                continue;
            }
            let is_shell = idx == 0;
            // Whether the ring's area shrinks.
            let shrinks = (self.distance < 0.0) == is_shell && self.distance != 0.0;
            let vanishes = shrinks && is_eroded(&points, distance);
            let is_flat = self.distance <= 0.0 && points.len() < 3;
            if vanishes || is_flat {
                if is_shell {
                    return Ok(());
                }
                continue;
            }
            if is_shell {
                self.add_ring(&points, distance, hand, Hand::Right);
            } else {
                self.add_ring(&points, distance, hand.opposite(), Hand::Left);
            }
        }
        Ok(())
    }

    /// Adds a curve on a side of a clockwise ring, and the mirrored one where it runs the other way. The area lies on a side of the
    /// curve.
    fn add_ring(&mut self, points: &[Xy], distance: f64, hand: Hand, area: Hand) {
        if distance == 0.0 && points.len() < 4 {
            return;
        }
        let is_mirrored = points.len() >= 4 && twice_area(points) > 0.0;
        let (hand, area) = if is_mirrored {
            (hand.opposite(), area.opposite())
        } else {
            (hand, area)
        };
        let curve = if distance == 0.0 {
            points.to_vec()
        } else {
            self.ring_curve(points, distance, hand)
        };
        if !is_inside_out(points, distance, &curve) {
            self.enclose(&curve, area);
        }
    }

    fn ring_curve(&self, points: &[Xy], distance: f64, hand: Hand) -> Vec<Xy> {
        if points.len() <= 2 {
            return match points {
                [from, to] => self.line_curve(&[*from, *to], distance),
                _ => self.point_curve(points[0], distance),
            };
        }
        let mut pen = Pen::new(distance, self.style);
        let tolerance = distance * DENT;
        let way = without_dents(points, if hand == Hand::Right { -tolerance } else { tolerance });
        pen.begin(way[way.len() - 2], way[0], hand);
        for (idx, point) in way.iter().enumerate().skip(1) {
            pen.go_on(*point, idx != 1);
        }
        pen.closed()
    }

    fn enclose(&mut self, curve: &[Xy], area: Hand) {
        let numbers: Vec<u32> = curve
            .iter()
            .map(|point| self.operands.vertices.number(*point))
            .collect();
        self.operands.edges.extend(numbers.windows(2).map(|ends| {
            if area == Hand::Left {
                Edge::of_ring(ends[0], ends[1], 0)
            } else {
                Edge::of_ring(ends[1], ends[0], 0)
            }
        }));
    }
}

/// Draws along the left of a way, and around its end.
fn draw_side(pen: &mut Pen<'_>, way: &[Xy]) {
    pen.begin(way[0], way[1], Hand::Left);
    way[2..].iter().for_each(|point| pen.go_on(*point, true));
    pen.end_edge();
    pen.cap(way[way.len() - 2], way[way.len() - 1]);
}

/// The points of a line or ring, none twice in a row.
fn distinct(coords: &[Coord]) -> Result<Vec<Xy>> {
    let mut points = coords.iter().map(finite).collect::<Result<Vec<Xy>>>()?;
    points.dedup();
    Ok(points)
}

/// True when nothing of a ring's area is as far as a distance from its border, as far as a quick look tells.
fn is_eroded(points: &[Xy], distance: f64) -> bool {
    if points.len() < 4 {
        return true;
    }
    if points.len() == 4 {
        return is_triangle_eroded(points, distance);
    }
    let mut bounds = Bounds::NOTHING;
    for (x, y) in points {
        bounds.add(*x, *y);
    }
    2.0 * distance > (bounds.xmax - bounds.xmin).min(bounds.ymax - bounds.ymin)
}

/// By the circle that fits into the triangle.
fn is_triangle_eroded(points: &[Xy], distance: f64) -> bool {
    let length = |one: Xy, other: Xy| (one.0 - other.0).hypot(one.1 - other.1);
    let (a, b, c) = (
        length(points[1], points[2]),
        length(points[0], points[2]),
        length(points[0], points[1]),
    );
    let around = a + b + c;
    let centre = (
        (a * points[0].0 + b * points[1].0 + c * points[2].0) / around,
        (a * points[0].1 + b * points[1].1 + c * points[2].1) / around,
    );
    let side = Segment {
        start: points[0],
        end: points[1],
    };
    side.nearest_to(centre).distance() < distance
}

/// True when a curve of a small ring lies within the distance of it everywhere: it has turned inside out.
fn is_inside_out(points: &[Xy], distance: f64, curve: &[Xy]) -> bool {
    if distance == 0.0 || points.len() <= 3 || points.len() >= FEW_POINTS || curve.len() > MANY_TIMES * points.len() {
        return false;
    }
    let is_far = |point: Xy| {
        let sides = points.windows(2).map(|ends| Segment {
            start: ends[0],
            end: ends[1],
        });
        let nearest = sides
            .map(|side| side.nearest_to(point).squared)
            .fold(f64::INFINITY, f64::min);
        nearest.sqrt() > NEARLY * distance
    };
    let middles = curve
        .windows(2)
        .map(|ends| (ends[0].0.midpoint(ends[1].0), ends[0].1.midpoint(ends[1].1)));
    !curve.iter().copied().chain(middles).any(is_far)
}
