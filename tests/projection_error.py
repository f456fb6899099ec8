"""Measures how far `pilji ingest` puts points from where PROJ's own EPSG operation puts them."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from binary import ingest
from deltalake import DeltaTable
from pyproj.transformer import TransformerGroup

# Name: west, south, east, north in degrees.
REGIONS = {
    "mainland": (126.0, 34.3, 129.6, 38.6),
    "Jeju": (126.1, 33.1, 127.0, 33.6),
    "Baengnyeong": (124.6, 37.9, 124.75, 38.0),
    "Ulleung": (130.78, 37.45, 130.93, 37.55),
    "Dokdo": (131.85, 37.23, 131.88, 37.25),
}
BESSEL = (2097, 5173, 5174, 5175, 5176, 5177, 5178)
GRS80 = (5179, 5181, 5185, 5186, 5187, 5188)
LIMIT_M = {epsg: 0.01 for epsg in BESSEL} | {epsg: 0.001 for epsg in GRS80}


@dataclass
class Error:
    """Distances on the ground, in metres."""

    epsg: int
    region: str
    points: int
    mean_m: float
    max_m: float


def best_operation(epsg: int) -> pyproj.Transformer:
    """PROJ's operation to EPSG:4326; one that only guesses ("ballpark") is refused."""
    best = TransformerGroup(epsg, 4326, always_xy=True).transformers[0]
    assert "allpark" not in best.description, best.description
    return best


def measure(epsg: int, side: int, folder: Path) -> list[Error]:
    """Ingests a grid of `side` × `side` points of every region as corners of small triangles."""
    operation = best_operation(epsg)
    regions, longitudes, latitudes = [], [], []
    for region, (west, south, east, north) in REGIONS.items():
        grid = np.meshgrid(np.linspace(west, east, side), np.linspace(south, north, side))
        longitudes.append(grid[0].ravel())
        latitudes.append(grid[1].ravel())
        regions += [region] * side * side
    x, y = operation.transform(np.concatenate(longitudes), np.concatenate(latitudes), direction="INVERSE")
    triangles = np.stack([np.column_stack([x + dx, y + dy]) for dx, dy in ((0, 0), (10, 0), (0, 10))], axis=1)

    folder.mkdir(parents=True)
    file = folder / "grid.csv"
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["WKT", "NUMBER"])
        for number, triangle in enumerate(triangles):
            ring = ",".join(f"{px!r} {py!r}" for px, py in [*triangle.tolist(), triangle[0].tolist()])
            writer.writerow([f"POLYGON (({ring}))", number])
    report = ingest(folder / "warehouse", file, "--dataset", "grid", "--crs", f"EPSG:{epsg}")
    assert report["published"] == len(triangles)

    table = DeltaTable(str(folder / "warehouse" / "grid")).to_pyarrow_table()
    numbers = np.array(table["NUMBER"].to_pylist()).astype(int)
    assert sorted(numbers) == list(range(len(triangles)))
    rings = shapely.get_coordinates(shapely.from_wkb(table["geometry"].to_numpy())).reshape(-1, 4, 2)
    found = rings[np.argsort(numbers), :3, :]
    expected = np.stack(operation.transform(triangles[..., 0], triangles[..., 1]), axis=-1)
    geod = pyproj.Geod(ellps="WGS84")
    # The ring may start elsewhere, so every corner is held against the nearest one that was published.
    distances = np.stack(
        [
            geod.inv(expected[..., 0], expected[..., 1], np.roll(found, turn, 1)[..., 0], np.roll(found, turn, 1)[..., 1])[2]
            for turn in range(3)
        ]
    ).max(axis=2).min(axis=0)
    regions = np.array(regions)
    return [
        Error(epsg, region, int((regions == region).sum()), distances[regions == region].mean(), distances[regions == region].max())
        for region in REGIONS
    ]
