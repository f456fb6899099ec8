"""PostGIS: a cluster of its own on a free port, as the unprivileged user that PostgreSQL wants."""

import functools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
from duckdb_reader import open_duckdb
from race.engines import Compiled, Connect, Loaded, Missing
from race.engines.duckdb import PARCELS_IN_ORDER
from race.engines.stamp import Stamp
from race.machine import memory_bytes, size_bytes
from race.work import Dialect

ROOT = Path(__file__).parents[3]
# Where the cluster stands when we are root and the cache is closed to others: PostgreSQL does not run as root.
OPEN_FOLDER = Path("/var/tmp/pilji-bench")
DEADLINE_SECS = 60
ROWS_AT_ONCE = 50_000
# `&&` finds by the index, whose bounds are 32-bit floats; the bounds themselves decide.
VIEWPORT = (
    "p.geometry && ST_MakeEnvelope({xmin}, {ymin}, {xmax}, {ymax}, 4326) AND ST_XMin(p.geometry) <= {xmax} "
    "AND ST_XMax(p.geometry) >= {xmin} AND ST_YMin(p.geometry) <= {ymax} AND ST_YMax(p.geometry) >= {ymin}"
)
TABLE = """
    CREATE TABLE parcel (
        geometry geometry(Geometry, 4326) NOT NULL, sgg_oid bigint, pnu text NOT NULL, bjd_cd text NOT NULL,
        bjd_nm text NOT NULL, si_nm text NOT NULL, sgg_nm text, emd_nm text, ri_nm text, bonbun int, bubon int,
        jimok text, san boolean, base_date date)
"""
INDEXES = [
    "CREATE INDEX ON parcel (pnu)",
    "CREATE INDEX ON parcel (bjd_cd, jimok)",
    "CREATE INDEX ON parcel (si_nm, sgg_nm, emd_nm, ri_nm)",
    "CREATE INDEX ON parcel (sgg_nm, jimok)",
    "CREATE INDEX ON parcel USING gist (geometry)",
]


