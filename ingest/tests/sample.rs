//! Samples as files: what other tools read from them is what `truth.json` says.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::Path;

use chrono::NaiveDate;
use encoding_rs::EUC_KR;
use pilji_ingest::Silent;
use pilji_ingest::sample::{Format, SampleOptions, Truth, write};
use pilji_udfs::{Crs, Jimok};
use shapefile::record::polygon::PolygonRing;

fn options(out: &Path, format: Format) -> SampleOptions {
    SampleOptions {
        out: out.to_owned(),
        parcels: 6_000,
        sigungu: vec!["11110".to_owned(), "43745".to_owned()],
        vintage: NaiveDate::from_ymd_opt(2021, 5, 1).unwrap(),
        seed: 1,
        format,
        piece_rows: 2_000,
    }
}

fn entry(zip: &mut zip::ZipArchive<File>, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The records of a DBF as trimmed texts by column, read by the format's own rules.
fn dbf(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let number = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let rows = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
    let (header_len, record_len) = (number(8), number(10));
    let fields: Vec<(String, usize)> = bytes[32..header_len - 1]
        .chunks(32)
        .map(|field| {
            let name = field[..11].split(|byte| *byte == 0).next().unwrap();
            (String::from_utf8(name.to_vec()).unwrap(), usize::from(field[16]))
        })
        .collect();
    assert_eq!(bytes.len(), header_len + rows * record_len + 1);
    let record = |row: &[u8]| {
        let mut at = 1;
        let mut values = BTreeMap::new();
        for (name, len) in &fields {
            let (text, _, is_broken) = EUC_KR.decode(&row[at..at + len]);
            assert!(!is_broken);
            values.insert(name.clone(), text.trim().to_owned());
            at += len;
        }
        values
    };
    bytes[header_len..].chunks_exact(record_len).map(record).collect()
}

struct Found {
    records: Vec<BTreeMap<String, String>>,
    points: Vec<usize>,
    holes: usize,
    multiparts: usize,
    prj: String,
}

/// Reads all pieces of all zips, and checks them against the truth's list of files.
fn read(folder: &Path, truth: &Truth) -> Found {
    let mut found = Found {
        records: vec![],
        points: vec![],
        holes: 0,
        multiparts: 0,
        prj: String::new(),
    };
    for file in &truth.files {
        let mut zip = zip::ZipArchive::new(File::open(folder.join(&file.file)).unwrap()).unwrap();
        assert_eq!(zip.len(), 4 * file.pieces.len());
        for piece in &file.pieces {
            let stem = piece.name.strip_suffix(".shp").unwrap();
            let [shp, shx, table] = ["shp", "shx", "dbf"].map(|kind| entry(&mut zip, &format!("{stem}.{kind}")));
            found.prj = String::from_utf8(entry(&mut zip, &format!("{stem}.prj"))).unwrap();
            let reader = shapefile::ShapeReader::with_shx(Cursor::new(shp), Cursor::new(shx)).unwrap();
            let shapes = reader.read_as::<shapefile::Polygon>().unwrap();
            assert_eq!(shapes.len(), piece.rows);
            for shape in shapes {
                let outer = shape
                    .rings()
                    .iter()
                    .filter(|ring| matches!(ring, PolygonRing::Outer(_)))
                    .count();
                found.multiparts += usize::from(outer > 1);
                found.holes += usize::from(shape.rings().len() > outer);
                found.points.push(shape.total_point_count());
            }
            let records = dbf(&table);
            assert_eq!(records.len(), piece.rows);
            found.records.extend(records);
        }
    }
    assert_eq!(found.records.len(), truth.counts.rows);
    found
}

#[test]
fn official_zips_hold_what_the_truth_says() {
    let folder = tempfile::tempdir().unwrap();
    let truth = write(&options(folder.path(), Format::Official), &Silent).unwrap();
    let stored: Truth = serde_json::from_slice(&fs::read(folder.path().join("truth.json")).unwrap()).unwrap();
    assert_eq!(stored, truth);
    let names: Vec<&str> = truth.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(names, ["AL_D002_11_20210501.zip", "AL_D002_43_20210501.zip"]);
    assert_eq!(truth.files[0].pieces[1].name, "AL_D002_11_20210501(2).shp");
    assert_eq!(truth.files[0].pieces[0].rows, 2_000);

    let found = read(folder.path(), &truth);
    assert_eq!(Crs::from_prj(&found.prj).unwrap().epsg(), 5174);
    let is_pnu = |text: &str| text.len() == 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    let published: Vec<_> = found.records.iter().filter(|record| is_pnu(&record["A1"])).collect();
    let counts = &truth.counts;
    assert_eq!(published.len(), counts.published);
    assert_eq!(found.records.len() - published.len(), counts.malformed_pnus);
    assert_eq!(counts.rejected["pnu_malformed"], counts.malformed_pnus);
    let distinct: HashSet<&str> = published.iter().map(|record| record["A1"].as_str()).collect();
    assert_eq!(distinct.len(), counts.distinct_pnus);
    assert_eq!(published.len() - distinct.len(), counts.duplicate_pnus);
    let san = published.iter().filter(|record| record["A4"].starts_with('산')).count();
    assert_eq!(san, counts.san);
    let mut by_jimok = BTreeMap::new();
    for record in &published {
        let sign = record["A5"]
            .trim_start_matches('산')
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ' ');
        if Jimok::from_sign(sign).is_some() {
            *by_jimok.entry(sign.to_owned()).or_insert(0) += 1;
        }
    }
    assert_eq!(by_jimok, counts.jimok);
    let mut by_leaf = BTreeMap::new();
    for record in &found.records {
        *by_leaf.entry(record["A2"].clone()).or_insert(0) += 1;
        assert_eq!(record["A3"], truth.leaves[&record["A2"]].name);
        assert_eq!(record["A6"], "20210501");
    }
    let expected: BTreeMap<_, _> = truth
        .leaves
        .iter()
        .map(|(code, leaf)| (code.clone(), leaf.counts.rows))
        .collect();
    assert_eq!(by_leaf, expected);
    let by_sigungu: usize = truth.sigungu.values().map(|sigungu| sigungu.counts.rows).sum();
    assert_eq!(by_sigungu, counts.rows);
    assert_eq!((found.holes, found.multiparts), (counts.with_holes, counts.multiparts));
    assert_eq!(found.points.iter().sum::<usize>(), truth.points.total);
}

