//! Directions around a point.

use crate::overlay::rings::by_angle;
use crate::overlay::vertices::Xy;

/// True when two ways through a point, each from one neighbour to another, cross there; ways that share an edge do not.
pub fn is_crossing(at: Xy, one: (Xy, Xy), other: (Xy, Xy)) -> bool {
    match (is_left_of(at, one, other.0), is_left_of(at, one, other.1)) {
        (Some(first), Some(second)) => first != second,
        _ => false,
    }
}

/// Whether a direction from a point lies to the left of a way through it; `None` when it is on the way.
pub fn is_left_of(at: Xy, (before, after): (Xy, Xy), direction: Xy) -> Option<bool> {
    let order = |one, other| by_angle(at, one, other);
    if order(direction, before).is_eq() || order(direction, after).is_eq() {
        return None;
    }
    // Counterclockwise from where the way goes on up to where it came from lies its left side.
    let is_behind_after = order(direction, after).is_gt();
    let is_ahead_of_before = order(direction, before).is_lt();
    Some(if order(after, before).is_lt() {
        is_behind_after && is_ahead_of_before
    } else {
        is_behind_after || is_ahead_of_before
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_a_way() {
        let (at, west, east, north, south) = ((0.0, 0.0), (-1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, -1.0));
        assert_eq!(is_left_of(at, (west, east), north), Some(true));
        assert_eq!(is_left_of(at, (west, east), south), Some(false));
        assert_eq!(is_left_of(at, (east, west), north), Some(false));
        assert_eq!(is_left_of(at, (south, east), north), Some(true));
        assert_eq!(is_left_of(at, (south, east), (1.0, -1.0)), Some(false));
        assert_eq!(is_left_of(at, (south, east), (3.0, 0.0)), None);
        assert!(is_crossing(at, (west, east), (north, south)));
        assert!(!is_crossing(at, (west, north), (east, south)));
        assert!(!is_crossing(at, (west, east), (west, south)));
    }
}
