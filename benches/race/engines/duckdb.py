"""DuckDB, in the asking process: over a table of its own, and over the GeoParquet files that Pilji published."""

import functools
import time
from pathlib import Path

import adbc_driver_duckdb
import adbc_driver_manager.dbapi as adbc
import duckdb
import pyarrow as pa
from duckdb_reader import extension_file, open_duckdb
from race.engines import Connect, Loaded
from race.engines.stamp import Stamp
from race.machine import size_bytes
from race.work import Dialect

VIEWPORT = "p.{}xmin <= {{xmax}} AND p.{}xmax >= {{xmin}} AND p.{}ymin <= {{ymax}} AND p.{}ymax >= {{ymin}}"
# Measured with 1 M parcels: for a window of 200 parcels zone maps over small row groups beat the R-tree (1.3 against 4 ms)
# and the usual ones of 122,880 rows; geometry as BLOB beats GEOMETRY, which is converted on the way out.
ROW_GROUP_ROWS = 16_384
PARCELS_IN_ORDER = """
    SELECT geometry, sgg_oid, pnu, bjd_cd, bjd_nm, si_nm, sgg_nm, emd_nm, ri_nm, bonbun, bubon, jimok, san, base_date,
           bbox.xmin AS xmin, bbox.ymin AS ymin, bbox.xmax AS xmax, bbox.ymax AS ymax
    FROM delta_scan('{dataset}')
    ORDER BY bjd_cd, ST_Hilbert((bbox.xmin + bbox.xmax) / 2, (bbox.ymin + bbox.ymax) / 2,
                                {{min_x: 124, min_y: 33, max_x: 132, max_y: 39}}::BOX_2D), pnu
"""


SHAPE = "ST_GeomFromWKB(p.geometry)"


def dialect(viewport: str) -> Dialect:
    """Geometries are BLOBs of WKB, in the table as in the files."""
    return Dialect(
        geometry="p.geometry",
        viewport=viewport,
        user_table="lists.{name}",
        holds=f"ST_Intersects({SHAPE}, ST_Point(u.lon, u.lat))",
        area_m2=f"ST_Area(ST_Transform({SHAPE}, 'EPSG:4326', 'EPSG:5186', always_xy := true))",
    )


class DuckDb:
    """A table sorted by 동 and along a Hilbert curve, with an ART index on the PNU."""

    name = "duckdb"
    title = f"DuckDB {duckdb.__version__}"
    dialect = dialect(VIEWPORT.format(*[""] * 4))
    notes = [
        f"DuckDB's own best: a table sorted by 법정동 and Hilbert, row groups of {ROW_GROUP_ROWS:,}, bounds as four columns "
        "(zone maps), geometry as WKB in a BLOB, an ART index on the PNU. It runs inside the asking process: no wire."
    ]

    def __init__(self, warehouse: Path, folder: Path, threads: int):
        self.dataset = warehouse / "parcel"
        self.file = folder / "duckdb" / "parcels.duckdb"
        self.threads = threads
        self.stamp = Stamp(self.file.parent / "stamp.json", self.dataset, Path(__file__))

    def load(self, tables: dict[str, pa.Table]) -> Loaded:
        """Loads the parcels unless they are there, and users' tables anew."""
        if self.stamp.kept() is None:
            self.stamp.write(self._load_parcels())
        with open_duckdb() as connection:
            connection.execute(f"ATTACH '{self.file}' AS parcels")
            make_tables(connection, "parcels", tables)
        return Loaded(self.stamp.kept(), size_bytes(self.file), "the published files, read with DuckDB's `delta_scan`")

    def _load_parcels(self) -> float:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.unlink(missing_ok=True)
        with open_duckdb() as connection:
            connection.execute(f"SET threads = {self.threads}")
            connection.execute(f"SET temp_directory = '{self.file.parent / 'spill'}'")
            begin = time.perf_counter()
            connection.execute(f"ATTACH '{self.file}' AS parcels (ROW_GROUP_SIZE {ROW_GROUP_ROWS})")
            connection.execute(f"CREATE TABLE parcels.parcel AS {PARCELS_IN_ORDER.format(dataset=self.dataset)}")
            connection.execute("CREATE INDEX parcel_pnu ON parcels.parcel (pnu)")
            connection.execute("CHECKPOINT parcels")
            return time.perf_counter() - begin

    def unload(self) -> None:
        """Its files are the race's own."""

    def start(self) -> None:
        """Nothing to start: DuckDB opens its file in the asking process."""

    def stop(self) -> None:
        """Nothing to stop."""

    def connect(self) -> Connect:
        """Opens the file, read-only."""
        return functools.partial(connect, str(self.file), "READ_ONLY", [f"SET threads = {self.threads}"])

    def compiled(self) -> None:
        """It has no wire."""

    def folders(self) -> list[Path]:
        """The one file."""
        return [self.file]


class DuckDbFiles:
    """The files of the warehouse, through DuckDB's Delta extension."""

    name = "duckdb-files"
    title = f"DuckDB {duckdb.__version__} on Pilji's files"
    dialect = dialect(VIEWPORT.format(*["bbox."] * 4))
    notes = ["DuckDB on Pilji's files reads the Delta log when it connects (`PIN_SNAPSHOT`), not for each statement."]

    def __init__(self, warehouse: Path, folder: Path, threads: int):
        self.dataset = warehouse / "parcel"
        self.file = folder / "duckdb-files" / "users.duckdb"
        self.threads = threads

    def load(self, tables: dict[str, pa.Table]) -> Loaded:
        """Makes users' tables; the parcels stay where they are."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with open_duckdb() as connection:
            connection.execute(f"ATTACH '{self.file}' AS parcels")
            make_tables(connection, "parcels", tables)
        return Loaded(0.0, size_bytes(self.dataset), "nothing to load: Pilji's files where they are")

    def unload(self) -> None:
        """Its files are the race's own."""

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""

    def connect(self) -> Connect:
        """Attaches the dataset at its newest version."""
        return functools.partial(
            connect,
            str(self.file),
            "READ_ONLY",
            [
                f"SET threads = {self.threads}",
                f"LOAD '{extension_file('delta')}'",
                "SET enable_geoparquet_conversion = false",
                f"ATTACH '{self.dataset}' AS lake (TYPE delta, PIN_SNAPSHOT)",
                "CREATE TEMP VIEW parcel AS SELECT * FROM lake",
            ],
        )

    def compiled(self) -> None:
        """It has no wire."""

    def folders(self) -> list[Path]:
        """The dataset."""
        return [self.dataset]


def connect(file: str, access_mode: str, statements: list[str]) -> adbc.Connection:
    """Opens a database file through ADBC and prepares the connection."""
    connection = adbc.connect(
        driver=adbc_driver_duckdb.driver_path(),
        entrypoint="duckdb_adbc_init",
        db_kwargs={"path": file, "access_mode": access_mode},
        autocommit=True,
    )
    with connection.cursor() as cursor:
        for statement in [f"LOAD '{extension_file('spatial')}'", *statements]:
            cursor.execute(statement)
    return connection


def make_tables(connection: duckdb.DuckDBPyConnection, database: str, tables: dict[str, pa.Table]) -> None:
    """Makes users' tables."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {database}.lists")
    for name, table in tables.items():
        connection.register("users", table)
        connection.execute(f"CREATE OR REPLACE TABLE {database}.lists.{name} AS FROM users")
    connection.execute(f"CHECKPOINT {database}")
