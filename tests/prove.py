"""The long evidence: `make prove` prints these tables and writes them to docs/evidence.md.

Nothing here is a test of its own: the suites show the same on less data. This is what they cannot show within
minutes: a million parcels, projections over a fine grid, and how the numbers of versions grow.
"""

import argparse
import json
import os
import platform
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.compute as pc
import shapely
from binary import ingest, inputs, ok, pilji, sample
from deltalake import DeltaTable
from duckdb_reader import open_duckdb
from projection_error import LIMIT_M, measure
from serving import Server
from source_counts import expected_counts

MIB = 1 << 20
NULLABLE = ["sgg_nm", "emd_nm", "ri_nm", "jimok", "sgg_oid"]


def table(header: list[str], rows: list[list]) -> str:
    """Renders a Markdown table; numbers get thousands separators."""
    def cell(value):
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

    lines = [header, ["---"] * len(header), *[[cell(value) for value in row] for row in rows]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def check(condition: bool, what: str) -> str:
    """Stops the proof where something does not hold."""
    if not condition:
        raise SystemExit(f"does not hold: {what}")
    return "equal"


def million(folder: Path, parcels: int) -> tuple[str, Path, dict]:
    """Rows in, published, rejected and counted by another tool."""
    begin = time.monotonic()
    ok(pilji("sample", "--out", folder / "input", "--parcels", parcels))
    sampled = time.monotonic() - begin
    zips = inputs(folder / "input")
    warehouse = folder / "warehouse"
    report_file = folder / "report.json"
    run = ok(pilji("ingest", *zips, "--warehouse", warehouse, "--report", report_file))
    truth = json.loads((folder / "input/truth.json").read_text())["counts"]
    report = json.loads(report_file.read_text())
    expected = expected_counts(zips, report)

    with Server(warehouse, None, folder / "server.log") as server:
        counted = server.value("SELECT count(*) FROM parcel")
        distinct = server.value("SELECT count(DISTINCT pnu) FROM parcel")
        groups = server.sql("SELECT substr(bjd_cd, 1, 5) AS code, count(*) AS n FROM parcel GROUP BY 1")
    by_sigungu = dict(zip(groups["code"].to_pylist(), groups["n"].to_pylist()))

    rows = [
        ["rows in the input", truth["rows"], report["rows_in"], "", check(truth["rows"] == report["rows_in"], "rows in")],
        ["published + rejected", "", report["published"] + report["rejected"], "",
         check(report["rows_in"] == report["published"] + report["rejected"], "published + rejected")],
        ["malformed PNUs rejected", truth["malformed_pnus"], report["rejected"], "",
         check(truth["malformed_pnus"] == report["rejected"], "rejects")],
        ["duplicate PNUs", truth["duplicate_pnus"], report["notes"]["duplicate_pnus"], "",
         check(truth["duplicate_pnus"] == report["notes"]["duplicate_pnus"], "duplicates")],
        ["invalid rings", truth["invalid_rings"], report["notes"]["invalid_geometries"], "",
         check(truth["invalid_rings"] == report["notes"]["invalid_geometries"], "invalid rings")],
        ["`count(*)`", "", counted, expected.rows, check(counted == expected.rows, "count(*)")],
        ["`count(DISTINCT pnu)`", "", distinct, expected.distinct_pnus, check(distinct == expected.distinct_pnus, "distinct")],
        ["시군구 with equal counts", "", len(by_sigungu), len(expected.by_sigungu),
         check(by_sigungu == expected.by_sigungu, "counts by 시군구")],
    ]  # fmt: skip
    size = sum(path.stat().st_size for path in warehouse.rglob("*.parquet"))
    files = len(DeltaTable(str(warehouse / "parcel")).file_uris())
    text = [
        "## A million parcels\n",
        table(["what", "truth.json", "Pilji", "GDAL over the DBFs", ""], rows),
        "",
        table(
            ["step", "seconds", "rows a second", "peak memory"],
            [["sample", f"{sampled:.1f}", int(truth["rows"] / sampled), ""],
             ["ingest", f"{report['seconds']:.1f}", int(report["rows_per_second"]), f"{run.peak_rss_bytes // MIB:,} MiB"]],
        ),
        f"\n{files:,} data files, {size // MIB:,} MiB. `peak memory` is the largest of all processes started.\n",
    ]  # fmt: skip
    return "\n".join(text), warehouse, report


def readers(folder: Path, warehouse: Path) -> str:
    """The same rows, NULLs and geometry in DuckDB, polars and Pilji."""
    duck = open_duckdb()
    dataset = warehouse / "parcel"
    nulls = ", ".join(f"count(*) - count({name}) AS {name}" for name in NULLABLE)
    bounds = "min(bbox['xmin']) AS west, max(bbox['ymax']) AS north"
    sql = f"SELECT count(*) AS n, count(DISTINCT pnu) AS pnus, {nulls}, {bounds} FROM "
    with Server(warehouse, None, folder / "readers.log") as server:
        ours = server.sql(sql + "parcel").to_pylist()[0]
        geometry = server.sql("SELECT geometry FROM parcel").column(0)
    theirs = dict(zip(ours, duck.execute(sql + f"delta_scan('{dataset}')").fetchone()))
    ours["wkb_bytes"] = pc.sum(pc.binary_length(geometry)).as_py()
    theirs["wkb_bytes"] = duck.execute(f"SELECT sum(octet_length(geometry))::BIGINT FROM delta_scan('{dataset}')").fetchone()[0]
    area = shapely.area(shapely.from_wkb(geometry.to_numpy())).sum()
    duck_area = duck.execute(f"SELECT sum(ST_Area(ST_GeomFromWKB(geometry))) FROM delta_scan('{dataset}')").fetchone()[0]
    scan = pl.scan_delta(str(dataset)).select(
        pl.len().alias("n"), pl.col("pnu").n_unique().alias("pnus"), *[pl.col(name).null_count() for name in NULLABLE],
        pl.col("geometry").bin.size().cast(pl.Int64).sum().alias("wkb_bytes"),
        pl.col("bbox").struct.field("xmin").min().alias("west"), pl.col("bbox").struct.field("ymax").max().alias("north"),
    ).collect().to_dicts()[0]  # fmt: skip
    names = {"n": "rows", "pnus": "distinct PNUs", "wkb_bytes": "bytes of geometry", "west": "westmost", "north": "northmost"}
    rows = [
        [names.get(key, f"NULL in `{key}`"), ours[key], theirs[key], scan[key],
         check(ours[key] == theirs[key] == scan[key], f"{key} in the readers")]
        for key in ours
    ]  # fmt: skip
    rows.append(["sum of areas (square degrees)", f"{area:.9f}", f"{duck_area:.9f}", "",
                 check(abs(area - duck_area) < 1e-9 * area, "areas")])  # fmt: skip
    return "## The dataset in other readers\n\n" + table(
        ["what", "Pilji", f"DuckDB {duckdb.__version__}", f"polars {pl.__version__}", ""], rows
    ) + "\n"  # fmt: skip


def projections(folder: Path, side: int) -> str:
    """Distance from PROJ's own EPSG operation."""
    rows = []
    for epsg, limit in LIMIT_M.items():
        for error in measure(epsg, side, folder / str(epsg)):
            check(error.max_m < limit, f"EPSG:{epsg} in {error.region}: {error.max_m} m")
            rows.append([f"EPSG:{epsg}", error.region, error.points, f"{error.mean_m * 1000:.4f}",
                         f"{error.max_m * 1000:.4f}", f"{limit * 1000:.0f}"])  # fmt: skip
    return "## Distance from PROJ's own EPSG operation\n\n" + table(
        ["CRS", "region", "points", "mean mm", "max mm", "limit mm"], rows
    ) + "\n"  # fmt: skip


def versions(folder: Path) -> str:
    """Two runs of the same input, a second province, a newer vintage."""
    warehouse = folder / "warehouse"
    roads = {"seoul": ("11110", []), "sejong": ("36110", []), "newer": ("11110", ["--vintage", "2022-05-01"])}
    for name, (sigungu, flags) in roads.items():
        sample(folder / name, 30_000, sigungu, *flags)
    rows = []
    for what, name in (("first run", "seoul"), ("the same again", "seoul"), ("a second province", "sejong"),
                       ("a newer vintage of the first", "newer"), ("the same again", "newer")):  # fmt: skip
        report = ingest(warehouse, *inputs(folder / name))
        live = DeltaTable(str(warehouse / "parcel"))
        frame = live.to_pyarrow_table(columns=["si_nm"]).to_pandas()
        counts = frame["si_nm"].value_counts().to_dict()
        rows.append([what, report["version"], "yes" if report["changed"] else "no", report["files_added"],
                     report["files_removed"], counts.get("서울특별시", 0), counts.get("세종특별자치시", 0), len(frame)])  # fmt: skip
    refused = pilji("ingest", *inputs(folder / "seoul"), "--warehouse", warehouse)
    check(refused.code != 0, "an older vintage is refused")
    header = ["run", "version", "changed", "files added", "removed", "서울특별시", "세종특별자치시", "all rows"]
    return "## Run after run\n\n" + table(header, rows) + f"\n\nThe older vintage after that: `{refused.error}`\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parcels", type=int, default=1_000_000)
    parser.add_argument("--grid", type=int, default=40, help="points along each side of a region")
    arguments = parser.parse_args()

    folder = Path(tempfile.mkdtemp(prefix="pilji-prove-"))
    try:
        counted, warehouse, _ = million(folder, arguments.parcels)
        print(counted, flush=True)
        sections = [counted]
        for section in (
            lambda: readers(folder, warehouse),
            lambda: projections(folder / "grids", arguments.grid),
            lambda: versions(folder / "versions"),
        ):
            sections.append(section())
            print(sections[-1], flush=True)
    finally:
        shutil.rmtree(folder)
    head = (
        "# Evidence\n\n"
        f"Made by `make prove` on {date.today()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}.\n"
        "Every line is checked while it is printed: where something does not hold, there is no page.\n\n"
    )
    arguments.out.write_text(head + "\n".join(sections))
    print(f"written to {arguments.out}")


if __name__ == "__main__":
    main()
