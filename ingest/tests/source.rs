//! What the readers make of sound and of bad inputs.

#![expect(clippy::unwrap_used, reason = "tests")]

mod reading;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Float64Array, StringArray, StructArray};
use arrow::datatypes::{DataType, Field};
use arrow::record_batch::RecordBatch;
use geozero::wkt::Wkt;
use geozero::{CoordDimensions, ToWkb};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use pilji_catalog::TextEncoding;
use pilji_ingest::reject::RejectCode;
use pilji_ingest::source::{Counts, ReadOptions, discover};
use pilji_udfs::Crs;
use reading::{Content, fixture, read, read_with};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

const PIECE: &str = "AL_D002_11_20210501.zip/서울/AL_D002_11_20210501";

fn copy_fixtures(names: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in names {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    folder
}

/// A folder with one file in it.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// A zip with some entries of the fixture zip or with new ones.
fn zip(entries: &[(&str, &[u8])]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pieces.zip");
    let mut writer = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
    (folder, path)
}

/// The error is one line, begins with or names the file, and holds all of `parts`.
fn check_error(input: &Path, parts: &[&str]) {
    let error = read(input).unwrap_err().to_string();
    let name = input.file_name().unwrap().to_string_lossy().into_owned();
    assert!(error.contains(&name), "{error}");
    assert!(!error.contains('\n') && error.len() < 500, "{error}");
    for part in parts {
        assert!(error.contains(part), "{error:?} lacks {part:?}");
    }
}

fn row(content: &Content, number: u64) -> &(u64, Option<String>, Vec<String>) {
    content.rows.iter().find(|(row, ..)| *row == number).unwrap()
}

#[test]
fn every_piece_of_a_zip_is_read() {
    let content = read(&fixture("AL_D002_11_20210501.zip")).unwrap();
    assert_eq!(content.parts, [format!("{PIECE}.shp"), format!("{PIECE}(2).shp")]);
    assert_eq!(content.crs, [Some(5174), Some(5174)]);
    assert_eq!(content.columns, ["A0", "A1", "A2", "A3", "A4", "A5", "A6"]);
    assert_eq!(content.rows.len(), 8);
    assert_eq!(content.counts, Counts::default());
    assert!(content.rejected.is_empty());
    let (number, wkt, fields) = &content.rows[0];
    assert_eq!(*number, 1);
    assert_eq!(
        wkt.as_deref(),
        Some("POLYGON((198000 453500,198020 453500,198020 453520,198000 453520,198000 453500))")
    );
    let expected = [
        "1",
        "1111010100200010000",
        "1111010100",
        "서울특별시 종로구 청운동",
        "산1",
        "산1임",
        "2021-05-01",
    ];
    assert_eq!(fields, &expected);
    let (_, with_hole, _) = &content.rows[2];
    assert_eq!(with_hole.as_ref().unwrap().matches("((").count(), 1);
    assert_eq!(with_hole.as_ref().unwrap().matches("),(").count(), 1);
    assert!(
        content.rows[3]
            .1
            .as_ref()
            .unwrap()
            .starts_with("MULTIPOLYGON(((198060.75 453500,")
    );
    assert!(
        content.notes.iter().any(|note| note.contains("cp949")),
        "{:?}",
        content.notes
    );
}

#[test]
fn a_part_tells_its_files_date_and_progress() {
    let zip = fixture("AL_D002_11_20210501.zip");
    for part in discover(std::slice::from_ref(&zip)).unwrap() {
        assert_eq!(part.files(), std::slice::from_ref(&zip));
        assert_eq!(part.date_in_name(), chrono::NaiveDate::from_ymd_opt(2021, 5, 1));
    }
    let shp = fixture("types.shp");
    let part = &discover(std::slice::from_ref(&shp)).unwrap()[0];
    assert_eq!(part.files(), [shp, fixture("types.dbf"), fixture("types.CPG")]);
    assert_eq!(part.date_in_name(), None);
    for name in ["AL_D002_11_20210501.zip", "types.shp", "platform.csv"] {
        let content = read(&fixture(name)).unwrap();
        assert_eq!(content.bytes_read, content.bytes, "{name}");
    }
}

#[test]
fn all_field_types_are_read_and_bad_fields_rejected() {
    let content = read(&fixture("types.shp")).unwrap();
    assert_eq!(
        content.columns,
        ["NAME", "COUNT", "BIG", "AREA", "RATIO", "OPEN", "DAY"]
    );
    let expected = [
        "청운동",
        "5",
        "1111010100100010003",
        "12.5",
        "0.25",
        "true",
        "2021-05-01",
    ];
    assert_eq!(row(&content, 1).2, expected);
    assert_eq!(row(&content, 2).2, ["-"; 7]);
    assert_eq!(
        row(&content, 3).2,
        ["가나", "-7", "-1", "-0.125", "-2.0", "false", "1999-12-31"]
    );
    assert_eq!(row(&content, 4).1, None);
    assert_eq!(
        content.rows.iter().map(|(row, ..)| *row).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    assert_eq!(
        content.counts,
        Counts {
            rows_deleted: 1,
            ..Counts::default()
        }
    );
    assert_eq!(content.records, 8);

    let rejected: Vec<_> = content
        .rejected
        .iter()
        .map(|reject| (reject.row, reject.code, reject.value.as_str()))
        .collect();
    assert_eq!(
        rejected,
        [
            (6, RejectCode::FieldInvalid, "20210230"),
            (7, RejectCode::TextUndecodable, "bad \\xC1\\xBE."),
            (8, RejectCode::FieldInvalid, "12x"),
        ]
    );
    let undecodable = &content.rejected[1];
    assert!(
        undecodable.message.contains("NAME") && undecodable.message.contains("UTF-8"),
        "{}",
        undecodable.message
    );
    assert_eq!(undecodable.record["NAME"], "bad \\xC1\\xBE.");
    assert_eq!(undecodable.record["DAY"], "20000229");
    assert_eq!(undecodable.wkt.as_deref(), Some("POLYGON((60 0,65 0,65 5,60 5,60 0))"));
}

#[test]
fn the_encoding_is_that_of_cpg_else_of_the_option_else_detected() {
    let cp949 = ReadOptions {
        encoding: Some(TextEncoding::Cp949),
        ..ReadOptions::default()
    };
    let utf8 = ReadOptions {
        encoding: Some(TextEncoding::Utf8),
        ..ReadOptions::default()
    };
    // The .cpg wins over the option, which is told.
    let content = read_with(&fixture("types.shp"), &cp949).unwrap();
    assert_eq!(row(&content, 1).2[0], "청운동");
    assert!(
        content.notes.iter().any(|note| note.contains("instead of cp949")),
        "{:?}",
        content.notes
    );
    // The option wins over detection: every row is undecodable.
    let content = read_with(&fixture("AL_D002_11_20210501.zip"), &utf8).unwrap();
    assert_eq!((content.rows.len(), content.rejected.len()), (0, 8));
    assert!(
        content
            .rejected
            .iter()
            .all(|reject| reject.code == RejectCode::TextUndecodable)
    );

    let folder = copy_fixtures(&["types.shp", "types.dbf"]);
    let shp = folder.path().join("types.shp");
    assert_eq!(row(&read(&shp).unwrap(), 1).2[0], "청운동");
    fs::write(folder.path().join("types.cpg"), "ISO-8859-1").unwrap();
    let error = read(&shp).unwrap_err().to_string();
    assert!(
        error.contains("types.cpg") && error.contains("ISO-8859-1") && error.contains("--encoding"),
        "{error}"
    );
    assert_eq!(row(&read_with(&shp, &utf8).unwrap(), 1).2[0], "청운동");
}

#[test]
fn an_unknown_prj_needs_a_crs_from_the_user() {
    let folder = copy_fixtures(&["types.shp", "types.dbf"]);
    let shp = folder.path().join("types.shp");
    assert_eq!(read(&shp).unwrap().crs, [None]);
    fs::write(folder.path().join("types.prj"), "PROJCS[\"somewhere\"]").unwrap();
    let error = read(&shp).unwrap_err().to_string();
    assert!(error.contains("types.prj") && error.contains("--crs"), "{error}");
    let options = ReadOptions {
        crs: Crs::from_epsg(5186).ok(),
        ..ReadOptions::default()
    };
    let content = read_with(&shp, &options).unwrap();
    assert_eq!(content.crs, [None]);
    assert!(
        content.notes.iter().any(|note| note.contains("types.prj")),
        "{:?}",
        content.notes
    );
}

#[test]
fn the_platform_csv_is_read_in_both_encodings() {
    for name in ["platform.csv", "platform_cp949.csv"] {
        let content = read(&fixture(name)).unwrap();
        assert_eq!(content.columns[..3], ["SGG_OID", "PNU", "BJD_CD"], "{name}");
        let (_, wkt, fields) = row(&content, 1);
        assert_eq!(
            wkt.as_deref().unwrap(),
            "MULTIPOLYGON(((126.968631991748 37.5904445217881,126.9687 37.5904445217881,126.9687 37.5905,\
             126.968631991748 37.5904445217881)))"
        );
        assert_eq!(fields[1], "1111010100100009980");
        assert_eq!(fields[3], "서울특별시 종로구 청운동");
        assert_eq!(fields[7], "-");
        let (_, turned, fields) = row(&content, 2);
        assert_eq!(
            turned.as_deref(),
            Some("MULTIPOLYGON(((126.97 37.59,126.971 37.59,126.971 37.591,126.97 37.59)))")
        );
        assert_eq!(
            (fields[3].as_str(), fields[10].as_str()),
            ("서울특별시 종로구\n청운동", "a \"quoted\" word")
        );
        assert_eq!(row(&content, 3).1, None);
        assert_eq!(
            content.counts,
            Counts {
                rings_turned: 1,
                ..Counts::default()
            }
        );

        let [half, ragged] = &content.rejected[..] else {
            unreachable!("{:?}", content.rejected)
        };
        assert_eq!((half.row, half.code), (4, RejectCode::GeometryBroken));
        assert_eq!(half.record["PNU"], "1111010100100060000");
        assert_eq!((ragged.row, ragged.code), (5, RejectCode::FieldInvalid));
        assert_eq!(ragged.message, "the row has 3 fields, but the header 12");
        assert!(ragged.record["WKT"].as_str().unwrap().starts_with("MULTIPOLYGON"));
    }
}

#[test]
fn a_wkt_column_of_any_name_is_found() {
    let content = read(&fixture("points.tsv")).unwrap();
    assert_eq!(content.columns, ["name"]);
    assert_eq!(row(&content, 1).1.as_deref(), Some("POINT(126.97 37.59)"));
    assert_eq!(row(&content, 2).1.as_deref(), Some("POINT(126.968 37.584)"));
    assert_eq!(content.counts.heights_dropped, 1);
}

#[test]
fn a_folder_is_read_in_depth_and_tells_what_it_leaves() {
    let folder = copy_fixtures(&["AL_D002_11_20210501.zip", "types.shp", "types.dbf", "types.CPG"]);
    let deep = folder.path().join("더/깊이");
    fs::create_dir_all(&deep).unwrap();
    fs::copy(fixture("points.tsv"), deep.join("points.tsv")).unwrap();
    fs::write(deep.join("notes.docx"), "?").unwrap();
    let parts = discover(&[folder.path().to_owned(), folder.path().join("types.shp")]).unwrap();
    let names: Vec<_> = parts.iter().map(|part| part.name.rsplit('/').next().unwrap()).collect();
    let pieces = [
        "AL_D002_11_20210501.shp",
        "AL_D002_11_20210501(2).shp",
        "types.shp",
        "points.tsv",
    ];
    assert_eq!(names, pieces);
    let open = parts[0].open(&ReadOptions::default()).unwrap();
    assert!(
        open.notes[0].contains("1 file") && open.notes[0].contains("notes.docx"),
        "{:?}",
        open.notes
    );
}

#[test]
fn inputs_that_cannot_be_read_name_the_file_and_a_remedy() {
    let sound = fs::read(fixture("AL_D002_11_20210501.zip")).unwrap();
    check_error(Path::new("/nowhere/at_all.zip"), &["no such file"]);
    for name in ["empty.zip", "empty.shp", "empty.csv", "empty.parquet"] {
        let (_folder, path) = file(name, b"");
        check_error(&path, &["empty (0 bytes)", "again"]);
    }
    let (_folder, path) = file("a.zip", b"just some text");
    check_error(&path, &["is not a zip file", "download it again"]);
    let (_folder, path) = file("a.zip", &sound[..sound.len() / 2]);
    check_error(&path, &["only a part of one", "download it again"]);
    let (_folder, path) = file("a.docx", b"?");
    check_error(&path, &[".zip of shapefiles", ".csv"]);
    let (folder, _path) = file("a.docx", b"?");
    check_error(folder.path(), &["a.docx", "nothing to ingest"]);
    let folder = TempDir::new().unwrap();
    check_error(folder.path(), &["no file", "nothing to ingest"]);
    let (_folder, path) = file("a.parquet", b"PAR1 is not enough");
    check_error(&path, &["not a Parquet file"]);
    let (_folder, path) = file("a.csv", b"name,x\nhere,1\n");
    check_error(&path, &["no column with WKT", "name, x"]);
    let (_folder, path) = file("a.csv", b"name,wkt\n");
    check_error(&path, &["0 records"]);
    let (_folder, path) = file("a.csv", b"\xFF\xFEn\0a\0");
    check_error(&path, &["UTF-16", "--encoding"]);
}

#[test]
fn shapefiles_that_lack_a_piece_are_refused() {
    let (shp, dbf) = (
        fs::read(fixture("types.shp")).unwrap(),
        fs::read(fixture("types.dbf")).unwrap(),
    );
    let folder = copy_fixtures(&["types.shp"]);
    let error = read(&folder.path().join("types.shp")).unwrap_err().to_string();
    assert!(error.contains("types.shp has no .dbf"), "{error}");
    let (_folder, path) = zip(&[("in/types.shp", &shp)]);
    check_error(&path, &["in/types.shp has no .dbf"]);
    let (_folder, path) = zip(&[("in/types.dbf", &dbf), ("other.shp", &shp), ("other.dbf", &dbf)]);
    check_error(&path, &["in/types.dbf has no .shp"]);
    let (_folder, path) = zip(&[("a.txt", b"?")]);
    check_error(&path, &["nothing to ingest", "a.txt"]);
    let (_folder, path) = zip(&[("inner.zip", b"?"), ("types.shp", &shp), ("types.dbf", &dbf)]);
    check_error(&path, &["inner.zip", "unpack"]);
}

#[test]
fn counts_that_differ_are_refused() {
    let (shp, dbf) = (
        fs::read(fixture("types.shp")).unwrap(),
        fs::read(fixture("types.dbf")).unwrap(),
    );
    // One record less in the .shp: 8 + 128 bytes each, and the length in words in the header.
    let mut fewer_shapes = shp[..shp.len() - 136].to_vec();
    let words = u32::try_from(fewer_shapes.len() / 2).unwrap();
    fewer_shapes[24..28].copy_from_slice(&words.to_be_bytes());
    let (_folder, path) = zip(&[("a.shp", &fewer_shapes), ("a.dbf", &dbf)]);
    check_error(&path, &["a.shp", "7 records", "the .dbf 8"]);
    // The .dbf cut off: its header still declares 8 rows.
    let (_folder, path) = zip(&[("a.shp", &shp), ("a.dbf", &dbf[..dbf.len() - 80])]);
    check_error(&path, &["a.dbf", "declares 8 rows"]);
    let (_folder, path) = zip(&[("a.shp", &shp[..shp.len() - 10]), ("a.dbf", &dbf)]);
    check_error(&path, &["a.shp", "declares 1064 bytes, but has 1054"]);
    // No record at all.
    let mut no_shapes = shp[..100].to_vec();
    no_shapes[24..28].copy_from_slice(&50_u32.to_be_bytes());
    let header_bytes = usize::from(u16::from_le_bytes([dbf[8], dbf[9]]));
    let mut no_rows = dbf[..header_bytes].to_vec();
    no_rows[4..8].fill(0);
    let (_folder, path) = zip(&[("a.shp", &no_shapes), ("a.dbf", &no_rows)]);
    check_error(&path, &["a.shp", "0 records"]);
    let (_folder, path) = zip(&[("a.shp", &shp), ("a.dbf", &no_rows)]);
    check_error(&path, &["8 records but the .dbf 0"]);
}

#[test]
fn a_damaged_entry_of_a_zip_is_found_by_its_checksum() {
    let mut bytes = fs::read(fixture("AL_D002_11_20210501.zip")).unwrap();
    // Within the deflated content of the first entry, behind its local header.
    bytes[120] ^= 0x10;
    let (_folder, path) = file("damaged.zip", &bytes);
    check_error(&path, &["AL_D002_11_20210501", "damaged or incomplete"]);
}

fn geoparquet(geo: Option<&str>, wkts: &[&str]) -> (TempDir, PathBuf) {
    let wkb: Vec<Vec<u8>> = wkts
        .iter()
        .map(|wkt| Wkt(wkt).to_wkb(CoordDimensions::xy()).unwrap())
        .collect();
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..wkts.len()).map(|index| format!("동{index}")),
    ));
    let geometry: ArrayRef = Arc::new(BinaryArray::from_iter_values(&wkb));
    let xmin: ArrayRef = Arc::new(Float64Array::from(vec![0.0; wkts.len()]));
    let bbox: ArrayRef = Arc::new(StructArray::from(vec![(
        Arc::new(Field::new("xmin", DataType::Float64, true)),
        xmin,
    )]));
    let batch = RecordBatch::try_from_iter([("geometry", geometry), ("name", names), ("bbox", bbox)]).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
    if let Some(geo) = geo {
        writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo.to_owned()));
    }
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    (folder, path)
}

