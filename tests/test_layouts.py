"""Every layout of a dataset has the same rows, for the server and for other readers, and is published the same way."""

import json

import polars as pl
import pyarrow.parquet as pq
import pytest
from binary import ingest, inputs, pilji, sample
from deltalake import DeltaTable
from duckdb_reader import open_duckdb
from serving import Server

LAYOUTS = {
    "sido": ["si_nm"],
    "clustered": ["si_nm"],
    "sigungu": ["si_nm", "sgg_nm"],
    "leaf": ["si_nm", "sgg_nm", "emd_nm", "ri_nm"],
}
DEFAULT = "sigungu"
COLUMNS = [
    "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date",
]  # fmt: skip
SELECT = f"SELECT {', '.join(COLUMNS)}, geometry FROM "
FILTERS = {
    "si_nm = '서울특별시'": True,
    "sgg_nm IS NULL": True,
    "ri_nm IS NULL": True,
    "emd_nm LIKE '%읍' OR ri_nm LIKE '%리'": True,
    "bjd_cd = '1111010100'": True,
    "sgg_nm = '중구' OR emd_nm = '청운동'": True,
    "sgg_nm = '없는구'": False,
}


@pytest.fixture(scope="module")
def parcels(tmp_path_factory):
    """Two 시군구 of one 시도, one of another, and 세종, which has no 시군구."""
    folder = tmp_path_factory.mktemp("parcels")
    sample(folder, 12_000, "11110,11140,36110,43745")
    return inputs(folder)


@pytest.fixture(scope="module")
def warehouses(parcels, tmp_path_factory):
    """A warehouse of each layout with its report."""
    folder = tmp_path_factory.mktemp("layouts")
    return {
        layout: (folder / layout, ingest(folder / layout, *parcels, "--layout", layout))
        for layout in LAYOUTS
    }


@pytest.fixture(scope="module")
def served(warehouses, tmp_path_factory):
    """What the server answers over each layout: all rows, and the rows of each filter."""
    answers = {}
    for layout, (warehouse, _) in warehouses.items():
        with Server(warehouse, None, tmp_path_factory.mktemp("server") / "log") as server:
            answers[layout] = {
                where: rows(server.sql(f"{SELECT} parcel WHERE {where}").to_pylist()) for where in ["true", *FILTERS]
            }
    return answers


def rows(records: list[dict]) -> list[tuple]:
    """Rows in an order of their own, comparable whoever read them."""
    return sorted(tuple(None if record[name] is None else str(record[name]) for name in [*COLUMNS, "geometry"]) for record in records)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_server_answers_the_same_over_every_layout(served, warehouses, layout):
    assert len(served[layout]["true"]) == warehouses[layout][1]["published"]
    for where, answer in served[layout].items():
        assert answer == served[DEFAULT][where], where
        assert (len(answer) > 0) == FILTERS.get(where, True), where


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_announced_columns_are_the_same_in_every_layout(warehouses, layout):
    fields = [json.loads(DeltaTable(str(warehouses[name][0] / "parcel")).schema().to_json()) for name in (layout, DEFAULT)]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_duckdb_reads_the_same_rows_nulls_and_geometry_from_every_layout(served, warehouses, layout):
    frame = open_duckdb().execute(f"{SELECT} delta_scan('{warehouses[layout][0] / 'parcel'}')").to_arrow_table()
    assert rows(frame.to_pylist()) == served[DEFAULT]["true"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_polars_reads_the_same_rows_nulls_and_geometry_from_every_layout(served, warehouses, layout):
    frame = pl.scan_delta(str(warehouses[layout][0] / "parcel")).select([*COLUMNS, "geometry"]).collect()
    assert rows(frame.to_dicts()) == served[DEFAULT]["true"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_kept_with_the_dataset(warehouses, layout):
    metadata = DeltaTable(str(warehouses[layout][0] / "parcel")).metadata()
    assert metadata.partition_columns == LAYOUTS[layout]
    assert metadata.configuration["pilji.layout"] == layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_of_a_dong_stand_together_in_every_layout(warehouses, layout):
    for uri in DeltaTable(str(warehouses[layout][0] / "parcel")).file_uris():
        codes = pq.read_table(uri, columns=["bjd_cd"], partitioning=None)["bjd_cd"].to_pylist()
        assert codes == sorted(codes), uri


@pytest.mark.parametrize("layout", LAYOUTS)
def test_again_changes_nothing_and_newer_replaces_in_every_layout(parcels, tmp_path, layout):
    warehouse = tmp_path / "warehouse"
    first = ingest(warehouse, *parcels, "--layout", layout)
    again = ingest(warehouse, *parcels)
    assert not again["changed"] and again["version"] == first["version"]

    newer = tmp_path / "newer"
    sample(newer, 6_000, "11110,11140", "--vintage", "2022-05-01")
    replaced = ingest(warehouse, *inputs(newer))
    table = DeltaTable(str(warehouse / "parcel"))
    frame = table.to_pyarrow_table(columns=["si_nm", "base_date"]).to_pandas()
    seoul = frame[frame["si_nm"] == "서울특별시"]
    assert set(seoul["base_date"].astype(str)) == {"2022-05-01"} and len(seoul) == replaced["published"]
    assert len(frame) == sum(found["rows"] for found in first["sigungu"] if found["si"] != "서울특별시") + len(seoul)
    vintages = {found["sgg_nm"]: found["vintage"] for found in table.history(1)[0]["sigungu"]}
    assert vintages == {"종로구": "2022-05-01", "중구": "2022-05-01"}


@pytest.mark.parametrize("layout", ["sido", "clustered"])
def test_a_part_of_a_sido_is_refused_where_files_hold_whole_ones(warehouses, tmp_path, layout):
    warehouse, report = warehouses[layout]
    part = tmp_path / "part"
    sample(part, 3_000, "11110", "--vintage", "2022-05-01")
    refused = pilji("ingest", *inputs(part), "--warehouse", warehouse)
    assert refused.code != 0
    for text in ("lacks 1 live 시군구 of 서울특별시", "서울특별시 중구", "publish the whole of 서울특별시"):
        assert text in refused.error
    assert DeltaTable(str(warehouse / "parcel")).version() == report["version"]


def test_another_layout_than_the_datasets_is_refused_with_the_remedy(warehouses, parcels):
    refused = pilji("ingest", *parcels, "--warehouse", warehouses["leaf"][0], "--layout", "sido")
    assert refused.code != 0
    assert "has its files by leaf, not by sido" in refused.error and "--dataset NAME --layout sido" in refused.error
