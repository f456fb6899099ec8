"""ST_Transform beside PROJ, on fewer points and pairs than `make crs` takes."""

import pytest
from crs_agreement import BETWEEN, CODES, RETURN_LIMIT_M, compare, grid, return_m, sections, serve

SIDE = 4
TO_AND_FRO = [pair for title, pairs in sections().items() if title != "Between the systems of Korean data" for pair in pairs]
BETWEEN_SYSTEMS = list(zip(BETWEEN, BETWEEN[1:] + BETWEEN[:1]))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server without data."""
    with serve(tmp_path_factory.mktemp("crs")) as running:
        yield running


def test_points_lie_where_proj_puts_them(server):
    found = [compare(server, grid(SIDE), *pair) for pair in TO_AND_FRO + BETWEEN_SYSTEMS]
    assert len(found) > 80
    assert [each for each in found if not each.max_m <= each.limit_m] == []


def test_points_return_to_where_they_came_from(server):
    assert {code: far for code in CODES if not (far := return_m(server, grid(SIDE), code)) <= RETURN_LIMIT_M} == {}
