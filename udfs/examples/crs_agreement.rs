//! Prints how well our conversions agree with PROJ's EPSG operations, and how fast they are.
#![expect(clippy::print_stdout, reason = "a report")]

#[path = "../tests/crs_vectors/mod.rs"]
mod crs_vectors;

use std::time::Instant;

use pilji_udfs::{Crs, Result, ToWgs84};

fn main() -> Result<()> {
    let source = crs_vectors::VECTORS.lines().next().unwrap_or_default();
    println!(
        "distance from PROJ's EPSG operation, metres ({})",
        source.trim_start_matches("# ")
    );
    println!(
        "{:<11}{:<42}{:<13}{:>6}{:>12}{:>12}",
        "CRS", "name", "region", "points", "max", "mean"
    );
    for agreement in crs_vectors::agreements()? {
        println!(
            "{:<11}{:<42}{:<13}{:>6}{:>12.1e}{:>12.1e}",
            agreement.crs,
            agreement.crs.name(),
            agreement.region,
            agreement.n_points,
            agreement.max_m,
            agreement.mean_m
        );
    }
    for epsg in [5174, 5186] {
        let to_wgs84 = ToWgs84::new(&Crs::from_epsg(epsg)?)?;
        let mut points: Vec<_> = (0..1_000_000)
            .map(|idx| (150_000.0 + f64::from(idx % 1000), 400_000.0 + f64::from(idx / 1000)))
            .collect();
        let start = Instant::now();
        to_wgs84.transform_in_place(&mut points)?;
        println!(
            "EPSG:{epsg}: 1,000,000 points in {:.2} s on one thread",
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
