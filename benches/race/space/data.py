"""Made-up parcels, points and query polygons, the same for a seed: a fabric of polygons that share their borders exactly."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

METRES = "EPSG:5179"
ORIGIN = np.array([930_000.0, 1_930_000.0])
CELL_M = 40.0
MAX_SEGMENTS = 7  # of a border between two corners: a polygon has 5 to 29 coordinates, 17 in the middle
ROWS_PER_GROUP = 50_000
STRIP = 20  # rows of cells that are made at a time


def make(folder: Path, parcels: int, seed: int = 1) -> dict[str, Path]:
    """The files by table name; made where they are missing."""
    files = {name: folder / f"{name}.parquet" for name in ("parcels", "points", "windows", "districts")}
    if all(file.exists() for file in files.values()):
        return files
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    side = round(parcels**0.5)
    _write(files["parcels"], _in_hilbert_order(_fabric(rng, side)))
    extent = side * CELL_M
    _write(files["points"], shapely.points(ORIGIN + rng.uniform(0, extent, (parcels, 2))))
    _write(files["windows"], _stars(rng, parcels // 10, extent, radius=35.0))
    _write(files["districts"], _stars(rng, 20, extent, radius=400.0))
    return files


def _fabric(rng: np.random.Generator, side: int) -> np.ndarray:
    """`side` × `side` cells whose corners and borders are jittered; neighbours have the same coordinates."""
    corners = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0), indexing="ij"), axis=-1)
    corners = ORIGIN + CELL_M * (corners + rng.uniform(-0.25, 0.25, corners.shape))
    lying = _borders(rng, corners[:-1, :], corners[1:, :])  # along x: cell (x, y) has it below, cell (x, y - 1) above
    standing = _borders(rng, corners[:, :-1], corners[:, 1:])
    cells = []
    for start in range(0, side, STRIP):
        strip = slice(start, min(start + STRIP, side))
        beyond = slice(strip.start + 1, strip.stop + 1)
        cells.append(_polygons(
            (lying[0][strip, :-1], lying[1][strip, :-1]),
            (standing[0][beyond], standing[1][beyond]),
            (lying[0][strip, 1:], lying[1][strip, 1:]),
            (standing[0][strip], standing[1][strip]),
        ))  # fmt: skip
    return np.concatenate(cells)


def _borders(rng: np.random.Generator, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates of borders, start and end included, as many as counted; the places beyond are unused."""
    segments = rng.integers(1, MAX_SEGMENTS + 1, starts.shape[:2])
    steps = np.arange(MAX_SEGMENTS + 1)
    share = np.minimum(steps / segments[..., None], 1.0)[..., None]
    coords = starts[:, :, None] * (1 - share) + ends[:, :, None] * share
    inner = ((steps > 0) & (steps < segments[..., None]))[..., None]
    return coords + inner * rng.uniform(-1.0, 1.0, coords.shape), segments


def _polygons(below, right, above, left) -> np.ndarray:
    """Cells from their four borders, counter-clockwise: the upper and the left border are walked backwards."""
    steps = np.arange(MAX_SEGMENTS)
    parts, used = [], []
    for (coords, segments), is_backwards in ((below, False), (right, False), (above, True), (left, True)):
        place = segments[..., None] - steps if is_backwards else np.broadcast_to(steps, (*segments.shape, MAX_SEGMENTS))
        parts.append(np.take_along_axis(coords, np.maximum(place, 0)[..., None], axis=2))
        used.append(steps < segments[..., None])
    ring = np.concatenate([*parts, parts[0][:, :, :1]], axis=2)
    used = np.concatenate([*used, np.ones((*used[0].shape[:2], 1), bool)], axis=2)
    offsets = np.concatenate([[0], np.cumsum(used.sum(axis=2).ravel())])
    rings = np.arange(len(offsets))
    return shapely.from_ragged_array(shapely.GeometryType.POLYGON, ring[used], (offsets, rings))


def _stars(rng: np.random.Generator, count: int, extent: float, radius: float) -> np.ndarray:
    """Polygons of 5 to 24 corners around a point."""
    corners = rng.integers(5, 25, count)
    offsets = np.concatenate([[0], np.cumsum(corners + 1)])
    star = np.repeat(np.arange(count), corners + 1)
    place = np.arange(offsets[-1]) - offsets[:-1][star]
    angle = 2 * np.pi * (place % corners[star]) / corners[star]
    reach = radius * rng.uniform(0.5, 1.0, offsets[-1])
    coords = (ORIGIN + rng.uniform(0, extent, (count, 2)))[star]
    coords = coords + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    coords[offsets[1:] - 1] = coords[offsets[:-1]]
    return shapely.from_ragged_array(shapely.GeometryType.POLYGON, coords, (offsets, np.arange(count + 1)))


def _in_hilbert_order(geometries: np.ndarray) -> np.ndarray:
    """Geometries along a Hilbert curve through the middles of their bounds."""
    bounds = shapely.bounds(geometries)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    low, high = middle.min(axis=0), middle.max(axis=0)
    x, y = np.floor((middle - low) / (high - low) * 65_535).astype(np.int64).T
    key = np.zeros(len(x), np.int64)
    for bit in (1 << place for place in range(15, -1, -1)):
        in_x, in_y = (x & bit) > 0, (y & bit) > 0
        key = key * 4 + ((3 * in_x) ^ in_y)
        flip = in_x & ~in_y
        x, y = np.where(flip, 65_535 - x, x), np.where(flip, 65_535 - y, y)
        x, y = np.where(in_y, x, y), np.where(in_y, y, x)
    return geometries[np.argsort(key, kind="stable")]


def _write(file: Path, geometries: np.ndarray) -> None:
    """GeoParquet 1.1 in longitude and latitude, with a covering."""
    to_degrees = pyproj.Transformer.from_crs(METRES, "OGC:CRS84", always_xy=True)
    geometries = shapely.transform(geometries, lambda xy: np.stack(to_degrees.transform(*xy.T), axis=1))
    bounds = shapely.bounds(geometries).T
    sides = ("xmin", "ymin", "xmax", "ymax")
    table = pa.table({
        "id": pa.array(np.arange(len(geometries), dtype=np.int64)),
        "bbox": pa.StructArray.from_arrays([pa.array(side) for side in bounds], sides),
        "geometry": pa.array(shapely.to_wkb(geometries, flavor="iso")),
    })  # fmt: skip
    column = {
        "encoding": "WKB",
        "geometry_types": [geometries[0].geom_type],
        "bbox": [float(bounds[0].min()), float(bounds[1].min()), float(bounds[2].max()), float(bounds[3].max())],
        "covering": {"bbox": {side: ["bbox", side] for side in sides}},
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    part = file.with_suffix(".part")
    pq.write_table(table, part, compression="zstd", row_group_size=ROWS_PER_GROUP, write_page_index=True)
    part.rename(file)
