"""`pilji query` in every format."""

import csv
import io
import json

import geopandas as gpd
import pyarrow as pa
import pytest
import shapely
from binary import ok, pilji
from wcwidth import wcswidth

DONG = "SELECT pnu, emd_nm, jimok, ri_nm, geometry FROM parcel WHERE emd_nm = '청운동' ORDER BY pnu, geometry"


@pytest.fixture(scope="module")
def ask(server):
    """Runs `pilji query` against the server and returns what it printed."""

    def run(*arguments, **more):
        return ok(pilji("query", *arguments, environment=server.environment, **more)).stdout

    return run


@pytest.fixture(scope="module")
def expected(server):
    return server.sql(DONG).to_pandas()


def test_hangul_columns_line_up(ask):
    text = ask("SELECT DISTINCT si_nm, sgg_nm, emd_nm, ri_nm FROM parcel ORDER BY 1, 2, 3, 4")
    lines = [line for line in text.splitlines() if line.startswith(("|", "+"))]
    assert len(lines) > 10
    assert {wcswidth(line) for line in lines} == {wcswidth(lines[0])}
    assert any("종로구" in line for line in lines) and any("증평읍" in line for line in lines)


def test_csv_is_read_back(ask, expected):
    rows = list(csv.DictReader(io.StringIO(ask("--format", "csv", DONG))))
    assert [row["pnu"] for row in rows] == list(expected["pnu"])
    assert [row["jimok"] or None for row in rows] == [value if value == value else None for value in expected["jimok"]]
    assert shapely.equals_exact(
        shapely.from_wkt([row["geometry"] for row in rows]), shapely.from_wkb(expected["geometry"].to_numpy()), 1e-12
    ).all()


def test_json_is_read_back(ask, expected):
    rows = json.loads(ask("--format", "json", DONG))
    assert [row["pnu"] for row in rows] == list(expected["pnu"])
    assert all(row.get("ri_nm") is None for row in rows)
    assert shapely.from_wkt(rows[0]["geometry"]).geom_type in {"Polygon", "MultiPolygon"}


def test_geojson_is_read_by_gdal(ask, expected, tmp_path):
    file = tmp_path / "청운동.geojson"
    ask("--format", "geojson", "--output", file, DONG)
    frame = gpd.read_file(file)
    assert frame.crs.to_epsg() == 4326 and list(frame["pnu"]) == list(expected["pnu"])
    assert (shapely.get_num_coordinates(frame.geometry.array)
            == shapely.get_num_coordinates(shapely.from_wkb(expected["geometry"].to_numpy()))).all()  # fmt: skip
    west, south, east, north = frame.total_bounds
    assert 126.9 < west < east < 127.0 and 37.5 < south < north < 37.7


def test_arrow_is_read_back(ask, server, tmp_path):
    file = tmp_path / "answer.arrow"
    ask("--format", "arrow", "--output", file, DONG)
    with pa.ipc.open_file(file) as reader:
        assert reader.read_all().equals(server.sql(DONG))


def test_the_query_comes_from_standard_input_too(ask, loaded):
    assert json.loads(ask("--format", "json", "-", stdin="SELECT count(*) AS n FROM parcel")) == [
        {"n": loaded.report["published"]}
    ]


def test_an_empty_answer_keeps_its_columns(ask):
    empty = "SELECT pnu, geometry FROM parcel WHERE false"
    assert ask("--format", "csv", empty).strip() == "pnu,geometry"
    assert json.loads(ask("--format", "json", empty)) == []
    assert json.loads(ask("--format", "geojson", empty))["features"] == []
    assert "pnu" in ask(empty)


@pytest.mark.parametrize(
    "arguments,words",
    [
        (["SELEC 1"], "SELEC"),
        (["SELECT * FROM missing"], "missing"),
        (["--format", "geojson", "SELECT 1"], "geometry"),
    ],
)
def test_an_error_is_short_and_fails_the_command(server, arguments, words):
    run = pilji("query", *arguments, environment=server.environment)
    assert run.code not in (0, 101) and words in run.error and len(run.error.splitlines()) <= 2, run.stderr
    assert run.stdout == ""


def test_a_server_that_is_not_there_is_named():
    run = pilji("query", "--url", "http://127.0.0.1:9", "SELECT 1")
    assert run.code != 0 and "127.0.0.1:9" in run.error and len(run.error.splitlines()) <= 2, run.error


def test_a_missing_token_says_how_to_give_one(server):
    run = pilji("query", "--url", server.url, "SELECT 1")
    assert run.code != 0 and "--token" in run.error and "PILJI_TOKEN" in run.error, run.error