#[test]
fn parcels_look_like_measured_ones() {
    let folder = tempfile::tempdir().unwrap();
    let options = SampleOptions {
        parcels: 40_000,
        piece_rows: 1_000_000,
        ..options(folder.path(), Format::Official)
    };
    let truth = write(&options, &Silent).unwrap();
    let points = &truth.points;
    assert!((10.0..13.5).contains(&points.mean), "{points:?}");
    assert!((7..=9).contains(&points.median), "{points:?}");
    assert!((18..=30).contains(&points.p90), "{points:?}");
    assert!((40..=80).contains(&points.p99), "{points:?}");
    assert!((100..=800).contains(&points.max), "{points:?}");
    let counts = &truth.counts;
    let per_mille = |count: usize| count * 1000 / counts.rows;
    assert!((600..900).contains(&per_mille(
        truth.sigungu["11110"].counts.jimok["대"] * counts.rows / truth.sigungu["11110"].counts.rows
    )));
    let rural = &truth.sigungu["43745"].counts;
    for (sign, expected) in [
        ("답", 200..400),
        ("전", 150..350),
        ("임", 80..250),
        ("대", 80..250),
        ("도", 30..140),
        ("구", 15..110),
    ] {
        let share = rural.jimok[sign] * 1000 / rural.rows;
        assert!(expected.contains(&share), "{sign}: {share} of 1000");
    }
    assert!((1..=6).contains(&per_mille(counts.with_holes)), "{counts:?}");
    for count in [
        counts.malformed_pnus,
        counts.duplicate_pnus,
        counts.invalid_rings,
        counts.multiparts,
    ] {
        assert!(count > 0 && per_mille(count) <= 2, "{counts:?}");
    }
    assert!(counts.jibun_disagrees > 0);
}

#[test]
fn jibun_are_spelled_as_on_real_maps() {
    let folder = tempfile::tempdir().unwrap();
    let truth = write(&options(folder.path(), Format::Official), &Silent).unwrap();
    let records = read(folder.path(), &truth).records;
    let share =
        |is: &dyn Fn(&str) -> bool| records.iter().filter(|record| is(&record["A5"])).count() * 100 / records.len();
    assert!((30..45).contains(&share(&|jibun| jibun.contains(' '))));
    let some = |is: &dyn Fn(&str) -> bool| records.iter().any(|record| is(&record["A5"]));
    assert!(some(&|jibun| jibun.starts_with('산') && jibun.ends_with('임')));
    assert!(some(
        &|jibun| jibun.starts_with('산') && jibun.ends_with(|c: char| c.is_ascii_digit())
    ));
    assert!(some(&|jibun| jibun.contains("-0") && jibun.ends_with('대')));
    let block = records
        .iter()
        .find(|record| record["A5"] == "0-1가" && &record["A1"][10..11] == "6")
        .unwrap();
    assert_eq!((&block["A1"][10..], block["A4"].as_str()), ("600001001", "0-1"));
}

