"""Where the parcels lie: against PROJ, and against their neighbours."""

import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

CENTIMETRE = 0.01


@pytest.fixture(scope="module")
def pairs(loaded, server):
    """Every parcel whose PNU is unique: as published, and as GDAL reads it from the source."""
    frames = []
    for path in loaded.sample.inputs:
        with zipfile.ZipFile(path) as archive:
            pieces = [name for name in archive.namelist() if name.endswith(".shp")]
        frames += [
            pyogrio.read_dataframe(f"/vsizip/{path}/{piece}", columns=["A1"], encoding="CP949") for piece in pieces
        ]
    source = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)
    source = source.drop_duplicates("A1", keep=False).set_index("A1").geometry
    published = gpd.GeoDataFrame.from_arrow(server.sql("SELECT pnu, geometry FROM parcel"))
    published = published.drop_duplicates("pnu", keep=False).set_index("pnu").geometry
    source = source.reindex(published.index)
    assert source.notna().all() and len(source) > 30_000
    return source, published


def test_the_source_says_its_crs_so_that_gdal_understands_it(pairs):
    source, _ = pairs
    assert source.crs == pyproj.CRS.from_epsg(5174) or source.crs.to_epsg(min_confidence=50) == 5174, source.crs


def test_published_vertices_are_within_a_centimetre_of_projs_own_operation(pairs):
    source, published = pairs
    assert (shapely.get_num_coordinates(source.array) == shapely.get_num_coordinates(published.array)).all()

    transformer = pyproj.Transformer.from_crs(5174, 4326, always_xy=True)
    assert transformer.accuracy is not None and 0 <= transformer.accuracy <= 1, "PROJ must not use a ballpark operation"
    expected = shapely.transform(
        source.array, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    # Back into metres, so that the distance is one on the ground.
    to_metres = pyproj.Transformer.from_crs(4326, 5179, always_xy=True)

    def metres(geometries):
        return shapely.transform(geometries, lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1])))

    assert shapely.hausdorff_distance(metres(expected), metres(published.array)).max() < CENTIMETRE


def test_rings_follow_the_ogc_rule(pairs):
    _, published = pairs
    # A ring that crosses itself has no inside, so it has no orientation either.
    polygons = shapely.get_parts(published[published.is_valid].array)
    assert shapely.is_ccw(shapely.get_exterior_ring(polygons)).all()
    rings, owner = shapely.get_rings(polygons[shapely.get_num_interior_rings(polygons) > 0], return_index=True)
    first_of_each = np.r_[True, owner[1:] != owner[:-1]]
    assert len(rings[~first_of_each]) > 0, "the sample has holes"
    assert not shapely.is_ccw(rings[~first_of_each]).any()


@pytest.mark.parametrize("place", ["sgg_nm = '종로구' AND emd_nm = '청운동'", "emd_nm = '증평읍' AND ri_nm = '증평리'"])
def test_neighbours_still_share_their_edges_exactly(server, place):
    frame = gpd.GeoDataFrame.from_arrow(server.sql(f"SELECT pnu, geometry FROM parcel WHERE {place}"))
    # Parcels that the sample makes twice or breaks on purpose are no part of the tiling.
    frame = frame[frame.geometry.is_valid].drop_duplicates("pnu")
    assert len(frame) > 100
    assert shapely.coverage_is_valid(frame.geometry.array)
    # They tile: the area of all together is the sum of the areas.
    parcels = np.asarray(frame.geometry.array)
    assert shapely.area(shapely.union_all(parcels)) == pytest.approx(shapely.area(parcels).sum(), rel=1e-9)


def test_every_bbox_holds_its_geometry(server):
    table = server.sql(
        "SELECT geometry, bbox['xmin'] AS xmin, bbox['ymin'] AS ymin, bbox['xmax'] AS xmax, bbox['ymax'] AS ymax FROM parcel"
    )
    bounds = shapely.bounds(shapely.from_wkb(table["geometry"].to_numpy()))
    for idx, name in enumerate(("xmin", "ymin", "xmax", "ymax")):
        assert (table[name].to_numpy() == bounds[:, idx]).all()
