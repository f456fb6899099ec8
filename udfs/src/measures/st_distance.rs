//! `st_distance`.

use super::nearest::nearest;
use crate::function::{Argument, Returns, SpatialFunction};
use crate::geometry::Wkb;
use crate::{Error, Result};

/// The smallest distance of two geometries in units of their CRS.
pub const ST_DISTANCE: SpatialFunction = SpatialFunction {
    name: "st_distance",
    aliases: &[],
    about: "Returns the smallest distance of two geometries in units of their CRS, heights left out; 0 where they \
            intersect, NULL when one is EMPTY. Over EPSG:4326 these are degrees: `st_distance_spheroid` gives metres.",
    example: "SELECT st_distance('POINT(0 0)', 'LINESTRING(3 4,9 4)')",
    arguments: &[
        Argument::geometry("geometry", "Any geometry."),
        Argument::geometry("other", "Another one, in the same CRS."),
    ],
    returns: Returns::Number,
    call: |call| call.numbers(|row| distance(&row.wkb(0)?, &row.wkb(1)?)),
};

/// The smallest distance of two geometries; `None` when one is EMPTY. Exactly 0 where they share a point.
///
/// # Errors
///
/// [`Error::NotFinite`] when a coordinate is infinite.
pub fn distance(one: &Wkb<'_>, other: &Wkb<'_>) -> Result<Option<f64>> {
    Ok(nearest(one, other, f64::INFINITY, 0.0)?.map(|nearest| nearest.distance()))
}

/// True when two geometries are at most so far from each other; false when one is EMPTY. Looks no further than it must.
///
/// # Errors
///
/// [`Error::ArgumentValue`] when the distance is below 0 or NaN, [`Error::NotFinite`] when a coordinate is infinite.
pub fn within_distance(one: &Wkb<'_>, other: &Wkb<'_>, distance: f64) -> Result<bool> {
    if distance.is_nan() || distance < 0.0 {
        return Err(Error::ArgumentValue {
            argument: "distance",
            expected: "a number from 0",
            found: distance.to_string(),
        });
    }
    // The square of a number may be rounded down, so that equal distances need the next number as the border.
    let beyond = (distance * (1.0 + 4.0 * f64::EPSILON)).max(f64::MIN_POSITIVE.sqrt());
    let found = nearest(one, other, beyond, distance)?;
    Ok(found.is_some_and(|found| found.distance() <= distance))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::geometry::Geometry;

    fn check(one: &str, other: &str, expected: Option<f64>) {
        let bytes = |text: &str| Geometry::from_wkt(text).unwrap().0.to_wkb();
        let (one_bytes, other_bytes) = (bytes(one), bytes(other));
        let (one_wkb, other_wkb) = (Wkb::read(&one_bytes).unwrap(), Wkb::read(&other_bytes).unwrap());
        for (a, b) in [(&one_wkb, &other_wkb), (&other_wkb, &one_wkb)] {
            assert_eq!(distance(a, b).unwrap(), expected, "{one} and {other}");
            let Some(expected) = expected else {
                assert!(!within_distance(a, b, 1e9).unwrap());
                continue;
            };
            assert!(within_distance(a, b, expected).unwrap(), "{one} and {other}");
            assert_eq!(
                within_distance(a, b, expected * 0.999).unwrap(),
                expected == 0.0,
                "{one} and {other}"
            );
        }
    }

    #[test]
    fn distances_of_all_types() {
        let square = "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1))";
        check("POINT(0 0)", "POINT(3 4)", Some(5.0));
        check("POINT(0 0)", "POINT(0 0)", Some(0.0));
        check("POINT(7 8)", square, Some(5.0));
        check("POINT(0.5 0.5)", square, Some(0.0));
        check("POINT(2 2)", square, Some(1.0));
        check("LINESTRING(2 1.5,2 2.5)", square, Some(0.5));
        check("LINESTRING(2 2,9 2)", square, Some(0.0));
        check("POLYGON((10 0,11 0,11 1,10 0))", square, Some(6.0));
        check("POLYGON((0.2 0.2,0.3 0.2,0.3 0.3,0.2 0.2))", square, Some(0.0));
        check("POINT EMPTY", square, None);
        check("MULTIPOINT(EMPTY,(5 0))", square, Some(1.0));
        check(
            "GEOMETRYCOLLECTION(POINT(50 50),LINESTRING(0 6,4 6))",
            square,
            Some(2.0),
        );
    }
}
