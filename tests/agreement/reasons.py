"""Why answers differ that need not agree. Each reason names its functions and checks what it claims."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from agreement.cases import Case
from agreement.geometries import has_empty_member
from agreement.sides import Failure

RELATIONS = "contains|coveredby|covers|crosses|disjoint|equals|intersects|overlaps|touches|within|relate"
OVERLAYS = "intersection|union|difference|symdifference|unaryunion|clipbybox2d|union_agg"
NEAR = 1e-9
BOX = shapely.box(1, 1, 3, 3)  # that of the case of st_clipbybox2d


@dataclass(frozen=True)
class Difference:
    """A call's two answers for a row, beside the row."""

    case: Case
    a: shapely.Geometry | None
    b: shapely.Geometry | None
    ours: object
    theirs: object

    def some(self, holds: Callable[[shapely.Geometry], bool]) -> bool:
        """Whether one of the geometries is so."""
        return any(shape is not None and holds(shape) for shape in (self.a, self.b))

    def they_say(self, words: str) -> bool:
        """Whether PostGIS refused with these words."""
        return isinstance(self.theirs, Failure) and words in self.theirs.message

    def shapes(self) -> tuple[shapely.Geometry, shapely.Geometry] | None:
        """Both answers as geometries, where both are."""
        if isinstance(self.ours, bytes) and isinstance(self.theirs, bytes):
            return shapely.from_wkb(self.ours), shapely.from_wkb(self.theirs)
        return None

    def flat(self) -> tuple[shapely.Geometry, shapely.Geometry]:
        """The geometries without heights."""
        return shapely.force_2d(self.a), shapely.force_2d(self.b)


@dataclass(frozen=True)
class Reason:
    """A reason for some functions, with what must hold of the answers for it to be true."""

    name: str
    functions: str
    holds: Callable[[Difference], bool]
    text: str


def is_invalid(shape: shapely.Geometry) -> bool:
    """Whether OGC's rules are broken."""
    return not shapely.is_valid(shape)


def is_farthest(found: Difference) -> bool:
    """Whether ours is the largest distance of two vertices, which PostGIS does not know."""
    one, other = (shapely.get_coordinates(shape) for shape in (found.a, found.b))
    most = np.hypot(*(one[:, None, :] - other[None, :, :]).transpose(2, 0, 1)).max()
    return found.theirs is None and abs(found.ours - most) < NEAR


def is_across_parts(found: Difference) -> bool:
    """Whether PostGIS's answer comes of cutting the ways between parts, too: three pieces each, for a fraction of 0.4."""

    def cut(shape: shapely.Geometry) -> np.ndarray:
        corners = shapely.get_coordinates(shape)
        steps = np.arange(3)[None, :, None] / 3
        return np.vstack([(corners[:-1, None] + steps * np.diff(corners, axis=0)[:, None]).reshape(-1, 2), corners[-1:]])

    if "0.4" not in found.case.expression or not found.some(lambda shape: shapely.get_num_geometries(shape) > 1 or shape.geom_type == "Polygon"):
        return False
    one, other = cut(found.a), cut(found.b)
    apart = np.hypot(*(one[:, None, :] - other[None, :, :]).transpose(2, 0, 1))
    leash = np.full((len(one) + 1, len(other) + 1), np.inf)
    leash[0, 0] = 0
    for i, j in np.ndindex(apart.shape):
        leash[i + 1, j + 1] = max(apart[i, j], min(leash[i, j], leash[i + 1, j], leash[i, j + 1]))
    return abs(leash[-1, -1] - found.theirs) < NEAR


def is_no_json(found: Difference) -> bool:
    """Whether what PostGIS wrote is not JSON."""
    try:
        json.loads(found.theirs)
    except json.JSONDecodeError:
        return True
    return False


def is_as_near(found: Difference) -> bool:
    """Whether the answers are equally long, or lie on the same geometry and are equally near to the other one."""
    shapes = found.shapes()
    a, b = found.flat()
    distance = shapely.distance(a, b)
    if shapes is None:
        return False
    ours, _ = map(shapely.force_2d, shapes)
    if "shortestline" in found.case.expression:
        ends = shapely.points(shapely.get_coordinates(ours)[[0, -1]])
        sides = (a, b) if "(a, b)" in found.case.expression else (b, a)
        return abs(ours.length - distance) < NEAR and all(shapely.distance(ends, sides) < NEAR)
    return shapely.distance(ours, a) < NEAR + distance and abs(max(shapely.distance(ours, a), shapely.distance(ours, b)) - distance) < NEAR


