"""`make attach`: polygons beside 100,000 rows by PNU, codes, names, addresses and points: `geojoin`, SQL, DuckDB; writes docs/attach.md."""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from binary import ok, pilji
from duckdb_reader import open_duckdb
from race import data, machine
from race.__main__ import CACHE, say
from race.report import markdown
from serving import Server

ROWS = 100_000
ASK = "count(*) AS n, count({g}) AS k, max({g}) AS m"

# Rows of a user's own: parcels by chance, each with everything that says where it is; a tenth is damaged in one way or another.
MINE = f"""
    CREATE OR REPLACE TABLE mine AS
    SELECT id, CASE WHEN id % 10 = 0 THEN substr(pnu, 1, 10) || '-' || substr(pnu, 11) WHEN id % 10 = 1 AND id % 100 = 1 THEN '9' || substr(pnu, 2) ELSE pnu END AS p,
           bjd_cd AS b, CASE WHEN id % 10 = 0 THEN replace(si_nm, '특별시', '') ELSE si_nm END AS si, sgg_nm AS sgg,
           CASE WHEN id % 100 = 1 THEN '없는동' ELSE emd_nm END AS emd, ri_nm AS ri,
           CASE WHEN id % 10 = 0 THEN replace(bjd_nm, '특별시', '') ELSE bjd_nm END || ' ' || jibun_format(pnu) AS a,
           st_x(st_pointonsurface(geometry)) AS lon, st_y(st_pointonsurface(geometry)) AS lat
    FROM (SELECT *, row_number() OVER (ORDER BY md5(pnu), sgg_oid) AS id FROM parcel) WHERE id <= {ROWS}
"""

# Key, arguments of `geojoin`, the join as a hand would write it, and DuckDB's where it has what that needs.
WAYS = [
    ("pnu", "by=pnu pnu=p", "mine l LEFT JOIN parcel g ON g.pnu = l.p", "mine l LEFT JOIN parcel g ON g.pnu = l.p"),
    (
        "bjd",
        "by=bjd bjd=b level=emd",
        "mine l LEFT JOIN admin_area g ON g.level = 'emd' AND g.code = rpad(substr(l.b, 1, 8), 10, '0')",
        "mine l LEFT JOIN admin_area g ON g.level = 'emd' AND g.code = rpad(substr(l.b, 1, 8), 10, '0')",
    ),
    (
        "name",
        "by=name si=si sgg=sgg emd=emd",
        "mine l LEFT JOIN admin_area g ON g.level = 'emd' AND g.si_nm = l.si AND (g.sgg_nm IS NOT DISTINCT FROM l.sgg) AND g.emd_nm = l.emd",
        "mine l LEFT JOIN admin_area g ON g.level = 'emd' AND g.si_nm = l.si AND (g.sgg_nm IS NOT DISTINCT FROM l.sgg) AND g.emd_nm = l.emd",
    ),
    ("jibun", "by=jibun addr=a", "(SELECT *, addr_pnu(a) AS found FROM mine) l LEFT JOIN parcel g ON g.pnu = l.found", None),
    (
        "point",
        "by=point lon=lon lat=lat",
        "mine l LEFT JOIN parcel g ON st_intersects(g.geometry, st_point(l.lon, l.lat, 4326))",
        "mine l LEFT JOIN parcel g ON ST_Intersects(g.shape, ST_Point(l.lon, l.lat))",
    ),
]


def median(ask: Callable[[], object], repetitions: int) -> float:
    """Milliseconds."""
    times = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1000


def of_pilji(server: Server, repetitions: int) -> dict[str, tuple[float, float, float, dict[str, int]]]:
    """Of each key: `geojoin`, the SQL that it becomes, the plain join, and how rows were matched."""
    answers = {}
    with server.connect() as connection, connection.cursor() as cursor:

        def ask(text: str) -> list[dict]:
            cursor.execute(text)
            return cursor.fetch_arrow_table().to_pylist()

        ask(MINE)
        for key, arguments, join, _ in WAYS:
            joined = f"model mine | geojoin {arguments} as g"
            text = f"{joined} | stats {ASK.format(g='g')}"
            sql = ask(f"explain sql {text}")[0]["sql"]
            sql = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
            plain = f"SELECT {ASK.format(g='g.geometry')} FROM {join}"
            matched = {row["match_status"]: row["n"] for row in ask(f"{joined} | stats count(*) as n by match_status")}
            assert sum(matched.values()) == ROWS, matched
            answers[key] = (*(median(lambda text=text: ask(text), repetitions) for text in (text, sql, plain)), matched)
            say(f"{key}: {answers[key]}")
        cursor.execute("SELECT * FROM mine")
        answers["rows"] = cursor.fetch_arrow_table()
    return answers


