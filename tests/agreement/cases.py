"""What is asked of each function: SQL that both sides read, over the columns `a` and `b`."""

ONE = """
    st_asbinary st_astext st_dimension st_envelope st_geometrytype st_isempty st_npoints st_numgeometries st_xmax st_xmin
    st_ymax st_ymin st_area st_length st_perimeter st_srid
""".split()
POINTS = "st_x st_y st_z st_m".split()
TWO = """
    st_distance st_hausdorffdistance st_frechetdistance st_maxdistance st_azimuth st_angle st_contains st_coveredby st_covers
    st_crosses st_disjoint st_equals st_intersects st_overlaps st_relate st_touches st_within
""".split()
MORE = """
    st_asewkt st_ashexewkb st_asgeojson st_boundary st_centroid st_convexhull st_coorddim st_endpoint st_exteriorring
    st_flipcoordinates st_force2d st_forcepolygonccw st_forcepolygoncw st_multi st_ndims st_nrings st_numinteriorrings
    st_numpoints st_orientedenvelope st_pointonsurface st_reverse st_startpoint st_collectionhomogenize
""".split()
OVERLAYS = """
    st_intersection st_union st_difference st_symdifference st_closestpoint st_shortestline st_makeline st_collect
""".split()
CASES: dict[str, list[str]] = {
    **{name: [f"{name}(a)"] for name in ONE + POINTS},
    **{name: [f"{name}(a, b)", f"{name}(b, a)"] for name in TWO},
    "st_dwithin": [f"st_dwithin(a, b, {distance})" for distance in ("0", "1", "2.5")],
    "st_asewkb": ["st_asewkb(a)"],
    "st_geomfromtext": ["st_geomfromtext(st_astext(a))"],
    "st_geomfromwkb": ["st_geomfromwkb(st_asbinary(a))"],
    "st_point": ["st_point(st_xmin(a), st_ymax(b))"],
    "st_makeenvelope": ["st_makeenvelope(st_xmin(a), st_ymin(a), st_xmax(b), st_ymax(b))"],
    "st_setsrid": ["st_setsrid(a, 5186)"],
    **{name: [f"{name}(a)"] for name in MORE},
    **{name: [f"{name}(a, b)"] for name in OVERLAYS},
    "st_unaryunion": ["st_unaryunion(a)"],
    "st_clipbybox2d": ["st_clipbybox2d(a, st_makeenvelope(1, 1, 3, 3))"],
    "st_collectionextract": [f"st_collectionextract(a, {kind})" for kind in (1, 2, 3)],
    "st_geometryn": ["st_geometryn(a, 1)", "st_geometryn(a, 2)"],
    "st_interiorringn": ["st_interiorringn(a, 1)"],
    "st_pointn": ["st_pointn(a, 1)", "st_pointn(a, -1)"],
    "st_expand": ["st_expand(a, 1.5)"],
    "st_translate": ["st_translate(a, 1.5, -2)"],
    "st_scale": ["st_scale(a, 2, 3)"],
    "st_snaptogrid": ["st_snaptogrid(a, 2)"],
    "st_segmentize": ["st_segmentize(a, 1.5)"],
    "st_simplify": ["st_simplify(a, 0.5)"],
    "st_lineinterpolatepoint": ["st_lineinterpolatepoint(a, 0.3)"],
    "st_linesubstring": ["st_linesubstring(a, 0.2, 0.7)"],
    "st_linelocatepoint": ["st_linelocatepoint(a, b)"],
    "st_makepoint": ["st_makepoint(st_xmin(a), st_ymax(b))"],
    "st_geohash": ["st_geohash(a, 8)"],
    "st_geomfromewkt": ["st_geomfromewkt(st_asewkt(a))"],
    "st_geomfromewkb": ["st_geomfromewkb(st_asewkb(a))"],
    "st_geomfromgeojson": ["st_geomfromgeojson(st_asgeojson(a))"],
    "st_tileenvelope": ["st_tileenvelope(5, 27, 12)"],
    "st_transform": ["st_transform(st_setsrid(st_point(127, 37.5), 4326), 5186)"],
    "st_area_spheroid": [],
    "st_length_spheroid": [],
    "st_perimeter_spheroid": [],
    "st_distance_spheroid": [],
    "st_dump": [],
    "st_dumppoints": [],
    "st_asmvtgeom": [],
    "st_asmvt": [],
    "st_collect_agg": [],
    "st_extent": [],
    "st_union_agg": [],
    "st_hilbert": [],
}

# Functions whose answers may be others than PostGIS's, and why.
DESIGN = {
    "st_orientedenvelope": "of several rectangles that are equally small another one may be given.",
    "st_pointonsurface": "a point in the interior, not the same one.",
    "st_closestpoint": "of points that are equally near another one may be given.",
    "st_shortestline": "of lines that are equally short another one may be given.",
    "st_linelocatepoint": "NULL for EMPTY, where PostGIS gives 0.",
    "st_asgeojson": "EMPTY has no bounding box, and members that are EMPTY are valid JSON.",
    "st_geomfromgeojson": "follows from the texts that `st_asgeojson` gives.",
}