def is_same_flaw(found: Difference) -> bool:
    """Whether both name the same flaw, and points of the geometry's border or edges."""
    (ours, at), (theirs, other) = (re.fullmatch(r"([^\[]*)\[(.*)\]", text).groups() for text in (found.ours, found.theirs))
    places = shapely.points([[float(number) for number in text.split(" ")[:2]] for text in (at, other)])
    edges = shapely.multilinestrings([shapely.linestrings(shapely.get_coordinates(ring)) for part in shapely.get_parts(found.a) for ring in shapely.get_rings(part)])
    return ours == theirs and all(shapely.distance(edges, places) < NEAR)


def is_inside(found: Difference) -> bool:
    """Whether ours is a point of the interior."""
    shapes = found.shapes()
    is_checked_by_border = is_invalid(found.a) or shapely.get_dimensions(found.a) < 2
    return shapes is not None and (shapely.intersects if is_checked_by_border else shapely.contains)(found.a, shapes[0])


def is_no_larger(found: Difference) -> bool:
    """Whether our rectangle holds the geometry and is not larger than PostGIS's."""
    shapes = found.shapes()
    return shapes is not None and shapes[0].buffer(NEAR).covers(shapely.force_2d(found.a)) and shapes[0].area <= shapes[1].area * (1 + NEAR)


def is_flattened(found: Difference) -> bool:
    """Whether the answers are the same but for heights and measures."""
    shapes = found.shapes()
    return shapes is not None and shapes[1].has_z | shapes[1].has_m and shapely.normalize(shapely.force_2d(shapes[1])).equals_exact(
        shapely.normalize(shapes[0]), NEAR)  # fmt: skip


def is_raised(found: Difference) -> bool:
    """Whether the answers are the same but for our heights."""
    shapes = found.shapes()
    return shapes is not None and shapes[0].has_z and not shapes[1].has_z and shapely.force_2d(shapes[0]).equals(shapes[1])


def is_on_border(found: Difference) -> bool:
    """Whether PostGIS lacks only what lies on the border of the box."""
    shapes = found.shapes()
    if shapes is None or is_invalid(shapes[0]) or is_invalid(shapes[1]) or shapes[0].geom_type == "GeometryCollection" or shapes[1].geom_type == "GeometryCollection" and not shapes[1].is_empty:
        return False
    ours, theirs = map(shapely.force_2d, shapes)
    return not theirs.difference(ours).buffer(NEAR).area > NEAR and BOX.boundary.buffer(NEAR).covers(ours.difference(theirs.buffer(NEAR)))


def is_flat_equal(found: Difference) -> bool:
    """Whether the answers are the same but for heights."""
    shapes = found.shapes()
    return shapes is not None and shapes[0].has_z and shapely.normalize(shapely.force_2d(shapes[0])).equals_exact(
        shapely.normalize(shapely.force_2d(shapes[1])), NEAR)  # fmt: skip


def is_valid_but_theirs(found: Difference) -> bool:
    """Whether our answer is valid and PostGIS's is not."""
    shapes = found.shapes()
    return shapes is not None and not is_invalid(shapes[0]) and is_invalid(shapes[1])


def are_same_points(found: Difference) -> bool:
    """Whether no point of one answer is farther than the tolerance from the other."""
    shapes = found.shapes()
    return shapes is not None and not shapes[0].is_empty and not shapes[1].is_empty and shapely.hausdorff_distance(*shapes) < NEAR


def is_union_of_theirs(found: Difference) -> bool:
    """Whether ours comes of PostGIS's answer by another union."""
    shapes = found.shapes()
    if shapes is None or is_invalid(shapes[1]):
        return False
    again = shapely.union_all([shapely.remove_repeated_points(part) for part in shapely.get_parts(shapely.force_2d(shapes[1]))])
    return shapely.normalize(again).equals_exact(shapely.normalize(shapely.force_2d(shapes[0])), NEAR)


