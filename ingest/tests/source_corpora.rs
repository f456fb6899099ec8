//! The readers on files that others wrote, where the shared collection is at hand beside the repository.

#![expect(clippy::unwrap_used, reason = "tests")]

mod reading;

use std::path::{Path, PathBuf};

use reading::{fixture, read};

/// The shared collection, when there is one.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(path);
    path.exists().then_some(path)
}

fn files_below(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, extension, found);
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn a_genuine_korean_shapefile_is_read() {
    let Some(folder) = shared("boundaries/seoul_juso_2015") else {
        return;
    };
    let content = read(&folder).unwrap();
    assert_eq!(content.rows.len(), 467);
    assert!(content.rejected.is_empty());
    assert_eq!(content.crs, [Some(4326)]);
    let has = |name: &str| {
        content
            .rows
            .iter()
            .any(|(_, _, fields)| fields.iter().any(|field| field == name))
    };
    for name in ["청운동", "신교동", "상일동"] {
        assert!(has(name), "{name}");
    }
}

#[test]
fn shapes_of_all_types_are_read_as_by_the_shapefile_crate() {
    let Some(folder) = shared("shapefile/tests/data") else {
        return;
    };
    let mut shapes = Vec::new();
    files_below(&folder, "shp", &mut shapes);
    assert!(!shapes.is_empty());
    let scratch = tempfile::TempDir::new().unwrap();
    for shp in shapes {
        let name = shp.file_name().unwrap().to_string_lossy().into_owned();
        let copy = scratch.path().join(&name);
        std::fs::copy(&shp, &copy).unwrap();
        let oracle = shapefile::ShapeReader::from_path(&shp).unwrap().read().unwrap();
        write_table(&copy.with_extension("dbf"), oracle.len());
        match read(&copy) {
            Ok(content) => {
                assert_eq!(content.rows.len(), oracle.len(), "{name}");
                assert_eq!(
                    vertices(&content),
                    oracle.iter().map(oracle_vertices).sum::<usize>(),
                    "{name}"
                );
            }
            Err(error) => assert!(
                name == "multipatch.shp" && error.to_string().contains("multipatch"),
                "{name}: {error}"
            ),
        }
    }
}

/// A table of so many rows with one column, which most of these files lack.
fn write_table(path: &Path, rows: usize) {
    let mut table = std::fs::read(fixture("types.dbf")).unwrap()[..65].to_vec();
    table[4..8].copy_from_slice(&u32::try_from(rows).unwrap().to_le_bytes());
    table[8..10].copy_from_slice(&65_u16.to_le_bytes());
    table[10..12].copy_from_slice(&21_u16.to_le_bytes());
    table[64] = 0x0D;
    table.extend(vec![b' '; rows * 21]);
    std::fs::write(path, table).unwrap();
}

fn vertices(content: &reading::Content) -> usize {
    let wkts = content.rows.iter().filter_map(|(_, wkt, _)| wkt.as_ref());
    let found: usize = wkts.map(|wkt| wkt.matches(',').count() + 1).sum();
    // The oracle leaves open rings open.
    found - usize::try_from(content.counts.rings_closed).unwrap()
}

fn oracle_vertices(shape: &shapefile::Shape) -> usize {
    use shapefile::Shape;
    match shape {
        Shape::Polygon(polygon) => polygon.total_point_count(),
        Shape::PolygonM(polygon) => polygon.total_point_count(),
        Shape::PolygonZ(polygon) => polygon.total_point_count(),
        Shape::Polyline(line) => line.total_point_count(),
        Shape::PolylineM(line) => line.total_point_count(),
        Shape::PolylineZ(line) => line.total_point_count(),
        Shape::Multipoint(points) => points.points().len(),
        Shape::MultipointM(points) => points.points().len(),
        Shape::MultipointZ(points) => points.points().len(),
        Shape::Point(_) | Shape::PointM(_) | Shape::PointZ(_) => 1,
        Shape::NullShape | Shape::Multipatch(_) => 0,
    }
}

/// Bad files of the collection with nothing that a reader of one file could find; docs/geoparquet-agreement.md has the
/// reasons.
const READ: [&str; 4] = [
    "crs-mismatch-schema-vs-geo-metadata.parquet",
    "epoch-on-unsupported-crs.parquet",
    "version-1-0-with-2-0-features.parquet",
    "zm-declared-xy-actual-xyz.parquet",
];

#[test]
fn geoparquet_of_other_writers_is_read_or_refused_in_one_line() {
    let Some(folder) = shared("geoparquet") else { return };
    let mut files = Vec::new();
    files_below(&folder, "parquet", &mut files);
    let mut sound = 0;
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let is_bad = file.components().any(|part| part.as_os_str() == "bad_data");
        match read(&file) {
            Ok(content) => {
                assert_eq!(content.rows.len() + content.rejected.len(), content.records, "{name}");
                if is_bad {
                    let is_refused_by_rows = !content.rejected.is_empty();
                    assert!(is_refused_by_rows || READ.contains(&name.as_str()), "{name} was read");
                    continue;
                }
                assert!(content.rejected.is_empty(), "{name}: {:?}", content.rejected);
                sound += 1;
            }
            Err(error) => {
                let message = error.to_string();
                assert!(message.contains(&name) && !message.contains('\n'), "{message}");
            }
        }
    }
    assert!(sound > 60, "only {sound} files were read");
}
