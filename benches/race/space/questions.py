"""What is asked. Every answer is one row of counts and sums, so that the time is not that of carrying rows away."""

from dataclasses import dataclass

WINDOW = (127.1, 37.45, 127.1255, 37.4705)


@dataclass(frozen=True)
class Question:
    """A question in the dialect of each engine."""

    name: str
    what: str
    tables: tuple[str, ...]
    sql: str
    # Where the question is asked: over Parquet files, over tables in memory.
    places: tuple[str, ...] = ("files", "memory")
    # Texts for engines that spell it differently.
    duckdb: str | None = None

    def text(self, engine: str) -> str:
        """The text for an engine."""
        return self.duckdb or self.sql if engine == "duckdb" else self.sql


def _window(predicate: str) -> str:
    return f"SELECT count(*), sum(id) FROM parcels WHERE {predicate}"


_POLYGON = "'POLYGON(({0} {1}, {2} {1}, {2} {3}, {0} {3}, {0} {1}))'".format(*WINDOW)
_TERMS = "bbox.xmin <= {2} AND bbox.xmax >= {0} AND bbox.ymin <= {3} AND bbox.ymax >= {1}".format(*WINDOW)

QUESTIONS = [
    Question(
        "Q1",
        "points in polygons: 1 point to each parcel",
        ("points", "parcels"),
        "SELECT count(*), sum(o.id), sum(p.id) FROM points o JOIN parcels p ON ST_Contains(p.geometry, o.geometry)",
    ),
    Question(
        "Q2",
        "polygons that intersect: 1 window to 10 parcels",
        ("windows", "parcels"),
        "SELECT count(*), sum(w.id), sum(p.id) FROM windows w JOIN parcels p ON ST_Intersects(w.geometry, p.geometry)",
    ),
    Question(
        "Q3",
        "parcels in a viewport",
        ("parcels",),
        _window(f"ST_Intersects(geometry, ST_GeomFromText({_POLYGON}, 4326))"),
        places=("files",),
        duckdb=_window(f"{_TERMS} AND ST_Intersects(geometry, ST_GeomFromText({_POLYGON}))"),
    ),
    Question("Q4", "sum of areas", ("parcels",), "SELECT count(*), sum(ST_Area(geometry)) FROM parcels"),
    Question(
        "Q5",
        "sum of areas in another coordinate system",
        ("parcels",),
        "SELECT count(*), sum(ST_Area(ST_Transform(geometry, 'EPSG:5179'))) FROM parcels",
        places=("files",),
        duckdb="SELECT count(*), sum(ST_Area(ST_Transform(geometry, 'OGC:CRS84', 'EPSG:5179'))) FROM parcels",
    ),
    Question(
        "Q6",
        "20 districts and their parcels",
        ("districts", "parcels"),
        "SELECT count(*), sum(d.id), sum(p.id) FROM districts d JOIN parcels p ON ST_Intersects(d.geometry, p.geometry)",
        places=("files",),
    ),
]
