"""The examples that people copy run as they stand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parents[1] / "clients/python"


def run(server, *command) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)], env=dict(os.environ) | server.environment,
        capture_output=True, text=True, cwd=CLIENTS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "example", ["pyarrow_flight.py", "adbc_polars.py", "own_data.py", "duckdb_local.py", "sqlalchemy_pandas.py"]
)
def test_the_example_prints_an_answer(server, example):
    assert "종로구" in run(server, example)


def test_the_map_example_draws_a_picture(server, tmp_path):
    picture = tmp_path / "map.png"
    assert "parcels" in run(server, "geopandas_map.py", "종로구", "청운동", picture)
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 50_000


def test_the_map_of_a_place_without_parcels_is_refused(server, tmp_path):
    done = subprocess.run(
        [sys.executable, "geopandas_map.py", "없는구", "없는동", tmp_path / "map.png"],
        env=dict(os.environ) | server.environment, capture_output=True, text=True, cwd=CLIENTS,
    )
    assert done.returncode != 0 and "없는동" in done.stderr
