"""How two answers compare."""

import math

import numpy as np
import shapely
from agreement.cases import Case
from agreement.sides import Failure


def verdict(case: Case, ours, theirs) -> str:
    """One of: equal, close, refused, differs, we fail, they fail."""
    match ours, theirs:
        case Failure(), Failure():
            return "refused"
        case Failure(), _:
            return "we fail"
        case _, Failure():
            return "they fail"
        case None, None:
            return "equal"
        case (None, _) | (_, None):
            return "differs"
    ours, theirs = case.read(ours), case.read(theirs)
    if ours == theirs:
        return "equal"
    if isinstance(ours, bytes):
        return "close" if is_near(ours, theirs, case.tolerance) else "differs"
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        is_same = math.isnan(ours) and math.isnan(theirs) or math.isclose(ours, theirs, rel_tol=case.tolerance, abs_tol=case.tolerance)
        return "close" if is_same else "differs"
    return "differs"


def is_near(ours: bytes, theirs: bytes, tolerance: float) -> bool:
    """Whether two geometries of a type are the same set of points, however cut or ordered."""
    try:
        as_given = shapely.from_wkb([ours, theirs])
    except shapely.GEOSException:
        return False
    one, other = as_given if shapely.equals_exact(*as_given, tolerance) else shapely.normalize(as_given)
    if one.geom_type != other.geom_type or one.has_z != other.has_z or one.has_m != other.has_m:
        return False
    if shapely.equals_exact(one, other, tolerance):
        further = [shapely.get_coordinates(shape, include_z=True, include_m=True)[:, 2:] for shape in (one, other)]
        return np.allclose(*further, rtol=tolerance, atol=tolerance, equal_nan=True)
    return not one.has_z and shapely.is_valid(one) and shapely.is_valid(other) and one.geom_type != "GeometryCollection" and one.equals(other)
