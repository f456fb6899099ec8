"""Asks both sides everything and writes the table."""

import argparse
import math
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from agreement.cases import CASES, DESIGN
from agreement.geometries import pairs
from binary import ok, pilji
from race.engines.postgis import PostGis
from serving import Server

TOLERANCE = 1e-9
RECOVERY_SECS = 30
ERROR = object()
REASONS = dict.fromkeys(DESIGN, "by design")


def registered() -> list[str]:
    """The spatial functions that Pilji itself lists."""
    return re.findall(r"^### `(st_\w+)\(", ok(pilji("functions")).stdout, re.M)


def fetch(connect, statement: str) -> pa.Table:
    """Asks over a new connection, for which a server that a question has felled gets time to rise."""
    deadline = time.monotonic() + RECOVERY_SECS
    while True:
        try:
            connection = connect()
            break
        except adbc.OperationalError:
            if time.monotonic() > deadline:
                raise SystemExit("PostgreSQL does not come back") from None
            time.sleep(0.05)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetch_arrow_table()


def answers(ask, expression: str, ids: list[int]) -> dict[int, object]:
    """The answer for each row; a batch that fails is halved until the failing rows stand alone."""
    try:
        return ask(expression, ids)
    except Exception:
        if len(ids) == 1:
            return {ids[0]: ERROR}
        middle = len(ids) // 2
        return answers(ask, expression, ids[:middle]) | answers(ask, expression, ids[middle:])


def reason(a: bytes | None, b: bytes | None) -> str | None:
    """Why answers for these geometries need not agree; `None` where they must."""
    for value in (a, b):
        shape = value and shapely.from_wkb(value)
        if shape is None:
            continue
        # GEOS, and so PostGIS, gives no meaning to polygons that cross themselves and lines without length.
        if not shapely.is_valid(shape):
            return "invalid"
        if not shape.is_empty and any(part.is_empty for part in shapely.get_parts(shape)):
            return "EMPTY part"
    return None


def verdict(ours, theirs) -> str:
    """One of: equal, close, differs, both fail, we fail, they fail."""
    if ours is ERROR or theirs is ERROR:
        return "both fail" if ours is theirs else ("we fail" if ours is ERROR else "they fail")
    if ours is None or theirs is None:
        return "equal" if ours is theirs else "differs"
    if ours == theirs:
        return "equal"
    if isinstance(ours, bytes):
        try:
            one, other = shapely.from_wkb(ours), shapely.from_wkb(theirs)
        except shapely.GEOSException:
            return "differs"
        if one.has_z != other.has_z or one.geom_type != other.geom_type:
            return "differs"
        shapes = [shapely.normalize(shape) for shape in (one, other)]
        if shapely.equals_exact(*shapes, TOLERANCE):
            heights = [shapely.get_coordinates(shape, include_z=True)[:, 2] for shape in shapes]
            return "close" if np.allclose(*heights, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True) else "differs"
        # The same set of points, cut or ordered in another way.
        is_same = shapely.is_valid(one) and shapely.is_valid(other) and one.geom_type != "GeometryCollection" and one.equals(other)
        return "close" if is_same else "differs"
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        if math.isnan(ours) and math.isnan(theirs):
            return "equal"
        return "close" if math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE) else "differs"
    return "differs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="a regular expression of the names to ask about")
    arguments = parser.parse_args()
    out = arguments.out
    names = [name for name in registered() if re.search(arguments.only, name)]
    missing = [name for name in names if name not in CASES]
    rows = pairs()
    ids = list(range(len(rows)))
    table = pa.table({"id": pa.array(ids, pa.int64()), "a": pa.array([a for a, _ in rows], pa.binary()),
                      "b": pa.array([b for _, b in rows], pa.binary())})  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="pilji-agreement-") as scratch:
        folder = Path(scratch)
        pq.write_table(table, folder / "shapes.parquet")
        ok(pilji("model", "register", folder / "shapes.parquet", "--name", "shapes", "--warehouse", folder / "warehouse"))
        peer = PostGis(folder / "warehouse", folder / "peer", 2)
        peer._make_cluster()
        peer.start()
        try:
            with Server(folder / "warehouse", None, folder / "log") as server:
                lines, examples = compare(server, peer, table, ids, [name for name in names if name in CASES])
        finally:
            peer.stop()
    out.write_text(page(len(rows), lines, missing, examples))
    print(out.read_text())
    if missing or examples:
        raise SystemExit(f"{len(missing)} functions have no case; {len(examples)} calls differ somewhere")


