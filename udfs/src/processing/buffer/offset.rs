//! A curve beside a line, turn by turn.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::style::{Cap, Join, Style};
use crate::measures::edge::Edge;
use crate::overlay::crossing::crossing;
use crate::overlay::noding::are_crossing;
use crate::overlay::vertices::Xy;
use crate::relations::intersects::is_on_edge;
use crate::relations::position::side_of;

/// Ends of neighbouring edges that are nearer than this share of the distance are one corner.
const SAME_CORNER: f64 = 1e-3;
/// Points of a curve that are nearer to the one before are left out.
const SAME_POINT: f64 = 1e-6;
/// Where edges beside an inner corner do not meet, the curve turns so near to them: one part in that many and one.
const CLOSING: f64 = 80.0;
/// From so many edges in a quarter on, arcs are fine enough for it.
const FINE_SEGMENTS: u32 = 8;

/// The side of the way that the curve is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// On the left.
    Left,
    /// On the right.
    Right,
}

impl Hand {
    /// The other side.
    pub fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// A curve that is being drawn.
///
/// # Source
///
/// `OffsetSegmentGenerator` of JTS and GEOS, whose corners these are.
#[derive(Debug)]
pub struct Pen<'a> {
    distance: f64,
    style: &'a Style,
    hand: Hand,
    points: Vec<Xy>,
    /// The last two points of the line.
    last: (Xy, Xy),
    /// The edge beside the last one of the line.
    beside: (Xy, Xy),
}

impl<'a> Pen<'a> {
    /// A curve at a distance above 0.
    pub fn new(distance: f64, style: &'a Style) -> Self {
        Self {
            distance,
            style,
            hand: Hand::Left,
            points: Vec::new(),
            last: ((0.0, 0.0), (0.0, 0.0)),
            beside: ((0.0, 0.0), (0.0, 0.0)),
        }
    }

    /// The curve, closed.
    pub fn closed(mut self) -> Vec<Xy> {
        if let (Some(first), Some(last)) = (self.points.first().copied(), self.points.last())
            && first != *last
        {
            self.points.push(first);
        }
        self.points
    }

    /// The curve as far as it was drawn.
    pub fn open(self) -> Vec<Xy> {
        self.points
    }

    /// Begins a way on one side of an edge.
    pub fn begin(&mut self, from: Xy, to: Xy, hand: Hand) {
        self.hand = hand;
        self.last = (from, to);
        self.beside = self.edge_beside(from, to, hand);
    }

    /// Adds the start of the edge beside the last one.
    pub fn start_edge(&mut self) {
        self.add(self.beside.0);
    }

    /// Adds the end of the edge beside the last one.
    pub fn end_edge(&mut self) {
        self.add(self.beside.1);
    }

    /// Goes on to a point, around the corner that lies between. The start of the turn is left out where a ring begins.
    pub fn go_on(&mut self, to: Xy, has_start: bool) {
        let (from, corner) = self.last;
        if to == corner {
            return;
        }
        let before = self.beside;
        self.last = (corner, to);
        self.beside = self.edge_beside(corner, to, self.hand);
        let turn = side_of(from, corner, to);
        let is_outer = match self.hand {
            Hand::Left => turn < 0.0,
            Hand::Right => turn > 0.0,
        };
        if turn == 0.0 {
            self.turn_back(from, corner, to, before, has_start);
        } else if is_outer {
            self.outer_turn(from, corner, before, has_start);
        } else {
            self.inner_turn(corner, before);
        }
    }

    /// Where the way runs back on itself, the curve goes around the point; where it goes straight on there is nothing to do.
    fn turn_back(&mut self, from: Xy, corner: Xy, to: Xy, before: (Xy, Xy), has_start: bool) {
        let is_straight = !is_on_edge(to, from, corner) && !is_on_edge(from, corner, to);
        if is_straight {
            return;
        }
        if self.style.join == Join::Round {
            self.arc(corner, before.1, self.beside.0, true);
        } else {
            if has_start {
                self.add(before.1);
            }
            self.add(self.beside.0);
        }
    }

    fn outer_turn(&mut self, from: Xy, corner: Xy, before: (Xy, Xy), has_start: bool) {
        if distance(before.1, self.beside.0) < self.distance * SAME_CORNER {
            self.add(before.1);
            return;
        }
        match self.style.join {
            Join::Mitre => self.mitre(from, corner, before),
            Join::Bevel => self.bevel(before),
            Join::Round => {
                if has_start {
                    self.add(before.1);
                }
                self.arc(corner, before.1, self.beside.0, self.hand == Hand::Left);
                self.add(self.beside.0);
            }
        }
    }

    fn inner_turn(&mut self, corner: Xy, before: (Xy, Xy)) {
        if let Some(point) = meeting(before, self.beside) {
            self.add(point);
            return;
        }
        let (end, start) = (before.1, self.beside.0);
        self.add(end);
        if distance(end, start) < self.distance * SAME_CORNER {
            return;
        }
        // The edges do not meet: a detour that lies within the answer keeps the curve in one piece.
        let is_fine = self.style.join == Join::Round && self.style.n_segments >= FINE_SEGMENTS;
        let weight = if is_fine { CLOSING } else { 1.0 };
        for (x, y) in [end, start] {
            self.add((
                (weight * x + corner.0) / (weight + 1.0),
                (weight * y + corner.1) / (weight + 1.0),
            ));
        }
        self.add(start);
    }

    fn bevel(&mut self, before: (Xy, Xy)) {
        self.add(before.1);
        self.add(self.beside.0);
    }

