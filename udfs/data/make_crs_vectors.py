"""Writes tests/data/crs_vectors.csv: control points of every coordinate system, computed by PROJ.

    python make_crs_vectors.py

Each system is taken to EPSG:4326 by PROJ's own EPSG operation, the best one there is, never a ballpark one.
Needs pyproj; the version of PROJ is written into the first line.
"""

from pathlib import Path

import numpy
import pyproj
from pyproj.transformer import TransformerGroup

CODES = [2096, 2097, 2098, 3857, 4162, 4166, 4326, 4737, *range(5173, 5189), 32651, 32652]
# Region, longitudes and latitudes of its grid, degrees.
REGIONS = [
    ("mainland", numpy.linspace(126.0, 129.6, 7), numpy.linspace(34.3, 38.6, 7)),
    ("jeju", numpy.linspace(126.1, 127.0, 4), numpy.linspace(33.1, 33.6, 3)),
    ("baengnyeong", numpy.linspace(124.6, 124.75, 2), numpy.linspace(37.9, 38.0, 2)),
    ("ulleung", numpy.linspace(130.78, 130.93, 2), numpy.linspace(37.45, 37.55, 2)),
    ("dokdo", numpy.linspace(131.85, 131.88, 2), numpy.linspace(37.23, 37.25, 2)),
]


def operation(epsg):
    group = TransformerGroup(f"EPSG:{epsg}", "EPSG:4326", always_xy=True, allow_ballpark=False)
    assert group.best_available and group.transformers, epsg
    return group.transformers[0]


def main():
    lines = [f"# PROJ {pyproj.proj_version_str}, pyproj {pyproj.__version__}; columns: EPSG code, region, x, y, lon, lat"]
    for epsg in CODES:
        to_wgs84 = operation(epsg)
        is_geographic = pyproj.CRS.from_epsg(epsg).is_geographic
        for region, lons, lats in REGIONS:
            for lon in lons:
                for lat in lats:
                    x, y = to_wgs84.transform(float(lon), float(lat), direction="INVERSE")
                    # The rounded point is the exact input; its longitude and latitude are computed from it.
                    x, y = (round(x, 9), round(y, 9)) if is_geographic else (round(x, 3), round(y, 3))
                    out_lon, out_lat = to_wgs84.transform(x, y)
                    lines.append(f"{epsg},{region},{x!r},{y!r},{out_lon:.12f},{out_lat:.12f}")
        print(epsg, to_wgs84.description, to_wgs84.accuracy)
    path = Path(__file__).parent.parent / "tests" / "data" / "crs_vectors.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines) - 1, "points", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
