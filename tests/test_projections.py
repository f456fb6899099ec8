"""Every supported projected CRS, over the whole country, against PROJ."""

import pytest
from projection_error import LIMIT_M, measure


@pytest.mark.parametrize("epsg", LIMIT_M)
def test_points_land_where_projs_own_operation_puts_them(epsg, tmp_path):
    for error in measure(epsg, 6, tmp_path / "grid"):
        assert error.max_m < LIMIT_M[epsg], error
