"""Spatial functions on what is hard: every one is compared with PostGIS by `make agreement`, and some here with GEOS."""

import numpy as np
import pytest
import shapely
from agreement.cases import ALONE, CASES, Case
from agreement.geometries import has_empty_member, tables
from agreement.sides import PiljiSide
from binary import chapters


def as_lines(rings: np.ndarray) -> np.ndarray:
    """Rings as well-known binary knows them."""
    return shapely.from_wkb(shapely.to_wkb(rings, flavor="iso"))


NUMBERS = {
    "st_npoints(a)": shapely.get_num_coordinates,
    "st_xmin(a)": lambda a: shapely.bounds(a)[:, 0],
    "st_ymin(a)": lambda a: shapely.bounds(a)[:, 1],
    "st_xmax(a)": lambda a: shapely.bounds(a)[:, 2],
    "st_ymax(a)": lambda a: shapely.bounds(a)[:, 3],
    "st_ndims(a)": lambda a: np.where(shapely.is_missing(a), np.nan, 2 + shapely.has_z(a) + shapely.has_m(a)),
    "st_area(a)": shapely.area,
    "st_length(a) + st_perimeter(a)": shapely.length,
}
PAIRED = {
    "st_distance(a, b)": shapely.distance,
    "st_hausdorffdistance(a, b)": shapely.hausdorff_distance,
}
GEOMETRIES = {
    "st_asbinary(a)": lambda a: a,
    "st_geomfromtext(st_astext(a))": lambda a: a,
    "st_geomfromewkb(st_asewkb(a))": lambda a: a,
    "st_reverse(a)": shapely.reverse,
    "st_exteriorring(a)": lambda a: as_lines(shapely.get_exterior_ring(a)),
    "st_interiorringn(a, 1)": lambda a: as_lines(shapely.get_interior_ring(a, 0)),
    "st_force2d(a)": shapely.force_2d,
    "st_centroid(a)": lambda a: shapely.centroid(a),
    "st_convexhull(a)": lambda a: shapely.convex_hull(shapely.force_2d(a)),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The pairs that `make agreement` asks about, and a server that has them."""
    rows = tables()["shapes"]
    side = PiljiSide({"shapes": rows}, tmp_path_factory.mktemp("agreement"))
    yield side, rows
    side.stop()


def test_every_spatial_function_is_compared_with_postgis():
    spatial = [name for names in chapters().values() for name in names if name.startswith("st_")]
    assert len(spatial) > 80
    assert [name for name in spatial if name not in CASES and name not in ALONE] == []


def columns(asked, expression: str):
    """The answers to a call for the rows that GEOS has an answer for, with their geometries."""
    side, rows = asked
    a, b = (shapely.from_wkb(rows[name].to_numpy(zero_copy_only=False)) for name in ("a", "b"))
    # GEOS has other ideas of EMPTY members than the standard, and ends at some.
    is_sound = [not has_empty_member(one) and not has_empty_member(other) for one, other in zip(a, b)]
    ids = np.flatnonzero(is_sound)
    assert len(ids) > 300
    answers = side.answers(Case(expression), ids.tolist(), [])
    return [answers[idx] for idx in ids], a[ids], b[ids]


def is_same(ours, theirs) -> bool:
    """Whether two numbers are close; NULL is as GEOS's NaN, and 0 as nothing."""
    theirs = None if theirs is None or np.isnan(theirs) else theirs
    if ours is None or theirs is None:
        return ours == theirs or (ours or theirs) == 0
    return np.isclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("expression", [*NUMBERS, *PAIRED])
def test_numbers_are_those_of_geos(asked, expression):
    found, a, b = columns(asked, expression)
    expected = NUMBERS[expression](a) if expression in NUMBERS else PAIRED[expression](a, b)
    wrong = [f"{one} and {other}: {ours}, GEOS {theirs}" for ours, theirs, one, other in zip(found, expected, a, b) if not is_same(ours, theirs)]
    assert wrong == []


@pytest.mark.parametrize("expression", GEOMETRIES)
def test_geometries_are_those_of_geos(asked, expression):
    found, a, _ = columns(asked, expression)
    expected = GEOMETRIES[expression](a)
    wrong = []
    for ours, theirs, given in zip(shapely.from_wkb(found), expected, a):
        if ours is None or theirs is None:
            is_right = ours is theirs
        else:
            flat = [shapely.force_2d(shape) if "hull" in expression else shape for shape in (ours, theirs)]
            is_right = flat[0].is_empty and flat[1].is_empty or shapely.equals_exact(*flat, tolerance=1e-12, normalize="hull" in expression)
        if not is_right:
            wrong.append(f"{given}: {ours}, GEOS {theirs}")
    assert wrong == []
