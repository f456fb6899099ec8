"""The same parcels by different roads: official, 2025, lsmd, the platform's CSV, and Pilji's own GeoParquet."""

import csv

import numpy as np
import pyarrow.compute as pc
import pytest
import shapely
from binary import ingest, inputs, sample
from serving import Server

PARCELS = 6000
SIGUNGU = "11110,43745"
COLUMNS = "pnu, bjd_cd, bjd_nm, si_nm, sgg_nm, emd_nm, ri_nm, bonbun, bubon, jimok"
# One millimetre on the ground: EPSG:5174 and EPSG:5186 differ by the inexactness of the datum shift alone.
MILLIMETRE_DEGREES = 1e-8
FLAGS = {
    "official": [],
    "2025": [],
    "lsmd": ["--vintage", "2021-05-01"],
    "csv": ["--vintage", "2021-05-01", "--crs", "EPSG:4326"],
}


@pytest.fixture(scope="module")
def roads(tmp_path_factory):
    """A server over one dataset per format, with each format's truth and report."""
    folder = tmp_path_factory.mktemp("roads")
    warehouse = folder / "warehouse"
    truths, reports = {}, {}
    for name, flags in FLAGS.items():
        truths[name] = sample(folder / name, PARCELS, SIGUNGU, "--format", name)
        reports[name] = ingest(warehouse, *inputs(folder / name), "--dataset", f"p_{name}", *flags)
    # The files of a dataset are input as well.
    reports["pilji"] = ingest(warehouse, warehouse / "p_official", "--dataset", "p_pilji")
    with Server(warehouse, None, folder / "log") as server:
        yield server, truths, reports


def rows(server, name: str):
    return server.sql(f"SELECT {COLUMNS}, geometry FROM p_{name} ORDER BY {COLUMNS}, geometry")


@pytest.mark.parametrize("name", [*FLAGS, "pilji"])
def test_each_layout_is_recognised_and_adds_up(roads, name):
    _, truths, reports = roads
    layout = {"2025": "official", "csv": "platform"}.get(name, name)
    assert {part["layout"] for part in reports[name]["parts"]} == {layout}
    assert reports[name]["rows_in"] == reports[name]["published"] + reports[name]["rejected"]
    if name in truths:
        assert reports[name]["rows_in"] == truths[name]["counts"]["rows"]
        assert reports[name]["rejected"] == sum(truths[name]["counts"]["rejected"].values())


@pytest.mark.parametrize("name", ["2025", "lsmd", "csv", "pilji"])
def test_the_same_parcels_give_the_same_answers(roads, name):
    server, truths, _ = roads
    official, other = rows(server, "official"), rows(server, name)
    if name in truths and truths[name]["counts"]["rejected"].get("pnu_damaged"):
        official = official.filter(pc.is_in(official["pnu"], value_set=other["pnu"].combine_chunks()))
    assert other.num_rows == official.num_rows
    assert other.drop_columns("geometry").equals(official.drop_columns("geometry"))

    # Duplicate parcels may come in another order, so parcels are compared by their number.
    once = official.to_pandas().drop_duplicates("pnu", keep=False).set_index("pnu")["geometry"]
    same = other.to_pandas().drop_duplicates("pnu", keep=False).set_index("pnu")["geometry"].reindex(once.index)
    ours, theirs = shapely.from_wkb(same.to_numpy()), shapely.from_wkb(once.to_numpy())
    assert (shapely.get_num_coordinates(ours) == shapely.get_num_coordinates(theirs)).all()
    assert shapely.hausdorff_distance(ours, theirs).max() < MILLIMETRE_DEGREES


def test_a_dataset_taken_as_input_comes_out_the_same_byte_for_byte(roads):
    server, _, reports = roads
    assert rows(server, "pilji").equals(rows(server, "official"))
    assert reports["pilji"]["rejected"] == 0


def test_damaged_pnus_of_the_csv_are_repaired_or_rejected_as_counted(roads):
    _, truths, reports = roads
    truth, report = truths["csv"]["counts"], reports["csv"]
    assert truth["damaged_pnus"] > 1000
    assert report["notes"]["repaired_pnus"] == truth["repairable_pnus"] > 0
    assert report["reject_codes"].get("pnu_damaged", 0) == truth["damaged_pnus"] - truth["repairable_pnus"]


HEADER = "WKT,SGG_OID,PNU,BJD_CD,BJD_NM,SI_NM,SGG_NM,EMD_NM,RI_NM,BONBUN,BUBON,JIMOK".split(",")
WKT = (
    "MULTIPOLYGON (((126.968631991748 37.5904445217881,126.968731991748 37.5904445217881,"
    "126.968731991748 37.5905445217881,126.968631991748 37.5904445217881)))"
)
ROW = [WKT, "164661", "1111010100100009980", "1111010100", "서울특별시 종로구 청운동", "서울특별시", "종로구", "청운동",
       "", "1", "3", "대"]  # fmt: skip


GOOD_PNU = "1111010100100010003"


def platform_csv(path, *changes: dict[str, str]):
    """Writes one row for each set of changes to the platform's own row."""
    rows = [[changed.get(name, value) for name, value in zip(HEADER, ROW)] for changed in changes]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def test_the_damaged_pnu_of_the_platforms_own_row_becomes_the_true_one(tmp_path):
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, platform_csv(tmp_path / "p.csv", {}), "--vintage", "2021-05-01")
    assert report["notes"]["repaired_pnus"] == 1
    with Server(warehouse, None, tmp_path / "log") as server:
        row = server.sql("SELECT * FROM parcel").to_pylist()[0]
    assert row["pnu"] == GOOD_PNU
    assert (row["sgg_oid"], row["bonbun"], row["bubon"], row["jimok"], row["san"]) == (164661, 1, 3, "대", False)
    assert (row["si_nm"], row["sgg_nm"], row["emd_nm"], row["ri_nm"]) == ("서울특별시", "종로구", "청운동", None)
    point = shapely.get_coordinates(shapely.from_wkb(row["geometry"]))[0]
    assert np.array_equal(sorted(point), sorted([126.968631991748, 37.5904445217881]))
    assert row["bbox"] == {
        "xmin": 126.968631991748, "ymin": 37.5904445217881, "xmax": 126.968731991748, "ymax": 37.5905445217881,
    }  # fmt: skip


@pytest.mark.parametrize(
    "pnu,bonbun,bubon,expected",
    [
        ("1111010100100009980", "1", "0", "1111010100100010000"),
        ("1111010100100010003", "1", "3", "1111010100100010003"),  # not damaged
        ("1.11101010010001E+18", "1", "3", "1111010100100010003"),  # as a spreadsheet shows it
        ("1111010100100009980", "7", "0", None),  # another parcel than its 지번 says
        ("11110101001000100", "1", "0", None),
        ("", "1", "0", None),
    ],
)
def test_a_damaged_pnu_is_rebuilt_only_where_its_jibun_proves_it(tmp_path, pnu, bonbun, bubon, expected):
    # Good rows keep the run from being refused for its rejects alone.
    good = [{"PNU": GOOD_PNU}] * 20
    file = platform_csv(tmp_path / "p.csv", *good, {"PNU": pnu, "BONBUN": bonbun, "BUBON": bubon})
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, file, "--vintage", "2021-05-01")
    with Server(warehouse, None, tmp_path / "log") as server:
        pnus = server.sql("SELECT pnu FROM parcel").column(0).to_pylist()
    assert sorted(pnus) == sorted([GOOD_PNU] * 20 + ([expected] if expected else []))
    assert report["rejected"] == (0 if expected else 1)