def compare(server: Server, peer: PostGis, table: pa.Table, ids: list[int], names: list[str]):
    """Counts verdicts by function, with the first difference of each call."""
    connect = peer.connect()
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.adbc_ingest("bytes", table, mode="create")
        cursor.execute("CREATE TABLE shapes AS SELECT id, ST_GeomFromWKB(a) AS a, ST_GeomFromWKB(b) AS b FROM bytes")

    def asking(run, name):
        def ask(expression, some):
            found = run(f"SELECT id, {expression} AS v FROM {name} WHERE id >= {some[0]} AND id <= {some[-1]}")
            return dict(zip(found["id"].to_pylist(), found["v"].to_pylist()))

        return ask

    ask_pilji = asking(server.sql, "shared.shapes")
    ask_postgis = asking(lambda statement: fetch(connect, statement), "shapes")
    reasons = {idx: reason(table["a"][idx].as_py(), table["b"][idx].as_py()) for idx in ids}
    lines, examples = [], []
    for name in names:
        counts = Counter()
        for call in CASES[name]:
            kind = fetch(connect, f"SELECT pg_typeof({call})::text AS t FROM shapes WHERE a IS NULL AND b IS NULL")
            is_geometry = kind["t"][0].as_py() == "geometry"
            mine = answers(ask_pilji, call, ids)
            yours = answers(ask_postgis, f"ST_AsBinary({call}, 'NDR')" if is_geometry else call, ids)
            verdicts = {idx: verdict(mine[idx], yours[idx]) for idx in ids}
            for idx in ids:
                if verdicts[idx] in ("differs", "we fail", "they fail"):
                    verdicts[idx] = reasons[idx] or REASONS.get(name) or verdicts[idx]
            counts.update(verdicts.values())
            for kind in ("differs", "we fail", "they fail"):
                first = next((idx for idx in ids if verdicts[idx] == kind), None)
                if first is not None:
                    geometries = [value and shapely.from_wkb(value).wkt for value in (table["a"][first].as_py(), table["b"][first].as_py())]
                    said = ["an error" if value is ERROR else repr(value)[:60] for value in (mine[first], yours[first])]
                    examples.append(f"`{call}` {kind}: a = {geometries[0]}, b = {geometries[1]}: Pilji {said[0]}, PostGIS {said[1]}")
        lines.append((name, counts))
        print(name, dict(counts), flush=True)
    return lines, examples


def page(n_rows: int, lines, missing: list[str], examples: list[str]) -> str:
    """The document."""
    kinds = ["equal", "close", "invalid", "EMPTY part", "by design", "both fail", "differs", "we fail", "they fail"]
    text = ["# Spatial functions beside PostGIS\n", f"Made by `make agreement`: every call over {n_rows} pairs of geometries.",
            f"`close`: numbers within {TOLERANCE}, geometries the same set of points within it. `fail`: an error in place of an answer. "
            "Answers that are neither equal nor close are counted by their reason: one of the two geometries is `invalid`, has an "
            "`EMPTY part`, or the function differs `by design`, as written below; what has no reason `differs`, and fails the run.\n",
            "| function | cases | " + " | ".join(kinds) + " |", "|" + " --- |" * (len(kinds) + 2)]  # fmt: skip
    text += [f"| `{name}` | {sum(counts.values()):,} | " + " | ".join(f"{counts[kind]:,}" for kind in kinds) + " |" for name, counts in lines]
    text.append("\n## By design\n")
    text += [f"* `{name}`: {why}" for name, why in DESIGN.items()]
    if missing:
        text.append("\nWithout a case, which fails the evidence: " + ", ".join(f"`{name}`" for name in missing) + ".")
    if examples:
        text.append("\n## The first difference of each call\n")
        text += [f"* {example}" for example in examples]
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    main()
