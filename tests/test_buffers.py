"""Areas around parcels against GEOS."""

import math
import time

import numpy as np
import pytest
import shapely

PARCELS = 3_000
# Styles as SQL has them and as shapely does.
STYLES = {
    "": {},
    ", 'quad_segs=3'": {"quad_segs": 3},
    ", 'join=mitre endcap=flat'": {"join_style": "mitre", "cap_style": "flat"},
    ", 'join=bevel endcap=square'": {"join_style": "bevel", "cap_style": "square"},
}


def geometries(column) -> np.ndarray:
    """A column of WKB as geometries."""
    return shapely.from_wkb(np.array(column.to_pylist(), dtype=object))


@pytest.mark.parametrize("distance", [0.01, 1, 30, 500, -0.5, -5])
@pytest.mark.parametrize("style", STYLES)
def test_buffers_of_parcels_are_those_of_geos(server, distance, style):
    table = server.sql(
        f"SELECT p.g, st_boundary(p.g) AS line, st_buffer(p.g, {distance}{style}) AS area, st_buffer(st_boundary(p.g), {distance}{style}) AS strip "
        f"FROM (SELECT st_transform(geometry, 5186) AS g FROM parcel WHERE st_isvalid(geometry) ORDER BY pnu LIMIT {PARCELS}) p"
    )
    for given, found in (("g", "area"), ("line", "strip")):
        ours = geometries(table[found])
        theirs = shapely.buffer(geometries(table[given]), distance, **STYLES[style])
        assert shapely.is_valid(ours).all()
        apart = shapely.area(shapely.symmetric_difference(ours, theirs))
        allowed = shapely.area(theirs) + 1
        # This GEOS is newer than PostGIS's, whose rules for dents and turns these are: a few curves differ by a hair.
        assert (apart <= 1e-4 * allowed).all(), float(apart.max())
        assert (apart > 1e-6 * allowed).mean() <= 0.005


def test_a_long_line_is_buffered_in_seconds(server):
    points = ",".join(f"{x * 0.5} {40 * math.sin(x / 25)}" for x in range(50_000))
    begin = time.monotonic()
    area = server.value(f"SELECT st_area(st_buffer('LINESTRING({points})', 3))")
    assert abs(area - shapely.from_wkt(f"LINESTRING({points})").buffer(3).area) < 1e-6 * area
    assert time.monotonic() - begin < 20
