"""Valid, simple and mended geometries against GEOS, over random rings of a small grid that cross, touch and nest in every way."""

import random
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from binary import ok, pilji
from serving import Server
from shapely import LineString, MultiLineString, MultiPolygon, Polygon

SIZE = 7
COUNT = 4_000
FLAWS = "Self-intersection", "Ring Self-intersection", "Hole lies outside shell", "Holes are nested", "Nested shells", "Interior is disconnected", "Too few points"

CROSSINGS = "Self-intersection", "Ring Self-intersection"


def ring(rng: random.Random, low: int = 0, high: int = SIZE) -> list[tuple[int, int]]:
    """A closed ring of three to seven points, often one that is not simple."""
    if rng.random() < 0.35:
        x, y = rng.randrange(low, high - 1), rng.randrange(low, high - 1)
        width, height = rng.randint(1, high - 1 - x), rng.randint(1, high - 1 - y)
        points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    else:
        points = [(rng.randrange(low, high), rng.randrange(low, high)) for _ in range(rng.randint(3, 7))]
    return points[:: rng.choice([1, -1])]


def polygon(rng: random.Random) -> Polygon:
    """A polygon with up to three holes that need not lie in it."""
    shell = [(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)] if rng.random() < 0.5 else ring(rng)
    holes = [ring(rng, 0, rng.choice([3, 5, SIZE])) for _ in range(rng.choice([0, 0, 1, 2, 3]))]
    if rng.random() < 0.1:
        holes = [[(1, 1), (6, 1), (6, 6), (1, 6)], [(2, 2), (4, 2), (rng.randrange(2, 6), rng.randrange(3, 6))]]
    return Polygon(shell, holes)


def line(rng: random.Random) -> LineString:
    """A line, often one that meets itself, sometimes a ring."""
    points = [(rng.randrange(4), rng.randrange(4)) for _ in range(rng.randint(2, 6))]
    return LineString(points + points[:1] if rng.random() < 0.3 else points)


def some(rng: random.Random) -> shapely.Geometry:
    """One of these, or several."""
    return rng.choice([
        polygon,
        polygon,
        lambda rng: MultiPolygon([polygon(rng) for _ in range(rng.randint(1, 3))]),
        line,
        lambda rng: MultiLineString([line(rng) for _ in range(rng.randint(1, 3))]),
    ])(rng)  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The geometries, and what Pilji says of each."""
    folder = tmp_path_factory.mktemp("validity")
    rng = random.Random("validity")
    shapes = np.array([some(rng) for _ in range(COUNT)], dtype=object)
    table = pa.table({"id": range(COUNT), "g": shapely.to_wkb(shapes)})
    pq.write_table(table, folder / "shapes.parquet")
    ok(pilji("model", "register", folder / "shapes.parquet", "--name", "shapes", "--warehouse", folder / "warehouse"))
    with Server(folder / "warehouse", None, folder / "log") as server:
        answers = server.sql(
            "SELECT st_isvalid(g) AS valid, st_isvalidreason(g) AS reason, st_issimple(g) AS simple, st_makevalid(g) AS mended "
            "FROM shared.shapes ORDER BY id"
        )
    return shapes, answers


def test_valid_is_what_geos_calls_valid(judged):
    shapes, answers = judged
    expected = shapely.is_valid(shapes)
    assert 0.1 < expected.mean() < 0.9
    differing = [shapes[idx].wkt for idx in np.flatnonzero(expected != answers["valid"].to_numpy(zero_copy_only=False))]
    assert not differing, differing[:3]


def test_reasons_are_those_of_geos(judged):
    shapes, answers = judged
    told, expected = answers["reason"].to_pylist(), shapely.is_valid_reason(shapes)
    seen, differing = set(), []
    for shape, ours, theirs in zip(shapes, told, expected):
        kinds = [re.match(r"[^\[]*", text)[0] for text in (ours, theirs)]
        seen.add(kinds[0])
        # Of several flaws either may name another one first: pairs of rings are looked at in different orders.
        if kinds[0] != kinds[1] and not (kinds[0] in CROSSINGS and kinds[1] in (*CROSSINGS, "Interior is disconnected")):
            differing.append((shape.wkt, ours, theirs))
    assert not differing, differing[:3]
    assert all(any(kind.startswith(flaw) for kind in seen) for flaw in FLAWS), seen
    assert np.mean([ours == theirs for ours, theirs in zip(told, expected)]) > 0.5


def test_simple_is_what_geos_calls_simple(judged):
    shapes, answers = judged
    expected = shapely.is_simple(shapes)
    assert 0.1 < expected.mean() < 0.9
    differing = [shapes[idx].wkt for idx in np.flatnonzero(expected != answers["simple"].to_numpy(zero_copy_only=False))]
    assert not differing, differing[:3]


def test_mended_geometries_are_valid_and_those_of_geos(judged):
    shapes, answers = judged
    mended = shapely.from_wkb(np.array(answers["mended"].to_pylist(), dtype=object))
    expected = shapely.make_valid(shapes)
    assert shapely.is_valid(mended).all()
    differing = [
        (shape.wkt, ours.wkt, theirs.wkt)
        for shape, ours, theirs in zip(shapes, mended, expected)
        if not same(ours, theirs)
    ]
    assert not differing, (len(differing), differing[:3])


def same(ours: shapely.Geometry, theirs: shapely.Geometry) -> bool:
    """Whether two geometries have the same points, lines and areas, each apart from the others."""
    for dimension in range(3):
        one, other = (
            shapely.union_all([part for part in simple_parts(whole) if shapely.get_dimensions(part) == dimension])
            for whole in (ours, theirs)
        )
        if not (one.is_empty and other.is_empty) and one.symmetric_difference(other).buffer(-1e-9).area + one.hausdorff_distance(other) > 1e-9:
            return False
    return True


def simple_parts(whole: shapely.Geometry) -> list[shapely.Geometry]:
    """The points, lines and polygons of a geometry."""
    parts = shapely.get_parts(whole)
    if len(parts) == 1 and parts[0].equals(whole) and not hasattr(whole, "geoms"):
        return [whole]
    return [simple for part in parts for simple in simple_parts(part)]
