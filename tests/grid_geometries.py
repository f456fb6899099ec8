"""Random geometries on a small grid of whole numbers, where touching, crossing and covering all happen often."""

import random

import shapely
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

SIZE = 5


def point(rng: random.Random) -> Point:
    """A point of the grid."""
    return Point(rng.randrange(SIZE), rng.randrange(SIZE))


def line(rng: random.Random) -> LineString:
    """A line through two to four points that does not cross itself."""
    while True:
        coords = [(rng.randrange(SIZE), rng.randrange(SIZE)) for _ in range(rng.randint(2, 4))]
        found = LineString(coords)
        if all(one != other for one, other in zip(coords, coords[1:])) and found.is_simple:
            return found


def polygon(rng: random.Random) -> Polygon:
    """A valid polygon of three to six corners, sometimes with a hole."""
    while True:
        corners = [(rng.randrange(SIZE), rng.randrange(SIZE)) for _ in range(rng.randint(3, 6))]
        found = Polygon(corners)
        if rng.random() < 0.2:
            hole = [(rng.randrange(SIZE), rng.randrange(SIZE)) for _ in range(3)]
            found = Polygon(corners, [hole])
        if found.is_valid and found.area > 0:
            return found


def several(rng: random.Random):
    """Several points, lines or polygons as one."""
    kind = rng.randrange(3)
    if kind == 0:
        return MultiPoint([point(rng) for _ in range(rng.randint(1, 3))])
    while True:
        if kind == 1:
            found = MultiLineString([line(rng) for _ in range(rng.randint(1, 2))])
        else:
            found = MultiPolygon([polygon(rng) for _ in range(2)])
        if found.is_valid and found.is_simple:
            return found


SETS = {
    "polygons": polygon,
    "lines": line,
    "points": point,
    "mixed": lambda rng: rng.choice([point, line, polygon, several])(rng),
}


def some(kind: str, count: int, seed: int) -> list[shapely.Geometry]:
    """So many geometries of a set."""
    rng = random.Random(f"{kind} {seed}")
    return [SETS[kind](rng) for _ in range(count)]
