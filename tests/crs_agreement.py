"""ST_Transform beside PROJ: `make crs` writes docs/crs-agreement.md."""

import argparse
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from projection_error import REGIONS
from pyproj.transformer import TransformerGroup
from serving import Server

SHIFTED = (2096, 2097, 2098, 4162, *range(5173, 5179))  # on the ellipsoid of Bessel, brought to WGS 84 by a shift of datum
CODES = (4326, 3857, 32651, 32652, 4166, 4737, *range(5179, 5189), *SHIFTED)
BETWEEN = (3857, 5174, 5178, 5179, 5181, 5185, 5186, 5187, 5188)
# What the two may lie apart on the ground, in m.
LIMIT_M, SHIFTED_LIMIT_M = 0.001, 0.01
RETURN_LIMIT_M = 1e-6
# PROJ 9.5 returns from Lambert's azimuthal 1.2 mm away from where it went; Pilji returns exactly.
INEXACT_LIMIT_M = 0.002

# Systems that no code of the table stands for, as users write them.
TEXTS = {
    "PROJ string, TM with a shift of datum": "+proj=tmerc +lat_0=38 +lon_0=127.0028902777778 +k=1 +x_0=200000 +y_0=500000 +ellps=bessel +units=m "
    "+towgs84=-115.8,474.99,674.11,1.16,-2.31,-1.63,6.43 +no_defs",
    "PROJ string, Lambert's cone in feet": "+proj=lcc +lat_1=33 +lat_2=39 +lat_0=36 +lon_0=128 +x_0=500000 +y_0=0 +datum=WGS84 +units=us-ft +no_defs",
    "PROJ string, Lambert's azimuthal": "+proj=laea +lat_0=37 +lon_0=127.5 +x_0=0 +y_0=0 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs",
    "PROJ string, Albers": "+proj=aea +lat_1=30 +lat_2=45 +lat_0=38 +lon_0=126 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs",
    "WKT 2 of EPSG:32651 without its code": pyproj.CRS(32651).to_wkt().rsplit(",ID[", 1)[0] + "]",
    "WKT 1 of a belt at 126°": pyproj.CRS("+proj=tmerc +lat_0=38 +lon_0=126 +x_0=200000 +y_0=600000 +datum=WGS84").to_wkt("WKT1_GDAL"),
    "ESRI's WKT of a belt at 126°": pyproj.CRS("+proj=tmerc +lat_0=38 +lon_0=126 +x_0=200000 +y_0=600000 +datum=WGS84").to_wkt("WKT1_ESRI"),
    "PROJJSON of a belt at 126°": pyproj.CRS("+proj=tmerc +lat_0=38 +lon_0=126 +x_0=200000 +y_0=600000 +datum=WGS84").to_json(),
}


@dataclass
class Agreement:
    """How far Pilji's points lie from PROJ's on the ground, in m, and where it is furthest."""

    source: str
    target: str
    points: int
    mean_m: float
    max_m: float
    worst: tuple[float, float]
    limit_m: float


def grid(side: int) -> np.ndarray:
    """Longitudes and latitudes: `side` × `side` points of every region."""
    meshes = [np.meshgrid(np.linspace(west, east, side), np.linspace(south, north, side)) for west, south, east, north in REGIONS.values()]
    return np.concatenate([np.column_stack([x.ravel(), y.ravel()]) for x, y in meshes])


def best_operation(source, target) -> pyproj.Transformer:
    """PROJ's best operation between two systems, x first; one that only guesses ("ballpark") is refused."""
    best = TransformerGroup(source, target, always_xy=True).transformers[0]
    assert "allpark" not in best.description, best.description
    return best


def serve(folder: Path) -> Server:
    """A server without data."""
    (folder / "warehouse").mkdir()
    return Server(folder / "warehouse", None, folder / "log")


def transformed(server: Server, points: np.ndarray, source, target) -> np.ndarray:
    """The points by Pilji."""
    def named(crs) -> str:
        return str(crs) if isinstance(crs, int) else "'" + crs.replace("'", "''") + "'"

    line = shapely.to_wkb(shapely.linestrings(points), hex=True)
    answer = server.value(f"SELECT st_asbinary(st_transform(st_geomfromwkb(X'{line}'), {named(source)}, {named(target)}))")
    return shapely.get_coordinates(shapely.from_wkb(answer))


def name(crs) -> str:
    return f"EPSG:{crs}" if isinstance(crs, int) else next(key for key, text in TEXTS.items() if text == crs)


