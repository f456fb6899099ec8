"""DuckDB, polars, delta-rs and geopandas open the dataset itself and see what the server serves."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from deltalake import DeltaTable
from duckdb_reader import open_duckdb
from jsonschema import Draft7Validator
from referencing import Registry, Resource

COLUMNS = ["pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon", "jimok", "san", "base_date"]
ORDER = "pnu, geometry"


@pytest.fixture(scope="module")
def served(server):
    """All rows as the server gives them, sorted."""
    return server.sql(f"SELECT {', '.join(COLUMNS)}, geometry FROM parcel ORDER BY {ORDER}").to_pandas()


@pytest.fixture(scope="module")
def duck():
    return open_duckdb()


def assert_same(frame, served):
    """Rows, NULLs and geometry bytes agree."""
    frame = frame.assign(geometry=frame["geometry"].map(bytes))
    frame = frame.sort_values(["pnu", "geometry"]).reset_index(drop=True)
    assert len(frame) == len(served)
    for column in COLUMNS:
        left, right = frame[column].astype(object), served[column].astype(object)
        assert (left.isna() == right.isna()).all(), f"NULLs of {column} differ"
        if column == "base_date":
            left, right = left.astype(str).str[:10], right.astype(str).str[:10]
        assert (left[left.notna()] == right[right.notna()]).all(), f"values of {column} differ"
    assert list(frame["geometry"]) == list(served["geometry"])


def test_duckdb_reads_the_same_rows_nulls_and_geometry(duck, loaded, served):
    frame = duck.execute(f"SELECT {', '.join(COLUMNS)}, geometry FROM delta_scan('{loaded.dataset}')").df()
    assert_same(frame, served)


def test_duckdb_spatial_measures_the_same_areas(duck, loaded, served):
    summed, invalid = duck.execute(
        "SELECT sum(ST_Area(ST_GeomFromWKB(geometry))), count(*) FILTER (NOT ST_IsValid(ST_GeomFromWKB(geometry))) "
        f"FROM delta_scan('{loaded.dataset}')"
    ).fetchone()
    geometries = shapely.from_wkb(served["geometry"].to_numpy())
    assert summed == pytest.approx(shapely.area(geometries).sum(), rel=1e-9)
    assert invalid == (~shapely.is_valid(geometries)).sum() == loaded.report["notes"]["invalid_geometries"]


def test_duckdb_finds_a_place_without_a_level_by_is_null(duck, loaded, served):
    count = duck.execute(f"SELECT count(*) FROM delta_scan('{loaded.dataset}') WHERE sgg_nm IS NULL").fetchone()[0]
    assert count == served["sgg_nm"].isna().sum() > 0


def test_polars_reads_the_same_rows_nulls_and_geometry(loaded, served):
    frame = pl.scan_delta(str(loaded.dataset)).select([*COLUMNS, "geometry"]).collect()
    assert_same(frame.to_pandas(), served)


def test_polars_skips_files_by_their_partition(loaded, served):
    frame = pl.scan_delta(str(loaded.dataset)).filter(pl.col("sgg_nm") == "종로구").select("pnu").collect()
    assert sorted(frame["pnu"]) == sorted(served.loc[served["sgg_nm"] == "종로구", "pnu"])


def test_delta_rs_reads_the_same_rows_nulls_and_geometry(loaded, served):
    table = DeltaTable(str(loaded.dataset))
    assert table.metadata().partition_columns == ["si_nm", "sgg_nm"]
    assert_same(table.to_pyarrow_table(columns=[*COLUMNS, "geometry"]).to_pandas(), served)


def test_the_log_knows_rows_and_bounds_of_every_file(loaded):
    adds = DeltaTable(str(loaded.dataset)).get_add_actions(flatten=True)
    adds = pl.DataFrame(adds)
    assert adds["num_records"].sum() == loaded.report["published"]
    assert adds["min.pnu"].null_count() == adds["max.pnu"].null_count() == 0
    assert (adds["min.bbox.xmin"] > 120).all() and (adds["max.bbox.ymax"] < 45).all()


def test_geopandas_reads_a_file_with_its_crs_and_bounds(loaded):
    file = next(loaded.dataset.glob("si_nm=서울특별시/sgg_nm=종로구/part-*.parquet"))
    frame = gpd.read_parquet(file)
    assert frame.crs.to_epsg() == 4326 and frame.geometry.name == "geometry"
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    west, south, east, north = frame.total_bounds
    middle = [(west + east) / 2, (south + north) / 2]
    part = gpd.read_parquet(file, bbox=(west, south, *middle))
    assert 0 < len(part) < len(frame)
    inside = frame.cx[west : middle[0], south : middle[1]]
    assert set(inside["pnu"]) <= set(part["pnu"])


def test_folders_are_readable_and_a_null_has_hives_name(loaded):
    folders = {str(path.parent.relative_to(loaded.dataset)) for path in loaded.dataset.rglob("part-*.parquet")}
    assert folders == {
        "si_nm=서울특별시/sgg_nm=종로구",
        "si_nm=세종특별자치시/sgg_nm=__HIVE_DEFAULT_PARTITION__",
        "si_nm=충청북도/sgg_nm=증평군",
    }


# What GeoParquet 1.1 asks of the `geo` metadata, sections "Column metadata" and "bbox covering encoding".
COVERING = {
    corner: {"type": "array", "items": [{"const": "bbox"}, {"const": corner}], "minItems": 2, "maxItems": 2}
    for corner in ("xmin", "ymin", "xmax", "ymax")
}
GEO_SCHEMA = {
    "type": "object",
    "required": ["version", "primary_column", "columns"],
    "properties": {
        "version": {"const": "1.1.0"},
        "primary_column": {"const": "geometry"},
        "columns": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "required": ["geometry"],
            "additionalProperties": {
                "type": "object",
                "required": ["encoding", "geometry_types", "bbox", "covering", "orientation"],
                "properties": {
                    "encoding": {"const": "WKB"},
                    "geometry_types": {"type": "array", "uniqueItems": True, "items": {"enum": ["Polygon", "MultiPolygon"]}},
                    "crs": {"$ref": "https://proj.org/schemas/v0.7/projjson.schema.json"},
                    "orientation": {"const": "counterclockwise"},
                    "edges": {"const": "planar"},
                    "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
                    "covering": {
                        "type": "object",
                        "required": ["bbox"],
                        "properties": {
                            "bbox": {"type": "object", "required": list(COVERING), "properties": COVERING},
                        },
                    },
                },
            },
        },
    },
}


def test_every_file_carries_valid_geoparquet_metadata(loaded):
    projjson = json.loads((Path(pyproj.datadir.get_data_dir()) / "projjson.schema.json").read_text())
    registry = Registry().with_resource(
        "https://proj.org/schemas/v0.7/projjson.schema.json", Resource.from_contents(projjson)
    )
    validator = Draft7Validator(GEO_SCHEMA, registry=registry)
    files = list(loaded.dataset.rglob("part-*.parquet"))
    assert files
    for file in files:
        metadata = pq.read_metadata(file)
        geo = json.loads(metadata.metadata[b"geo"])
        assert [error.message for error in validator.iter_errors(geo)] == [], file
        column = geo["columns"]["geometry"]
        if "crs" in column:  # left out, it means OGC:CRS84, the same axis order
            assert pyproj.CRS.from_json_dict(column["crs"]).to_authority() in {("EPSG", "4326"), ("OGC", "CRS84")}
        table = pq.read_table(file, columns=["geometry", "bbox"], partitioning=None)
        geometries = shapely.from_wkb(table["geometry"].to_numpy())
        assert set(column["geometry_types"]) == {geometry.geom_type for geometry in geometries}
        assert list(shapely.total_bounds(geometries)) == column["bbox"]
        covering = table["bbox"].combine_chunks().flatten()
        for values, bounds in zip(covering, shapely.bounds(geometries).T):
            assert (values.to_numpy() == bounds).all()


def test_files_are_compressed_with_zstd_and_sorted_in_space(loaded):
    file = max(loaded.dataset.rglob("part-*.parquet"), key=lambda path: path.stat().st_size)
    metadata = pq.read_metadata(file)
    group = metadata.row_group(0)
    assert {group.column(idx).compression for idx in range(group.num_columns)} == {"ZSTD"}

    # Neighbours in the file are neighbours on the ground: far closer than in the order of a shuffle.
    centres = shapely.get_coordinates(shapely.centroid(gpd.read_parquet(file).geometry.array))
    steps = ((centres[1:] - centres[:-1]) ** 2).sum(axis=1) ** 0.5
    shuffled = np.random.default_rng(1).permutation(centres)
    random_steps = ((shuffled[1:] - shuffled[:-1]) ** 2).sum(axis=1) ** 0.5
    assert steps.mean() < random_steps.mean() / 4