def is_alone(found: Difference) -> bool:
    """Whether the parts that are not EMPTY are the same."""
    shapes = found.shapes()
    if shapes is None:
        return False
    ours, theirs = ([part for part in shapely.get_parts(shape) if not part.is_empty] for shape in shapes)
    return len(ours) == len(theirs) and all(shapely.equals_exact(one, other, NEAR) for one, other in zip(ours, theirs))


def are_empty(found: Difference) -> bool:
    """Whether both answers are EMPTY."""
    shapes = found.shapes()
    return shapes is not None and shapes[0].is_empty and shapes[1].is_empty


def within(metres: float) -> Callable[[Difference], bool]:
    """Whether no coordinate is farther from PostGIS's."""

    def holds(found: Difference) -> bool:
        shapes = found.shapes()
        return shapes is not None and shapely.equals_exact(*map(shapely.force_2d, shapes), metres)

    return holds


REASONS = [
    Reason("refused", RELATIONS, lambda found: found.they_say("TopologyException") and found.some(is_invalid),
           "one polygon crosses or overlaps itself, and GEOS refuses it in this predicate (`TopologyException`), though not in others."),
    Reason("undefined", RELATIONS, lambda found: found.some(is_invalid),
           "one geometry is invalid, so that the standard defines no interior: a line without length, a polygon with a spike or one that "
           "crosses itself. GEOS's predicates contradict each other there."),
    Reason("collection", "relate", lambda found: found.they_say("Operation not supported by GeometryCollection"),
           "GEOS 3.11 refuses a collection whose bounds lie apart from the other geometry's, though it answers where they meet."),
    Reason("EMPTY first", "distance|dwithin|closestpoint|shortestline", lambda found: found.theirs in (None, False) and found.some(has_empty_member),
           "PostGIS 3.3 stops at an EMPTY member: `MULTIPOINT(EMPTY,(1 1))` is at an unknown distance from `POINT(1 1)`, "
           "`MULTIPOINT((1 1),EMPTY)` at 0. Pilji passes over EMPTY members wherever they stand."),
    Reason("EMPTY far off", "distance_spheroid", lambda found: found.some(has_empty_member) and found.ours == 0 and shapely.distance(*found.flat()) < NEAR,
           "PostGIS 3.3 gives kilometres between geometries that intersect when one has an EMPTY member."),
    Reason("crash", "hausdorffdistance|pointonsurface|unaryunion|issimple", lambda found: found.they_say("server closed the connection") and found.some(has_empty_member),
           "an EMPTY member ends PostgreSQL's server process in GEOS 3.11."),
    Reason("no answer", "maxdistance", is_farthest,
           "PostGIS 3.3 gives NULL when the convex hull of one is a line that does not leave the bounds of the other's, as for `LINESTRING(0 0,4 0)` and "
           "`POLYGON((0 0,0 2,2 2,2 0,0 0))`. Pilji's answer is the largest distance of two vertices, which is compared here."),
    Reason("between parts", "frechetdistance", is_across_parts,
           "with a densify fraction GEOS also cuts the way from one part to the next, where there is no edge; its answer is computed here that way."),
    Reason("collection", "length_spheroid|perimeter_spheroid", lambda found: found.a.geom_type == "GeometryCollection",
           "in a collection PostGIS's geography adds borders of areas to lengths and lines to perimeters; its geometry functions do neither, nor does Pilji."),
    Reason("no JSON", "asgeojson|geomfromgeojson", lambda found: found.some(has_empty_member) and (isinstance(found.theirs, Failure) or is_no_json(found)),
           "for an EMPTY member PostGIS writes `[,[1,1]]`, which is not JSON."),
    Reason("box of nothing", "asgeojson", lambda found: found.a.is_empty,
           "PostGIS gives EMPTY a `bbox` of zeros; Pilji leaves it out."),
    Reason("nested", "asgeojson|geomfromgeojson", lambda found: found.they_say("GeoJson: geometry not supported"),
           "PostGIS refuses a collection in a collection, which RFC 7946 allows."),
    Reason("EMPTY member", "segmentize", lambda found: found.some(has_empty_member),
           "PostGIS 3.3 gives an EMPTY member a point of whatever stood in memory, or refuses it; Pilji leaves it as it is."),
    Reason("dimensions", "makeline|collect", lambda found: isinstance(found.ours, Failure) and "different dimensions" in found.ours.message and found.some(lambda shape: shape.is_empty),
           "Pilji refuses geometries of different dimensions, also an EMPTY one beside another; PostGIS passes over EMPTY lines."),
    Reason("same flaw", "isvalidreason", is_same_flaw,
           "another point of the same flaw, or the same without its height."),
    Reason("as near", "closestpoint|shortestline", is_as_near, "another one of points that are equally near; the distances are compared here."),
    Reason("other point", "pointonsurface", is_inside, "another point of the interior; that it lies there is checked here."),
    Reason("no larger", "orientedenvelope", is_no_larger,
           "another rectangle that holds the geometry and is no larger, which is checked here: of several smallest ones any will do, and "
           "GEOS 3.11's is not always the smallest."),
    Reason("type of EMPTY", "clipbybox2d|minimumboundingcircle", are_empty,
           "nothing is left: PostGIS says `GEOMETRYCOLLECTION EMPTY` or `POINT EMPTY`, Pilji an EMPTY of the input's type."),
    Reason("dimensions of EMPTY", "makevalid|normalize|simplifypreservetopology", are_empty, "PostGIS drops Z of EMPTY geometries."),
    Reason("type kept", "simplifypreservetopology", is_alone,
           "PostGIS makes of a multi-geometry with one member that member, and drops EMPTY ones of collections; Pilji keeps the type and the members."),
    Reason("EMPTY members", "collect|unaryunion", are_empty, "of EMPTY geometries PostGIS makes an EMPTY collection, Pilji one with EMPTY members."),
    Reason("as given", "union|symdifference|unaryunion", is_union_of_theirs,
           "GEOS passes on parts whose bounds lie apart as they came, points that come twice and uncut lines too; the union of its answer is Pilji's."),
    Reason("cut", "clipbybox2d|makevalid", are_same_points, "the same points within tolerance, cut into lines or begun elsewhere."),
    Reason("type of EMPTY", "difference|symdifference|intersection", are_empty, "nothing is left: Pilji keeps the dimensions of the input, PostGIS drops Z."),
    Reason("other height", "intersection|union|difference|symdifference|unaryunion", is_flat_equal,
           "the same points on the map with other heights, which GEOS interpolates differently for (a, b) and (b, a)."),
    Reason("heights kept", "clipbybox2d", is_raised, "Pilji keeps and interpolates heights, as in overlays; PostGIS drops them where it cuts."),
    Reason("breaks", "clipbybox2d", lambda found: not is_invalid(found.a) and is_valid_but_theirs(found),
           "PostGIS's answer for a valid geometry is invalid, Pilji's is valid."),
    Reason("border", "clipbybox2d", is_on_border,
           "PostGIS drops parts that run along the border of the box, and points of multipoints there, though a single point there is kept."),
    Reason("rounded", "buffer", are_same_points, "the same area, with corners twice where curves meet but for rounding."),
    Reason("flat", "asmvtgeom|union_agg|buffer", is_flattened, "Pilji drops heights and measures there, PostGIS carries them on."),
    Reason("mixed", "union_agg|union|symdifference", lambda found: found.they_say("mixed dimension"),
           "PostGIS refuses geometries of which only some have heights or measures."),
    Reason("refuses invalid", OVERLAYS, lambda found: isinstance(found.ours, Failure) and found.some(is_invalid),
           "Pilji refuses polygons that cross themselves and points to `st_makevalid`; of some of them GEOS gives an answer."),
    Reason("invalid", OVERLAYS + "|asmvtgeom|asmvt|normalize", lambda found: found.some(is_invalid), "one geometry is invalid."),
    Reason("heights", "transform", within(0.01),
           "within 1 cm: Pilji's way into Korean 1985 is the exact inverse of the way out of it. PROJ's two ways miss each other by 5 mm, since "
           "each begins at height 0."),
]  # fmt: skip


def reason(name: str, found: Difference) -> Reason | None:
    """The first reason that holds."""
    bare = name.removeprefix("st_")
    return next((each for each in REASONS if re.fullmatch(each.functions, bare) and each.holds(found)), None)