const GEO: &str = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB",
    "geometry_types":[],"covering":{"bbox":{"xmin":["bbox","xmin"]}}}}}"#;

#[test]
fn geoparquet_is_read_without_its_boxes() {
    let (_folder, path) = geoparquet(Some(GEO), &["POLYGON((0 0,1 1,1 0,0 0))", "POLYGON((0 0,1 1,0 0))"]);
    let content = read(&path).unwrap();
    assert_eq!(content.columns, ["name"]);
    assert_eq!(content.crs, [Some(4326)]);
    assert_eq!(
        content.rows,
        [(1, Some("POLYGON((0 0,1 0,1 1,0 0))".to_owned()), vec!["동0".to_owned()])]
    );
    assert_eq!(content.counts.rings_turned, 1);
    assert_eq!(
        (content.rejected[0].row, content.rejected[0].code),
        (2, RejectCode::GeometryBroken)
    );
    assert_eq!(content.rejected[0].record["name"], "동1");
    assert_eq!(content.bytes_read, content.bytes);
}

#[test]
fn parquet_that_is_not_geoparquet_is_refused() {
    let (_folder, path) = geoparquet(None, &["POINT(1 2)"]);
    check_error(&path, &["no geo metadata"]);
    let (_folder, path) = geoparquet(Some(&GEO.replace("WKB", "point")), &["POINT(1 2)"]);
    check_error(&path, &["point", "write it again"]);
    let (_folder, path) = geoparquet(Some(&GEO.replace("\"geometry\"", "\"name\"")), &["POINT(1 2)"]);
    check_error(&path, &["\"name\" is Utf8, but its encoding WKB"]);
    let (_folder, path) = geoparquet(Some(&GEO.replace("\"geometry\"", "\"shape\"")), &["POINT(1 2)"]);
    check_error(&path, &["\"shape\" is missing"]);
    let (_folder, path) = geoparquet(Some(GEO), &[]);
    check_error(&path, &["0 records"]);
}

#[test]
fn geometry_that_the_metadata_deny_is_refused() {
    let denied = GEO.replace("\"encoding\":\"WKB\"", "\"encoding\":\"WKB\",\"bbox\":[0,0,9,9]");
    assert_ne!(denied, GEO);
    let (_folder, path) = geoparquet(Some(&denied), &["POINT(1 2)", "POINT(10 20)"]);
    let open = pilji_ingest::source::discover(std::slice::from_ref(&path)).unwrap();
    let open = open[0].open(&ReadOptions::default()).unwrap();
    let error = open.chunks().find_map(Result::err).unwrap().to_string();
    assert!(
        error.contains("row 2 lies around (10, 20), outside of its bbox"),
        "{error}"
    );
}

#[test]
fn a_row_without_end_does_not_fill_the_memory() {
    let (_folder, path) = file("a.csv", b"wkt,name\nPOINT(1 2),\"");
    let mut csv = fs::OpenOptions::new().append(true).open(&path).unwrap();
    for _ in 0..80 {
        csv.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    check_error(&path, &["row 1", "64 MiB", "quotes"]);
}
