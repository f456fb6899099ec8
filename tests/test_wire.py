"""Flight SQL as clients speak it: pyarrow, ADBC, metadata, authentication, streams."""

import signal
import subprocess

import adbc_driver_manager
import geopandas as gpd
import polars as pl
import pyarrow as pa
import pyarrow_flight
import pytest
from binary import BINARY, ENVIRONMENT, ingest, pilji
from conftest import TOKEN
from pyarrow import flight
from serving import Server

MIB = 1 << 20


def call_options(token: str) -> flight.FlightCallOptions:
    return flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {token}".encode())])


def statement(sql: str) -> flight.FlightDescriptor:
    return flight.FlightDescriptor.for_command(pyarrow_flight.statement_query(sql))


@pytest.fixture(scope="module")
def flight_client(server):
    with flight.FlightClient(f"grpc://127.0.0.1:{server.port}") as client:
        yield client


# Reading


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM parcel LIMIT 10",
        "SELECT * FROM parcel WHERE false",
        "SELECT jimok, count(*) AS n, avg(bonbun) FROM parcel GROUP BY jimok",
        "SELECT geometry FROM parcel LIMIT 3",
        "SELECT 1 AS one, 'ㄱ' AS letter, NULL AS nothing",
    ],
)
def test_the_schema_that_is_announced_is_the_schema_that_comes(flight_client, sql):
    options = call_options(TOKEN)
    info = flight_client.get_flight_info(statement(sql), options)
    stream = flight_client.do_get(info.endpoints[0].ticket, options)
    assert stream.schema.equals(info.schema, check_metadata=True)
    assert stream.read_all().schema.equals(info.schema, check_metadata=True)


def test_text_and_bytes_come_as_utf8_and_binary(server):
    schema = server.sql("SELECT * FROM parcel LIMIT 1").schema
    types = {field.name: field.type for field in schema}
    assert types["pnu"] == types["bjd_nm"] == types["jimok"] == types["si_nm"] == pa.string()
    assert types["geometry"] == pa.binary()
    assert types["sgg_oid"] == pa.int64() and types["bonbun"] == types["bubon"] == pa.int32()
    assert types["san"] == pa.bool_() and types["base_date"] == pa.date32()
    assert [child.name for child in types["bbox"]] == ["xmin", "ymin", "xmax", "ymax"]


def test_columns_stand_in_the_documented_order(server):
    assert server.sql("SELECT * FROM parcel LIMIT 0").column_names == [
        "geometry", "sgg_oid", "pnu", "bjd_cd", "bjd_nm", "si_nm", "sgg_nm", "emd_nm", "ri_nm", "bonbun", "bubon",
        "jimok", "san", "base_date", "bbox",
    ]  # fmt: skip


def test_the_geometry_column_says_what_it_is(server):
    field = server.sql("SELECT geometry FROM parcel LIMIT 1").schema.field("geometry")
    assert field.metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"
    assert b"4326" in field.metadata[b"ARROW:extension:metadata"]


@pytest.mark.parametrize("sql", ["SELECT * FROM parcel LIMIT 100", "SELECT geometry AS g, pnu FROM parcel LIMIT 5"])
def test_geopandas_needs_no_hint_for_the_crs(server, sql):
    frame = gpd.GeoDataFrame.from_arrow(server.sql(sql))
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.notna().all() and set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    assert frame.total_bounds[0] > 124 and frame.total_bounds[2] < 132 and 33 < frame.total_bounds[1] < 39


