"""`make areas`: derives the areas of every level from the same parcels with Pilji, DuckDB and PostGIS, and writes docs/areas.md."""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from binary import ok, pilji
from duckdb_reader import open_duckdb
from race import data, machine
from race.__main__ import CACHE, say
from race.engines.duckdb import SHAPE, DuckDb
from race.engines.postgis import PostGis
from race.report import markdown

# Each level is dissolved from the one below; digits of the code that name it.
LEVELS = {"ri": 10, "emd": 8, "sigungu": 5, "sido": 2}
AREAS = "SELECT level, code, parcels, area_m2 FROM admin_area ORDER BY level, code"
SAME = 1e-9  # of an area: every engine adds up in its own order


def timed(way: "Way", repetitions: int) -> tuple[list[float], pa.Table]:
    """The seconds of each repetition, and the areas."""
    times = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        areas = way.derive()
        times.append(time.perf_counter() - begin)
    return times, areas


@dataclass(frozen=True)
class Way:
    """One way to derive the areas."""

    title: str
    how: str
    derive: Callable[[], pa.Table]  # gives the rows of `AREAS`


def main() -> None:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(prog="make areas", description=__doc__)
    parser.add_argument("--parcels", type=int, default=1_000_000, help="parcels to sample [1000000]")
    parser.add_argument("--repetitions", type=int, default=3, help="of each engine [3]; the median counts")
    parser.add_argument("--threads", type=int, default=2, help="cores that everybody may use [2]")
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    options = parser.parse_args()
    threads = machine.limit_cores(options.threads)
    folder = CACHE / "areas" / str(options.parcels)
    folder.mkdir(parents=True, exist_ok=True)
    say(f"sampling {options.parcels:,} parcels and loading them into Pilji")
    parcels = data.prepare(folder, options.parcels, None, [])

    rows, ours = [], None
    for way in ways(parcels.warehouse, folder, threads):
        try:
            times, areas = timed(way, options.repetitions)
        except duckdb.Error as error:
            say(f"{way.title} refuses: {error}")
            rows.append([way.title, way.how, "refused", str(error).splitlines()[0]])
            continue
        seconds = f"{statistics.median(times):.2f}"
        ours = ours or areas
        largest = difference(ours, areas)
        say(f"{way.title}: {seconds} s, differs by {largest:.1e} of an area")
        rows.append([way.title, way.how, seconds, f"{largest:.0e}" if rows else ""])
        if largest > SAME:
            raise SystemExit(f"{way.title} has other areas than Pilji: {largest:.1e} of one")
    options.out.write_text(page(rows, ours, sums(parcels.warehouse), machine.facts(threads)))


def ways(warehouse: Path, folder: Path, threads: int) -> Iterator[Way]:
    """Each engine's; what it needs is loaded before it is timed."""
    yield Way(
        ok(pilji("--version")).stdout.strip().capitalize(),
        "`pilji dataset derive-areas`: a process of its own, from reading the files to publishing the dataset",
        lambda: by_pilji(warehouse),
    )
    duck = DuckDb(warehouse, folder, threads)
    duck.load({})
    valid = f"CASE WHEN ST_IsValid({SHAPE}) THEN {SHAPE} ELSE ST_MakeValid({SHAPE}) END"
    area = "ST_Area(ST_Transform(geometry, 'EPSG:4326', 'EPSG:5186', always_xy := true))"
    with open_duckdb() as connection:
        connection.execute(f"SET threads = {threads}")
        connection.execute(f"ATTACH '{duck.file}' AS parcels")
        connection.execute("USE parcels")

        def asked(union: str) -> Callable[[], pa.Table]:
            def derive() -> pa.Table:
                for statement in statements(valid, union, area):
                    connection.execute(statement)
                return connection.sql(AREAS).to_arrow_table()

            return derive

        yield Way(duck.title, "`ST_Union_Agg`, level by level, invalid parcels mended before", asked("ST_Union_Agg"))
        coverage = "`ST_CoverageUnion_Agg`, which takes for granted that parcels do not overlap"
        yield Way(duck.title, coverage, asked("ST_CoverageUnion_Agg"))
    post = PostGis(warehouse, folder, threads)
    post.load({})
    post.start()
    try:
        with post.connect()() as connection, connection.cursor() as cursor:

            def derive() -> pa.Table:
                valid = "CASE WHEN ST_IsValid(p.geometry) THEN p.geometry ELSE ST_MakeValid(p.geometry) END"
                for statement in statements(valid, "ST_Union", "ST_Area(ST_Transform(geometry, 5186))"):
                    cursor.execute(statement)
                cursor.execute(AREAS)
                return cursor.fetch_arrow_table()

            yield Way(post.title, "`ST_Union`, level by level, invalid parcels mended before", derive)
    finally:
        post.stop()