class PostGis:
    """A table in the order of 동 and Hilbert, with B-trees and a GiST index."""

    name = "postgis"
    dialect = Dialect(
        geometry="ST_AsBinary(p.geometry, 'NDR')",
        viewport=VIEWPORT,
        user_table="lists.{name}",
        holds="ST_Intersects(p.geometry, ST_SetSRID(ST_MakePoint(u.lon, u.lat), 4326))",
        area_m2="ST_Area(ST_Transform(p.geometry, 5186))",
    )
    notes = [
        "PostGIS's own best: loaded in order (법정동, Hilbert), B-trees on `pnu`, `(bjd_cd, jimok)`, `(si_nm, sgg_nm, emd_nm, "
        "ri_nm)` and `(sgg_nm, jimok)`, GiST on the geometry, vacuumed and analysed, C collation, a quarter of the memory as "
        "shared buffers, no JIT; asked over TCP on loopback, as Pilji is."
    ]

    def __init__(self, warehouse: Path, folder: Path, threads: int):
        found = subprocess.run(["bash", ROOT / "scripts/postgis.sh"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if found.returncode != 0:
            raise Missing((found.stderr.strip().splitlines() or ["scripts/postgis.sh failed"])[-1])
        self.programs = Path(found.stdout.strip())
        version = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        self.title = f"PostgreSQL {version.stdout.split()[2]}"
        self.dataset = warehouse / "parcel"
        self.user = user()
        self.folder = self._reachable(folder / "postgis")
        self.threads = threads
        self.stamp = Stamp(self.folder / "stamp.json", self.dataset, Path(__file__))
        self.server: subprocess.Popen | None = None
        self.port = 0
        self.password = ""

    def _reachable(self, folder: Path) -> Path:
        if self.user is None or subprocess.run(["test", "-x", folder.parent], user=self.user).returncode == 0:
            return folder
        return OPEN_FOLDER / f"{folder.parent.name}-postgis"

    @property
    def uri(self) -> str:
        """Where clients find it."""
        return f"postgresql://pilji:{self.password}@127.0.0.1:{self.port}/postgres"

    def load(self, tables: dict[str, pa.Table]) -> Loaded:
        """Loads the parcels unless they are there, and users' tables anew."""
        if self.stamp.kept() is None:
            self.make_cluster()
        self.start()
        try:
            if self.stamp.kept() is None:
                self.stamp.write(self._load_parcels())
            with adbc.connect(self.uri) as connection:
                make_tables(connection, tables)
            with self.connect()() as connection, connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("CHECKPOINT")
                cursor.execute("SELECT postgis_lib_version() AS v, pg_total_relation_size('parcel') AS bytes")
                facts = cursor.fetch_arrow_table().to_pylist()[0]
        finally:
            self.stop()
        self.title = f"{self.title.split(' + ')[0]} + PostGIS {facts['v']}"
        return Loaded(self.stamp.kept(), facts["bytes"], "the published files, by `COPY` in binary; indexes; `VACUUM ANALYZE`")

    def make_cluster(self) -> None:
        """Makes an empty cluster in place of whatever stands there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        password = self.folder / "password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        if self.user:
            for path in (self.folder, password):
                shutil.chown(path, self.user)
        self._as_user(
            [self.programs / "initdb", "--pgdata", self.folder / "data", "--username", "pilji", "--pwfile", password,
             "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-instructions"]
        )  # fmt: skip

    def _as_user(self, command: list) -> None:
        done = subprocess.run(command, user=self.user, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Missing(f"{Path(command[0]).name} failed: {done.stdout.strip()}")

    def _load_parcels(self) -> float:
        begin = time.perf_counter()
        with adbc.connect(self.uri) as connection:
            with connection.cursor() as cursor, open_duckdb() as reader:
                reader.execute(f"SET threads = {self.threads}")
                reader.execute(f"SET temp_directory = '{self.folder / 'spill'}'")
                cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
                cursor.execute("DROP TABLE IF EXISTS parcel")
                cursor.execute(TABLE)
                parcels = reader.sql(PARCELS_IN_ORDER.format(dataset=self.dataset))
                parcels = parcels.project("* EXCLUDE (xmin, ymin, xmax, ymax)")
                cursor.adbc_ingest("parcel", parcels.to_arrow_reader(ROWS_AT_ONCE), mode="append")
                for index in INDEXES:
                    cursor.execute(index)
            connection.commit()
        with self.connect()() as connection, connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE parcel")
        return time.perf_counter() - begin

    def unload(self) -> None:
        """Its cluster is the race's own."""

    def start(self) -> None:
        """Starts the cluster and waits until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.password = (self.folder / "password").read_text()
        settings = [f"-c{name}={value}" for name, value in self._settings().items()]
        with (self.folder / "log").open("wb") as log:
            self.server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *settings],
                user=self.user, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + DEADLINE_SECS
        while True:
            try:
                adbc.connect(self.uri).close()
                return
            except adbc.OperationalError as error:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    raise Missing(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-500:]}") from error
                time.sleep(0.02)

    def _settings(self) -> dict[str, str]:
        memory_mib = memory_bytes() >> 20
        return {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": f"{memory_mib // 4}MB",
            "effective_cache_size": f"{memory_mib * 3 // 4}MB",
            "work_mem": "256MB",
            "maintenance_work_mem": "1GB",
            "random_page_cost": "1.1",
            "effective_io_concurrency": "200",
            "max_parallel_workers": str(self.threads),
            "max_parallel_workers_per_gather": str(self.threads - 1),  # the leader works, too
            "max_parallel_maintenance_workers": str(self.threads - 1),
            "jit": "off",
            "autovacuum": "off",  # all is vacuumed and analysed once, after loading
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "16GB",
            "checkpoint_timeout": "1h",
        }

    def stop(self) -> None:
        """Stops the cluster without waiting for clients."""
        if self.server:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(DEADLINE_SECS)
            self.server = None

    def connect(self) -> Connect:
        """An ADBC connection over loopback."""
        return functools.partial(adbc.connect, self.uri, autocommit=True)

    def compiled(self) -> Compiled:
        """With parameters. The password is not for the list of processes."""
        return Compiled(["postgres"], {"PILJI_BENCH_POSTGRES": self.uri}, parameters=True)

    def folders(self) -> list[Path]:
        """The cluster."""
        return [self.folder / "data"]


def user() -> str | None:
    """Who runs PostgreSQL: whoever asks, or the package's user when root asks."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise Missing("root may not run PostgreSQL, and there is no user `postgres`") from None


def make_tables(connection: adbc.Connection, tables: dict[str, pa.Table]) -> None:
    """Makes users' tables."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS lists CASCADE")
        cursor.execute("CREATE SCHEMA lists")
        for name, table in tables.items():
            cursor.adbc_ingest(name, table, mode="create", db_schema_name="lists")
    connection.commit()
