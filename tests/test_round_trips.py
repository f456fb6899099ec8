"""Data that analysts hold goes in by their library and comes back the same: polars, pandas, geopandas, DuckDB, SQLAlchemy."""

import datetime as dt
from decimal import Decimal

import duckdb
import geopandas as gpd
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sqlalchemy as sa
from conftest import TOKEN
from polars.testing import assert_frame_equal
from serving import Server
from shapely import Point, Polygon

ROWS = {
    "번호": [1, 2, None],
    "pnu": ["1111010100100010003", None, "1111010100100010005"],
    "share": [0.25, None, -1e300],
    "price": [Decimal("12.34"), Decimal("-0.01"), None],
    "open": [True, None, False],
    "since": [dt.date(2021, 5, 1), None, dt.date(1910, 8, 29)],
    "seen": [dt.datetime(2021, 5, 1, 12, 34, 56, 789_000), None, dt.datetime(1970, 1, 1)],
    "note": ["필지", "", "a\tb\n'c'"],
}


@pytest.fixture(scope="module")
def writable(tmp_path_factory):
    """A server over an empty warehouse."""
    folder = tmp_path_factory.mktemp("writable")
    (folder / "warehouse").mkdir()
    with Server(folder / "warehouse", TOKEN, folder / "log") as running:
        yield running


def test_polars(writable):
    frame = pl.DataFrame(ROWS, schema_overrides={"price": pl.Decimal(10, 2)})
    with writable.connect() as connection:
        assert frame.write_database("polars_rows", connection, engine="adbc") == 3
        assert frame.write_database("polars_rows", connection, engine="adbc", if_table_exists="append") == 3
        back = pl.read_database("SELECT * FROM polars_rows", connection)
        assert_frame_equal(back, pl.concat([frame, frame]), check_row_order=False)
        with pytest.raises(Exception, match="polars_rows"):
            frame.write_database("polars_rows", connection, engine="adbc", if_table_exists="fail")


def test_pandas(writable):
    frame = pa.table(ROWS).to_pandas(types_mapper=pd.ArrowDtype)
    with writable.connect() as connection:
        frame.to_sql("pandas_rows", connection, index=False)
        back = pd.read_sql("SELECT * FROM pandas_rows", connection, dtype_backend="pyarrow")
        pd.testing.assert_frame_equal(back, frame, check_dtype=False)
        frame.head(1).to_sql("pandas_rows", connection, index=False, if_exists="replace")
        assert pd.read_sql("SELECT count(*) AS n FROM pandas_rows", connection)["n"].tolist() == [1]


def test_geopandas(writable):
    shapes = [Point(126.97, 37.58), Polygon([(126.9, 37.5), (127, 37.5), (127, 37.6)]), None]
    frame = gpd.GeoDataFrame({"name": ["점", "면", "없음"]}, geometry=shapes, crs="EPSG:4326")
    with writable.connect() as connection, connection.cursor() as cursor:
        assert cursor.adbc_ingest("shapes", pa.table(frame.to_arrow(index=False))) == 3
        cursor.execute("SELECT name, geometry FROM shapes")
        back = gpd.GeoDataFrame.from_arrow(cursor.fetch_arrow_table())
        assert back.crs == frame.crs and back["name"].tolist() == frame["name"].tolist()
        assert back.geometry.geom_equals(frame.geometry).tolist() == [True, True, False] and back.geometry[2] is None
        # The server knows it as geometry, too.
        cursor.execute("SELECT st_srid(geometry) AS srid, st_area(geometry) AS area FROM shapes WHERE name = '면'")
        assert cursor.fetchall() == [(4326, pytest.approx(0.005))]


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geopandas_in_the_layouts_of_geoarrow(writable, encoding):
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(1, 2), Point(3, 4)], crs="EPSG:5186")
    table = pa.table(frame.to_arrow(index=False, geometry_encoding=encoding))
    with writable.connect() as connection, connection.cursor() as cursor:
        cursor.adbc_ingest(f"points_{encoding}", table)
        cursor.execute(f"SELECT n, geometry FROM points_{encoding}")
        back = gpd.GeoDataFrame.from_arrow(cursor.fetch_arrow_table())
    assert back.crs == frame.crs and back.geometry.geom_equals(frame.geometry).all()


def test_duckdb(writable):
    with duckdb.connect() as local, writable.connect() as connection, connection.cursor() as cursor:
        numbers = local.sql("SELECT range AS n, 'row ' || range AS t, DATE '2021-05-01' + range::int AS d FROM range(10000)")
        assert cursor.adbc_ingest("duckdb_rows", numbers.to_arrow_table()) == 10_000
        cursor.execute("SELECT * FROM duckdb_rows WHERE n % 2 = 0")
        fetched = cursor.fetch_record_batch()
        same = local.sql("SELECT count(*), count(DISTINCT f.t) FROM fetched f JOIN numbers s USING (n, t, d)").fetchall()
    assert same == [(5000, 5000)]


def test_dictionaries_and_views_come_back_as_text(writable):
    table = pa.table(
        {
            "d": pa.array(["대", "전", None, "대"]).dictionary_encode(),
            "v": pa.array(["a", "b" * 40, "", None], pa.string_view()),
            "l": pa.array(["a", "b", "", None], pa.large_string()),
        }
    )
    with writable.connect() as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("encoded", table, mode="create")
        cursor.adbc_ingest("encoded", table, mode="append")
        cursor.execute("SELECT * FROM encoded")
        back = cursor.fetch_arrow_table()
    assert {field.type for field in back.schema} == {pa.string()}
    assert back["d"].to_pylist() == table["d"].to_pylist() * 2 and back["v"].to_pylist() == table["v"].to_pylist() * 2


def test_sqlalchemy(writable):
    engine = sa.create_engine(f"adbc+flightsql://:{TOKEN}@127.0.0.1:{writable.port}?tls=false")
    frame = pd.DataFrame({"n": [1, 2, 3], "t": ["가", "나", "다"]})
    with writable.connect() as connection:
        frame.to_sql("alchemy_rows", connection, index=False)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT t FROM shared.alchemy_rows WHERE n > :least ORDER BY n"), {"least": 1})
        assert rows.scalars().all() == ["나", "다"]
        table = sa.Table("alchemy_rows", sa.MetaData(), schema="shared", autoload_with=connection)
        assert [column.name for column in table.columns] == ["n", "t"]
        assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 3
        assert sa.inspect(connection).has_table("alchemy_rows", schema="shared")
    assert pd.read_sql("SELECT max(n) AS n FROM shared.alchemy_rows", engine)["n"].tolist() == [3]