def test_polars_and_pandas_read_through_adbc(server, loaded):
    with server.connect() as connection:
        frame = pl.read_database("SELECT pnu, bonbun, ri_nm FROM parcel", connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pnu, bonbun, ri_nm FROM parcel")
            pandas_frame = cursor.fetch_df()
    assert frame.shape == pandas_frame.shape == (loaded.report["published"], 3)
    assert frame["ri_nm"].null_count() == pandas_frame["ri_nm"].isna().sum() > 0


def test_a_prepared_statement_runs_more_than_once(server, loaded):
    with server.connect() as connection, connection.cursor() as cursor:
        schema = cursor.adbc_prepare("SELECT count(*) AS n FROM parcel")
        assert schema is None or len(schema) == 0
        for _ in range(3):
            cursor.execute("SELECT count(*) AS n FROM parcel")
            assert cursor.fetchone() == (loaded.report["published"],)


def test_one_connection_serves_many_cursors(server):
    with server.connect() as connection:
        cursors = [connection.cursor() for _ in range(8)]
        for number, cursor in enumerate(cursors):
            cursor.execute(f"SELECT pnu, {number} AS n FROM parcel LIMIT 1000")
        for number, cursor in enumerate(cursors):
            table = cursor.fetch_arrow_table()
            assert table.num_rows == 1000 and set(table["n"].to_pylist()) == {number}
            cursor.close()


# Metadata


def test_catalogs_schemas_tables_and_types_are_listed(server):
    with server.connect() as connection:
        assert connection.adbc_get_table_types() == ["BASE TABLE"] or "TABLE" in connection.adbc_get_table_types()
        objects = connection.adbc_get_objects(depth="all").read_all().to_pylist()
    tables = {
        (catalog["catalog_name"], schema["db_schema_name"], table["table_name"]): table
        for catalog in objects
        for schema in catalog["catalog_db_schemas"]
        for table in schema["db_schema_tables"]
    }
    parcel = tables["pilji", "public", "parcel"]
    assert [column["column_name"] for column in parcel["table_columns"]][:3] == ["geometry", "sgg_oid", "pnu"]
    assert ("pilji", "information_schema", "tables") in tables or len(tables) >= 1


@pytest.mark.parametrize("pattern,found", [("par%", True), ("parce_", True), ("PARCEL", False), ("x%", False)])
def test_table_names_are_filtered_with_like_patterns(server, pattern, found):
    with server.connect() as connection:
        objects = connection.adbc_get_objects(depth="tables", table_name_filter=pattern).read_all().to_pylist()
    names = {
        table["table_name"]
        for catalog in objects
        for schema in catalog["catalog_db_schemas"] or []
        for table in schema["db_schema_tables"] or []
    }
    assert ("parcel" in names) == found


def test_a_tables_schema_is_told_without_reading_it(server):
    with server.connect() as connection:
        schema = connection.adbc_get_table_schema("parcel")
    assert schema.names == server.sql("SELECT * FROM parcel LIMIT 0").schema.names


def test_information_schema_lists_the_datasets(server):
    names = server.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    assert names.column(0).to_pylist() == ["parcel"]


# Errors


@pytest.mark.parametrize(
    "sql,status,words",
    [
        ("SELEC 1", "INVALID_ARGUMENT", "SELEC"),
        ("SELECT nothing FROM parcel", "INVALID_ARGUMENT", "nothing"),
        ("SELECT * FROM no_such_table", "NOT_FOUND", "no_such_table"),
        ("DROP TABLE parcel", "INVALID_ARGUMENT", ""),
        ("DELETE FROM parcel", "INVALID_ARGUMENT", "only queries are accepted"),
        ("COPY parcel TO '/tmp/pilji-copy.csv'", "INVALID_ARGUMENT", ""),
        ("INSERT INTO parcel SELECT * FROM parcel", "INVALID_ARGUMENT", ""),
        ("SET datafusion.execution.batch_size = 1", "INVALID_ARGUMENT", ""),
    ],
)
def test_a_wrong_statement_is_the_callers_error_and_leaks_nothing(server, loaded, sql, status, words):
    with pytest.raises(adbc_driver_manager.Error) as raised:
        server.sql(sql)
    message = str(raised.value)
    names = {"INVALID_ARGUMENT": "InvalidArgument", "NOT_FOUND": "NotFound"}
    assert names[status] in message or status in message, message
    assert words in message
    for leak in (str(loaded.warehouse), ".rs:", ".parquet", "DataFusion error"):
        assert leak not in message, message


def test_files_of_the_machine_are_no_tables(server):
    for sql in ("SELECT * FROM '/etc/passwd'", "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'"):
        with pytest.raises(adbc_driver_manager.Error):
            server.sql(sql)


# Authentication


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper()])
def test_every_call_wants_the_token(server, flight_client, token):
    options = call_options(token) if token else flight.FlightCallOptions()
    good = flight_client.get_flight_info(statement("SELECT count(*) FROM parcel"), call_options(TOKEN))
    with pytest.raises(flight.FlightUnauthenticatedError):
        flight_client.get_flight_info(statement("SELECT 1"), options)
    with pytest.raises(flight.FlightUnauthenticatedError):
        flight_client.do_get(good.endpoints[0].ticket, options).read_all()
    with pytest.raises(flight.FlightUnauthenticatedError):
        list(flight_client.do_action(flight.Action("CreatePreparedStatement", b""), options))


