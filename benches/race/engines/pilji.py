"""Pilji, asked over Flight SQL."""

import functools
import json
import subprocess
from pathlib import Path

import adbc_driver_flightsql.dbapi as flightsql
import pyarrow as pa
import pyarrow.parquet as pq
from binary import BINARY, Run, ok, pilji
from race.engines import Compiled, Connect, Loaded
from race.machine import size_bytes
from race.work import Dialect
from serving import Server

OWNER = "bench"  # of the models that the race registers
VIEWPORT = (
    "p.bbox['xmin'] <= {xmax} AND p.bbox['xmax'] >= {xmin} AND p.bbox['ymin'] <= {ymax} AND p.bbox['ymax'] >= {ymin}"
)


class Pilji:
    """`pilji serve` over a warehouse."""

    name = "pilji"

    def __init__(self, warehouse: Path, ingest_report: Path | None, log: Path):
        self.warehouse = warehouse
        self.ingest_report = ingest_report
        self.log = log
        self.lists = log.parent / "lists"
        self.registered: list[str] = []
        self.server: Server | None = None
        version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout
        self.title = f"Pilji {version.split()[-1]}"
        self.dialect = Dialect(
            geometry="p.geometry", viewport=VIEWPORT, user_table=OWNER + ".{name}",
            holds="ST_Intersects(p.geometry, ST_Point(u.lon, u.lat))", area_m2="area_m2(p.geometry)",
        )  # fmt: skip
        self.notes = [
            "Pilji's load time is that of `pilji ingest` from zipped shapefiles, with parsing and reprojection; the others "
            "load the GeoParquet files that it published.",
            "The compiled client prepares each of Pilji's texts beforehand and times `GetFlightInfo` and `DoGet`: there are "
            "no parameters yet, so that a statement that comes again with another value is planned again. PostgreSQL's is "
            "prepared once, with parameters.",
        ]

    def load(self, tables: dict[str, pa.Table]) -> Loaded:
        """Registers the tables and says what loading cost: the parcels were loaded before anything could be drawn."""
        size = size_bytes(self.warehouse / "parcel")
        self._register(tables)
        if self.ingest_report is None:
            return Loaded(0.0, size, "an existing warehouse")
        report = json.loads(self.ingest_report.read_text())
        return Loaded(report["seconds"], size, "`pilji ingest` of zipped shapefiles")

    def _register(self, tables: dict[str, pa.Table]) -> None:
        """Makes a model of each table, which is a Parquet file of the user's."""
        self.lists.mkdir(exist_ok=True)
        for name, table in tables.items():
            file = self.lists / f"{name}.parquet"
            pq.write_table(table, file)
            self._model("remove", f"{OWNER}.{name}")
            self.registered.append(name)
            ok(self._model("register", file, "--owner", OWNER, "--name", name))

    def _model(self, *arguments) -> Run:
        return pilji("model", *arguments, "--warehouse", self.warehouse)

    def unload(self) -> None:
        """Removes the models: the warehouse may be somebody's."""
        for name in self.registered:
            ok(self._model("remove", f"{OWNER}.{name}"))

    def start(self) -> None:
        """Starts a server on a free port."""
        self.server = Server(self.warehouse, None, self.log)

    def stop(self) -> None:
        """Stops the server."""
        if self.server:
            self.server.stop()
            self.server = None

    def connect(self) -> Connect:
        """An ADBC connection over loopback."""
        return functools.partial(flightsql.connect, f"grpc://127.0.0.1:{self.server.port}", autocommit=True)

    def compiled(self) -> Compiled:
        """Over Flight SQL, too. Pilji has no parameters yet: each text is prepared on its own."""
        return Compiled(["flight", "--url", self.server.url], {}, parameters=False)

    def folders(self) -> list[Path]:
        """The warehouse."""
        return [self.warehouse]
