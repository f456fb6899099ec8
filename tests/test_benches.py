"""The race of `make bench`, kept alive: it runs, its answers agree, and it notices a wrong row."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from binary import BINARY, ENVIRONMENT, ingest, inputs, sample
from race import answers, report, work

ROOT = Path(__file__).parents[1]
PLACES = [ROOT / "benches", ROOT / "tests"]
PARCELS = 2_000
REPETITIONS = 3


def race(warehouse: Path, folder: Path, *flags) -> subprocess.CompletedProcess:
    """Runs the race over a warehouse, as `make bench` does."""
    environment = ENVIRONMENT | {"PILJI_BIN": str(BINARY), "PYTHONPATH": os.pathsep.join(map(str, PLACES))}
    command = [sys.executable, "-m", "race", "--warehouse", warehouse, "--folder", folder, "--page-cache", "files"]
    command += ["--repetitions", REPETITIONS, *flags]
    return subprocess.run([str(word) for word in command], env=environment, cwd=ROOT, capture_output=True, text=True)


def asked(folder: Path) -> list:
    """The work list of the first race, so that it is not drawn again."""
    return ["--work-list", folder / "work.json"]


@pytest.fixture(scope="module")
def raced(tmp_path_factory) -> tuple[Path, Path, subprocess.CompletedProcess]:
    """A finished race of DuckDB and Pilji: warehouse, folder, process."""
    folder = tmp_path_factory.mktemp("race")
    sample(folder / "input", PARCELS, "41173")
    ingest(folder / "warehouse", *inputs(folder / "input"))
    flags = ["--only", "duckdb,pilji", "--out", folder / "page.md", "--json", folder / "result.json"]
    return folder / "warehouse", folder, race(folder / "warehouse", folder, *flags)


def test_a_race_asks_every_engine_everything_and_their_answers_agree(raced):
    _, folder, process = raced
    assert process.returncode == 0, process.stderr
    result = json.loads((folder / "result.json").read_text())
    assert result["compared"] and result["missing"] == {}
    clients = {}
    for timing in result["timings"]:
        clients.setdefault(timing["client"], {})[timing["engine"], timing["work"], timing["state"]] = timing
    found = clients["adbc"]
    engines = ["duckdb", "pilji"]
    assert set(found) == {(who, each.name, state) for who in engines for each in work.WORKS for state in ("warm", "cold")}
    for (_, name, state), timing in found.items():
        theirs = found["duckdb", name, state]["answers"]
        assert [answer[2:4] for answer in timing["answers"]] == [answer[2:4] for answer in theirs]
        assert all((answer[4] > 0) == (name == "W10") for answer in timing["answers"])
        assert timing["median_rows"] > 0 and 0 < timing["median_ms"] <= timing["p95_ms"] <= timing["max_ms"]
        assert timing["repetitions"] == REPETITIONS * (5 if state == "warm" and name in ("W1", "W3", "W5") else 1)
    assert set(clients["compiled"]) == {("pilji", name, "warm") for name in ("W1", "W3", "W5")}
    for key, timing in clients["compiled"].items():
        assert [answer[2:] for answer in timing["answers"]] == [answer[2:] for answer in found[key]["answers"]]
    assert 150 <= found["pilji", "W5", "warm"]["median_rows"] <= 400
    assert "| **W9** " in process.stdout
    assert not (folder / "page.md").exists(), "a part of a race is not the page's"


def test_a_race_stops_at_a_wrong_row_and_names_the_query(raced):
    warehouse, folder, _ = raced
    with duckdb.connect(str(folder / "duckdb/parcels.duckdb")) as connection:
        connection.execute("UPDATE parcel SET bubon = 4711 WHERE pnu = (SELECT min(pnu) FROM parcel WHERE jimok = '대')")
    process = race(warehouse, folder, "--only", "duckdb,pilji", "--work", "W9", "--state", "warm", *asked(folder))
    assert process.returncode == 1
    error = process.stderr[process.stderr.index("error:") :]
    assert re.search(r"answers W\d+ \(case \d+\) with .* rows, hash \w{16}, numbers \S+; the reference has", error), error
    assert "SELECT p.pnu" in error and "Traceback" not in process.stderr


def test_answers_kept_from_another_race_can_be_the_right_ones(raced):
    warehouse, folder, _ = raced
    kept = folder / "result.json"
    flags = ["--only", "pilji", "--work", "W3,W6", "--state", "warm", "--json", folder / "again.json", *asked(folder)]
    assert race(warehouse, folder, *flags, "--answers", kept).returncode == 0
    wrong = json.loads(kept.read_text())
    for timing in wrong["timings"]:
        if timing["work"] == "W6":
            timing["answers"][0][2] += 1
    (folder / "wrong.json").write_text(json.dumps(wrong))
    process = race(warehouse, folder, *flags, "--answers", folder / "wrong.json")
    assert process.returncode == 1 and "answers W6 (case 0)" in process.stderr


def rows(*values) -> pa.Table:
    """A table in the form of the race's answers."""
    return pa.Table.from_pylist(
        [dict(zip(("pnu", "bubon", "geometry"), row)) for row in values],
        schema=pa.schema({"pnu": pa.string(), "bubon": pa.int32(), "geometry": pa.binary()}),
    )


def digest(table: pa.Table) -> str:
    """The hash of the rows."""
    return answers.answer(0, 0.1, table).digest


def test_a_hash_knows_rows_apart_and_not_their_order():
    first, second = ("11", 1, b"\x01\x03"), ("12", None, b"\x01\x04")
    whole = digest(rows(first, second))
    assert digest(rows(second, first)) == whole
    assert digest(pa.concat_tables([rows(first), rows(second)])) == whole
    others = [rows(first), rows(first, first), rows(first, ("12", 0, b"\x01\x04")), rows(first, ("12", None, b"\x01\x05"))]
    assert whole not in {digest(other) for other in others}
    # Pinned, because the compiled clients compute the same.
    assert digest(rows()) == "0" * 16
    assert whole == "40b5f42f53f9c57e"


def test_numbers_may_differ_by_their_last_digits_and_not_by_their_row():
    def areas(*numbers: float) -> answers.Answer:
        return answers.answer(0, 0.1, pa.table({"bjd_cd": ["11", "12"], "area_m2": pa.array(numbers, pa.float64())}))

    one = areas(1.0, 2.0)
    assert one.same_as(areas(1.0 + 1e-12, 2.0))
    assert not one.same_as(areas(1.0 + 1e-8, 2.0))
    assert not one.same_as(areas(2.0, 1.0))


def test_a_page_keeps_the_sections_of_other_sizes(tmp_path):
    page = tmp_path / "page.md"
    for parcels in (1_000_000, 10_000, 1_000_000):
        report.write_section(page, {"parcels": parcels}, f"## {parcels:,} parcels\n\ntext of {parcels}\n")
    assert re.findall(r"^## (.*)$", page.read_text(), re.M) == ["10,000 parcels", "1,000,000 parcels"]


def test_the_race_and_the_tests_have_the_same_pins():
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / name).read_text(), re.M))

    others = pins("clients/python/requirements.txt") | pins("tests/requirements.txt")
    for package, version in pins("benches/requirements.txt").items():
        assert others.get(package, version) == version