def by_pilji(warehouse: Path) -> pa.Table:
    """Publishes the dataset, and reads it with another engine."""
    ok(pilji("dataset", "derive-areas", "--warehouse", warehouse))
    with open_duckdb() as connection:
        connection.execute(f"CREATE VIEW admin_area AS SELECT * FROM delta_scan('{warehouse / 'admin_area'}')")
        return connection.sql(AREAS).to_arrow_table()


def statements(valid: str, union: str, area: str) -> list[str]:
    """A table for each level, dissolved from the one below, and all of them in one table with their areas."""
    made, below, geometry, key = [], "parcel p", valid, "bjd_cd"
    for level, digits in LEVELS.items():
        counted = "count(*)" if below == "parcel p" else "sum(parcels)"
        made += [
            f"DROP TABLE IF EXISTS level_{level}",
            f"CREATE TABLE level_{level} AS SELECT rpad(substr({key}, 1, {digits}), 10, '0') AS code, CAST({counted} AS bigint) AS parcels, "
            f"{union}({geometry}) AS geometry FROM {below} GROUP BY 1",
        ]
        below, geometry, key = f"level_{level}", "geometry", "code"
    whole = " UNION ALL ".join(
        f"SELECT '{level}' AS level, code, parcels, {area} AS area_m2, geometry FROM level_{level}"
        # A 동 without 리 is of the level above already.
        + (" WHERE code NOT LIKE '%00'" if level == "ri" else "")
        for level in LEVELS
    )
    return [*made, "DROP TABLE IF EXISTS admin_area", f"CREATE TABLE admin_area AS {whole}"]


def difference(ours: pa.Table, theirs: pa.Table) -> float:
    """The largest difference of an area, as a part of it; the areas and their numbers of parcels must be the same."""
    for name in ("level", "code", "parcels"):
        if ours[name].to_pylist() != theirs[name].to_pylist():
            raise SystemExit(f"the areas differ in `{name}`")
    pairs = zip(ours["area_m2"].to_pylist(), theirs["area_m2"].to_pylist())
    return max(abs(one - other) / other for one, other in pairs)


def sums(warehouse: Path) -> pa.Table:
    """What the parcels of each 시도 add up to, as DuckDB measures them."""
    with open_duckdb() as connection:
        mended = "ST_MakeValid(ST_GeomFromWKB(geometry))"
        return connection.sql(
            f"SELECT rpad(substr(bjd_cd, 1, 2), 10, '0') AS code, sum(ST_Area(ST_Transform({mended}, 'EPSG:4326', 'EPSG:5186', always_xy := true))) AS area_m2 "
            f"FROM delta_scan('{warehouse / 'parcel'}') GROUP BY 1 ORDER BY 1"
        ).to_arrow_table()


def page(rows: list[list[str]], areas: pa.Table, parcels: pa.Table, facts: dict[str, str]) -> str:
    """The document."""
    found = areas.to_pylist()
    of_parcels = dict(zip(parcels["code"].to_pylist(), parcels["area_m2"].to_pylist()))
    levels = ", ".join(f"{sum(area['level'] == level for area in found):,} of {level}" for level in reversed(LEVELS))
    provinces = [
        [area["code"], f"{area['parcels']:,}", f"{of_parcels[area['code']]:,.1f}", f"{area['area_m2']:,.1f}", f"{of_parcels[area['code']] - area['area_m2']:,.1f}"]
        for area in found
        if area["level"] == "sido"
    ]
    n_parcels = sum(area["parcels"] for area in found if area["level"] == "sido")
    return "\n".join([
        "# Areas of every level\n",
        f"Written by `make areas` over {n_parcels:,} sample parcels: {levels}. "
        + ", ".join(f"{name}: {value}" for name, value in facts.items()) + ".\n",
        "![The 동 of 종로구 over their parcels](areas.png)\n",
        "(`make pictures` draws it.)\n",
        markdown(["engine", "how", "seconds", "largest difference of an area, as a part of it"], rows),
        "\nThe median of some runs. The peers' parcels are in tables of their own before the clock starts.\n",
        markdown(["시도", "parcels", "their areas added up, m²", "area derived, m²", "difference: where parcels overlap, m²"], provinces),
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