def test_the_token_is_also_a_password(flight_client):
    header = flight_client.authenticate_basic_token("anybody", TOKEN)
    options = flight.FlightCallOptions(headers=[header])
    info = flight_client.get_flight_info(statement("SELECT 1 AS one"), options)
    assert flight_client.do_get(info.endpoints[0].ticket, options).read_all().to_pylist() == [{"one": 1}]
    with pytest.raises(flight.FlightUnauthenticatedError):
        flight_client.authenticate_basic_token("anybody", "wrong")


def test_a_forged_ticket_is_refused(flight_client):
    options = call_options(TOKEN)
    good = flight_client.get_flight_info(statement("SELECT 1"), options).endpoints[0].ticket.ticket
    for forged in (b"", b"x", good[:-1], good[:-4] + bytes(byte ^ 1 for byte in good[-4:])):
        with pytest.raises((flight.FlightError, pa.ArrowException)) as raised:
            flight_client.do_get(flight.Ticket(forged), options).read_all()
        assert not isinstance(raised.value, flight.FlightInternalError), raised.value


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_the_server_does_not_listen_beyond_this_machine_without_a_token(loaded, address):
    run = pilji("serve", "--warehouse", loaded.warehouse, "--listen", address)
    assert run.code != 0
    assert "token" in run.error.lower() and len(run.error.splitlines()) <= 2, run.error


def test_a_busy_port_is_named(server, loaded):
    run = pilji("serve", "--warehouse", loaded.warehouse, "--listen", f"127.0.0.1:{server.port}")
    assert run.code != 0 and str(server.port) in run.error


def test_a_warehouse_that_does_not_exist_is_named(tmp_path):
    run = pilji("serve", "--warehouse", tmp_path / "nowhere", "--listen", "127.0.0.1:0")
    assert run.code != 0 and "nowhere" in run.error


# Streams


def test_a_result_larger_than_the_servers_memory_growth_streams_through(loaded, tmp_path):
    with Server(loaded.warehouse, None, tmp_path / "log") as fresh:
        fresh.sql("SELECT * FROM parcel LIMIT 1000")
        before = fresh.memory_bytes("VmHWM")
        copies = 40
        numbers = ", ".join(f"({number})" for number in range(copies))
        sql = f"SELECT parcel.* FROM (VALUES {numbers}) AS copy(number) CROSS JOIN parcel"
        rows = streamed = 0
        with fresh.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            for batch in cursor.fetch_record_batch():
                rows += batch.num_rows
                streamed += batch.get_total_buffer_size()
        growth = fresh.memory_bytes("VmHWM") - before
    assert rows == copies * loaded.report["published"]
    assert streamed > 500 * MIB
    assert growth < 128 * MIB, f"{growth / MIB:.0f} MiB more for {streamed / MIB:.0f} MiB streamed"


def test_ctrl_c_lets_a_running_query_finish(loaded, tmp_path):
    server = Server(loaded.warehouse, None, tmp_path / "log")
    with flight.FlightClient(f"grpc://127.0.0.1:{server.port}") as client:
        info = client.get_flight_info(statement(" UNION ALL ".join(["SELECT * FROM parcel"] * 10)))
        reader = client.do_get(info.endpoints[0].ticket)
        rows = reader.read_chunk().data.num_rows
        server.process.send_signal(signal.SIGINT)
        rows += sum(chunk.data.num_rows for chunk in reader)
    assert rows == 10 * loaded.report["published"]
    assert server.process.wait(30) == 0


def test_a_running_server_sees_what_is_published_under_it(tmp_path, official):
    warehouse = tmp_path / "warehouse"
    seoul, sejong = [[path for path in official.inputs if f"_{sido}_" in path.name] for sido in ("11", "36")]
    first = ingest(warehouse, *seoul)
    with Server(warehouse, None, tmp_path / "log") as server:
        assert server.value("SELECT count(*) FROM parcel") == first["published"]
        second = ingest(warehouse, *sejong)
        assert server.value("SELECT count(*) FROM parcel") == first["published"] + second["published"]
        ingest(warehouse, *sejong, "--dataset", "more")
        assert server.value("SELECT count(*) FROM more") == second["published"]


def test_the_log_of_a_quiet_run_has_no_warning(loaded, tmp_path):
    log = tmp_path / "log"
    with Server(loaded.warehouse, TOKEN, log) as server:
        server.sql("SELECT count(*) FROM parcel")
    text = log.read_text()
    assert " WARN" not in text and " ERROR" not in text and TOKEN not in text, text


def test_the_token_is_never_shown(loaded):
    run = subprocess.run(
        [BINARY, "config"], env=ENVIRONMENT | {"PILJI_TOKEN": TOKEN}, capture_output=True, text=True, check=True
    )
    assert TOKEN not in run.stdout + run.stderr
