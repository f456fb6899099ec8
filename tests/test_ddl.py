"""Tables of users' files made, described and dropped by SQL, as ADBC and pyarrow clients send it."""

from contextlib import contextmanager

import adbc_driver_flightsql.dbapi as flightsql
import adbc_driver_manager
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow_flight
import pytest
from binary import ingest
from pyarrow import flight
from serving import Server

TOKEN = "a-token-for-ddl"
SHOPS = "가게,PNU,Area\n김밥,1111010100100010003,12.5\n국수,1111010100100010005,7\n떡,,3.25\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder of users' files, among them one in cp949, one of JSON lines and trees with and without names."""
    root = tmp_path_factory.mktemp("users") / "files"
    root.mkdir()
    (root / "shops.csv").write_bytes(SHOPS.encode("cp949"))
    (root / "visits.jsonl").write_text('{"who": "kim", "n": 1}\n{"who": "lee", "n": 2}\n')
    pq.write_table(pa.table({"EMD_CD": ["11110101", "11110102"], "Area": [1.5, 2.5]}), root / "dong.parquet")
    for si, sgg, jimok in [("서울특별시", "종로구", "대"), ("서울특별시", "중구", "도"), ("세종특별자치시", "NULL", "전")]:
        folder = root / "bare" / si / sgg
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"jimok": [jimok]}), folder / "part-0.parquet")
    (root.parent / "secret.csv").write_text("a\n1\n")
    (root / "link.csv").symlink_to(root.parent / "secret.csv")
    return root


@pytest.fixture(scope="module")
def server(official, root, tmp_path_factory):
    """A server of its own: these tests change what is in the warehouse."""
    folder = tmp_path_factory.mktemp("ddl")
    ingest(folder / "warehouse", *[path for path in official.inputs if "_36_" in path.name])
    with Server(folder / "warehouse", TOKEN, folder / "log", {"PILJI_ROOTS": str(root)}) as running:
        yield running


@contextmanager
def cursor_of(server, user: str | None = None):
    """A cursor of a named user, who presents the token as the password, or of nobody by name."""
    address = f"grpc://127.0.0.1:{server.port}"
    if user is None:
        connection = server.connect()
    else:
        kwargs = {"username": user, "password": server.token}
        connection = flightsql.connect(address, db_kwargs=kwargs, autocommit=True)
    with connection, connection.cursor() as cursor:
        yield cursor


def run(cursor, sql: str) -> list:
    cursor.execute(sql)
    return cursor.fetchall()


def refusal(cursor, sql: str) -> str:
    with pytest.raises(adbc_driver_manager.Error) as raised:
        run(cursor, sql)
    return str(raised.value)


def create(name: str, location, kind: str = "CSV", rest: str = "") -> str:
    return f"CREATE EXTERNAL TABLE {name} STORED AS {kind} LOCATION '{location}' {rest}"


def test_a_table_is_made_asked_described_and_dropped(server, root):
    with cursor_of(server) as cursor:
        ((sentence,), *_) = run(cursor, create("shops", root / "shops.csv"))
        assert "shared.shops" in sentence and "3 columns" in sentence
        assert run(cursor, "SELECT 가게, area FROM shops WHERE pnu IS NULL") == [("떡", 3.25)]
        assert run(cursor, "SELECT count(*) FROM shared.shops") == [(3,)]
        run(cursor, "COMMENT ON TABLE shops IS '동네 가게'")
        run(cursor, "COMMENT ON COLUMN shops.area IS '면적(㎡)'")
        assert "no_such" in refusal(cursor, "COMMENT ON COLUMN shops.no_such IS 'x'")
        assert "dropped" in run(cursor, "DROP TABLE shops")[0][0]
        assert "shops" in refusal(cursor, "SELECT * FROM shops")
    assert (root / "shops.csv").exists()


def test_updates_do_what_queries_do(server, root):
    with cursor_of(server) as cursor:
        for sql in (create("visits", root / "visits.jsonl", "JSON"), "COMMENT ON TABLE visits IS '방문'"):
            cursor.adbc_statement.set_sql_query(sql)
            cursor.adbc_statement.execute_update()
        assert run(cursor, "SELECT sum(n) FROM visits") == [(3,)]
        cursor.adbc_prepare("DROP TABLE visits")
        cursor.adbc_statement.execute_update()
        assert "visits" in refusal(cursor, "SELECT * FROM visits")
        cursor.adbc_statement.set_sql_query("SELECT 1")
        with pytest.raises(adbc_driver_manager.Error, match="send it as a query"):
            cursor.adbc_statement.execute_update()


