"""What is asked of each function: SQL over the columns `a` and `b` of a table of pairs."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import mapbox_vector_tile
import shapely

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Case:
    """A call: in Pilji's words and, where they are others, in PostGIS's."""

    expression: str
    peer_expression: str | None = None
    table: str = "shapes"
    groups: int = 0  # an aggregate answers for as many groups of rows
    tolerance: float = TOLERANCE
    read: Callable = lambda value: value  # brings the answers of both into one form

    @property
    def peer(self) -> str:
        """The expression for PostGIS."""
        return self.peer_expression or self.expression

    @property
    def key(self) -> str:
        """What numbers the answers."""
        return f"id % {self.groups}" if self.groups else "id"


def features(tile: bytes) -> list[str]:
    """The features of a vector tile in order of their text, without points in the middle of straight edges."""
    layers = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}) if tile else {}
    return sorted(
        f"{name} {layer['extent']} {feature['properties']} {shapely.normalize(shapely.geometry.shape(feature['geometry']).simplify(0)).wkt}"
        for name, layer in layers.items() for feature in layer["features"]
    )  # fmt: skip


def parts(dumped: list) -> list[str]:
    """The parts of a geometry with their paths, which PostGIS is asked for as text."""
    return [part if isinstance(part, str) else f"{json.dumps(part['path'], separators=(',', ':'))} {part['geom'].hex()}" for part in dumped]


def of(table: str, *calls: str) -> list[Case]:
    """The same words for both."""
    return [Case(call, table=table) for call in calls]


ONE = """
    st_asbinary st_asewkb st_ashexewkb st_dimension st_envelope st_geometrytype st_isempty st_npoints st_numgeometries st_xmax st_xmin
    st_ymax st_ymin st_area st_length st_perimeter st_ndims st_nrings st_numinteriorrings st_exteriorring st_boundary st_centroid
    st_convexhull st_flipcoordinates st_force2d st_forcepolygonccw st_forcepolygoncw st_multi st_orientedenvelope st_pointonsurface
    st_reverse st_collectionhomogenize st_unaryunion st_isvalid st_isvalidreason st_issimple st_isring
    st_makevalid st_normalize
""".split()
OF_LINES = "st_numpoints st_startpoint st_endpoint st_isclosed".split()
OF_POINTS = "st_x st_y st_z st_m".split()
TWO = """
    st_distance st_maxdistance st_contains st_coveredby st_covers st_crosses st_disjoint st_equals st_intersects st_overlaps
    st_touches st_within
""".split()
OVERLAYS = "st_intersection st_union st_difference st_symdifference".split()
DUMPED = """
    (SELECT CASE WHEN a IS NULL THEN NULL ELSE coalesce(array_agg(
        array_to_json(d.path)::text || ' ' || encode(ST_AsBinary(d.geom, 'NDR'), 'hex')), '{{}}') END FROM {call} AS d)
