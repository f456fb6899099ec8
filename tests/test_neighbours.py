"""The table function `neighbours` against what GEOS finds by comparing a parcel with every other one."""

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from binary import ok, pilji
from serving import Server

PARCELS = 6_000
SIGUNGU = "11110,11140"
ASKED = 60
# Squares on a grid of so many columns and rows, of about 10 m; a 시군구 every few columns, in two 시도.
GRID = 16
SIDE = 0.0001
DONG = [("1154510100", "서울특별시 금천구 가산동"), ("1153010200", "서울특별시 구로구 구로동"), ("4121010100", "경기도 광명시 광명동")]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A server over sample parcels and a grid that crosses borders, with all parcels in memory."""
    folder = tmp_path_factory.mktemp("neighbours")
    warehouse = folder / "warehouse"
    ok(pilji("sample", "--out", folder / "sample", "--parcels", PARCELS, "--sigungu", SIGUNGU))
    ok(pilji("ingest", folder / "sample", "--warehouse", warehouse))
    (folder / "grid.csv").write_text(grid())
    ok(pilji("ingest", folder / "grid.csv", "--warehouse", warehouse, "--vintage", "2021-05-01"))
    with Server(warehouse, None, folder / "server.log") as server:
        parcels = server.sql("SELECT pnu, si_nm, sgg_nm, geometry FROM parcel ORDER BY pnu")
        server.parcels = parcels
        server.pnus = np.array(parcels["pnu"].to_pylist())
        server.places = np.array([f"{si} {sgg}" for si, sgg in zip(parcels["si_nm"].to_pylist(), parcels["sgg_nm"].to_pylist())])
        server.shapes = shapely.from_wkb(np.array(parcels["geometry"].to_pylist(), dtype=object))
        yield server


def grid() -> str:
    """Squares that share sides and corners, here and there overlap, and twice have one number in two places."""
    lines = ["WKT,SGG_OID,PNU,BJD_CD,BJD_NM,SI_NM,SGG_NM,EMD_NM,RI_NM,BONBUN,BUBON,JIMOK"]
    for column in range(GRID):
        code, name = DONG[column * len(DONG) // GRID]
        for row in range(GRID):
            number = column * GRID + row + 1
            x, y = 126.88 + column * SIDE, 37.47 + row * SIDE
            over = SIDE / 50 if number % 7 == 0 else 0
            lot = number - 1 if number % 50 == 0 else number
            wkt = shapely.box(x, y, x + SIDE + over, y + SIDE).wkt
            lines.append(f'"{wkt}",{number},{code}1{lot:04}0000,{code},{name},,,,,{lot},0,대')
    return "\n".join(lines) + "\n"


def brute_force(town, pnu: str) -> list[str]:
    """The numbers of the other parcels that share a point with one, sorted; a row for each of their rows."""
    shape = shapely.geometrycollections(town.shapes[town.pnus == pnu])
    near = shapely.intersects(town.shapes, shapely.unary_union(shape)) & (town.pnus != pnu)
    return sorted(town.pnus[near])


def on_borders(town) -> list[str]:
    """Parcels that share a point with one of another 시군구; those at a border of 시도 come first."""
    tree = shapely.STRtree(town.shapes)
    one, other = tree.query(town.shapes, predicate="intersects")
    sido = np.char.partition(town.places, " ")[:, 0]
    of_sido = sido[one] != sido[other]
    assert of_sido.any()
    across = town.places[one] != town.places[other]
    return list(dict.fromkeys([*town.pnus[one[of_sido]], *town.pnus[one[across]]]))


def test_neighbours_are_those_that_comparing_with_every_parcel_finds(town):
    some = [*town.pnus[:: len(town.pnus) // ASKED], town.pnus[0], town.pnus[-1]]
    for pnu in some:
        found = town.sql(f"SELECT pnu, shared_border_m FROM neighbours('{pnu}')")
        assert sorted(found["pnu"].to_pylist()) == brute_force(town, pnu), pnu
        assert all(metres >= 0 for metres in found["shared_border_m"].to_pylist())


def test_a_number_in_two_places_is_one_parcel(town):
    numbers, counts = np.unique(town.pnus, return_counts=True)
    twice = numbers[counts == 2]
    assert len(twice) >= 2
    for pnu in twice:
        found = town.sql(f"SELECT pnu FROM neighbours('{pnu}')")
        assert sorted(found["pnu"].to_pylist()) == brute_force(town, pnu), pnu


def test_neighbours_lie_in_other_files_too(town):
    crossing = on_borders(town)
    for pnu in crossing:
        found = town.sql(f"SELECT pnu, si_nm, sgg_nm FROM neighbours('{pnu}')")
        assert sorted(found["pnu"].to_pylist()) == brute_force(town, pnu), pnu
        assert found.num_rows > 0


def test_the_border_is_as_long_as_the_line_that_both_have(town):
    pnu = next(pnu for pnu in town.pnus[100:] if len(brute_force(town, pnu)) > 3)
    found = town.sql(
        f"SELECT n.shared_border_m AS m, st_length(st_intersection(st_boundary(st_transform(n.geometry, 5186)), "
        f"st_boundary(st_transform(p.geometry, 5186)))) AS metres FROM neighbours('{pnu}') n, parcel p WHERE p.pnu = '{pnu}'"
    )
    # The line is cut short where corners lie on a neighbour's side, but never longer.
    assert any(metres > 0 for metres in found["m"].to_pylist())
    assert all(m >= metres - 0.05 for m, metres in zip(found["m"].to_pylist(), found["metres"].to_pylist()))


def test_columns_are_those_of_the_parcels_and_the_border(town):
    pnu = town.pnus[0]
    parcel = town.sql("SELECT * FROM parcel LIMIT 1").schema
    found = town.sql(f"SELECT * FROM neighbours('{pnu}')").schema
    assert found.names == [*parcel.names, "shared_border_m"]
    assert found.field("geometry").metadata == parcel.field("geometry").metadata


def test_a_call_stands_wherever_a_table_stands(town):
    pnu = next(pnu for pnu in town.pnus if brute_force(town, pnu))
    expected = brute_force(town, pnu)
    for statement in (
        f"SELECT neighbours.pnu FROM neighbours('{pnu}') ORDER BY 1",
        f"SELECT n.pnu FROM Neighbours('{pnu}') AS n WHERE n.shared_border_m >= 0 ORDER BY 1",
        f"WITH parcel AS (SELECT 1 AS one) SELECT n.pnu FROM parcel, neighbours('{pnu}') n ORDER BY 1",
        f"SELECT pnu FROM parcel WHERE pnu IN (SELECT pnu FROM neighbours('{pnu}')) ORDER BY 1",
        f"SELECT pnu FROM neighbours('{pnu}', 'public.parcel') ORDER BY 1",
    ):
        assert town.sql(statement)["pnu"].to_pylist() == expected, statement


def test_another_table_can_be_looked_in(town, tmp_path):
    parcels = town.sql("SELECT pnu, geometry FROM parcel")
    pq.write_table(parcels.rename_columns(["PNU", "geometry"]), tmp_path / "lots.parquet")
    ok(pilji("model", "register", tmp_path / "lots.parquet", "--name", "lots", "--warehouse", town.warehouse))
    pnu = next(pnu for pnu in town.pnus if brute_force(town, pnu))
    found = town.sql(f"SELECT * FROM neighbours('{pnu}', 'lots')")
    assert sorted(found["PNU"].to_pylist()) == brute_force(town, pnu)
    with pytest.raises(Exception, match="no_such"):
        town.sql(f"SELECT * FROM neighbours('{pnu}', 'no_such')")


def test_an_unknown_number_has_no_neighbours_and_a_wrong_one_is_told(town):
    assert town.sql("SELECT * FROM neighbours('9999999999199990000')").num_rows == 0
    for call, words in (
        ("neighbours('11110')", 'expected 19 digits, found "11110"'),
        ("neighbours()", "expected 1 or 2 arguments"),
        ("parcel p, LATERAL neighbours(p.pnu)", "expected a text in quotes"),
    ):
        with pytest.raises(Exception, match="(?i)invalid") as caught:
            town.sql(f"SELECT * FROM {call}")
        assert words in str(caught.value)


def test_only_what_lies_near_is_read(town):
    pnu = town.pnus[len(town.pnus) // 2]
    plan = "\n".join(town.sql(f"EXPLAIN ANALYZE SELECT * FROM neighbours('{pnu}')")["plan"].to_pylist())
    assert "SpatialJoinExec" in plan and "NestedLoopJoinExec" not in plan, plan
    assert "JoinPruningExec: columns=[geometry]" in plan and "files_total=5" in plan and "files_kept=1," in plan, plan
    assert "parcel@1: 1 of 5 files" in plan, plan