def compare(server: Server, places: np.ndarray, source, target) -> Agreement:
    """Takes points over the country from one system to another by both, and measures their distance on WGS 84."""
    given = np.column_stack(pyproj.Transformer.from_crs(4326, source, always_xy=True).transform(*places.T)) if source != 4326 else places
    # The points of PROJ come by its own best operation from where the points of Pilji come from.
    expected = np.column_stack(best_operation(source, target).transform(*given.T))
    found = transformed(server, given, source, target)
    on_ground = pyproj.Transformer.from_crs(target, 4326, always_xy=True)
    one, other = (np.column_stack(on_ground.transform(*points.T)) for points in (expected, found))
    distances = pyproj.Geod(ellps="WGS84").inv(*one.T, *other.T)[2]
    is_inexact = isinstance(source, str) and "laea" in source
    is_shifted = any(crs in SHIFTED or (isinstance(crs, str) and "bessel" in crs) for crs in (source, target))
    worst = tuple(places[distances.argmax()].round(3).tolist())
    limit_m = SHIFTED_LIMIT_M if is_shifted else INEXACT_LIMIT_M if is_inexact else LIMIT_M
    return Agreement(name(source), name(target), len(places), distances.mean(), distances.max(), worst, limit_m)


def return_m(server: Server, places: np.ndarray, target) -> float:
    """The furthest that a point lies from where it was before it went to a system and back."""
    back = transformed(server, transformed(server, places, 4326, target), target, 4326)
    return pyproj.Geod(ellps="WGS84").inv(*places.T, *back.T)[2].max()


def sections() -> dict[str, list[tuple]]:
    """What is compared: pairs of systems by the title of their table."""
    others = [code for code in CODES if code != 4326]
    return {
        "From EPSG:4326": [(4326, code) for code in others],
        "To EPSG:4326": [(code, 4326) for code in others],
        "Between the systems of Korean data": list(itertools.permutations(BETWEEN, 2)),
        "Systems described by a text": [pair for text in TEXTS.values() for pair in ((4326, text), (text, 4326), (text, 5186))],
    }  # fmt: skip


def main() -> None:
    """Writes the page; fails when two points lie further apart than they may."""
    parser = argparse.ArgumentParser(prog="make crs", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    parser.add_argument("--side", type=int, default=40, help="points along each side of a region")
    arguments = parser.parse_args()
    places = grid(arguments.side)
    with tempfile.TemporaryDirectory(prefix="pilji-crs-") as folder, serve(Path(folder)) as server:
        found = {title: [compare(server, places, *pair) for pair in pairs] for title, pairs in sections().items()}
        returns = {code: return_m(server, places, code) for code in CODES}
    arguments.out.write_text(page(places, found, returns))
    far = [each for some in found.values() for each in some if not each.max_m <= each.limit_m]
    astray = [code for code, distance in returns.items() if not distance <= RETURN_LIMIT_M]
    print(f"written to {arguments.out}")
    if far or astray:
        raise SystemExit(f"further apart than they may be: {far} {astray}")


def page(places: np.ndarray, found: dict[str, list[Agreement]], returns: dict[int, float]) -> str:
    """The document."""
    text = [
        "# ST_Transform beside PROJ\n",
        f"Made by `make crs` with PROJ {pyproj.proj_version_str}: {len(places):,} points over the country and its islands "
        f"({', '.join(REGIONS)}) are taken from one system to another by `st_transform` and by the best operation that PROJ knows for the two. "
        "Distances are on the ground. Systems on Bessel's ellipsoid may differ by 10 mm: a shift of datum changes heights too, and the two treat the height of a plane "
        "point differently on the way from WGS 84 (Pilji's way back meets its way there). From Lambert's azimuthal the limit is 2 mm, for PROJ 9.5 does not return to where it came from; for the others it is 1 mm. More fails the run.\n",
        "The largest of each table:\n",
        "| | largest difference | in |", "| --- | ---: | --- |",
    ]  # fmt: skip
    for title, some in found.items():
        worst = max(some, key=lambda each: each.max_m)
        text.append(f"| {title} | {millimetres(worst.max_m)} mm | {worst.source} → {worst.target}, at {worst.worst} |")
    furthest = max(returns, key=returns.get)
    text += [f"| From EPSG:4326 and back | {millimetres(returns[furthest])} mm | EPSG:{furthest} |", ""]
    for title, some in found.items():
        text += [f"## {title}\n", "| from | to | mean mm | max mm | at | limit mm |", "| --- | --- | ---: | ---: | --- | ---: |"]
        text += [
            f"| {each.source} | {each.target} | {millimetres(each.mean_m)} | {millimetres(each.max_m)} | {each.worst} | {each.limit_m * 1000:.0f} |"
            for each in some
        ]
        text.append("")
    text += ["## Described by these texts\n", *(f"* {name}: `{shortened(described)}`" for name, described in TEXTS.items())]
    return "\n".join(text) + "\n"


def shortened(described: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(described.split())
    return line if len(line) <= 200 else line[:200] + "…"


def millimetres(distance_m: float) -> str:
    return f"{distance_m * 1000:.6f}" if distance_m < 0.0001 else f"{distance_m * 1000:.3f}"


if __name__ == "__main__":
    main()
