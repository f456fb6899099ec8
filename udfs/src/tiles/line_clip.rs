//! Cutting lines to a rectangle.
//!
//! # Source
//!
//! Liang and Barsky, "A new concept and method for line clipping", 1984.

use crate::geometry::Bounds;

type Xy = (f64, f64);

/// The pieces of a line within a rectangle, borders included.
pub fn clipped(line: &[Xy], window: &Bounds) -> Vec<Vec<Xy>> {
    let mut pieces: Vec<Vec<Xy>> = Vec::new();
    let mut piece: Vec<Xy> = Vec::new();
    for edge in line.windows(2) {
        let [from, to] = *edge else { continue };
        let Some((enters, leaves)) = inside(from, to, window) else {
            pieces.extend((piece.len() > 1).then(|| std::mem::take(&mut piece)));
            piece.clear();
            continue;
        };
        let at = |part: f64| (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
        if enters > 0.0 || piece.is_empty() {
            pieces.extend((piece.len() > 1).then(|| std::mem::take(&mut piece)));
            piece = vec![if enters > 0.0 { at(enters) } else { from }];
        }
        piece.push(if leaves < 1.0 { at(leaves) } else { to });
        if leaves < 1.0 {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    pieces.extend((piece.len() > 1).then_some(piece));
    pieces
}

/// The part of an edge that lies within, from 0 at its start to 1 at its end.
fn inside(from: Xy, to: Xy, window: &Bounds) -> Option<(f64, f64)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    // A border, as how fast the edge goes outward across it and how far inside it starts.
    for (outward, room) in [
        (-dx, from.0 - window.xmin),
        (dx, window.xmax - from.0),
        (-dy, from.1 - window.ymin),
        (dy, window.ymax - from.1),
    ] {
        if outward > 0.0 {
            leaves = leaves.min(room / outward);
        } else if outward < 0.0 {
            enters = enters.max(room / outward);
        } else if room < 0.0 {
            return None;
        }
    }
    (enters <= leaves).then_some((enters, leaves))
}
