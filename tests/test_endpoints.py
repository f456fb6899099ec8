"""Large answers in several streams, which clients read at once."""

import pyarrow as pa
import pyarrow_flight
import pytest
from conftest import TOKEN
from pyarrow import flight
from serving import Server


@pytest.fixture(scope="module")
def eager(loaded, tmp_path_factory):
    """A server that gives every 1,000 rows an endpoint."""
    settings = {"PILJI_QUERY__ENDPOINT_ROWS": "1000"}
    with Server(loaded.warehouse, TOKEN, tmp_path_factory.mktemp("eager") / "log", settings) as running:
        yield running


def parts(server: Server, sql: str) -> list[pa.Table]:
    """What each endpoint answers, read one by one."""
    with server.connect() as connection, connection.cursor() as cursor:
        partitions, _ = cursor.adbc_execute_partitions(sql)
        tables = []
        for partition in partitions:
            cursor.adbc_read_partition(partition)
            tables.append(cursor.fetch_arrow_table())
        return tables


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pnu, jimok FROM parcel",
        "SELECT upper(pnu) AS pnu, st_area(geometry) AS jimok FROM parcel WHERE bonbun > 3",
        "SELECT p.pnu, p.jimok FROM (SELECT * FROM parcel WHERE jimok <> '대') p",
    ],
)
def test_each_row_comes_in_one_of_several_streams(eager, server, sql):
    tables = parts(eager, sql)
    assert len(tables) > 1 and all(table.num_rows for table in tables)
    order = [("pnu", "ascending"), ("jimok", "ascending")]
    together = pa.concat_tables(tables).sort_by(order)
    assert together.equals(server.sql(sql).sort_by(order))
    # A driver reads them at once.
    assert eager.sql(sql).sort_by(order).equals(together)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pnu FROM parcel WHERE sgg_nm = '종로구'",
        "SELECT pnu FROM parcel ORDER BY pnu",
        "SELECT pnu FROM parcel LIMIT 20000",
        "SELECT DISTINCT pnu FROM parcel",
        "SELECT jimok, count(*) FROM parcel GROUP BY jimok",
        "SELECT a.pnu FROM parcel a JOIN parcel b ON a.pnu = b.pnu",
        "SELECT pnu FROM parcel UNION ALL SELECT pnu FROM parcel",
        "SELECT pnu, row_number() OVER () FROM parcel",
        "SELECT pnu FROM parcel WHERE bonbun > (SELECT avg(bonbun) FROM parcel)",
        "SELECT unnest(make_array(pnu, jimok)) FROM parcel",
    ],
)
def test_what_cannot_be_told_apart_by_files_comes_in_one_stream(eager, server, sql):
    tables = parts(eager, sql)
    assert len(tables) == 1
    assert tables[0].num_rows == server.sql(sql).num_rows


def test_only_rows_in_an_order_that_was_asked_for_are_ordered(eager):
    options = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {TOKEN}".encode())])
    with flight.FlightClient(f"grpc://127.0.0.1:{eager.port}") as client:
        for sql, is_ordered in [
            ("SELECT pnu FROM parcel", False),
            ("SELECT pnu FROM parcel ORDER BY jimok LIMIT 10", True),
            ("SELECT p FROM (SELECT pnu AS p FROM parcel) ORDER BY p", True),
        ]:
            descriptor = flight.FlightDescriptor.for_command(pyarrow_flight.statement_query(sql))
            info = client.get_flight_info(descriptor, options)
            assert info.ordered == is_ordered, sql
        # Who sends SQL as it is reads one endpoint.
        info = client.get_flight_info(flight.FlightDescriptor.for_command(b"SELECT pnu FROM parcel"), options)
        assert len(info.endpoints) == 1
