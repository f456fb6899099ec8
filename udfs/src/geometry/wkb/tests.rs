//! What is read of well-known binary, and what is refused.

use super::super::{Geometry, Shape};
use super::*;

fn wkb(text: &str) -> Vec<u8> {
    Geometry::from_wkt(text).unwrap().0.to_wkb()
}

#[test]
fn geometries_of_every_type_come_back() {
    for text in [
        "POINT(1 2)",
        "POINT EMPTY",
        "POINT Z (1 2 3)",
        "LINESTRING M (0 0 1,1 1 2)",
        "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))",
        "POLYGON EMPTY",
        "MULTIPOINT((1 2),EMPTY)",
        "MULTILINESTRING ZM ((0 0 1 2,1 1 3 4))",
        "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
        "GEOMETRYCOLLECTION(POINT(1 2),GEOMETRYCOLLECTION(LINESTRING(0 0,1 1)))",
        "GEOMETRYCOLLECTION EMPTY",
    ] {
        let bytes = wkb(text);
        let geometry = Geometry::from_wkb(&bytes).unwrap();
        assert_eq!(geometry, Geometry::from_wkt(text).unwrap().0, "{text}");
        assert_eq!(
            Geometry::from_wkb(&geometry.to_ewkb(Some(5186))).unwrap(),
            geometry,
            "{text}"
        );
        assert_eq!(Wkb::read(&geometry.to_ewkb(Some(5186))).unwrap().srid(), Some(5186));
    }
}

#[test]
fn cut_bytes_and_made_up_counts_are_errors() {
    let bytes = wkb("GEOMETRYCOLLECTION(POINT(1 2),POLYGON((0 0,4 0,4 4,0 0)))");
    for length in 0..bytes.len() {
        assert!(Wkb::read(&bytes[..length]).is_err(), "{length}");
    }
    let huge = [1, 2, 0, 0, 0, 255, 255, 255, 255];
    assert!(Wkb::read(&huge).is_err());
    let mut deep = Vec::new();
    for _ in 0..100_000 {
        deep.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]);
    }
    assert!(Wkb::read(&deep).is_err());
    assert!(Wkb::read(&[1, 99, 0, 0, 0]).is_err());
    assert!(Wkb::read(&[2, 1, 0, 0, 0]).is_err());
    let message = Wkb::read(&[1, 1, 0, 0, 0, 7]).unwrap_err().to_string();
    assert!(message.contains("0101000000"), "{message}");
}

#[test]
fn big_endian_bytes_are_read() {
    let mut bytes = vec![0, 0, 0, 0, 1];
    bytes.extend(1.5_f64.to_be_bytes());
    bytes.extend(2.5_f64.to_be_bytes());
    let point = Wkb::read(&bytes).unwrap();
    assert_eq!(point.point(), Some(Coord::xy(1.5, 2.5)));
    assert_eq!(point.bounds(), Some(Bounds::of_corners((1.5, 2.5), (1.5, 2.5))));
}

#[test]
fn empty_geometries_have_no_bounds() {
    for text in [
        "POINT EMPTY",
        "GEOMETRYCOLLECTION(POINT EMPTY,POLYGON EMPTY)",
        "MULTIPOINT(EMPTY)",
    ] {
        let bytes = wkb(text);
        let wkb = Wkb::read(&bytes).unwrap();
        assert!(wkb.is_empty(), "{text}");
        assert_eq!(wkb.bounds(), None, "{text}");
    }
    assert_eq!(Geometry::xy(Shape::Point(None)).bounds(), None);
}