def test_a_prepared_statement_answers_as_of_its_use(server):
    with cursor_of(server) as early, cursor_of(server) as other:
        run(other, "CREATE TABLE steps AS SELECT 1 AS n")
        run(other, "CREATE VIEW moment AS SELECT now() AS at")

        def use_after(prepared: str, change: str) -> tuple:
            early.adbc_prepare(prepared)
            changed = run(other, change)
            return run(early, prepared)[0][0], changed[0][0]

        assert use_after("SELECT sum(n) FROM steps", "INSERT INTO steps SELECT 41")[0] == 42
        listed = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'more_steps'"
        assert use_after(listed, "CREATE TABLE more_steps AS SELECT 1 AS n")[0] == 1
        for now in ("SELECT now()", "SELECT at FROM moment", "SELECT * FROM dsl($$ model moment | fields at $$)"):
            used, before = use_after(now, "SELECT now()")
            assert used > before, now
        for name in ("VIEW moment", "TABLE steps", "TABLE more_steps"):
            run(other, f"DROP {name}")


def test_each_user_has_a_schema(server, root):
    with cursor_of(server, "Kim") as kim, cursor_of(server, "lee") as lee, cursor_of(server) as nobody:
        run(kim, create("mine", root / "dong.parquet", "PARQUET"))
        assert run(kim, "SELECT count(*) FROM mine") == run(lee, "SELECT count(*) FROM kim.mine") == [(2,)]
        assert "mine" in refusal(lee, "SELECT * FROM mine")
        assert "mine" in refusal(nobody, "SELECT * FROM mine")
        for cursor in (lee, nobody):
            for sql in (
                "DROP TABLE kim.mine",
                "COMMENT ON TABLE kim.mine IS 'x'",
                create("kim.other", root / "dong.parquet", "PARQUET"),
            ):
                assert "belongs to kim" in refusal(cursor, sql)
        run(lee, create("mine", root / "shops.csv"))
        assert run(lee, "SELECT count(*) FROM mine") == [(3,)]
        run(nobody, create("common", root / "dong.parquet", "PARQUET"))
        assert run(kim, "SELECT count(*) FROM common") == [(2,)]
        assert "belongs to shared" in refusal(kim, "DROP TABLE common")
        run(nobody, "DROP TABLE common")
        run(kim, "DROP TABLE kim.mine")
        run(lee, "DROP TABLE mine")


def test_a_name_told_in_a_handshake_is_remembered(server, root):
    with flight.FlightClient(f"grpc://127.0.0.1:{server.port}") as client:
        options = flight.FlightCallOptions(headers=[client.authenticate_basic_token("김", TOKEN)])

        def ask(sql: str) -> list:
            command = pyarrow_flight.statement_query(sql)
            info = client.get_flight_info(flight.FlightDescriptor.for_command(command), options)
            return client.do_get(info.endpoints[0].ticket, options).read_all().to_pylist()

        ask(create("동", root / "dong.parquet", "PARQUET"))
        assert ask('SELECT count(*) AS n FROM "김"."동"') == [{"n": 2}]
        ask("DROP TABLE 동")


def test_again_changes_nothing(server, root):
    with cursor_of(server) as cursor:
        sql = create("again", root / "shops.csv")
        assert "nothing was done" in run(cursor, "DROP TABLE IF EXISTS again")[0][0]
        assert "again" in refusal(cursor, "DROP TABLE again")
        run(cursor, sql)
        assert "already" in refusal(cursor, sql)
        assert "nothing was done" in run(cursor, sql.replace("TABLE", "TABLE IF NOT EXISTS"))[0][0]
        run(cursor, "DROP TABLE IF EXISTS again")


def test_types_that_are_given_are_the_types(server, root):
    with cursor_of(server) as cursor:
        run(cursor, create("typed (area DECIMAL(8, 2), PNU VARCHAR)", root / "shops.csv"))
        cursor.execute("SELECT area, pnu FROM typed ORDER BY area")
        schema = cursor.fetch_arrow_table().schema
        assert schema.types == [pa.decimal128(8, 2), pa.string()]
        assert "nothing_like_it" in refusal(cursor, create("wrong (nothing_like_it INT)", root / "shops.csv"))
        run(cursor, "DROP TABLE typed")


def test_columns_with_capitals_are_found_unquoted(server, root):
    with cursor_of(server) as cursor:
        run(cursor, create("dong", root / "dong.parquet", "PARQUET"))
        for sql in (
            "SELECT emd_cd FROM dong WHERE area > 2",
            "SELECT d.Emd_Cd FROM dong d WHERE d.AREA > 2 ORDER BY emd_cd",
            'SELECT "EMD_CD" FROM (SELECT * FROM dong) AS s WHERE "Area" > 2',
        ):
            assert run(cursor, sql) == [("11110102",)], sql
        assert "EMD_CD" in refusal(cursor, 'SELECT "emd_cd" FROM dong')
        run(cursor, "DROP TABLE dong")


