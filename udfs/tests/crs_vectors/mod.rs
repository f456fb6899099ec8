//! Compares our conversions with control points computed by PROJ (`data/crs_vectors.csv`).

use pilji_udfs::{Crs, FromWgs84, Result, ToWgs84};

/// The control points; the first line names the version of PROJ.
pub const VECTORS: &str = include_str!("../data/crs_vectors.csv");

/// The error of one coordinate system in one region, metres on the ground.
pub struct Agreement {
    /// Coordinate system.
    pub crs: Crs,
    /// Region.
    pub region: String,
    /// Number of control points.
    pub n_points: usize,
    /// Largest distance between our longitude and latitude and PROJ's.
    pub max_m: f64,
    /// Mean distance.
    pub mean_m: f64,
    /// Largest distance after going to EPSG:4326 and back.
    pub max_return_m: f64,
}

/// The errors, by coordinate system and region in the order of the file.
pub fn agreements() -> Result<Vec<Agreement>> {
    let mut agreements: Vec<Agreement> = Vec::new();
    for (crs, region, [x, y, lon, lat]) in VECTORS.lines().filter_map(control_point) {
        let (our_lon, our_lat) = ToWgs84::new(&crs)?.transform(x, y)?;
        let error_m = distance_m((our_lon, our_lat), (lon, lat));
        let (back_x, back_y) = FromWgs84::new(&crs)?.transform(our_lon, our_lat)?;
        let return_m = if crs.is_geographic() {
            distance_m((back_x, back_y), (x, y))
        } else {
            (back_x - x).hypot(back_y - y)
        };
        let is_next = agreements
            .last()
            .is_none_or(|last| last.crs != crs || last.region != region);
        if is_next {
            let region = region.to_owned();
            agreements.push(Agreement {
                crs,
                region,
                n_points: 0,
                max_m: 0.0,
                mean_m: 0.0,
                max_return_m: 0.0,
            });
        }
        if let Some(last) = agreements.last_mut() {
            last.n_points += 1;
            last.max_m = max_or_nan(last.max_m, error_m);
            last.max_return_m = max_or_nan(last.max_return_m, return_m);
            // A running mean.
            #[expect(clippy::cast_precision_loss, reason = "a few hundred points")]
            let n_points = last.n_points as f64;
            last.mean_m += (error_m - last.mean_m) / n_points;
        }
    }
    Ok(agreements)
}

/// Reads `EPSG code,region,x,y,lon,lat`; the first line is a remark.
fn control_point(line: &str) -> Option<(Crs, &str, [f64; 4])> {
    let mut columns = line.split(',');
    let crs = Crs::parse(columns.next()?).ok()?;
    let region = columns.next()?;
    let mut number = || columns.next()?.parse().ok();
    Some((crs, region, [number()?, number()?, number()?, number()?]))
}

/// The distance of two near points in degrees, from the length of a degree on WGS 84's equator.
fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let degree_m = 6_378_137.0_f64.to_radians();
    ((a.0 - b.0) * b.1.to_radians().cos()).hypot(a.1 - b.1) * degree_m
}

/// `f64::max` would lose a NaN.
fn max_or_nan(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}