    fn mitre(&mut self, from: Xy, corner: Xy, before: (Xy, Xy)) {
        let limit = self.style.mitre_limit * self.distance;
        let tip = lines_meet(before, self.beside).filter(|tip| distance(*tip, corner) <= limit);
        if let Some(tip) = tip {
            self.add(tip);
            return;
        }
        let edge = Edge {
            start: before.1,
            end: self.beside.0,
        };
        if edge.nearest_to(corner).distance() >= limit {
            self.bevel(before);
            return;
        }
        // The tip is cut off at the limit, at a right angle to the way out of the corner.
        let to = self.last.1;
        let inward = (from.1 - corner.1).atan2(from.0 - corner.0);
        let inner_angle = (to.1 - corner.1).atan2(to.0 - corner.0) - inward;
        let inner_angle = if inner_angle <= -PI {
            inner_angle + TAU
        } else if inner_angle > PI {
            inner_angle - TAU
        } else {
            inner_angle
        };
        let bisector = inward + inner_angle / 2.0;
        let middle = on_circle(corner, -limit, bisector);
        let cut = (
            on_circle(middle, self.distance, bisector + FRAC_PI_2),
            on_circle(middle, self.distance, bisector + FRAC_PI_2 + PI),
        );
        match (line_meets_edge(before, cut), line_meets_edge(self.beside, cut)) {
            (Some(one), Some(other)) => {
                self.add(one);
                self.add(other);
            }
            _ => self.bevel(before),
        }
    }

    /// The end of a line at the second of its last two points.
    pub fn cap(&mut self, from: Xy, to: Xy) {
        let left = self.edge_beside(from, to, Hand::Left).1;
        let right = self.edge_beside(from, to, Hand::Right).1;
        let angle = (to.1 - from.1).atan2(to.0 - from.0);
        match self.style.cap {
            Cap::Round => {
                self.add(left);
                self.turn(to, angle + FRAC_PI_2, angle - FRAC_PI_2, true);
                self.add(right);
            }
            Cap::Flat => {
                self.add(left);
                self.add(right);
            }
            Cap::Square => {
                self.add(on_circle(left, self.distance, angle));
                self.add(on_circle(right, self.distance, angle));
            }
        }
    }

    /// What is around a point: a circle, a square or nothing.
    pub fn around(&mut self, point: Xy) {
        let (x, y) = point;
        let d = self.distance;
        match self.style.cap {
            Cap::Round => {
                self.add((x + d, y));
                self.turn(point, 0.0, TAU, true);
            }
            Cap::Square => {
                for corner in [(x + d, y + d), (x + d, y - d), (x - d, y - d), (x - d, y + d)] {
                    self.add(corner);
                }
            }
            Cap::Flat => {}
        }
    }

    /// An arc around a point from one place on its circle to another, both of which are added.
    fn arc(&mut self, centre: Xy, from: Xy, to: Xy, is_clockwise: bool) {
        let angle = |point: Xy| (point.1 - centre.1).atan2(point.0 - centre.0);
        let (mut start, end) = (angle(from), angle(to));
        if is_clockwise && start <= end {
            start += TAU;
        }
        if !is_clockwise && start >= end {
            start -= TAU;
        }
        self.add(from);
        self.turn(centre, start, end, is_clockwise);
        self.add(to);
    }

    /// The points of an arc but the last.
    fn turn(&mut self, centre: Xy, start: f64, end: f64, is_clockwise: bool) {
        let angle = (start - end).abs();
        let n_segments = (angle / (FRAC_PI_2 / f64::from(self.style.n_segments)) + 0.5).floor();
        let step = angle / n_segments * if is_clockwise { -1.0 } else { 1.0 };
        let mut idx = 0.0;
        while idx < n_segments {
            self.add(on_circle(centre, self.distance, start + idx * step));
            idx += 1.0;
        }
    }

    fn add(&mut self, point: Xy) {
        let is_far = |last: &Xy| distance(*last, point) >= self.distance * SAME_POINT;
        if self.points.last().is_none_or(is_far) {
            self.points.push(point);
        }
    }

    fn edge_beside(&self, from: Xy, to: Xy, hand: Hand) -> (Xy, Xy) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        let side = if hand == Hand::Left {
            self.distance
        } else {
            -self.distance
        };
        let (ux, uy) = (side * dx / length, side * dy / length);
        ((from.0 - uy, from.1 + ux), (to.0 - uy, to.1 + ux))
    }
}

fn distance(one: Xy, other: Xy) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

fn on_circle((x, y): Xy, radius: f64, angle: f64) -> Xy {
    (x + radius * angle.cos(), y + radius * angle.sin())
}

/// A point that two edges share.
fn meeting((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> Option<Xy> {
    let on_other = [(a, (c, d)), (b, (c, d)), (c, (a, b)), (d, (a, b))];
    let touch = on_other
        .into_iter()
        .find(|(point, edge)| is_on_edge(*point, edge.0, edge.1));
    let touch = touch.map(|(point, _)| point);
    touch.or_else(|| are_crossing((a, b), (c, d)).then(|| crossing((a, b), (c, d))))
}

/// Where two lines without ends meet.
fn lines_meet((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> Option<Xy> {
    let (along, across) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let apart = (c.0 - a.0, c.1 - a.1);
    let cross = |one: Xy, other: Xy| one.0 * other.1 - one.1 * other.0;
    let share = cross(apart, across) / cross(along, across);
    share
        .is_finite()
        .then_some((a.0 + share * along.0, a.1 + share * along.1))
}

/// Where a line without ends meets an edge.
fn line_meets_edge(line: (Xy, Xy), edge: (Xy, Xy)) -> Option<Xy> {
    let is_apart = side_of(line.0, line.1, edge.0) * side_of(line.0, line.1, edge.1) > 0.0;
    (!is_apart).then(|| lines_meet(line, edge)).flatten()
}
