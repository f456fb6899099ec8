//! Our conversions against PROJ's own EPSG operations, over the whole country.
#![expect(clippy::unwrap_used, reason = "tests")]

mod crs_vectors;

use pilji_udfs::{Crs, Error, FromWgs84, ToWgs84};

#[test]
fn bessel_systems_agree_within_a_centimetre_and_the_others_within_a_millimetre() {
    let agreements = crs_vectors::agreements().unwrap();
    for agreement in &agreements {
        let is_bessel = agreement.crs.proj_string().contains("+ellps=bessel");
        let limit_m = if is_bessel { 0.01 } else { 0.001 };
        let max_m = agreement.max_m;
        assert!(
            max_m <= limit_m,
            "{} in {}: {max_m} m, limit {limit_m} m",
            agreement.crs,
            agreement.region
        );
    }
    // 26 systems in 5 regions, none of them skipped.
    assert_eq!(agreements.len(), 26 * 5);
    assert_eq!(
        agreements.iter().map(|agreement| agreement.n_points).sum::<usize>(),
        26 * 73
    );
}

#[test]
fn points_return_to_where_they_came_from() {
    for agreement in crs_vectors::agreements().unwrap() {
        assert!(
            agreement.max_return_m <= 1e-6,
            "{} in {}",
            agreement.crs,
            agreement.region
        );
    }
}

/// Computed with PROJ 9.5.1 apart from the grid: a point of Seoul, and its city hall in the other direction.
#[test]
fn known_points_of_seoul_are_met() {
    let to_wgs84 = ToWgs84::new(&Crs::from_epsg(5174).unwrap()).unwrap();
    let (lon, lat) = to_wgs84.transform(198_245.0, 453_500.0).unwrap();
    assert!(
        (lon - 126.980_918_427_52).abs() < 1e-9 && (lat - 37.583_800_799_64).abs() < 1e-9,
        "{lon} {lat}"
    );

    for (epsg, (x, y), limit_m) in [
        (5174, (197_986.747, 451_579.851), 0.01),
        (5186, (198_056.367, 551_885.031), 0.001),
    ] {
        let from_wgs84 = FromWgs84::new(&Crs::from_epsg(epsg).unwrap()).unwrap();
        let found = from_wgs84.transform(126.978, 37.5665).unwrap();
        assert!((found.0 - x).hypot(found.1 - y) < limit_m, "EPSG:{epsg}: {found:?}");
    }
}

#[test]
fn a_slice_is_converted_like_its_points() {
    let to_wgs84 = ToWgs84::new(&Crs::from_epsg(5174).unwrap()).unwrap();
    let from_wgs84 = FromWgs84::new(&Crs::from_epsg(5174).unwrap()).unwrap();
    let given = [(198_245.0, 453_500.0), (-20_000.0, -43_000.0), (632_000.0, 430_000.0)];
    let mut points = given;
    to_wgs84.transform_in_place(&mut points).unwrap();
    assert_eq!(
        points.to_vec(),
        given.map(|(x, y)| to_wgs84.transform(x, y).unwrap()).to_vec()
    );
    from_wgs84.transform_in_place(&mut points).unwrap();
    for (point, given) in points.iter().zip(given) {
        assert!(
            (point.0 - given.0).hypot(point.1 - given.1) < 1e-6,
            "{point:?} {given:?}"
        );
    }
}

#[test]
fn degrees_of_wgs84_are_not_touched() {
    let to_wgs84 = ToWgs84::new(&Crs::from_epsg(4326).unwrap()).unwrap();
    let point = (126.968_631_991_748, 37.590_444_521_788_1);
    assert_eq!(to_wgs84.transform(point.0, point.1).unwrap(), point);
}

#[test]
fn a_point_that_cannot_be_converted_is_named() {
    let crs = Crs::from_epsg(5174).unwrap();
    let to_wgs84 = ToWgs84::new(&crs).unwrap();
    for (x, y) in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (1e12, 1e12)] {
        let error = to_wgs84.transform(x, y).unwrap_err();
        assert!(
            matches!(&error, Error::Point { crs, .. } if crs == "EPSG:5174"),
            "{x} {y}: {error}"
        );
    }
    let error = FromWgs84::new(&crs).unwrap().transform(127.0, 100.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the point (127, 100) cannot be converted between EPSG:5174 and EPSG:4326"
    );
}

#[test]
fn converters_are_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<ToWgs84>();
    check::<FromWgs84>();
}
