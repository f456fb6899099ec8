"""Vector tiles of the sample parcels, decoded by an independent reader and held against the parcels themselves."""

import math

import mapbox_vector_tile
import pytest
import shapely

EXTENT = 4096
BUFFER = 256
WORLD_M = 2 * 20_037_508.342789244
WINDOW = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
LAYER = "parcels"
TILE = """
    SELECT st_asmvt(named_struct('geom', geom, 'pnu', pnu, 'jimok', jimok, 'ri_nm', ri_nm, 'bonbun', bonbun, 'san', san, 'lon', lon), 'parcels')
    FROM (SELECT pnu, jimok, ri_nm, bonbun, san, st_xmin(geometry) AS lon,
                 st_asmvtgeom(st_transform(geometry, 3857), st_tileenvelope({tile})) AS geom
          FROM parcel
          WHERE st_intersects(geometry, st_transform(st_tileenvelope({tile}, st_tileenvelope(0, 0, 0), 0.0625), 4326)))
"""
PARCELS = """
    SELECT pnu, jimok, ri_nm, bonbun, san, st_xmin(geometry) AS lon, st_asbinary(geometry) AS wkb FROM parcel
    WHERE st_intersects(geometry, st_transform(st_tileenvelope({tile}, st_tileenvelope(0, 0, 0), 0.0625), 4326))
"""


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """The tile that a place lies in."""
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return zoom, int((lon + 180) / 360 * 2**zoom), int(row * 2**zoom)


def in_cells(geometry: shapely.Geometry, tile: tuple[int, int, int]) -> shapely.Geometry:
    """A geometry in degrees in the cells of a tile, unrounded: the formula of the web's maps, on a sphere."""
    zoom, x, y = tile

    def change(points):
        for point in points:
            row = (1 - math.asinh(math.tan(math.radians(point[1]))) / math.pi) / 2
            point[:] = ((point[0] + 180) / 360 * 2**zoom - x) * EXTENT, (row * 2**zoom - y) * EXTENT
        return points

    return shapely.transform(geometry, change)


def key(row: dict) -> tuple[str, float]:
    """What tells a parcel: a PNU may stand twice in the published files."""
    return row["pnu"], row["lon"]


def decoded(data: bytes) -> list[dict]:
    """The features of a tile, y southward as they lie in it."""
    layer = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})[LAYER]
    assert (layer["extent"], layer["version"]) == (EXTENT, 2)
    return layer["features"]


@pytest.fixture(scope="module")
def places(server):
    """The middles of a parcel in each 시도 of the sample."""
    found = server.sql("SELECT substr(pnu, 1, 2) AS sido, avg(st_x(st_startpoint(geometry))) AS x, avg(st_y(st_startpoint(geometry))) AS y FROM parcel GROUP BY 1")
    return [(row["x"], row["y"]) for row in found.to_pylist()]


@pytest.mark.parametrize("zoom", range(12, 19))
def test_a_tile_holds_the_parcels_that_lie_in_it(server, places, zoom):
    n_features = 0
    for place in places:
        tile = tile_of(*place, zoom)
        names = ", ".join(map(str, tile))
        data = server.value(TILE.format(tile=names))
        parcels = {key(row): row for row in server.sql(PARCELS.format(tile=names)).to_pylist()}
        if not parcels:
            assert data == b""
            continue
        features = decoded(data) if data else []
        n_features += len(features)
        seen = set()
        for feature in features:
            drawn = shapely.geometry.shape(feature["geometry"])
            properties = feature["properties"]
            parcel = parcels[key(properties)]
            seen.add(key(parcel))
            assert properties == {name: value for name, value in parcel.items() if value is not None and name != "wkb"}
            assert drawn.is_valid, (parcel["pnu"], shapely.is_valid_reason(drawn))
            assert WINDOW.covers(drawn)
            whole = in_cells(shapely.from_wkb(parcel["wkb"]), tile)
            if not whole.is_valid:
                continue  # as a few of the published parcels are
            # Rounding moves a corner by at most half a cell in x and in y.
            assert whole.buffer(0.75).covers(drawn), parcel["pnu"]
            core = whole.buffer(-1.5).intersection(WINDOW)
            assert core.is_empty or drawn.buffer(0.75).covers(core), parcel["pnu"]
            expected = whole.intersection(WINDOW)
            assert abs(drawn.area - expected.area) <= 0.75 * expected.length + 1, parcel["pnu"]
        for missed in parcels.keys() - seen:
            missing = shapely.make_valid(in_cells(shapely.from_wkb(parcels[missed]["wkb"]), tile)).intersection(WINDOW)
            assert missing.buffer(-0.75).is_empty, f"{missed} is not in the tile"
    assert n_features > 0


def test_features_are_numbered_and_layers_are_joined(server, places):
    tile = ", ".join(map(str, tile_of(*places[0], 14)))
    rows = f"FROM (SELECT bonbun, st_asmvtgeom(st_transform(geometry, 3857), st_tileenvelope({tile})) AS geom FROM parcel LIMIT 5000)"
    one = server.value(f"SELECT st_asmvt(named_struct('geom', geom, 'bonbun', bonbun), 'one', 4096, 'geom', 'bonbun') {rows}")
    two = server.value(f"SELECT st_asmvt(named_struct('at', st_pointn(st_exteriorring(st_geometryn(geom, 1)), 1)), 'two') {rows}")
    layers = mapbox_vector_tile.decode(one + two)
    assert set(layers) <= {"one", "two"}
    for feature in layers.get("one", {"features": []})["features"]:
        assert feature["id"] >= 0 and feature["properties"] == {}


def test_many_tiles_in_one_statement_hold_every_parcel(server):
    found = server.sql(
        "SELECT x, st_asmvt(named_struct('geom', geom, 'pnu', pnu, 'lon', lon), 'parcels') AS tile, count(geom) AS n FROM "
        "(SELECT pnu, st_xmin(geometry) AS lon, CAST(floor((st_xmin(geometry) + 180) / 360 * 1024) AS BIGINT) AS x, "
        "st_asmvtgeom(st_transform(geometry, 3857), st_tileenvelope(0, 0, 0), 67108864) AS geom FROM parcel) GROUP BY x"
    ).to_pylist()
    assert len(found) > 1
    assert sum(row["n"] for row in found) == server.value("SELECT count(*) FROM parcel")
    for row in found:
        layer = mapbox_vector_tile.decode(row["tile"])[LAYER]
        assert len(layer["features"]) == row["n"] == len({key(feature["properties"]) for feature in layer["features"]})