def test_folders_without_names_are_named_by_partitioned_by(server, root):
    with cursor_of(server) as cursor:
        run(cursor, create("bare", root / "bare", "PARQUET", "PARTITIONED BY (si_nm, sgg_nm)"))
        assert run(cursor, "SELECT jimok FROM bare WHERE sgg_nm = '중구'") == [("도",)]
        assert run(cursor, "SELECT si_nm, jimok FROM bare WHERE sgg_nm IS NULL") == [("세종특별자치시", "전")]
        run(cursor, "DROP TABLE bare")


def test_only_files_below_the_roots_are_read(server, root, official, tmp_path):
    with cursor_of(server) as cursor:
        for outside in ("/etc/passwd", root.parent / "secret.csv", root / "link.csv", f"{root}/../secret.csv"):
            message = refusal(cursor, create("t", outside))
            assert "roots" in message, message
        assert "nothing.csv" in refusal(cursor, create("t", root / "nothing.csv"))
        assert "shared.t" not in refusal(cursor, "SELECT * FROM t")
    with Server(server_warehouse(tmp_path, official), None, tmp_path / "log") as closed, cursor_of(closed) as cursor:
        message = refusal(cursor, create("t", root / "shops.csv"))
        assert "PILJI_ROOTS" in message or "roots" in message


def server_warehouse(folder, official):
    warehouse = folder / "warehouse"
    ingest(warehouse, *[path for path in official.inputs if "_36_" in path.name])
    return warehouse


def test_datasets_are_not_changed_by_sql(server):
    with cursor_of(server) as cursor:
        for sql in ("DROP TABLE parcel", "DROP TABLE IF EXISTS public.parcel", "COMMENT ON TABLE parcel IS 'x'"):
            assert "pilji dataset drop" in refusal(cursor, sql)
        assert run(cursor, "SELECT count(*) > 0 FROM parcel") == [(True,)]


def test_a_dataset_is_found_before_a_table_of_its_name(server, root):
    with cursor_of(server) as cursor:
        sentences = [row[0] for row in run(cursor, create("parcel", root / "shops.csv"))]
        assert any("found first" in sentence for sentence in sentences)
        assert run(cursor, "SELECT count(*) FROM shared.parcel") == [(3,)]
        assert "shared.parcel" in refusal(cursor, "DROP TABLE parcel")
        run(cursor, "DROP TABLE shared.parcel")


def test_tables_are_listed_where_clients_look(server, root):
    with cursor_of(server, "kim") as cursor:
        run(cursor, create("listed", root / "dong.parquet", "PARQUET"))
        tables = run(cursor, "SELECT table_schema, table_name FROM information_schema.tables")
        assert ("kim", "listed") in tables and ("public", "parcel") in tables
        columns = run(cursor, "SELECT column_name FROM information_schema.columns WHERE table_name = 'listed'")
        assert sorted(columns) == [("Area",), ("EMD_CD",)]
        assert ("kim",) in run(cursor, "SELECT schema_name FROM information_schema.schemata")
    with server.connect() as connection:
        objects = connection.adbc_get_objects(depth="columns", table_name_filter="listed").read_all().to_pylist()
        (schema,) = [
            schema for schema in objects[0]["catalog_db_schemas"] if schema["db_schema_name"] == "kim"
        ]
        (table,) = schema["db_schema_tables"]
        assert [column["column_name"] for column in table["table_columns"]] == ["EMD_CD", "Area"]
    with cursor_of(server, "kim") as cursor:
        run(cursor, "DROP TABLE listed")


def test_a_ticket_outlives_a_change_of_the_table(server, root):
    with (
        cursor_of(server) as cursor,
        flight.FlightClient(f"grpc://127.0.0.1:{server.port}") as client,
    ):
        options = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {TOKEN}".encode())])
        descriptor = flight.FlightDescriptor.for_command(pyarrow_flight.statement_query("SELECT * FROM pinned"))
        run(cursor, create("pinned", root / "dong.parquet", "PARQUET"))
        infos = [client.get_flight_info(descriptor, options) for _ in range(2)]
        run(cursor, "COMMENT ON TABLE pinned IS 'changed in between'")
        assert client.do_get(infos[0].endpoints[0].ticket, options).read_all().num_rows == 2
        run(cursor, "DROP TABLE pinned")
        assert client.do_get(infos[1].endpoints[0].ticket, options).read_all().num_rows == 2


def test_two_servers_on_one_warehouse_see_a_table_at_once(server, root, tmp_path):
    with Server(server.warehouse, None, tmp_path / "log") as other, cursor_of(other) as there:
        with cursor_of(server) as here:
            run(here, create("seen", root / "dong.parquet", "PARQUET"))
            assert run(there, "SELECT count(*) FROM seen") == [(2,)]
            run(here, "DROP TABLE seen")
        assert "seen" in refusal(there, "SELECT count(*) FROM seen")
