"""Shapefiles that are not cadastral: plain datasets with columns of their own, their text in cp949."""

import numpy as np
import pyogrio
import pytest
import shapely
from binary import ingest, ok, pilji
from conftest import SHARED
from deltalake import DeltaTable
from serving import Server
from shapefiles import square, write_plain

# 똠 and 펲 are in cp949 but not in EUC-KR as it was first defined.
NAMES = ["청운동", "똠방리", "펲시동", "사직동"]


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """A small cp949 shapefile without .cpg, as old Korean ones are."""
    folder = tmp_path_factory.mktemp("village")
    fields = [("EMD_CD", "C", 8), ("EMD_KOR_NM", "C", 40), ("POP", "N", 9), ("AREA", "N", 20, 6)]
    rows = [(f"1111010{i}", name, 1000 + i, 100.25 * (i + 1), square(i)) for i, name in enumerate(NAMES)]
    return write_plain(folder / "village", fields, rows, encoding="cp949", epsg=5174)


def test_a_plain_shapefile_keeps_its_own_columns_and_names(village, tmp_path):
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, village, "--dataset", "village")
    assert (report["published"], report["rejected"]) == (4, 0)
    assert {part["layout"] for part in report["parts"]} == {"plain"}
    with Server(warehouse, None, tmp_path / "log") as server:
        rows = server.sql('SELECT * FROM village ORDER BY "POP"').to_pylist()
    assert [row["EMD_KOR_NM"] for row in rows] == NAMES
    assert [row["EMD_CD"] for row in rows] == ["11110100", "11110101", "11110102", "11110103"]
    assert [row["POP"] for row in rows] == [1000, 1001, 1002, 1003]
    assert [row["AREA"] for row in rows] == [100.25, 200.5, 300.75, 401.0]
    assert all(shapely.from_wkb(row["geometry"]).geom_type == "Polygon" for row in rows)


def test_a_plain_file_does_not_go_into_the_parcel_dataset(village, tmp_path):
    run = pilji("ingest", village, "--warehouse", tmp_path / "warehouse")
    assert run.code != 0 and "EMD_KOR_NM" in run.error and "--dataset" in run.error


def test_a_cpg_file_settles_the_encoding(tmp_path):
    rows = [("청운동", square(0))]
    shp = write_plain(tmp_path / "utf8", [("NAME", "C", 40)], rows, encoding="utf-8", epsg=5174)
    shp.with_suffix(".cpg").write_text("UTF-8")
    warehouse = tmp_path / "warehouse"
    ok(pilji("ingest", shp, "--warehouse", warehouse, "--dataset", "d", "--encoding", "cp949"))
    table = DeltaTable(str(warehouse / "d")).to_pyarrow_table()
    assert table["NAME"].to_pylist() == ["청운동"]


def test_text_that_cannot_be_decoded_is_a_reject_with_its_row(tmp_path):
    rows = [(f"동{i}", square(i)) for i in range(200)]
    shp = write_plain(tmp_path / "damaged", [("NAME", "C", 20)], rows, encoding="cp949", epsg=5174)
    dbf = bytearray(shp.with_suffix(".dbf").read_bytes())
    header, record = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    dbf[header + 41 * record + 1 : header + 41 * record + 3] = b"\xff\xfe"
    shp.with_suffix(".dbf").write_bytes(dbf)
    report = ingest(tmp_path / "warehouse", shp, "--dataset", "d", "--encoding", "cp949")
    assert (report["published"], report["reject_codes"]) == (199, {"text_undecodable": 1})
    rejects = open(report["rejects"], encoding="utf-8").read()
    assert ",42,text_undecodable," in rejects and "\\xFF\\xFE" in rejects.replace("\\xff\\xfe", "\\xFF\\xFE")
    names = DeltaTable(str(tmp_path / "warehouse" / "d")).to_pyarrow_table()["NAME"].to_pylist()
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(names)


@pytest.mark.shared_data
def test_the_467_dong_of_seoul_come_through_with_their_names(tmp_path):
    shp = SHARED / "data/boundaries/seoul_juso_2015/seoul_neighborhoods.shp"
    warehouse = tmp_path / "warehouse"
    report = ingest(warehouse, shp, "--dataset", "seoul")
    assert (report["rows_in"], report["published"], report["rejected"]) == (467, 467, 0)

    source = pyogrio.read_dataframe(shp, encoding="CP949")
    with Server(warehouse, None, tmp_path / "log") as server:
        table = server.sql("SELECT * FROM seoul").to_pandas()
    columns = [name for name in source.columns if name != "geometry"]
    assert columns == [name for name in table.columns if name not in ("geometry", "bbox")]
    key = columns[0]
    source, table = source.sort_values(key), table.sort_values(key)
    for name in columns:
        assert list(source[name]) == list(table[name]), name
    ours = shapely.from_wkb(table["geometry"].to_numpy())
    assert (shapely.area(shapely.symmetric_difference(ours, np.asarray(source.geometry.array))) < 1e-15).all()