#[test]
fn a_rerun_writes_the_same_bytes_and_removes_what_the_run_before_left() {
    let [one, two] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    write(
        &SampleOptions {
            sigungu: vec!["41173".to_owned()],
            ..options(one.path(), Format::Official)
        },
        &Silent,
    )
    .unwrap();
    for folder in [&one, &two] {
        write(&options(folder.path(), Format::Official2025), &Silent).unwrap();
    }
    let list = |folder: &Path| {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        files.sort();
        files
    };
    assert_eq!(
        list(one.path()),
        ["AL_D002_11_20210501.zip", "AL_D002_43_20210501.zip", "truth.json"]
    );
    for name in list(two.path()) {
        assert!(
            fs::read(one.path().join(&name)).unwrap() == fs::read(two.path().join(&name)).unwrap(),
            "{name:?}"
        );
    }
}

#[test]
fn the_other_formats_hold_the_same_parcels() {
    let [old, new, lsmd, csv] = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let official = read(
        old.path(),
        &write(&options(old.path(), Format::Official), &Silent).unwrap(),
    )
    .records;
    let with_a7 = read(
        new.path(),
        &write(&options(new.path(), Format::Official2025), &Silent).unwrap(),
    )
    .records;
    assert!(
        official
            .iter()
            .zip(&with_a7)
            .all(|(a, b)| a["A1"] == b["A1"] && b["A7"] == b["A2"][..5])
    );

    let truth = write(&options(lsmd.path(), Format::Lsmd), &Silent).unwrap();
    assert_eq!(truth.files[0].file, "LSMD_CONT_LDREG_11_202105.zip");
    let found = read(lsmd.path(), &truth);
    assert_eq!(Crs::from_prj(&found.prj).unwrap().epsg(), 5186);
    let columns: Vec<&str> = found.records[0].keys().map(String::as_str).collect();
    assert_eq!(columns, ["BCHK", "COL_ADM_SE", "JIBUN", "PNU", "SGG_OID"]);
    assert!(
        official
            .iter()
            .zip(&found.records)
            .all(|(a, b)| a["A1"] == b["PNU"] && a["A5"] == b["JIBUN"])
    );

    let truth = write(&options(csv.path(), Format::Csv), &Silent).unwrap();
    let mut rows = Vec::new();
    for file in &truth.files {
        let mut reader = csv::Reader::from_path(csv.path().join(&file.file)).unwrap();
        let header = reader.headers().unwrap().iter().collect::<Vec<_>>().join(",");
        assert_eq!(
            header,
            "WKT,SGG_OID,PNU,BJD_CD,BJD_NM,SI_NM,SGG_NM,EMD_NM,RI_NM,BONBUN,BUBON,JIMOK"
        );
        rows.extend(reader.records().map(Result::unwrap));
    }
    assert_eq!(rows.len(), official.len());
    let damaged = official.iter().zip(&rows).filter(|(a, row)| a["A1"] != row[2]).count();
    assert_eq!(damaged, truth.counts.damaged_pnus);
    assert_eq!(
        (&rows[0][2], official[0]["A1"].as_str()),
        ("1111010100100009980", "1111010100100010000")
    );
    assert!(rows[0][0].starts_with("MULTIPOLYGON (((126.9"));
    let counts = &truth.counts;
    assert_eq!(counts.published + counts.rejected.values().sum::<usize>(), counts.rows);
    assert!(counts.rejected["pnu_damaged"] > 0, "{counts:?}");
}

#[test]
fn options_that_cannot_be_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let good = options(folder.path(), Format::Official);
    let check = |options: SampleOptions, expected: &str| {
        assert_eq!(write(&options, &Silent).unwrap_err().to_string(), expected);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    };
    let parcels = SampleOptions {
        parcels: 0,
        ..good.clone()
    };
    check(parcels, "cannot make a sample with --parcels 0: expected at least 1");
    let piece_rows = SampleOptions {
        piece_rows: 0,
        ..good.clone()
    };
    check(
        piece_rows,
        "cannot make a sample with --piece-rows 0: expected 1 to 5000000, what fits a shapefile",
    );
    let vintage = SampleOptions {
        vintage: NaiveDate::from_ymd_opt(1800, 1, 1).unwrap(),
        ..good
    };
    check(
        vintage,
        "cannot make a sample with --vintage 1800-01-01: expected a year from 1900 to 2155, what fits a DBF",
    );
}
