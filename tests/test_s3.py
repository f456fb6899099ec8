"""Data in S3-compatible stores, against moto: connections, models, and failures in words."""

import json
import socket

import boto3
import pytest
import user_files
from binary import ok, pilji
from moto.server import ThreadedMotoServer
from serving import Server

BUCKET = "users-data"
KEY, SECRET = "AKIDFORTESTS", "a-secret-for-tests"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """An S3 store with a CSV file, a Parquet file and a tree; returns its URL."""
    folder = tmp_path_factory.mktemp("s3")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    client.create_bucket(Bucket=BUCKET)
    for name, make in [
        ("shops/상가.csv", user_files.cp949_csv),
        ("shops/points.parquet", user_files.geoparquet),
        ("tree/SI_NM=서울특별시/part-0.parquet", user_files.geoparquet),
        ("tree/SI_NM=경기도/part-0.parquet", user_files.geoparquet),
    ]:
        client.upload_file(str(make(folder)), BUCKET, name)
    yield url
    server.stop()


@pytest.fixture
def lake(store, tmp_path):
    """A warehouse with a connection `lake`."""
    warehouse = tmp_path / "warehouse"
    flags = ["--endpoint", store, "--allow-http", "--access-key-id", KEY, "--secret-env", "LAKE_SECRET"]
    ok(pilji("connection", "add", "s3", "lake", f"{BUCKET}/", *flags, "--warehouse", warehouse))
    return warehouse


def with_secret(*arguments):
    return pilji(*arguments, environment={"LAKE_SECRET": SECRET})


def test_a_connection_is_tried_out_and_its_secret_is_nowhere(lake):
    run = ok(with_secret("connection", "test", "lake", "--warehouse", lake))
    assert "it holds 4 files" in run.stdout and "were read" in run.stdout, run.stdout
    shown = ok(with_secret("connection", "show", "lake", "--warehouse", lake)).stdout
    listed = ok(with_secret("connection", "list", "--json", "--warehouse", lake)).stdout
    assert "LAKE_SECRET" in shown and BUCKET in listed
    kept = "".join(path.read_text() for path in lake.rglob("*.toml"))
    assert SECRET not in shown + listed + kept


def test_data_in_a_bucket_becomes_models(lake):
    for location, name, expected in [
        ("lake:shops/상가.csv", "상가", user_files.SHOP_ROLES),
        ("lake:shops/points.parquet", "points", {"PNU": "pnu", "geometry": "geometry"}),
        ("lake:tree", "tree", {"PNU": "pnu", "geometry": "geometry", "SI_NM": "si_nm"}),
    ]:
        run = ok(with_secret("model", "register", location, "--json", "--warehouse", lake))
        model = json.loads(run.stdout)
        assert model["name"] == name
        assert {c["name"]: c["role"] for c in model["columns"] if c["role"]} == expected
        assert model["source"]["location"] == location
    run = with_secret("model", "register", "lake:nothing.csv", "--warehouse", lake)
    assert run.code == 1 and "nothing.csv" in run.error, run.stderr


def test_data_in_a_bucket_is_queried_where_it_is(lake, tmp_path):
    for location in ["lake:shops/상가.csv", "lake:shops/points.parquet", "lake:tree"]:
        ok(with_secret("model", "register", location, "--warehouse", lake))
    with Server(lake, None, tmp_path / "log", {"LAKE_SECRET": SECRET}) as server:
        assert server.sql("SELECT * FROM shared.상가").shape == (user_files.N_ROWS, 8)
        assert server.value("SELECT count(*) FROM shared.points") == user_files.N_ROWS
        by_name = server.sql('SELECT "SI_NM", count(*) AS n FROM shared.tree GROUP BY 1').to_pylist()
        assert {row["SI_NM"]: row["n"] for row in by_name} == {"서울특별시": 40, "경기도": 40}
        one = f"SELECT count(*) FROM shared.tree WHERE si_nm = '경기도' AND pnu = '{user_files.pnu(8)}'"
        assert server.value(one) == 1
    with Server(lake, None, tmp_path / "log") as server, pytest.raises(Exception, match="LAKE_SECRET"):
        server.sql("SELECT * FROM shared.상가")


def test_failures_are_told_in_words(lake, store, tmp_path):
    def closed_port():
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            return listener.getsockname()[1]

    run = pilji("connection", "test", "lake", "--warehouse", lake)
    assert run.code == 1 and "LAKE_SECRET is not set" in run.error, run.stderr
    http = ["--allow-http", "--anonymous"]
    for name, bucket, flags, words in [
        ("gone", "no-such-bucket", ["--endpoint", store, *http], "has no bucket"),
        ("dead", BUCKET, ["--endpoint", f"http://127.0.0.1:{closed_port()}", *http], "connection refused"),
        ("nohost", BUCKET, ["--endpoint", "http://no-such-host.invalid:9000", *http], "DNS"),
    ]:
        ok(pilji("connection", "add", "s3", name, bucket, *flags, "--warehouse", lake))
        run = pilji("connection", "test", name, "--warehouse", lake)
        assert run.code == 1 and words in run.error, run.stderr
    secret_file = tmp_path / "secret"
    for flags, words in [
        (["--endpoint", store], "--allow-http"),
        (["--access-key-id", KEY], "go together"),
        (["--access-key-id", KEY, "--secret-file", secret_file, "--anonymous"], "no access key"),
    ]:
        run = pilji("connection", "add", "s3", "wrong", BUCKET, *flags, "--warehouse", lake)
        assert run.code == 1 and words in run.error, run.stderr


def test_a_secret_can_stand_in_a_file(store, tmp_path):
    warehouse, secret_file = tmp_path / "warehouse", tmp_path / "secret"
    flags = ["--endpoint", store, "--allow-http", "--access-key-id", KEY, "--secret-file", secret_file]
    ok(pilji("connection", "add", "s3", "lake", f"{BUCKET}/shops", *flags, "--warehouse", warehouse))
    run = pilji("connection", "test", "lake", "--warehouse", warehouse)
    assert run.code == 1 and "secret cannot be read" in run.error.replace(str(tmp_path) + "/", ""), run.stderr
    secret_file.write_text(SECRET + "\n")
    assert "it holds 2 files" in ok(pilji("connection", "test", "lake", "--warehouse", warehouse)).stdout
