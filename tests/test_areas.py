"""Administrative areas that are derived from parcels: `pilji dataset derive-areas`."""

import numpy as np
import pytest
import shapely
from binary import ok, pilji
from serving import Server

PARCELS = 6_000
LEVELS = {"sido": 2, "sigungu": 5, "emd": 8, "ri": 10}


@pytest.fixture(scope="module")
def derived(tmp_path_factory):
    """A server over sample parcels of a 구 and of a county with 리, and the areas derived from them."""
    folder = tmp_path_factory.mktemp("areas")
    warehouse = folder / "warehouse"
    ok(pilji("sample", "--out", folder / "sample", "--parcels", PARCELS, "--sigungu", "11110,41820"))
    ok(pilji("ingest", folder / "sample", "--warehouse", warehouse))
    ok(pilji("dataset", "derive-areas", "--warehouse", warehouse))
    with Server(warehouse, None, folder / "server.log") as server:
        yield server


def geometries(table):
    return shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))


def test_every_level_is_the_union_of_its_parcels(derived):
    parcels = derived.sql("SELECT bjd_cd, geometry FROM parcel")
    codes, shapes = np.array(parcels["bjd_cd"].to_pylist()), shapely.make_valid(geometries(parcels))
    areas = derived.sql("SELECT level, code, parcels, geometry FROM admin_area")
    assert set(areas["level"].to_pylist()) == set(LEVELS)
    for level, code, n_parcels, area in zip(areas["level"].to_pylist(), areas["code"].to_pylist(), areas["parcels"].to_pylist(), geometries(areas)):
        prefix = code[: LEVELS[level]]
        of_area = np.char.startswith(codes, prefix)
        assert n_parcels == of_area.sum(), code
        expected = shapely.union_all(shapes[of_area])
        assert shapely.is_valid(area), code
        assert shapely.symmetric_difference(area, expected).area <= 1e-9 * expected.area, code


def test_every_code_has_one_area_with_its_names(derived):
    areas = derived.sql("SELECT level, code, si_nm, sgg_nm, emd_nm, ri_nm FROM admin_area").to_pylist()
    expected = {
        (level, code[:digits].ljust(10, "0"))
        for code in derived.sql("SELECT DISTINCT bjd_cd FROM parcel")["bjd_cd"].to_pylist()
        for level, digits in LEVELS.items()
        if level != "ri" or not code.endswith("00")
    }
    assert {(area["level"], area["code"]) for area in areas} == expected
    assert len(areas) == len(expected)
    for area in areas:
        below = {"sido": ("sgg_nm", "emd_nm", "ri_nm"), "sigungu": ("emd_nm", "ri_nm"), "emd": ("ri_nm",), "ri": ()}
        assert area["si_nm"] and all(area[name] is None for name in below[area["level"]]), area


def test_neighbours_share_their_border_and_nothing_else(derived):
    overlapping = derived.sql(
        "SELECT count(*) AS pairs, max(area_m2(st_intersection(a.geometry, b.geometry))) AS m2 FROM admin_area a JOIN admin_area b "
        "ON st_overlaps(a.geometry, b.geometry) AND a.level = b.level AND a.code < b.code"
    ).to_pylist()[0]
    assert overlapping["pairs"] == 0, overlapping


def test_nothing_to_derive_from_is_told(derived, tmp_path):
    ran = pilji("dataset", "derive-areas", "--warehouse", tmp_path / "none")
    assert ran.code != 0 and "none" in ran.error