"""
IN_5186 = "st_setsrid(a, 5186)"
IN_4326 = "st_setsrid(a, 4326)"

CASES: dict[str, list[Case]] = {
    **{name: of("shapes", f"{name}(a)") for name in ONE},
    **{name: of("shapes", f"{name}(a)") + of("lines", f"{name}(a)") for name in OF_LINES},
    **{name: of("shapes", f"{name}(a)") + of("points", f"{name}(a)", f"{name}(b)") for name in OF_POINTS},
    **{name: of("shapes", f"{name}(a, b)", f"{name}(b, a)") for name in TWO},
    **{name: of("shapes", f"{name}(a, b)", f"{name}(b, a)") for name in OVERLAYS},
    # Geometries from texts, bytes and numbers, and back.
    "st_asewkb": of("shapes", "st_asewkb(a)", f"st_asewkb({IN_5186})"),
    "st_ashexewkb": of("shapes", "st_ashexewkb(a)", f"st_ashexewkb({IN_5186})"),
    "st_asewkt": of("shapes", "st_asewkt(a)", f"st_asewkt({IN_5186})") + of("degrees", "st_asewkt(a, 1)"),
    "st_astext": of("shapes", "st_astext(a)") + of("degrees", "st_astext(a)", "st_astext(a, 1)"),
    "st_asgeojson": of("shapes", "st_asgeojson(a)", "st_asgeojson(a, 9, 1)")
    + of("degrees", "st_asgeojson(a, 1)", "st_asgeojson(a, 9, 0)"),
    "st_geohash": of("degrees", "st_geohash(a)", "st_geohash(a, 8)"),
    "st_geomfromgeojson": of("shapes", "st_geomfromgeojson(st_asgeojson(a))"),
    "st_geomfromtext": of("shapes", "st_geomfromtext(st_astext(a))"),
    "st_geomfromwkb": of("shapes", "st_geomfromwkb(st_asbinary(a))"),
    "st_makeenvelope": of("shapes", "st_makeenvelope(st_xmin(a), st_ymin(a), st_xmax(b), st_ymax(b))"),
    "st_makeline": of("points", "st_makeline(a, b)") + of("lines", "st_makeline(a, b)") + of("shapes", "st_makeline(a, b)"),
    "st_makepoint": of("shapes", "st_makepoint(st_xmin(a), st_ymax(b))", "st_makepoint(st_xmin(a), st_ymax(b), 3)",
                       "st_makepoint(st_xmin(a), st_ymax(b), 3, 4)"),
    "st_point": of("shapes", "st_point(st_xmin(a), st_ymax(b))"),
    "st_tileenvelope": of("shapes", "st_tileenvelope(CAST(4 + id % 9 AS integer), CAST(id % 16 AS integer), CAST(id * 7 % 16 AS integer))"),
    # Accessors.
    "st_geometryn": of("shapes", "st_geometryn(a, 1)", "st_geometryn(a, 2)"),
    "st_interiorringn": of("shapes", "st_interiorringn(a, 1)"),
    "st_pointn": [case for table in ("shapes", "lines") for case in of(table, "st_pointn(a, 1)", "st_pointn(a, -1)", "st_pointn(a, 3)")],
    # Measures.
    "st_angle": of("points", "st_angle(a, b, st_point(1, 1))", "st_angle(a, b, st_point(2, 3), a)") + of("lines", "st_angle(a, b)")
    + of("shapes", "st_angle(a, b)"),
    "st_azimuth": of("points", "st_azimuth(a, b)", "st_azimuth(b, a)") + of("shapes", "st_azimuth(a, b)"),
    "st_area_spheroid": [Case(f"st_area_spheroid({IN_4326})", "ST_Area(a::geography)", "degrees")],
    "st_length_spheroid": [Case(f"st_length_spheroid({IN_4326})", "ST_Length(a::geography)", "degrees")],
    "st_perimeter_spheroid": [Case(f"st_perimeter_spheroid({IN_4326})", "ST_Perimeter(a::geography)", "degrees")],
    "st_distance_spheroid": [
        # PostGIS rounds these to 10 nm.
        Case("st_distance_spheroid(st_setsrid(a, 4326), st_setsrid(b, 4326))", "ST_Distance(a::geography, b::geography)", "degrees", tolerance=1e-7)
    ],
    "st_hausdorffdistance": of("shapes", "st_hausdorffdistance(a, b)", "st_hausdorffdistance(b, a)", "st_hausdorffdistance(a, b, 0.4)"),
    "st_frechetdistance": of("shapes", "st_frechetdistance(a, b)", "st_frechetdistance(a, b, 0.4)") + of("lines", "st_frechetdistance(a, b)"),
    # Relations.
    "st_dwithin": of("shapes", *(f"st_dwithin(a, b, {distance})" for distance in ("0", "1", "2.5"))),
    "st_relate": of("shapes", "st_relate(a, b)", "st_relate(b, a)", "st_relate(a, b, 'T*F**F***')"),
    # Processing.
    "st_buffer": of("shapes", "st_buffer(a, 1)", "st_buffer(a, -0.3)", "st_buffer(a, 0)", "st_buffer(a, 0.05)", "st_buffer(a, 2.5, 3)", *(
        f"st_buffer(a, 0.7, '{style}')" for style in (
            "endcap=flat join=mitre", "endcap=square join=bevel quad_segs=2", "join=mitre mitre_limit=1.2", "side=left", "side=right join=mitre"))),
    "st_closestpoint": of("shapes", "st_closestpoint(a, b)", "st_closestpoint(b, a)"),
    "st_shortestline": of("shapes", "st_shortestline(a, b)", "st_shortestline(b, a)"),
    "st_expand": of("shapes", "st_expand(a, 1.5)", "st_expand(a, 1, 2)", "st_expand(a, -1)"),
    "st_lineinterpolatepoint": of("lines", "st_lineinterpolatepoint(a, 0.3)", "st_lineinterpolatepoint(a, 1)")
    + of("shapes", "st_lineinterpolatepoint(a, 0.3)"),
    "st_linelocatepoint": of("lines", "st_linelocatepoint(a, st_startpoint(b))") + of("shapes", "st_linelocatepoint(a, b)"),
    "st_linesubstring": of("lines", "st_linesubstring(a, 0.2, 0.7)", "st_linesubstring(a, 0.5, 0.5)") + of("shapes", "st_linesubstring(a, 0.2, 0.7)"),
    # PostGIS's circles end a hair beside where they begin, and GEOS reads no such ring.
    "st_minimumboundingcircle": [
        Case(f"st_snaptogrid(st_minimumboundingcircle({call}), 1e-9)", tolerance=1e-8) for call in ("a", "a, 3", "st_collect(a, b)")
    ],
    "st_scale": of("shapes", "st_scale(a, 2, 3)", "st_scale(a, 2, 3, 4)"),
    "st_segmentize": of("shapes", "st_segmentize(a, 1.5)"),
    "st_simplify": of("shapes", "st_simplify(a, 0.5)", "st_simplify(a, 1.5)", "st_simplify(a, 1.5, true)"),
    "st_simplifypreservetopology": of("shapes", "st_simplifypreservetopology(a, 0.5)", "st_simplifypreservetopology(a, 1.5)"),
    "st_snaptogrid": of("shapes", "st_snaptogrid(a, 2)", "st_snaptogrid(a, 1, 3)"),
    "st_translate": of("shapes", "st_translate(a, 1.5, -2)", "st_translate(a, 1.5, -2, 3)"),
    # Overlays and collections.
    "st_clipbybox2d": of("shapes", "st_clipbybox2d(a, st_makeenvelope(1, 1, 3, 3))"),
    "st_unaryunion": of("shapes", "st_unaryunion(a)", "st_unaryunion(st_collect(a, b))"),
    "st_collect": of("shapes", "st_collect(a, b)"),
    "st_collectionextract": of("shapes", "st_collectionextract(a)", *(f"st_collectionextract(a, {kind})" for kind in (1, 2, 3))),
    "st_dump": [Case("st_dump(a)", DUMPED.format(call="ST_Dump(a)"), read=parts)],
    "st_dumppoints": [Case("st_dumppoints(a)", DUMPED.format(call="ST_DumpPoints(a)"), read=parts)],
    "st_collect_agg": [Case("st_collect_agg(a)", "ST_Collect(a)", groups=90)],
    "st_extent": [Case("st_extent(a)", "ST_Extent(a)::geometry", groups=90), Case("st_extent(b)", "ST_Extent(b)::geometry", groups=300)],
    "st_union_agg": [Case("st_union_agg(a)", "ST_Union(a)", groups=90), Case("st_union_agg(b)", "ST_Union(b)", groups=300)],
    # Tiles.
    "st_asmvtgeom": of("shapes", "st_asmvtgeom(a, st_makeenvelope(0, 0, 4, 4))", "st_asmvtgeom(a, st_makeenvelope(1, 1, 5, 5), 64, 4)",
                       "st_asmvtgeom(a, st_makeenvelope(1, 1, 5, 5), 64, 4, false)"),
    "st_asmvt": [Case("st_asmvt(named_struct('geom', st_asmvtgeom(a, st_makeenvelope(0, 0, 4, 4)), 'id', id), 'shapes')",
                      "ST_AsMVT(ROW(ST_AsMVTGeom(a, ST_MakeEnvelope(0, 0, 4, 4)), id)::feature, 'shapes')", groups=90, read=features)],
    # Coordinate systems.
    "st_srid": of("shapes", "st_srid(a)", f"st_srid({IN_5186})"),
    "st_setsrid": of("shapes", IN_5186),
    "st_transform": [
        *(Case(f"st_transform({IN_4326}, {code})", table="degrees", tolerance=1e-6) for code in (5186, 5179, 3857, 32652)),
        Case(f"st_transform({IN_4326}, 5174)", table="degrees", tolerance=1e-4),
        Case("st_transform(st_transform(st_setsrid(a, 4326), 5187), 4326)", table="degrees", tolerance=1e-11),
    ],
}  # fmt: skip

# What PostGIS has nothing like, and what tests it instead.
ALONE = {
    "st_knn": "joins are compared with sorting all pairs by their distance",
    "st_hilbert": "unit tests follow the curve from cell to cell, and SQL tests its ends",
}