def of_duckdb(warehouse: Path, rows, threads: int, repetitions: int) -> dict[str, float]:
    """Milliseconds of each key that DuckDB can join by; its parcels are in a table of its own before the clock starts."""
    times = {}
    with open_duckdb() as connection:
        connection.execute(f"SET threads = {threads}")
        connection.register("arriving", rows)
        connection.execute("CREATE TABLE mine AS SELECT * FROM arriving")
        connection.execute(
            f"CREATE TABLE parcel AS SELECT pnu, ST_AsWKB(ST_GeomFromWKB(geometry)) AS geometry, ST_GeomFromWKB(geometry) AS shape FROM delta_scan('{warehouse / 'parcel'}')"
        )
        connection.execute(f"CREATE TABLE admin_area AS SELECT * FROM delta_scan('{warehouse / 'admin_area'}')")
        for key, _, _, join in WAYS:
            if join is None:
                continue
            sql = f"SELECT {ASK.format(g='g.geometry')} FROM {join}"
            try:
                times[key] = median(lambda sql=sql: connection.execute(sql).fetchall(), repetitions)
            except duckdb.Error as error:
                say(f"DuckDB refuses {key}: {error}")
    return times


def main() -> None:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(prog="make attach", description=__doc__)
    parser.add_argument("--parcels", type=int, default=1_000_000, help="parcels to sample [1000000]")
    parser.add_argument("--repetitions", type=int, default=7, help="of each question [7]; the median counts")
    parser.add_argument("--threads", type=int, default=2, help="cores that everybody may use [2]")
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    options = parser.parse_args()
    threads = machine.limit_cores(options.threads)
    folder = CACHE / "attach" / str(options.parcels)
    folder.mkdir(parents=True, exist_ok=True)
    say(f"sampling {options.parcels:,} parcels and loading them into Pilji")
    warehouse = data.prepare(folder, options.parcels, None, []).warehouse
    ok(pilji("dataset", "derive-areas", "--warehouse", warehouse))
    with Server(warehouse, None, folder / "log") as server:
        ours = of_pilji(server, options.repetitions)
    theirs = of_duckdb(warehouse, ours.pop("rows"), threads, options.repetitions)
    options.out.write_text(page(ours, theirs, options.parcels, machine.facts(threads)))


def page(ours: dict, theirs: dict[str, float], parcels: int, facts: dict[str, str]) -> str:
    """The document."""
    statuses = ["exact", "normalized", "ambiguous", "none"]
    rows = [
        [key, f"{text:.0f}", f"{sql:.0f}", f"{plain:.0f}", f"{theirs[key]:.0f}" if key in theirs else "–"]
        + [f"{matched.get(status, 0):,}" for status in statuses]
        for key, (text, sql, plain, matched) in ours.items()
    ]
    return "\n".join([
        "# Polygons beside rows\n",
        f"Written by `make attach`: {ROWS:,} rows of a user's own are given the polygons of {parcels:,} sample parcels, or of the areas derived from them, by "
        "each key that `geojoin` knows. A tenth of the rows has hyphens in its PNU or a short 시도, a hundredth names nothing. "
        + ", ".join(f"{name}: {value}" for name, value in facts.items()) + ".\n",
        markdown(["by", "`geojoin`, ms", "the SQL that it becomes, ms", "a plain join in SQL, ms", "plain join in DuckDB, ms", *statuses], rows),
        "\nThe median of some runs; the answer is a count and the largest polygon, so that every polygon is read. The plain join neither mends a key nor notices that "
        "several parcels fit: it finds fewer rows, and repeats some. DuckDB's parcels are in a table of its own before the clock starts.\n",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
