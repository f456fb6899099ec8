"""The geometries that both sides are asked about."""

import random

import grid_geometries
import pyarrow as pa
import shapely

WRITTEN = [
    "POINT(1 2)", "POINT(127 37.5)", "POINT(198000 551000)", "POINT Z(1 2 3)", "POINT M(1 2 3)", "POINT ZM(1 2 3 4)",
    "LINESTRING(0 0,1 1)", "LINESTRING(0 0,2 0,1 0)", "LINESTRING(0 0,0 0)", "LINESTRING(0 0,1 0,2 0,4 0)",
    "LINESTRING(0 0,2 2,0 2,2 0)", "LINESTRING(0 0,1 0,1 1,0 0)", "LINESTRING Z(0 0 1,1 1 2,2 0 3)",
    "LINESTRING M(0 0 1,1 1 2)", "LINESTRING ZM(0 0 1 2,1 1 2 3)", "LINESTRING(126.9 37.4,127.1 37.6)",
    "POLYGON((0 0,4 0,4 4,0 4,0 0))", "POLYGON((0 0,0 4,4 4,4 0,0 0))", "POLYGON((4 0,8 0,8 4,4 4,4 0))",
    "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,2 1,1 1))", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,1 2,2 1,0 0))",
    "POLYGON((0 0,2 2,2 0,0 2,0 0))", "POLYGON((0 0,4 0,2 0,0 0))", "POLYGON((0 0,4 0,4 0,4 4,0 4,0 0))",
    "POLYGON((0 0,4 0,4 4,2 4,2 6,2 4,0 4,0 0))", "POLYGON Z((0 0 1,4 0 2,4 4 3,0 0 1))", "POLYGON M((0 0 1,4 0 2,4 4 3,0 0 1))",
    "POLYGON ZM((0 0 1 2,4 0 2 3,4 4 3 4,0 0 1 2))", "POLYGON((126.9 37.4,127.1 37.4,127.1 37.6,126.9 37.4))",
    "POLYGON((198000 551000,198010.5 551000,198010.5 551020.25,198000 551020.25,198000 551000))",
    "MULTIPOINT((0 0),(1 1))", "MULTIPOINT((0 0),(0 0))", "MULTIPOINT Z((0 0 1),(1 1 2))", "MULTIPOINT(EMPTY,(1 1))",
    "MULTILINESTRING((0 0,1 1),(1 1,2 0))", "MULTILINESTRING((0 0,2 0),(1 0,3 0))", "MULTILINESTRING(EMPTY,(0 0,1 1))",
    "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((2 2,3 2,3 3,2 2)))", "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((4 0,8 0,8 4,4 4,4 0)))",
    "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((1 1,5 1,5 5,1 5,1 1)))", "MULTIPOLYGON(EMPTY,((0 0,1 0,1 1,0 0)))",
    "MULTIPOLYGON Z(((0 0 1,1 0 1,1 1 1,0 0 1)))", "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,2 2))",
    "GEOMETRYCOLLECTION(POLYGON((0 0,4 0,4 4,0 4,0 0)),POINT(5 5))", "GEOMETRYCOLLECTION(POINT EMPTY,POINT(1 1))",
    "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(0 0)),LINESTRING(0 0,1 1))",
    *(f"{kind} EMPTY" for kind in ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
                                   "GEOMETRYCOLLECTION", "POINT Z", "POLYGON Z")),
]  # fmt: skip
RANDOM = 200
KOREA = (0.1, 126.5, 36.5)  # a cell of the grid in degrees, and its corner

Pair = tuple[bytes | None, bytes | None]


def tables() -> dict[str, pa.Table]:
    """Pairs `a` and `b` with an `id`: of everything, of lines, of points, and everything in degrees within Korea."""
    shapes = [*neighbours(written(), (0, 1, 7)), *grid_pairs("mixed")]
    lines = [*neighbours([wkb for wkb in written() if kind(wkb) == "LineString"], (0, 1, 3)), *grid_pairs("lines")]
    points = [*neighbours([wkb for wkb in written() if kind(wkb) == "Point"], (0, 1)), *raised(grid_pairs("points"))]
    found = {"shapes": shapes, "lines": lines, "points": points}
    found = {name: [*pairs, (None, pairs[0][0]), (pairs[0][0], None), (None, None)] for name, pairs in found.items()}
    found["degrees"] = [(in_korea(a), in_korea(b)) for a, b in found["shapes"]]
    return {name: as_table(pairs) for name, pairs in found.items()}


def written() -> list[bytes]:
    """The geometries written above."""
    return list(shapely.to_wkb(shapely.from_wkt(WRITTEN), flavor="iso"))


def kind(wkb: bytes) -> str:
    """The type of a geometry."""
    return shapely.from_wkb(wkb).geom_type


def neighbours(geometries: list[bytes], steps: tuple[int, ...]) -> list[Pair]:
    """Each geometry beside those that come some steps later."""
    count = len(geometries)
    return [(geometries[idx], geometries[(idx + step) % count]) for step in steps for idx in range(count)]


def grid_pairs(kind: str) -> list[Pair]:
    """Random geometries of a small grid, where collinear and touching ones come often."""
    one, other = (shapely.to_wkb(grid_geometries.some(kind, RANDOM, seed)) for seed in (11, 12))
    return list(zip(one, other))


def raised(pairs: list[Pair]) -> list[Pair]:
    """The same pairs, every other one with random heights."""
    rng = random.Random("heights")

    def with_height(wkb: bytes) -> bytes:
        return shapely.to_wkb(shapely.force_3d(shapely.from_wkb(wkb), rng.randrange(9)), flavor="iso")

    return [(with_height(a), with_height(b)) if idx % 2 else (a, b) for idx, (a, b) in enumerate(pairs)]


def in_korea(wkb: bytes | None) -> bytes | None:
    """The geometry in degrees; what lies outside the grid becomes NULL, and measures go."""
    shape = wkb and shapely.from_wkb(wkb)
    if shape is None or shapely.bounds(shape).max() > 100:
        return None
    shape = shapely.force_2d(shape) if shape.has_m else shape
    cell, west, south = KOREA
    moved = shapely.transform(shape, lambda xyz: xyz * [cell, cell, 1] + [west, south, 0], include_z=True)
    return shapely.to_wkb(moved if shape.has_z else shapely.force_2d(moved), flavor="iso")


def has_empty_member(shape: shapely.Geometry | None) -> bool:
    """Whether some, but not all members are EMPTY."""
    return shape is not None and not shape.is_empty and any(part.is_empty for part in shapely.get_parts(shape))


def with_empty_members(table: pa.Table) -> list[int]:
    """The rows in which a geometry has an EMPTY member."""
    columns = (shapely.from_wkb(table[side].to_numpy(zero_copy_only=False)) for side in ("a", "b"))
    return [idx for idx, pair in enumerate(zip(*columns)) if any(map(has_empty_member, pair))]


def as_table(pairs: list[Pair]) -> pa.Table:
    """Pairs with numbers from 0."""
    one, other = zip(*pairs)
    return pa.table({"id": pa.array(range(len(pairs)), pa.int64()), "a": pa.array(one, pa.binary()), "b": pa.array(other, pa.binary())})
