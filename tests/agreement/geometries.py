"""The geometries that both sides are asked about."""

import grid_geometries
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


def pairs() -> list[tuple[bytes | None, bytes | None]]:
    """Written geometries beside neighbours at two distances, then random ones of a small grid; NULL on each side."""
    written = [shapely.to_wkb(geometry, flavor="iso") for geometry in shapely.from_wkt(WRITTEN)]
    count = len(written)
    found = [(written[idx], written[(idx + step) % count]) for step in (0, 1, 7) for idx in range(count)]
    one, other = (list(shapely.to_wkb(grid_geometries.some("mixed", 200, seed))) for seed in (11, 12))
    return [*found, *zip(one, other), (None, written[0]), (written[0], None), (None, None)]
