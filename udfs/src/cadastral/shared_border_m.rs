//! `shared_border_m`.

use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTreeBuilder, RTreeIndex};

use super::metres::{ColumnMetres, Metres};
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::{Bounds, Wkb};
use crate::{Error, Result};

/// How far apart two lines may lie that are one border, in m: more than coordinates lose when they are reprojected, and
/// less than anybody can survey.
const TOLERANCE_M: f64 = 0.01;

/// The length of the border that two areas share.
pub const SHARED_BORDER_M: SpatialFunction = SpatialFunction {
    name: "shared_border_m",
    aliases: &[],
    about: "Returns the length in m, in EPSG:5186, along which the borders of two areas run together; 0 when they share \
            single points or none, and for points, lines and EMPTY. Lines within 1 cm of each other are one border, so that a \
            corner of one parcel on the side of another does not break it. Fails when the CRS is unknown.",
    example: "SELECT a.pnu, b.pnu AS other, shared_border_m(a.geometry, b.geometry) AS m FROM parcel a \
              JOIN parcel b ON st_touches(a.geometry, b.geometry) WHERE a.emd_nm = '청운동' AND b.emd_nm = '청운동'",
    arguments: &[
        Argument::geometry("geometry", "A polygon or multipolygon in a CRS that is known."),
        Argument::geometry("other", "Another one in the same CRS."),
    ],
    returns: Returns::Number,
    call: |call| {
        let mut metres = ColumnMetres::new(call.crs(0).or_else(|| call.crs(1)).as_ref())?;
        call.numbers(|row| {
            let (one, other) = (row.wkb(0)?, row.wkb(1)?);
            let one = sides(&one, metres.of(&one)?)?;
            let other = sides(&other, metres.of(&other)?)?;
            Ok(Some(shared_length(&one, &other)))
        })
    },
};

/// A side of an area, in m.
#[derive(Clone, Copy)]
struct Side {
    from: (f64, f64),
    to: (f64, f64),
}

impl Side {
    fn bounds(&self) -> Bounds {
        Bounds::of_corners(self.from, self.to)
    }

    /// The part of this side, from and to so many m from its beginning, that runs along another one.
    fn along(&self, other: &Self) -> Option<(f64, f64)> {
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let length = dx.hypot(dy);
        if length <= 0.0 {
            return None;
        }
        let (dx, dy) = (dx / length, dy / length);
        // Along this side and across it.
        let place = |(x, y): (f64, f64)| {
            let (x, y) = (x - self.from.0, y - self.from.1);
            (x * dx + y * dy, y * dx - x * dy)
        };
        let (mut start, mut end) = (place(other.from), place(other.to));
        if start.0 > end.0 {
            std::mem::swap(&mut start, &mut end);
        }
        let reach = end.0 - start.0;
        if end.0 <= 0.0 || start.0 >= length || reach <= 0.0 {
            return None;
        }
        let across = |along: f64| start.1 + (end.1 - start.1) * (along - start.0) / reach;
        let (from, to) = (start.0.max(0.0), end.0.min(length));
        let is_beside = across(from).abs() <= TOLERANCE_M && across(to).abs() <= TOLERANCE_M;
        is_beside.then_some((from, to))
    }
}

/// The sides of all polygons in a geometry.
fn sides(geometry: &Wkb<'_>, metres: &mut Metres) -> Result<Vec<Side>> {
    let mut sides = Vec::new();
    let mut failed: Option<Error> = None;
    geometry.for_each_simple(&mut |simple| {
        for ring in simple.rings() {
            let mut before: Option<(f64, f64)> = None;
            for (x, y) in ring.iter_xy() {
                match metres.point(x, y) {
                    Ok(to) => sides.extend(before.replace(to).map(|from| Side { from, to })),
                    Err(error) => failed = Some(error),
                }
            }
        }
    });
    failed.map_or(Ok(sides), Err)
}

/// The length of what both have.
fn shared_length(one: &[Side], other: &[Side]) -> f64 {
    let reached = |sides: &[Side]| {
        let mut all = Bounds::NOTHING;
        for side in sides {
            all.add_bounds(&side.bounds());
        }
        all.grown(TOLERANCE_M)
    };
    let (near_one, near_other) = (reached(one), reached(other));
    let near = |sides: &[Side], bounds: &Bounds| -> Vec<Side> {
        sides
            .iter()
            .filter(|side| side.bounds().intersects(bounds))
            .copied()
            .collect()
    };
    let (one, other) = (near(one, &near_other), near(other, &near_one));
    let Some(n_others) = u32::try_from(other.len()).ok().filter(|n| *n > 0) else {
        return 0.0;
    };
    let mut builder = RTreeBuilder::<f64>::new(n_others);
    for side in &other {
        let bounds = side.bounds().grown(TOLERANCE_M);
        builder.add(bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax);
    }
    let index = builder.finish::<HilbertSort>();
    let lengths = one.iter().map(|side| {
        let bounds = side.bounds();
        let found = index.search(bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax);
        let others = found
            .into_iter()
            .filter_map(|idx| other.get(usize::try_from(idx).ok()?));
        covered_length(others.filter_map(|other| side.along(other)).collect())
    });
    lengths.sum()
}

/// The length that parts of a line cover together.
fn covered_length(mut parts: Vec<(f64, f64)>) -> f64 {
    parts.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut length, mut reached) = (0.0, f64::NEG_INFINITY);
    for (from, to) in parts {
        if to > reached {
            length += to - from.max(reached);
            reached = to;
        }
    }
    length
}
